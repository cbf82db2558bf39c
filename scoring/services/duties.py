"""What lead units, member units and functional departments get (assessment 3.6; rules in scoring.rules.years)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from communities.models import AssignmentItem, GroupMember, LabourAttendance, LabourDay, Meeting, MeetingAttendance
from communities.models.groups import MemberRole
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from gongjian.lib.points import mean, plain
from gongjian.lib.quarters import Quarter
from inspections.models import FrontageCheck
from scoring.models import Round, UnitScore
from scoring.models.scores import Standing
from scoring.rules.ranking import Entry, rank
from scoring.rules.refusals import Missing
from scoring.rules.rubric import Rubric
from scoring.rules.years import (
    Share,
    blame_borne,
    functional_department_points,
    lead_unit_points,
    member_unit_points,
    own_duties_points,
)
from scoring.services.blame import shared_cases
from scoring.services.inputs import rectification_by_department

STYLES = {"mean": "取所牵头社区的平均分", "lowest": "取所牵头社区中最低的", "highest": "取所牵头社区中最高的"}

Pairs = Mapping[tuple[int, int], int]
Points = Mapping[int, tuple[str, Decimal]]
"""By community id: its name and its published points."""


@dataclass(frozen=True)
class Seats:
    """By unit id, the ids of the communities that it leads, and of those in which it is a member."""

    led: Mapping[int, list[int]]
    joined: Mapping[int, list[int]]


def unit_scores_of(round: Round, scores: Points, rubric: Rubric, *, at: datetime) -> list[UnitScore]:
    """Every unit's result in each of its standings, ranked inside the standing; not saved.

    A unit of which nothing was due this quarter is not rated: that is no full mark and no nought. Ten queries at most.
    """
    seats = _seats(scores)
    known = {rule.code for rule in rubric.member_unit.duties}
    shares = {
        unit: {code: share for code, share in counted.items() if code in known}
        for unit, counted in duty_shares(round.span, seats.joined).items()
    }
    handled = rectification_by_department(round.span, at=at)
    borne = blame_borne(shared_cases(round, rubric), rubric)
    rated = [
        *_lead_units(seats.led, scores, rubric.lead_unit_style),
        *_member_units(seats.joined, scores, shares, rubric),
        *_departments(handled, borne, rubric),
    ]
    return _ranked(round, rated, rubric)


def _seats(scores: Points) -> Seats:
    led, joined = defaultdict(list), defaultdict(list)
    rows = GroupMember.objects.order_by("group__community__code").values_list("unit", "group__community", "role")
    for unit, community, role in rows:
        if community in scores:
            (led if role == MemberRole.LEAD else joined)[unit].append(community)
    return Seats(led, joined)


def duty_shares(quarter: Quarter, joined: Mapping[int, list[int]]) -> dict[int, dict[str, Share]]:
    """Each member unit's own duties, due and done. Six queries.

    Meetings and labour days: held in its communities, and attended by the unit; one not written down as present was
    absent. Tasks and 门前三包 checks are the whole group's (policy 二之三): each member carries its group's share.
    """
    meetings = _held(Meeting.objects.in_quarter(quarter).filter(status=MeetingStatus.HELD))
    met = MeetingAttendance.objects.filter(meeting__quarter=str(quarter), meeting__status=MeetingStatus.HELD)
    labour_days = _held(LabourDay.objects.in_quarter(quarter).filter(status=LabourStatus.HELD))
    worked = LabourAttendance.objects.filter(
        labour_day__quarter=str(quarter), labour_day__status=LabourStatus.HELD, headcount__gt=0
    )
    met_by = _attended(met.filter(attended=True), "meeting__community")
    worked_by = _attended(worked, "labour_day__community")
    tasks, checks = _tasks(quarter), _frontage_checks(quarter)
    return {
        unit: {
            "meetings": _attendance(unit, communities, meetings, met_by),
            "labour_days": _attendance(unit, communities, labour_days, worked_by),
            "tasks": _together(communities, tasks),
            "frontage_checks": _together(communities, checks),
        }
        for unit, communities in joined.items()
    }


def _held(rows) -> dict[int, int]:
    return dict(rows.values("community").annotate(count=Count("pk")).values_list("community", "count"))


def _attended(rows, community: str) -> Counter:
    """By (unit, community), how often the unit was there."""
    counted = rows.values_list("unit", community).annotate(count=Count("pk"))
    return Counter({(unit, place): count for unit, place, count in counted})


def _attendance(unit: int, communities: Iterable[int], held: Mapping[int, int], attended: Counter) -> Share:
    due = sum(held.get(community, 0) for community in communities)
    return Share(due, sum(min(attended[unit, community], held.get(community, 0)) for community in communities))


def _tasks(quarter: Quarter) -> dict[int, Share]:
    """By community, the items of the quarter's work plan, and those done by their day."""
    items = AssignmentItem.objects.filter(assignment__plan__quarter=str(quarter))
    in_time = Q(done_on__lte=Coalesce(F("item__due_on"), F("assignment__plan__due_on")))
    return _shares(items, "assignment__community", in_time)


def _frontage_checks(quarter: Quarter) -> dict[int, Share]:
    """By community, the 门前三包 checks of the quarter, and those passed."""
    return _shares(FrontageCheck.objects.filter(quarter=str(quarter)), "frontage__community", Q(passed=True))


def _shares(rows, community: str, done: Q) -> dict[int, Share]:
    counted = rows.values_list(community).annotate(due=Count("pk"), done=Count("pk", filter=done))
    return {place: Share(due, finished) for place, due, finished in counted}


