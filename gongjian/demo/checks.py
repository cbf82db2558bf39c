"""Stage 3: monthly self-checks, what they find, 门前三包 checks, and how it is put right."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.demo import stories
from gongjian.demo.calendar import office_moment
from gongjian.demo.findings import follow_finding, follow_new
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from gongjian.lib.checklists import SHARE, ChecklistItem
from gongjian.lib.quarters import month_end
from inspections import duties
from inspections.models import Finding, Frontage, SelfCheck
from inspections.models.findings import FindingSource
from inspections.models.frontages import FrontageStatus
from inspections.services.findings import report_finding
from inspections.services.frontages import check_frontage
from inspections.services.self_checks import (
    accept_self_check,
    due_on,
    explain_lateness,
    return_self_check,
    save_self_check,
    start_self_check,
    submit_self_check,
)
from units.models import Unit

NO_TOILET = 0.2
# Of months that a community does not hand in on time: never handed in; handed in a day late.
MISSES, IS_LATE = 0.12, 0.45
WITHOUT_TIMES = "请补充说明公厕和收集点的检查时段"


@dataclass
class PlannedSelfCheck:
    """A community's self-check of one month, by whom and when it will be handed in."""

    community: Community
    month: str
    person: User
    handed_in_at: datetime
    random: Random


def plan_checks(play: Play) -> None:
    """Plan the quarter's self-checks, the office's walks and the 门前三包 checks."""
    for community in play.communities:
        for month in play.quarter.months:
            plan_self_check(play, community, month)
    for community in play.communities[::3]:
        plan_walk(play, community)
    if play.scale.frontage_checks:
        plan_frontage_checks(play)


def plan_walk(play: Play, community: Community) -> None:
    """Plan that the office walks by in the middle of the quarter and finds something."""
    random = play.random("round", community.code)
    note, place = random.choice(stories.PROBLEMS["L3"])
    day = date.fromisoformat(f"{play.quarter.months[1]}-20")
    found_at = office_moment(day, random)
    play.plan(3, found_at, find_something, community, note, place)


def find_something(play: Play, community: Community, note: str, place: str, at: datetime) -> None:
    unit = community.group.lead_unit
    fields = {"item_code": "L3", "description": note, "place": place, "responsible_unit": unit}
    clerk = play.clerk(0, at)
    finding = report_finding(
        community=community, source=FindingSource.CITY, **fields, by=clerk, at=at
    )
    follow_new(play, community, [finding], 3)


def plan_self_check(play: Play, community: Community, month: str) -> None:
    """Plan when a community begins its self-check of a month and hands it in, if it does."""
    random = play.random("self check", month, community.code)
    handed_in_on = day_of_handing_in(random, month, play.punctuality(community))
    if handed_in_on is None:
        return
    person = random.choice(play.people_of(community))
    last_day = month_end(month) - timedelta(days=1)
    days_before = random.randint(0, 2)
    begun_on = min(handed_in_on, last_day) - timedelta(days=days_before)
    begun_at = office_moment(begun_on, random)
    handed_in_at = office_moment(handed_in_on, random)
    handed_in_at = max(handed_in_at, begun_at + timedelta(minutes=30))
    self_check = PlannedSelfCheck(community, month, person, handed_in_at, random)
    play.plan(3, begun_at, begin, self_check)


def day_of_handing_in(random: Random, month: str, punctuality: float) -> date | None:
    """Return a day about the month's end, a day or two after the limit, or None for never."""
    if random.random() < 0.35 + 0.65 * punctuality:
        return month_end(month) + timedelta(days=random.randint(-5, 3))
    if random.random() < MISSES:
        return None
    days_late = 1 if random.random() < IS_LATE else 2
    return due_on(month) + timedelta(days=days_late)


def marks_of_group(play: Play, community: Community, random: Random) -> dict:
    """Return what a group writes about itself: kinder than the city's assessors are."""
    neglect = 1 - play.quality(community)
    failure_rate = play.scale.finding_rate * 1.5 * neglect
    marks = {}
    for item in play.checklist.items:
        fails = random.random() < failure_rate
        if item.answered_by:
            continue
        if item.code == "Q3" and has_no_toilet(play, community):
            marks[item.code] = {"result": "not_applicable"}
        elif fails:
            marks[item.code] = failed_mark(item, random, play.departments)
        else:
            marks[item.code] = {"result": "pass"}
    return marks


def has_no_toilet(play: Play, community: Community) -> bool:
    """Whether the community has no public toilet, the same in every quarter."""
    random = Random(f"{play.seed}:toilet:{community.code}")
    return random.random() < NO_TOILET


