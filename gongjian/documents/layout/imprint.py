"""版记 and page numbers: the foot of a document (§7.4, §7.5)."""

from gongjian.documents.layout.measures import (
    DASH_TOP,
    IMPRINT_PITCH,
    MM,
    PAGE_WIDTH,
    PITCH,
    SMALL_SIZE,
    SONG,
    STRUT_SHIFT,
    TYPE_HEIGHT,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
)
from gongjian.documents.layout.placing import Page, Placed, place_rule, points, spaced
from gongjian.documents.layout.printed_sheet import PrintedSheet, chinese_date
from gongjian.documents.layout.text import Line, Run, hanging_rows
from gongjian.lib.pdf_tags import ARTIFACT

OUTER, INNER = 0.35 * MM, 0.25 * MM
COLUMNS = TYPE_WIDTH / SMALL_SIZE - 2  # one character is left free at both sides
DASH_BELOW_TYPE = 7 * MM


def set_imprint(sheet: PrintedSheet, pages: list[Page], *, with_recipients: bool) -> None:
    """Print the imprint at the foot of the last page; pages are added to make it an even one.

    A blank page before the imprint's, and then the imprint's too, have no number.
    """
    lists = recipient_list_rows(sheet, with_recipients=with_recipients)
    if sheet.is_letter:
        set_letter_imprint(lists, pages)
        return
    printed = bool(sheet.printed_by or sheet.print_date)
    if not lists and not printed:
        return
    height = 2 * OUTER + IMPRINT_PITCH * (len(lists) + printed)
    if lists and printed:
        height += INNER
    is_even = len(pages) % 2 == 0
    is_full = pages[-1].foot + PITCH > TYPE_HEIGHT - height
    if not is_even:
        pages.append(Page())
    elif is_full:
        pages += [Page(numbered=False), Page(numbered=False)]
    top = TYPE_TOP + TYPE_HEIGHT - height
    pages[-1].items += _imprint(sheet, lists, printed, top)


def set_letter_imprint(lists: list[tuple[Line, ...]], pages: list[Page]) -> None:
    """Print 抄送 alone at the foot of the last page, without rules or printer (§10.1)."""
    top = TYPE_HEIGHT - IMPRINT_PITCH * len(lists)
    if lists and pages[-1].foot + PITCH > top:
        pages.append(Page())
    for place, row in enumerate(lists):
        row_top = TYPE_TOP + top + place * IMPRINT_PITCH
        pages[-1].items += [_line(line, row_top) for line in row]


def number_pages(pages: list[Page]) -> None:
    """Print — 1 — outside at the foot of every page that has text."""
    for number, page in enumerate(pages, 1):
        if page.numbered:
            page.margins.append(page_number(number))


def recipient_list_rows(sheet: PrintedSheet, *, with_recipients: bool) -> list[tuple[Line, ...]]:
    """Return 抄送, and above it 主送 where page 1 had no room for it, each with a full stop."""
    if with_recipients:
        lists = [("主送：", sheet.main_recipient)]
    else:
        lists = []
    lists.append(("抄送：", sheet.copy_recipients))
    rows = []
    for label, names in lists:
        names = names.strip().rstrip("。：:；")
        if names:
            rows += hanging_rows((Run(label),), f"{names}。", left=0, columns=COLUMNS)
    return rows


def _imprint(
    sheet: PrintedSheet, lists: list[tuple[Line, ...]], printed: bool, top: float
) -> list[Placed]:
    items = [place_rule("outer", top)]
    y = top + OUTER
    for row in lists:
        items += [_line(line, y) for line in row]
        y += IMPRINT_PITCH
    if lists and printed:
        items.append(place_rule("inner", y))
        y += INNER
    if printed:
        items += printer_line(sheet, y)
        y += IMPRINT_PITCH
    return [*items, place_rule("outer", y)]


def _line(line: Line, top: float) -> Placed:
    x = TYPE_LEFT + SMALL_SIZE * (1 + line.indent)
    style = points(top=top, **spaced(line, x, SMALL_SIZE))
    return Placed("imprint", style, line.runs, joins=line.joins)


def printer_line(sheet: PrintedSheet, top: float) -> list[Placed]:
    x = TYPE_LEFT + SMALL_SIZE
    style = points(top=top, left=x)
    items = [Placed("imprint", style, (Run(sheet.printed_by),))]
    if sheet.print_date:
        right = PAGE_WIDTH - TYPE_LEFT - TYPE_WIDTH + SMALL_SIZE
        text = f"{chinese_date(sheet.print_date)}印发"
        day = Run(text)
        placed = Placed("imprint", points(top=top, right=right), (day,))
        items.append(placed)
    return items


def page_number(number: int) -> Placed:
    baseline = TYPE_TOP + TYPE_HEIGHT + DASH_BELOW_TYPE + DASH_TOP * SMALL_SIZE
    places = {"top": baseline - SMALL_SIZE * (0.5 + STRUT_SHIFT)}
    if number % 2:
        places["right"] = PAGE_WIDTH - TYPE_LEFT - TYPE_WIDTH + SMALL_SIZE
    else:
        places["left"] = TYPE_LEFT + SMALL_SIZE
    runs = (Run(f"— {number} —", SONG),)
    return Placed("folio", points(**places), runs, tag=ARTIFACT)
