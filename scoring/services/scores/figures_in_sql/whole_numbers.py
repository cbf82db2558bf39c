"""The rubric's numbers as integers over common denominators, so that the database adds without rounding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, lcm

from gongjian.lib.points import round_half_up
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.components import community_share

WIDEST = 2**63 - 1
"""The greatest integer of both databases; SQLite goes on in floats beyond it without a word."""


def whole(number: Decimal | Fraction, scale: int) -> int:
    """`number` in units of 1/scale, of which it is a multiple."""
    return int(Fraction(number) * scale)


def common(numbers: Iterable[Decimal | Fraction]) -> int:
    """The least scale at which all the numbers are whole."""
    return lcm(*(number.as_integer_ratio()[1] for number in numbers))


@dataclass(frozen=True)
class Case:
    """A rule by which cases bring or cost points: `each` and `cap` in units of 1/`WholeNumbers.case_scale`."""

    code: str
    each: int
    cap: int


@dataclass(frozen=True)
class WholeNumbers:
    """A rubric for a quarter of so many months, in which a pass is divided by one of `divisors` (sheets counted)."""

    rubric: Rubric
    months: Sequence[str]
    divisors: Sequence[int]

    @cached_property
    def spread(self) -> int:
        """What every count of sheets divides."""
        return lcm(*self.divisors)

    @cached_property
    def passes(self) -> list[tuple[str, int]]:
        rules = self.rubric.assessment.passes
        scale = common(rule.weight for rule in rules)
        return [(rule.code, whole(rule.weight, scale)) for rule in rules]

    @cached_property
    def point_scale(self) -> int:
        """Of the points that a month or a quarter without findings brings."""
        return common(
            [*self.rubric.self_check.points.values(), self.rubric.rectification.nothing_due_points]
        )

    def month_points(self, state: str) -> int:
        return whole(self.rubric.self_check.points[state], self.point_scale)

    @property
    def nothing_due(self) -> int:
        return whole(self.rubric.rectification.nothing_due_points, self.point_scale)

    @cached_property
    def case_scale(self) -> int:
        borne = [(each * share, cap * share) for _, each, cap, share in self._maluses]
        earned = [(rule.points_each, rule.cap) for rule in self.rubric.bonus.rules]
        return lcm(
            100,
            common([self.rubric.bonus.cap, *(one for pair in [*borne, *earned] for one in pair)]),
        )

    @property
    def bonus_cap(self) -> int:
        return whole(self.rubric.bonus.cap, self.case_scale)

    @property
    def bonuses(self) -> list[Case]:
        rules = self.rubric.bonus.rules
        return [
            self._case(rule.code, Fraction(rule.points_each), Fraction(rule.cap)) for rule in rules
        ]

    @property
    def maluses(self) -> list[Case]:
        """Of what a department shares, the community's part: a part of the cap as well as of each case."""
        return [
            self._case(code, each * share, cap * share) for code, each, cap, share in self._maluses
        ]

    @property
    def _maluses(self) -> list[tuple[str, Fraction, Fraction, Fraction]]:
        return [
            (
                rule.code,
                Fraction(rule.points_each),
                Fraction(rule.cap),
                Fraction(self._share(rule.shared_by)),
            )
            for rule in self.rubric.maluses
        ]

    def _share(self, kind: str) -> Decimal:
        return community_share(kind, self.rubric)

    def _case(self, code: str, each: Fraction, cap: Fraction) -> Case:
        return Case(code, whole(each, self.case_scale), whole(cap, self.case_scale))

    @property
    def vetoes(self) -> list[tuple[str, int]]:
        """By code, how far down the grades the best one left stands."""
        names = [grade.name for grade in self.rubric.grades]
        return [(rule.code, names.index(rule.highest_grade)) for rule in self.rubric.vetoes]

    @property
    def grade_floors(self) -> list[int]:
        """The least hundredths of each grade."""
        return [ceil(Fraction(grade.from_points) * 100) for grade in self.rubric.grades]

    @property
    def bounds(self) -> tuple[int, int]:
        """Lowest and highest total in hundredths: rounding keeps order, so bounding afterwards is the same."""
        lowest, highest = self.rubric.lowest_points, self.rubric.highest_points
        return int(round_half_up(lowest) * 100), int(round_half_up(highest) * 100)

    @cached_property
    def _weight_scale(self) -> int:
        rubric = self.rubric
        return common(
            [rubric.assessment.weight, rubric.self_check.weight, rubric.rectification.weight]
        )

    @cached_property
    def unit(self) -> int:
        """What all parts of a total are multiples of, but for the passes held and the findings due."""
        scale, months = self._weight_scale, len(self.months)
        return lcm(scale * 100 * self.spread, scale * months * self.point_scale, self.case_scale)

    @property
    def factors(self) -> tuple[int, int, int, int]:
        """By what the parts are multiplied to stand over `unit`: sheets, months, findings, cases."""
        rubric, scale = self.rubric, self._weight_scale
        return (
            whole(rubric.assessment.weight, scale) * (self.unit // (scale * 100 * self.spread)),
            whole(rubric.self_check.weight, scale)
            * (self.unit // (scale * len(self.months) * self.point_scale)),
            whole(rubric.rectification.weight, scale) * (self.unit // scale),
            self.unit // self.case_scale,
        )

    def fit(self, *, due: int, cases: int) -> bool:
        """Whether no figure outgrows the database's integers, with at most so many findings due and cases at all."""
        held = sum(weight for _, weight in self.passes) or 1
        points = 100 + self.rubric.bonus.cap + sum(rule.cap for rule in self.rubric.maluses)
        widest = self.unit * held * max(due, self.point_scale) * (200 * ceil(points) + 1)
        return max(widest, (cases + 1) * 100_000 * self.case_scale) <= WIDEST
