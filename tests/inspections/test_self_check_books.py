"""The self-check on paper: printed, filled in, typed into drafts; never handed in by file."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjian.audit.models import Entry
from inspections.models import Finding, SelfCheck
from inspections.services.self_check_books import ANSWERS, CODE, COLUMNS
from inspections.services.self_checks import save_self_check
from tests.cast import make_community
from tests.inspections.factories import CODES, LATER, V2, make_checklist, make_self_check

URL = "inspections:self_check_book"
HEADERS = [column.spec.header for column in COLUMNS]
FIRST_LINE = 4


@pytest.fixture
def desk(cast, sign_in):
    make_checklist()
    return sign_in(cast.lead_officer)


def downloaded(desk, month="2026-11"):
    return openpyxl.load_workbook(BytesIO(desk.get(reverse(URL), {"month": month}).content))


def fill(book, sheet, **answers):
    """Type answers: code=("不合格", 2, "垃圾", "路口")."""
    first = HEADERS.index(ANSWERS[0].header) + 1
    for code, values in answers.items():
        for place, value in enumerate(values):
            book[sheet].cell(FIRST_LINE + CODES.index(code), first + place, value)


def upload(desk, book):
    out = BytesIO()
    book.save(out)
    return desk.post(
        reverse(URL), {"file": SimpleUploadedFile("11月自查.xlsx", out.getvalue())}, follow=True
    )


def lines(answer) -> list[str]:
    return [str(error) for error in answer.context["refused"]]


def test_the_sheet_asks_every_item_and_opens_only_the_answers(cast, desk):
    sheet = downloaded(desk)["虎山社区"]
    assert [sheet.cell(row, 1).value for row in range(FIRST_LINE, FIRST_LINE + 13)] == CODES
    assert [cell.value for cell in sheet[FIRST_LINE - 1]] == HEADERS
    assert sheet.protection.sheet
    opened = [
        cell.value
        for cell in sheet[FIRST_LINE - 1]
        if not sheet.cell(FIRST_LINE, cell.column).protection.locked
    ]
    assert opened == [spec.header for spec in ANSWERS]
    assert CODE.header not in opened


def test_a_filled_workbook_becomes_a_draft_and_the_same_again_changes_nothing(cast, desk):
    book = downloaded(desk)
    fill(
        book, "虎山社区", Q1=("合格",), W1=("不合格", 2, "暴露垃圾", "虎山路 8 号"), Q3=("不涉及",)
    )
    page = upload(desk, book).content.decode()
    check = SelfCheck.objects.get()
    assert (check.status, sorted(check.marks), Finding.objects.count()) == (
        "draft",
        ["Q1", "Q3", "W1"],
        0,
    )
    assert (check.marks["W1"]["instances"], check.marks["W1"]["place"]) == (2, "虎山路 8 号")
    assert "已存 1 份草稿" in page
    entries, saved = Entry.objects.about(check).count(), check.updated_at
    assert "没有变化" in upload(desk, book).content.decode()
    check.refresh_from_db()
    assert (Entry.objects.about(check).count(), check.updated_at) == (entries, saved)


def test_one_wrong_cell_keeps_the_whole_workbook_out(cast, desk):
    make_community("春江社区", "330111009001", lead=cast.lead_unit)
    book = downloaded(desk)
    fill(book, "春江社区", Q1=("合格",))
    fill(book, "虎山社区", Q1=("好",), Q2=("合格", 3), W1=("不合格", "两"), W2=("", 1))
    answer = upload(desk, book)
    assert answer.status_code == 400
    assert lines(answer) == [
        "虎山社区!F4: 结果“好”不在可选范围：只能填合格、不合格、不涉及",
        "虎山社区!G8: 处数“两”不是整数：请只填数字",
    ]
    book = downloaded(desk)
    fill(book, "春江社区", Q1=("合格",))
    fill(book, "虎山社区", Q1=("不涉及",), Q2=("合格", 3), W2=("", 1))
    said = lines(upload(desk, book))
    assert said[0].startswith("虎山社区!G5: 处数只有不合格的才填")
    assert said[1].startswith("虎山社区!F9: 结果没有填，却填了处数")
    assert not SelfCheck.objects.exists()


def test_what_no_draft_may_hold_is_named_by_its_cell(cast, desk):
    book = downloaded(desk)
    fill(book, "虎山社区", Q1=("不涉及",))
    (said,) = lines(upload(desk, book))
    assert said.startswith("虎山社区!F4: 结果：")
    assert "不能选“不涉及”" in said


def test_a_month_handed_in_is_refused_by_name(cast, desk):
    book = downloaded(desk)
    fill(book, "虎山社区", Q1=("合格",))
    make_self_check(cast, status="submitted", marks={"Q1": {"result": "pass"}})
    (said,) = lines(upload(desk, book))
    assert "虎山社区 2026 年 11 月自查已报送，不能再导入" in said
    again = desk.get(reverse(URL), {"month": "2026-11"})
    assert (again.status_code, "都已报送，没有要填的表" in again.content.decode()) == (400, True)


def test_a_stale_sheet_overwrites_nothing_unseen(cast, desk):
    check = make_self_check(cast, marks={"Q1": {"result": "pass"}})
    book = downloaded(desk)
    marks = {"Q1": {"result": "fail", "instances": 1, "note": "阴沟堵塞"}}
    save_self_check(check, marks=marks, by=cast.community_worker, at=cast.now + LATER)
    fill(book, "虎山社区", Q2=("合格",))
    (said,) = lines(upload(desk, book))
    assert "草稿现为“不合格，阴沟堵塞”" in said
    fill(book, "虎山社区", Q1=("",))
    upload(desk, book)
    assert SelfCheck.objects.get().marks["Q1"]["note"] == "阴沟堵塞"
    assert SelfCheck.objects.get().marks["Q2"]["result"] == "pass"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GIF89a", "不是 Excel 工作簿"),
        ("代码,结果\nQ1,合格\n".encode(), "找不到“社区代码”和“月份”"),
    ],
)
def test_a_wrong_file_gets_a_sentence(cast, desk, content, said):
    name = "x.gif" if content.startswith(b"GIF") else "x.csv"
    answer = desk.post(reverse(URL), {"file": SimpleUploadedFile(name, content)})
    assert (answer.status_code, said in answer.content.decode()) == (400, True)


def test_a_sheet_of_another_community_is_refused(cast, desk, sign_in):
    book = downloaded(desk)
    fill(book, "虎山社区", Q1=("合格",))
    (said,) = lines(upload(sign_in(cast.other_lead_officer), book))
    assert "不是您负责填报的社区" in said


def test_each_kind_of_item_has_its_own_figures(cast, desk):
    make_checklist(version="v2", valid_from=date(2026, 6, 1), content=V2)
    book = downloaded(desk)
    fill(
        book,
        "虎山社区",
        L2=("不合格", None, "占道经营", "虎山路", None, 12, 3),
        Q1=("不合格", 1, "堵塞", None, None, 5),
    )
    assert any("这一项不填抽查数，应填的是：处数" in line for line in lines(upload(desk, book)))
    fill(book, "虎山社区", Q1=("不合格", 1, "堵塞", None, None, ""))
    upload(desk, book)
    mark = SelfCheck.objects.get().marks["L2"]
    assert (mark["sampled"], mark["failed"], mark["note"]) == (12, 3, "占道经营")


def test_a_workbook_without_an_answer_brings_nothing(cast, desk):
    answer = upload(desk, downloaded(desk))
    assert lines(answer) == ["工作簿!A1: 没有填写任何一项：请填好“结果”一栏再上传"]
    assert not SelfCheck.objects.exists()


def test_a_changed_head_a_copy_and_a_month_to_come_are_refused(cast, desk):
    book = downloaded(desk)
    fill(book, "虎山社区", Q1=("合格",))
    copied = book.copy_worksheet(book["虎山社区"])
    copied.title = "副本"
    (said,) = lines(upload(desk, book))
    assert said == "副本!A2: 与工作表“虎山社区”是同一个社区、同一个月：请删去一张"
    heads = {cell.value: cell for cell in copied[2]}
    (month,) = [cell for value, cell in heads.items() if value == "2026-11"]
    month.value = "2027-03"
    (said,) = lines(upload(desk, book))
    assert said == "副本!A2: 2027 年 3 月还没有到，不能填报"
    month.value = "三月"
    (said,) = lines(upload(desk, book))
    assert "第 2 行里找不到" in said
    assert not SelfCheck.objects.exists()


def test_a_line_is_known_by_its_code_once(cast, desk):
    book = downloaded(desk)
    fill(book, "虎山社区", Q1=("合格",), Q2=("合格",))
    book["虎山社区"].cell(FIRST_LINE + CODES.index("Q2"), 1, "Q1")
    (said,) = lines(upload(desk, book))
    assert f"“Q1”与第 {FIRST_LINE + CODES.index('Q1')} 行重复：请删去一行" in said


def test_a_community_that_left_the_register_is_not_reported_by_file(cast, desk):
    book = downloaded(desk)
    fill(book, "虎山社区", Q1=("合格",))
    cast.community.is_active = False
    cast.community.save(update_fields=["is_active"])
    (said,) = lines(upload(desk, book))
    assert "不是您负责填报的社区" in said
    assert not SelfCheck.objects.exists()
