"""考评打分表 in Excel: only one's own, every wrong cell named, previewed, all or nothing."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from scoring.models import Sheet
from scoring.services.sheets.books import write_sheet_book
from scoring.services.sheets.filling import save_sheet
from scoring.services.sheets.worksheets import ANSWERS, COLUMNS
from tests.scoring.factories import RULES, clean_marks, make_assessors, make_round, make_sheet

URL = "scoring:sheet_book"
CODES = [item.code for item in RULES.items]
HEADERS = [column.spec.header for column in COLUMNS]
FIRST_LINE, FIRST_ANSWER = 4, HEADERS.index(ANSWERS[0].header) + 1
WHOLE = dict.fromkeys(CODES, ("不扣分",)) | {
    "Q1": ("扣分", "2", "阴沟堵塞"),
    "考评日期": ("", "", "2026-11-16"),
}


@pytest.fixture
def desk(cast, sign_in):
    round = make_round(cast, status="assessing")
    for community in (cast.community, cast.other_community):
        make_sheet(round, community, cast.assessor)
    make_sheet(round, cast.community, make_assessors(1)[0])
    return sign_in(cast.assessor)


def downloaded(desk):
    return openpyxl.load_workbook(BytesIO(desk.get(reverse(URL), {"format": "xlsx"}).content))


def fill(book, name, answers):
    """Type answers: code -> (result, deducted, words)."""
    lines = {
        book[name].cell(row, 1).value: row for row in range(FIRST_LINE, book[name].max_row + 1)
    }
    for code, values in answers.items():
        for place, value in enumerate(values):
            if value != "":
                book[name].cell(lines[code], FIRST_ANSWER + place, value)


def upload(desk, book):
    out = BytesIO()
    book.save(out)
    return desk.post(reverse(URL), {"file": SimpleUploadedFile("打分表.xlsx", out.getvalue())})


def keep(desk, previewed, act="draft"):
    return desk.post(
        reverse(URL), {"previewed": previewed.context["previewed"].initial["previewed"], "act": act}
    )


def test_the_book_holds_ones_own_sheets_with_standards_and_lists(desk):
    book = downloaded(desk)
    assert sorted(book.sheetnames) == ["后周社区", "虎山社区"]
    sheet = book["虎山社区"]
    assert [sheet.cell(row, 1).value for row in range(FIRST_LINE, FIRST_LINE + len(CODES))] == CODES
    assert [cell.value for cell in sheet[FIRST_LINE - 1]] == HEADERS
    assert sheet.data_validations.dataValidation[0].formula1 == '"不扣分,扣分,不涉及"'
    opened = [
        cell.value
        for cell in sheet[FIRST_LINE - 1]
        if not sheet.cell(FIRST_LINE, cell.column).protection.locked
    ]
    assert opened == [spec.header for spec in ANSWERS]


def test_a_filled_book_is_previewed_then_saved_and_what_is_whole_locked(cast, desk):
    book = downloaded(desk)
    fill(book, "虎山社区", WHOLE)
    fill(book, "后周社区", {"Q2": ("扣分", 1.5)})
    answer = upload(desk, book)
    page = answer.content.decode()
    assert "98.00" in page
    assert "没有填考评日期" in page
    assert set(Sheet.objects.values_list("status", "saved_at")) == {("open", None)}
    assert keep(desk, answer, "lock").status_code == 302
    whole, part = Sheet.objects.filter(assessor=cast.assessor).order_by("pk")
    assert (whole.status, str(whole.total_points), whole.marks["Q1"]["note"]) == (
        "locked",
        "98.00",
        "阴沟堵塞",
    )
    assert (part.status, part.marks) == (
        "open",
        {"Q2": {"deducted": "1.50", "not_applicable": False, "note": ""}},
    )
    again = keep(desk, answer)
    assert (again.status_code, "整本都没有写入" in again.content.decode()) == (409, True)


def test_every_wrong_cell_is_named_and_nothing_is_written(cast, desk):
    book = downloaded(desk)
    fill(book, "后周社区", WHOLE)
    wrong = {
        "Q1": ("扣分",),
        "Q2": ("不扣分", 1),
        "Q4": ("扣分", 99),
        "W1": ("", 1),
        "考评日期": ("", "", "2026-12-30"),
    }
    fill(book, "虎山社区", wrong)
    answer = upload(desk, book)
    said = [str(error) for error in answer.context["refused"]]
    assert answer.status_code == 400
    assert [line.split(":")[0] for line in said] == [
        f"虎山社区!{cell}" for cell in ("H4", "H5", "H7", "G8", "I17")
    ]
    assert "本项最多扣" in said[2]
    assert said[4].endswith("考评日期不能晚于今天")
    fill(book, "虎山社区", {"Q1": ("好",)})
    assert "只能填不扣分、扣分、不涉及" in upload(desk, book).content.decode()
    assert not Sheet.objects.exclude(marks={}).exists()


def test_a_stale_or_strange_sheet_is_refused_by_name(cast, desk):
    book = downloaded(desk)
    fill(book, "虎山社区", WHOLE)
    sheet = Sheet.objects.get(assessor=cast.assessor, community=cast.community)
    save_sheet(sheet, marks=clean_marks(Q1="1"), visited_on=None, by=cast.assessor, at=cast.now)
    assert "下载之后草稿又保存过" in upload(desk, book).content.decode()
    sheet.community.is_active = False
    sheet.community.save(update_fields=["is_active"])
    assert "社区已撤销" in upload(desk, book).content.decode()
    assert desk.post(reverse(URL), {"previewed": "x", "act": "lock"}).status_code == 400


def refusals(desk, book) -> list[str]:
    answer = upload(desk, book)
    assert answer.status_code == 400
    return [str(error) for error in answer.context["refused"]]


def test_a_book_without_an_answer_brings_nothing(desk):
    assert refusals(desk, downloaded(desk)) == [
        "工作簿!A1: 没有填写任何一项：请填好“结果”一栏再上传"
    ]


def test_whose_sheets_are_all_locked_has_no_book(cast, desk):
    Sheet.objects.update(status="locked", total_points=90, locked_at=cast.now)
    with pytest.raises(ValidationError, match="没有要填的打分表：都已锁定，或还没有抽签"):
        write_sheet_book(cast.assessor)


def test_a_sheet_of_another_pass_bears_its_name(cast, desk):
    Sheet.objects.filter(community=cast.other_community).update(on_pass="night")
    assert sorted(downloaded(desk).sheetnames) == ["后周社区夜间", "虎山社区"]


def test_a_head_that_was_changed_and_a_copied_sheet_are_refused(desk):
    book = downloaded(desk)
    copied = book.copy_worksheet(book["虎山社区"])
    copied.title = "副本"
    for name in ("虎山社区", "副本"):
        fill(book, name, WHOLE)
    (said,) = refusals(desk, book)
    assert said == "副本!A2: 与工作表“虎山社区”是同一张打分表：请删去一张"
    for cell in book["副本"][2]:
        cell.value = "别处"
    (said,) = refusals(desk, book)
    assert said.startswith("副本!A2: 第 2 行里找不到")
    assert "请用本页下载的表格，不要改动表头" in said


def test_a_line_is_known_by_its_code_once(desk):
    book = downloaded(desk)
    fill(book, "虎山社区", WHOLE)
    page = book["虎山社区"]
    page.cell(FIRST_LINE, 1, "X9")
    page.cell(FIRST_LINE + 2, 1, CODES[1])
    said = [line.split(": ")[1] for line in refusals(desk, book)]
    assert said == [
        "代码“X9”不在这张表里：请不要改动代码",
        f"代码“{CODES[1]}”与第 {FIRST_LINE + 1} 行重复：请删去一行",
    ]


@pytest.mark.parametrize(
    ("code", "answer", "sentence"),
    [
        ("考评日期", ("不扣分",), "“考评日期”一行只填“扣分原因或填写内容”一栏"),
        ("考评日期", ("", "", "下周三"), "下周三"),
        ("考评日期", ("", "", "2026-10-30"), "考评日期不能早于考评开始日期 2026-11-02"),
        ("Q1", ("扣分", "2", "堵" * 201), "有 201 个字，扣分原因最多 200 个：请缩短"),
        ("W1", ("不涉及",), "不能选“不涉及”"),
    ],
)
def test_a_wrong_answer_is_refused_in_its_cell(desk, code, answer, sentence):
    book = downloaded(desk)
    fill(book, "虎山社区", WHOLE | {code: answer})
    (said,) = refusals(desk, book)
    assert sentence in said
    assert not Sheet.objects.exclude(marks={}).exists()


def test_a_draft_that_no_longer_holds_is_named_by_its_item(cast, desk):
    """A mark that stands in the draft, from before the item's rule was what it is."""
    mark = {"deducted": "99", "not_applicable": False, "note": ""}
    Sheet.objects.filter(assessor=cast.assessor).update(marks={"Q1": mark})
    book = downloaded(desk)
    lines = {book["虎山社区"].cell(row, 1).value: row for row in range(FIRST_LINE, FIRST_LINE + 9)}
    for place in range(3):
        book["虎山社区"].cell(lines["Q1"], FIRST_ANSWER + place, None)
    fill(book, "虎山社区", {"Q2": ("不扣分",)})
    said = refusals(desk, book)
    assert any("本项最多扣" in line for line in said)


