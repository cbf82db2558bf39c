"""`manage.py import_register FILE [--dry-run]`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.office.register.workbooks import HEADERS, xlsx
from units.models import Unit

CSV = "单位名称,简称,类别\n富阳市新设局,市新设局,党政机关\n"
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030"]


def run(path, **options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("import_register", path, stdout=out, stderr=err, **options)
    except CommandError as refused:
        return out.getvalue(), f"{err.getvalue()}{refused}"
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_csv_of_one_sheet_is_taken_in(encoding, cast, tmp_path):
    path = tmp_path / "单位名册-2026.csv"
    path.write_bytes(CSV.encode(encoding))
    said, _ = run(path)
    assert "单位名册：新增 1，变更 0，不变 0" in said
    assert said.endswith("已写入。\n")
    assert Unit.objects.get(name="富阳市新设局").kind == "organ"


def test_a_dry_run_writes_nothing(cast, tmp_path):
    path = tmp_path / "单位名册.csv"
    path.write_text(CSV)
    assert "只是预览，没有写入。" in run(path, dry_run=True)[0]
    assert not Unit.objects.filter(name="富阳市新设局").exists()


def test_a_bad_cell_is_named_and_nothing_is_written(cast, tmp_path):
    path = tmp_path / "名册.xlsx"
    rows = [
        ("富阳市新设局", "市新设局", "党政机关"),
        ("富阳市水利局", None, "外星", None, None, "12"),
    ]
    path.write_bytes(xlsx(("单位名册", HEADERS["单位名册"], rows)))
    _, said = run(path)
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "单位名册!C3",
        "单位名册!F3",
        "名册.xlsx 有 2 处错误，没有写入任何内容。",
    ]
    assert not Unit.objects.filter(name="富阳市新设局").exists()


def test_the_exit_status_is_one(cast, tmp_path):
    path = tmp_path / "单位名册.csv"
    path.write_text("单位名称,类别\n富阳市新设局,外星\n")
    with pytest.raises(CommandError) as refused:
        call_command("import_register", path, stdout=StringIO(), stderr=StringIO())
    assert refused.value.returncode == 1


def test_a_file_that_is_not_there_is_said_so(cast, tmp_path):
    assert "读不了" in run(tmp_path / "没有.xlsx")[1]


def test_title_rows_and_phone_numbers_as_numbers_are_read(cast, tmp_path):
    path = tmp_path / "名册.xlsx"
    rows = [
        ("单位名称", "简称", "类别", "联系电话"),
        ("富阳市新设局", "市新设局", "党政机关", 13800000002),
        (None, None, None, None),
    ]
    path.write_bytes(xlsx(("单位名册", ["富阳市单位名册（2026 年）"], rows)))
    run(path)
    assert Unit.objects.get(name="富阳市新设局").contact.phone == "13800000002"


def test_the_same_file_once_more_has_nothing_to_write(cast, tmp_path):
    path = tmp_path / "units.csv"
    path.write_text(CSV, encoding="utf-8")
    run(path)
    said, _ = run(path)
    assert "与在册内容一致，没有需要写入的变动。" in said
    assert Unit.objects.filter(name="富阳市新设局").count() == 1


def test_what_is_no_workbook_is_said_so(cast, tmp_path):
    path = tmp_path / "units.xlsx"
    path.write_bytes(b"PK\x03\x04 torn")
    _, wrong = run(path)
    assert wrong
    assert not Unit.objects.filter(name="富阳市新设局").exists()
