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
from gongjian.documents.word.words import edge, exact, paragraph, run, twips

_SIZE = '<w:sz w:val="28"/><w:szCs w:val="28"/>'


def imprint_of(sheet: PrintedSheet, title_row: int) -> str:
    """The frames, or nothing: 抄送, with 主送 above it where page 1 had no room, then who printed
    when (§7.4).

    Each paragraph has a frame of its own: a frame of several loses its place in LibreOffice when
    its rules differ.
    """
    lists = _lists(sheet, crowded=recipients_crowd_out_text(sheet, title_row))
    printed = not sheet.is_letter and bool(sheet.printed_by or sheet.print_date)
    rules = ["outer"] + [""] * (len(lists) - 1) + ["inner"] * bool(lists) * printed
    heights = [lines * IMPRINT_PITCH for _, _, lines in lists] + [IMPRINT_PITCH] * printed
    if not heights:
        return ""
    top = TYPE_TOP + TYPE_HEIGHT - sum(heights)
    written = []
    for place, (height, rule) in enumerate(zip(heights, rules, strict=True)):
        last = place == len(heights) - 1
        properties = _frame(top, height) + ("" if sheet.is_letter else _ruled(rule, last=last))
        is_list = place < len(lists)
        written.append(
            _list(*lists[place][:2], properties) if is_list else _printed(sheet, properties)
        )
        top += height
    return "".join(written)


def _frame(top: float, height: float) -> str:
    """A frame at the foot of the type area of the page that the last paragraph stands on."""
    return (
        f'<w:framePr w:w="{twips(TYPE_WIDTH)}" w:h="{twips(height)}" w:hRule="exact" w:wrap="around" '
        f'w:vAnchor="page" w:hAnchor="page" w:x="{twips(TYPE_LEFT)}" w:y="{twips(top)}"/>'
    )


def _ruled(above: str, *, last: bool) -> str:
    sides = ""
    if above:
        width = OUTER if above == "outer" else INNER
        sides = edge("top", width)
    sides += edge("bottom", OUTER) if last else ""
    return f"<w:pBdr>{sides}</w:pBdr>" if sides else ""


def _lists(sheet: PrintedSheet, *, crowded: bool) -> list[tuple[str, str, int]]:
    """Each list's label and names, and how many lines they take."""
    if crowded:
        lists = [("主送：", sheet.main_recipient)]
    else:
        lists = []
    lists.append(("抄送：", sheet.copy_recipients))
    rows = []
    for label, names in lists:
        names = names.strip().rstrip("。：:；")
        if names:
            lines = hanging_rows((Run(label),), f"{names}。", left=0, columns=COLUMNS)
            rows.append((label, f"{names}。", len(lines)))
    return rows


def _list(label: str, names: str, properties: str) -> str:
    hanging = twips(width_of(label) * SMALL_SIZE)
    indent = f'w:left="{twips(SMALL_SIZE) + hanging}" w:right="{twips(SMALL_SIZE)}" w:hanging="{hanging}"'
    properties += f'{exact(IMPRINT_PITCH)}<w:ind {indent}/><w:jc w:val="both"/>'
    content = run(label + names, more=_SIZE)
    return paragraph(content, properties=properties)


def _printed(sheet: PrintedSheet, properties: str) -> str:
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{twips(TYPE_WIDTH - SMALL_SIZE)}"/></w:tabs>'
    properties += (
        f'{stop}{exact(IMPRINT_PITCH)}<w:ind w:left="{twips(SMALL_SIZE)}"/><w:jc w:val="left"/>'
    )
    day = ""
    if sheet.print_date:
        day = "<w:r><w:tab/></w:r>" + run(f"{chinese_date(sheet.print_date)}印发", more=_SIZE)
    content = run(sheet.printed_by, more=_SIZE) + day
    return paragraph(content, properties=properties)
