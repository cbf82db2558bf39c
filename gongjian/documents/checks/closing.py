"""附件说明, signature, date, 附注 and the attachments' own pages (§7.3.4-7.3.7)."""

from collections.abc import Iterator
from itertools import pairwise
from math import hypot

from gongjian.documents.checks.head import parted
from gongjian.documents.checks.printed import (
    CHAR,
    LAST_COLUMN,
    LEFT,
    NEAR,
    ROW,
    Printed,
    Spot,
    blank_rows,
    differs,
)
from gongjian.documents.checks.remarks import Remark, error, warning
from gongjian.documents.layout.measures import SEAL
from gongjian.documents.layout.text import HANGS
from gongjian.lib.pdf_reading import MM


def attachment_note(printed: Printed) -> Iterator[Remark]:
    """One blank line below the text, two characters in, names in order and without a mark at their
    end.
    """
    if not printed.sheet.attachments:
        return
    spots = printed.attachment_note
    if not spots:
        yield error("7.3.4", "正文下应有附件说明，并与附件的顺序、名称一致")
        return
    if printed.text_end and printed.text_end[0].page == spots[0].page:
        rows = blank_rows(printed.text_end[0], spots[0])
        if abs(rows - 1) > 0.2:
            yield error("7.3.4", f"附件说明应在正文下空一行，实测空 {rows:.1f} 行", spots[0])
    if differs(spots[0].left, LEFT + 2 * CHAR):
        yield error("7.3.4", "附件说明应左空二字", spots[0])
    for spot in printed.spots():
        if spots[0].place <= spot.place <= spots[-1].place and spot.text[-1] in HANGS:
            yield error("7.3.4", "附件名称后不加标点符号", spot)


def signed(printed: Printed) -> Iterator[Remark]:
    """Name and date are there, on one page, and that page shows text."""
    if not printed.sheet.signs:
        return
    if printed.sheet.signature and not printed.signature:
        yield error("7.3.5", "没有印出发文机关署名")
    if not printed.date:
        how = "用阿拉伯数字写全年、月、日，月、日不编虚位，如 2026年1月5日"
        yield error("7.3.5.4", f"成文日期应{how}")
        return
    pages = {spot.page for spot in printed.date + printed.signature}
    if len(pages) > 1:
        yield error("7.3.5", "署名与成文日期应在同一面", printed.date[0])
    text_pages = {spot.page for spot in printed.text_lines}
    if not pages & text_pages:
        yield error("7.3.5.5", "署名、印章所在的一面没有正文；不得用“此页无正文”", printed.date[0])


def _signed_alone(printed: Printed) -> bool:
    """Whether one issuer's name and the date stand below the text."""
    is_joint = len(printed.sheet.signatures) > 1
    return bool(printed.signature and printed.date) and not is_joint


def unsealed_places(printed: Printed) -> Iterator[Remark]:
    """Without a seal: one blank line, the name two from the right, the date two after the name's
    begin.
    """
    if printed.sheet.sealed or not _signed_alone(printed):
        return
    name = printed.signature[0]
    day = printed.date[0]
    yield from _rows_above(printed, name, allowed=(1,), clause="7.3.5.2")
    if abs(blank_rows(name, day)) > 0.2:
        yield error("7.3.5.2", "成文日期应在署名的下一行", day)
    if differs(day.left, name.left + 2 * CHAR):
        yield error("7.3.5.2", "成文日期首字应比署名首字右移二字", day)
    end = max(name.right, day.right)
    if differs(end, LAST_COLUMN - 2 * CHAR):
        yield error("7.3.5.2", "署名（成文日期较长时为日期）应右空二字", name)


def sealed_places(printed: Printed) -> Iterator[Remark]:
    """With a seal: the date four from the right, the name centred above it, room for the seal
    within a line of text.
    """
    if not printed.sheet.sealed or not _signed_alone(printed):
        return
    name = printed.signature[0]
    day = printed.date[0]
    yield from _rows_above(printed, name, allowed=(1, 2, 3), clause="7.3.5.1")
    if differs(name.middle, day.middle):
        yield error("7.3.5.1", "署名应以成文日期为准居中", name)
    long_name = name.right > LAST_COLUMN - NEAR
    if not long_name and differs(day.right, LAST_COLUMN - 4 * CHAR):
        yield error("7.3.5.1", "成文日期一般右空四字", day)


