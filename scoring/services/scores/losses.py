"""Where points went beside the sheets: every late month, finding and case, with its record."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from gongjian.lib.templatetags.office import month_name
from inspections.models import FalseRectification, Finding, SelfCheck
from inspections.models.findings import CLOSED_IN_TIME, NOT_PUT_RIGHT
from inspections.services.progress import LATE
from scoring.models import Adjustment, Correction, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.corrections.kinds import CorrectionKind
from scoring.rules.rubrics.parts import ON_TIME
from scoring.services.readings.adjustments import (
    FALSE_RECTIFICATION,
    rules_for,
    takes_false_rectifications,
)
from scoring.services.scores.inputs import findings_due, self_check_states

Record = SelfCheck | Finding | Adjustment


@dataclass(frozen=True)
class Loss:
    """One thing that cost points, or that brought some.

    `record` is what it rests on: None for a month of which nothing was handed in.
    """

    part: str
    what: str
    record: Record | None


def losses_of(round: Round, communities: Collection[int], *, at: datetime) -> dict[int, list[Loss]]:
    """Return the losses by community, as they stood when the round was gathered, else at `at`.

    What a correction has put right is left out. Six queries at most, however many communities.
    """
    at = round.gathered_at or at
    losses: dict[int, list[Loss]] = defaultdict(list)
    for find in (lost_months, late_rectifications, false_rectifications, recorded_cases):
        for community, loss in find(round, communities, at):
            losses[community].append(loss)
    return losses


def lost_months(
    round: Round, communities: Collection[int], at: datetime
) -> Iterator[tuple[int, Loss]]:
    """Yield the months that came in late or not at all."""
    rules = round.rubric.rules.self_check
    if not rules.is_set:
        return
    handed_in = SelfCheck.objects.in_quarter(round.span).handed_in()
    checks = {}
    for check in handed_in.filter(community__in=communities).select_related("community"):
        checks[check.community_id, check.month] = check
    states = self_check_states(round.span, on=timezone.localdate(at))
    corrected = corrected_months(round)
    for community in communities:
        for month, state in states(community).items():
            if state != ON_TIME and (community, month) not in corrected:
                how = "逾期上报" if state == LATE else "没有上报"
                what = f"{month_name(month, 'full')}自查{how}"
                yield community, Loss(rules.name, what, checks.get((community, month)))


def corrected_months(round: Round) -> set[tuple[int, str]]:
    """Return the months of communities whose state a correction has put right."""
    corrections = Correction.objects.filter(round=round).in_force()
    months = set()
    for community, change in corrections.values_list("community", "change"):
        if change["kind"] == CorrectionKind.SELF_CHECK:
            months.add((community, change["key"]))
    return months


def late_rectifications(
    round: Round, communities: Collection[int], at: datetime
) -> Iterator[tuple[int, Loss]]:
    """Yield the findings that ran out in the quarter and were not closed out in time."""
    rules = round.rubric.rules.rectification
    if not rules.is_set:
        return
    due = findings_due(round.span, at).filter(community__in=communities)
    for finding in due.exclude(CLOSED_IN_TIME).order_by("due_at", "number"):
        how = "逾期没有整改" if finding.status in NOT_PUT_RIGHT else "逾期整改"
        if finding.rectified_at and finding.rectified_at <= finding.due_at:
            how = "按期整改，没有销号"
        what = f"{finding.number} {finding.description}：{how}"
        yield finding.community_id, Loss(rules.name, what, finding)


def false_rectifications(
    round: Round, communities: Collection[int], at: datetime
) -> Iterator[tuple[int, Loss]]:
    """Yield the findings that were falsely said to be put right, where that costs points."""
    if not takes_false_rectifications(round):
        return
    name = rules_for(round.rubric.rules)[AdjustmentKind.MALUS][FALSE_RECTIFICATION]
    established = FalseRectification.objects.in_quarter(round.span).filter(marked_at__lte=at)
    established = established.filter(finding__community__in=communities)
    for case in established.select_related("finding").order_by("marked_at", "pk"):
        what = f"{case.finding.number} {case.finding.description}：{case.reason}"
        yield case.finding.community_id, Loss(name, what, case.finding)


def recorded_cases(
    round: Round, communities: Collection[int], at: datetime
) -> Iterator[tuple[int, Loss]]:
    """Yield the cases that the office recorded: bonus, malus and veto."""
    rules = rules_for(round.rubric.rules)
    cases = Adjustment.objects.filter(round=round, community__in=communities).in_force()
    for case in cases.select_related("round").defer("round__frozen").order_by("pk"):
        name = rules[AdjustmentKind(case.kind)].get(case.rule_code, "")
        what = f"{name}：{case.reason}" if name else case.reason
        yield case.community_id, Loss(case.get_kind_display(), what, case)
