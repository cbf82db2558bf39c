"""What lead units, member units and departments get in a quarter, from what is on record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongjian.lib.points import Exact, mean, plain
from scoring.rules.readings.asked import short
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import HIGHEST, LOWEST, MEAN
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.ranking import RankingEntry, rank
from scoring.rules.scores.years import (
    Blamed,
    Share,
    blame_borne,
    functional_department_points,
    lead_unit_points,
    member_unit_points,
    own_duties_points,
)

STYLES = {
    MEAN: "取所牵头社区的平均分",
    LOWEST: "取所牵头社区中最低的",
    HIGHEST: "取所牵头社区中最高的",
}

# By community code: its name and its published points.
Points = Mapping[str, tuple[str, Decimal]]
# By community code, its cases by malus.
Maluses = Mapping[str, Mapping[str, int]]
# In the shape of scoring.rules.scores.explanation.
Explanation = dict[str, Any]


@dataclass(frozen=True, slots=True)
class UnitInputs:
    """What a unit's figure in one standing rests on, beside the figures of its communities.

    `standing`: lead, member or department; `ref`: its number in the register; `communities`: the
    codes of those that it leads or joins. `duties` of a member unit by the rubric's codes;
    `handled`: the cases dispatched to a department and those it handled in time; `blame`: by
    community and malus, in how many of the cases it shares.
    """

    standing: str
    ref: str
    name: str
    communities: tuple[str, ...] = ()
    duties: Mapping[str, Share] = field(default_factory=dict)
    handled: Share | None = None
    blame: Maluses = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitResult:
    """A unit's published figure, its place in its standing, and the figure taken apart."""

    inputs: UnitInputs
    points: Decimal
    place: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class RatingBasis:
    """What all units of a quarter are rated by."""

    points: Points
    maluses: Maluses
    rubric: Rubric

    def named(self, codes: Iterable[str]) -> list[tuple[str, Decimal]]:
        """Return the communities' names with their points."""
        return [self.points[code] for code in codes]

    def by_code(self, codes: Iterable[str]) -> dict[str, Decimal]:
        """Return the communities' points by code."""
        return {code: self.points[code][1] for code in codes}


Rated = tuple[Decimal, Explanation]


def unit_results(
    units: Sequence[UnitInputs], points: Points, maluses: Maluses, rubric: Rubric
) -> list[UnitResult]:
    """Return every unit that can be rated, standing by standing, best first, equals by number.

    A unit of which nothing was due is not rated: that is no full mark and no nought. Raises
    `Refused`.
    """
    quarter = RatingBasis(points, maluses, rubric)
    rated = []
    for unit in units:
        result = _rated(unit, quarter)
        if result is not None:
            rated.append((unit, *result))
    places = unit_places(rated, rubric)
    results = []
    for unit, figure, explanation in rated:
        place = places[unit.standing, unit.ref]
        unit_result = UnitResult(unit, figure, place, explanation)
        results.append(unit_result)
    return sorted(results, key=lambda row: (row.inputs.standing, row.place, row.inputs.ref))


def unit_places(
    rated: Iterable[tuple[UnitInputs, Decimal, Explanation]], rubric: Rubric
) -> dict[tuple[str, str], int]:
    """Return places inside each standing; what parts equal communities is not counted for units."""
    rules = replace(rubric.ranking, tie_breakers=())
    entries = []
    for unit, points, _ in rated:
        entry = RankingEntry(f"{unit.standing}:{unit.ref}", points, unit.standing)
        entries.append(entry)
    places = {}
    for place in rank(entries, rules):
        standing, _, ref = place.code.partition(":")
        places[standing, ref] = place.class_place
    return places


def _rated(unit: UnitInputs, quarter: RatingBasis) -> Rated | None:
    """Return the unit's figure with its explanation; None if nothing at all was due of it."""
    if unit.standing not in RATED_BY_STANDING:
        raise Refused(f"{unit.name}：没有“{unit.standing}”这种身份")
    try:
        return RATED_BY_STANDING[unit.standing](unit, quarter)
    except Missing:
        return None
    except KeyError as code:
        raise Refused(f"{unit.name}：存档中没有社区 {code} 的得分") from code


def rated_lead_unit(unit: UnitInputs, quarter: RatingBasis) -> Rated:
    """Return a lead unit's figure from the communities that it leads."""
    style = quarter.rubric.lead_unit_style
    named = quarter.named(unit.communities)
    communities = quarter.by_code(unit.communities)
    points = lead_unit_points(communities, style)
    if style == MEAN:
        parts = _communities(named)
    else:
        parts = _chosen(named, points)
    return points, _part("牵头单位得分", points, note=STYLES[style], parts=parts)


def _chosen(named: Sequence[tuple[str, Decimal]], points: Decimal) -> list[Explanation]:
    """Return all its communities, of which the first that has these points weighs all."""
    parts, is_chosen = [], False
    for name, figure in named:
        is_source = figure == points and not is_chosen
        is_chosen = is_chosen or is_source
        part = _part(name, figure, int(is_source), "得分取自这里" if is_source else "")
        parts.append(part)
    return parts


