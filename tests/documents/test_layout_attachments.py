"""附件: its page, its table over several pages, its picture (GB/T 9704-2012 §7.3.7)."""

import re
from io import BytesIO

import pdfplumber
import pytest
from PIL import Image
from pytest import approx

from gongjian.documents.layout.document import (
    Attachment,
    PrintedColumn,
    PrintedTable,
    attachment_from,
)
from gongjian.documents.layout.printed_sheet import PhotoGroup, PrintedPhoto
from tests.documents.measuring import (
    CHARACTER,
    MM,
    PITCH,
    TYPE_BOTTOM,
    TYPE_LEFT,
    TYPE_RIGHT,
    TYPE_TOP,
)

pytestmark = pytest.mark.documents
COLUMNS = (
    PrintedColumn("名次", "center", 1),
    PrintedColumn("社区", "left", 2),
    PrintedColumn("得分", "right", 1),
)
ROWS = tuple((str(n), f"第{n}社区", f"{100 - n / 10:.2f}") for n in range(1, 75))
RANKING = Attachment("季度得分排名表", PrintedTable(COLUMNS, ROWS))
LETTERING = '<text x="9" y="99" font-family="serif">得分</text>'
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200">{LETTERING}</svg>'


@pytest.fixture
def ranking(printed):
    return [page for page in printed(attachments=(RANKING,)) if "名次社区得分" in page.texts]


def test_the_label_is_on_line_1_and_the_title_on_line_3(ranking):
    label, title = ranking[0].line("附件"), ranking[0].line("季度得分排名表")
    assert (label[0].left, label[0].top) == approx((TYPE_LEFT, TYPE_TOP), abs=0.1)
    assert {g.face for g in label} == {"FandolHei"}
    assert title[0].baseline - label[0].baseline == approx(2 * PITCH, abs=1.2)
    assert (title[0].left + title[-1].right) / 2 == approx((TYPE_LEFT + TYPE_RIGHT) / 2, abs=0.1)


def test_several_attachments_are_labelled_with_their_numbers_on_pages_of_their_own(printed):
    pages = printed(attachments=(Attachment("甲表", text="略"), Attachment("乙表", text="略")))
    assert [page.texts[0] for page in pages if page.texts[0].startswith("附件")] == [
        "附件1",
        "附件2",
    ]


def test_every_page_of_a_table_repeats_the_head_and_no_row_is_lost(ranking):
    rows = [text for page in ranking for text in page.texts if re.match(r"\d+第\d+社区", text)]
    assert len(ranking) == 3
    assert rows == ["".join(row) for row in ROWS]


def test_a_table_keeps_to_the_type_area_and_its_rules_lie_between_the_rows(ranking):
    for page in ranking:
        along = sorted(r.top for r in page.rules if r.width > 100 and r.height < 0.2)
        assert min(r.left for r in page.rules) == approx(TYPE_LEFT, abs=0.15)
        assert max(r.left + r.width for r in page.rules) == approx(TYPE_RIGHT, abs=0.15)
        assert along[-1] <= TYPE_BOTTOM + 0.1
        rows = [line for line in page.lines.values() if along[0] <= line[0].baseline <= along[-1]]
        assert len(rows) == len(along) - 1
        for line, above, below in zip(rows, along, along[1:], strict=False):
            middle = line[0].baseline - 0.3 * line[0].size * 25.4 / 72
            assert middle == approx((above + below) / 2, abs=0.5)


def test_columns_align_as_asked(ranking):
    rows = [line for line in ranking[1].lines.values() if line[-1].text.isdigit() and len(line) > 6]
    assert max(line[-1].right for line in rows) - min(line[-1].right for line in rows) < 0.1
    assert all(line[-1].right < TYPE_RIGHT for line in rows)


def test_a_long_cell_wraps_inside_its_column(printed):
    table = PrintedTable(
        (PrintedColumn("事项", width=1), PrintedColumn("说明", width=1)),
        (("甲", "很长的说明文字" * 12), ("乙", "短")),
    )
    pages = printed(attachments=(Attachment("说明表", table),))
    page = next(page for page in pages if "事项说明" in page.texts)
    assert "".join(text.removeprefix("甲") for text in page.texts).count("很长的说明文字") >= 11
    assert max(g.right for line in page.lines.values() for g in line) <= TYPE_RIGHT


def test_a_picture_is_lettered_in_the_documents_hei(printed):
    pages = printed(attachments=(Attachment("得分图", picture_svg=SVG),))
    page = next(page for page in pages if "得分图" in page.texts)
    assert {g.face for g in page.line("得分")} <= {"FandolHei", "FandolSong-Bold"}
    assert [g.face for g in page.glyphs if g.text in "得分" and g.face == "FandolHei"]


