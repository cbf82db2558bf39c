"""The other components of a quarter: self-checks, rectification, bonus, malus and veto."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import HUNDRED, mean
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.codes import unknown_codes
from scoring.rules.rubrics.parts import BonusRule, Grade, MalusRule, VetoRule
from scoring.rules.rubrics.rubric import Rubric

NO_CASES: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Rectification:
    """Findings whose time limit ran out in the quarter, and how many were closed out in time.

    Raises `Refused` if more were closed than were due.
    """

    due: int
    closed_in_time: int

    def __post_init__(self) -> None:
        if not 0 <= self.closed_in_time <= self.due:
            raise Refused(f"整改统计有误：应整改 {self.due} 件，按期销号 {self.closed_in_time} 件")


@dataclass(frozen=True, slots=True)
class Bonus:
    """One bonus (加分) with its published reason. Raises `Refused` if it is below 0."""

    reason: str
    points: Decimal

    def __post_init__(self) -> None:
        if self.points < 0:
            raise Refused(f"加分“{self.reason}”不能是负数，现为 {self.points}")


def self_check_points(states: Mapping[str, str], months: Sequence[str], rubric: Rubric) -> Fraction:
    """Return the mean over the quarter's months of what each month's report brings.

    `states` has one of `SELF_CHECK_STATES` for every month; a month that nobody looked up is not a
    month in which nothing was reported. Raises `Missing` naming such months, `Refused` for a state
    or month out of place.
    """
    if not rubric.self_check.is_set:
        return Fraction(0)
    lacking = missing_months(states, months, rubric)
    if lacking:
        raise Missing(*lacking)
    for month, state in states.items():
        if month not in months:
            raise Refused(f"{month} 不在本季度内，请检查自查月份")
        if state not in rubric.self_check.points:
            raise Refused(f"{month} 的自查状态“{state}”不对，应是按时、逾期或未报")
    return mean([rubric.self_check.points[states[month]] for month in months])


def missing_months(states: Mapping[str, str], months: Sequence[str], rubric: Rubric) -> list[str]:
    """Return the months of which nobody looked up whether they were reported, in words."""
    if not rubric.self_check.is_set:
        return []
    lacking = []
    for month in months:
        if month not in states:
            lacking.append(month)
    return [f"{rubric.self_check.name}：没有 {month} 的上报情况" for month in lacking]


def rectification_points(rectification: Rectification | None, rubric: Rubric) -> Fraction:
    """Return the share of due findings closed out in time, out of 100.

    Raises `Missing` if nobody counted.
    """
    if not rubric.rectification.is_set:
        return Fraction(0)
    if rectification is None:
        raise Missing(*missing_rectification(rectification, rubric))
    if not rectification.due:
        return Fraction(rubric.rectification.nothing_due_points)
    return HUNDRED * rectification.closed_in_time / rectification.due


def missing_rectification(rectification: Rectification | None, rubric: Rubric) -> list[str]:
    """Return what lacks if nobody counted the findings that were due; empty otherwise."""
    if not rubric.rectification.is_set or rectification is not None:
        return []
    return [f"{rubric.rectification.name}：没有统计应整改和按期销号的件数"]


def bonus_points(
    bonuses: Sequence[Bonus],
    rubric: Rubric,
    cases: Mapping[str, int] = NO_CASES,
    last_place: int | None = None,
) -> Decimal:
    """Return all bonuses together, each rule up to its cap, all up to the common one.

    Below 0 for whoever loses by his place in the quarter before and earned nothing else. Raises
    `Refused`.
    """
    points = rubric.bonus.of_place(last_place)
    for bonus in bonuses:
        points += bonus.points
    for _, _, earned in bonus_by_rule(cases, rubric):
        points += earned
    return min(rubric.bonus.cap, points)


def bonus_by_rule(cases: Mapping[str, int], rubric: Rubric) -> list[tuple[BonusRule, int, Decimal]]:
    """Return (rule, cases, points up to its cap) for each bonus with a case. Raises `Refused`."""
    rules = rubric.bonus.rules
    codes = [rule.code for rule in rules]
    _refuse_strange_cases(cases, codes, "加分")
    counted = []
    for rule in rules:
        count = cases.get(rule.code, 0)
        if count:
            points = min(rule.cap, rule.points_each * count)
            counted.append((rule, count, points))
    return counted


def malus_by_rule(
    counts: Mapping[str, int], rubric: Rubric
) -> list[tuple[MalusRule, int, Decimal]]:
    """Return (rule, cases, points taken up to its cap) for each malus with a case.

    Of a malus that a functional department shares, the community bears what the department does
    not. Raises `Refused`.
    """
    codes = [rule.code for rule in rubric.maluses]
    _refuse_strange_cases(counts, codes, "扣分")
    counted = []
    for rule in rubric.maluses:
        count = counts.get(rule.code, 0)
        if count:
            points = min(rule.cap, rule.points_each * count)
            counted.append((rule, count, points * community_share(rule.shared_by, rubric)))
    return counted


def malus_points(counts: Mapping[str, int], rubric: Rubric) -> Decimal:
    """Return all that maluses take from the community. Raises `Refused`."""
    points = Decimal(0)
    for _, _, deducted in malus_by_rule(counts, rubric):
        points += deducted
    return points


def community_share(kind: str, rubric: Rubric) -> Decimal:
    """Return what the community bears of a problem of this kind, 0..1; all if nobody shares it."""
    for rule in rubric.shared_blame:
        if rule.code == kind:
            return 1 - rule.department_share
    return Decimal(1)


def _refuse_strange_cases(counts: Mapping[str, int], codes: Sequence[str], what: str) -> None:
    for code, count in counts.items():
        if code not in codes:
            raise Refused(f"评分细则中没有{what}事项“{code}”")
        if count < 0:
            raise Refused(f"{what}事项“{code}”的次数不能是负数，现为 {count}")


def vetoes_in_force(codes: Sequence[str], rubric: Rubric) -> list[VetoRule]:
    """Return the veto rules that apply, in the rubric's order. Raises `Refused`."""
    unknown = unknown_codes(codes, rubric.vetoes)
    if unknown:
        raise Refused(f"评分细则中没有一票否决事项“{'、'.join(unknown)}”")
    rules = []
    for rule in rubric.vetoes:
        if rule.code in codes:
            rules.append(rule)
    return rules


def grade_of(points: Decimal, vetoes: Iterable[VetoRule], rubric: Rubric) -> Grade:
    """Return the grade of a published figure, or the highest that its vetoes leave."""
    names = [grade.name for grade in rubric.grades]
    # Grades run from the best down to 0; the later one is the lower one.
    number = 0
    while points < rubric.grades[number].from_points:
        number += 1
    for veto in vetoes:
        number = max(number, names.index(veto.highest_grade))
    return rubric.grades[number]
