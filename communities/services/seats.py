"""The units that sit in a group: attendance covers exactly these."""

from collections.abc import Iterable

from communities.models import Community, GroupMember
from communities.services.refusals import refuse


def seats_of(community: Community) -> list[GroupMember]:
    """Return the seats of the group, the lead unit first, then as they joined. One query."""
    group_members = GroupMember.objects.filter(group__community=community)
    seats = group_members.select_related("unit").order_by("pk")
    if not seats:
        refuse("这个社区还没有共建名单，请先由共建办登记")
    return sorted(seats, key=lambda seat: not seat.is_lead)


def refuse_strangers(units: Iterable[int], seats: list[GroupMember], *, field: str) -> None:
    """Refuse attendance of units that do not sit in the group."""
    seated = {seat.unit_id for seat in seats}
    if not seated.issuperset(units):
        refuse("到会单位不在本小组的共建名单内，请刷新后重填", field)
