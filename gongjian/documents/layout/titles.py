"""Where a document's title turns: by sense, and into a trapezoid or a diamond (§7.3.1).

A title is cut into words by a short list of the office's own vocabulary (title_words.txt). Every
way to set the words in lines is weighed: a break inside an unknown run of characters costs more
than one between two words, and the shape decides among the rest. Names are never broken: those
on the document, and what the list's words with a star (*街道, *办公室) end.
"""

import math
import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from gongjian.documents.layout.measures import SONG, width_of
from gongjian.documents.layout.printed_sheet import PrintedSheet
from gongjian.documents.layout.text import Run, set_lines

TITLE_COLUMNS = 20.0
MOST_LINES = 4
_SHORTEST = 4.0  # characters: no line of a title is shorter

_LISTED = (Path(__file__).parent / "title_words.txt").read_text(encoding="utf-8").split()
_WORDS = frozenset(word.lstrip("*") for word in _LISTED)
_ENDINGS = tuple(word[1:] for word in _LISTED if word.startswith("*"))
# Unknown characters of a name: most between a place and the ending
# (富阳市｜精神文明建设指导｜委员会), most before an ending alone, and how many are counted to the
# name where more stand there and nobody can tell where it begins.
_LONGEST_MIDDLE, _LONGEST_START, _USUAL_START = 8, 6, 4
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
    """Return the title's lines; a line break typed by the author stays where he typed it.

    `names` are proper names not to be broken.
    """
    title = title.strip()
    if "\n" in title:
        typed_lines = []
        for line in title.splitlines():
            typed_lines.append(line.strip())
        return tuple(filter(None, typed_lines))
    if width_of(title, SONG) <= TITLE_COLUMNS:
        return (title,)
    lines = _best_lines(title_words(title, names)) or _best_lines(_cut(title, _WORDS))
    if lines:
        return lines
    filled_lines = set_lines([Run(title, SONG)], columns=TITLE_COLUMNS)
    return tuple(line.text for line in filled_lines)


def names_on(sheet: PrintedSheet) -> tuple[str, ...]:
    """Return the organs named on a document: who issues, who prints, to whom it goes.

    Groups (各单位) are no names.
    """
    recipients = f"{sheet.main_recipient}、{sheet.copy_recipients}"
    names = [*sheet.signatures, sheet.printed_by]
    for recipient in re.split(r"[、，,；;：:。（）()\s]+", recipients):
        if not recipient.endswith(_GROUPS):
            names.append(recipient.removeprefix("各"))
    distinct_names = dict.fromkeys(names)
    return tuple(name for name in distinct_names if len(name) > 1)


def _best_lines(words: Sequence[str]) -> tuple[str, ...]:
    """Return the least ugly lines of a title in these words; none where a line cannot hold them."""
    widths = []
    for word in words:
        widths.append(width_of(word, SONG))
    fewest = math.ceil(sum(widths) / TITLE_COLUMNS)
    cuts = list(_cuts(widths, fewest, 0))
    if fewest < MOST_LINES:
        cuts += _cuts(widths, fewest + 1, 0)
    if not cuts:
        return ()
    best = min(cuts, key=lambda cut: ugliness(words, widths, cut, fewest))
    return tuple("".join(words[start:end]) for start, end in _spans(best, len(words)))


def title_words(title: str, names: Sequence[str]) -> list[str]:
    """Cut the title into names, the longest words listed, numbers, and single characters."""
    short_names = {name for name in names if width_of(name, SONG) <= TITLE_COLUMNS}
    joined: list[str] = []
    for word in _cut(title, _WORDS | short_names):
        start = len(joined)
        if word.endswith(_ENDINGS) and _may_end(word):
            start = name_start(joined, word)
        name = "".join((*joined[start:], word))
        if width_of(name, SONG) <= TITLE_COLUMNS:
            joined[start:] = [name]
        else:
            joined.append(word)
    return joined


def _may_end(word: str) -> bool:
    """Whether a word can be the end of a name: 街道 and 富春街道 can, 文明城市 cannot."""
    return word in _ENDINGS or word not in _WORDS


def name_goes_on(word: str, ending: str) -> bool:
    """Whether a name may go on after an organ or a place.

    A place begins a new name after an organ (某某局｜富阳市).
    """
    if ending in _PLACES:
        before = _PLACES
    else:
        before = _ENDINGS
    return word.endswith(before) and _may_end(word)


