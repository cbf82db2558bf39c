"""版记 (§7.4): its rules, its place on the last page, 抄送 and 印发."""

from collections.abc import Iterator

from gongjian.documents.checks.printed import (
    BOTTOM,
    LEFT,
    NEAR,
    RIGHT,
    SMALL,
    WIDTH,
    Printed,
    Spot,
    differs,
)
from gongjian.documents.checks.remarks import Remark, error, habit, warning
from gongjian.documents.layout.measures import SMALL_SIZE
from gongjian.documents.layout.printed_sheet import chinese_date

THICK, THIN = 0.35, 0.25


def _expected(printed: Printed) -> bool:
    sheet = printed.sheet
    return bool(sheet.copy_recipients.strip() or sheet.printed_by or sheet.print_date)


def rules(printed: Printed) -> Iterator[Remark]:
    """First and last thick, as wide as the type area; the last on the type area's foot."""
    if not _expected(printed):
        return
    page = len(printed.pages)
    imprint_rules = printed.imprint_rules
    if len(imprint_rules) < 2:
        yield error("7.4.1", "最后一面应有版记的首条、末条分隔线", page=page)
        return
    if differs(imprint_rules[-1].bottom, BOTTOM):
        yield error("7.4.1", "版记末条分隔线应与最后一面的版心下边缘重合", page=page)
    if any(differs(rule.left, LEFT) or differs(rule.width, WIDTH) for rule in imprint_rules):
        yield error("7.4.1", "版记分隔线应与版心等宽", page=page)
    first, *inner, last = (rule.height for rule in imprint_rules)
    unevenness = [abs(height - THICK) for height in (first, last)]
    unevenness += [abs(height - THIN) for height in inner]
    if max(unevenness) > 0.04:
        yield warning("7.4.1", "版记首条、末条分隔线推荐高 0.35 毫米，中间的 0.25 毫米", page=page)


def even_last_page(printed: Printed) -> Iterator[Remark]:
    if _expected(printed) and len(printed.pages) % 2:
        yield habit("7.4", "版记宜在双数页，双面印制时落在最后一面的背面", page=len(printed.pages))


def clear_of_text(printed: Printed) -> Iterator[Remark]:
    """Nothing but the imprint's own words stands below its first rule."""
    if not printed.imprint_rules:
        return
    top = printed.imprint_rules[0].top
    for spot in printed.spots_on(len(printed.pages)):
        if spot.bottom > top and spot.size > SMALL_SIZE + 0.5:
            yield error("7.4", "正文与版记重叠", spot)


def copies(printed: Printed) -> Iterator[Remark]:
    """抄送 in 4号, one character in, closed by a full stop."""
    names = printed.sheet.copy_recipients.strip().rstrip("。：:；")
    if not names:
        return
    after = printed.date or printed.text_end
    spots = printed.find(f"抄送：{names}", after)
    if not spots:
        yield error("7.4.2", "没有印出抄送机关", page=len(printed.pages))
        return
    if spots[-1].page != len(printed.pages):
        yield error("7.4.2", "抄送机关应在最后一面的版记中", spots[0])
    if not printed.find(f"抄送：{names}。", after):
        yield error("7.4.2", "最后一个抄送机关名称后标句号", spots[-1])
    yield from _small(spots, "7.4.2", "抄送机关")
    rights = [spot.right for spot in spots]
    if max(rights) > RIGHT - SMALL + NEAR:
        yield error("7.4.2", "抄送机关应右空一字", spots[0])


def _small(spots: list[Spot], clause: str, what: str) -> Iterator[Remark]:
    if differs(spots[0].left, LEFT + SMALL):
        yield error(clause, f"{what}应左空一字", spots[0])
    if abs(spots[0].size - SMALL_SIZE) > 0.5:
        yield warning(clause, f"{what}一般用 4 号仿宋体字", spots[0])


def printed_by(printed: Printed) -> Iterator[Remark]:
    """Who printed on the left, when on the right, with 印发 after it."""
    sheet = printed.sheet
    if not sheet.printed_by and not sheet.print_date:
        return
    day = ""
    if sheet.print_date:
        day = f"{chinese_date(sheet.print_date)}印发"
    page = len(printed.pages)
    spots = printed.spots_on(page)
    words = f"{sheet.printed_by}{day}".split()
    if not spots or spots[-1].text != "".join(words):
        yield error("7.4.3", "版记末行应有印发机关和印发日期，日期后加“印发”二字", page=page)
        return
    spot = spots[-1]
    yield from _small([spot], "7.4.3", "印发机关")
    if day and differs(spot.right, RIGHT - SMALL):
        yield error("7.4.3", "印发日期应右空一字", spot)


RULES = (rules, even_last_page, clear_of_text, copies, printed_by)
LETTER_RULES = (copies,)
