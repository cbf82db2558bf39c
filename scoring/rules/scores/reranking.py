"""What if (试算): the same findings scored by another rubric; who would move, and which part of the score moves him."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import mean
from scoring.rules.refusals import Missing
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.quarters import CityScores, CommunityInputs, QuarterScore, city_scores
from scoring.rules.scores.ranking import Place

RANKING = "ranking"
_OTHER_NAMES = {
    "bonus": "加分",
    "maluses": "扣分",
    "total": "总分封顶、保底",
    "rounding": "四舍五入",
    RANKING: "名次规则",
}


@dataclass(frozen=True, slots=True)
class Move:
    """One community under the first and under the second rubric.

    `places_up` is positive for who rises. `cause` is the code of the part of the score that moved it most against
    those who changed sides with it, "ranking" where only the rules of places did, "" for who stays; `cause_points` by
    how much.
    """

    code: str
    name: str
    before: Place
    after: Place
    grade_before: str
    grade_after: str
    cause: str
    cause_name: str
    cause_points: Fraction

    @property
    def places_up(self) -> int:
        return self.before.place - self.after.place

    @property
    def points_up(self) -> Decimal:
        return self.after.points - self.before.points


def reranked(
    communities: Sequence[CommunityInputs],
    months: Sequence[str],
    before: Rubric,
    after: Rubric,
    *,
    anew: Sequence[CommunityInputs] | None = None,
) -> list[Move]:
    """Every community's place under both rubrics, who moves farthest first.

    `anew`: the same findings as `after` reads them, where its sheets come to other totals. Raises `Missing` naming
    what either rubric asks for and was not recorded, `Refused` for what it does not know.
    """
    found = (communities, communities if anew is None else anew)
    cities = [
        city_scores(one, months, rubric) for one, rubric in zip(found, (before, after), strict=True)
    ]
    if what := _lacking(cities, (before, after)):
        raise Missing(*what)
    sides = [_Side(city, rubric) for city, rubric in zip(cities, (before, after), strict=True)]
    moves = [_move(code, *sides) for code in sides[0].places]
    return sorted(moves, key=lambda move: (-abs(move.places_up), move.after.place, move.code))


def contributions(score: QuarterScore, rubric: Rubric) -> dict[str, Fraction]:
    """What each part brings to the published figure, by code; they add up to it exactly."""
    found = {
        "assessment": Fraction(rubric.assessment.weight) * score.assessment.points,
        "self_check": Fraction(rubric.self_check.weight) * score.self_check,
        "rectification": Fraction(rubric.rectification.weight) * score.rectification,
        "bonus": Fraction(score.bonus),
        "maluses": -Fraction(score.malus),
    }
    for rules, measured in zip(rubric.measured, score.measured, strict=True):
        found[rules.code] = Fraction(rules.weight) * measured.points
    found["total"] = score.exact - sum(found.values(), Fraction(0))
    found["rounding"] = Fraction(score.points) - score.exact
    return found


class _Side:
    """The city under one rubric, by community code."""

    def __init__(self, city: CityScores, rubric: Rubric) -> None:
        self.rubric = rubric
        self.scores = {score.inputs.code: score for score in city.scores}
        self.places = {place.code: place for place in city.places}
        self.parts = {code: contributions(score, rubric) for code, score in self.scores.items()}

    @property
    def names(self) -> dict[str, str]:
        rubric = self.rubric
        fixed = {
            "assessment": rubric.assessment.name,
            "self_check": rubric.self_check.name,
            "rectification": rubric.rectification.name,
        }
        return {**_OTHER_NAMES, **fixed, **{rules.code: rules.name for rules in rubric.measured}}


def _move(code: str, old: _Side, new: _Side) -> Move:
    before, after = old.places[code], new.places[code]
    cause, points = _cause(code, old, new) if before.place != after.place else ("", Fraction(0))
    return Move(
        code=code,
        name=new.scores[code].inputs.name,
        before=before,
        after=after,
        grade_before=old.scores[code].grade,
        grade_after=new.scores[code].grade,
        cause=cause,
        cause_name={**old.names, **new.names}.get(cause, ""),
        cause_points=points,
    )


def _cause(code: str, old: _Side, new: _Side) -> tuple[str, Fraction]:
    """The part that changed most, in the direction of the move, against the mean of those who changed sides."""
    up = 1 if new.places[code].place < old.places[code].place else -1
    passed = [other for other in old.places if _changed_sides(code, other, old, new, up)]
    if not passed:
        return RANKING, Fraction(0)
    own = _changes(code, old, new)
    theirs = [_changes(other, old, new) for other in passed]
    against = {
        part: change - mean([other[part] for other in theirs]) for part, change in own.items()
    }
    part = max(sorted(against), key=lambda part: up * against[part])
    return part, against[part]


def _changed_sides(code: str, other: str, old: _Side, new: _Side, up: int) -> bool:
    """Whether the difference between the two went in the direction of the move, and across or onto a tie."""
    gap_before = up * (old.places[code].points - old.places[other].points)
    gap_after = up * (new.places[code].points - new.places[other].points)
    return (gap_before < 0 <= gap_after) or (gap_before <= 0 < gap_after)


def _changes(code: str, old: _Side, new: _Side) -> Mapping[str, Fraction]:
    before, after = old.parts[code], new.parts[code]
    return {
        part: after.get(part, Fraction(0)) - before.get(part, Fraction(0))
        for part in {**before, **after}
    }


def _lacking(cities: Sequence[CityScores], rubrics: Sequence[Rubric]) -> list[str]:
    return [
        f"按“{rubric.name} {rubric.version}”试算，{one.name}：{what}"
        for city, rubric in zip(cities, rubrics, strict=True)
        for one in city.lacking
        for what in one.what
    ]
