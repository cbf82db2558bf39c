"""The checker of GB/T 9704-2012: each rule is silent on our own print and speaks when that print is
broken.
"""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from gongjian.documents import services
from gongjian.documents.checks import body, checking, closing, formats, head, imprint, paper, words
from gongjian.documents.checks.checking import Level
from gongjian.documents.checks.printed import ROW, Printed
from gongjian.documents.layout.document import Attachment, PrintedColumn, PrintedTable
from gongjian.documents.models import DocumentKind
from gongjian.lib import pdf
from gongjian.lib.pdf_reading import read_pdf
from gongjian.workflow import WrongState
from tests.documents.conftest import OFFICE, make_sheet, text_of
from tests.documents.factories import make_document
from tests.documents.measuring import measure

pytestmark = pytest.mark.documents
needs_faces = pytest.mark.skipif(
    bool(pdf.ready()), reason="no Pango or no Chinese font on this machine"
)

HEADED = (
    "一、总体情况\n（一）组织领导。各社区均已成立机构。\n1.重视不够。有的单位没有到场。\n"
    + text_of(24)
)
TABLE = PrintedTable(
    (PrintedColumn("名次", "center"), PrintedColumn("社区")),
    tuple((str(n), f"第{n}社区") for n in range(1, 40)),
)
WHOLE = {
    "body": HEADED,
    "attachments": (
        Attachment("得分排名表", TABLE),
        Attachment("实施办法", text="一、总则\n本办法自公布之日起施行。"),
    ),
    "note": "此件公开发布",
}
UPWARDS = {
    "kind": "请示",
    "title": "关于2026年第四季度经费的请示",
    "main_recipient": "市人民政府",
    "signer": "张建国",
}
WIDE = {"attachments": (Attachment("明细表", replace(TABLE, landscape=True)),)}
SIGNERS = {**UPWARDS, "signer": "张建国、李明、欧阳文华"}
SEALED = {"sealed": True, "signature": "富阳市共建办", "title": "关于报送情况的通知"}
LONG_TITLE = {"title": f"{OFFICE}关于2026年第三季度社区共建考核评议结果的通报", "kind": "通报"}
JOINT = {"joint": ("富阳市城市管理局", "富阳市民政局"), "title": "关于报送情况的通知"}
TO_STREET = {
    "title": "关于商请富春街道办事处协助做好工作的通知",
    "main_recipient": "富春街道办事处",
}
LONG_ANNEX = {
    "attachments": (Attachment("富春街道办事处辖区沿街单位和商铺门前三包责任制情况表", text="略"),)
}
LETTER = {
    "kind": "函",
    "title": "关于商请协助做好社区共建工作的函",
    "issuer_mark": OFFICE,
    "main_recipient": "富阳供电公司",
    "print_date": None,
}
MINUTES = {
    "kind": "纪要",
    "title": "2026年第四季度社区共建例会纪要",
    "issuer_mark": "社区共建例会纪要",
    "number": "〔2026〕3号",
    "attendees": (("出席", "张明、" * 20 + "李华"), ("请假", "孙丽")),
}
JOINT_LETTER = {**LETTER, **JOINT, "title": LETTER["title"]}
JOINT_MINUTES = {**MINUTES, **JOINT, "title": MINUTES["title"], "issuer_mark": f"{OFFICE}会议纪要"}
SIGNED = {"signer": "张建国", "main_recipient": "市人民政府"}
CONTACT = {"note": "联系人：张三，电话：0571-63310000"}
ODD_END = {"body": text_of(26)}


@pytest.fixture
def print_of(content):
    """print_of(title=…) gives a printed sheet, read back."""
    return lambda **given: Printed(make_sheet(**given), tuple(read_pdf(content(**given))))


def line_on(printed, start):
    """The first line that begins so: its page and its characters."""
    for number, page in enumerate(printed.pages, 1):
        for line in page.lines:
            if line.text.startswith(start):
                return number, line
    raise AssertionError(f"no line begins with {start}")