def rated_member_unit(unit: UnitInputs, quarter: RatingBasis) -> Rated:
    """Return a member unit's figure from its communities and its own duties."""
    rubric = quarter.rubric
    named = quarter.named(unit.communities)
    points = member_unit_points(quarter.by_code(unit.communities), unit.duties, rubric)
    rules = rubric.member_unit
    communities = _communities(named)
    if not rules.duties:
        return points, _part("共建单位得分", points, parts=communities)
    figures = [figure for _, figure in named]
    community = mean(figures)
    duties = own_duties_points(unit.duties, rubric)
    part = _part("本单位职责", duties, rules.own_duties_weight, parts=_duties(unit, rubric))
    parts = [
        _part("所在社区得分", community, rules.community_weight, parts=communities),
        part,
    ]
    return points, _part("共建单位得分", points, parts=parts)


def _duties(unit: UnitInputs, rubric: Rubric) -> list[Explanation]:
    counted = Fraction(0)
    for rule in rubric.member_unit.duties:
        if unit.duties[rule.code].due:
            counted += Fraction(rule.weight)
    duties = []
    for rule in rubric.member_unit.duties:
        share = unit.duties[rule.code]
        if share.due:
            weight = Fraction(rule.weight) / counted
            note = f"应 {share.due}，实 {share.done}"
            part = _part(rule.name, share.points, weight, note)
            duties.append(part)
        else:
            duties.append(_part(rule.name, None, note="本季度没有应办事项，不计入"))
    return duties


def rated_department(unit: UnitInputs, quarter: RatingBasis) -> Rated:
    """Return a department's figure from the cases it handled, less the blame that it bears."""
    handled = unit.handled or Share(0, 0)
    borne = blame_of_department(unit, quarter)
    points = functional_department_points(handled, borne)
    note = f"派给该部门、本季度到期的问题 {handled.due} 件，按期销号 {handled.done} 件"
    parts = []
    if borne:
        part = _part("按期办结", handled.points, note=note)
        parts.append(part)
        parts.append(_part("分担扣分", -borne, note=_blame_note(quarter.rubric)))
    if borne > handled.points:
        parts.append(_part("保底", borne - handled.points, note="不低于 0 分"))
    return points, _part("职能部门得分", points, note=note, parts=parts)


def blame_of_department(unit: UnitInputs, quarter: RatingBasis) -> Fraction:
    """Return the points that the department bears of what its cases cost. Raises `Refused`."""
    rules = {}
    for rule in quarter.rubric.maluses:
        if rule.shared_by:
            rules[rule.code] = rule
    blamed = []
    for community, cases in unit.blame.items():
        for code, shared in cases.items():
            maluses = quarter.maluses.get(community, {})
            counted = maluses.get(code, 0)
            if code not in rules or not 0 <= shared <= counted:
                if code in rules:
                    name = rules[code].name
                else:
                    name = code
                blame = f"{unit.name}分担社区 {community} 的“{name}” {shared} 件"
                advice = "由职能部门分担的，请改该部门分担的件数"
                raise Refused(f"{blame}，而该社区共 {counted} 件；{advice}")
            if shared:
                blamed.append(Blamed(rules[code], counted, {unit.ref: shared}))
    return blame_borne(blamed, quarter.rubric).get(unit.ref, Fraction(0))


def _blame_note(rubric: Rubric) -> str:
    kinds = {rule.code: rule for rule in rubric.shared_blame}
    sentences = []
    for rule in rubric.maluses:
        if rule.shared_by:
            kind = kinds[rule.shared_by]
            percent = short(100 * kind.department_share)
            cost = f"{rule.name}每次扣 {rule.points_each} 分，最多扣 {rule.cap} 分"
            sentences.append(f"{cost}，“{kind.name}”由部门承担 {percent}%")
    return "；".join(sentences)


RATED_BY_STANDING: dict[str, Callable[[UnitInputs, RatingBasis], Rated]] = {
    "lead": rated_lead_unit,
    "member": rated_member_unit,
    "department": rated_department,
}


def _communities(named: Sequence[tuple[str, Decimal]]) -> list[Explanation]:
    parts = []
    for name, points in named:
        fraction = Fraction(1, len(named))
        part = _part(name, points, fraction)
        parts.append(part)
    return parts


def _part(
    name: str,
    value: Exact | None,
    weight: Exact | None = None,
    note: str = "",
    parts: Sequence[Explanation] = (),
) -> Explanation:
    contribution = value
    if weight is not None and value is not None:
        contribution = Fraction(value) * Fraction(weight)
    return {
        "name": name,
        "value": None if value is None else plain(value),
        "weight": None if weight is None else plain(weight),
        "contribution": None if contribution is None else plain(contribution),
        "clause": "",
        "note": note,
        "parts": list(parts),
    }
