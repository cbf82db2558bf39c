"""Where a document's title turns: by sense, and into a trapezoid or a diamond (§7.3.1).

A title is cut into words by a short list of the office's own vocabulary (title_words.txt); a break inside an unknown
run of characters costs more than one between two words, and the shape decides among the breaks that are left.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from gongjian.documents.measures import SONG, width_of
from gongjian.documents.text import Run, set_lines

TITLE_COLUMNS = 20.0
_SHORTEST = 4.0

_WORDS = frozenset((Path(__file__).parent / "title_words.txt").read_text(encoding="utf-8").split())
_LATIN = re.compile(r"\d{4}年(?:第?[一二三四]季度|上半年|下半年|度|\d{1,2}月份?)?|[0-9A-Za-z.〔〕]+[年月日号]?")
_BAD_START = frozenset("的等了等、，》）”")
_BAD_END = ("关于", "和", "与", "及", "对", "在", "为", "将", "把", "被", "《", "（", "“", "、")


@lru_cache(maxsize=256)
def title_lines(title: str, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The title's lines; a line break typed by the author is kept. `names` are proper names not to be broken."""
    title = title.strip()
    if "\n" in title:
        return tuple(line.strip() for line in title.splitlines() if line.strip())
    if width_of(title, SONG) <= TITLE_COLUMNS:
        return (title,)
    words = title_words(title, names)
    widths = [width_of(word, SONG) for word in words]
    fewest = -int(-sum(widths) // TITLE_COLUMNS)
    cuts = [cut for lines in (fewest, fewest + 1)[: max(1, 5 - fewest)] for cut in _cuts(widths, lines, 0)]
    if not cuts:
        return tuple(line.text for line in set_lines([Run(title, SONG)], columns=TITLE_COLUMNS))
    best = min(cuts, key=lambda cut: _ugliness(words, widths, cut, fewest))
    return tuple("".join(words[a:b]) for a, b in _spans(best, len(words)))


def title_words(title: str, names: Sequence[str]) -> list[str]:
    """The title cut into the longest words known, numbers, and single characters."""
    known = _WORDS | {name for name in names if name}
    longest = max(map(len, known))
    words, place = [], 0
    while place < len(title):
        latin = _LATIN.match(title, place)
        sizes = range(min(longest, len(title) - place), 1, -1)
        known_size = next((size for size in sizes if title[place : place + size] in known), 1)
        size = max(known_size, len(latin.group()) if latin else 0)
        words.append(title[place : place + size])
        place += size
    return words


def _cuts(widths: Sequence[float], lines: int, start: int) -> Iterator[tuple[int, ...]]:
    """Every way to set the words from `start` in so many lines, none wider than a line may be."""
    left = sum(widths[start:])
    if lines == 1:
        if _SHORTEST <= left <= TITLE_COLUMNS:
            yield ()
        return
    room = TITLE_COLUMNS
    shortest = _SHORTEST if lines < 4 else TITLE_COLUMNS / 2
    for end in range(start + 1, len(widths)):
        room -= widths[end - 1]
        left -= widths[end - 1]
        if room < 0:
            return
        if room <= TITLE_COLUMNS - shortest and left <= (lines - 1) * TITLE_COLUMNS:
            yield from ((end, *rest) for rest in _cuts(widths, lines - 1, end))


def _spans(cut: Sequence[int], count: int) -> list[tuple[int, int]]:
    return list(pairwise((0, *cut, count)))


def _ugliness(words: Sequence[str], widths: Sequence[float], cut: Sequence[int], fewest: int) -> float:
    """How much a reader would mind: breaks against the sense, then the shape; one more line costs a little."""
    lines = [sum(widths[a:b]) for a, b in _spans(cut, len(words))]
    return sum(_offence(words, end) for end in cut) + _shape(lines) + 7 * (len(lines) - fewest)


def _offence(words: Sequence[str], end: int) -> float:
    """The cost of a break before the word at `end`."""
    before, after = words[end - 1], words[end]
    if after[0] in _BAD_START or before in _BAD_END:
        return 40
    if after == "关于":
        return -4
    inside = "".join(words[:end])
    if inside.count("《") > inside.count("》"):
        return 8
    loose = (len(before) == 1 and before != "的") + (len(after) == 1)
    return (0, 4, 12)[loose] + 3 * (before == "的")


def _shape(lines: Sequence[float]) -> float:
    """The cost of a shape: an hourglass, a box, a stub of a last line and great differences are avoided."""
    cost = (max(lines) - min(lines)) / 4
    if len(lines) > 2 and any(b + 0.9 < min(a, c) for a, b, c in zip(lines, lines[1:], lines[2:], strict=False)):
        cost += 15
    if max(lines) - min(lines) < 1:
        cost += 3
    return cost + 12 * (lines[-1] < max(lines) / 3)