def failed_mark(item: ChecklistItem, random: Random, departments: dict[str, Unit]) -> dict:
    """Return the mark of an item that fails, half of the time laid upon the department for it."""
    note, place = random.choice(stories.PROBLEMS[item.code])
    department = departments.get(stories.DEPARTMENTS.get(item.code, ""))
    unit = department.pk if department and random.random() < 0.5 else None
    instances = random.choices((1, 2, 3), (7, 2, 1))[0]
    mark = {"result": "fail", "instances": instances, "note": note, "place": place, "unit": unit}
    if item.kind == SHARE:
        mark |= {"sampled": item.sample, "failed": instances}
    return mark


def begin(play: Play, planned: PlannedSelfCheck, at: datetime) -> None:
    """The group begins its self-check and saves its marks."""
    person = acting(planned.person, at)
    community = planned.community
    check = start_self_check(community=community, month=planned.month, by=person, at=at)
    marks = marks_of_group(play, community, planned.random)
    check = save_self_check(check, marks=marks, by=person, at=at)
    play.plan(3, planned.handed_in_at, hand_in, check, planned)


def hand_in(play: Play, check: SelfCheck, planned: PlannedSelfCheck, at: datetime) -> None:
    """The group hands in; its findings take their course and the office looks through it."""
    person = acting(planned.person, at)
    random, community = planned.random, planned.community
    check = submit_self_check(check, by=person, at=at)
    if check.is_late and community.pk % 2:
        explain_lateness(check, reason=stories.LATE_REASON, by=person, at=at)
    if "fail" in {mark["result"] for mark in check.marks.values()}:
        findings = Finding.objects.filter(self_check=check).order_by("pk")
        follow_new(play, community, findings.select_related("responsible_unit"), 3)
    reviewed_on = timezone.localdate(at) + timedelta(days=random.randint(1, 3))
    reviewed_at = office_moment(reviewed_on, random)
    clerk = play.staff.clerk(random.randrange(6))
    if random.random() < 0.02:
        play.plan(3, reviewed_at, give_back, check, person, clerk)
    else:
        play.plan(3, reviewed_at, accept, check, clerk)


def accept(play: Play, check: SelfCheck, clerk: User, at: datetime) -> None:
    accept_self_check(check, by=acting(clerk, at), at=at)


def give_back(play: Play, check: SelfCheck, person: User, clerk: User, at: datetime) -> None:
    return_self_check(check, remark=WITHOUT_TIMES, by=acting(clerk, at), at=at)
    play.plan(3, at + timedelta(hours=20), hand_in_again, check, person, clerk)


def hand_in_again(play: Play, check: SelfCheck, person: User, clerk: User, at: datetime) -> None:
    person = acting(person, at)
    save_self_check(check, marks=with_times(check.marks), by=person, at=at)
    submit_self_check(check, by=person, at=at)
    play.plan(3, at + timedelta(hours=5), accept, check, clerk)


def with_times(marks: dict) -> dict:
    """Return the marks with the times of day added to the note of every failed item."""
    completed = {}
    for code, mark in marks.items():
        completed[code] = dict(mark)
        if mark["result"] == "fail":
            completed[code]["note"] += stories.TIMES_OF_DAY
    return completed


def plan_frontage_checks(play: Play) -> None:
    """Plan checks of a few trading frontages in each community."""
    frontages = frontages_by_community(play)
    days = (play.quarter.end - play.quarter.first_day).days
    for community in play.communities:
        random = play.random("frontages", community.code)
        doors = frontages[community.pk]
        count = min(play.scale.frontage_checks, len(doors))
        for frontage in random.sample(doors, count):
            day = play.day(random.randrange(8, days))
            play.plan(3, office_moment(day, random), check_door, frontage, random)


def frontages_by_community(play: Play) -> dict[int, list[Frontage]]:
    """Return the trading frontages by their community's pk. One query."""
    doors = defaultdict(list)
    trading = Frontage.objects.filter(status=FrontageStatus.TRADING)
    for frontage in trading.select_related("road_section").order_by("pk"):
        frontage.community = play.by_pk[frontage.community_id]
        doors[frontage.community_id].append(frontage)
    return doors


def check_door(play: Play, frontage: Frontage, random: Random, at: datetime) -> None:
    """The community's worker checks one frontage; what fails becomes a finding."""
    community = frontage.community
    failed, remark = [], ""
    neglect = 1 - play.quality(community)
    if random.random() < 0.6 * neglect:
        count = random.randint(1, 2)
        failed = random.sample(sorted(duties.DEFAULT.names), count)
        remark = random.choice(stories.FRONTAGE_REMARKS)
    fields = {"checked_on": timezone.localdate(at), "failed": failed, "remark": remark}
    worker = play.worker(community, at)
    check_frontage(frontage, **fields, by=worker, at=at)
    if failed:
        newest = Finding.objects.select_related("responsible_unit").order_by("-pk")
        finding = newest.first()
        finding.community = community
        follow_finding(play, finding, 3)
