"""Stage 3: monthly self-checks, what they find, 门前三包 checks, and how it is put right."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from communities.models import Community
from gongjian.demo import stories
from gongjian.demo.calendar import office_moment
from gongjian.demo.findings import follow_finding, follow_new
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from gongjian.lib.checklists import SHARE, Checklist, load_checklist
from gongjian.lib.quarters import month_end
from inspections import duties
from inspections.models import Finding, Frontage, SelfCheck
from inspections.models.findings import Source
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
MISSES, IS_LATE = 0.12, 0.45
"""Of months that a community does not hand in on time: never at all; a little later."""


def plan_checks(play: Play) -> None:
    """Plan the quarter's self-checks and 门前三包 checks."""
    departments = {
        unit.short_name: unit for unit in Unit.objects.filter(is_functional_department=True)
    }
    rules = load_checklist(play.reference.checklist.content)
    for community in play.communities:
        for month in play.quarter.months:
            _plan_self_check(play, community, month, rules, departments)
    for community in play.communities[::3]:
        _plan_round(play, community)
    if play.scale.frontage_checks:
        _plan_frontage_checks(play)


def _plan_round(play: Play, community: Community) -> None:
    """The office walks by in the middle of the quarter and finds one thing that takes its time."""
    random = play.random("round", community.code)
    day = date.fromisoformat(f"{play.quarter.months[1]}-20")
    note, place = random.choice(stories.PROBLEMS["L3"])

    def find(at: datetime) -> None:
        clerk = acting(play.staff.clerk(0), at)
        given = {"source": Source.CITY, "item_code": "L3", "description": note, "place": place}
        lead = community.group.lead_unit
        finding = report_finding(
            community=community, responsible_unit=lead, **given, by=clerk, at=at
        )
        follow_new(play, community, [finding], 3)

    play.plan(3, office_moment(day, random), find)


def _plan_self_check(
    play: Play, community: Community, month: str, rules: Checklist, departments
) -> None:
    random = play.random("self check", month, community.code)
    hands_in_on = _day_of_handing_in(random, month, play.characters[community.pk].punctuality)
    if hands_in_on is None:
        return
    person = random.choice((play.staff.workers[community.pk], play.staff.lead_officer(community)))
    begun_on = min(hands_in_on, month_end(month) - timedelta(days=1))
    begun_at = office_moment(begun_on - timedelta(days=random.randint(0, 2)), random)
    at = max(office_moment(hands_in_on, random), begun_at + timedelta(minutes=30))
    held: dict[str, SelfCheck] = {}

    def begin(at: datetime) -> None:
        check = start_self_check(community=community, month=month, by=acting(person, at), at=at)
        marks = _marks(play, community, random, rules, departments)
        held["check"] = save_self_check(check, marks=marks, by=person, at=at)

    def hand_in(at: datetime) -> None:
        check = submit_self_check(held["check"], by=acting(person, at), at=at)
        if check.is_late and community.pk % 2:
            explain_lateness(check, reason=stories.LATE_REASON, by=person, at=at)
        if any(mark["result"] == "fail" for mark in check.marks.values()):
            found = (
                Finding.objects.filter(self_check=check)
                .select_related("responsible_unit")
                .order_by("pk")
            )
            follow_new(play, community, found, 3)
        _plan_review(play, check, person, random, at)

    play.plan(3, begun_at, begin)
    play.plan(3, at, hand_in)


def _day_of_handing_in(random: Random, month: str, punctuality: float) -> date | None:
    """A day about the month's end; some days late when the community is not punctual; or never."""
    last = month_end(month) - timedelta(days=1)
    if random.random() < 0.35 + 0.65 * punctuality:
        return last + timedelta(days=random.randint(-4, 4))
    if random.random() < MISSES:
        return None
    return due_on(month) + timedelta(days=1 if random.random() < IS_LATE else 2)


