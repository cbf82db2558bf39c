"""What the figures of lead units, member units and functional departments rest on (assessment 3.6): gathered here,
computed in scoring.rules.scores.units."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from communities.models import (
    AssignmentItem,
    GroupMember,
    LabourAttendance,
    LabourDay,
    Meeting,
    MeetingAttendance,
)
from communities.models.groups import MemberRole
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from gongjian.lib.quarters import Quarter
from inspections.models import FrontageCheck
from scoring.models import Round, UnitScore
from scoring.models.scores import Standing
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.units import UnitInputs, unit_results
from scoring.rules.scores.years import Share
from scoring.services.scores.blame import Blame, blame_in
from scoring.services.scores.inputs import rectification_by_department
from units.models import Unit

Seats = Mapping[int, list[int]]
"""By unit id, the ids of the communities that it leads, or in which it is a member."""
Scored = Mapping[int, tuple[str, str, Decimal]]
"""By community id: its code, its name and its published points."""


def unit_scores_of(round: Round, rubric: Rubric, *, at: datetime) -> list[UnitScore]:
    """Every unit's result in each of its standings, ranked inside the standing; not saved. Twelve queries at most.

    By the scores just stored of the communities that have a group: units are rated by no others.
    """
    scored, blame = _scored(round), blame_in(round, rubric)
    units = _inputs(round, rubric, scored, blame, at=at)
    points = {code: (name, points) for code, name, points in scored.values()}
    return [
        UnitScore(
            round=round,
            unit_id=int(one.inputs.ref),
            standing=one.inputs.standing,
            total_points=one.points,
            rank=one.place,
            explanation=one.explanation,
        )
        for one in unit_results(units, points, blame.cases, rubric)
    ]


def unit_inputs_of(round: Round, rubric: Rubric, *, at: datetime) -> list[UnitInputs]:
    """What the units' figures rest on, as known at `at`: what the frozen record holds. Twelve queries at most."""
    return _inputs(round, rubric, _scored(round), blame_in(round, rubric), at=at)


def _scored(round: Round) -> Scored:
    grouped = round.scores.filter(
        community__in=GroupMember.objects.values("group__community")
    ).order_by()
    rows = grouped.values_list("community", "community__code", "community__name", "total_points")
    return {pk: (code, name, points) for pk, code, name, points in rows}


def _inputs(
    round: Round, rubric: Rubric, scored: Scored, blame: Blame, *, at: datetime
) -> list[UnitInputs]:
    led, joined = _seats(scored)
    shares = duty_shares(round.span, joined)
    counted = {rule.code for rule in rubric.member_unit.duties}
    handled = rectification_by_department(round.span, at=at)
    names = dict(Unit.objects.filter(pk__in={*led, *joined, *handled}).values_list("pk", "name"))

    def unit(standing: str, pk: int, **given) -> UnitInputs:
        return UnitInputs(standing, str(pk), names[pk], **given)

    def places(communities: Iterable[int]) -> tuple[str, ...]:
        return tuple(scored[community][0] for community in communities)

    def duties(pk: int) -> dict[str, Share]:
        return {code: share for code, share in shares[pk].items() if code in counted}

    return [
        *(unit(Standing.LEAD, pk, communities=places(seats)) for pk, seats in led.items()),
        *(
            unit(Standing.MEMBER, pk, communities=places(s), duties=duties(pk))
            for pk, s in joined.items()
        ),
        *(
            unit(
                Standing.DEPARTMENT,
                pk,
                handled=Share(cases.due, cases.closed_in_time),
                blame=blame.of(pk),
            )
            for pk, cases in handled.items()
        ),
    ]


def _seats(scored: Scored) -> tuple[Seats, Seats]:
    """Those led and those joined, in each the communities by code."""
    led, joined = defaultdict(list), defaultdict(list)
    rows = GroupMember.objects.order_by("group__community__code").values_list(
        "unit", "group__community", "role"
    )
    for unit, community, role in rows:
        if community in scored:
            (led if role == MemberRole.LEAD else joined)[unit].append(community)
    return led, joined


def duty_shares(quarter: Quarter, joined: Seats) -> dict[int, dict[str, Share]]:
    """Each member unit's own duties, due and done. Six queries.

    Meetings and labour days: held in its communities, and attended by the unit; one not written down as present was
    absent. Tasks and 门前三包 checks are the whole group's (policy 二之三): each member carries its group's share.
    """
    meetings = _held(Meeting.objects.in_quarter(quarter).filter(status=MeetingStatus.HELD))
    met = MeetingAttendance.objects.filter(
        meeting__quarter=str(quarter), meeting__status=MeetingStatus.HELD
    )
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
    return dict(
        rows.values("community").annotate(count=Count("pk")).values_list("community", "count")
    )


def _attended(rows, community: str) -> Counter:
    """By (unit, community), how often the unit was there."""
    counted = rows.values_list("unit", community).annotate(count=Count("pk"))
    return Counter({(unit, place): count for unit, place, count in counted})


def _attendance(
    unit: int, communities: Iterable[int], held: Mapping[int, int], attended: Counter
) -> Share:
    due = sum(held.get(community, 0) for community in communities)
    return Share(
        due,
        sum(min(attended[unit, community], held.get(community, 0)) for community in communities),
    )


def _tasks(quarter: Quarter) -> dict[int, Share]:
    """By community, the items of the quarter's work plan, and those done by their day."""
    items = AssignmentItem.objects.filter(assignment__plan__quarter=str(quarter))
    in_time = Q(done_on__lte=Coalesce(F("item__due_on"), F("assignment__plan__due_on")))
    return _shares(items, "assignment__community", in_time)


def _frontage_checks(quarter: Quarter) -> dict[int, Share]:
    """By community, the 门前三包 checks of the quarter, and those passed."""
    return _shares(
        FrontageCheck.objects.filter(quarter=str(quarter)), "frontage__community", Q(passed=True)
    )


def _shares(rows, community: str, done: Q) -> dict[int, Share]:
    counted = rows.values_list(community).annotate(due=Count("pk"), done=Count("pk", filter=done))
    return {place: Share(due, finished) for place, due, finished in counted}


def _together(communities: Iterable[int], shares: Mapping[int, Share]) -> Share:
    listed = [shares[community] for community in communities if community in shares]
    return Share(sum(share.due for share in listed), sum(share.done for share in listed))
