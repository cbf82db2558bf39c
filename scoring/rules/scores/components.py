"""The other components of a quarter: self-checks reported, rectification in time, bonus, malus and veto."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import HUNDRED, mean, round_half_up
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import BonusRule, Grade, MalusRule, VetoRule
from scoring.rules.rubrics.rubric import Rubric

NO_CASES: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Rectification:
    """Findings whose time limit ran out in the quarter, and how many of them were closed out in time.

    Raises `Refused` if more were closed than were due.
    """

    due: int
    closed_in_time: int

    def __post_init__(self) -> None:
        if not 0 <= self.closed_in_time <= self.due:
            raise Refused(f"整改统计有误：应整改 {self.due} 件，按期销号 {self.closed_in_time} 件")


@dataclass(frozen=True, slots=True)
class Bonus:
    """One bonus (加分) with the reason that is published for it. Raises `Refused` if it takes points away."""

    reason: str
    points: Decimal

    def __post_init__(self) -> None:
        if self.points < 0:
            raise Refused(f"加分“{self.reason}”不能是负数，现为 {self.points}")


def self_check_points(states: Mapping[str, str], months: Sequence[str], rubric: Rubric) -> Fraction:
    """The mean over the quarter's months of what each month's report brings: on time, late or missing.

    `states` has one of `SELF_CHECK_STATES` for every month; a month that nobody looked up is not a month in which
    nothing was reported. Raises `Missing` naming such months, `Refused` for a state or month out of place.
    """
    if not rubric.self_check.is_set:
        return Fraction(0)
    if lacking := missing_months(states, months, rubric):
        raise Missing(*lacking)
    _refuse_strange_months(states, months, rubric)
    return mean([rubric.self_check.points[states[month]] for month in months])


def missing_months(states: Mapping[str, str], months: Sequence[str], rubric: Rubric) -> list[str]:
    lacking = [month for month in months if month not in states] if rubric.self_check.is_set else []
    return [f"{rubric.self_check.name}：没有 {month} 的上报情况" for month in lacking]


def rectification_points(rectification: Rectification | None, rubric: Rubric) -> Fraction:
    """The share of due findings that were closed out in time, out of 100. Raises `Missing` if nobody counted."""
    if not rubric.rectification.is_set:
        return Fraction(0)
    if rectification is None:
        raise Missing(*missing_rectification(rectification, rubric))
    if not rectification.due:
        return Fraction(rubric.rectification.nothing_due_points)
    return HUNDRED * rectification.closed_in_time / rectification.due


def missing_rectification(rectification: Rectification | None, rubric: Rubric) -> list[str]:
    is_lacking = rubric.rectification.is_set and rectification is None
    return [f"{rubric.rectification.name}：没有统计应整改和按期销号的件数"] if is_lacking else []


def bonus_points(
    bonuses: Sequence[Bonus],
    rubric: Rubric,
    cases: Mapping[str, int] = NO_CASES,
    last_place: int | None = None,
) -> Decimal:
    """All bonuses together, those of a rule held to its cap, all of them to the common one. Raises `Refused`.

    Below 0 for whoever loses by his place in the quarter before and earned nothing else.
    """
    earned = sum((bonus.points for bonus in bonuses), Decimal(0))
    by_rule = sum((points for _, _, points in bonus_by_rule(cases, rubric)), Decimal(0))
    return min(rubric.bonus.cap, earned + by_rule + rubric.bonus.of_place(last_place))


def bonus_by_rule(cases: Mapping[str, int], rubric: Rubric) -> list[tuple[BonusRule, int, Decimal]]:
    """(rule, cases, points) for each bonus rule with a case, each held to its own cap. Raises `Refused`."""
    _refuse_strange_cases(cases, [rule.code for rule in rubric.bonus.rules], "加分")
    counted = [(rule, cases.get(rule.code, 0)) for rule in rubric.bonus.rules]
    return [
        (rule, count, min(rule.cap, rule.points_each * count)) for rule, count in counted if count
    ]


def malus_by_rule(
    counts: Mapping[str, int], rubric: Rubric
) -> list[tuple[MalusRule, int, Decimal]]:
    """(rule, cases, points taken) for each malus with a case, each held to its own cap. Raises `Refused`.

    Of a malus that a functional department shares, the community bears what the department does not.
    """
    _refuse_strange_cases(counts, [rule.code for rule in rubric.maluses], "扣分")
    cases = [(rule, counts.get(rule.code, 0)) for rule in rubric.maluses]
    return [
        (
            rule,
            count,
            min(rule.cap, rule.points_each * count) * community_share(rule.shared_by, rubric),
        )
        for rule, count in cases
        if count
    ]


def community_share(kind: str, rubric: Rubric) -> Decimal:
    """What the community bears of a problem of this kind, 0..1; all of it where nothing is shared."""
    shares = {rule.code: rule.department_share for rule in rubric.shared_blame}
    return 1 - shares.get(kind, Decimal(0))


def _refuse_strange_cases(counts: Mapping[str, int], known: Sequence[str], what: str) -> None:
    for code, count in counts.items():
        if code not in known:
            raise Refused(f"评分细则中没有{what}事项“{code}”")
        if count < 0:
            raise Refused(f"{what}事项“{code}”的次数不能是负数，现为 {count}")


def vetoes_in_force(codes: Sequence[str], rubric: Rubric) -> list[VetoRule]:
    """The veto rules that apply, in the rubric's order. Raises `Refused` for one that the rubric does not know."""
    if unknown := sorted(set(codes) - {rule.code for rule in rubric.vetoes}):
        raise Refused(f"评分细则中没有一票否决事项“{'、'.join(unknown)}”")
    return [rule for rule in rubric.vetoes if rule.code in codes]


def grade_of(points: Decimal, vetoes: Sequence[VetoRule], rubric: Rubric) -> Grade:
    """The grade of a published figure, held down by any veto."""
    names = [grade.name for grade in rubric.grades]
    reached = next(
        number for number, grade in enumerate(rubric.grades) if points >= grade.from_points
    )
    return rubric.grades[max([reached, *(names.index(veto.highest_grade) for veto in vetoes)])]


def calibration_gap(self_scores: Sequence[Decimal], assessment: Fraction) -> Decimal:
    """How far a community's own marks lie above (+) or below (-) the city's; shown beside the score, never in it.

    Raises `Missing` if it marked itself in no month.
    """
    if not self_scores:
        raise Missing("自评分：本季度没有一张自查表")
    return round_half_up(mean(list(self_scores)) - assessment)


def _refuse_strange_months(
    states: Mapping[str, str], months: Sequence[str], rubric: Rubric
) -> None:
    for month, state in states.items():
        if month not in months:
            raise Refused(f"{month} 不在本季度内，请检查自查月份")
        if state not in rubric.self_check.points:
            raise Refused(f"{month} 的自查状态“{state}”不对，应是按时、逾期或未报")
