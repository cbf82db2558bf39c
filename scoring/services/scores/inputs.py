"""What a quarter's scores rest on, read set-wise: as many queries for a city as for ten."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.utils import timezone

from communities.models import Community
from communities.models.places import Class
from gongjian.lib.points import HUNDRED, round_half_up
from gongjian.lib.quarters import Quarter
from inspections.models import Finding, SelfCheck
from inspections.models.findings import CLOSED_IN_TIME, FindingQuerySet
from inspections.models.self_checks import due_on
from inspections.services.progress import (
    LATE,
    MISSING,
    ON_TIME,
    false_rectifications_in,
    recurrences_in,
)
from scoring.models import Round, Sheet
from scoring.rules.rubrics.parts import ON_TIME_RECTIFICATION, REPEATS
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.components import Rectification
from scoring.rules.scores.locked_sheets import PassTotals
from scoring.rules.scores.quarters import CommunityInputs
from scoring.services.readings.adjustments import (
    FALSE_RECTIFICATION,
    CommunityCases,
    cases_of,
    takes_false_rectifications,
)
from scoring.services.readings.recorded import absences_of, readings_of
from scoring.services.scores.in_force import last_places

# Decimals of the percentage that parts equal places: enough for a million findings.
TIE_BREAKER_PLACES = 6


def needs_rules(rubric: Rubric) -> bool:
    """Whether the rubric asks for figures that only `scoring.rules` computes.

    These are measured items, tie-breakers, absences, and a bonus by the place of the quarter
    before.
    """
    ranking = rubric.ranking
    return bool(
        rubric.measured or ranking.tie_breakers or ranking.lists_absent or rubric.bonus.by_place
    )


def inputs_of(round: Round, *, at: datetime | None = None) -> list[CommunityInputs]:
    """Return what the quarter of every community in the register rests on at `at`, by code.

    Without `at`: as if every deadline of the quarter had passed. Twelve queries at most.
    """
    rubric = round.rubric.rules
    breakers = set()
    for breaker in rubric.ranking.tie_breakers:
        breakers.add(breaker.code)
    on = None
    if at:
        on = timezone.localdate(at)
    passes = totals_by_pass(round)
    self_checks = self_check_states(round.span, on=on)
    rectifications = rectification_by_community(round.span, at=at)
    cases = case_inputs(round, at=at)
    readings = readings_of(round)
    absences = absences_of(round)
    if REPEATS in breakers:
        repeats = recurrences_in(round.span)
    else:
        repeats = {}
    if rubric.bonus.by_place:
        places = last_places(round)
    else:
        places = {}

    inputs = []
    register = Community.objects.active().order_by("code")
    for pk, code, name, kind in register.values_list("pk", "code", "name", "kind"):
        rectification = rectifications.get(pk, Rectification(0, 0))
        absent = absences.get(pk, "")
        recorded: dict[str, Any] = {
            "passes": passes.get(pk, {}),
            "self_checks": self_checks(pk),
            "rectification": rectification,
            "readings": readings.get(pk, {}),
            "absent": absent,
        }
        recorded["tie_breakers"] = tie_breaker_values(breakers, rectification, repeats.get(pk, 0))
        recorded |= cases(pk)
        recorded["last_place"] = places.get(pk)
        community_inputs = CommunityInputs(code, name, Class(kind).label, **recorded)
        inputs.append(community_inputs)
    return inputs


def case_inputs(round: Round, *, at: datetime | None = None) -> Callable[[int], dict[str, Any]]:
    """Return a function from a community's id to what its cases bring and cost, as inputs by name.

    Both those that the office recorded and the false rectifications, which count by themselves.
    Two queries.
    """
    recorded = cases_of(round)
    established = false_rectification_cases(round, at=at)

    def inputs(community: int) -> dict[str, Any]:
        cases = recorded.get(community, CommunityCases())
        maluses = cases.maluses + established.get(community, Counter())
        vetoes = tuple(sorted(cases.vetoes))
        return {
            "bonuses": tuple(cases.bonuses),
            "bonus_cases": dict(cases.bonus_cases),
            "maluses": dict(maluses),
            "vetoes": vetoes,
        }

    return inputs


def tie_breaker_values(
    codes: Collection[str], rectification: Rectification, repeats: int
) -> dict[str, Decimal]:
    """Return what parts equal places, by those codes that the rubric asks for."""
    values = {}
    if ON_TIME_RECTIFICATION in codes:
        percent = Decimal(100)  # nothing due is all of it, as in the component
        if rectification.due:
            share = HUNDRED * rectification.closed_in_time / rectification.due
            percent = round_half_up(share, TIE_BREAKER_PLACES)
        values[ON_TIME_RECTIFICATION] = percent
    if REPEATS in codes:
        values[REPEATS] = Decimal(repeats)
    return values


def totals_by_pass(round: Round) -> dict[int, dict[str, PassTotals]]:
    """Return count, sum, highest and lowest of the locked sheets, by community and pass.

    One query.
    """
    sheets = Sheet.objects.filter(round=round).locked().order_by()
    rows = sheets.values_list("community", "on_pass").annotate(
        Count("pk"), *(figure("total_points") for figure in (Sum, Max, Min))
    )
    totals: dict[int, dict[str, PassTotals]] = defaultdict(dict)
    for community, on_pass, count, *points in rows:
        total, highest, lowest = map(_two_places, points)
        totals[community][on_pass] = PassTotals(count, total, highest, lowest)
    return totals


def _two_places(points: Decimal) -> Decimal:
    """Return the points with two places: SQLite sums decimals as floats."""
    return points.quantize(Decimal("0.01"))


def self_check_states(
    quarter: Quarter, *, on: date | None, of: Community | None = None
) -> Callable[[int], dict[str, str]]:
    """Return a function from a community's id to its state by month. One query.

    A month is on time, late or, its deadline past on the day `on`, missing; a month that may still
    come in has no state. With `of` the function knows that community alone.
    """
    self_checks = SelfCheck.objects.in_quarter(quarter)
    handed_in = self_checks.handed_in()
    if of:
        handed_in = handed_in.filter(community=of)
    is_late = {}
    for community, month, late in handed_in.values_list("community", "month", "is_late"):
        is_late[community, month] = late
    past_months = {month for month in quarter.months if on is None or on > due_on(month)}

    def states(community: int) -> dict[str, str]:
        by_month = {}
        for month in quarter.months:
            if (community, month) in is_late:
                by_month[month] = LATE if is_late[community, month] else ON_TIME
            elif month in past_months:
                by_month[month] = MISSING
        return by_month

    return states


def rectification_by_community(
    quarter: Quarter, *, at: datetime | None = None
) -> dict[int, Rectification]:
    """Return findings that ran out in the quarter (by `at`), and how many were closed in time."""
    return _rectifications(findings_due(quarter, at), "community")


def rectification_by_department(
    quarter: Quarter, *, at: datetime | None = None
) -> dict[int, Rectification]:
    """Return the same of what was dispatched to each functional department."""
    due = findings_due(quarter, at)
    dispatched = due.filter(responsible_unit__is_functional_department=True)
    return _rectifications(dispatched, "responsible_unit")


def _rectifications(findings: QuerySet[Finding], by: str) -> dict[int, Rectification]:
    """Return due and closed in time of the findings, by one of their columns. One query."""
    rows = findings.order_by().values_list(by)
    counts = rows.annotate(Count("pk"), closed=Count("pk", filter=CLOSED_IN_TIME))
    rectifications = {}
    for key, due, closed in counts:
        rectifications[key] = Rectification(due, closed)
    return rectifications


def findings_due(quarter: Quarter, at: datetime | None) -> FindingQuerySet:
    """Return the findings whose time ran out in the quarter, by `at` where it is told."""
    due = Finding.objects.due_in_quarter(quarter)
    if at:
        return due.filter(due_at__lte=at)
    return due


def false_rectification_cases(
    round: Round, *, at: datetime | None = None
) -> dict[int, Counter[str]]:
    """Return the cases of false rectification by community. One query.

    Nothing where the rubric takes no points for them.
    """
    if not takes_false_rectifications(round):
        return {}
    counts = false_rectifications_in(round.span, until=at)
    cases = {}
    for pk, count in counts.items():
        cases[pk] = Counter({FALSE_RECTIFICATION: count})
    return cases


def sheets_of(round: Round) -> dict[str, dict[str, dict[str, Decimal]]]:
    """Return the points of the locked sheets by community code, pass and number. One query."""
    points_of: dict[str, dict[str, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    sheets = Sheet.objects.filter(round=round)
    rows = sheets.locked().order_by("pk")
    for pk, code, on_pass, points in rows.values_list(
        "pk", "community__code", "on_pass", "total_points"
    ):
        if points is not None:
            points_of[code][on_pass][str(pk)] = _two_places(points)
    return points_of
