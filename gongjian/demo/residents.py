"""What residents send from the street in a quarter, and what the communities and the office make of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from communities.models import Community
from gongjian.demo.calendar import office_moment
from gongjian.demo.findings import follow_finding
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from inspections.models import Frontage, ListEntry, ResidentReport
from inspections.models.frontages import FrontageStatus
from inspections.models.honours import EntryKind
from inspections.models.reports import ReportKind
from inspections.services.frontages import check_frontage
from inspections.services.honours import propose_entries, publish_entry
from inspections.services.reports import accept_report, answer_report, refuse_report, send_report

EVERY_DAYS = 4
STEADY, FAILING = 3, 2
"""Frontages looked at once more in the quarter: those where all is well, and those that fail again."""
TOLD = (
    ("Q4", "楼下垃圾桶满了两天没人清，一开窗都是味道。", "3 幢东侧收集点"),
    ("W2", "楼道里堆了旧家具，晚上走路绊脚。", "5 幢 2 单元"),
    ("Q1", "下雨天路口阴沟反水。", "菜场东门路口"),
    ("W3", "有人在绿化带里养鸡，天不亮就叫。", "8 幢北面"),
)
FOREIGN = (
    "家里水表走得太快，想请你们来看看。",
    "属于供水服务，不在社区共建范围，请拨打供水服务热线。",
)
OBJECTION = (
    "检查那天门口的箱子是隔壁卸货临时放的，不是我们的。",
    "已调取当日抽查记录并到现场复核，情况属实，记录已更正。",
)
ANSWER = "您反映的情况已核实并派单整改，整改结果会显示在本页，谢谢您的监督。"


def plan_residents(play: Play) -> None:
    """Plan a report every four days, each looked at within four, and the honour and warning list of the quarter."""
    days = (play.quarter.end - play.quarter.first_day).days
    for number, day in enumerate(range(3, days - 4, EVERY_DAYS)):
        random = play.random("resident", number)
        community = random.choice(play.communities)
        sent_at = office_moment(play.quarter.first_day + timedelta(days=day), random)
        _plan_report(play, community, number, sent_at)
    _plan_second_looks(play)
    listed_at = office_moment(play.quarter.first_day + timedelta(days=48), play.random("lists"))
    play.plan(3, listed_at, lambda at: _list_frontages(play, at))


def _plan_report(play: Play, community: Community, number: int, sent_at: datetime) -> None:
    kind = "objection" if number % 7 == 5 else "foreign" if number % 7 == 3 else "problem"
    item_code, told, place = TOLD[number % len(TOLD)]
    words = {"problem": told, "foreign": FOREIGN[0], "objection": OBJECTION[0]}[kind]

    def send(at: datetime) -> None:
        frontage = _door(community) if kind == "objection" else None
        report, _ = send_report(
            form_token=f"demo-{play.seed}-{play.quarter}-{number}",
            kind=ReportKind.OBJECTION if kind == "objection" else ReportKind.PROBLEM,
            community=community,
            frontage=frontage,
            words=words,
            place=frontage.address if frontage else place,
            contact="",
            at=at,
        )
        play.plan(3, at + timedelta(hours=34 + 19 * (number % 4)), lambda at: settle(report, at))

    def settle(report: ResidentReport, at: datetime) -> None:
        worker, clerk = (
            acting(play.staff.workers[community.pk], at),
            acting(play.staff.clerk(number), at),
        )
        if kind == "objection":
            answer_report(report, answer=OBJECTION[1], by=clerk, at=at)
        elif kind == "foreign":
            refuse_report(report, reason=FOREIGN[1], by=clerk, at=at)
        else:
            unit = community.group.lead_unit
            given = {
                "item_code": item_code,
                "description": told,
                "place": place,
                "responsible_unit": unit,
            }
            finding = accept_report(report, **given, by=worker, at=at)
            follow_finding(play, finding, 3)
            if number % 2:
                answer_report(report, answer=ANSWER, by=worker, at=at + timedelta(minutes=20))

    play.plan(3, sent_at, send)


def _door(community: Community) -> Frontage:
    doors = Frontage.objects.filter(community=community, status=FrontageStatus.TRADING)
    return doors.select_related("road_section").order_by("pk").first()


def _plan_second_looks(play: Play) -> None:
    """The same doors in each quarter, so that two quarters of five stars come about."""
    communities = play.communities[: STEADY + FAILING]
    for place, community in enumerate(communities):
        for day in (9, 24, 40):
            at = office_moment(
                play.quarter.first_day + timedelta(days=day), play.random("second look", place, day)
            )
            failed = ["order"] if place >= STEADY and day > 9 else []
            play.plan(3, at, _look_again(play, community, failed))


def _look_again(play: Play, community: Community, failed: list[str]) -> Callable[[datetime], None]:
    def look(at: datetime) -> None:
        frontage, worker = _door(community), acting(play.staff.workers[community.pk], at)
        frontage.community = community
        remark = "占道摆放桌椅" if failed else ""
        check_frontage(
            frontage,
            checked_on=timezone.localdate(at),
            failed=failed,
            remark=remark,
            by=worker,
            at=at,
        )

    return look


def _list_frontages(play: Play, at: datetime) -> None:
    """The office proposes by the rules and publishes the honours; warnings of shops wait for their legal review."""
    clerk = acting(play.staff.clerk(0), at)
    propose_entries(str(play.quarter), by=clerk, at=at)
    for entry in ListEntry.objects.filter(quarter=str(play.quarter), kind=EntryKind.HONOUR):
        publish_entry(entry, decision="两个季度保持五星，商户和居民无异议", by=clerk, at=at)
