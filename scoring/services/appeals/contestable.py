"""What of one community's score can be contested beside the items of its sheets, as it stands now."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from communities.models import Community
from gongjian.lib.templatetags.office import month_name
from inspections.models import FalseRectification
from scoring.models import Adjustment, Reading, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.corrections.changes import OnRecord
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.components import Rectification
from scoring.services.corrections.correctable import Subject, reading_subjects, subject_in
from scoring.services.readings.adjustments import (
    FALSE_RECTIFICATION,
    rules_for,
    takes_false_rectifications,
)
from scoring.services.scores.inputs import (
    findings_due,
    self_check_states,
)


def contestable(round: Round, community: Community, *, at: datetime) -> list[Subject]:
    """Each input that may have cost the community points, named as scoring.rules.corrections.changes does; a recorded case by its
    number. Five queries.

    A self-check on time, findings all closed out in time and cases there are none of leave nothing to contest.
    """
    rubric = round.rubric.rules
    held = _held(round, community, at)
    return [
        *_from_records(OnRecord(held, {}), rubric),
        *reading_subjects(round, held),
        *_cases(round, community, rubric),
        *_not_counted(OnRecord(held, {}), rubric),
    ]


def _held(round: Round, community: Community, at: datetime) -> dict:
    """The community's inputs under the names of the frozen record, as far as they can be contested."""
    adjustments = Adjustment.objects.filter(round=round, community=community)
    mine = adjustments.in_force()
    bonuses = (
        mine.filter(kind=AdjustmentKind.BONUS)
        .order_by("pk")
        .values_list("rule_code", "points", "reason")
    )
    by_rule = []
    for code, _, _ in bonuses:
        if code:
            by_rule.append(code)
    self_checks = self_check_states(round.span, on=timezone.localdate(at), of=community)(
        community.pk
    )
    readings = dict(
        Reading.objects.filter(round=round, community=community).values_list("component", "items")
    )
    bonus_cases = {code: by_rule.count(code) for code in by_rule}
    maluses = {FALSE_RECTIFICATION: _false_ones(round, community, at)}
    rectification = _rectification(round, community, at)
    return {
        "name": community.name,
        "self_checks": self_checks,
        "rectification": rectification,
        "maluses": maluses,
        "bonuses": [
            {"reason": reason, "points": str(points)}
            for code, points, reason in bonuses
            if not code
        ],
        "bonus_cases": bonus_cases,
        "readings": readings,
    }


def _rectification(round: Round, community: Community, at: datetime) -> dict[str, int]:
    due = findings_due(round.span, at).filter(community=community)
    closed_in_time = due.closed_in_time().count()
    counted = Rectification(due.count(), closed_in_time)
    return {"due": counted.due, "closed_in_time": counted.closed_in_time}


def _false_ones(round: Round, community: Community, at: datetime) -> int:
    if not takes_false_rectifications(round):
        return 0
    false_rectifications = FalseRectification.objects.in_quarter(round.span)
    established = false_rectifications.filter(marked_at__lte=at)
    return established.filter(finding__community=community).count()


def _from_records(held: OnRecord, rubric: Rubric) -> Iterator[Subject]:
    """What follows from records with days of their own: a correction puts it right once the quarter is frozen."""
    if rubric.self_check.is_set:
        for month, state in sorted(held.community["self_checks"].items()):
            if state != "on_time":
                yield subject_in(
                    held, rubric.self_check.name, month_name(month, "full"), "self_check", month
                )
    counted = held.community["rectification"]
    if rubric.rectification.is_set and counted["closed_in_time"] < counted["due"]:
        yield subject_in(held, rubric.rectification.name, "按期整改销号", "rectification", "")
    if held.community["maluses"][FALSE_RECTIFICATION]:
        name = rules_for(rubric)[AdjustmentKind.MALUS][FALSE_RECTIFICATION]
        yield subject_in(held, "扣分事项", name, "malus", FALSE_RECTIFICATION)


def _cases(round: Round, community: Community, rubric: Rubric) -> Iterator[Subject]:
    """The recorded cases that took points or hold the grade down, each by itself."""
    rules = rules_for(rubric)
    adjustments = Adjustment.objects.filter(round=round, community=community)
    mine = adjustments.in_force()
    for case in mine.exclude(kind=AdjustmentKind.BONUS).order_by("pk"):
        group = "一票否决" if case.kind == AdjustmentKind.VETO else "扣分事项"
        name = rules[case.kind].get(case.rule_code, case.rule_code)
        yield Subject(
            group,
            name,
            "case",
            str(case.pk),
            case.reason,
        )


def _not_counted(held: OnRecord, rubric: Rubric) -> Iterator[Subject]:
    """Bonuses that the community thinks were left out."""
    for code, name in rules_for(rubric)[AdjustmentKind.BONUS].items():
        counted = subject_in(held, "应加未加的分", name, "bonus", code)
        yield Subject(counted.group, name, counted.kind, code, f"已计 {counted.stands}")
    if rubric.bonus.cap:
        key = str(len(held.community["bonuses"]) + 1)
        yield Subject("应加未加的分", "按自己的事由加分", "own_bonus", key, "没有计")
