"""Chinese text on a grid: which line each character stands on, and in which face.

The lines are decided here and not by the PDF engine because an office counts them: 28 characters a line, no
punctuation at a line's start (GB/T 15834), right edge flush. A line that cannot be filled exactly is opened evenly;
a stop or comma that falls just past the 28th character hangs in the margin, as office word processors set it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gongjian.documents.layout.measures import COLUMNS, FANG, HEI, KAI, width_of
from gongjian.documents.layout.printed_sheet import Seal

HANGS = frozenset("、。，；：！？．")
NEVER_FIRST = HANGS | frozenset("）］｝〉》」』】〕〗”’…—～·％‰%℃°,.!?;:)]}")
NEVER_LAST = frozenset("（［｛〈《「『【〔〖“‘([{")
WIDEST_GAP = (
    3.0  # characters: a line that lacks more stays open on the right rather than be torn apart
)

_PIECE = re.compile(r"[0-9A-Za-z]+(?:[.,:/%+\-_@&#=~][0-9A-Za-z]+)*|——|……|.", re.DOTALL)


@dataclass(frozen=True)
class Run:
    """A stretch of text in one face."""

    text: str
    face: str = FANG


@dataclass(frozen=True)
class Line:
    """One printed line. `indent` and `spacing` (between its characters) are in characters of the line's size.

    `seal` is the picture of a seal that presses this line, and where `seal_rows` is 2 the date below it too.
    `outline` names the line in the file's table of contents, at that `level`. `tag` is what the line is to those who
    hear the file read (p, h1 … h5), and `joins` whether it goes on with the one before it.
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
    """A paragraph of the body; `heading` says that it is nothing but a heading and must not end a page.

    `level` is 1 to 4 where it begins with 一、 （一） 1. or （1）, else 0.
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
    """The paragraphs of a plain text, one a line, each heading in its face (§7.3.3)."""
    lines = (re.sub(r"\s+", " ", line.replace("\u3000", " ")).strip() for line in body.splitlines())
    return [_paragraph(line) for line in lines if line]


def _paragraph(line: str) -> Paragraph:
    """A heading ends at its first full stop; what follows it is text."""
    found = ((face, level) for level, (mark, face) in enumerate(_LEVELS, 1) if mark.match(line))
    face, level = next(found, (None, 0))
    if face is None or line.endswith(("；", "，", "：", ";")):
        return Paragraph((Run(line),))
    stop = line.find("。") + 1
    if 0 < stop < len(line):
        return Paragraph((Run(line[:stop], face), Run(line[stop:])), level=level)
    return Paragraph(
        (Run(line, face),), heading=not line.endswith("。") or face != FANG, level=level
    )


def set_lines(
    runs: Iterable[Run],
    *,
    first: float = 0.0,
    rest: float = 0.0,
    columns: float = COLUMNS,
    justify: bool = True,
) -> list[Line]:
    """Break a paragraph into lines of `columns` characters, indented by `first` and then by `rest`."""
    atoms = _atoms(runs, columns - max(first, rest))
    ends = _line_ends(atoms, columns - first, columns - rest)
    ends = _without_lone_last(atoms, ends, columns - first, columns - rest)
    lines, start = [], 0
    for place, end in enumerate(ends):
        indent = rest if place else first
        last = place == len(ends) - 1
        taken = _trimmed(atoms[start:end])
        spacing = 0.0 if last or not justify else _opening(taken, columns - indent)
        lines.append(Line(_runs_of(taken), indent=indent, spacing=spacing, joins=place > 0))
        start = end
    return lines


def hanging_rows(
    label: Sequence[Run], text: str, *, left: float, columns: float = COLUMNS
) -> list[tuple[Line, ...]]:
    """A label, and beside it a text that goes on under its own first character (附件说明, 抄送, 出席).

    Gives what stands on each row: the label and the first line on one, then line after line.
    """
    under = left + sum(width_of(run.text, run.face) for run in label)
    first, *others = set_lines([Run(text)], first=under, rest=under, columns=columns) or [Line(())]
    return [
        (Line(tuple(label), indent=left), replace(first, joins=True)),
        *((line,) for line in others),
    ]


def _atoms(runs: Iterable[Run], widest: float) -> list[_Atom]:
    """The unbreakable pieces in order; a Latin word too long for a line is taken apart."""
    atoms = []
    for run in runs:
        for piece in _PIECE.findall(run.text):
            whole = width_of(piece, run.face) <= min(widest, 12)
            atoms += [
                _Atom(part, run.face, width_of(part, run.face))
                for part in ([piece] if whole else piece)
            ]
    return atoms


def _line_ends(atoms: Sequence[_Atom], first: float, rest: float) -> list[int]:
    """Where each line ends: the index after its last piece."""
    ends: list[int] = []
    start = 0
    while start < len(atoms):
        start = _line_end(atoms, start, rest if ends else first)
        ends.append(start)
    return ends


def _line_end(atoms: Sequence[_Atom], start: int, room: float) -> int:
    end = start
    while end < len(atoms) and (room := room - atoms[end].width) >= -1e-6:
        end += 1
    end = max(end, start + 1)
    return end if end == len(atoms) else _settled(atoms, start, end)


def _settled(atoms: Sequence[_Atom], start: int, end: int) -> int:
    """Move a break so that no line begins or ends with a mark that may not stand there."""
    following = atoms[end + 1].text[0] if end + 1 < len(atoms) else ""
    if atoms[end].text in HANGS and following not in NEVER_FIRST:
        return end + 1
    if atoms[end].text == " ":
        return end + 1
    moved = end
    while moved > start + 1 and (
        atoms[moved].text[0] in NEVER_FIRST or atoms[moved - 1].text in NEVER_LAST
    ):
        if (
            atoms[moved].text[0] in "—…"
            and len(atoms[moved].text) == 2
            and atoms[moved - 1].text not in NEVER_LAST
        ):
            break  # a dash or an ellipsis may begin a line; it may only not be torn
        moved -= 1
    return moved if moved > start + 1 else end


def _without_lone_last(
    atoms: Sequence[_Atom], ends: list[int], first: float, rest: float
) -> list[int]:
    """Bring a second character down to a paragraph's last line when one would stand there alone."""
    if len(ends) < 2:
        return ends
    last = "".join(atom.text for atom in atoms[ends[-2] :])
    if len(last.rstrip("".join(NEVER_FIRST))) > 1:
        return ends
    start = ends[-3] if len(ends) > 2 else 0
    earlier = _settled(atoms, start, ends[-2] - 1) if ends[-2] - 1 > start + 10 else ends[-2]
    return [*ends[:-2], earlier, ends[-1]] if earlier < ends[-2] else ends


def _trimmed(atoms: Sequence[_Atom]) -> Sequence[_Atom]:
    """Without the blanks at a line's two ends."""
    start, end = 0, len(atoms)
    while start < end and atoms[start].text == " ":
        start += 1
    while end > start and atoms[end - 1].text == " ":
        end -= 1
    return atoms[start:end]


def _opening(atoms: Sequence[_Atom], room: float) -> float:
    """The space to add between characters so that the line ends flush; a hanging stop does not count."""
    inside = atoms
    gap = room - sum(atom.width for atom in inside)
    if gap < -1e-6:
        inside = atoms[:-1]
        gap = room - sum(atom.width for atom in inside)
    count = sum(len(atom.text) for atom in inside)
    return gap / (count - 1) if 1e-6 < gap <= WIDEST_GAP and count > 1 else 0.0


def _runs_of(atoms: Sequence[_Atom]) -> tuple[Run, ...]:
    """Neighbours in the same face joined again."""
    runs: list[Run] = []
    for atom in atoms:
        if runs and runs[-1].face == atom.face:
            runs[-1] = Run(runs[-1].text + atom.text, atom.face)
        else:
            runs.append(Run(atom.text, atom.face))
    return tuple(runs)
