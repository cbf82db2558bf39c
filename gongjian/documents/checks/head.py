"""版头, title and recipients (§7.2, §7.3.1-7.3.2)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gongjian.documents.checks.printed import (
    CENTRE,
    CHAR,
    LAST_COLUMN,
    LEFT,
    NEAR,
    ROW,
    TOP,
    WIDTH,
    Printed,
    Spot,
    blank_rows,
    differs,
    mark_foot,
)
from gongjian.documents.checks.remarks import Remark, error, habit, warning
from gongjian.documents.layout.measures import MARK_INK_TOP, SONG, width_of
from gongjian.documents.layout.titles import names_on, title_words
from gongjian.lib.pdf_reading import MM

UPWARDS = ("请示", "报告")
STAND_INS = ("Noto", "WenQuanYi")
TITLE_SIZE = (21.0, 22.0)  # 2号: the traditional and the office programs' value
BOXED = 0.5  # characters: lines that differ by less look equally long


def mark(printed: Printed) -> Iterator[Remark]:
    """In red, centred, its top 35 mm below the type area's, no wider than it."""
    if not printed.mark:
        yield error("7.2.4", "没有印出发文机关标志；请系统管理员核对发文机关的标志", page=1)
        return
    spot = printed.mark[0]
    top = spot.baseline - MARK_INK_TOP * spot.size / MM - TOP
    if differs(top, 35):
        message = f"发文机关标志上边缘至版心上边缘应为 35 毫米，实测 {top:.1f} 毫米"
        yield error("7.2.4", message, spot)
    left_edge = min(part.left for part in printed.mark)
    right_edge = max(part.right for part in printed.mark)
    if differs((left_edge + right_edge) / 2, CENTRE):
        yield error("7.2.4", "发文机关标志应居中", spot)
    if right_edge - left_edge > WIDTH + NEAR:
        yield error("7.2.4", "发文机关标志不得宽于版心", spot)
    if not spot.is_in_face("Song"):
        yield warning("7.2.4", "发文机关标志推荐使用小标宋体字", spot)


def joint_mark(printed: Printed) -> Iterator[Remark]:
    """The host's name first, each on a line of its own; 文件 at the middle of their right."""
    sheet = printed.sheet
    if not sheet.mark_names:
        return
    names = printed.mark[: len(sheet.mark_names)]
    if [spot.text for spot in names] != list(sheet.mark_names):
        yield error("7.2.4", "联合行文的发文机关标志应标注各机关名称", page=1)
        return
    if any(below.baseline <= above.baseline for above, below in pairwise(names)):
        yield error("7.2.4", "联合行文应将主办机关名称排列在前", names[0])
    rights = [spot.right for spot in names]
    if max(rights) - min(rights) > NEAR:
        yield habit("7.2.4", "各发文机关名称宜两端对齐", names[0])
    middle = (names[0].top + names[-1].bottom) / 2
    for word in printed.mark[len(names) :]:
        word_middle = (word.top + word.bottom) / 2
        if abs(word_middle - middle) > 2 * NEAR:
            yield error("7.2.4", "“文件”二字应以各机关名称为准上下居中", word)


def number(printed: Printed) -> Iterator[Remark]:
    """Two blank lines below the mark; in the middle, or one character from the left on a document
    upwards.
    """
    if not printed.number:
        yield error("7.2.5", "没有印出发文字号", page=1)
        return
    spot = printed.number[0]
    if printed.mark:
        names = printed.mark[: len(printed.sheet.mark_names) or 1]
        ink_foot = max(map(mark_foot, names))
        signer_rows = {signer.row for signer in printed.signers}
        rows = (spot.top - ink_foot) / ROW - max(len(signer_rows) - 1, 0)
        if abs(rows - 2) > 0.6:
            yield error("7.2.5", f"发文字号应在发文机关标志下空二行，实测空 {rows:.1f} 行", spot)
    if printed.sheet.signer:
        if differs(spot.left, LEFT + CHAR):
            yield error("7.2.5", "上行文的发文字号居左空一字", spot)
    elif not printed.sheet.is_minutes and differs(spot.middle, CENTRE):
        yield error("7.2.5", "发文字号应居中", spot)


def signers(printed: Printed) -> Iterator[Remark]:
    """签发人 on documents upwards: on the number's line, the last of a row one character from the
    right.
    """
    sheet = printed.sheet
    if not sheet.signer:
        if sheet.kind in UPWARDS:
            yield error("7.2.6", f"{sheet.kind}是上行文，须标注签发人姓名", page=1)
        return
    names = printed.signers
    lacks_names = len(names) < len(sheet.signers)
    if not printed.number or lacks_names or names[-1].page != 1:
        yield error("7.2.6", "没有印出签发人姓名", page=1)
        return
    if differs(names[-1].baseline, printed.number[-1].baseline):
        yield error("7.2.5", "上行文的发文字号应与最后一个签发人姓名处在同一行", names[-1])
    rights = [spot.right for spot in names]
    if differs(max(rights), LAST_COLUMN - CHAR):
        yield error("7.2.6", "签发人应居右空一字", names[0])
    across = sum(spot.row == names[0].row for spot in names)
    for place, spot in enumerate(names):
        first_in_column = names[place % across]
        if differs(spot.left, first_in_column.left):
            yield error("7.2.6", "签发人姓名回行时应与上一行对齐", names[-1])
            break
    least_gap = blank_inside(names) + CHAR / 2
    for before, name in pairwise(names):
        if before.row == name.row and name.left - before.right < least_gap:
            message = "两个签发人姓名之间的空隙应大于姓名当中的空隙，否则分不清姓名"
            yield warning("7.2.6", message, name)
    if not all(spot.is_in_face("Kai", *STAND_INS) for spot in names):
        yield warning("7.2.6", "签发人姓名用 3 号楷体字", names[-1])


