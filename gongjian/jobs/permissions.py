from gongjian.accounts.roles import OFFICE


def may_try_again(user, job) -> bool:
    """The office puts a job that failed for good back on the ledger."""
    return user.has_role(*OFFICE)