def moved(start, *, right=0.0, down=0.0, grow=1.0, face="", colour=None):
    """Move, enlarge, reface or recolour the first line that begins so."""

    def breaking(printed):
        page, line = line_on(printed, start)
        glyphs = printed.pages[page - 1].glyphs
        new = tuple(
            _moved(g, right, down, grow, face, colour) if g in line.glyphs else g for g in glyphs
        )
        return printed.changed(page, glyphs=new)

    return breaking


def _moved(g, right, down, grow, face, colour):
    place = {"left": g.left + right, "right": g.right + right, "baseline": g.baseline + down}
    return g._replace(**place, size=g.size * grow, face=face or g.face, colour=colour or g.colour)


def shifted(words, right):
    """Only these words of their line moved."""

    def breaking(printed):
        (spot,) = printed.find(words)
        new = (
            g._replace(left=g.left + right, right=g.right + right) if g in spot.line.glyphs else g
            for g in printed.pages[spot.page - 1].glyphs
        )
        return printed.changed(spot.page, glyphs=tuple(new))

    return breaking


def emptied(printed):
    """Page 1 without its lower lines."""
    return printed.changed(1, glyphs=tuple(g for g in printed.pages[0].glyphs if g.baseline < 140))


def dropped(start):
    """Without the first line that begins so."""

    def breaking(printed):
        page, line = line_on(printed, start)
        return printed.changed(
            page, glyphs=tuple(g for g in printed.pages[page - 1].glyphs if g not in line.glyphs)
        )

    return breaking


def respelt(row, place, character):
    """Another character in the first paragraph's row, in the draft and on paper alike."""

    def breaking(printed):
        spots = printed.paragraphs[0]
        old = spots[row].line.glyphs[place]
        page = spots[row].page
        glyphs = tuple(
            g._replace(text=character) if g == old else g for g in printed.pages[page - 1].glyphs
        )
        words = "".join(
            (character if g == old else g.text) for spot in spots for g in spot.line.glyphs
        )
        return Printed(
            replace(printed.sheet, body=words), printed.changed(page, glyphs=glyphs).pages
        )

    return breaking


def backwards(printed):
    """The second issuer's name over the first's."""
    return retold(
        signature=printed.sheet.joint[0], joint=(printed.sheet.signature, printed.sheet.joint[1])
    )(printed)


def numbered_1(printed):
    """Page 2's number printed on page 1."""
    return printed.changed(1, glyphs=printed.pages[0].glyphs + printed.pages[1].lines[-1].glyphs)


def torn(printed):
    return respelt(1, 0, "6")(respelt(0, -1, "2")(printed))


def as_heading(printed):
    """The last paragraph but one counted a heading, with the last on a page of its own."""
    _, last = printed.paragraphs
    pages = printed.changed(
        1, glyphs=tuple(g for g in printed.pages[0].glyphs if g not in last[0].line.glyphs)
    ).pages
    second = replace(pages[1], glyphs=last[0].line.glyphs + pages[1].glyphs)
    return Printed(printed.sheet, (pages[0], second, *pages[2:]))


def retold(**given):
    """The same print under other words: for rules that read the words alone."""
    return lambda printed: Printed(replace(printed.sheet, **given), printed.pages)


def ruled(page, change):
    """Other rules on one page; `change` gives the new rule for each old one, None to drop it."""

    def breaking(printed):
        place = page % len(printed.pages)
        rules = tuple(new for rule in printed.pages[place].rules if (new := change(rule)))
        return printed.changed(place + 1, rules=rules)

    return breaking


def sized(**given):
    return lambda printed: printed.changed(1, **given)


def all_down(printed):
    page = printed.pages[1]
    return printed.changed(
        2, glyphs=tuple(g._replace(baseline=g.baseline + 3, left=g.left + 2) for g in page.glyphs)
    )


def reordered(printed):
    """The last page before the first."""
    return Printed(printed.sheet, printed.pages[::-1])


def typed(start, new):
    """Other characters in the same places: what a careless office program would have set."""

    def breaking(printed):
        page, line = line_on(printed, start)
        others = dict(zip(line.glyphs, new, strict=False))
        glyphs = tuple(
            g._replace(text=others.get(g, g.text)) for g in printed.pages[page - 1].glyphs
        )
        return printed.changed(page, glyphs=glyphs)

    return breaking


