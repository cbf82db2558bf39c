"""The Word file: its structure read with python-docx, its measures on paper through LibreOffice,
one start for all.
"""

import shutil
import subprocess
from datetime import date
from io import BytesIO
from itertools import pairwise

import pdfplumber
import pytest
from django.urls import reverse
from docx import Document
from pytest import approx

from gongjian.audit.models import Entry
from gongjian.documents.layout.document import Attachment, PrintedColumn, PrintedTable, compose
from gongjian.documents.word import render_docx
from gongjian.lib import pdf
from tests.documents.conftest import OFFICE, make_sheet, text_of
from tests.documents.factories import make_document
from tests.documents.measuring import (
    CHARACTER,
    PITCH,
    TYPE_BOTTOM,
    TYPE_LEFT,
    TYPE_RIGHT,
    TYPE_TOP,
    measure,
)

TABLE = PrintedTable(
    (
        PrintedColumn("名次", "center", 1),
        PrintedColumn("社区", "left", 3),
        PrintedColumn("得分", "right", 2),
    ),
    tuple((str(place), f"第{place}社区", f"{90 - place / 10:.2f}") for place in range(1, 31)),
)
WIDE = PrintedTable(
    tuple(PrintedColumn(f"列{n}", "center") for n in range(12)), tuple((("1",) * 12,) * 3)
)
RICH = {
    "body": "\n".join(
        [
            "一、总体情况",
            "（一）组织领导",
            *[text_of(4) + "。"] * 8,
            "1.任务。",
            "二、下步要求",
            text_of(2),
            "请落实。",
        ]
    ),
    "attachments": (
        Attachment("得分排名表", TABLE),
        Attachment("分项得分表", WIDE),
        Attachment("办法", text="一、总则"),
    ),
    "note": "此件公开发布",
}
STAND_INS = {
    "仿宋_GB2312": "FandolFang",
    "楷体_GB2312": "FandolKai",
    "黑体": "FandolHei",
    "宋体": "FandolSong",
    "方正小标宋简体": "FandolSong",
}
# mm: LibreOffice sets Fandol 1.3 mm below the middle of a grid line, for these faces claim a line
# gap that others do not; all lines alike, so that distances between lines hold to a tenth.
LOWER = 1.5


def font_configuration(folder):
    """Fandol in place of the Windows fonts that the file names."""
    aliases = "".join(
        f"<match target='pattern'><test name='family'><string>{name}</string></test>"
        f"<edit name='family' mode='assign' binding='same'><string>{face}</string></edit></match>"
        for name, face in STAND_INS.items()
    )
    folders = "".join(f"<dir>{path}</dir>" for path in pdf.font_directories())
    path = folder / "fonts.conf"
    path.write_text(
        f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'urn:fontconfig:fonts.dtd'><fontconfig>"
        f"<include ignore_missing='yes'>/etc/fonts/fonts.conf</include>{folders}<cachedir>"
        f"{folder}/cache</cachedir>"
        f"{aliases}</fontconfig>"
    )
    return path


