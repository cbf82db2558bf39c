"""What of one community's score can be contested beside the items of its sheets."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from communities.models import Community
from gongjian.lib.templatetags.office import month_name
from inspections.models import FalseRectification
from scoring.models import Adjustment, Reading, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.models.appeals import AppealKind
from scoring.rules.corrections.changes import OnRecord
from scoring.rules.corrections.kinds import CorrectionKind
from scoring.rules.rubrics.parts import ON_TIME
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.corrections.correctable import CorrectableInput, reading_subjects, subject_in
from scoring.services.readings.adjustments import (
    FALSE_RECTIFICATION,
    rules_for,
    takes_false_rectifications,
)
from scoring.services.scores.inputs import findings_due, self_check_states

MALUS_GROUP, VETO_GROUP, BONUS_GROUP = "扣分事项", "一票否决", "应加未加的分"


def contestable(round: Round, community: Community, *, at: datetime) -> list[CorrectableInput]:
    """Return each input that may have cost the community points, named as a change names it.

    A recorded case goes by its number. A self-check on time, findings all closed out in time and
    cases there are none of leave nothing to contest. Five queries.
    """
    rubric = round.rubric.rules
    recorded = inputs_as_on_record(round, community, at)
    on_record = OnRecord(recorded, {})
    subjects = list(subjects_from_records(on_record, rubric))
    subjects += reading_subjects(round, recorded)
    subjects += recorded_cases(round, community, rubric)
    subjects += missed_bonuses(on_record, rubric)
    return subjects


def inputs_as_on_record(round: Round, community: Community, at: datetime) -> dict[str, Any]:
    """Return the community's inputs as the frozen record has them, as far as contestable."""
    today = timezone.localdate(at)
    states_by_community = self_check_states(round.span, on=today, of=community)
    due = findings_due(round.span, at).filter(community=community)
    rectification = {"due": due.count(), "closed_in_time": due.closed_in_time().count()}
    readings = Reading.objects.filter(round=round, community=community)
    false_count = false_rectifications(round, community, at)
    recorded = recorded_bonuses(round, community)
    recorded["name"] = community.name
    recorded["self_checks"] = states_by_community(community.pk)
    recorded["rectification"] = rectification
    recorded["maluses"] = {FALSE_RECTIFICATION: false_count}
    recorded["readings"] = dict(readings.values_list("component", "items"))
    return recorded


def recorded_bonuses(round: Round, community: Community) -> dict[str, Any]:
    """Return the cases by rule, and those for reasons of the community's own."""
    adjustments = Adjustment.objects.filter(round=round, community=community).in_force()
    bonuses = adjustments.filter(kind=AdjustmentKind.BONUS).order_by("pk")
    by_rule: Counter[str] = Counter()
    own_bonuses = []
    for code, points, reason in bonuses.values_list("rule_code", "points", "reason"):
        if code:
            by_rule[code] += 1
        else:
            own_bonuses.append({"reason": reason, "points": str(points)})
    return {"bonuses": own_bonuses, "bonus_cases": dict(by_rule)}


def false_rectifications(round: Round, community: Community, at: datetime) -> int:
    if not takes_false_rectifications(round):
        return 0
    in_quarter = FalseRectification.objects.in_quarter(round.span)
    return in_quarter.filter(marked_at__lte=at, finding__community=community).count()


def subjects_from_records(on_record: OnRecord, rubric: Rubric) -> Iterator[CorrectableInput]:
    """Yield what follows from records with days of their own.

    A correction puts it right once the quarter is frozen.
    """
    recorded = on_record.community
    if rubric.self_check.is_set:
        group = rubric.self_check.name
        for month, state in sorted(recorded["self_checks"].items()):
            if state != ON_TIME:
                name = month_name(month, "full")
                yield subject_in(on_record, group, name, CorrectionKind.SELF_CHECK, month)
    counts = recorded["rectification"]
    if rubric.rectification.is_set and counts["closed_in_time"] < counts["due"]:
        group = rubric.rectification.name
        kind = CorrectionKind.RECTIFICATION
        yield subject_in(on_record, group, "按期整改销号", kind, "")
    if recorded["maluses"][FALSE_RECTIFICATION]:
        name = rules_for(rubric)[AdjustmentKind.MALUS][FALSE_RECTIFICATION]
        kind = CorrectionKind.MALUS
        yield subject_in(on_record, MALUS_GROUP, name, kind, FALSE_RECTIFICATION)


def recorded_cases(
    round: Round, community: Community, rubric: Rubric
) -> Iterator[CorrectableInput]:
    """Yield the cases that took points or hold the grade down, each by itself."""
    rules = rules_for(rubric)
    cases = Adjustment.objects.filter(round=round, community=community).in_force()
    for case in cases.exclude(kind=AdjustmentKind.BONUS).order_by("pk"):
        group = VETO_GROUP if case.kind == AdjustmentKind.VETO else MALUS_GROUP
        name = rules[case.kind].get(case.rule_code, case.rule_code)
        yield CorrectableInput(group, name, AppealKind.CASE, str(case.pk), case.reason)


def missed_bonuses(on_record: OnRecord, rubric: Rubric) -> Iterator[CorrectableInput]:
    """Yield the bonuses that the community may think were left out."""
    kind = CorrectionKind.BONUS
    for code, name in rules_for(rubric)[AdjustmentKind.BONUS].items():
        counted = subject_in(on_record, BONUS_GROUP, name, kind, code).stands
        yield CorrectableInput(BONUS_GROUP, name, kind, code, f"已计 {counted}")
    if rubric.bonus.cap:
        key = str(len(on_record.community["bonuses"]) + 1)
        kind = CorrectionKind.OWN_BONUS
        yield CorrectableInput(BONUS_GROUP, "按自己的事由加分", kind, key, "没有计")
