"""Things with their place on a page, as the template prints them."""

import math
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from gongjian.documents.layout.measures import (
    CHARACTER,
    GRID_WIDTH,
    MM,
    PAGE_WIDTH,
    PITCH,
    ROW_LEAD,
    TURNED,
    TYPE_HEIGHT,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
    UPRIGHT,
    TypeArea,
    row_top,
    width_of,
)
from gongjian.documents.layout.pages import GridRow
from gongjian.documents.layout.printed_sheet import Seal
from gongjian.documents.layout.tables import Piece
from gongjian.documents.layout.text import Line, Run


@dataclass(frozen=True)
class Placed:
    """One thing on a page: its class in the style sheet, its place, and its text or picture.

    `tag` is what it is to those who hear the file read, `joins` whether it goes on with the
    thing before it.
    """

    css: str
    style: str
    runs: tuple[Run, ...] = ()
    picture: str = ""
    alt: str = ""
    outline: str = ""
    level: int = 1
    tag: str = "p"
    joins: bool = False

    @property
    def face(self) -> str:
        """The face, where it is one throughout and of common characters; others are set by run.

        A run has no height of its own, so a character borrowed from another font cannot push
        its line off the grid.
        """
        if len(self.runs) == 1 and is_in_gb2312(self.runs[0].text):
            return self.runs[0].face
        return ""


def is_in_gb2312(text: str) -> bool:
    """Whether every character is in GB 2312, which the document faces cover whole."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@dataclass
class Page:
    """A page in the making; `bottom` is how far it is filled, in points below the type area's top.

    What is in `items` and `tables` lies on its side on a `turned` page; the `margins` never do.
    """

    items: list[Placed] = field(default_factory=list)
    tables: list[Piece] = field(default_factory=list)
    bottom: float = 0.0
    numbered: bool = True
    turned: bool = False
    margins: list[Placed] = field(default_factory=list)

    @property
    def area(self) -> TypeArea:
        return TURNED if self.turned else UPRIGHT

    @property
    def foot(self) -> float:
        """How far the paper is filled: a table on its side leaves nothing free below it."""
        return TYPE_HEIGHT if self.turned else self.bottom

    @property
    def blocks(self) -> list[tuple[str, list[Placed]]]:
        """What stands on the page in reading order: headings and paragraphs with their lines."""
        return _blocks(self.items)

    @property
    def margin_blocks(self) -> list[tuple[str, list[Placed]]]:
        return _blocks(self.margins)

    def add_rows(self, rows: list[GridRow], start: int = 0) -> None:
        """Set rows of text from a grid row on."""
        for place, row in enumerate(rows, start):
            self.items += [place_line(line, place, self.area) for line in row.lines]
            for line in row.lines:
                if line.seal and line.seal.picture:
                    self.items.append(place_seal(line, line.seal, place))
            self.bottom = row_top(place) + CHARACTER

    def add_table(self, piece: Piece) -> None:
        self.tables.append(piece)
        self.bottom = piece.bottom


def _blocks(items: Sequence[Placed]) -> list[tuple[str, list[Placed]]]:
    blocks: list[tuple[str, list[Placed]]] = []
    for item in items:
        if item.joins and blocks and blocks[-1][0] == item.tag:
            blocks[-1][1].append(item)
        else:
            blocks.append((item.tag, [item]))
    return blocks


def points(**places: float) -> str:
    """Return CSS declarations in points: points(top=1.5, letter_spacing=.2)."""
    declarations = []
    for name, value in places.items():
        property_name = name.replace("_", "-")
        declarations.append(f"{property_name}:{value:.3f}pt")
    return ";".join(declarations)


def place_line(line: Line, row: float, area: TypeArea = UPRIGHT) -> Placed:
    """Place a line of text on a grid row."""
    places = {"top": area.top + row_top(row) - ROW_LEAD}
    indent = line.indent * CHARACTER
    if line.align == "right":
        places["right"] = PAGE_WIDTH - TYPE_LEFT - GRID_WIDTH + indent
    elif line.align == "center":
        places |= {"left": area.left, "width": area.width}
    else:
        places |= spaced(line, area.left + indent, CHARACTER)
        places["width"] = area.width
    css = f"line {line.size} {line.align}"
    return Placed(
        css=css,
        style=points(**places),
        runs=line.runs,
        outline=line.outline,
        level=line.level,
        tag=line.tag,
        joins=line.joins,
    )


def spaced(line: Line, x: float, size: float) -> dict[str, float]:
    """Return where a line begins and how far its characters stand apart, in points."""
    if not line.spacing:
        return {"left": x}
    return {"left": x, "letter_spacing": line.spacing * size}


def place_rule(css: str, top: float) -> Placed:
    """Place a horizontal rule of the type area's width; `top` in points from the page's top."""
    style = points(top=top, left=TYPE_LEFT, width=TYPE_WIDTH)
    return Placed(f"rule {css}", style)


def place_picture(svg: str, *, top: float, width: float, height: float, alt: str) -> Placed:
    """Place a picture in the middle of the type area; `top` in points below the type area's."""
    x = TYPE_LEFT + (TYPE_WIDTH - width) / 2
    style = points(top=TYPE_TOP + top, left=x, width=width, height=height)
    return Placed("picture", style, picture=_source(svg), alt=alt)


def place_seal(line: Line, seal: Seal, row: int) -> Placed:
    """Place a seal on a name, which lies with its date 3 mm below the seal's middle (§7.3.5.1)."""
    across = seal.diameter * MM
    middle = TYPE_LEFT + (line.indent + width_of(line.text) / 2) * CHARACTER
    height_of_text = (line.seal_rows - 1) * PITCH + CHARACTER
    middle_of_text = TYPE_TOP + row_top(row) + height_of_text / 2
    top = middle_of_text - 3 * MM - across / 2
    style = points(top=top, left=middle - across / 2, width=across, height=across)
    return Placed("picture", style, picture=_source(seal.picture), alt=f"{line.text}印章")


def _source(picture: str) -> str:
    """Return the address of a picture that the page carries in itself."""
    if picture.startswith("data:"):
        return picture
    return "data:image/svg+xml;base64," + b64encode(picture.encode()).decode()


def next_row(bottom: float) -> int:
    """Return the first free grid row below what fills a page that far; half a point is nothing."""
    return max(0, math.ceil((bottom - 0.5) / PITCH))
