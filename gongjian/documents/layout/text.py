"""Chinese text on a grid: which line each character stands on, and in which face.

The lines are decided here and not by the PDF engine because an office counts them: 28 characters
a line, no punctuation at a line's start (GB/T 15834), right edge flush. A line that cannot be
filled exactly is opened evenly; a stop or comma that falls just past the 28th character hangs in
the margin, as office word processors set it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gongjian.documents.layout.measures import COLUMNS, FANG, HEI, KAI, width_of
from gongjian.documents.layout.printed_sheet import Seal

HANGS = frozenset("、。，；：！？．")
NEVER_FIRST = HANGS | frozenset("）］｝〉》」』】〕〗”’…—～·％‰%℃°,.!?;:)]}")
NEVER_LAST = frozenset("（［｛〈《「『【〔〖“‘([{")
# In characters: a line that lacks more stays open on the right rather than be torn apart.
WIDEST_GAP = 3.0
MOST_UNBROKEN = 12  # characters: a longer Latin word is taken apart
# Places are sums of decimal fractions of a character; less than this is no difference.
TOLERANCE = 1e-6

_PIECE = re.compile(r"[0-9A-Za-z]+(?:[.,:/%+\-_@&#=~][0-9A-Za-z]+)*|——|……|.", re.DOTALL)


@dataclass(frozen=True)
class Run:
    """A stretch of text in one face."""

    text: str
    face: str = FANG


@dataclass(frozen=True)
class Line:
    """One printed line; `indent` and `spacing` are in characters of the line's size.

    `seal` is the picture of a seal that presses this line, and where `seal_rows` is 2 the date
    below it too. `outline` names the line in the file's table of contents, at that `level`.
    `tag` is what the line is to those who hear the file read (p, h1 … h5), and `joins` whether
    it goes on with the one before it.
    """

    runs: tuple[Run, ...]
    indent: float = 0.0
    spacing: float = 0.0
    align: str = "left"
    size: str = "text"
    seal: Seal | None = None
    seal_rows: int = 2
    outline: str = ""
    level: int = 1
    tag: str = "p"
    joins: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body.

    `heading` says that it is nothing but a heading and must not end a page; `level` is 1 to 4
    where it begins with 一、 （一） 1. or （1）, else 0.
    """

    runs: tuple[Run, ...]
    heading: bool = False
    level: int = 0


@dataclass(frozen=True)
class _Atom:
    """What never breaks: a Chinese character, a number, a Latin word, a double dash."""

    text: str
    face: str
    width: float = field(compare=False)


_LEVELS = (
    (re.compile(r"[一二三四五六七八九十百]+、"), HEI),
    (re.compile(r"[（(][一二三四五六七八九十百]+[）)]"), KAI),
    (re.compile(r"\d{1,2}[.．](?!\d)"), FANG),
    (re.compile(r"[（(]\d{1,2}[）)]"), FANG),
)


def parse_body(body: str) -> list[Paragraph]:
    """Return the paragraphs of a plain text, one a line, each heading in its face (§7.3.3)."""
    paragraphs = []
    for line in body.splitlines():
        line = re.sub(r"\s+", " ", line).strip()
        if line:
            paragraphs.append(parse_paragraph(line))
    return paragraphs


def parse_paragraph(line: str) -> Paragraph:
    """Return one line as a paragraph; a heading ends at its first full stop, text follows it."""
    level, face = heading_level(line)
    if level == 0 or line.endswith(("；", "，", "：", ";")):
        return Paragraph((Run(line),))
    stop = line.find("。") + 1
    if 0 < stop < len(line):
        run = Run(line[:stop], face)
        runs = (run, Run(line[stop:]))
        return Paragraph(runs, level=level)
    is_heading = face != FANG or not line.endswith("。")
    return Paragraph((Run(line, face),), heading=is_heading, level=level)


def heading_level(line: str) -> tuple[int, str]:
    """Return the level (1 to 4) and the face of a line by the number it begins with, else 0."""
    for level, (mark, face) in enumerate(_LEVELS, 1):
        if mark.match(line):
            return level, face
    return 0, FANG


def set_lines(
    runs: Iterable[Run],
    *,
    first: float = 0.0,
    rest: float = 0.0,
    columns: float = COLUMNS,
    justify: bool = True,
) -> list[Line]:
    """Break a paragraph into lines of `columns` characters, indented by `first`, then `rest`."""
    widest = columns - max(first, rest)
    atoms = _atoms(runs, widest)
    ends = line_ends(atoms, columns - first, columns - rest)
    ends = without_lone_last_character(atoms, ends)
    lines = []
    start = 0
    for place, end in enumerate(ends):
        indent = rest if place else first
        line_atoms = _trimmed(atoms[start:end])
        spacing = 0.0
        if justify and end != ends[-1]:
            spacing = opening_between_characters(line_atoms, columns - indent)
        runs_of_line = _joined_runs(line_atoms)
        line = Line(runs_of_line, indent=indent, spacing=spacing, joins=place > 0)
        lines.append(line)
        start = end
    return lines


