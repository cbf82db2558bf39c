"""Red mark, number, red rule, title and recipients of the Word file, on the rows that the print
gives them.
"""

from xml.sax.saxutils import escape

from gongjian.documents.layout import head
from gongjian.documents.layout.joint import GAP, NAME_PITCH, JointMark, joint_mark
from gongjian.documents.layout.letter import GAP as RULES_APART
from gongjian.documents.layout.letter import RULE_BELOW_MARK, THICK, THIN
from gongjian.documents.layout.measures import (
    HEI,
    LETTER_MARK_TOP,
    LETTER_RULE_BOTTOM,
    LETTER_RULE_WIDTH,
    MARK_BELOW_TYPE_TOP,
    MARK_INK_HEIGHT,
    MARK_INK_TOP,
    MARK_SIZE,
    PAGE_HEIGHT,
    PITCH,
    SONG,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
    width_of,
)
from gongjian.documents.layout.printed_sheet import PrintedSheet
from gongjian.documents.layout.text import Line, Run
from gongjian.documents.layout.titles import names_on, title_lines
from gongjian.documents.word.paper import FIXED, HALF_LEAD, HEADER
from gongjian.documents.word.words import (
    RED,
    TITLE_FONT,
    exact,
    fonts,
    on_the_grid,
    page_frame,
    paragraph,
    run,
    spacer,
    table_cell,
    table_grid,
    twips,
)

MARK_LINE = 60.0
RULE = 1.5
ROOM = 4.0
DOUBLE = THICK + RULES_APART + THIN
LETTER_LEAD = (TYPE_WIDTH - LETTER_RULE_WIDTH) / 2
# The grid's pitch as a Word file can say it.
ROW = twips(PITCH) / 20


def head_of(sheet: PrintedSheet, title_row: int) -> str:
    """Everything above the title, as many rows of the grid as the print needs for it."""
    rows = head.number_rows(sheet)
    first = title_row - 2 - len(rows)
    urgency = ""
    if sheet.urgency:
        line = Line((Run(sheet.urgency, HEI),))
        urgency = on_the_grid([line])
    room = (first - bool(urgency)) * ROW
    above = HALF_LEAD + MARK_BELOW_TYPE_TOP - bool(urgency) * ROW
    if sheet.mark_names:
        mark = _joint(joint_mark(sheet), above, room)
    else:
        mark = _mark(sheet.issuer_mark, above, room)
    number = "".join(on_the_grid(lines) for lines in rows)
    return urgency + mark + number + _rule()


def letter_head_of(sheet: PrintedSheet) -> str:
    """The number at the right and the urgency at the left, one row above two blank ones; mark and
    rules are in the header of page 1.
    """
    lines = [Line((Run(sheet.number),), align="right")]
    if sheet.urgency:
        line = Line((Run(sheet.urgency, HEI),))
        lines.append(line)
    return on_the_grid(lines) + paragraph() + paragraph()


def opening_of(sheet: PrintedSheet, *, with_recipients: bool) -> str:
    """The title in its turns, one blank line, the recipients."""
    lines = title_lines(sheet.title, names_on(sheet))
    recipients = sheet.main_recipient.strip().rstrip("：:")
    named = ""
    if recipients and with_recipients:
        named = paragraph(run(f"{recipients}："), properties="<w:keepNext/>")
    content = run("\n".join(lines))
    return paragraph(content, style="Heading1") + paragraph(properties="<w:keepNext/>") + named


def _mark(text: str, above: float, room: float) -> str:
    """The mark, its ink beginning `above` points below here, filling `room` in all."""
    mark = head.mark_for(text)
    before = above + MARK_INK_TOP * mark.size - FIXED * MARK_LINE
    after = room - before - MARK_LINE
    spacing = exact(MARK_LINE, before=before, after=after)
    content = _red(text, mark.size, mark.narrowing)
    return paragraph(content, properties=f'{spacing}<w:jc w:val="center"/>')


def _red(text: str, size: float, narrowing: float, opening: float = 0.0) -> str:
    face = f'{fonts(TITLE_FONT)}<w:color w:val="{RED}"/><w:snapToGrid w:val="0"/>'
    if opening:
        face += f'<w:spacing w:val="{twips(opening)}"/>'
    half = round(size * 2)
    face += f'<w:w w:val="{round(narrowing * 100)}"/>'
    face += f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    return f"<w:r><w:rPr>{face}</w:rPr><w:t>{escape(text)}</w:t></w:r>"


