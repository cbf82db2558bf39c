"""Who sees what is asked of whom."""

from communities.models import Community
from gongjian.office.burden.asks import Party
from units.models import Unit


def may_see_burden(user) -> bool:
    """Everyone who takes part: the city's roles all of it, the others their own."""
    return user.takes_part


def own_parties(user) -> set[Party]:
    """The units for which the user acts, and the communities whose records he keeps.

    Two queries.
    """
    units = Unit.objects.held_by(user).values_list("pk", flat=True)
    communities = Community.objects.kept_by(user).values_list("pk", flat=True)
    return {Party("unit", pk) for pk in units} | {Party("community", pk) for pk in communities}
