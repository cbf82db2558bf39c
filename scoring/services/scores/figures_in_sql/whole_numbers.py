"""The rubric's numbers as integers over common denominators: the database adds without rounding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, lcm

from gongjian.lib.points import Exact, round_half_up
from scoring.rules.rubrics.parts import MalusRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.components import community_share

# The greatest integer of both databases; SQLite goes on in floats beyond it without a word.
WIDEST = 2**63 - 1

# What one bonus of its own can bring at most: its column has five digits, two of them decimals.
MOST_OWN_HUNDREDTHS = 100_000


def whole(number: Exact, scale: int) -> int:
    """Return `number` in units of 1/scale, of which it is a multiple."""
    return int(Fraction(number) * scale)


def common(numbers: Iterable[Exact]) -> int:
    """Return the least scale at which all the numbers are whole."""
    return lcm(*(number.as_integer_ratio()[1] for number in numbers))


@dataclass(frozen=True)
class CaseRule:
    """A rule by which cases bring or cost points.

    `points_each` and `cap` in units of 1/`WholeNumbers.case_scale`.
    """

    code: str
    points_each: int
    cap: int


@dataclass(frozen=True)
class WholeNumbers:
    """A rubric for a quarter of these months; a pass is divided by one of `divisors`."""

    rubric: Rubric
    months: Sequence[str]
    divisors: Sequence[int]

    @cached_property
    def spread(self) -> int:
        """The least number that every divisor divides."""
        return lcm(*self.divisors)

    @cached_property
    def passes(self) -> list[tuple[str, int]]:
        """Each pass with its weight; the denominator cancels out, as only their ratio counts."""
        rules = self.rubric.assessment.passes
        scale = common(rule.weight for rule in rules)
        weights = []
        for rule in rules:
            weights.append((rule.code, whole(rule.weight, scale)))
        return weights

    @cached_property
    def point_scale(self) -> int:
        """Of the points that a month, or a quarter without findings, brings."""
        nothing_due = self.rubric.rectification.nothing_due_points
        return common([*self.rubric.self_check.points.values(), nothing_due])

    def month_points(self, state: str) -> int:
        """Return what a month in this state brings, in 1/point_scale points."""
        return whole(self.rubric.self_check.points[state], self.point_scale)

    @property
    def nothing_due(self) -> int:
        """What a quarter brings in which no finding ran out, in 1/point_scale points."""
        return whole(self.rubric.rectification.nothing_due_points, self.point_scale)

    @cached_property
    def case_scale(self) -> int:
        """Of the points of cases; bonuses of their own have hundredths, so these divide it too."""
        points: list[Exact] = [self.rubric.bonus.cap]
        for bonus in self.rubric.bonus.rules:
            points += [bonus.points_each, bonus.cap]
        for malus in self.rubric.maluses:
            points += self._borne(malus)
        return lcm(100, common(points))

    @property
    def bonus_cap(self) -> int:
        """What all bonuses together bring at most."""
        return whole(self.rubric.bonus.cap, self.case_scale)

    @property
    def bonuses(self) -> list[CaseRule]:
        """The rules that earn points, in the rubric's order."""
        case_rules = []
        for rule in self.rubric.bonus.rules:
            case_rule = self._case_rule(rule.code, rule.points_each, rule.cap)
            case_rules.append(case_rule)
        return case_rules

    @property
    def maluses(self) -> list[CaseRule]:
        """The rules that take points, each with what the community bears."""
        case_rules = []
        for rule in self.rubric.maluses:
            case_rule = self._case_rule(rule.code, *self._borne(rule))
            case_rules.append(case_rule)
        return case_rules

    def _borne(self, rule: MalusRule) -> tuple[Fraction, Fraction]:
        """Return the community's part of a case and of the cap, where a department shares them."""
        share = Fraction(community_share(rule.shared_by, self.rubric))
        return Fraction(rule.points_each) * share, Fraction(rule.cap) * share

    def _case_rule(self, code: str, points_each: Exact, cap: Exact) -> CaseRule:
        scale = self.case_scale
        return CaseRule(code, whole(points_each, scale), whole(cap, scale))

    @property
    def vetoes(self) -> list[tuple[str, int]]:
        """Each veto with the number, from the best, of the highest grade that it leaves."""
        names = []
        for grade in self.rubric.grades:
            names.append(grade.name)
        held_down = []
        for rule in self.rubric.vetoes:
            held_down.append((rule.code, names.index(rule.highest_grade)))
        return held_down

    @property
    def grade_floors(self) -> list[int]:
        """The least hundredths of each grade, best first."""
        floors = []
        for grade in self.rubric.grades:
            floors.append(ceil(Fraction(grade.from_points) * 100))
        return floors

    @property
    def bounds(self) -> tuple[int, int]:
        """Lowest and highest total in hundredths.

        Rounding keeps order, so bounding after it is the same as before.
        """
        lowest = self.rubric.lowest_points
        highest = self.rubric.highest_points
        return int(round_half_up(lowest) * 100), int(round_half_up(highest) * 100)

    @cached_property
    def weight_scale(self) -> int:
        """Of the weights of the three components."""
        rubric = self.rubric
        return common(
            [rubric.assessment.weight, rubric.self_check.weight, rubric.rectification.weight]
        )

    @cached_property
    def unit(self) -> int:
        """The denominator of a total, but for the weights of passes held and the findings due.

        Sheets stand in hundredths over `spread`, months over their number and `point_scale`, each
        with a component's weight over `weight_scale`; cases over `case_scale`.
        """
        return lcm(self._sheets_scale, self._months_scale, self.case_scale)

    @property
    def _sheets_scale(self) -> int:
        return self.weight_scale * 100 * self.spread

    @property
    def _months_scale(self) -> int:
        return self.weight_scale * len(self.months) * self.point_scale

    @property
    def sheets_factor(self) -> int:
        """By what the sheets are multiplied to stand over `unit`, weighed."""
        weight = whole(self.rubric.assessment.weight, self.weight_scale)
        return weight * (self.unit // self._sheets_scale)

    @property
    def months_factor(self) -> int:
        """By what the months are multiplied to stand over `unit`, weighed."""
        weight = whole(self.rubric.self_check.weight, self.weight_scale)
        return weight * (self.unit // self._months_scale)

    @property
    def findings_factor(self) -> int:
        """By what the findings are multiplied to stand over `unit`, weighed."""
        weight = whole(self.rubric.rectification.weight, self.weight_scale)
        return weight * (self.unit // self.weight_scale)

    @property
    def cases_factor(self) -> int:
        """By what the cases are multiplied to stand over `unit`."""
        return self.unit // self.case_scale

    def fit(self, *, due: int, cases: int) -> bool:
        """Whether no figure outgrows the database's integers.

        With at most so many findings due in a community, and so many cases in the city.
        """
        weights = []
        for _, weight in self.passes:
            weights.append(weight)
        weights_held = sum(weights) or 1
        caps = []
        for rule in self.rubric.maluses:
            caps.append(rule.cap)
        most_taken = sum(caps)
        most_points = ceil(100 + self.rubric.bonus.cap + most_taken)
        # The widest number of the statement is 200 * brought + shares, of the total's rounding.
        shares = self.unit * weights_held * max(due, self.point_scale)
        widest_total = shares * (200 * most_points + 1)
        widest_case = (cases + 1) * MOST_OWN_HUNDREDTHS * self.case_scale
        return max(widest_total, widest_case) <= WIDEST
