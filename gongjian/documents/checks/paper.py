"""Paper, type area, grid, colours and page numbers (§5, §7.5)."""

from collections.abc import Iterator
from itertools import pairwise

from gongjian.documents.checks.printed import (
    BOTTOM,
    HEIGHT,
    LEFT,
    NEAR,
    RIGHT,
    ROW,
    SMALL,
    TOP,
    Printed,
    Spot,
    differs,
    is_black,
    is_red,
)
from gongjian.documents.checks.remarks import Remark, error, habit, warning
from gongjian.documents.layout.measures import CHARACTER, COLUMNS, DASH_TOP, ROWS, SMALL_SIZE
from gongjian.documents.layout.text import HANGS, NEVER_FIRST, NEVER_LAST
from gongjian.lib.pdf_reading import MM

A4 = (210.0, 297.0)
TRIMMED = 2.0  # mm by which a trimmed sheet may differ (§5.1)
# mm that a line may lack at its right edge before it no longer fills the type area
RAGGED = 28 * 0.25


def paper_size(printed: Printed) -> Iterator[Remark]:
    for number, page in enumerate(printed.pages, 1):
        if abs(page.width - A4[0]) > TRIMMED or abs(page.height - A4[1]) > TRIMMED:
            message = f"纸张应为 A4（210×297 毫米），实测 {page.width:.0f}×{page.height:.0f} 毫米"
            yield error("5.1", message, page=number)


def inside_type_area(printed: Printed) -> Iterator[Remark]:
    """Nothing but page numbers, hanging stops and the mark's letters may leave the type area."""
    marks = set(printed.mark)
    for spot in printed.spots():
        if spot in marks:
            continue  # a letter's stands higher; its width is the head's own rule
        frame = printed.frame(spot.page)
        first, *others = spot.line.glyphs
        glyphs = [first, *(glyph for glyph in others if glyph.text not in HANGS)]
        lefts = [glyph.left for glyph in glyphs]
        if min(lefts) < frame.left - NEAR:
            yield error("5.2.1", f"“{_start(spot)}”越出版心左边，订口应为 28 毫米", spot)
        rights = [glyph.right for glyph in glyphs]
        if max(rights) > frame.right + NEAR:
            yield error("5.2.1", f"“{_start(spot)}”越出版心右边，版心宽应为 156 毫米", spot)
        if spot.top < frame.top - NEAR:
            yield error("5.2.1", f"“{_start(spot)}”越出版心上边，天头应为 37 毫米", spot)
        if spot.bottom > frame.bottom + NEAR:
            yield error("5.2.1", f"“{_start(spot)}”越出版心下边，版心高应为 225 毫米", spot)


def _start(spot: Spot) -> str:
    if len(spot.text) <= 10:
        return spot.text
    return f"{spot.text[:8]}……"


def margins(printed: Printed) -> Iterator[Remark]:
    """The top and left white of pages that the text goes on to."""
    for number in list(printed.letter_pages)[1:]:
        lines = [spot for spot in printed.text_lines if spot.page == number]
        if not lines or lines[0].row != 1:
            continue
        left_edge = min(spot.left for spot in lines)
        top = lines[0].top
        if differs(top, TOP):
            yield error("5.2.1", f"天头应为 37±1 毫米，实测 {top:.1f} 毫米", page=number)
        if len(lines) > 2 and differs(left_edge, LEFT):
            yield error("5.2.1", f"订口应为 28±1 毫米，实测 {left_edge:.1f} 毫米", page=number)


def grid(printed: Printed) -> Iterator[Remark]:
    """22 lines a page, an even pitch, 28 characters a line."""
    rows: dict[int, list[Spot]] = {}
    for spot in printed.text_lines:
        rows.setdefault(spot.page, []).append(spot)
    for page, spots in rows.items():
        if len(spots) > ROWS:
            yield warning("5.2.3", f"每面一般排 22 行，这一面有 {len(spots)} 行", page=page)
        for above, below in pairwise(spots):
            pitch = below.baseline - above.baseline
            if below.row == above.row + 1 and abs(pitch - ROW) > NEAR / 2:
                sentence = f"行距应为 {ROW:.2f} 毫米，实测 {pitch:.2f} 毫米"
                yield warning("5.2.3", sentence, below)
                break
    marks = NEVER_FIRST | NEVER_LAST
    for spot in printed.text_lines:
        signs = [glyph.text for glyph in spot.line.glyphs]
        characters = [sign for sign in signs if sign not in marks and not sign.isascii()]
        if len(characters) > COLUMNS:
            message = f"每行一般排 28 个字，这一行有 {len(characters)} 个"
            yield warning("5.2.3", message, spot)