def hanging_rows(
    label: Sequence[Run], text: str, *, left: float, columns: float = COLUMNS
) -> list[tuple[Line, ...]]:
    """Return the rows of a label and a text that hangs beside it (附件说明, 抄送, 出席).

    The label and the text's first line stand on one row, every further line under the text's
    own first character.
    """
    widths = []
    for run in label:
        width = width_of(run.text, run.face)
        widths.append(width)
    under = left + sum(widths)
    lines = set_lines([Run(text)], first=under, rest=under, columns=columns) or [Line(())]
    label_line = Line(tuple(label), indent=left)
    rows: list[tuple[Line, ...]] = [(label_line, replace(lines[0], joins=True))]
    for line in lines[1:]:
        rows.append((line,))
    return rows


def _atoms(runs: Iterable[Run], widest: float) -> list[_Atom]:
    """Return the unbreakable pieces in order; a Latin word too long for a line is taken apart."""
    widest = min(widest, MOST_UNBROKEN)
    atoms = []
    for run in runs:
        for piece in _PIECE.findall(run.text):
            width = width_of(piece, run.face)
            is_too_long = width > widest
            if is_too_long:
                parts = list(piece)
            else:
                parts = [piece]
            for part in parts:
                atoms.append(_Atom(part, run.face, width_of(part, run.face)))
    return atoms


def line_ends(atoms: Sequence[_Atom], first: float, rest: float) -> list[int]:
    """Return where each line ends: the index after its last piece."""
    ends: list[int] = []
    start = 0
    while start < len(atoms):
        start = _line_end(atoms, start, rest if ends else first)
        ends.append(start)
    return ends


def _line_end(atoms: Sequence[_Atom], start: int, room: float) -> int:
    """Return where a line of this room ends that begins at `start`; it holds one piece at least."""
    end = start
    width = 0.0
    while end < len(atoms):
        width += atoms[end].width
        if width > room + TOLERANCE:
            break
        end += 1
    end = max(end, start + 1)
    if end == len(atoms):
        return end
    return _settled(atoms, start, end)


def _settled(atoms: Sequence[_Atom], start: int, end: int) -> int:
    """Move a break so that no line begins or ends with a mark that may not stand there."""
    following = ""
    if end + 1 < len(atoms):
        following = atoms[end + 1].text[0]
    if atoms[end].text in HANGS and following not in NEVER_FIRST:
        return end + 1
    if atoms[end].text == " ":
        return end + 1
    moved = end
    while moved > start + 1 and not may_part(atoms[moved - 1].text, atoms[moved].text):
        moved -= 1
    if moved > start + 1:
        return moved
    return end


def may_part(before: str, after: str) -> bool:
    """Whether a line may end with one piece and the next begin with the other (GB/T 15834)."""
    if before in NEVER_LAST:
        return False
    # a dash or an ellipsis may begin a line; it may only not be torn
    is_whole_dash = after[0] in "—…" and len(after) == 2
    return is_whole_dash or after[0] not in NEVER_FIRST


def without_lone_last_character(atoms: Sequence[_Atom], ends: list[int]) -> list[int]:
    """Bring a second character down to a paragraph's last line where one would stand alone."""
    if len(ends) < 2:
        return ends
    *earlier_ends, last_start, end = ends
    texts = []
    for atom in atoms[last_start:]:
        texts.append(atom.text)
    last_line = "".join(texts)
    if len(last_line.rstrip("".join(NEVER_FIRST))) > 1:
        return ends
    start = 0
    if earlier_ends:
        start = earlier_ends[-1]
    if last_start - 1 <= start + 10:
        return ends
    moved = _settled(atoms, start, last_start - 1)
    return [*earlier_ends, min(moved, last_start), end]


def _trimmed(atoms: Sequence[_Atom]) -> Sequence[_Atom]:
    """Return the pieces of a line without the blanks at its two ends."""
    start = 0
    end = len(atoms)
    while start < end and atoms[start].text == " ":
        start += 1
    while end > start and atoms[end - 1].text == " ":
        end -= 1
    return atoms[start:end]


def opening_between_characters(atoms: Sequence[_Atom], room: float) -> float:
    """Return the space to add between characters so that the line ends flush.

    A stop that hangs in the margin does not count.
    """
    inside = atoms
    widths = [atom.width for atom in inside]
    gap = room - sum(widths)
    if gap < -TOLERANCE:
        inside = atoms[:-1]
        gap = room - sum(atom.width for atom in inside)
    count = sum(len(atom.text) for atom in inside)
    if count < 2 or not TOLERANCE < gap <= WIDEST_GAP:
        return 0.0
    return gap / (count - 1)


def _joined_runs(atoms: Sequence[_Atom]) -> tuple[Run, ...]:
    """Return the pieces as runs, neighbours in the same face joined again."""
    runs: list[Run] = []
    for atom in atoms:
        if runs and runs[-1].face == atom.face:
            text = runs[-1].text + atom.text
            runs[-1] = Run(text, atom.face)
        else:
            run = Run(atom.text, atom.face)
            runs.append(run)
    return tuple(runs)
