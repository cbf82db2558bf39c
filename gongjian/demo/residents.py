"""What residents send from the street in a quarter, and what communities and office make of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from communities.models import Community
from gongjian.demo.calendar import office_moment
from gongjian.demo.findings import follow_finding
from gongjian.demo.play import Play
from inspections.models import Frontage, ListEntry, ResidentReport
from inspections.models.frontages import FrontageStatus
from inspections.models.honours import EntryKind
from inspections.models.reports import ReportKind
from inspections.services.frontages import check_frontage
from inspections.services.honours import propose_entries, publish_entry
from inspections.services.reports import accept_report, answer_report, refuse_report, send_report

EVERY_DAYS = 4
# Frontages checked three times in the quarter: those where all is well, and those that fail again.
STEADY, FAILING = 3, 2
PROBLEMS = (
    ("Q4", "楼下垃圾桶满了两天没人清，一开窗都是味道。", "3 幢东侧收集点"),
    ("W2", "楼道里堆了旧家具，晚上走路绊脚。", "5 幢 2 单元"),
    ("Q1", "下雨天路口阴沟反水。", "菜场东门路口"),
    ("W3", "有人在绿化带里养鸡，天不亮就叫。", "8 幢北面"),
)
FOREIGN = "家里水表走得太快，想请你们来看看。"
FOREIGN_ANSWER = "属于供水服务，不在社区共建范围，请拨打供水服务热线。"
OBJECTION = "检查那天门口的箱子是隔壁卸货临时放的，不是我们的。"
OBJECTION_ANSWER = "已调取当日抽查记录并到现场复核，情况属实，记录已更正。"
ANSWER = "您反映的情况已核实并派单整改，整改结果会显示在本页，谢谢您的监督。"
STEADY_FOR_TWO_QUARTERS = "两个季度保持五星，商户和居民无异议"


@dataclass(frozen=True)
class Letter:
    """The quarter's n-th letter from the street and the community that it is about."""

    number: int
    community: Community

    @property
    def is_objection(self) -> bool:
        return self.number % 7 == 5

    @property
    def is_foreign(self) -> bool:
        """Whether it is about something outside the co-building."""
        return self.number % 7 == 3

    @property
    def problem(self) -> tuple[str, str, str]:
        """The checklist item, what is wrong and where."""
        return PROBLEMS[self.number % len(PROBLEMS)]

    @property
    def words(self) -> str:
        if self.is_objection:
            return OBJECTION
        return FOREIGN if self.is_foreign else self.problem[1]


def plan_residents(play: Play) -> None:
    """Plan a letter every four days, the second looks, and the quarter's list of frontages."""
    days = (play.quarter.end - play.quarter.first_day).days
    for number, day in enumerate(range(3, days - 4, EVERY_DAYS)):
        random = play.random("resident", number)
        letter = Letter(number, random.choice(play.communities))
        sent_at = office_moment(play.day(day), random)
        play.plan(3, sent_at, send, letter)
    plan_second_looks(play)
    listed_at = office_moment(play.day(48), play.random("lists"))
    play.plan(3, listed_at, list_frontages)


def send(play: Play, letter: Letter, at: datetime) -> None:
    """A resident, or the shop that objects to its check, writes."""
    token = f"demo-{play.seed}-{play.quarter}-{letter.number}"
    fields = {"community": letter.community, "words": letter.words, "contact": ""}
    if letter.is_objection:
        frontage = first_door(letter.community)
        fields |= {"kind": ReportKind.OBJECTION, "frontage": frontage, "place": frontage.address}
    else:
        _, _, place = letter.problem
        fields |= {"kind": ReportKind.PROBLEM, "frontage": None, "place": place}
    report, _ = send_report(form_token=token, **fields, at=at)
    hours = 34 + 19 * (letter.number % 4)
    play.plan(3, at + timedelta(hours=hours), settle, letter, report)


def settle(play: Play, letter: Letter, report: ResidentReport, at: datetime) -> None:
    """The office answers or refuses; a problem becomes a finding, and every second is answered."""
    clerk = play.clerk(letter.number, at)
    if letter.is_objection:
        answer_report(report, answer=OBJECTION_ANSWER, by=clerk, at=at)
    elif letter.is_foreign:
        refuse_report(report, reason=FOREIGN_ANSWER, by=clerk, at=at)
    else:
        take_up(play, letter, report, at)


def take_up(play: Play, letter: Letter, report: ResidentReport, at: datetime) -> None:
    """The community's worker makes a finding of the report."""
    community = letter.community
    worker = play.worker(community, at)
    item_code, description, place = letter.problem
    fields = {"item_code": item_code, "description": description, "place": place}
    unit = community.group.lead_unit
    finding = accept_report(report, **fields, responsible_unit=unit, by=worker, at=at)
    follow_finding(play, finding, 3)
    if letter.number % 2:
        answered_at = at + timedelta(minutes=20)
        answer_report(report, answer=ANSWER, by=worker, at=answered_at)


def first_door(community: Community) -> Frontage:
    """Return the community's first trading frontage. One query."""
    doors = Frontage.objects.filter(community=community, status=FrontageStatus.TRADING)
    return doors.select_related("road_section").order_by("pk").first()


def plan_second_looks(play: Play) -> None:
    """Plan checks of the same doors in each quarter, so that some keep five stars for two."""
    for number, community in enumerate(play.communities[: STEADY + FAILING]):
        for day in (9, 24, 40):
            random = play.random("second look", number, day)
            failed = ["order"] if number >= STEADY and day > 9 else []
            checked_at = office_moment(play.day(day), random)
            play.plan(3, checked_at, look_again, community, failed)


def look_again(play: Play, community: Community, failed: list[str], at: datetime) -> None:
    frontage = first_door(community)
    frontage.community = community
    remark = "占道摆放桌椅" if failed else ""
    fields = {"checked_on": timezone.localdate(at), "failed": failed, "remark": remark}
    worker = play.worker(community, at)
    check_frontage(frontage, **fields, by=worker, at=at)


def list_frontages(play: Play, at: datetime) -> None:
    """The office publishes the honours; warnings of shops wait for their legal review."""
    clerk = play.clerk(0, at)
    quarter = str(play.quarter)
    propose_entries(quarter, by=clerk, at=at)
    for entry in ListEntry.objects.filter(quarter=quarter, kind=EntryKind.HONOUR):
        publish_entry(entry, decision=STEADY_FOR_TWO_QUARTERS, by=clerk, at=at)