def test_a_picture_without_a_view_box_is_refused(printed):
    with pytest.raises(ValueError, match="viewBox"):
        printed(attachments=(Attachment("图", picture_svg="<svg></svg>"),))


def test_attachments_are_read_from_their_stored_form():
    stored = {
        "title": "表",
        "table": {"columns": [{"label": "得分", "align": "right"}], "rows": [[98.5], [None]]},
    }
    assert attachment_from(stored) == Attachment(
        "表", PrintedTable((PrintedColumn("得分", "right"),), (("98.5",), ("",)))
    )
    assert attachment_from({"title": "文", "text": "略"}) == Attachment("文", text="略")


def test_the_text_of_an_attachment_is_set_as_the_body(printed):
    pages = printed(attachments=(Attachment("办法", text="一、总则\n本办法自公布之日起施行。"),))
    page = next(page for page in pages if "办法" in page.texts)
    assert page.line("一、总则")[0].face == "FandolHei"
    assert page.line("本办法")[0].left == approx(TYPE_LEFT + 2 * CHARACTER, abs=0.05)


INDICATORS = (PrintedColumn("社区", width=3), *(PrintedColumn(f"指标{n}") for n in range(1, 13)))
WIDE = Attachment(
    "各项指标得分明细表", PrintedTable(INDICATORS, (("甲社区", *map(str, range(12))),) * 40)
)


def test_a_wide_table_lies_on_its_side_with_its_head_at_the_left_and_the_number_in_its_usual_place(
    content,
):
    """pdfplumber gives every character its place on the upright paper."""
    with pdfplumber.open(BytesIO(content(attachments=(WIDE,), title="关于报送情况的通知"))) as file:
        pages = [page for page in file.pages if any(not char["upright"] for char in page.chars)]
        assert len(pages) >= 2
        for page in pages:
            turned = [char for char in page.chars if not char["upright"] and char["text"].strip()]
            assert min(char["x0"] for char in turned) / MM >= TYPE_LEFT - 0.5
            assert max(char["x1"] for char in turned) / MM <= TYPE_RIGHT + 0.5
            assert min(char["top"] for char in turned) / MM >= TYPE_TOP - 0.5
            assert max(char["bottom"] for char in turned) / MM <= TYPE_BOTTOM + 0.5
            assert {round(char["matrix"][0], 3) for char in turned} == {0.0}
            assert all(
                char["matrix"][1] > 0 for char in turned
            )  # it runs up the paper: the head is at the left
            folio = [char for char in page.chars if char["upright"] and char["text"].strip()]
            assert "".join(char["text"] for char in folio) == f"—{page.page_number}—"
            heads = [char for char in turned if char["text"] == "指"]
            assert len(heads) == 12 + (page is pages[0])
        label = next(char for char in pages[0].chars if char["text"] == "附")
        assert label["bottom"] / MM == approx(TYPE_BOTTOM, abs=0.5)


def test_the_imprint_never_lies_on_a_turned_page(printed):
    pages = printed(attachments=(WIDE,), title="关于报送情况的通知")
    assert any(text.startswith("抄送：") for text in pages[-1].texts)
    assert len(pages) % 2 == 0


def test_a_stored_table_may_ask_for_its_side():
    stored = {
        "title": "表",
        "table": {"columns": [{"label": "得分"}], "rows": [], "landscape": True},
    }
    assert attachment_from(stored).table.landscape


def test_photos_stand_two_a_row_over_their_captions_and_six_a_page(content):
    file = BytesIO()
    Image.new("RGB", (40, 30), "#888").save(file, "JPEG")
    photos = tuple(PrintedPhoto(f"{n}", f"第{n}社区\n整改前", file.getvalue()) for n in range(9))
    annex = Attachment("整改前后对照", photos=(PhotoGroup("“四无”方面", photos),))
    with pdfplumber.open(
        BytesIO(content(attachments=(annex,), title="关于报送情况的通知"))
    ) as printed:
        pages = [page for page in printed.pages if page.images]
        assert [len(page.images) for page in pages] == [4, 5]
        for page in pages:
            captions = [word for word in page.extract_words() if word["text"].startswith("第")]
            for image, word in zip(page.images, captions, strict=True):
                assert image["x0"] / MM >= TYPE_LEFT - 0.1 and image["x1"] / MM <= TYPE_RIGHT + 0.1
                assert image["top"] < image["bottom"] < word["top"] < image["bottom"] + 10
                assert image["x0"] < word["x0"] < word["x1"] < image["x1"]
                assert word["bottom"] / MM <= TYPE_BOTTOM