def _together(communities: Iterable[int], shares: Mapping[int, Share]) -> Share:
    listed = [shares[community] for community in communities if community in shares]
    return Share(sum(share.due for share in listed), sum(share.done for share in listed))


@dataclass(frozen=True)
class Rated:
    unit: int
    standing: str
    points: Decimal
    explanation: dict


def _lead_units(led: Mapping[int, list[int]], scores: Points, style: str) -> Iterable[Rated]:
    for unit, communities in led.items():
        points = lead_unit_points(_by_name(communities, scores), style)
        parts = _communities(communities, scores) if style == "mean" else _chosen(communities, scores, points)
        yield Rated(unit, Standing.LEAD, points, _part("牵头单位得分", points, note=STYLES[style], parts=parts))


def _chosen(communities: Iterable[int], scores: Points, points: Decimal) -> list[dict]:
    """All its communities, of which the one that hands its figure down weighs all."""
    listed = [scores[community] for community in communities]
    chosen = next(number for number, (_, held) in enumerate(listed) if held == points)
    return [
        _part(name, held, int(number == chosen), note="得分取自这里" if number == chosen else "")
        for number, (name, held) in enumerate(listed)
    ]


def _member_units(
    joined: Mapping[int, list[int]], scores: Points, shares: Mapping[int, Mapping[str, Share]], rubric: Rubric
) -> Iterable[Rated]:
    for unit, communities in joined.items():
        try:
            points = member_unit_points(_by_name(communities, scores), shares[unit], rubric)
        except Missing:  # nothing at all was due of it
            continue
        yield Rated(
            unit, Standing.MEMBER, points, _member_explanation(points, communities, scores, shares[unit], rubric)
        )


def _departments(handled, borne: Mapping[int, Fraction], rubric: Rubric) -> Iterable[Rated]:
    for unit, counted in handled.items():
        share, blame = Share(counted.due, counted.closed_in_time), borne.get(unit, Fraction(0))
        points = functional_department_points(share, blame)
        note = f"派给该部门、本季度到期的问题 {counted.due} 件，按期销号 {counted.closed_in_time} 件"
        parts = _blame_parts(share, blame, note, rubric) if blame else ()
        yield Rated(unit, Standing.DEPARTMENT, points, _part("职能部门得分", points, note=note, parts=parts))


def _blame_parts(share: Share, blame: Fraction, note: str, rubric: Rubric) -> list[dict]:
    parts = [_part("按期办结", share.points, note=note), _part("分担扣分", -blame, note=_blame_note(rubric))]
    if over := blame - share.points if blame > share.points else 0:
        parts.append(_part("保底", over, note="不低于 0 分"))
    return parts


def _blame_note(rubric: Rubric) -> str:
    kinds = {rule.code: rule for rule in rubric.shared_blame}
    shared = [(rule, kinds[rule.shared_by]) for rule in rubric.maluses if rule.shared_by]
    return "；".join(
        f"{rule.name}每次扣 {rule.points_each} 分，最多扣 {rule.cap} 分，“{kind.name}”由部门承担 "
        f"{plain(100 * kind.department_share).rstrip('0').rstrip('.')}%"
        for rule, kind in shared
    )


def _by_name(communities: Iterable[int], scores: Points) -> dict[str, Decimal]:
    """By name and id: two communities of one name in two subdistricts are two."""
    return {f"{scores[community][0]}#{community}": scores[community][1] for community in communities}


def _ranked(round: Round, rated: list[Rated], rubric: Rubric) -> list[UnitScore]:
    rules = replace(rubric.ranking, tie_breakers=())
    entries = [Entry(f"{one.standing}:{one.unit:012}", one.points, one.standing) for one in rated]
    places = {place.code: place.class_place for place in rank(entries, rules)}
    return [
        UnitScore(
            round=round,
            unit_id=one.unit,
            standing=one.standing,
            total_points=one.points,
            rank=places[entry.code],
            explanation=one.explanation,
        )
        for one, entry in zip(rated, entries, strict=True)
    ]


def _member_explanation(points, communities, scores: Points, shares: Mapping[str, Share], rubric: Rubric) -> dict:
    rules = rubric.member_unit
    community = mean([scores[place][1] for place in communities])
    if not rules.duties:
        return _part("共建单位得分", points, parts=_communities(communities, scores))
    own = own_duties_points(shares, rubric)
    counted = sum(Fraction(rule.weight) for rule in rules.duties if shares[rule.code].due)
    duties = [_duty(rule, shares[rule.code], counted) for rule in rules.duties]
    return _part(
        "共建单位得分",
        points,
        parts=[
            _part("所在社区得分", community, rules.community_weight, parts=_communities(communities, scores)),
            _part("本单位职责", own, rules.own_duties_weight, parts=duties),
        ],
    )


def _duty(rule, share: Share, counted: Fraction) -> dict:
    if not share.due:
        return _part(rule.name, None, note="本季度没有应办事项，不计入")
    return _part(rule.name, share.points, Fraction(rule.weight) / counted, note=f"应 {share.due}，实 {share.done}")


def _communities(communities: Iterable[int], scores: Points) -> list[dict]:
    listed = [scores[community] for community in communities]
    return [_part(name, points, Fraction(1, len(listed))) for name, points in listed]


def _part(name: str, value, weight=None, note: str = "", parts=()) -> dict:
    """A line of the explanation in the shape of scoring.rules.explanation."""
    contribution = value if weight is None or value is None else Fraction(value) * Fraction(weight)
    return {
        "name": name,
        "value": None if value is None else plain(value),
        "weight": None if weight is None else plain(weight),
        "contribution": None if contribution is None else plain(contribution),
        "clause": "",
        "note": note,
        "parts": list(parts),
    }