def lone_end(printed):
    """A paragraph whose last line keeps one character."""
    spot = printed.paragraphs[-1][-1]
    gone = spot.line.glyphs[1:]
    sheet = replace(printed.sheet, body=printed.sheet.body[: -len(gone)])
    glyphs = tuple(g for g in printed.pages[spot.page - 1].glyphs if g not in gone)
    return Printed(sheet, printed.changed(spot.page, glyphs=glyphs).pages)


def retitled(*lines):
    """The title's lines replaced by others, centred one under the other."""

    def breaking(printed):
        old = {g for spot in printed.title for g in spot.line.glyphs}
        glyphs = [g for g in printed.pages[0].glyphs if g not in old]
        first = printed.title[0].line.glyphs[0]
        width = first.right - first.left
        for row, line in enumerate(lines):
            start = 106 - width * len(line) / 2
            for place, text in enumerate(line):
                left, base = start + place * width, first.baseline + row * 4
                glyphs.append(
                    first._replace(text=text, left=left, right=left + width, baseline=base)
                )
        pages = printed.changed(1, glyphs=tuple(glyphs)).pages
        return Printed(replace(printed.sheet, title="".join(lines)), pages)

    return breaking


def annex_parted(printed):
    """The last character of the first line of an attachment's title printed before the second's."""
    first, second = printed.find(printed.sheet.attachments[0].title, printed.date)
    last, start = first.line.glyphs[-1], second.line.glyphs[0]
    moved_down = last._replace(left=start.left - 7, right=start.left, baseline=start.baseline)
    glyphs = tuple(moved_down if g == last else g for g in printed.pages[first.page - 1].glyphs)
    return printed.changed(first.page, glyphs=glyphs)


def thin(rule):
    return rule._replace(height=0.7) if rule.top > 200 else rule


def up(rule):
    return rule._replace(top=rule.top - 5) if rule.top > 100 else rule


