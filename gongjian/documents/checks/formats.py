"""信函 and 纪要: what their own formats ask beside the common rules (§10.1, §10.3)."""

from collections.abc import Iterator

from gongjian.documents.checks.printed import (
    BOTTOM,
    CENTRE,
    CHAR,
    LAST_COLUMN,
    LEFT,
    ROW,
    Printed,
    blank_rows,
    differs,
    is_red,
    mark_foot,
)
from gongjian.documents.checks.remarks import Remark, error, habit, warning
from gongjian.documents.layout.measures import MARK_INK_TOP
from gongjian.lib.pdf_reading import MM

LETTER_RULE = 170.0


def letter_mark(printed: Printed) -> Iterator[Remark]:
    """The full name without 文件, its top 30 mm below the page's."""
    if not printed.mark:
        yield error("10.1", "没有印出发文机关标志", page=1)
        return
    spot = printed.mark[0]
    top = spot.baseline - MARK_INK_TOP * spot.size / MM
    if differs(top, 30):
        message = f"信函的发文机关标志上边缘至上页边应为 30 毫米，实测 {top:.1f} 毫米"
        yield error("10.1", message, spot)
    if differs(spot.middle, CENTRE):
        yield error("10.1", "发文机关标志应居中", spot)
    if printed.sheet.issuer_mark.endswith("文件"):
        yield error("10.1", "信函的发文机关标志不加“文件”二字", spot)


def letter_rules(printed: Printed) -> Iterator[Remark]:
    """Thick over thin 4 mm below the mark, thin over thick 20 mm above the page's foot; both 170
    mm, centred.
    """
    red_rules = sorted(printed.red_rules, key=lambda rule: rule.top)
    if len(red_rules) != 4:
        yield error("10.1", "信函首页上下各应有一条红色双线", page=1)
        return
    for rule in red_rules:
        middle = rule.left + rule.width / 2
        if differs(rule.width, LETTER_RULE) or differs(middle, CENTRE):
            yield error("10.1", "红色双线应长 170 毫米、居中", page=1)
            break
    upper_thick, upper_thin, lower_thin, lower_thick = (rule.height for rule in red_rules)
    if upper_thick <= upper_thin or lower_thin >= lower_thick:
        yield error("10.1", "红色双线应上方的上粗下细、下方的上细下粗", page=1)
    if printed.mark:
        below = red_rules[0].top - mark_foot(printed.mark[0])
        if differs(below, 4):
            message = f"红色双线应在发文机关标志下 4 毫米，实测 {below:.1f} 毫米"
            yield error("10.1", message, page=1)
    page_foot = printed.pages[0].height
    if differs(page_foot, red_rules[3].bottom + 20):
        yield error("10.1", "下方的红色双线距下页边应为 20 毫米", page=1)


def letter_number(printed: Printed) -> Iterator[Remark]:
    """Flush right under the first rule, seven eighths of a character below it; the title two lines
    further down.
    """
    if not printed.number:
        yield error("10.1", "没有印出发文字号", page=1)
        return
    spot = printed.number[0]
    if differs(spot.right, LAST_COLUMN):
        yield error("10.1", "信函的发文字号应顶格居版心右边缘", spot)
    upper = []
    for rule in printed.red_rules:
        if rule.top < spot.top:
            upper.append(rule.bottom)
    if upper and differs(spot.top, max(upper) + CHAR * 7 / 8):
        yield error("10.1", "发文字号与红色双线的距离应为 3 号汉字高度的 7/8", spot)
    if printed.title:
        rows = blank_rows(spot, printed.title[0])
        if abs(rows - 2) > 0.4:
            message = f"信函标题与发文字号之间应空二行，实测 {rows:.1f} 行"
            yield error("10.1", message, printed.title[0])


def letter_imprint(printed: Printed) -> Iterator[Remark]:
    """抄送 alone at the foot of the last page: no rules, no printer."""
    page = len(printed.pages)
    if printed.imprint_rules:
        yield error("10.1", "信函的版记不加分隔线", page=page)
    has_copies = bool(printed.sheet.copy_recipients.strip())
    for last in printed.spots_on(page)[-1:]:
        if last.text.endswith("印发") and last.size < 15:
            yield error("10.1", "信函的版记不加印发机关和印发日期", page=page)
        if has_copies and BOTTOM - last.bottom > ROW:
            yield error("10.1", "信函的版记应在最后一面版心内最下方", page=page)


def minutes_mark(printed: Printed) -> Iterator[Remark]:
    if not printed.sheet.issuer_mark.endswith("纪要"):
        yield error("10.3", "纪要标志应由“××××纪要”组成", page=1)


def minutes_issuers(printed: Printed) -> Iterator[Remark]:
    """Each office stands above the red rule, for no name follows the text; practice."""
    title_row = printed.title[0].row if printed.title else 0
    black_lines = []
    for spot in printed.spots_on(1):
        is_black_line = not is_red(spot.line.glyphs[0].colour)
        if spot.row < title_row and is_black_line:
            black_lines.append(spot.text)
    for name in printed.sheet.signatures:
        if not any(text.startswith(name) for text in black_lines):
            yield habit("10.3", f"纪要宜在红色分隔线上方标明“{name}”", page=1)


def attendees(printed: Printed) -> Iterator[Remark]:
    """One blank line below the text; labels in 黑体, names going on under their own first
    character.
    """
    after = next((spots[-1:] for spots in reversed(printed.paragraphs) if spots), [])
    for place, (label, names) in enumerate(printed.sheet.attendees):
        words = label.rstrip("：:")
        spots = printed.find(f"{words}：{names}", after)
        if not spots:
            yield error("10.3", f"没有印出“{words}”人员名单")
            continue
        first = spots[0]
        if place == 0 and after[0].page == first.page:
            rows = blank_rows(after[0], first)
            if abs(rows - 1) > 0.2:
                yield error("10.3", f"“{words}”应在正文下空一行", first)
        if differs(first.left, LEFT + 2 * CHAR):
            yield error("10.3", f"“{words}”应左空二字", first)
        glyphs = first.line.glyphs
        label_faces = {glyph.face for glyph in glyphs[: len(words)]}
        if not all("Hei" in face or "Sans" in face for face in label_faces):
            yield warning("10.3", f"“{words}”用 3 号黑体字", first)
        hang = glyphs[len(words) + 1].left
        if any(differs(spot.left, hang) for spot in spots[1:]):
            yield error("10.3", "名单回行时与冒号后的首字对齐", first)
        after = spots[-1:]


LETTER_RULES = (letter_mark, letter_rules, letter_number, letter_imprint)
MINUTES_RULES = (minutes_mark, minutes_issuers, attendees)
