"""Paragraphs in WordprocessingML: strings, parsed once when the document is put together."""

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from gongjian.documents.layout.measures import CHARACTER, FANG, GRID_WIDTH, HEI, KAI, SONG, width_of
from gongjian.documents.layout.text import Line, Run

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FONTS = {FANG: "仿宋_GB2312", KAI: "楷体_GB2312", HEI: "黑体", SONG: "宋体"}
TITLE_FONT = "方正小标宋简体"
RED = "FF0000"
# Points between two texts of one row under which the second simply follows the first.
ABUTS = 4.0

TEXT_SIZE = 16.0
# Word sets half points only: characters of 16 points stand a quarter closer, and 28 of them fill
# the line.
CLOSER = CHARACTER - TEXT_SIZE

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def twips(points: float) -> int:
    """Twentieths of a point, the measure of nearly everything in a Word file."""
    return round(points * 20)


def fonts(name: str) -> str:
    scripts = ("ascii", "hAnsi", "eastAsia", "cs")
    faces = " ".join(f'w:{script}="{name}"' for script in scripts)
    return f'<w:rFonts {faces} w:hint="eastAsia"/>'


def run(text: str, face: str = FANG, more: str = "") -> str:
    """A stretch of text; a line break within it stays one.

    `more` are properties that follow the face's.
    """
    named = ""
    if face != FANG:
        named = fonts(FONTS[face])
    properties = ""
    if named or more:
        properties = f"<w:rPr>{named}{more}</w:rPr>"
    lines = _NOT_XML.sub("", text).split("\n")
    texts = []
    for line in lines:
        texts.append(f'<w:t xml:space="preserve">{escape(line)}</w:t>')
    words = "<w:br/>".join(texts)
    return f"<w:r>{properties}{words}</w:r>"


def runs(runs_of_line: Iterable[Run]) -> str:
    return "".join(run(piece.text, piece.face) for piece in runs_of_line)


def paragraph(content: str = "", *, style: str = "", properties: str = "") -> str:
    """A paragraph; `properties` in the schema's order."""
    named = ""
    if style:
        named = f"<w:pStyle w:val={quoteattr(style)}/>"
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{content}</w:p>"


def exact(height: float, *, before: float = 0.0, after: float = 0.0) -> str:
    """Lines of exactly this height, off the grid; all in points."""
    spacing = f'w:before="{twips(before)}" w:after="{twips(after)}" '
    spacing += f'w:line="{twips(height)}" w:lineRule="exact"'
    return f'<w:snapToGrid w:val="0"/><w:spacing {spacing}/>'


def spacer(height: float, *, keep: bool = False) -> str:
    """Nothing, so high in points."""
    return paragraph(properties=("<w:keepNext/>" if keep else "") + exact(height))


def hanging(
    label: Sequence[Run], text: str, *, indent: float, size: float = CHARACTER, more: str = ""
) -> str:
    """A label, and a text that goes on under its own first character; `indent` in characters of
    `size`.
    """
    widths = []
    for run_of_label in label:
        widths.append(width_of(run_of_label.text, run_of_label.face))
    under = indent + sum(widths)
    points = (under - indent) * size
    properties = f'<w:ind w:left="{twips(under * size)}" w:hanging="{twips(points)}"/>'
    content = runs(label) + run(text)
    return paragraph(content, properties=more + properties)


def on_the_grid(lines: Sequence[Line], *, keep: bool = False) -> str:
    """What stands on one row of the grid: each line begins, ends or is centred where the print has
    it.
    """
    tied = "<w:keepNext/>" if keep else ""
    if not lines:
        return paragraph(properties=tied)
    stops, content, end = "", "", 0.0
    for line in sorted(lines, key=lambda candidate: _stop(candidate)[1]):
        kind, place = _stop(line)
        # A tab to where the words before it end would go on to the next stop.
        if place - end > ABUTS:
            stops += f'<w:tab w:val="{kind}" w:pos="{twips(place)}"/>'
            content += "<w:r><w:tab/></w:r>"
        content += _spaced(line)
        if kind == "left":
            widths = [width_of(candidate.text, candidate.face) for candidate in line.runs]
            end = place + sum(widths) * CHARACTER
        else:
            end = place
    tabs = f"<w:tabs>{stops}</w:tabs>" if stops else ""
    return paragraph(content, properties=f'{tied}{tabs}<w:jc w:val="left"/>')


def _stop(line: Line) -> tuple[str, float]:
    if line.align == "right":
        return "right", GRID_WIDTH - line.indent * CHARACTER
    if line.align == "center":
        return "center", GRID_WIDTH / 2
    return "left", line.indent * CHARACTER


def _spaced(line: Line) -> str:
    """The line's text; where it is opened, the space stands between its characters and not after
    the last.
    """
    if not line.spacing:
        return runs(line.runs)
    points = line.spacing * CHARACTER + CLOSER
    opened = f'<w:spacing w:val="{twips(points)}"/>'
    *others, last = line.runs
    text = last.text
    opened_runs = run(text[:-1], last.face, opened)
    return runs(others) + opened_runs + run(text[-1:], last.face)


def edge(side: str, width: float) -> str:
    """A black line on one side of a paragraph or a table; Word counts its width in eighths of a
    point.
    """
    return f'<w:{side} w:val="single" w:sz="{round(width * 8)}" w:space="0" w:color="000000"/>'


def table_grid(widths: Iterable[float]) -> str:
    """The columns of a table, by their widths in points."""
    columns = [f'<w:gridCol w:w="{twips(width)}"/>' for width in widths]
    return f"<w:tblGrid>{''.join(columns)}</w:tblGrid>"


def table_cell(content: str, width: float) -> str:
    """A cell with its paragraphs at the middle of its height."""
    properties = f'<w:tcW w:w="{twips(width)}" w:type="dxa"/><w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def page_frame(left: float, top: float, width: float, height: float) -> str:
    """A frame at this place of the page that its paragraph stands on; all in points."""
    size = f'w:w="{twips(width)}" w:h="{twips(height)}" w:hRule="exact"'
    place = f'w:x="{twips(left)}" w:y="{twips(top)}"'
    anchor = 'w:wrap="around" w:vAnchor="page" w:hAnchor="page"'
    return f"<w:framePr {size} {anchor} {place}/>"
