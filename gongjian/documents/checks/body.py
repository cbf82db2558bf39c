"""The text: on page 1, indented, headings in their faces, no mark where none may stand (§7.3.3,
§9).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from gongjian.documents.checks.head import STAND_INS
from gongjian.documents.checks.printed import CHAR, LEFT, Printed, differs
from gongjian.documents.checks.remarks import Remark, error, warning
from gongjian.documents.layout.measures import FANG, HEI, KAI, SONG
from gongjian.documents.layout.text import NEVER_FIRST, NEVER_LAST, parse_body

FACES = {FANG: ("Fang", "仿宋"), KAI: ("Kai", "楷体"), HEI: ("Hei", "黑体"), SONG: ("Song", "宋体")}
STARTS_LINE = frozenset("—…")  # may begin a line; GB/T 15834 only forbids to tear them


def text_on_page_1(printed: Printed) -> Iterator[Remark]:
    first = next((spots for spots in printed.paragraphs if spots), None)
    if first is None:
        yield error("7.3.3", "没有印出正文", page=1)
    elif first[0].page != 1:
        yield error("7.3.3", "公文首页必须显示正文；可精简标题、主送机关", page=1)


def whole_text(printed: Printed) -> Iterator[Remark]:
    """Every paragraph of the draft stands on paper."""
    for place, spots in enumerate(printed.paragraphs, 1):
        if not spots:
            yield error("7.3.3", f"正文第 {place} 段没有完整印出")


def indents(printed: Printed) -> Iterator[Remark]:
    """A paragraph begins two characters in, and goes on flush left."""
    for spots in printed.paragraphs:
        for place, spot in enumerate(spots):
            if place:
                edge = LEFT
            else:
                edge = LEFT + 2 * CHAR
            if differs(spot.left, edge):
                yield error("7.3.3", "回行应顶格" if place else "每个自然段应左空二字", spot)


def heading_faces(printed: Printed) -> Iterator[Remark]:
    """一、 in 黑体, （一） in 楷体, the rest in 仿宋."""
    body = parse_body(printed.sheet.body)
    for paragraph, spots in zip(body, printed.paragraphs, strict=True):
        if not spots:
            continue
        token, name = FACES[paragraph.runs[0].face]
        face = spots[0].line.glyphs[0].face
        if token not in face and not face.startswith(STAND_INS):
            sentence = f"“{spots[0].text[:8]}”一般用 3 号{name}字"
            yield warning("7.3.3", sentence, spots[0])


def marks_at_edges(printed: Printed) -> Iterator[Remark]:
    """No stop begins a line of the text, no opening bracket ends one."""
    for spots in printed.paragraphs:
        for spot in spots[1:]:
            if spot.text[0] in NEVER_FIRST - STARTS_LINE:
                yield error("9", f"“{spot.text[0]}”不得出现在一行的开头", spot)
        for spot in spots[:-1]:
            if spot.text[-1] in NEVER_LAST:
                yield error("9", f"“{spot.text[-1]}”不得出现在一行的末尾", spot)


def torn_numbers(printed: Printed) -> Iterator[Remark]:
    """A number stays on one line, unless it is longer than any."""
    for spots in printed.paragraphs:
        for above, below in pairwise(spots):
            if re.search(r"[\d.]$", above.text) and re.match(r"\d", below.text):
                yield warning("9", "一个数字不应拆在两行", below)


def lone_ends(printed: Printed) -> Iterator[Remark]:
    """No paragraph ends in a line of one character or a mark alone."""
    stops = "".join(NEVER_FIRST)
    for spots in printed.paragraphs:
        if len(spots) < 2:
            continue
        end = spots[-1].text
        if len(end.rstrip(stops)) < 2 and not end.isascii():
            yield warning("5.2.3", "段末只剩一个字或标点独占一行，可增减字词", spots[-1])


def headings_at_page_end(printed: Printed) -> Iterator[Remark]:
    body = parse_body(printed.sheet.body)
    set_as = zip(body, printed.paragraphs, strict=True)
    for (paragraph, spots), (_, below) in pairwise(set_as):
        if not (paragraph.heading and spots and below):
            continue
        if below[0].page != spots[-1].page:
            yield warning("7.3.3", "标题落在一面的最后一行，下文转到了下一面", spots[-1])


RULES = (
    text_on_page_1,
    whole_text,
    indents,
    heading_faces,
    marks_at_edges,
    torn_numbers,
    lone_ends,
    headings_at_page_end,
)
