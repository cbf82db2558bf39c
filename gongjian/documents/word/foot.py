"""版记 of the Word file: a frame that stands at the foot of the last page, whatever is written
above it.
"""

from gongjian.documents.layout.head import recipients_crowd_out_text
from gongjian.documents.layout.imprint import COLUMNS, INNER, OUTER
from gongjian.documents.layout.measures import (
    IMPRINT_PITCH,
    SMALL_SIZE,
    TYPE_HEIGHT,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
    width_of,
)
from gongjian.documents.layout.printed_sheet import PrintedSheet, chinese_date
from gongjian.documents.layout.text import Run, hanging_rows
from gongjian.documents.word.words import edge, exact, page_frame, paragraph, run, twips

_SIZE = '<w:sz w:val="28"/><w:szCs w:val="28"/>'


def imprint_of(sheet: PrintedSheet, title_row: int) -> str:
    """The frames, or nothing: 抄送, with 主送 above it where page 1 had no room, then who printed
    when (§7.4).

    Each paragraph has a frame of its own: a frame of several loses its place in LibreOffice when
    its rules differ.
    """
    lists = lists_of(sheet, crowded=recipients_crowd_out_text(sheet, title_row))
    names_printer = not sheet.is_letter and bool(sheet.printed_by or sheet.print_date)
    heights = [lines * IMPRINT_PITCH for _, _, lines in lists]
    rules = [""] * len(lists)
    if names_printer:
        heights.append(IMPRINT_PITCH)
        rules.append("inner")
    if not heights:
        return ""
    rules[0] = "outer"
    top = TYPE_TOP + TYPE_HEIGHT - sum(heights)
    written = []
    for place, (height, rule) in enumerate(zip(heights, rules, strict=True), 1):
        properties = page_frame(TYPE_LEFT, top, TYPE_WIDTH, height)
        if not sheet.is_letter:
            properties += _ruled(rule, last=place == len(heights))
        if place <= len(lists):
            label, names, _ = lists[place - 1]
            written.append(_list(label, names, properties))
        else:
            written.append(_printed(sheet, properties))
        top += height
    return "".join(written)


def _ruled(above: str, *, last: bool) -> str:
    sides = ""
    if above:
        width = OUTER if above == "outer" else INNER
        sides = edge("top", width)
    if last:
        sides += edge("bottom", OUTER)
    return f"<w:pBdr>{sides}</w:pBdr>" if sides else ""


def lists_of(sheet: PrintedSheet, *, crowded: bool) -> list[tuple[str, str, int]]:
    """Each list's label and names, and how many lines they take."""
    lists = [("抄送：", sheet.copy_recipients)]
    if crowded:
        lists.insert(0, ("主送：", sheet.main_recipient))
    rows = []
    for label, names in lists:
        names = names.strip().rstrip("。：:；")
        if names:
            lines = hanging_rows((Run(label),), f"{names}。", left=0, columns=COLUMNS)
            rows.append((label, f"{names}。", len(lines)))
    return rows


def _list(label: str, names: str, properties: str) -> str:
    hanging = twips(width_of(label) * SMALL_SIZE)
    character = twips(SMALL_SIZE)
    indent = f'w:left="{character + hanging}" w:right="{character}" w:hanging="{hanging}"'
    properties += f'{exact(IMPRINT_PITCH)}<w:ind {indent}/><w:jc w:val="both"/>'
    content = run(label + names, more=_SIZE)
    return paragraph(content, properties=properties)


def _printed(sheet: PrintedSheet, properties: str) -> str:
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{twips(TYPE_WIDTH - SMALL_SIZE)}"/></w:tabs>'
    indent = f'<w:ind w:left="{twips(SMALL_SIZE)}"/>'
    properties += f'{stop}{exact(IMPRINT_PITCH)}{indent}<w:jc w:val="left"/>'
    content = run(sheet.printed_by, more=_SIZE)
    if sheet.print_date:
        day = f"{chinese_date(sheet.print_date)}印发"
        content += "<w:r><w:tab/></w:r>" + run(day, more=_SIZE)
    return paragraph(content, properties=properties)
