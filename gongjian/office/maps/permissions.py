"""Who sees the map and who keeps its boundaries."""

from gongjian.accounts.roles import OFFICE


def may_see_map(user) -> bool:
    """All who take part; what it shows is what each may see of communities, scores and findings."""
    return user.takes_part


def may_import_boundaries(user) -> bool:
    return user.has_role(*OFFICE)
