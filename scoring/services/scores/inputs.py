"""What a quarter's scores are computed from, read set-wise: as many queries for ten communities as for a city."""

from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, Sum
from django.utils import timezone

from communities.models import Community
from communities.models.places import Class
from gongjian.lib.quarters import Quarter
from inspections.models import Finding, SelfCheck
from inspections.services.progress import false_rectifications_in
from inspections.services.self_checks import due_on
from scoring.models import Round, Sheet
from scoring.models.rounds import SheetStatus
from scoring.rules.scores.components import Rectification
from scoring.rules.scores.locked_sheets import PassTotals
from scoring.rules.scores.quarters import CommunityInputs
from scoring.services.readings.adjustments import FALSE_RECTIFICATION, Cases, cases_of
from scoring.services.readings.recorded import recorded_inputs


def inputs_of(round: Round, *, at: datetime | None = None) -> list[CommunityInputs]:
    """Every community in the register with what its quarter rests on, as known at `at`, by code. Eight queries.

    Without `at`: as if every deadline of the quarter had passed.
    """
    passes = totals_by_pass(round)
    states = self_check_states(round.span, on=at and timezone.localdate(at))
    rectified = rectification_by_community(round.span, at=at)
    cases = cases_of(round)
    false_ones = false_rectification_cases(round, at=at)
    recorded = recorded_inputs(round, rectified)
    return [
        CommunityInputs(
            code=code,
            name=name,
            class_name=Class(kind).label,
            passes=passes.get(pk, {}),
            self_checks=states(pk),
            rectification=rectified.get(pk, Rectification(0, 0)),
            **_adjustments(cases.get(pk, Cases()), false_ones.get(pk, Counter())),
            **recorded(pk),
        )
        for pk, code, name, kind in _register()
    ]


def _adjustments(cases: Cases, established: Counter) -> dict:
    """What was recorded, and what the checks in the street have established themselves."""
    return {
        "bonuses": tuple(cases.bonuses),
        "bonus_cases": dict(cases.bonus_cases),
        "maluses": dict(cases.maluses + established),
        "vetoes": tuple(sorted(cases.vetoes)),
    }


def _register():
    return Community.objects.active().order_by("code").values_list("pk", "code", "name", "kind")


def totals_by_pass(round: Round) -> dict[int, dict[str, PassTotals]]:
    """Count, sum, highest and lowest of the locked sheets, by community and pass; the database sums. One query."""
    found: dict[int, dict[str, PassTotals]] = defaultdict(dict)
    figures = {
        "count": Count("pk"),
        "total": Sum("total_points"),
        "highest": Max("total_points"),
        "lowest": Min("total_points"),
    }
    for row in (
        Sheet.objects.filter(round=round)
        .locked()
        .values("community", "on_pass")
        .annotate(**figures)
    ):
        community, on_pass = row.pop("community"), row.pop("on_pass")
        found[community][on_pass] = PassTotals(
            row.pop("count"), **{name: _hundredths(row[name]) for name in row}
        )
    return found


def _hundredths(value: Decimal) -> Decimal:
    """SQLite sums decimals as floats; the sum of two-place figures has two places."""
    return value.quantize(Decimal("0.01"))


def self_check_states(quarter: Quarter, *, on: date | None, of: Community | None = None):
    """A function from a community's id to its state by month; a month still running to its deadline has none.

    One query. On time, late or, the deadline past, missing: nothing handed in scores nothing, never full. With `of` it
    knows that community alone.
    """
    handed_in = SelfCheck.objects.in_quarter(quarter).handed_in()
    handed_in = handed_in.filter(community=of) if of else handed_in
    rows = handed_in.values_list("community", "month", "is_late")
    late = {(community, month): is_late for community, month, is_late in rows}
    over = {month for month in quarter.months if on is None or on > due_on(month)}

    def states(community: int) -> dict[str, str]:
        known = {month: late.get((community, month)) for month in quarter.months}
        words = {None: "missing", True: "late", False: "on_time"}
        return {
            month: words[state]
            for month, state in known.items()
            if state is not None or month in over
        }

    return states


def rectification_by_community(
    quarter: Quarter, *, at: datetime | None = None
) -> dict[int, Rectification]:
    """Findings whose time ran out in the quarter (by `at`), and how many were closed out in time. One query."""
    return _counted(findings_due(quarter, at), "community")


def rectification_by_department(
    quarter: Quarter, *, at: datetime | None = None
) -> dict[int, Rectification]:
    """The same of what was dispatched to each functional department. One query."""
    dispatched = findings_due(quarter, at).filter(responsible_unit__is_functional_department=True)
    return _counted(dispatched, "responsible_unit")


def findings_due(quarter: Quarter, at: datetime | None):
    due = Finding.objects.due_in_quarter(quarter)
    return due.filter(due_at__lte=at) if at else due


def _counted(findings, by: str) -> dict[int, Rectification]:
    due = dict(findings.values(by).annotate(count=Count("pk")).values_list(by, "count"))
    closed = dict(
        findings.closed_in_time().values(by).annotate(count=Count("pk")).values_list(by, "count")
    )
    return {key: Rectification(count, closed.get(key, 0)) for key, count in due.items()}


def takes_false_rectifications(round: Round) -> bool:
    """Whether the round's rubric takes points for a false rectification."""
    return FALSE_RECTIFICATION in {rule.code for rule in round.rubric.rules.maluses}


def false_rectification_cases(round: Round, *, at: datetime | None = None) -> dict[int, Counter]:
    """False rectifications by community, where the round's rubric takes points for them. One query."""
    if not takes_false_rectifications(round):
        return {}
    found = false_rectifications_in(round.span, until=at)
    return {pk: Counter({FALSE_RECTIFICATION: count}) for pk, count in found.items()}


def sheets_of(round: Round) -> dict[str, dict[str, dict[str, Decimal]]]:
    """The locked sheets' points by community code, pass and number: what the frozen record holds. One query."""
    found: dict[str, dict[str, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    rows = Sheet.objects.filter(round=round).locked().order_by("pk")
    for pk, code, on_pass, points in rows.values_list(
        "pk", "community__code", "on_pass", "total_points"
    ):
        found[code][on_pass][str(pk)] = _hundredths(points)
    return found


def open_sheets(round: Round) -> dict[str, list[str]]:
    """Whose sheets are not locked yet, by community code. One query."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = Sheet.objects.filter(round=round, status=SheetStatus.OPEN).order_by(
        "community__code", "assessor__name"
    )
    for code, name in rows.values_list("community__code", "assessor__name"):
        found[code].append(name)
    return found