ERROR, WARNING, HABIT = Level.ERROR, Level.WARNING, Level.HABIT
CASES = [
    (paper.paper_size, {}, sized(width=216.0, height=279.0), ERROR, "5.1"),
    (paper.inside_type_area, {}, moved("请于月底前", right=-13), ERROR, "5.2.1"),
    (paper.inside_type_area, WHOLE, moved("社区共建", right=5), ERROR, "5.2.1"),
    (paper.margins, WHOLE, all_down, ERROR, "5.2.1"),
    (paper.grid, WHOLE, moved("1.重视不够", down=2), WARNING, "5.2.3"),
    (paper.filled_lines, {"body": text_of(6)}, moved("社区共建", right=-30), WARNING, "5.2.3"),
    (paper.colours, {}, moved("请于月底前", colour=(0.2, 0.2, 0.2)), ERROR, "5.2.4"),
    (paper.colours, {}, moved("富阳市社区共建活动办公室文件", colour=(0, 0, 0)), ERROR, "7.2.4"),
    (paper.page_numbers, WHOLE, moved("—1—", right=-120), ERROR, "7.5"),
    (paper.page_numbers, WHOLE, moved("—2—", down=4), ERROR, "7.5"),
    (paper.page_numbers, WHOLE, dropped("—1—"), ERROR, "7.5"),
    (paper.page_numbers, WHOLE, moved("—1—", face="FandolFang-Regular"), WARNING, "7.5"),
    (paper.half_empty_pages, WHOLE, emptied, HABIT, "7.3.5.5"),
    (paper.turned_tables, WIDE, lambda p: p.changed(3, upside_down=True), ERROR, "8"),
    (paper.text_face, {}, moved("请于月底前", grow=0.8), WARNING, "5.2.2"),
    (head.mark, {}, moved("富阳市社区共建活动办公室文件", down=6), ERROR, "7.2.4"),
    (head.mark, {}, moved("富阳市社区共建活动办公室文件", face="FandolHei"), WARNING, "7.2.4"),
    (head.joint_mark, JOINT, moved("文件", down=9), ERROR, "7.2.4"),
    (head.joint_mark, JOINT, moved("富阳市民政局", right=9), HABIT, "7.2.4"),
    (head.mark, JOINT_MINUTES, dropped(f"{OFFICE}会议纪要"), ERROR, "7.2.4"),
    (head.signers, SIGNERS, moved("签发人：", right=-9), ERROR, "7.2.6"),
    (head.signers, SIGNERS, shifted("李明", right=-12), WARNING, "7.2.6"),
    (head.number, {}, moved("富共建办〔2026〕12号", down=-8), ERROR, "7.2.5"),
    (head.number, {}, moved("富共建办〔2026〕12号", right=20), ERROR, "7.2.5"),
    (head.signers, UPWARDS, retold(signer=""), ERROR, "7.2.6"),
    (head.signers, UPWARDS, moved("富共建办〔2026〕12号", right=-8), ERROR, "7.2.6"),
    (head.red_rule, {}, ruled(0, lambda rule: None), ERROR, "7.2.7"),
    (head.red_rule, {}, ruled(0, lambda rule: rule._replace(width=120)), ERROR, "7.2.7"),
    (head.red_rule, {}, ruled(0, lambda rule: rule._replace(top=rule.top + 5)), ERROR, "7.2.7"),
    (head.title, {}, moved("关于下达2026年", down=6), ERROR, "7.3.1"),
    (head.title, {}, moved("关于下达2026年", right=6), ERROR, "7.3.1"),
    (head.title, {}, moved("关于下达2026年", grow=0.7), WARNING, "7.3.1"),
    (head.title_shape, {}, retitled("关于下达季度任务", "社区共建内容通知"), WARNING, "7.3.1"),
    (
        head.title_shape,
        LONG_TITLE,
        retitled("关于下达季度工作任务", "社区共建", "考核评议结果的通报"),
        WARNING,
        "7.3.1",
    ),
    (head.title_breaks, {}, retitled("关于下达社区共", "建工作内容的通知"), WARNING, "7.3.1"),
    (
        head.title_breaks,
        TO_STREET,
        retitled("关于商请富春街道", "办事处协助做好工作的通知"),
        WARNING,
        "7.3.1",
    ),
    (
        head.title_length,
        {},
        retitled("关于下达", "社区共建工作", "内容和考评办法", "及经费安排", "的通知"),
        HABIT,
        "7.3.1",
    ),
    (head.recipients, {}, moved("各社区共建牵头单位", right=8), ERROR, "7.3.2"),
    (head.recipients, {}, moved("各社区共建牵头单位", down=-10), ERROR, "7.3.2"),
    (
        head.recipients,
        {},
        typed("各社区共建牵头单位", "各社区共建牵头单位、共建单位。"),
        ERROR,
        "7.3.2",
    ),
    (body.text_on_page_1, WHOLE, reordered, ERROR, "7.3.3"),
    (body.whole_text, {}, dropped("请于月底前"), ERROR, "7.3.3"),
    (body.indents, {}, moved("请于月底前", right=-11), ERROR, "7.3.3"),
    (body.heading_faces, WHOLE, moved("一、总体情况", face="FandolFang-Regular"), WARNING, "7.3.3"),
    (body.marks_at_edges, {"body": text_of(3)}, respelt(1, 0, "，"), ERROR, "9"),
    (body.marks_at_edges, {"body": text_of(3)}, respelt(0, -1, "（"), ERROR, "9"),
    (body.torn_numbers, {"body": text_of(3)}, torn, WARNING, "9"),
    (body.lone_ends, {"body": text_of(3) + "好的好的"}, lone_end, WARNING, "5.2.3"),
    (
        body.headings_at_page_end,
        {"body": "一、总体情况\n请认真落实。"},
        as_heading,
        WARNING,
        "7.3.3",
    ),
    (closing.attachment_note, WHOLE, moved("附件：1.", right=9), ERROR, "7.3.4"),
    (closing.attachment_note, WHOLE, dropped("附件：1."), ERROR, "7.3.4"),
    (closing.signed, {}, dropped("2026年10月8日"), ERROR, "7.3.5.4"),
    (closing.unsealed_places, {}, moved("2026年10月8日", right=9), ERROR, "7.3.5.2"),
    (closing.unsealed_places, {}, moved("2026年10月8日", down=ROW), ERROR, "7.3.5.2"),
    (closing.sealed_places, SEALED, moved("2026年10月8日", right=9), ERROR, "7.3.5.1"),
    (closing.joint_signatures, JOINT, backwards, ERROR, "7.3.5.2"),
    (closing.note, WHOLE, moved("（此件公开发布）", right=9), ERROR, "7.3.6"),
    (closing.attachments, WHOLE, moved("附件1", right=9), ERROR, "7.3.7"),
    (closing.attachments, WHOLE, moved("附件1", face="FandolFang-Regular"), ERROR, "7.3.7"),
    (closing.attachments, WHOLE, moved("得分排名表", down=9), ERROR, "7.3.7"),
    (closing.attachment_title_breaks, LONG_ANNEX, annex_parted, WARNING, "7.3.7"),
    (imprint.rules, {}, ruled(-1, lambda rule: None), ERROR, "7.4.1"),
    (imprint.rules, {}, ruled(-1, up), ERROR, "7.4.1"),
    (imprint.rules, {}, ruled(-1, thin), WARNING, "7.4.1"),
    (
        imprint.even_last_page,
        ODD_END,
        lambda p: Printed(p.sheet, (*p.pages[:2], p.pages[3])),
        HABIT,
        "7.4",
    ),
    (
        imprint.clear_of_text,
        {"body": text_of(14)},
        ruled(-1, lambda rule: rule._replace(top=60)),
        ERROR,
        "7.4",
    ),
    (imprint.copies, {}, moved("抄送：", right=9), ERROR, "7.4.2"),
    (imprint.copies, {}, dropped("抄送："), ERROR, "7.4.2"),
    (imprint.printed_by, {}, moved(f"{OFFICE}2026年10月9日", right=-9), ERROR, "7.4.3"),
    (paper.page_numbers, LETTER | {"body": text_of(40)}, numbered_1, ERROR, "10.1"),
    (formats.letter_mark, LETTER, moved(OFFICE, down=5), ERROR, "10.1"),
    (formats.letter_rules, LETTER, ruled(0, lambda rule: rule._replace(width=150)), ERROR, "10.1"),
    (formats.letter_rules, LETTER, ruled(0, lambda rule: rule._replace(height=1)), ERROR, "10.1"),
    (formats.letter_number, LETTER, moved("富共建办〔2026〕12号", right=-20), ERROR, "10.1"),
    (formats.letter_number, LETTER, moved("关于商请", down=9), ERROR, "10.1"),
    (formats.letter_imprint, LETTER, moved("抄送：", down=-30), ERROR, "10.1"),
    (formats.minutes_mark, MINUTES, retold(issuer_mark="共建办文件"), ERROR, "10.3"),
    (formats.minutes_issuers, JOINT_MINUTES, dropped("富阳市民政局"), HABIT, "10.3"),
    (formats.attendees, MINUTES, moved("出席：", right=9), ERROR, "10.3"),
    (formats.attendees, MINUTES, moved("出席：", face="FandolFang-Regular"), WARNING, "10.3"),
    (words.number, {}, retold(number="富共建办[2026]12号"), ERROR, "7.2.5"),
    (words.number, {}, retold(number="富共建办〔2026〕第12号"), ERROR, "7.2.5"),
    (words.number, {}, retold(number="富共建办〔2026〕012号"), ERROR, "7.2.5"),
    (words.title, {}, retold(title="关于下达工作内容"), WARNING, "7.3.1"),
    (words.title, {}, retold(title="工作内容通知"), HABIT, "7.3.1"),
    (words.recipients, {}, retold(main_recipient=""), WARNING, "7.3.2"),
    (words.contact, {}, retold(kind="请示", note="此件公开发布"), HABIT, "7.3.6"),
    (words.no_recipients, {}, retold(kind="公示"), WARNING, "7.3.2"),
    (words.requests, {}, retold(kind="报告", body="情况如下。妥否，请批示。"), WARNING, "7.3.3"),
    (words.attachments_named, {}, retold(body="排名见附件。"), WARNING, "7.3.4"),
    (words.attachments_named, WHOLE, retold(body="排名见附件3。"), WARNING, "7.3.4"),
    (words.cited_numbers, {}, retold(body="按照富政办〔2026〕第3号文件执行。"), WARNING, "7.2.5"),
    (words.cited_numbers, {}, retold(body="按照富政办（2026）3号文件执行。"), WARNING, "7.2.5"),
    (words.dates, {}, retold(body="自二〇二六年起执行。"), WARNING, "7.3.5.4"),
    (words.heading_order, {}, retold(body="1、重视不够"), WARNING, "7.3.3"),
    (words.heading_order, {}, retold(body="一、情况\n（1）占道"), HABIT, "7.3.3"),
    (words.half_width, {}, retold(body="各社区,各单位"), WARNING, "9"),
    (words.pairs, {}, retold(body="各社区（含新建的社区"), WARNING, "9"),
    (words.doubled_stops, {}, retold(body="请落实。。"), WARNING, "9"),
    (words.joint_number, JOINT, retold(number="甲〔2026〕1号、乙〔2026〕2号"), ERROR, "7.2.5"),
    (words.no_blank_page_words, {}, retold(body="（此页无正文）"), ERROR, "7.3.5.5"),
]


