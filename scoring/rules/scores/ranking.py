"""Places (名次) in the city and inside each class, from the published figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import RankingRules

Measure = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One that is ranked: its published points, and what the rubric's tie-breakers ask for."""

    code: str
    points: Decimal
    class_name: str = ""
    tie_breakers: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A place from 1 on; the same place for those whom neither points nor tie-breakers part."""

    code: str
    points: Decimal
    class_name: str
    place: int
    class_place: int


def rank(entries: Sequence[Entry], rules: RankingRules) -> list[Place]:
    """Everyone's place overall and in the class, best first, equals by code; the order of `entries` never matters.

    Raises `Missing` if a tie-breaker that the rubric asks for is not there, `Refused` for a code given twice.
    """
    _refuse_repeats(entries)
    measures = {entry.code: _measure(entry, rules) for entry in entries}
    overall = _places(measures, rules.style)
    classes: dict[str, dict[str, Measure]] = {}
    for entry in entries:
        classes.setdefault(entry.class_name, {})[entry.code] = measures[entry.code]
    in_class = {
        code: place
        for members in classes.values()
        for code, place in _places(members, rules.style).items()
    }
    ranked = sorted(entries, key=lambda entry: (overall[entry.code], entry.code))
    return [
        Place(e.code, e.points, e.class_name, overall[e.code], in_class[e.code]) for e in ranked
    ]


def missing_tie_breakers(given: Mapping[str, Decimal], rules: RankingRules) -> list[str]:
    return [
        f"没有用于区分并列名次的“{breaker.name}”"
        for breaker in rules.tie_breakers
        if breaker.code not in given
    ]


def _places(measures: Mapping[str, Measure], style: str) -> dict[str, int]:
    counts = Counter(measures.values())
    place_of: dict[Measure, int] = {}
    place = 1
    for measure in sorted(counts, reverse=True):
        place_of[measure] = place
        place += counts[measure] if style == "competition" else 1
    return {code: place_of[measure] for code, measure in measures.items()}


def _measure(entry: Entry, rules: RankingRules) -> Measure:
    """The points, then the tie-breakers, each turned so that more is better."""
    if lacking := missing_tie_breakers(entry.tie_breakers, rules):
        raise Missing(*(f"{entry.code}：{what}" for what in lacking))
    signed = (
        entry.tie_breakers[breaker.code] * (1 if breaker.higher_is_better else -1)
        for breaker in rules.tie_breakers
    )
    return (entry.points, *signed)


def _refuse_repeats(entries: Sequence[Entry]) -> None:
    repeated = sorted(
        code for code, count in Counter(entry.code for entry in entries).items() if count > 1
    )
    if repeated:
        raise Refused(f"排名对象重复：{'、'.join(repeated)}")
