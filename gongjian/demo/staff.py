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
        """One of the office's staff, in turn."""
        staff = self.by_role[Role.OFFICE_STAFF]
        return staff[number % len(staff)]

    def lead_officer(self, community: Community) -> User:
        return self.officers[community.group.lead_unit_id]

    def who_puts_right(self, unit: Unit) -> User | None:
        """Who acts for a responsible unit: its department officer, or the officer of a lead unit."""
        return self.departments.get(unit.pk) or self.officers.get(unit.pk)


def acting(user: User, at: datetime) -> User:
    """The person in office at the act. Nobody changes office in the demo, so roles are asked once a quarter."""
    return user.on(Quarter.of(timezone.localdate(at)).first_day)


def read_staff() -> Staff:
    """Everybody who holds a post. One query."""
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
    """Active communities with their groups and lead units, by code. One query."""
    return list(
        Community.objects.active()
        .select_related("group__lead_unit", "subdistrict")
        .order_by("code")
    )