def filled_lines(printed: Printed) -> Iterator[Remark]:
    """Every line but a paragraph's last reaches the right edge."""
    for spots in printed.paragraphs:
        for spot in spots[:-1]:
            if RIGHT - spot.right > RAGGED:
                yield warning("5.2.3", "这一行没有撑满版心，右边空得过多；可调整字句", spot)


def colours(printed: Printed) -> Iterator[Remark]:
    """Black throughout; only the mark is red. Pictures have colours of their own."""
    marked = {spot.place for spot in printed.mark}
    for spot in printed.spots():
        place = printed.attachment_on(spot.page)
        if place >= 0 and printed.sheet.attachments[place].picture_svg:
            continue
        colours = {glyph.colour for glyph in spot.line.glyphs}
        if spot.place in marked:
            if not all(map(is_red, colours)):
                yield error("7.2.4", "发文机关标志应为红色", spot)
        elif not all(map(is_black, colours)):
            yield error("5.2.4", f"“{_start(spot)}”不是黑色", spot)


def page_numbers(printed: Printed) -> Iterator[Remark]:
    """Odd right, even left, 7 mm below the type area; none on a blank page nor on an imprint page
    after one.
    """
    for number, page in enumerate(printed.pages, 1):
        folio = printed.folio(number)
        text = bool(printed.lines(page))
        follows_blank = number == len(printed.pages) > 1 and not printed.lines(printed.pages[-2])
        if not text or follows_blank:
            if folio:
                yield error("7.5", "空白页和它后面的版记页不编页码", page=number)
        elif number not in printed.sheet.unnumbered:
            yield from folio_at(printed, number)
        elif folio:
            yield error("10.1", "信函首页不显示页码", page=number)


def folio_at(printed: Printed, number: int) -> Iterator[Remark]:
    """One page's number: what it says, where it stands and in which face."""
    folio = printed.folio(number)
    if folio is None or folio.text != f"—{number}—":
        yield error("7.5", f"这一页应有页码“— {number} —”", page=number)
        return
    if number % 2:
        is_misplaced = differs(folio.right, RIGHT - SMALL)
    else:
        is_misplaced = differs(folio.left, LEFT + SMALL)
    if is_misplaced:
        yield error("7.5", "单页码居右空一字，双页码居左空一字", page=number)
    dash_height = DASH_TOP * folio.size / MM
    below = folio.baseline - dash_height - BOTTOM
    if differs(below, 7):
        message = f"页码的一字线应在版心下边缘下 7 毫米，实测 {below:.1f} 毫米"
        yield error("7.5", message, page=number)
    is_song = all("Song" in face or "Serif" in face for face in folio.faces)
    if abs(folio.size - SMALL_SIZE) > 0.5 or not is_song:
        yield warning("7.5", "页码一般用 4 号半角宋体数字", page=number)


def text_face(printed: Printed) -> Iterator[Remark]:
    """3号 throughout the text."""
    for spot in printed.text_lines + printed.recipients:
        if abs(spot.size - CHARACTER) > 0.5:
            sentence = f"“{_start(spot)}”一般用 3 号字，实测 {spot.size:.1f} 磅"
            yield warning("5.2.2", sentence, spot)


def turned_tables(printed: Printed) -> Iterator[Remark]:
    """A table on its side has its head at the paper's left: the binding side of odd pages, the cut
    of even.
    """
    for number, page in enumerate(printed.pages, 1):
        if page.upside_down:
            yield error("8", "横排表格的表头，单页码应在订口一边，双页码应在切口一边", page=number)


def half_empty_pages(printed: Printed) -> Iterator[Remark]:
    """A page before the one that the document ends on holds text to its middle at least: names with
    their seals take much room, and go over together.
    """
    end = (printed.note or printed.date or printed.text_end)[-1:]
    last_page = end[0].page if end else 1
    for number in range(1, last_page):
        bottoms = [spot.bottom for spot in printed.spots_on(number)]
        free = BOTTOM - max(bottoms, default=TOP)
        if free > HEIGHT / 2:
            message = "这一面有一半以上空白，署名移到了下一面；可增减字句，使正文与署名相接"
            yield habit("7.3.5.5", message, page=number)


RULES = (
    half_empty_pages,
    turned_tables,
    paper_size,
    inside_type_area,
    margins,
    grid,
    filled_lines,
    colours,
    page_numbers,
    text_face,
)
