"""A named cast for every test: three communities, their units, and one person for each role.

虎山社区 is led by 市住建局 with 富春商场 as a member; 后周社区 is led by 市水利局 and is "the other
one". All of them act on Monday 16 November 2026, in the middle of the fourth quarter.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from communities.models import (
    Community,
    CommunityPosting,
    Group,
    GroupMember,
    RoadSection,
    Subdistrict,
)
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.documents.models import Issuer
from gongjian.lib.quarters import SHANGHAI, Quarter
from units.models import Contact, Posting, Unit

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
QUARTER = Quarter.parse("2026Q4")
SINCE = date(2026, 1, 1)
PASSWORD = "Fuyang-2026-jia"


@dataclass
class Cast:
    now: datetime = NOW
    today: date = TODAY
    quarter: Quarter = QUARTER
    units: dict = field(default_factory=dict)
    communities: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)

    def __getattr__(self, name):
        for row in ("people", "communities", "units"):
            if name in self.__dict__[row]:
                return self.__dict__[row][name]
        raise AttributeError(name)


def _unit(name: str, short_name: str | None = None, **given) -> Unit:
    return Unit(**{"kind": "organ", **given, "name": name, "short_name": short_name or name})


def _contact(unit: Unit) -> Contact:
    return Contact(unit=unit, name="周联络", phone="13800001111")


def make_unit(name: str, short_name: str | None = None, **given) -> Unit:
    unit = _unit(name, short_name, **given)
    unit.save()
    _contact(unit).save()
    return unit


def make_user(
    username: str, role: str | None = None, *, name: str = "", unit=None, community=None, **given
) -> User:
    """A person with one appointment, held in a unit or a community when one is given, ready to act
    today.
    """
    user = User(username=username, name=name or username, created_at=NOW, **given)
    user.set_password(PASSWORD)
    user.save()
    if role:
        appoint(user, role, unit=unit, community=community)
    return user.on(TODAY)


def _appointment(user, role, *, starts_on=SINCE, ends_on=None) -> Appointment:
    return Appointment(user=user, role=role, starts_on=starts_on, ends_on=ends_on)


def appoint(user, role, *, unit=None, community=None, starts_on=SINCE, ends_on=None) -> Appointment:
    held = _appointment(user, role, starts_on=starts_on, ends_on=ends_on)
    held.save()
    if unit:
        Posting.objects.create(appointment=held, unit=unit)
    if community:
        CommunityPosting.objects.create(appointment=held, community=community)
    return held


def _group(community: Community, lead: Unit) -> Group:
    return Group(
        community=community, lead_unit=lead, head_name="郑组长", liaison_leader_name="钱领导"
    )


def _seats(group: Group, lead: Unit, members=()) -> list[GroupMember]:
    first = GroupMember(group=group, unit=lead, role="lead", representative="郑组长")
    return [
        first,
        *(
            GroupMember(group=group, unit=unit, role="member", representative="吴代表")
            for unit in members
        ),
    ]


def _road(community: Community) -> RoadSection:
    return RoadSection(community=community, name=f"{community.name[:2]}路")


def make_community(
    name: str, code: str, *, lead: Unit, members=(), subdistrict=None, **given
) -> Community:
    subdistrict = (
        subdistrict or Subdistrict.objects.get_or_create(code="330111001", name="富春街道")[0]
    )
    community = Community.objects.create(name=name, code=code, subdistrict=subdistrict, **given)
    group = _group(community, lead)
    group.save()
    GroupMember.objects.bulk_create(_seats(group, lead, members))
    _road(community).save()
    return community


def make_cast() -> Cast:
    """Write the whole cast, a table at a time: nearly every test asks for it."""
    cast = Cast()
    _add_units(cast)
    _add_communities(cast)
    _add_people(cast)
    return cast


def _add_units(cast):
    named = {
        "office": _unit("富阳市社区共建活动办公室", "市共建办"),
        "government": _unit("富阳市人民政府", "市政府"),
        "lead_unit": _unit("富阳市住房和城乡建设局", "市住建局"),
        "other_lead_unit": _unit("富阳市水利局", "市水利局"),
        "third_lead_unit": _unit("富阳市民政局", "市民政局"),
        "other_member_unit": _unit("富阳新华书店", "新华书店", kind="enterprise"),
        "member_unit": _unit("富春商场有限公司", "富春商场", kind="enterprise"),
        "department": _unit("富阳市城市管理局", "市城管局", is_functional_department=True),
    }
    cast.units = dict(zip(named, Unit.objects.bulk_create(named.values()), strict=True))
    Contact.objects.bulk_create(_contact(unit) for unit in cast.units.values())
    Issuer.objects.create(
        name="富阳市社区共建活动办公室",
        mark="富阳市社区共建活动办公室文件",
        code="富共建办",
        printed_by="富阳市社区共建活动办公室",
    )


def _add_communities(cast):
    led = {
        "community": ("虎山社区", cast.lead_unit, [cast.member_unit]),
        "other_community": ("后周社区", cast.other_lead_unit, [cast.other_member_unit]),
        "third_community": ("春秋社区", cast.third_lead_unit, []),
    }
    subdistrict = Subdistrict.objects.get_or_create(code="330111001", name="富春街道")[0]
    rows = [
        Community(name=name, code=f"330111001{number}", subdistrict=subdistrict)
        for number, (name, _, _) in enumerate(led.values(), 101)
    ]
    cast.communities = dict(zip(led, Community.objects.bulk_create(rows), strict=True))
    seats = [(community, *led[key][1:]) for key, community in cast.communities.items()]
    groups = Group.objects.bulk_create(_group(community, lead) for community, lead, _ in seats)
    members = [
        _seats(group, lead, units) for group, (_, lead, units) in zip(groups, seats, strict=True)
    ]
    GroupMember.objects.bulk_create(member for seated in members for member in seated)
    RoadSection.objects.bulk_create(_road(community) for community, _, _ in seats)


def _add_people(cast):
    """Who is who, and the unit or the community in which he holds his role."""
    held = {
        "office_staff": ("chen", Role.OFFICE_STAFF, "陈科长", cast.office),
        "office_director": ("zhang", Role.OFFICE_DIRECTOR, "章主任", cast.office),
        "approver": ("shi", Role.APPROVER, "施市长", cast.government),
        "assessor": ("kao", Role.ASSESSOR, "考评甲", cast.government),
        "department_officer": ("cheng", Role.DEPARTMENT_OFFICER, "程城管", cast.department),
        "lead_officer": ("zhu", Role.LEAD_OFFICER, "朱经办", cast.lead_unit),
        "member_liaison": ("fu", Role.MEMBER_LIAISON, "富联络", cast.member_unit),
        "community_worker": ("hu", Role.COMMUNITY_WORKER, "胡社工", cast.community),
        "liaison_leader": ("qian", Role.LIAISON_LEADER, "钱领导", cast.community),
        "auditor": ("shen", Role.AUDITOR, "沈审计", cast.government),
        "system_admin": ("xi", Role.SYSTEM_ADMIN, "席管理", cast.office),
        "security_admin": ("an", Role.SECURITY_ADMIN, "安管理", cast.office),
        "api_client": ("dashboard", Role.API_CLIENT, "城管平台", cast.department),
        "other_lead_officer": ("shui", Role.LEAD_OFFICER, "水经办", cast.other_lead_unit),
        "other_member_liaison": ("shu", Role.MEMBER_LIAISON, "书联络", cast.other_member_unit),
        "other_liaison_leader": ("sun", Role.LIAISON_LEADER, "孙领导", cast.other_community),
        "other_community_worker": ("zhou", Role.COMMUNITY_WORKER, "周社工", cast.other_community),
    }
    password = make_password(PASSWORD)
    users = [
        User(username=username, name=name, created_at=NOW, password=password)
        for username, _, name, _ in held.values()
    ]
    cast.people = dict(zip(held, User.objects.bulk_create(users), strict=True))
    rows = [
        _appointment(user, role) for user, (_, role, _, _) in zip(users, held.values(), strict=True)
    ]
    places = list(
        zip(
            Appointment.objects.bulk_create(rows),
            (place for *_, place in held.values()),
            strict=True,
        )
    )
    Posting.objects.bulk_create(
        Posting(appointment=one, unit=place) for one, place in places if isinstance(place, Unit)
    )
    CommunityPosting.objects.bulk_create(
        CommunityPosting(appointment=one, community=place)
        for one, place in places
        if isinstance(place, Community)
    )
    for user in users:
        user.on(TODAY)
