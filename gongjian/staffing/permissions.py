"""三员分立: the system administrator keeps accounts and sees no business data; the other two read along."""

from gongjian.accounts.roles import THREE_ADMINISTRATORS, Role


def may_see_staff(user) -> bool:
    return user.has_role(*THREE_ADMINISTRATORS)


def may_keep_accounts(user, account=None) -> bool:
    """Nobody keeps his own account: an administrator's is kept by another one."""
    return user.has_role(Role.SYSTEM_ADMIN) and (account is None or account.pk != user.pk)