def _marks(play: Play, community: Community, random: Random, rules: Checklist, departments) -> dict:
    """What a group writes about itself: kinder than the city's assessors, and silent on half of it."""
    lacks_toilet = Random(f"{play.seed}:toilet:{community.code}").random() < NO_TOILET
    quality = play.characters[community.pk].quality
    marks = {}
    for item in rules.items:
        fails = random.random() < play.scale.finding_rate * 1.5 * (1 - quality)
        if item.answered_by:
            continue
        if item.code == "Q3" and lacks_toilet:
            marks[item.code] = {"result": "not_applicable"}
        elif fails:
            mark = _failed(item.code, random, departments)
            share = (
                {"sampled": item.sample, "failed": mark["instances"]} if item.kind == SHARE else {}
            )
            marks[item.code] = mark | share
        else:
            marks[item.code] = {"result": "pass"}
    return marks


def _failed(code: str, random: Random, departments: dict[str, Unit]) -> dict:
    note, place = random.choice(stories.PROBLEMS[code])
    department = departments.get(stories.DEPARTMENTS.get(code, ""))
    unit = department.pk if department and random.random() < 0.5 else None
    instances = random.choices((1, 2, 3), (7, 2, 1))[0]
    return {"result": "fail", "instances": instances, "note": note, "place": place, "unit": unit}


def _plan_review(
    play: Play, check: SelfCheck, person, random: Random, handed_in_at: datetime
) -> None:
    """The office looks through it within three days; now and then it is given back once."""
    at = office_moment(
        timezone.localdate(handed_in_at) + timedelta(days=random.randint(1, 3)), random
    )
    clerk = play.staff.clerk(random.randrange(6))

    def accept(at: datetime) -> None:
        accept_self_check(check, by=acting(clerk, at), at=at)

    def give_back(at: datetime) -> None:
        return_self_check(
            check, remark="请补充说明公厕和收集点的检查时段", by=acting(clerk, at), at=at
        )
        play.plan(3, at + timedelta(hours=20), hand_in_again)

    def hand_in_again(at: datetime) -> None:
        save_self_check(check, marks=_mended(check.marks), by=acting(person, at), at=at)
        submit_self_check(check, by=acting(person, at), at=at)
        play.plan(3, at + timedelta(hours=5), accept)

    play.plan(3, at, give_back if random.random() < 0.02 else accept)


def _mended(marks: dict) -> dict:
    """What was given back for want of times, with the times."""
    return {
        code: {**mark, "note": f"{mark['note']}{stories.TIMES_OF_DAY}"}
        if mark["result"] == "fail"
        else mark
        for code, mark in marks.items()
    }


def _plan_frontage_checks(play: Play) -> None:
    doors = defaultdict(list)
    trading = (
        Frontage.objects.filter(status=FrontageStatus.TRADING)
        .select_related("road_section")
        .order_by("pk")
    )
    for frontage in trading:
        frontage.community = play.by_pk[frontage.community_id]
        doors[frontage.community_id].append(frontage)
    days = (play.quarter.end - play.quarter.first_day).days
    for community in play.communities:
        random = play.random("frontages", community.code)
        chosen = random.sample(
            doors[community.pk], min(play.scale.frontage_checks, len(doors[community.pk]))
        )
        for frontage in chosen:
            day = play.quarter.first_day + timedelta(days=random.randrange(8, days))
            play.plan(3, office_moment(day, random), _look_at(play, frontage, random))


def _look_at(play: Play, frontage: Frontage, random: Random) -> Callable[[datetime], None]:
    community = frontage.community

    def check(at: datetime) -> None:
        fails = random.random() < 0.6 * (1 - play.characters[community.pk].quality)
        failed = random.sample(sorted(duties.DEFAULT.names), random.randint(1, 2)) if fails else []
        remark = random.choice(stories.FRONTAGE_REMARKS) if fails else ""
        worker = acting(play.staff.workers[community.pk], at)
        check_frontage(
            frontage,
            checked_on=timezone.localdate(at),
            failed=failed,
            remark=remark,
            by=worker,
            at=at,
        )
        if failed:
            found = Finding.objects.select_related("responsible_unit").order_by("-pk").first()
            found.community = community
            follow_finding(play, found, 3)

    return check
