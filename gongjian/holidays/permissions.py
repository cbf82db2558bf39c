"""Who keeps the working calendar."""

from gongjian.accounts.roles import OFFICE


def may_see_calendar(user) -> bool:
    """All who take part: their limits are counted by it."""
    return user.takes_part


def may_keep_calendar(user) -> bool:
    return user.has_role(*OFFICE)
