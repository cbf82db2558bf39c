"""What lead units, member units and functional departments get in a quarter, from what is on record of each of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongjian.lib.points import Exact, mean, plain
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import DutyRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.ranking import Entry, rank
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
    "mean": "取所牵头社区的平均分",
    "lowest": "取所牵头社区中最低的",
    "highest": "取所牵头社区中最高的",
}

Points = Mapping[str, tuple[str, Decimal]]
"""By community code: its name and its published points."""
Maluses = Mapping[str, Mapping[str, int]]
"""By community code, its cases by malus."""
Explanation = dict[str, Any]
"""In the shape of scoring.rules.scores.explanation."""


@dataclass(frozen=True, slots=True)
class UnitInputs:
    """What a unit's figure in one standing rests on, beside the published figures of its communities.

    `standing`: lead, member or department; `ref`: its number in the register; `communities`: the codes of those that
    it leads or joins. `duties` of a member unit by the rubric's codes; `handled`: the cases dispatched to a department
    and those it handled in time; `blame`: by community and malus, in how many of the cases it shares.
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
    """A unit's published figure, its place among those of its standing, and the figure taken apart."""

    inputs: UnitInputs
    points: Decimal
    place: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Quarter:
    """What all units of a quarter are rated by."""

    points: Points
    maluses: Maluses
    rubric: Rubric

    def named(self, codes: Iterable[str]) -> list[tuple[str, Decimal]]:
        return [self.points[code] for code in codes]


Rated = tuple[Decimal, Explanation]


def unit_results(
    units: Sequence[UnitInputs], points: Points, maluses: Maluses, rubric: Rubric
) -> list[UnitResult]:
    """Every unit that can be rated, standing by standing, best first, equals by number.

    A unit of which nothing was due is not rated: that is no full mark and no nought. Raises `Refused`.
    """
    quarter = Quarter(points, maluses, rubric)
    rated = {
        (one.standing, one.ref): (one, found)
        for one in units
        if (found := _rated(one, quarter)) is not None
    }
    places = _places({key: figure for key, (_, (figure, _)) in rated.items()}, rubric)
    results = [
        UnitResult(one, found[0], places[key], found[1]) for key, (one, found) in rated.items()
    ]
    return sorted(results, key=lambda one: (one.inputs.standing, one.place, one.inputs.ref))


def _places(
    figures: Mapping[tuple[str, str], Decimal], rubric: Rubric
) -> dict[tuple[str, str], int]:
    """Places inside each standing; what parts equal communities is not counted for units."""
    keys = {":".join(key): key for key in figures}
    entries = [Entry(code, figures[key], key[0]) for code, key in keys.items()]
    return {
        keys[place.code]: place.class_place
        for place in rank(entries, replace(rubric.ranking, tie_breakers=()))
    }


def _rated(one: UnitInputs, quarter: Quarter) -> Rated | None:
    if one.standing not in _RATED:
        raise Refused(f"{one.name}：没有“{one.standing}”这种身份")
    try:
        return _RATED[one.standing](one, quarter)
    except Missing:  # nothing at all was due of it
        return None
    except KeyError as code:
        raise Refused(f"{one.name}：存档中没有社区 {code} 的得分") from code


def _lead_unit(one: UnitInputs, quarter: Quarter) -> Rated:
    style, listed = quarter.rubric.lead_unit_style, quarter.named(one.communities)
    points = lead_unit_points(_by_code(one, quarter), style)
    parts = _communities(listed) if style == "mean" else _chosen(listed, points)
    return points, _part("牵头单位得分", points, note=STYLES[style], parts=parts)


def _chosen(listed: Sequence[tuple[str, Decimal]], points: Decimal) -> list[Explanation]:
    """All its communities, of which the one that hands its figure down weighs all."""
    chosen = next(number for number, (_, held) in enumerate(listed) if held == points)
    return [
        _part(name, held, int(number == chosen), note="得分取自这里" if number == chosen else "")
        for number, (name, held) in enumerate(listed)
    ]