def test_the_draft_stands_in_the_book_and_a_reason_is_read_with_it(cast, desk):
    sheet = Sheet.objects.get(assessor=cast.assessor, community=cast.community)
    absent = next(item.code for item in RULES.items if item.may_be_not_applicable)
    marks = clean_marks(Q1="2") | {
        absent: {"deducted": "0", "not_applicable": True, "note": "没有这一项"}
    }
    day = date(2026, 11, 16)
    save_sheet(sheet, marks=marks, visited_on=day, by=cast.assessor, at=cast.now)
    book = downloaded(desk)
    answers = {
        row[0].value: tuple(cell.value for cell in row[FIRST_ANSWER - 1 : FIRST_ANSWER + 2])
        for row in book["虎山社区"].iter_rows(min_row=FIRST_LINE)
    }
    assert answers["Q1"][:2] == ("扣分", "2")
    assert answers[absent][0] == "不涉及"
    assert answers[absent][2] == "没有这一项"
    assert answers["考评日期"][2] == "2026-11-16"
    fill(book, "虎山社区", {"打分说明": ("", "", "连日大雨")})
    keep(desk, upload(desk, book))
    sheet.refresh_from_db()
    assert (sheet.reason, sheet.visited_on, sheet.marks["Q1"]["deducted"]) == (
        "连日大雨",
        day,
        "2.00",
    )


def test_an_unusual_sheet_is_kept_a_draft_until_it_gives_a_reason(cast, desk):
    book = downloaded(desk)
    many = {item.code: ("扣分", str(item.cap), "多处") for item in RULES.items}
    fill(book, "虎山社区", WHOLE | many)
    answer = upload(desk, book)
    assert "要写打分说明" in answer.content.decode()
    keep(desk, answer, "lock")
    sheet = Sheet.objects.get(assessor=cast.assessor, community=cast.community)
    assert (sheet.status, sheet.marks["Q1"]["note"]) == ("open", "多处")