def name_start(words: Sequence[str], ending: str) -> int:
    """Return where the name begins that the next word ends.

    Unknown characters before it belong to the name, and an organ or place before those
    (富阳市｜富春｜街道); a bare 局 belongs to the word before it, too (富阳市｜城市管理｜局).
    """
    start = len(words)
    if start and ending in _NEVER_ALONE and words[-1] not in _NOT_OF_A_NAME:
        start -= 1
    while start and len(words[start - 1]) == 1 and words[start - 1] not in _NOT_OF_A_NAME:
        start -= 1
    loose = len(words) - start
    if start and loose <= _LONGEST_MIDDLE and name_goes_on(words[start - 1], ending):
        return start - 1
    if loose <= _LONGEST_START:
        return start
    return len(words) - _USUAL_START


def _cut(title: str, vocabulary: Set[str]) -> list[str]:
    """Cut a title into the longest words of the vocabulary, numbers, and single characters."""
    longest = max(len(word) for word in vocabulary)
    words = []
    place = 0
    while place < len(title):
        text = title[place : place + longest]
        size = _word_size(text, vocabulary)
        latin = _LATIN.match(title, place)
        if latin:
            size = max(size, len(latin.group()))
        words.append(title[place : place + size])
        place += size
    return words


def _word_size(text: str, vocabulary: Set[str]) -> int:
    """Return how long the longest word is with which the text begins; 1 where none does."""
    for size in range(len(text), 1, -1):
        if text[:size] in vocabulary:
            return size
    return 1


def _cuts(widths: Sequence[float], lines: int, start: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to set the words from `start` in so many lines, as the lines' ends.

    No line is wider or shorter than a line may be. The last end, that of the title, is left out.
    """
    rest_width = sum(widths[start:])
    if lines == 1:
        if _SHORTEST <= rest_width <= TITLE_COLUMNS:
            yield ()
        return
    line_width = 0.0
    if lines < 4:
        shortest = _SHORTEST
    else:
        shortest = TITLE_COLUMNS / 2
    for end in range(start + 1, len(widths)):
        line_width += widths[end - 1]
        rest_width -= widths[end - 1]
        if line_width > TITLE_COLUMNS:
            return
        if line_width >= shortest and rest_width <= (lines - 1) * TITLE_COLUMNS:
            for later_ends in _cuts(widths, lines - 1, end):
                yield (end, *later_ends)


def _spans(cut: Sequence[int], count: int) -> list[tuple[int, int]]:
    """Return the first word of each line and the one after its last."""
    return list(pairwise((0, *cut, count)))


def ugliness(
    words: Sequence[str], widths: Sequence[float], cut: Sequence[int], fewest: int
) -> float:
    """Return how much a reader would mind: breaks against the sense, the shape, one more line."""
    line_widths = []
    for start, end in _spans(cut, len(words)):
        line_widths.append(sum(widths[start:end]))
    offence_against_senses = [offence_against_sense(words, end) for end in cut]
    offences = sum(offence_against_senses)
    more_lines = len(line_widths) - fewest
    return offences + _shape(line_widths) + 7 * more_lines


def offence_against_sense(words: Sequence[str], end: int) -> float:
    """Return the cost of a break before the word at `end`."""
    before = words[end - 1]
    after = words[end]
    if after[0] in _BAD_START or before in _BAD_END:
        return 40
    if after == "关于":
        return -4
    inside = "".join(words[:end])
    if inside.count("《") > inside.count("》"):
        return 8
    if before == "的":
        return 3 + (4 if len(after) == 1 else 0)
    loose_characters = (len(before) == 1) + (len(after) == 1)
    return (0, 4, 12)[loose_characters]


def _shape(widths: Sequence[float]) -> float:
    """Return the cost of a shape.

    An hourglass, a box, a stub of a last line and great differences are avoided.
    """
    difference = max(widths) - min(widths)
    cost = difference / 4
    if difference < 1:
        cost += 3
    if widths[-1] < max(widths) / 3:
        cost += 12
    for above, middle, below in zip(widths, widths[1:], widths[2:], strict=False):
        if middle + 0.9 < min(above, below):
            return cost + 15
    return cost