def _member_unit(one: UnitInputs, quarter: Quarter) -> Rated:
    rubric, listed = quarter.rubric, quarter.named(one.communities)
    points = member_unit_points(_by_code(one, quarter), one.duties, rubric)
    rules = rubric.member_unit
    if not rules.duties:
        return points, _part("共建单位得分", points, parts=_communities(listed))
    community, own = mean([held for _, held in listed]), own_duties_points(one.duties, rubric)
    parts = [
        _part("所在社区得分", community, rules.community_weight, parts=_communities(listed)),
        _part("本单位职责", own, rules.own_duties_weight, parts=_duties(one, rubric)),
    ]
    return points, _part("共建单位得分", points, parts=parts)


def _duties(one: UnitInputs, rubric: Rubric) -> list[Explanation]:
    rules = rubric.member_unit.duties
    counted = sum(Fraction(rule.weight) for rule in rules if one.duties[rule.code].due)
    return [_duty(rule, one.duties[rule.code], counted) for rule in rules]


def _duty(rule: DutyRule, share: Share, counted: Fraction | int) -> Explanation:
    if not share.due:
        return _part(rule.name, None, note="本季度没有应办事项，不计入")
    return _part(
        rule.name,
        share.points,
        Fraction(rule.weight) / counted,
        note=f"应 {share.due}，实 {share.done}",
    )


def _department(one: UnitInputs, quarter: Quarter) -> Rated:
    handled, borne = one.handled or Share(0, 0), _blame(one, quarter)
    points = functional_department_points(handled, borne)
    note = f"派给该部门、本季度到期的问题 {handled.due} 件，按期销号 {handled.done} 件"
    parts = _blame_parts(handled, borne, note, quarter.rubric) if borne else ()
    return points, _part("职能部门得分", points, note=note, parts=parts)


def _blame(one: UnitInputs, quarter: Quarter) -> Fraction:
    """The points that the department bears of what its cases cost the communities. Raises `Refused`."""
    rules = {rule.code: rule for rule in quarter.rubric.maluses if rule.shared_by}
    blamed = []
    for community, cases in one.blame.items():
        for code, shared in cases.items():
            counted = quarter.maluses.get(community, {}).get(code, 0)
            if code not in rules or not 0 <= shared <= counted:
                said = f"{one.name}分担社区 {community} 的“{rules[code].name if code in rules else code}” {shared} 件"
                raise Refused(
                    f"{said}，而该社区共 {counted} 件；由职能部门分担的，请改该部门分担的件数"
                )
            if shared:
                blamed.append(Blamed(rules[code], counted, {one.ref: shared}))
    return blame_borne(blamed, quarter.rubric).get(one.ref, Fraction(0))


def _blame_parts(handled: Share, borne: Fraction, note: str, rubric: Rubric) -> list[Explanation]:
    parts = [
        _part("按期办结", handled.points, note=note),
        _part("分担扣分", -borne, note=_blame_note(rubric)),
    ]
    if borne > handled.points:
        parts.append(_part("保底", borne - handled.points, note="不低于 0 分"))
    return parts


def _blame_note(rubric: Rubric) -> str:
    kinds = {rule.code: rule for rule in rubric.shared_blame}
    shared = [(rule, kinds[rule.shared_by]) for rule in rubric.maluses if rule.shared_by]
    return "；".join(
        f"{rule.name}每次扣 {rule.points_each} 分，最多扣 {rule.cap} 分，“{kind.name}”由部门承担 "
        f"{plain(100 * kind.department_share).rstrip('0').rstrip('.')}%"
        for rule, kind in shared
    )


_RATED: dict[str, Callable[[UnitInputs, Quarter], Rated]] = {
    "lead": _lead_unit,
    "member": _member_unit,
    "department": _department,
}


def _by_code(one: UnitInputs, quarter: Quarter) -> dict[str, Decimal]:
    return {code: quarter.points[code][1] for code in one.communities}


def _communities(listed: Sequence[tuple[str, Decimal]]) -> list[Explanation]:
    return [_part(name, points, Fraction(1, len(listed))) for name, points in listed]


def _part(
    name: str,
    value: Exact | None,
    weight: Exact | None = None,
    note: str = "",
    parts: Sequence[Explanation] = (),
) -> Explanation:
    contribution = value if weight is None or value is None else Fraction(value) * Fraction(weight)
    return {
        "name": name,
        "value": None if value is None else plain(value),
        "weight": None if weight is None else plain(weight),
        "contribution": None if contribution is None else plain(contribution),
        "clause": "",
        "note": note,
        "parts": list(parts),
    }