def blank_inside(names: list[Spot]) -> float:
    """Return the widest blank between two characters of one name, in mm."""
    widest: float | None = None
    for spot in names:
        for before, after in pairwise(spot.line.glyphs):
            blank = after.left - before.right
            widest = blank if widest is None else max(widest, blank)
    return widest or 0.0


def red_rule(printed: Printed) -> Iterator[Remark]:
    """4 mm below the number, red, as wide as the type area."""
    if len(printed.red_rules) != 1:
        yield error("7.2.7", "发文字号之下应有一条红色分隔线", page=1)
        return
    (rule,) = printed.red_rules
    if differs(rule.left, LEFT) or differs(rule.width, WIDTH):
        message = f"红色分隔线应居中、与版心等宽（156 毫米），实测 {rule.width:.1f} 毫米"
        yield error("7.2.7", message, page=1)
    bottoms = [spot.bottom for spot in printed.spots_on(1)]
    above = [bottom for bottom in bottoms if bottom < rule.top]
    if not printed.number or not above:
        return
    gap = rule.top - max(above)
    if differs(gap, 4):
        yield error("7.2.7", f"红色分隔线应在发文字号下 4 毫米，实测 {gap:.1f} 毫米", page=1)


def title(printed: Printed) -> Iterator[Remark]:
    """Two blank lines below the red rule, centred, in 2号小标宋."""
    if not printed.title:
        yield error("7.3.1", "没有印出标题", page=1)
        return
    first = printed.title[0]
    if printed.red_rules and not printed.sheet.is_letter:
        rows = (first.top - printed.red_rules[0].bottom) / ROW
        if abs(rows - 2) > 0.4:
            yield error("7.3.1", f"标题应在红色分隔线下空二行，实测空 {rows:.1f} 行", first)
    for spot in printed.title:
        if differs(spot.middle, CENTRE):
            yield error("7.3.1", "标题各行应居中", spot)
        smallest, largest = TITLE_SIZE
        if not smallest - 0.5 <= spot.size <= largest + 0.5:
            sentence = f"标题一般用 2 号字，实测 {spot.size:.1f} 磅"
            yield warning("7.3.1", sentence, spot)
        if not spot.is_in_face("Song", *STAND_INS):
            yield warning("7.3.1", "标题一般用小标宋体字", spot)


def title_shape(printed: Printed) -> Iterator[Remark]:
    """A trapezoid or a diamond: no box, no hourglass.

    A warning: who drafts sets no measure, only breaks.
    """
    widths = []
    for spot in printed.title:
        width = width_of(spot.text, SONG)
        widths.append(width)
    if len(widths) < 2:
        return
    if max(widths) - min(widths) < BOXED:
        yield warning("7.3.1", "标题各行一样长，应排成梯形或菱形；可增减字词", printed.title[0])
    inner = zip(widths, widths[1:], widths[2:], strict=False)
    if any(middle + BOXED < min(above, below) for above, middle, below in inner):
        yield warning("7.3.1", "标题中间短、两头长，应排成梯形或菱形；可增减字词", printed.title[0])
    if widths[-1] < max(widths) / 4:
        yield warning("7.3.1", "标题末行过短，长短不相称；可增减字词", printed.title[-1])


def title_breaks(printed: Printed) -> Iterator[Remark]:
    """No word and no name is split by a turn of the title."""
    for word, spot in parted(printed, printed.sheet.title, printed.title):
        yield warning("7.3.1", f"标题回行拆开了“{word}”，回行要做到词意完整", spot)


def parted(printed: Printed, title: str, spots: Sequence[Spot]) -> Iterator[tuple[str, Spot]]:
    """Each word or name of a title that a turn splits, and the line that it begins on."""
    word_by_split: dict[int, str] = {}
    place, end = 0, 0
    bare = "".join(title.split())
    for word in title_words(bare, names_on(printed.sheet)):
        splits = range(place + 1, place + len(word))
        word_by_split |= dict.fromkeys(splits, word)
        place += len(word)
    for spot in spots[:-1]:
        end += len(spot.text)
        if end in word_by_split:
            yield word_by_split[end], spot


def recipients(printed: Printed) -> Iterator[Remark]:
    """One blank line below the title, flush left, a colon at the end."""
    spots = printed.recipients
    if not spots or not printed.title:
        return
    rows = blank_rows(printed.title[-1], spots[0])
    if abs(rows - 1) > 0.3:
        yield error("7.3.2", f"主送机关应在标题下空一行，实测空 {rows:.1f} 行", spots[0])
    for spot in spots:
        if differs(spot.left, LEFT):
            yield error("7.3.2", "主送机关居左顶格，回行时仍顶格", spot)
    last = spots[-1]
    whole_line = printed.spots_on(last.page)[last.row - 1]
    if not whole_line.text.endswith("："):
        yield error("7.3.2", "主送机关名称之后标全角冒号", last)


def title_length(printed: Printed) -> Iterator[Remark]:
    if len(printed.title) > 4:
        sentence = f"标题有 {len(printed.title)} 行，宜精简到四行以内"
        yield habit("7.3.1", sentence, printed.title[0])


RULES = (
    mark,
    joint_mark,
    number,
    signers,
    red_rule,
    title,
    title_shape,
    title_breaks,
    title_length,
    recipients,
)
LETTER_RULES = (title, title_shape, title_breaks, title_length, recipients)
