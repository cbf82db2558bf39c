"""附件说明, signature, date, 附注 and the attachments' own pages (§7.3.4-7.3.7)."""

from collections.abc import Iterator
from itertools import pairwise

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
        rows = blank_rows(printed.text_end[0].line, spots[0].line)
        if abs(rows - 1) > 0.2:
            yield error("7.3.4", f"附件说明应在正文下空一行，实测空 {rows:.1f} 行", spots[0])
    if abs(spots[0].line.left - LEFT - 2 * CHAR) > NEAR:
        yield error("7.3.4", "附件说明应左空二字", spots[0])
    for spot in printed.spots():
        if (
            spots[0].page <= spot.page <= spots[-1].page
            and _within(spot, spots)
            and spot.text[-1] in HANGS
        ):
            yield error("7.3.4", "附件名称后不加标点符号", spot)


def _within(spot: Spot, spots: list[Spot]) -> bool:
    return (spots[0].page, spots[0].row) <= (spot.page, spot.row) <= (spots[-1].page, spots[-1].row)


def signed(printed: Printed) -> Iterator[Remark]:
    """Name and date are there, on one page, and that page shows text."""
    if not printed.sheet.signs:
        return
    if printed.sheet.signature and not printed.signature:
        yield error("7.3.5", "没有印出发文机关署名")
    if not printed.date:
        yield error(
            "7.3.5.4", "成文日期应用阿拉伯数字写全年、月、日，月、日不编虚位，如 2026年1月5日"
        )
        return
    pages = {spot.page for spot in printed.date} | {spot.page for spot in printed.signature}
    if len(pages) > 1:
        yield error("7.3.5", "署名与成文日期应在同一面", printed.date[0])
    if not any(spot.page in pages for spots in printed.paragraphs for spot in spots):
        yield error("7.3.5.5", "署名、印章所在的一面没有正文；不得用“此页无正文”", printed.date[0])


def unsealed_places(printed: Printed) -> Iterator[Remark]:
    """Without a seal: one blank line, the name two from the right, the date two after the name's
    begin.
    """
    sheet = printed.sheet
    if sheet.sealed or not printed.signature or not printed.date or len(sheet.signatures) > 1:
        return
    name = printed.signature[0]
    day = printed.date[0]
    yield from _rows_above(printed, name, wanted=(1,), clause="7.3.5.2")
    if abs(blank_rows(name.line, day.line)) > 0.2:
        yield error("7.3.5.2", "成文日期应在署名的下一行", day)
    if abs(day.line.left - name.line.left - 2 * CHAR) > NEAR:
        yield error("7.3.5.2", "成文日期首字应比署名首字右移二字", day)
    end = max(name.line.right, day.line.right)
    if abs(LAST_COLUMN - 2 * CHAR - end) > NEAR:
        yield error("7.3.5.2", "署名（成文日期较长时为日期）应右空二字", name)


def sealed_places(printed: Printed) -> Iterator[Remark]:
    """With a seal: the date four from the right, the name centred above it, room for the seal
    within a line of text.
    """
    sheet = printed.sheet
    if not sheet.sealed or not printed.signature or not printed.date or len(sheet.signatures) > 1:
        return
    name = printed.signature[0]
    day = printed.date[0]
    yield from _rows_above(printed, name, wanted=(1, 2, 3), clause="7.3.5.1")
    if abs(name.line.middle - day.line.middle) > NEAR:
        yield error("7.3.5.1", "署名应以成文日期为准居中", name)
    long_name = name.line.right > LAST_COLUMN - NEAR
    if not long_name and abs(LAST_COLUMN - 4 * CHAR - day.line.right) > NEAR:
        yield error("7.3.5.1", "成文日期一般右空四字", day)