def _joint(mark: JointMark, above: float, room: float) -> str:
    """The names in one cell, 文件 at the middle of the other; the rest of the room below."""
    pitch = NAME_PITCH * mark.size
    before = above + MARK_INK_TOP * mark.size - FIXED * pitch
    height = pitch * len(mark.names)
    paragraphs = []
    for name in mark.names:
        paragraphs.append(paragraph(_name(mark, name), properties=exact(pitch)))
    names = "".join(paragraphs)
    widths = [mark.width + (GAP if mark.word else 0.0)]
    cells = table_cell(names, widths[0])
    if mark.word:
        widths.append(mark.word_width + ROOM)
        narrowing = mark.word_width / (2 * MARK_SIZE)
        red = _red(mark.word, MARK_SIZE, narrowing)
        word = paragraph(red, properties=exact(MARK_LINE))
        cells += table_cell(word, widths[1])
    indent = (TYPE_WIDTH - mark.whole) / 2
    properties = f'<w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>'
    properties += f'<w:tblInd w:w="{twips(indent)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
    margins = '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    properties += f"<w:tblCellMar>{margins}</w:tblCellMar>"
    row_height = f'<w:trHeight w:val="{twips(height)}" w:hRule="exact"/>'
    row = f"<w:tr><w:trPr>{row_height}</w:trPr>{cells}</w:tr>"
    table = f"<w:tbl><w:tblPr>{properties}</w:tblPr>{table_grid(widths)}{row}</w:tbl>"
    return spacer(before) + table + spacer(room - before - height)


def _name(mark: JointMark, name: str) -> str:
    natural = width_of(name, SONG) * mark.size * mark.narrowing
    opening = 0.0
    if len(name) > 1:
        opening = (mark.width - natural) / (len(name) - 1)
    return _red(name, mark.size, mark.narrowing, opening)


def _rule() -> str:
    """Two rows with the red rule 4 mm below the number's characters."""
    below = head.RULE_BELOW_NUMBER - HALF_LEAD
    line = f'w:val="single" w:sz="{round(RULE * 8)}" w:space="0" w:color="{RED}"'
    border = f"<w:pBdr><w:top {line}/></w:pBdr>"
    return paragraph(properties=border + exact(2 * ROW - below - RULE, before=below))


def letter_header(sheet: PrintedSheet) -> str:
    """The header of a letter's first page: the bare name and the upper double rule.

    It reaches down to the number.
    """
    mark = head.mark_for(sheet.issuer_mark)
    before = LETTER_MARK_TOP + MARK_INK_TOP * mark.size - HEADER - FIXED * MARK_LINE
    rule = LETTER_MARK_TOP + MARK_INK_HEIGHT * mark.size + RULE_BELOW_MARK
    space = rule - HEADER - before - MARK_LINE
    border = _double("thickThinSmallGap", space)
    indent = f'<w:ind w:left="{twips(LETTER_LEAD)}" w:right="{twips(LETTER_LEAD)}"/>'
    red = _red(sheet.issuer_mark, mark.size, mark.narrowing)
    properties = f'{border}{exact(MARK_LINE, before=before)}{indent}<w:jc w:val="center"/>'
    named = paragraph(red, properties=properties)
    height = TYPE_TOP - HALF_LEAD + 2 * PITCH - rule - DOUBLE
    return named + spacer(height)


def letter_footer() -> str:
    """The lower double rule of a letter's first page, 20 mm above the paper's edge.

    There is no number.
    """
    top = PAGE_HEIGHT - LETTER_RULE_BOTTOM - DOUBLE - 2
    frame = page_frame(TYPE_LEFT + LETTER_LEAD, top, LETTER_RULE_WIDTH, 2)
    properties = frame + _double("thinThickSmallGap", 0) + exact(2)
    return paragraph(properties=properties) + spacer(10)


def _double(kind: str, space: float) -> str:
    line = f'w:val="{kind}" w:sz="24" w:space="{round(space)}" w:color="{RED}"'
    return f"<w:pBdr><w:bottom {line}/></w:pBdr>"
