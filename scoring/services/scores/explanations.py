"""得分说明: a stored score taken apart, from the inputs that were gathered with it and the rubric of its round."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from scoring.models import Round, Score
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.components import Bonus, Rectification
from scoring.rules.scores.explanation import explain
from scoring.rules.scores.locked_sheets import PassTotals
from scoring.rules.scores.quarters import CommunityInputs, quarter_score


class Explanations:
    """Explains the scores of one page; each rubric is read once. Scores come with their round and its rubric."""

    def __init__(self) -> None:
        self._rubrics: dict[int, Rubric] = {}

    def of(self, score: Score) -> dict[str, Any]:
        """Every part with its weight, value and clause, as `scoring.rules.scores.explanation` tells it."""
        if score.inputs is None:
            return score.explanation
        rubric, months = self._rubric(score.round), score.round.span.months
        return explain(
            quarter_score(read_inputs(score.inputs, months), months, rubric), months, rubric
        ).as_mapping()

    def _rubric(self, round: Round) -> Rubric:
        """The class was asked for when the score was gathered; a community may since have been put into another."""
        if round.rubric_id not in self._rubrics:
            self._rubrics[round.rubric_id] = replace(round.rubric.rules, classes=())
        return self._rubrics[round.rubric_id]


def read_inputs(stored: Mapping[str, Any], months: Sequence[str]) -> CommunityInputs:
    """What `scoring.rules` computes the score from; a month of which nothing is on record was missing."""
    due, closed = stored["rectification"]
    states = stored["self_checks"] or {}
    return CommunityInputs(
        code="",
        name="",
        class_name="",
        passes={code: _totals(*figures) for code, figures in (stored["passes"] or {}).items()},
        self_checks={month: states.get(month, "missing") for month in months},
        rectification=Rectification(due, closed),
        **_cases(stored["cases"] or []),
    )


def _totals(count: int, *points: int) -> PassTotals:
    return PassTotals(count, *(Decimal(each).scaleb(-2) for each in points))


def _cases(listed: Sequence[Sequence]) -> dict[str, Any]:
    """The cases in the order in which they were recorded."""
    counted: dict[str, Counter] = {kind: Counter() for kind in AdjustmentKind.values}
    bonuses = []
    for _, kind, code, times, own, reason in sorted(listed):
        if code:
            counted[kind][code] += times
        else:
            bonuses.append(Bonus(reason, Decimal(own).scaleb(-2)))
    return {
        "bonuses": tuple(bonuses),
        "bonus_cases": dict(counted[AdjustmentKind.BONUS]),
        "maluses": dict(counted[AdjustmentKind.MALUS]),
        "vetoes": tuple(sorted(counted[AdjustmentKind.VETO])),
    }