@pytest.mark.parametrize(
    ("rule", "given", "breaking", "level", "clause"),
    CASES,
    ids=lambda value: getattr(value, "__name__", None) if callable(value) else None,
)
def test_a_rule_is_silent_on_our_print_and_speaks_when_it_is_broken(
    print_of, rule, given, breaking, level, clause
):
    printed = print_of(**given)
    assert list(rule(printed)) == []
    found = list(rule(breaking(printed)))
    assert (level, clause) in {(remark.level, remark.clause) for remark in found}, found
    assert all(remark.sentence for remark in found)


def test_every_rule_of_every_format_has_been_broken_once():
    sheets = [make_sheet(), make_sheet(kind="函"), make_sheet(kind="纪要")]
    assert {rule for sheet in sheets for rule in checking.rules_for(sheet)} == {
        case[0] for case in CASES
    }


OURS = [
    {},
    {"body": text_of(53)},
    ODD_END,
    SEALED,
    UPWARDS,
    SIGNERS,
    WIDE,
    LETTER,
    LETTER | {"body": text_of(40), "urgency": "特急", "sealed": True},
    MINUTES,
    JOINT,
    {**JOINT, "sealed": True},
    {**JOINT, "joint": ("富阳市城市管理局",), "sealed": True},
    {
        **JOINT,
        "joint": ("富阳市精神文明建设委员会办公室",),
        "signature": "富阳市城市管理办公室",
        "sealed": True,
    },
    JOINT_LETTER,
    JOINT_LETTER | {"sealed": True},
    JOINT_MINUTES,
    WHOLE,
    LONG_TITLE,
    {"kind": "公示", "title": "关于2026年先进名单的公示", "main_recipient": ""},
    {"kind": "决定", "title": "关于表彰先进社区的决定"},
    {"signature": "共建办"},
    {"body": "镕喆堃同志", "urgency": "特急"},
    {"main_recipient": "、".join(f"富阳市某某某某某某局第{n}号直属单位" for n in range(30))},
    {"draft": True, "number": "富共建办〔2026〕    号", "print_date": None},
]


