"""What we write opens without a formula, keeps every digit and comes back as it went out."""

import datetime
import io
import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from gongjian.lib.spreadsheets import parse, read_tables, write_csv, write_template, write_xlsx
from gongjian.lib.spreadsheets.cells import trimmed

from .workbooks import SPECS, UNITS

HEADERS = [column.header for column in UNITS.columns]
FIELDS = [column.field for column in UNITS.columns]


def workbook(rows, headers=HEADERS, name="单位名册"):
    stream = io.BytesIO()
    write_xlsx(stream, [(name, headers, rows)])
    stream.seek(0)
    return stream


def cells(rows, **given):
    return [
        list(row)
        for row in openpyxl.load_workbook(workbook(rows, **given)).active.iter_rows(min_row=2)
    ]


nasty = st.one_of(
    st.text(max_size=30),
    st.builds(
        str.__add__,
        st.sampled_from(["=", "+", "-", "@", "\t", "\r", "'", "'=", "http://", "{=", "_x0041_"]),
        st.text(max_size=12),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(nasty, min_size=1, max_size=20))
def test_no_text_becomes_a_formula_and_all_of_it_comes_back(texts):
    written = cells([[text] for text in texts] + [["end"]], headers=["x"])
    kept = [
        re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text) for text in texts
    ]
    for (cell,), text in zip(written, kept, strict=False):
        assert cell.data_type != "f"
        assert cell.hyperlink is None
        assert unescape(cell.value or "") == text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        nasty.filter(lambda text: not trimmed(text).startswith(("#", "【示例】"))),
        min_size=1,
        max_size=20,
    )
)
@example(["\t\t"])
@example([";;;"])
def test_csv_text_comes_back_and_none_of_it_starts_a_formula(texts):
    stream = io.BytesIO()
    write_csv(stream, ["单位名称", "人数"], [[text, 1] for text in texts])
    for line in stream.getvalue().decode("utf-8-sig").split("\r\n"):
        assert not line.lstrip('"').startswith(("=", "+", "-", "@", "\t"))
    stream.seek(0)
    parsed = parse(read_tables(stream, "单位名册.csv"), [UNITS])
    wanted = [trimmed(text) for text in texts]
    assert [row.values["name"] or "" for row in parsed.rows("单位名册")] == wanted


def test_csv_starts_with_the_mark_that_excel_needs():
    stream = io.BytesIO()
    write_csv(
        stream, ["金额"], [[Decimal("-5.00")], ["-5"], [None], [datetime.date(2026, 3, 1)], ["'=1"]]
    )
    assert (
        stream.getvalue() == "\ufeff金额\r\n-5.00\r\n'-5\r\n\"\"\r\n2026-03-01\r\n''=1\r\n".encode()
    )


ROWS = [
    ["甲单位", "91350100M000100Y43", "13812345678", datetime.date(2026, 3, 1), 12],
    ["=SUM(A1)", "", "0571-63312345", None, None],
    ["007", "", "", None, 0],
    ["'+乙", "", "0571-63312345-801", datetime.date(1999, 12, 31), -3],
]


def test_an_export_reads_back_as_the_same_rows():
    parsed = parse(read_tables(workbook(ROWS), "a.xlsx"), [UNITS])
    assert parsed.errors == parsed.warnings == []
    assert [row.values for row in parsed.rows("单位名册")] == [
        dict(zip(FIELDS, row, strict=True)) for row in ROWS
    ]


def test_a_csv_export_reads_back_as_the_same_rows():
    stream = io.BytesIO()
    write_csv(stream, HEADERS, ROWS)
    stream.seek(0)
    parsed = parse(read_tables(stream, "单位名册.csv"), [UNITS])
    assert parsed.errors == []
    assert [row.values for row in parsed.rows("单位名册")] == [
        dict(zip(FIELDS, row, strict=True)) for row in ROWS
    ]


