"""得分说明: a stored score taken apart, from the inputs gathered with it and its round's rubric."""

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
    """Explains the scores of one page; each rubric is read once.

    Scores come with their round and its rubric.
    """

    def __init__(self) -> None:
        self._rubrics: dict[int, Rubric] = {}

    def of(self, score: Score) -> dict[str, Any]:
        """Return every part of the score with its weight, value and clause."""
        if score.inputs is None:
            # Stored whole where no inputs are.
            stored: dict[str, Any] = score.explanation or {}
            return stored
        rubric = self._rubric(score.round)
        months = score.round.span.months
        inputs = read_inputs(score.inputs, months)
        computed = quarter_score(inputs, months, rubric)
        return explain(computed, months, rubric).as_mapping()

    def _rubric(self, round: Round) -> Rubric:
        """Return the round's rubric without its classes.

        Whether the class is known was asked when the score was gathered; a community may since
        have been put into another one.
        """
        if round.rubric_id not in self._rubrics:
            self._rubrics[round.rubric_id] = replace(round.rubric.rules, classes=())
        return self._rubrics[round.rubric_id]


def read_inputs(stored: Mapping[str, Any], months: Sequence[str]) -> CommunityInputs:
    """Return what `scoring.rules` computes the score from; a month not on record was missing."""
    passes = {}
    for code, (count, *hundredths) in (stored["passes"] or {}).items():
        passes[code] = PassTotals(count, *(_points(figure) for figure in hundredths))
    states = stored["self_checks"] or {}
    due, closed_in_time = stored["rectification"]
    self_checks = {}
    for month in months:
        self_checks[month] = states.get(month, "missing")
    return CommunityInputs(
        code="",
        name="",
        class_name="",
        passes=passes,
        self_checks=self_checks,
        rectification=Rectification(due, closed_in_time),
        **cases_in(stored["cases"] or []),
    )


def cases_in(rows: Sequence[list[Any]]) -> dict[str, Any]:
    """Return the cases in the order in which they were recorded, as inputs by name."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in AdjustmentKind.values}
    bonuses = []
    for _, kind, code, times, own_points, reason in sorted(rows):
        if code:
            counts[kind][code] += times
        else:
            bonus = Bonus(reason, _points(own_points))
            bonuses.append(bonus)
    vetoes = tuple(sorted(counts[AdjustmentKind.VETO]))
    bonus_cases = dict(counts[AdjustmentKind.BONUS])
    maluses = dict(counts[AdjustmentKind.MALUS])
    return {
        "bonuses": tuple(bonuses),
        "bonus_cases": bonus_cases,
        "maluses": maluses,
        "vetoes": vetoes,
    }


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
