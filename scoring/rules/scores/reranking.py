"""What if (试算): the same findings scored by another rubric, who would move and why."""

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

    `places_up` is positive for who rises. `cause` is the code of the part of the score that moved
    it most against those who changed sides with it, "ranking" where only the rules of places did,
    "" for who stays; `cause_points` by how much.
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


def reranked(
    communities: Sequence[CommunityInputs],
    months: Sequence[str],
    before: Rubric,
    after: Rubric,
    *,
    anew: Sequence[CommunityInputs] | None = None,
) -> list[Move]:
    """Return every community's place under both rubrics, who moves farthest first.

    `anew`: the same findings as `after` reads them, where its sheets come to other totals. Raises
    `Missing` naming what either rubric asks for and was not recorded, `Refused` for what it does
    not know.
    """
    old_city = city_scores(communities, months, before)
    new_city = city_scores(communities if anew is None else anew, months, after)
    lacking = _lacking(old_city, before) + _lacking(new_city, after)
    if lacking:
        raise Missing(*lacking)
    old = RankedCity(old_city, before)
    new = RankedCity(new_city, after)
    moves = []
    for code in old.places:
        moves.append(_move(code, old, new))
    return sorted(moves, key=lambda move: (-abs(move.places_up), move.after.place, move.code))


def contributions(score: QuarterScore, rubric: Rubric) -> dict[str, Fraction]:
    """Return what each part brings to the published figure, by code; they add up to it exactly."""
    fraction = Fraction(rubric.assessment.weight)
    assessment = fraction * score.assessment.points
    self_check = Fraction(rubric.self_check.weight) * score.self_check
    rectification = Fraction(rubric.rectification.weight) * score.rectification
    points = {
        "assessment": assessment,
        "self_check": self_check,
        "rectification": rectification,
        "bonus": Fraction(score.bonus),
        "maluses": -Fraction(score.malus),
    }
    for rules, measured in zip(rubric.measured, score.measured, strict=True):
        points[rules.code] = Fraction(rules.weight) * measured.points
    points["total"] = score.exact - sum(points.values(), Fraction(0))
    points["rounding"] = Fraction(score.points) - score.exact
    return points


class RankedCity:
    """The city under one rubric, by community code."""

    def __init__(self, city: CityScores, rubric: Rubric) -> None:
        self.scores = {score.inputs.code: score for score in city.scores}
        self.places = {place.code: place for place in city.places}
        self.parts: dict[str, dict[str, Fraction]] = {}
        for score in city.scores:
            self.parts[score.inputs.code] = contributions(score, rubric)
        self.names = part_names(rubric)

    def points_between(self, code: str, other: str) -> Decimal:
        """Return by how many points a community lies above the other."""
        return self.places[code].points - self.places[other].points


def part_names(rubric: Rubric) -> dict[str, str]:
    """Return what the parts of a score are called, by code."""
    names = {
        **_OTHER_NAMES,
        "assessment": rubric.assessment.name,
        "self_check": rubric.self_check.name,
        "rectification": rubric.rectification.name,
    }
    for rules in rubric.measured:
        names[rules.code] = rules.name
    return names


def _move(code: str, old: RankedCity, new: RankedCity) -> Move:
    before = old.places[code]
    after = new.places[code]
    cause, points = "", Fraction(0)
    if before.place != after.place:
        cause, points = cause_of_move(code, old, new)
    cause_name = new.names.get(cause) or old.names.get(cause, "")
    name = new.scores[code].inputs.name
    grade_before = old.scores[code].grade
    grade_after = new.scores[code].grade
    return Move(
        code=code,
        name=name,
        before=before,
        after=after,
        grade_before=grade_before,
        grade_after=grade_after,
        cause=cause,
        cause_name=cause_name,
        cause_points=points,
    )


def cause_of_move(code: str, old: RankedCity, new: RankedCity) -> tuple[str, Fraction]:
    """Return the part that changed most, and by how much, in the direction of the move.

    It is compared with the mean of those who changed sides with the community.
    """
    rises = new.places[code].place < old.places[code].place
    up = 1 if rises else -1
    passed = []
    for other in old.places:
        if changed_sides(code, other, old, new, up):
            passed.append(_changes(other, old, new))
    if not passed:
        return RANKING, Fraction(0)
    against = {}
    for part, change in _changes(code, old, new).items():
        of_passed = [changes[part] for changes in passed]
        against[part] = change - mean(of_passed)
    part = max(sorted(against), key=lambda part: up * against[part])
    return part, against[part]


def changed_sides(code: str, other: str, old: RankedCity, new: RankedCity, up: int) -> bool:
    """Return whether the two went apart in the direction of the move, across or onto a tie."""
    points_between = old.points_between(code, other)
    before = up * points_between
    after = up * new.points_between(code, other)
    return (before < 0 <= after) or (before <= 0 < after)


def _changes(code: str, old: RankedCity, new: RankedCity) -> Mapping[str, Fraction]:
    before = old.parts[code]
    after = new.parts[code]
    changes = {}
    for part in {**before, **after}:
        points = after.get(part, Fraction(0))
        changes[part] = points - before.get(part, Fraction(0))
    return changes


def _lacking(city: CityScores, rubric: Rubric) -> list[str]:
    lacking = []
    for community in city.lacking:
        place = f"按“{rubric.name} {rubric.version}”试算，{community.name}"
        lacking += [f"{place}：{what}" for what in community.what]
    return lacking
