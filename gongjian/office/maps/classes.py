"""In which class a community stands on the map: words first, a pattern and a colour beside them."""

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from gongjian.lib.templatetags.office import points

GREENS = ("#0e5c4a", "#4f9481", "#a5cdbf", "#e2efe9")
AMBERS = ("#eef0ed", "#f7e0b0", "#e3b055", "#c07a1c", "#8a3d0e")
PATTERNS = ("", "dots", "lines", "hatch", "bricks")
NOTHING = ("#ffffff", "dashes")


class MapClass(NamedTuple):
    """One entry of the legend."""

    words: str
    fill: str
    pattern: str
    count: int = 0


class MapStanding(NamedTuple):
    """Where one community stands: its class by number and what is written on it."""

    number: int
    text: str


def by_grade(
    scores: dict[int, tuple[Decimal, str]], keys: Sequence[int]
) -> tuple[list[MapClass], dict[int, MapStanding]]:
    """Classes by the office's own grades, the best first; without a score the last class."""
    best: dict[str, Decimal] = {}
    for total, grade in scores.values():
        best[grade] = max(total, best.get(grade, total))
    grades = sorted(best, key=lambda grade: -best[grade])
    looks = []
    for n in range(len(grades)):
        green = GREENS[min(n, len(GREENS) - 1)]
        pattern = PATTERNS[min(n, len(PATTERNS) - 1)]
        looks.append((green, pattern))
    named = [(grade or "未定等次", *look) for grade, look in zip(grades, looks, strict=True)]
    standings = {}
    for key in keys:
        if key in scores:
            total, grade = scores[key]
            standings[key] = MapStanding(grades.index(grade), points(total))
        else:
            standings[key] = MapStanding(len(grades), "未评")
    return _counted([*named, ("没有得分", *NOTHING)], standings), standings


# The upper ends of the classes of a count; the last class has none.
STEPS = (0, 2, 5, 10)


def by_count(
    counts: dict[int, int], keys: Sequence[int]
) -> tuple[list[MapClass], dict[int, MapStanding]]:
    """Classes of how many there are: none, up to 2, up to 5, up to 10, more."""
    words = ("没有", "1–2 件", "3–5 件", "6–10 件", "10 件以上")
    standings = {}
    for key in keys:
        count = counts.get(key, 0)
        number = bisect_left(STEPS, count)
        standings[key] = MapStanding(number, f"{count} 件" if count else "")
    return _counted(list(zip(words, AMBERS, PATTERNS, strict=True)), standings), standings


def _counted(
    named: list[tuple[str, str, str]], standings: dict[int, MapStanding]
) -> list[MapClass]:
    classes = []
    for standing in standings.values():
        classes.append(standing.number)
    map_classes = []
    for number, entry in enumerate(named):
        map_class = MapClass(*entry, count=classes.count(number))
        map_classes.append(map_class)
    return map_classes