def test_dates_amounts_and_codes_have_their_types():
    aware = datetime.datetime(2026, 3, 1, 18, 0, tzinfo=datetime.UTC)
    row = [
        datetime.date(2026, 3, 1),
        aware,
        Decimal("48600"),
        "00123",
        "330111001003",
        7,
        True,
        None,
        10**17,
        Decimal("NaN"),
    ]
    (written,) = cells([row], headers=list("abcdefghij"))
    assert [cell.value for cell in written] == [
        datetime.datetime(2026, 3, 1),
        datetime.datetime(2026, 3, 2, 2, 0),
        48600,
        "00123",
        "330111001003",
        7,
        "是",
        None,
        "100000000000000000",
        "NaN",
    ]
    assert [cell.number_format for cell in written[:4]] == [
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
        "0.00",
        "@",
    ]


def test_the_header_is_bold_and_stays_in_sight():
    sheet = openpyxl.load_workbook(workbook(ROWS)).active
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"


def test_sheet_names_are_made_legal_and_different():
    stream = io.BytesIO()
    write_xlsx(
        stream,
        [("a/b:c", ["x"], []), ("A B C", ["x"], []), ("'" + "长" * 40, ["x"], []), ("", ["x"], [])],
    )
    assert openpyxl.load_workbook(stream).sheetnames == ["a b c", "A B C(2)", "长" * 31, "Sheet"]


def test_a_text_past_the_cells_limit_shows_that_it_was_cut():
    ((cell,),) = cells([["x" * 40_000]], headers=["x"])
    assert len(cell.value) == 32_767
    assert cell.value.endswith("…")


def template():
    stream = io.BytesIO()
    write_template(stream, SPECS)
    stream.seek(0)
    return stream


def test_a_template_has_no_errors_no_rows_and_no_strangers():
    parsed = parse(read_tables(template(), "模板.xlsx"), SPECS)
    assert parsed.errors == parsed.unknown_worksheets == parsed.missing_worksheets == []
    assert parsed.rows("社区名册") == parsed.rows("单位名册") == []


def test_a_filled_template_is_read_without_its_example():
    book = openpyxl.load_workbook(template())
    book["社区名册"]["A3"], book["社区名册"]["B3"] = "城西社区", "330111001003"
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    assert [
        row.values["name"] for row in parse(read_tables(stream, "a.xlsx"), SPECS).rows("社区名册")
    ] == ["城西社区"]


def test_a_template_offers_the_choices_and_explains_each_column():
    book = openpyxl.load_workbook(template())
    sheet, notes = book["社区名册"], book["填写说明"]
    (rule,) = sheet.data_validations.dataValidation
    area = rule.formula1.partition("!")[2].replace("$", "")
    assert [cell.value for (cell,) in notes[area]] == ["城市社区", "村改居（过渡）"]
    assert str(rule.sqref) == "D2:D5001"
    assert [cell.value for cell in notes[2]][:4] == [
        "社区名册",
        "社区名称",
        "必填",
        "文字，最多 20 字",
    ]
    assert notes.max_row >= 1 + sum(len(spec.columns) for spec in SPECS)
    assert "示例" in sheet["A2"].comment.text


def test_a_templates_text_columns_are_text_before_anything_is_typed():
    with zipfile.ZipFile(template()) as archive:
        columns = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).find("{*}cols")
        formats = ElementTree.fromstring(archive.read("xl/styles.xml")).find("{*}cellXfs")
    assert {formats[int(column.get("style"))].get("numFmtId") for column in columns} == {
        "49"
    }  # 49 is @


@pytest.mark.slow
def test_too_many_rows_are_refused_not_dropped():
    from gongjian.lib.spreadsheets import writing

    class NoSheet:
        def write_string(self, *_):
            pass

    rows = (["x"] for _ in range(writing.MAX_WORKSHEET_ROWS))
    with pytest.raises(ValueError, match="最多 1,048,575 行"):
        writing.write_rows(NoSheet(), rows, {"text": None})
