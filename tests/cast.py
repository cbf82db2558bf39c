"""A named cast for every test: three communities, their units, and one person for each role.

虎山社区 is led by 市住建局 with 富春商场 as a member; 后周社区 is led by 市水利局 and is "the other one".
All of them act on Monday 16 November 2026, in the middle of the fourth quarter.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from communities.models import Community, CommunityPosting, Group, GroupMember, RoadSection, Subdistrict
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


def make_unit(name: str, short_name: str | None = None, **given) -> Unit:
    unit = Unit.objects.create(**{"kind": "organ", **given, "name": name, "short_name": short_name or name})
    Contact.objects.create(unit=unit, name="周联络", phone="13800001111")
    return unit


def make_user(username: str, role: str | None = None, *, name: str = "", unit=None, community=None, **given) -> User:
    """A person with one appointment, held in a unit or a community when one is given, ready to act today."""
    user = User(username=username, name=name or username, created_at=NOW, **given)
    user.set_password(PASSWORD)
    user.save()
    if role:
        appoint(user, role, unit=unit, community=community)
    return user.on(TODAY)


def appoint(user, role, *, unit=None, community=None, starts_on=SINCE, ends_on=None) -> Appointment:
    held = Appointment.objects.create(user=user, role=role, starts_on=starts_on, ends_on=ends_on)
    if unit:
        Posting.objects.create(appointment=held, unit=unit)
    if community:
        CommunityPosting.objects.create(appointment=held, community=community)
    return held


def make_community(name: str, code: str, *, lead: Unit, members=(), subdistrict=None, **given) -> Community:
    subdistrict = subdistrict or Subdistrict.objects.get_or_create(code="330111001", name="富春街道")[0]
    community = Community.objects.create(name=name, code=code, subdistrict=subdistrict, **given)
    group = Group.objects.create(community=community, lead_unit=lead, head_name="郑组长", liaison_leader_name="钱领导")
    GroupMember.objects.create(group=group, unit=lead, role="lead", representative="郑组长")
    for unit in members:
        GroupMember.objects.create(group=group, unit=unit, role="member", representative="吴代表")
    RoadSection.objects.create(community=community, name=f"{name[:2]}路")
    return community


def make_cast() -> Cast:
    cast = Cast()
    _add_units(cast)
    _add_communities(cast)
    _add_people(cast)
    return cast


def _add_units(cast):
    cast.units = {
        "office": make_unit("富阳市社区共建活动办公室", "市共建办"),
        "government": make_unit("富阳市人民政府", "市政府"),
        "lead_unit": make_unit("富阳市住房和城乡建设局", "市住建局"),
        "other_lead_unit": make_unit("富阳市水利局", "市水利局"),
        "third_lead_unit": make_unit("富阳市民政局", "市民政局"),
        "other_member_unit": make_unit("富阳新华书店", "新华书店", kind="enterprise"),
        "member_unit": make_unit("富春商场有限公司", "富春商场", kind="enterprise"),
        "department": make_unit("富阳市城市管理局", "市城管局", is_functional_department=True),
    }
    Issuer.objects.create(
        name="富阳市社区共建活动办公室",
        mark="富阳市社区共建活动办公室文件",
        code="富共建办",
        printed_by="富阳市社区共建活动办公室",
    )


def _add_communities(cast):
    cast.communities = {
        "community": make_community("虎山社区", "330111001101", lead=cast.lead_unit, members=[cast.member_unit]),
        "other_community": make_community(
            "后周社区", "330111001102", lead=cast.other_lead_unit, members=[cast.other_member_unit]
        ),
        "third_community": make_community("春秋社区", "330111001103", lead=cast.third_lead_unit),
    }


def _add_people(cast):
    cast.people = {
        "office_staff": make_user("chen", Role.OFFICE_STAFF, name="陈科长", unit=cast.office),
        "office_director": make_user("zhang", Role.OFFICE_DIRECTOR, name="章主任", unit=cast.office),
        "approver": make_user("shi", Role.APPROVER, name="施市长", unit=cast.government),
        "assessor": make_user("kao", Role.ASSESSOR, name="考评甲", unit=cast.government),
        "department_officer": make_user("cheng", Role.DEPARTMENT_OFFICER, name="程城管", unit=cast.department),
        "lead_officer": make_user("zhu", Role.LEAD_OFFICER, name="朱经办", unit=cast.lead_unit),
        "member_liaison": make_user("fu", Role.MEMBER_LIAISON, name="富联络", unit=cast.member_unit),
        "community_worker": make_user("hu", Role.COMMUNITY_WORKER, name="胡社工", community=cast.community),
        "liaison_leader": make_user("qian", Role.LIAISON_LEADER, name="钱领导", community=cast.community),
        "auditor": make_user("shen", Role.AUDITOR, name="沈审计", unit=cast.government),
        "system_admin": make_user("xi", Role.SYSTEM_ADMIN, name="席管理", unit=cast.office),
        "security_admin": make_user("an", Role.SECURITY_ADMIN, name="安管理", unit=cast.office),
        "api_client": make_user("dashboard", Role.API_CLIENT, name="城管平台", unit=cast.department),
        "other_lead_officer": make_user("shui", Role.LEAD_OFFICER, name="水经办", unit=cast.other_lead_unit),
        "other_member_liaison": make_user("shu", Role.MEMBER_LIAISON, name="书联络", unit=cast.other_member_unit),
        "other_liaison_leader": make_user("sun", Role.LIAISON_LEADER, name="孙领导", community=cast.other_community),
        "other_community_worker": make_user(
            "zhou", Role.COMMUNITY_WORKER, name="周社工", community=cast.other_community
        ),
    }
