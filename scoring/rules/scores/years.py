"""The year, and what lead units, member units and functional departments get.

Liaison leaders are never scored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import HUNDRED, clamp, mean, round_half_up, weighted_mean
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.codes import unknown_codes
from scoring.rules.rubrics.parts import HIGHEST, LOWEST, MEAN, MalusRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.components import community_share

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Share:
    """So many done of so many due: attendances, tasks, checks, cases handled in time.

    Raises `Refused` if more were done than were due.
    """

    due: int
    done: int

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.due:
            raise Refused(f"统计有误：应办 {self.due} 件，已办 {self.done} 件")

    @property
    def points(self) -> Fraction:
        """Return the share out of 100, only for one of which something was due."""
        return HUNDRED * self.done / self.due


def mean_of_quarters(published: Mapping[str, Decimal], quarters: Sequence[str]) -> Decimal:
    """Return the mean of these published quarters (policy 五: 每季度公布的平均分).

    Raises `Missing` naming the others.
    """
    lacking = []
    for quarter in quarters:
        if quarter not in published:
            lacking.append(quarter)
    if lacking:
        raise Missing(*(f"{quarter} 的得分尚未公布" for quarter in lacking))
    return round_half_up(mean([published[quarter] for quarter in quarters]))


def lead_unit_points(communities: Mapping[str, Decimal | None], style: str = MEAN) -> Decimal:
    """Return what the communities that the unit leads hand down to it, by community name.

    It is the mean of their published figures, the lowest or the highest, as the rubric's
    `lead_unit_style` says. Raises `Missing` if it leads none, or naming those without a figure.
    """
    points = _published_points(communities)
    if style == LOWEST:
        return min(points)
    if style == HIGHEST:
        return max(points)
    return round_half_up(mean(points))


def member_unit_points(
    communities: Mapping[str, Decimal | None], duties: Mapping[str, Share], rubric: Rubric
) -> Decimal:
    """Return half its communities' mean and half its own duties, by the rubric's weights."""
    rules = rubric.member_unit
    if rules.duties:
        duty_points = own_duties_points(duties, rubric)
    else:
        duty_points = Fraction(0)
    community_points = mean(_published_points(communities))
    points = Fraction(rules.community_weight) * community_points
    points += Fraction(rules.own_duties_weight) * duty_points
    return round_half_up(points)


def own_duties_points(duties: Mapping[str, Share], rubric: Rubric) -> Fraction:
    """Return a member unit's own duties by weight, exact; those of which nothing was due are out.

    Raises `Missing` for a duty that nobody counted and if nothing at all was due, `Refused` for an
    unknown duty.
    """
    rules = rubric.member_unit.duties
    unknown = unknown_codes(duties, rules)
    if unknown:
        raise Refused(f"评分细则中没有单位职责“{'、'.join(unknown)}”")
    lacking = [rule.name for rule in rules if rule.code not in duties]
    if lacking:
        raise Missing(*(f"单位职责：没有“{name}”的统计" for name in lacking))
    counted = []
    for rule in rules:
        share = duties[rule.code]
        if share.due:
            counted.append((share.points, rule.weight))
    if not counted:
        raise Missing("单位职责：本期没有一项应办事项")
    return weighted_mean(counted)


def functional_department_points(handled: Share, borne: Fraction = NOTHING) -> Decimal:
    """Return the share of dispatched cases handled in time, less the blame borne; never below 0.

    Raises `Missing` if nothing was dispatched to the department.
    """
    if not handled.due:
        raise Missing("职能部门：本期没有派给该部门的问题，不参加评比")
    return round_half_up(clamp(handled.points - borne, 0, 100))


def split_blame(points: Decimal, kind: str, rubric: Rubric) -> tuple[Decimal, Decimal]:
    """Return (what the department bears, what the community bears) of a shared deduction.

    Raises `Refused` for a kind that the rubric does not know.
    """
    if unknown_codes([kind], rubric.shared_blame):
        raise Refused(f"评分细则中没有责任分担类别“{kind}”")
    borne = points * community_share(kind, rubric)
    return points - borne, borne


@dataclass(frozen=True, slots=True)
class Blamed:
    """A malus of one community that departments share: `cases` in all, and each department's."""

    rule: MalusRule
    cases: int
    departments: Mapping[str, int]


def blame_borne(blamed: Sequence[Blamed], rubric: Rubric) -> dict[str, Fraction]:
    """Return the exact points that each department bears, by its part of the cases.

    What the cases cost is held to the malus's cap as for the community.
    """
    borne: dict[str, Fraction] = {}
    for blame in blamed:
        rule = blame.rule
        cost = min(rule.cap, rule.points_each * blame.cases)
        share, _ = split_blame(cost, rule.shared_by, rubric)
        for department, cases in blame.departments.items():
            points = Fraction(share) * cases / blame.cases
            borne[department] = borne.get(department, Fraction(0)) + points
    return borne


def _published_points(communities: Mapping[str, Decimal | None]) -> list[Decimal]:
    """Return the communities' figures. Raises `Missing` for none, or naming those without one."""
    if not communities:
        raise Missing("该单位没有所在的共建社区")
    lacking = []
    for name, points in communities.items():
        if points is None:
            lacking.append(name)
    if lacking:
        raise Missing(*(f"{name}：没有已公布的得分" for name in lacking))
    return [points for points in communities.values() if points is not None]