def _rows_above(
    printed: Printed, name: Spot, *, allowed: tuple[int, ...], clause: str
) -> Iterator[Remark]:
    """The blank lines between what ends the text and the name."""
    above = (printed.attachment_note or printed.text_end)[-1:]
    if above and above[0].page == name.page:
        rows = blank_rows(above[0], name)
        if not any(abs(rows - count) < 0.2 for count in allowed):
            message = f"署名与正文（附件说明）之间的空行数不对，实测空 {rows:.1f} 行"
            yield error(clause, message, name)


def joint_signatures(printed: Printed) -> Iterator[Remark]:
    """A joint issue: the host's name first, one under the other, or side by side with room for a
    seal each.
    """
    sheet = printed.sheet
    spots = printed.signature
    if len(sheet.signatures) < 2 or not sheet.signs:
        return
    clause = "7.3.5.1" if sheet.sealed else "7.3.5.2"
    if not spots:
        yield error(clause, "联合行文的署名应齐全，与发文机关标志的顺序一致，主办机关在前")
        return
    for spot, other in pairwise(spots):
        if spot.page != other.page:
            continue
        same_row = abs(spot.baseline - other.baseline) < NEAR
        if not sheet.sealed and same_row:
            yield error(clause, "不加盖印章的联合行文，署名应自上而下依次编排", other)
        if sheet.sealed and seals_touch(spot, other):
            yield error(clause, f"“{spot.text}”与“{other.text}”的印章会相交或相切", other)


def seals_touch(spot: Spot, other: Spot) -> bool:
    """Whether the seals over two names would cross or touch."""
    across = spot.middle - other.middle
    down = spot.baseline - other.baseline
    return hypot(across, down) <= SEAL / MM


def note(printed: Printed) -> Iterator[Remark]:
    """附注: on the line below the date, two characters in, in brackets."""
    if not printed.sheet.note.strip("（）() "):
        return
    if not printed.note:
        yield error("7.3.6", "附注应加圆括号，编排在成文日期下一行")
        return
    spot = printed.note[0]
    if differs(spot.left, LEFT + 2 * CHAR):
        yield error("7.3.6", "附注应居左空二字", spot)
    for day in printed.date[:1]:
        if day.page == spot.page and abs(blank_rows(day, spot)) > 0.2:
            yield error("7.3.6", "附注应编排在成文日期的下一行", spot)


def attachments(printed: Printed) -> Iterator[Remark]:
    """Each begins a page: 附件 in 黑体 on line 1, flush left; its title on line 3, centred."""
    for place, page in enumerate(printed.attachment_starts):
        title = printed.sheet.attachments[place].title
        if not page:
            yield error("7.3.7", f"附件“{title}”应另面编排，首行顶格标“附件”及序号")
            continue
        spots = printed.spots_on(page)
        label = spots[0]
        frame = printed.frame(page)
        if differs(label.left, frame.left) or differs(label.top, frame.top):
            yield error("7.3.7", "“附件”二字及序号应在版心左上角第一行顶格", label)
        if not any("Hei" in face or "Sans" in face for face in label.faces):
            yield error("7.3.7", "“附件”二字及序号应用 3 号黑体字", label)
        yield from attachment_title(spots, frame.centre)


def attachment_title_breaks(printed: Printed) -> Iterator[Remark]:
    """No word and no name is split by a turn of an attachment's title."""
    for attachment, page in zip(printed.sheet.attachments, printed.attachment_starts, strict=True):
        if not page:
            continue
        label = printed.spots_on(page)[:1]
        spots = printed.find(attachment.title, label)
        for word, spot in parted(printed, attachment.title, spots):
            yield warning("7.3.7", f"附件标题回行拆开了“{word}”，回行要做到词意完整", spot)


def attachment_title(spots: list[Spot], centre: float) -> Iterator[Remark]:
    """The title on the third row of the attachment's page, in the middle."""
    label = spots[0]
    if len(spots) < 2:
        yield error("7.3.7", "附件应有标题", label)
        return
    spot = spots[1]
    rows = (spot.baseline - label.baseline) / ROW
    if abs(rows - 2) > 0.3:
        yield error("7.3.7", "附件标题应居中编排在版心第三行", spot)
    if differs(spot.middle, centre):
        yield error("7.3.7", "附件标题应居中", spot)


RULES = (
    attachment_note,
    signed,
    unsealed_places,
    sealed_places,
    joint_signatures,
    note,
    attachments,
    attachment_title_breaks,
)
