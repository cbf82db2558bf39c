from gongjian.accounts.roles import OFFICE


def may_restore(user, binned) -> bool:
    """Who deleted it, whose it was, and the office."""
    return user.pk in {binned.binned_by_id, binned.owner_id} or user.has_role(*OFFICE)
