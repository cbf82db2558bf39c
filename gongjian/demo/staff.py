"""Who acts in the demo: the people in office, found by what they do."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from communities.models import Community
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.lib.quarters import Quarter
from units.models import Unit


@dataclass
class Staff:
    """People by role, and by the unit or community in which they act; read once."""

    by_role: dict[str, list[User]] = field(default_factory=dict)
    officers: dict[int, User] = field(default_factory=dict)
    departments: dict[int, User] = field(default_factory=dict)
    workers: dict[int, User] = field(default_factory=dict)
    leaders: dict[int, User] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)

    @property
    def director(self) -> User:
        return self.by_role[Role.OFFICE_DIRECTOR][0]

    @property
    def approver(self) -> User:
        return self.by_role[Role.APPROVER][0]

    def clerk(self, number: int) -> User:
        """Return one of the office's staff, in turn."""
        staff = self.by_role[Role.OFFICE_STAFF]
        return staff[number % len(staff)]

    def lead_officer(self, community: Community) -> User:
        return self.officers[community.group.lead_unit_id]

    def who_puts_right(self, unit: Unit) -> User | None:
        """Return who acts for a unit: its department officer, or its officer as a lead unit."""
        return self.departments.get(unit.pk) or self.officers.get(unit.pk)


def acting(user: User, at: datetime) -> User:
    """Return the person with the roles held at the act.

    Nobody changes office in the demo, so roles are read once a quarter.
    """
    quarter = Quarter.of(timezone.localdate(at))
    return user.on(quarter.first_day)


def read_staff() -> Staff:
    """Return everybody who holds a post. One query."""
    staff = Staff()
    posts = Appointment.objects.filter(ends_on=None).order_by("pk")
    for post in posts.select_related("user", "unit_posting", "community_posting"):
        user = staff.users.setdefault(post.user_id, post.user)
        staff.by_role.setdefault(post.role, []).append(user)
        if post.role == Role.LEAD_OFFICER:
            staff.officers[post.unit_posting.unit_id] = user
        elif post.role == Role.DEPARTMENT_OFFICER:
            staff.departments[post.unit_posting.unit_id] = user
        elif post.role == Role.COMMUNITY_WORKER:
            staff.workers[post.community_posting.community_id] = user
        elif post.role == Role.LIAISON_LEADER:
            staff.leaders[post.community_posting.community_id] = user
    return staff


def read_communities() -> list[Community]:
    """Return the active communities with groups and lead units, by code. One query."""
    communities = Community.objects.active().select_related("group__lead_unit", "subdistrict")
    return list(communities.order_by("code"))
