"""Places (名次) in the city and inside each class, from the published figures."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import COMPETITION, RankingRules

Measure = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class RankingEntry:
    """What is ranked: published points, and what the rubric's tie-breakers ask for."""

    code: str
    points: Decimal
    class_name: str = ""
    tie_breakers: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A place from 1 on; those whom neither points nor tie-breakers part share it."""

    code: str
    points: Decimal
    class_name: str
    place: int
    class_place: int


def rank(entries: Sequence[RankingEntry], rules: RankingRules) -> list[Place]:
    """Return everyone's place overall and in the class, best first, equals by code.

    The order of `entries` never matters. Raises `Missing` if a tie-breaker that the rubric asks for
    is not there, `Refused` for a code that comes twice.
    """
    _refuse_repeats(entries)
    measures: dict[str, Measure] = {}
    classes: dict[str, dict[str, Measure]] = {}
    for entry in entries:
        measures[entry.code] = measure_of(entry, rules)
        classes.setdefault(entry.class_name, {})[entry.code] = measures[entry.code]
    overall = _places(measures, rules.style)
    in_class: dict[str, int] = {}
    for members in classes.values():
        in_class.update(_places(members, rules.style))
    places = []
    for entry in sorted(entries, key=lambda entry: (overall[entry.code], entry.code)):
        code = entry.code
        place = Place(code, entry.points, entry.class_name, overall[code], in_class[code])
        places.append(place)
    return places


def missing_tie_breakers(values: Collection[str], rules: RankingRules) -> list[str]:
    """Return the tie-breakers that the rubric asks for and `values` lacks, in words."""
    lacking = []
    for breaker in rules.tie_breakers:
        if breaker.code not in values:
            lacking.append(breaker.name)
    return [f"没有用于区分并列名次的“{name}”" for name in lacking]


def _places(measures: Mapping[str, Measure], style: str) -> dict[str, int]:
    counts = Counter(measures.values())
    place_of: dict[Measure, int] = {}
    place = 1
    for measure in sorted(counts, reverse=True):
        place_of[measure] = place
        place += counts[measure] if style == COMPETITION else 1
    return {code: place_of[measure] for code, measure in measures.items()}


def measure_of(entry: RankingEntry, rules: RankingRules) -> Measure:
    """Return the points, then the tie-breakers, each turned so that more is better."""
    lacking = missing_tie_breakers(entry.tie_breakers, rules)
    if lacking:
        raise Missing(*(f"{entry.code}：{what}" for what in lacking))
    measure = [entry.points]
    for breaker in rules.tie_breakers:
        value = entry.tie_breakers[breaker.code]
        measure.append(value if breaker.higher_is_better else -value)
    return tuple(measure)


def _refuse_repeats(entries: Sequence[RankingEntry]) -> None:
    codes = [entry.code for entry in entries]
    counts = Counter(codes)
    repeated = sorted(code for code, count in counts.items() if count > 1)
    if repeated:
        raise Refused(f"排名对象重复：{'、'.join(repeated)}")