@pytest.fixture(scope="module")
def on_paper(tmp_path_factory):
    """The rich document's pages as LibreOffice prints them."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice 未安装")
    folder = tmp_path_factory.mktemp("word")
    (folder / "rich.docx").write_bytes(render_docx(make_sheet(**RICH)))
    command = [
        "soffice",
        f"-env:UserInstallation={folder.as_uri()}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    given = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "FONTCONFIG_FILE": str(font_configuration(folder)),
    }
    subprocess.run(
        [*command, "rich.docx"], cwd=folder, env=given, check=True, capture_output=True, timeout=120
    )
    return (folder / "rich.pdf").read_bytes()


@pytest.fixture(scope="module")
def pages(on_paper):
    return measure(on_paper)


@pytest.fixture(scope="module")
def file():
    return Document(BytesIO(render_docx(make_sheet(**RICH))))


def rules_of(on_paper, number):
    """Horizontal rules of a page: (top in mm, left, width, thickness in points, colour)."""
    mm = 72 / 25.4
    with pdfplumber.open(BytesIO(on_paper)) as read:
        lines = [line for line in read.pages[number - 1].lines if line["height"] < 1]
    places = ([round(line[edge] / mm, 1) for edge in ("top", "x0", "width")] for line in lines)
    looks = ((line["linewidth"], tuple(line["stroking_color"])) for line in lines)
    return sorted({(*place, *look) for place, look in zip(places, looks, strict=True)})


@pytest.mark.slow
def test_pages_are_as_many_as_in_print_and_of_the_same_size(pages):
    printed = compose(make_sheet(**RICH))
    sizes = [(297, 210) if page.turned else (210, 297) for page in printed]
    assert [(round(page.width), round(page.height)) for page in pages] == sizes


def test_a_full_page_is_22_lines_of_28_characters(pages):
    lines = [line for line in pages[1].lines.values() if line[0].size == 16]
    assert len(lines) == 22
    full = [line for line in lines if line[0].left < TYPE_LEFT + 1 and len(line) >= 28]
    assert full
    assert all(len(line) in {28, 29} for line in full)  # the 29th is a full stop that hangs
    assert all(line[27].right == approx(TYPE_LEFT + 28 * CHARACTER, abs=0.3) for line in full)
    assert all(line[0].left == approx(TYPE_LEFT, abs=0.1) for line in full)


def test_lines_stand_a_line_pitch_apart_and_begin_at_the_type_area(pages):
    lines = [line[0] for line in pages[1].lines.values() if line[0].size == 16]
    steps = [after.baseline - before.baseline for before, after in pairwise(lines)]
    assert steps == approx([PITCH] * 21, abs=0.1)
    assert 0 <= lines[0].top - TYPE_TOP <= LOWER
    assert lines[-1].baseline + 0.2 * CHARACTER <= TYPE_BOTTOM + LOWER


def test_head_and_title_stand_where_the_print_has_them(pages, printed):
    ours, theirs = pages[0], printed()[0]
    for start in (f"{OFFICE}文件", "富共建办", "关于下达", "各社区"):
        here, there = ours.line(start), theirs.line(start)
        assert here[0].baseline - there[0].baseline == approx(0.75, abs=0.75)
        middles = [(line[0].left + line[-1].right) / 2 for line in (here, there)]
        assert middles[0] == approx(middles[1], abs=0.6)
    assert ours.line(OFFICE)[0].colour == (1, 0, 0)


def test_the_red_rule_is_4_mm_below_the_number(pages, on_paper):
    top, left, width, thickness, colour = rules_of(on_paper, 1)[0]
    number = pages[0].line("富共建办")[0]
    assert top - (number.baseline + 0.2 * CHARACTER) == approx(4, abs=LOWER)
    assert (left, width) == (approx(28, abs=0.1), approx(156, abs=0.1))
    assert (thickness, colour) == (1.5, (1, 0, 0))


def test_page_numbers_are_outside_7_mm_below(pages):
    for number, page in enumerate(pages, 1):
        if page.width > 211:
            continue
        folio = page.line("—")
        assert "".join(glyph.text for glyph in folio) == f"—{number}—"
        assert {glyph.size for glyph in folio} == {14}
        assert folio[0].baseline == approx(TYPE_BOTTOM + 7 + 0.311 * 14 / 2.835, abs=0.3)
        edge = folio[-1].right if number % 2 else folio[0].left
        assert edge == approx(
            TYPE_RIGHT - 14 / 2.835 if number % 2 else TYPE_LEFT + 14 / 2.835, abs=0.5
        )


def test_the_imprint_ends_the_type_area_of_the_even_last_page(pages, on_paper):
    assert len(pages) % 2 == 0
    rules = rules_of(on_paper, len(pages))
    assert [rule[3] for rule in rules] == [1.0, 0.75, 1.0]
    assert rules[-1][0] == approx(TYPE_BOTTOM, abs=0.3)
    assert [(rule[1], rule[2]) for rule in rules] == [(28, 156)] * 3
    assert pages[-1].texts[0] == "抄送：市委办公室，市政府办公室。"


def test_a_tables_head_repeats_at_the_top_of_the_type_area(pages):
    heads = [page for page in pages if "名次社区得分" in page.texts]
    assert len(heads) == 2
    assert heads[1].texts[0] == "名次社区得分"
    assert heads[1].line("名次")[0].baseline == approx(42.4, abs=0.3)  # where the print has it


def test_headings_are_heading_styles(file):
    found = [
        (one.style.name, one.text)
        for one in file.paragraphs
        if one.style.name.startswith("Heading")
    ]
    assert found[0] == ("Heading 1", "关于下达2026年第四季度社区共建\n工作内容的通知")
    assert ("Heading 2", "一、总体情况") in found
    assert ("Heading 3", "（一）组织领导") in found
    assert [text for style, text in found if style == "Heading 1"][1:] == [
        "得分排名表",
        "分项得分表",
        "办法",
    ]


def test_it_says_what_it_is(file):
    said = file.core_properties
    assert (said.title, said.subject, said.author) == (
        make_sheet().title,
        "富共建办〔2026〕12号",
        OFFICE,
    )
    assert (said.language, said.category, said.created.date()) == (
        "zh-CN",
        "通知",
        date(2026, 10, 8),
    )


def test_fonts_are_named_as_offices_have_them(file):
    fonts = {
        name
        for style in file.styles.element.iter("{*}rFonts")
        for key, name in style.items()
        if "eastAsia" in key
    }
    assert {"仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"} <= fonts


@pytest.mark.parametrize("kind", ["函", "纪要", "请示"])
def test_the_other_formats_are_written_too(kind):
    given = {
        "attendees": (("出席", "张三、李四"),),
        "signer": "张三、李四光" if kind == "请示" else "",
        "draft": True,
    }
    file = Document(BytesIO(render_docx(make_sheet(kind=kind, **given))))
    section = file.sections[0]
    assert section.different_first_page_header_footer == (kind == "函")
    texts = [one.text.replace("\t", "") for one in file.paragraphs]
    marked = [one.text for one in section.first_page_header.paragraphs] if kind == "函" else texts
    assert f"{OFFICE}文件" in marked
    assert "草稿　未经签发" in [one.text for one in section.header.paragraphs]


def test_words_cannot_become_markup_and_pictures_are_left_to_the_pdf():
    given = {
        "body": "<w:b/>甲\x01乙&丙",
        "attachments": (Attachment("得分图", picture_svg='<svg viewBox="0 0 9 9"/>'),),
        "joint": ("市民政局",),
    }
    texts = [one.text for one in Document(BytesIO(render_docx(make_sheet(**given)))).paragraphs]
    assert "<w:b/>甲乙&丙" in texts
    assert "（图见 PDF 版）" in texts


@pytest.mark.django_db
def test_who_may_read_the_document_may_take_the_word_file_and_the_log_says_so(cast, client):
    document = make_document(cast)
    client.force_login(cast.office_staff)
    answer = client.get(reverse("documents:pdf", args=[document.pk]), {"as": "docx"})
    assert answer.status_code == 200
    assert (
        Document(BytesIO(b"".join(answer.streaming_content))).core_properties.title
        == document.title
    )
    assert Entry.objects.about(document).filter(event="documents.officialdocument.export").exists()
    client.force_login(cast.member_liaison)
    assert (
        client.get(reverse("documents:pdf", args=[document.pk]), {"as": "docx"}).status_code == 404
    )