def _rows_above(
    printed: Printed, name: Spot, *, wanted: tuple[int, ...], clause: str
) -> Iterator[Remark]:
    """The blank lines between what ends the text and the name."""
    above = (printed.attachment_note or printed.text_end)[-1:]
    if above and above[0].page == name.page:
        rows = blank_rows(above[0].line, name.line)
        if not any(abs(rows - count) < 0.2 for count in wanted):
            yield error(
                clause, f"署名与正文（附件说明）之间的空行数不对，实测空 {rows:.1f} 行", name
            )


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
        same_row = abs(spot.line.baseline - other.line.baseline) < NEAR and spot.page == other.page
        if not sheet.sealed and same_row:
            yield error(clause, "不加盖印章的联合行文，署名应自上而下依次编排", other)
        if sheet.sealed and spot.page == other.page and _seals_touch(spot, other):
            yield error(clause, f"“{spot.text}”与“{other.text}”的印章会相交或相切", other)


def _seals_touch(spot: Spot, other: Spot) -> bool:
    across = spot.line.middle - other.line.middle
    down = spot.line.baseline - other.line.baseline
    return (across * across + down * down) ** 0.5 <= SEAL / MM


def note(printed: Printed) -> Iterator[Remark]:
    """附注: on the line below the date, two characters in, in brackets."""
    if not printed.sheet.note.strip("（）() "):
        return
    if not printed.note:
        yield error("7.3.6", "附注应加圆括号，编排在成文日期下一行")
        return
    spot = printed.note[0]
    if abs(spot.line.left - LEFT - 2 * CHAR) > NEAR:
        yield error("7.3.6", "附注应居左空二字", spot)
    if (
        printed.date
        and printed.date[0].page == spot.page
        and abs(blank_rows(printed.date[0].line, spot.line)) > 0.2
    ):
        yield error("7.3.6", "附注应编排在成文日期的下一行", spot)


def attachments(printed: Printed) -> Iterator[Remark]:
    """Each begins a page: 附件 in 黑体 on line 1, flush left; its title on line 3, centred."""
    for place, page in enumerate(printed.attachment_starts):
        title = printed.sheet.attachments[place].title
        if not page:
            yield error("7.3.7", f"附件“{title}”应另面编排，首行顶格标“附件”及序号")
            continue
        lines = printed.lines(printed.pages[page - 1])
        spot = Spot(page, 1, lines[0])
        label = spot
        frame = printed.frame(page)
        if abs(label.line.left - frame.left) > NEAR or abs(label.line.top - frame.top) > NEAR:
            yield error("7.3.7", "“附件”二字及序号应在版心左上角第一行顶格", label)
        if not any("Hei" in face or "Sans" in face for face in label.line.faces):
            yield error("7.3.7", "“附件”二字及序号应用 3 号黑体字", label)
        yield from _attachment_title(label, lines, frame.centre)


def attachment_title_breaks(printed: Printed) -> Iterator[Remark]:
    """No word and no name is split by a turn of an attachment's title."""
    for attachment, page in zip(printed.sheet.attachments, printed.attachment_starts, strict=True):
        if page:
            label = []
            lines = printed.lines(printed.pages[page - 1])
            for line in lines[:1]:
                label.append(Spot(page, 1, line))
        else:
            label = []
        if label:
            spots = printed.find(attachment.title, label)
        else:
            spots = []
        for word, spot in parted(printed, attachment.title, spots):
            yield warning("7.3.7", f"附件标题回行拆开了“{word}”，回行要做到词意完整", spot)


def _attachment_title(label: Spot, lines: list, centre: float) -> Iterator[Remark]:
    if len(lines) < 2:
        yield error("7.3.7", "附件应有标题", label)
        return
    spot = Spot(label.page, 2, lines[1])
    rows = (spot.line.baseline - label.line.baseline) / ROW
    if abs(rows - 2) > 0.3:
        yield error("7.3.7", "附件标题应居中编排在版心第三行", spot)
    if abs(spot.line.middle - centre) > NEAR:
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
