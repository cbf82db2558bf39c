"""信函 and 纪要: what their own formats ask beside the common rules (§10.1, §10.3)."""

from collections.abc import Iterator

from gongjian.documents.checks.printed import (
    BOTTOM,
    CENTRE,
    CHAR,
    LAST_COLUMN,
    LEFT,
    NEAR,
    ROW,
    Printed,
    blank_rows,
    is_red,
)
from gongjian.documents.checks.remarks import Remark, error, habit, warning
from gongjian.documents.layout.measures import MARK_INK_HEIGHT, MARK_INK_TOP
from gongjian.lib.pdf_reading import MM, Rule

LETTER_RULE = 170.0


def letter_mark(printed: Printed) -> Iterator[Remark]:
    """The full name without 文件, its top 30 mm below the page's."""
    if not printed.mark:
        yield error("10.1", "没有印出发文机关标志", page=1)
        return
    spot = printed.mark[0]
    top = spot.line.baseline - MARK_INK_TOP * spot.line.size / MM
    if abs(top - 30) > NEAR:
        yield error(
            "10.1", f"信函的发文机关标志上边缘至上页边应为 30 毫米，实测 {top:.1f} 毫米", spot
        )
    if abs(spot.line.middle - CENTRE) > NEAR:
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
    if any(
        abs(rule.width - LETTER_RULE) > NEAR or abs(_middle(rule) - CENTRE) > NEAR
        for rule in red_rules
    ):
        yield error("10.1", "红色双线应长 170 毫米、居中", page=1)
    if red_rules[0].height <= red_rules[1].height or red_rules[2].height >= red_rules[3].height:
        yield error("10.1", "红色双线应上方的上粗下细、下方的上细下粗", page=1)
    if printed.mark:
        line = printed.mark[0].line
        below = red_rules[0].top - line.baseline - (MARK_INK_HEIGHT - MARK_INK_TOP) * line.size / MM
        if abs(below - 4) > NEAR:
            yield error("10.1", f"红色双线应在发文机关标志下 4 毫米，实测 {below:.1f} 毫米", page=1)
    if abs(printed.pages[0].height - red_rules[3].bottom - 20) > NEAR:
        yield error("10.1", "下方的红色双线距下页边应为 20 毫米", page=1)


def _middle(rule: Rule) -> float:
    return rule.left + rule.width / 2


def letter_number(printed: Printed) -> Iterator[Remark]:
    """Flush right under the first rule, seven eighths of a character below it; the title two lines
    further down.
    """
    if not printed.number:
        yield error("10.1", "没有印出发文字号", page=1)
        return
    spot = printed.number[0]
    if abs(LAST_COLUMN - spot.line.right) > NEAR:
        yield error("10.1", "信函的发文字号应顶格居版心右边缘", spot)
    upper = []
    for rule in printed.red_rules:
        if rule.top < spot.line.top:
            upper.append(rule.bottom)
    if upper and abs(spot.line.top - max(upper) - CHAR * 7 / 8) > NEAR:
        yield error("10.1", "发文字号与红色双线的距离应为 3 号汉字高度的 7/8", spot)
    if printed.title:
        rows = blank_rows(spot.line, printed.title[0].line)
        if abs(rows - 2) > 0.4:
            yield error(
                "10.1", f"信函标题与发文字号之间应空二行，实测 {rows:.1f} 行", printed.title[0]
            )


def letter_imprint(printed: Printed) -> Iterator[Remark]:
    """抄送 alone at the foot of the last page: no rules, no printer."""
    if printed.imprint_rules:
        yield error("10.1", "信函的版记不加分隔线", page=len(printed.pages))
    lines = printed.lines(printed.pages[-1])
    last = lines[-1:]
    if any(line.text.endswith("印发") and line.size < 15 for line in last):
        yield error("10.1", "信函的版记不加印发机关和印发日期", page=len(printed.pages))
    if printed.sheet.copy_recipients.strip() and last and BOTTOM - last[0].bottom > ROW:
        yield error("10.1", "信函的版记应在最后一面版心内最下方", page=len(printed.pages))


def minutes_mark(printed: Printed) -> Iterator[Remark]:
    if not printed.sheet.issuer_mark.endswith("纪要"):
        yield error("10.3", "纪要标志应由“××××纪要”组成", page=1)


def minutes_issuers(printed: Printed) -> Iterator[Remark]:
    """Each office stands above the red rule, for no name follows the text; practice."""
    if printed.title:
        above = []
        for spot in printed.spots():
            if spot.page == 1 and spot.row < printed.title[0].row:
                above.append(spot)
    else:
        above = []
    for name in printed.sheet.signatures:
        if not any(
            spot.text.startswith(name) and not is_red(spot.line.glyphs[0].colour) for spot in above
        ):
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
        first = spots[0].line
        if (
            place == 0
            and after[0].page == spots[0].page
            and abs(blank_rows(after[0].line, first) - 1) > 0.2
        ):
            yield error("10.3", f"“{words}”应在正文下空一行", spots[0])
        if abs(first.left - LEFT - 2 * CHAR) > NEAR:
            yield error("10.3", f"“{words}”应左空二字", spots[0])
        if not all("Hei" in g.face or "Sans" in g.face for g in first.glyphs[: len(words)]):
            yield warning("10.3", f"“{words}”用 3 号黑体字", spots[0])
        hang = first.glyphs[len(words) + 1].left
        if any(abs(spot.line.left - hang) > NEAR for spot in spots[1:]):
            yield error("10.3", "名单回行时与冒号后的首字对齐", spots[0])
        after = spots[-1:]


LETTER_RULES = (letter_mark, letter_rules, letter_number, letter_imprint)
MINUTES_RULES = (minutes_mark, minutes_issuers, attendees)