@pytest.mark.parametrize("given", OURS)
def test_our_own_prints_have_no_errors(content, given):
    remarks = checking.measure(make_sheet(**given), content(**given))
    assert [remark for remark in remarks if remark.level == ERROR] == []


def test_what_is_read_back_is_what_pdfplumber_reads(content):
    """Two readers that share no line of code."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="9" '
        'height="8"/></svg>'
    )
    data = content(
        **WHOLE
        | {
            "signer": "张镕",
            "attachments": (*WHOLE["attachments"], Attachment("图", None, "", picture)),
        }
    )
    ours, theirs = read_pdf(data), measure(data)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert [(g.text, g.face) for g in one.glyphs] == [(g.text, g.face) for g in other.glyphs]
        for mine, other_glyph in zip(one.glyphs, other.glyphs, strict=True):
            places = (mine.left, mine.right, mine.baseline, mine.size)
            wanted = (other_glyph.left, other_glyph.right, other_glyph.baseline, other_glyph.size)
            assert places == pytest.approx(wanted, abs=0.02)
        mine = sorted(rule[:4] for rule in one.rules)
        wanted = sorted((r.left, r.top, r.width, r.height) for r in other.rules)
        assert mine == [pytest.approx(rule, abs=0.02) for rule in wanted]


def test_another_programs_pdf_is_refused():
    with pytest.raises(ValueError, match="不是本系统印制"):
        read_pdf(b"%PDF-1.7 nothing")


def test_the_same_sheet_is_printed_once(_can_print, monkeypatch):
    printed = []
    render = checking.layout.render_pdf
    monkeypatch.setattr(
        checking.layout, "render_pdf", lambda sheet: printed.append(1) or render(sheet)
    )
    sheet = make_sheet(body=f"请于{date.today()}前报送第{id(printed)}号情况。")
    assert checking.check_sheet(sheet) == checking.check_sheet(sheet)
    assert len(printed) == 1


def test_remarks_say_where(print_of):
    printed = moved("请于月底前", right=-13)(print_of())
    (remark,) = paper.inside_type_area(printed)
    assert remark.place == "第1页第7行"
    assert remark.level.label == "错误"


@needs_faces
@pytest.mark.parametrize("kind", DocumentKind.values)
def test_every_kind_of_document_is_handed_in_without_errors(cast, kind):
    title = f"关于做好社区共建工作的{DocumentKind(kind).label}"
    asked = {
        "request": CONTACT | SIGNED,
        "report": SIGNED,
        "public_notice": {"main_recipient": ""},
    }.get(kind, {})
    document = make_document(
        cast, **{"kind": kind, "title": title, "body": HEADED, "note": "此件公开发布"} | asked
    )
    errors = [remark for remark in services.check_document(document) if remark.level == ERROR]
    assert errors == []
    services.hand_in_draft(document, by=cast.office_staff, at=cast.now)
    assert document.status == "in_review"


@needs_faces
def test_a_draft_with_errors_is_not_handed_in_and_the_page_says_why(cast, sign_in):
    document = make_document(cast, body="请落实。\n（此页无正文）")
    client = sign_in(cast.office_staff)
    page = client.get(document.get_absolute_url()).content.decode()
    assert "送签前须改正下列错误" in page
    assert "不得用“此页无正文”的办法" in page
    answer = client.post(reverse("documents:submit", args=[document.pk]))
    assert answer.status_code == 409
    document.refresh_from_db()
    assert document.status == "draft"
    with pytest.raises(WrongState, match="格式检查有 1 处错误"):
        services.hand_in_draft(document, by=cast.office_staff, at=cast.now)


@needs_faces
def test_a_character_that_no_face_has_is_an_error_of_the_draft(cast):
    document = make_document(cast, body="某\U0003134a同志")
    (remark,) = services.check_document(document)
    assert (remark.level, "含有下列字的字体" in remark.sentence) == (ERROR, True)


def test_where_nothing_can_be_printed_a_draft_is_still_handed_in(cast, monkeypatch):
    monkeypatch.setattr(pdf, "ready", lambda: ["缺少仿宋字体（FandolFang）"])
    document = make_document(cast, body="（此页无正文）")
    assert services.check_document(document) == []
    services.hand_in_draft(document, by=cast.office_staff, at=cast.now)
    assert document.status == "in_review"


@needs_faces
def test_a_long_document_is_checked_only_when_asked(cast, sign_in):
    table = {"columns": [{"label": "社区"}], "rows": [["甲"]] * 301}
    document = make_document(cast, attachments=[{"title": "名单", "table": table}])
    client = sign_in(cast.office_staff)
    page = client.get(document.get_absolute_url()).content.decode()
    assert "现在检查" in page
    assert "没有问题" not in page
    assert "没有问题" in client.get(document.get_absolute_url() + "?check").content.decode()
