"""Where a document's title turns: by sense, and into a trapezoid or a diamond (§7.3.1).

A title is cut into words by a short list of the office's own vocabulary (title_words.txt); a break inside an unknown
run of characters costs more than one between two words, and the shape decides among the breaks that are left. Names
are never broken: those on the sheet, and what the list's words with a star (*街道, *办公室) end.
"""

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from gongjian.documents.layout.measures import SONG, width_of
from gongjian.documents.layout.printed_sheet import PrintedSheet
from gongjian.documents.layout.text import Run, set_lines

TITLE_COLUMNS = 20.0
_SHORTEST = 4.0

_LISTED = (Path(__file__).parent / "title_words.txt").read_text(encoding="utf-8").split()
_WORDS = frozenset(word.lstrip("*") for word in _LISTED)
_ENDINGS = tuple(word[1:] for word in _LISTED if word.startswith("*"))
_LONGEST_MIDDLE, _LONGEST_START, _USUAL_START = 8, 6, 4
"""Unknown characters of a name: most between a place and the ending (富阳市｜精神文明建设指导｜委员会), most before an
ending alone, and how many are taken where more stand there and nobody can tell where the name begins."""
_LATIN = re.compile(
    r"\d{4}年(?:第?[一二三四]季度|上半年|下半年|度|\d{1,2}月份?)?|[0-9A-Za-z.〔〕]+[年月日号]?"
)
_PLACES = (*"省市县区镇乡村", "街道", "社区")
_NEVER_ALONE = frozenset("局厅")
_NOT_OF_A_NAME = frozenset("的和与及对在为将把被请由向给等并或《》（）“”、，；：·")
_BAD_START = frozenset("的等了等、，》）”")
_GROUPS = ("单位", "部门", "成员", "个人")
_BAD_END = ("关于", "和", "与", "及", "对", "在", "为", "将", "把", "被", "《", "（", "“", "、")


@lru_cache(maxsize=256)
def title_lines(title: str, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The title's lines; a line break typed by the author is kept. `names` are proper names not to be broken."""
    title = title.strip()
    if "\n" in title:
        return tuple(line.strip() for line in title.splitlines() if line.strip())
    if width_of(title, SONG) <= TITLE_COLUMNS:
        return (title,)
    lines = _lines_of(title_words(title, names)) or _lines_of(_cut(title, _WORDS))
    return lines or tuple(
        line.text for line in set_lines([Run(title, SONG)], columns=TITLE_COLUMNS)
    )


def names_on(sheet: PrintedSheet) -> tuple[str, ...]:
    """The organs named on a sheet: who issues, who prints, to whom it goes; groups (各单位) are no names."""
    listed = re.split(
        r"[、，,；;：:。（）()\s]+", f"{sheet.main_recipient}、{sheet.copy_recipients}"
    )
    to = (name.removeprefix("各") for name in listed if not name.endswith(_GROUPS))
    return tuple(
        dict.fromkeys(name for name in (*sheet.signatures, sheet.printed_by, *to) if len(name) > 1)
    )


def _lines_of(words: Sequence[str]) -> tuple[str, ...]:
    """The least ugly turns of a title in these words; none where a line cannot hold them."""
    widths = [width_of(word, SONG) for word in words]
    fewest = -int(-sum(widths) // TITLE_COLUMNS)
    cuts = [
        cut
        for lines in (fewest, fewest + 1)[: max(1, 5 - fewest)]
        for cut in _cuts(widths, lines, 0)
    ]
    if not cuts:
        return ()
    best = min(cuts, key=lambda cut: _ugliness(words, widths, cut, fewest))
    return tuple("".join(words[a:b]) for a, b in _spans(best, len(words)))


def title_words(title: str, names: Sequence[str]) -> list[str]:
    """The title cut into names, the longest words known, numbers, and single characters."""
    joined: list[str] = []
    for word in _cut(
        title, _WORDS | {name for name in names if width_of(name, SONG) <= TITLE_COLUMNS}
    ):
        start = (
            _name_start(joined, word) if word.endswith(_ENDINGS) and _may_end(word) else len(joined)
        )
        whole = "".join((*joined[start:], word))
        if width_of(whole, SONG) <= TITLE_COLUMNS:
            joined[start:] = [whole]
        else:
            joined.append(word)
    return joined


def _may_end(word: str) -> bool:
    """Whether a word can be the end of a name: 街道 and 富春街道 can, 文明城市 cannot."""
    return word in _ENDINGS or word not in _WORDS


def _goes_on(word: str, ending: str) -> bool:
    """Whether a name may go on after an organ or a place; a place begins a new one after an organ (某某局｜富阳市)."""
    before = _PLACES if ending in _PLACES else _ENDINGS
    return word.endswith(before) and _may_end(word)


def _name_start(words: Sequence[str], ending: str) -> int:
    """Where the name begins that the next word ends: unknown characters before it, and an organ or place before those
    (富阳市｜富春｜街道); a bare 局 belongs to the word before it, too (富阳市｜城市管理｜局)."""
    start = len(words)
    if start and ending in _NEVER_ALONE and words[-1] not in _NOT_OF_A_NAME:
        start -= 1
    while start and len(words[start - 1]) == 1 and words[start - 1] not in _NOT_OF_A_NAME:
        start -= 1
    loose = len(words) - start
    if start and loose <= _LONGEST_MIDDLE and _goes_on(words[start - 1], ending):
        return start - 1
    return start if loose <= _LONGEST_START else len(words) - _USUAL_START


def _cut(title: str, known: Set[str]) -> list[str]:
    """The longest words known, numbers, and single characters."""
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


def _ugliness(
    words: Sequence[str], widths: Sequence[float], cut: Sequence[int], fewest: int
) -> float:
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
    if len(lines) > 2 and any(
        b + 0.9 < min(a, c) for a, b, c in zip(lines, lines[1:], lines[2:], strict=False)
    ):
        cost += 15
    if max(lines) - min(lines) < 1:
        cost += 3
    return cost + 12 * (lines[-1] < max(lines) / 3)
