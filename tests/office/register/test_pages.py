"""Upload, preview, confirm: what is written is what was shown."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjian.audit.models import Entry
from gongjian.lib.pending_uploads import FOLDER
from gongjian.lib.spreadsheets import read_tables
from tests.markup import as_read
from tests.office.register.workbooks import HEADERS, upload_plan, xlsx
from units.models import Unit

NEW_UNIT = ("富阳市新设局", "市新设局", "党政机关", None, "孙甲", "13800000002")


@pytest.fixture
def office(sign_in, cast):
    return sign_in(cast.office_staff)


def send(client, *rows, name="名册.xlsx"):
    file = SimpleUploadedFile(name, xlsx(("单位名册", HEADERS["单位名册"], rows)))
    return client.post(reverse("register:preview"), {"file": file}, follow=True)


def text_of(response) -> str:
    return response.content.decode()


def kept_files() -> list[str]:
    return default_storage.listdir(FOLDER)[1] if default_storage.exists(FOLDER) else []


def test_preview_shows_what_would_change_and_writes_nothing(office):
    page = as_read(text_of(send(office, NEW_UNIT, ("富阳市水利局", "市水利办"))))
    assert "富阳市新设局" in page
    assert "简称：<del>市水利局</del> → <ins>市水利办</ins>" in page
    assert "确认写入" in page
    assert not Unit.objects.filter(name="富阳市新设局").exists()


def test_confirming_writes_what_was_previewed(office):
    send(office, NEW_UNIT)
    page = office.post(reverse("register:apply"), follow=True)
    assert "已导入“名册.xlsx”：单位名册新增 1、变更 0。" in text_of(page)
    assert Unit.objects.filter(name="富阳市新设局").exists()
    assert kept_files() == []


def test_every_bad_cell_stands_on_a_line_of_its_own(office):
    page = text_of(send(office, (None, "甲"), ("富阳市水利局", None, "外星", None, None, "12")))
    assert "有 3 处错误，没有写入任何内容" in page
    for cell in ("单位名册!A2", "单位名册!C3", "单位名册!F3"):
        assert f"<li>{cell}: " in page
    assert "确认写入" not in page


def test_a_cell_that_cannot_be_read_is_not_called_blank_as_well(office):
    page = text_of(send(office, ("富阳市新设局", None, "外星")))
    assert page.count("<li>单位名册!C2: ") == 1
    assert "不在可选范围" in page


def test_the_office_finds_the_register_in_the_head_bar(office, cast):
    assert '<a href="/register/">名册</a>' in as_read(text_of(office.get("/")))
    office.force_login(cast.lead_officer)
    assert "/register/" not in text_of(office.get("/"))


def test_a_bad_file_cannot_be_confirmed(office):
    send(office, NEW_UNIT, (None, "甲"))
    office.post(reverse("register:apply"))
    assert not Unit.objects.filter(name="富阳市新设局").exists()


def test_a_register_that_moved_on_is_shown_again(office):
    send(office, ("富阳市水利局", "市水利办"))
    Unit.objects.filter(name="富阳市水利局").update(short_name="市水务局")
    page = office.post(reverse("register:apply"), follow=True)
    assert "核对期间名册有了变动" in text_of(page)
    assert "<del>市水务局</del>" in text_of(page)
    assert Unit.objects.get(name="富阳市水利局").short_name == "市水务局"


def test_confirming_twice_writes_once(office):
    send(office, NEW_UNIT)
    office.post(reverse("register:apply"))
    page = office.post(reverse("register:apply"), follow=True)
    assert "没有待确认的文件" in text_of(page)
    assert Entry.objects.filter(event="register.file.import").count() == 1


def test_a_second_upload_takes_the_place_of_the_first(office):
    send(office, NEW_UNIT)
    send(office, ("富阳市水利局", "市水利办"))
    assert len(kept_files()) == 1
    office.post(reverse("register:apply"))
    assert not Unit.objects.filter(name="富阳市新设局").exists()


HOSTILE = {
    "empty": ("名册.xlsx", b"", "文件是空的"),
    "a page": ("名册.xlsx", b"<html><table></table></html>", "其实是网页"),
    "a cut workbook": ("名册.xlsx", xlsx(("单位名册", ["单位名称"], []))[:900], "没有传完整"),
    "a picture": ("名册.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "不是 Excel 工作簿或 CSV 表格"),
    "bytes as csv": ("单位名册.csv", bytes(range(128, 256)) * 4 + b"\0\xff\xff", "不是文字表格"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_an_unreadable_file_is_refused_beside_its_field(case, office):
    name, content, said = HOSTILE[case]
    response = office.post(reverse("register:preview"), {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 400
    assert said in text_of(response)


def test_a_name_with_markup_is_shown_as_text(office):
    page = text_of(send(office, ("<b>局</b>", "甲", "党政机关"), name="<i>名册.xlsx"))
    assert "<b>局" not in page
    assert "<i>名册" not in page


def test_a_formula_is_text_when_it_comes_back(office, cast):
    send(office, ("=1+1", "=cmd", "企业"))
    office.post(reverse("register:apply"))
    workbook = b"".join(office.get(reverse("register:export")).streaming_content)
    assert upload_plan(workbook).is_empty
    assert Unit.objects.filter(name="=1+1").exists()


def test_columns_and_sheets_that_are_not_read_are_named(office):
    book = xlsx(
        ("单位名册", ["单位名称", "备注"], [("富阳市水利局", "x")]), ("工资表", ["姓名"], [("甲",)])
    )
    file = SimpleUploadedFile("名册.xlsx", book)
    page = text_of(office.post(reverse("register:preview"), {"file": file}, follow=True))
    assert "单位名册中多出的列没有读取：备注" in page
    assert "工作表“工资表”不是名册" in page
    assert "与在册内容一致" in page


def test_an_export_is_noted_in_the_log(office, cast):
    response = office.get(reverse("register:export"))
    assert upload_plan(b"".join(response.streaming_content)).is_empty
    assert Entry.objects.get(event="register.file.export").by == cast.office_staff


def test_the_template_is_a_workbook(office):
    response = office.get(reverse("register:template"))
    assert "%E5%90%8D%E5%86%8C" in response.headers["Content-Disposition"]
    assert BytesIO(b"".join(response.streaming_content)).read(2) == b"PK"


def test_the_auditor_reads_and_does_not_import(sign_in, cast):
    page = text_of(sign_in(cast.auditor).get(reverse("register:home")))
    assert "导出名册" in page
    assert "上传并预览" not in page


def cells(answer) -> str:
    tables = read_tables(BytesIO(b"".join(answer.streaming_content)), "名册.xlsx")
    return str([line for table in tables for line in table.rows])


def test_an_export_masks_numbers_unless_a_purpose_is_given(office, cast):
    assert "13800001111" not in cells(office.get(reverse("register:export")))
    assert "138****1111" in cells(office.get(reverse("register:export")))
    assert "13800001111" in cells(
        office.post(reverse("register:export"), {"purpose": "核对联络员后导入"})
    )
    entry = Entry.objects.filter(event="register.file.export").latest("pk")
    assert entry.changes["purpose"] == "核对联络员后导入"
    assert entry.changes["rows"]["单位名册"] == 8


def test_whole_numbers_without_a_purpose_are_refused(office):
    answer = office.post(reverse("register:export"), {"purpose": " "})
    assert answer.status_code == 400
    assert "请写明用途" in text_of(answer)
    assert not Entry.objects.filter(event="register.file.export").exists()


def test_a_masked_export_read_again_keeps_the_numbers(office, cast):
    masked = b"".join(office.get(reverse("register:export")).streaming_content)
    plan = upload_plan(masked)
    assert plan.is_empty
    assert plan.errors == []
    send(office, ("富阳市水利局", "市水利办", None, None, "新联络", "138****1111"))
    office.post(reverse("register:apply"))
    contact = Unit.objects.get(name="富阳市水利局").contact
    assert (contact.name, contact.phone) == ("新联络", "13800001111")


@pytest.mark.parametrize("name", ["富阳市水利局", "富阳市新设局"])
def test_a_masked_number_that_hides_none_of_ours_is_refused(office, name):
    page = text_of(send(office, (name, "简称", "党政机关", None, "孙甲", "139****9999")))
    assert "“139****9999”不是完整号码，也与在册的号码对不上" in page
    assert "确认写入" not in page


def test_preview_and_log_show_a_changed_number_masked(office):
    page = text_of(send(office, ("富阳市水利局", None, None, None, "周联络", "13800002222")))
    assert "<del>138****1111</del> → <ins>138****2222</ins>" in as_read(page)
    office.post(reverse("register:apply"))
    entry = Entry.objects.get(event="register.file.import")
    assert "13800002222" not in str(entry.changes)
    assert Unit.objects.get(name="富阳市水利局").contact.phone == "13800002222"
