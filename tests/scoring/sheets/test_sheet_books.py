"""考评打分表 in Excel: only one's own, every wrong cell named, previewed, all or nothing."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from scoring.models import Sheet
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
