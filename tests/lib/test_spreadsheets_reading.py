"""What the office sends is read right or named; what nobody should send is refused."""

import datetime
import io
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from gongjian.lib.spreadsheets import (
    ColumnSpec,
    SheetTemplate,
    UnreadableWorkbook,
    decoder,
    parse,
    read_tables,
    write_xlsx,
)
from gongjian.lib.spreadsheets.cells import trimmed

from .workbooks import COMMUNITIES, SPECS, UNITS, ods, record, repacked, saved, xls, xlsx

ROOT = Path(__file__).parents[2]
UNIT_HEADERS = ["单位名称", "统一社会信用代码", "联系电话", "签订日期", "人数"]


def read(stream, filename="名册.xlsx", specs=SPECS):
    return parse(read_tables(stream, filename), specs)


def read_unit(**cells):
    """One row of 单位名册 with the given cells."""
    row = ["甲单位", None, None, None, None]
    for header, value in cells.items():
        row[UNIT_HEADERS.index(header)] = value
    return read(xlsx(单位名册=[UNIT_HEADERS, row]))


def value_of(header, value):
    parsed = read_unit(**{header: value})
    assert not parsed.errors, [str(error) for error in parsed.errors]
    field = next(column.field for column in UNITS.columns if column.header == header)
    return parsed.rows("单位名册")[0].values[field]


def error_of(header, value):
    errors = read_unit(**{header: value}).errors
    assert len(errors) == 1, [str(error) for error in errors]
    return str(errors[0])


# Sheets, headers, rows


def test_columns_come_in_any_order_and_extra_ones_are_reported():
    parsed = read(
        xlsx(
            社区名册=[
                ["街道", "备注", "社区代码", "社区名称"],
                ["富春街道", "x", "330111001003", "城西社区"],
            ]
        )
    )
    row = parsed.rows("社区名册")[0]
    assert row.values == {"name": "城西社区", "code": "330111001003", "subdistrict": "富春街道"}
    assert row.number == 2
    assert parsed.ignored_columns == {"社区名册": ["备注"]}
    assert parsed.missing_worksheets == ["单位名册"]


def test_merged_title_rows_and_trailing_blanks_leave_row_numbers_right():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "社区名册"
    sheet["A1"] = "富春街道社区名册"
    sheet.merge_cells("A1:D1")
    sheet["A2"] = "填表日期：2026年11月"
    for column, header in enumerate(("社区名称 ", "社区\n代码", "街　道", "类别（必填）"), start=1):
        sheet.cell(4, column, header)
    sheet["A6"], sheet["B6"] = "城西社区", 330111001003
    sheet["A900"], sheet["F3"] = "  ", " "
    parsed = read(saved(book))
    assert [
        (row.number, row.values["name"], row.values["code"]) for row in parsed.rows("社区名册")
    ] == [(6, "城西社区", "330111001003")]
    assert not parsed.errors


def test_a_merged_cell_stands_in_every_row_it_covers():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "社区名册"
    for row in (
        ["社区名称", "社区代码", "街道"],
        ["甲", "1", "富春街道"],
        ["乙", "2", None],
        ["丙", "3", None],
    ):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    sheet.merge_cells("C5:C7")
    rows = read(saved(book)).rows("社区名册")
    assert [row.values["subdistrict"] for row in rows] == ["富春街道", "富春街道", ""]


def test_a_missing_required_column_is_one_named_error():
    parsed = read(xlsx(社区名册=[["社区名称", "街道"], ["甲", "富春"], ["乙", "富春"]]))
    assert [str(error) for error in parsed.errors] == [
        "社区名册!A1: 社区代码这一列没有找到：请补上，或核对标题的写法"
    ]


def test_a_duplicate_header_is_named():
    parsed = read(xlsx(社区名册=[["社区名称", "社区代码", "社区名称"], ["甲", "1", "乙"]]))
    assert [str(error) for error in parsed.errors] == [
        "社区名册!C1: 社区名称这一列与 A 列重复：请删去一列"
    ]


def test_a_sheet_without_any_known_header_is_named():
    parsed = read(xlsx(社区名册=[["a", "b"], ["1", "2"]]))
    assert str(parsed.errors[0]).startswith("社区名册!A1: 前 10 行里找不到标题行")


def test_a_sheet_with_headers_only_is_fine():
    parsed = read(xlsx(社区名册=[["社区名称", "社区代码"]]))
    assert (parsed.errors, parsed.rows("社区名册")) == ([], [])


def test_a_sheet_goes_by_its_alias_and_a_nameless_one_by_its_headers():
    parsed = read(
        xlsx(
            社区表=[["社区名称", "社区代码"], ["甲", "1"]],
            Sheet2=[["单位名称", "联系电话"], ["乙", ""]],
            草稿=[["x"]],
        )
    )
    assert len(parsed.rows("社区名册")) == len(parsed.rows("单位名册")) == 1
    assert parsed.unknown_worksheets == ["草稿"]
    assert parsed.missing_worksheets == []


def test_two_sheets_of_one_kind_are_named_not_merged():
    parsed = read(
        xlsx(社区名册=[["社区名称", "社区代码"]], 社区表=[["社区名称", "社区代码"], ["甲", "1"]])
    )
    assert "都是社区名册" in str(parsed.errors[0])
    assert parsed.rows("社区名册") == []


def test_a_hidden_sheet_is_reported_not_read():
    book = openpyxl.load_workbook(
        xlsx(说明=[["x"]], 社区名册=[["社区名称", "社区代码"], ["甲", "1"]])
    )
    book["社区名册"].sheet_state = "hidden"
    parsed = read(saved(book))
    assert parsed.rows("社区名册") == []
    assert "社区名册（隐藏）" in parsed.unknown_worksheets


def test_a_numbered_line_without_an_entry_is_no_row():
    parsed = read(
        xlsx(
            社区名册=[
                ["序号", "社区名称", "社区代码"],
                [1, "甲", "1"],
                [2, None, None],
                [3, None, "　"],
            ]
        )
    )
    assert (len(parsed.rows("社区名册")), parsed.errors) == (1, [])


def test_a_blank_required_cell_is_named():
    parsed = read(xlsx(社区名册=[["社区名称", "社区代码"], [" 　\xa0", "1"]]))
    assert [str(error) for error in parsed.errors] == ["社区名册!A2: 社区名称不能为空：请填写"]


def test_columns_past_z_have_the_letters_that_excel_shows():
    headers = [f"列{index}" for index in range(27)] + ["社区名称", "社区代码"]
    parsed = read(xlsx(社区名册=[headers, [None] * 28 + ["1"]]))
    assert parsed.errors[0].cell == "AB2"


def test_the_importer_names_a_cell_of_its_own():
    parsed = read(
        xlsx(单位名册=[["备注", *UNIT_HEADERS], [None, "甲单位", None, "13812345678", None, None]])
    )
    sheet = parsed.worksheets["单位名册"]
    assert (
        str(sheet.error(sheet.rows[0], "phone", "与第 5 行相同"))
        == "单位名册!D2: 联系电话与第 5 行相同"
    )


@pytest.mark.slow
def test_errors_stop_being_listed_at_five_thousand():
    parsed = read(
        xlsx(社区名册=[["社区名称", "社区代码"], *[[None, index] for index in range(6_000)]])
    )
    assert len(parsed.errors) == 5_002
    assert "以后不再列出" in str(parsed.errors[-1])


# Values


@pytest.mark.parametrize(
    "given",
    [
        "13812345678",
        13812345678,
        13812345678.0,
        "13812345678.0",
        "１３８１２３４５６７８",
        "138 1234 5678",
        "1.3812345678E10",
    ],
)
def test_a_phone_is_read_however_it_is_stored(given):
    assert value_of("联系电话", given) == "13812345678"


def test_a_wrong_phone_is_named_in_the_agreed_form():
    assert re.fullmatch(
        r"单位名册!C2: 联系电话“1381234567”.+应为 11 位手机号.+", error_of("联系电话", "1381234567")
    )


def test_a_phone_whose_digits_excel_dropped_is_named():
    assert "末尾的数字已经丢了" in error_of("联系电话", "1.38E+10")


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        datetime.date(2026, 3, 1),
        datetime.datetime(2026, 3, 1, 8, 30),
        46082,
        46082.0,
        20260301,
        "2026-3-1",
        "2026/3/1",
        "2026.3.1",
        "2026年3月1日",
        "20260301",
        "２０２６－０３－０１",
        " 2026 年 3 月 1 日 ",
        "2026-03-01 00:00:00",
    ],
)
def test_a_date_is_read_however_it_is_written(given):
    assert value_of("签订日期", given) == datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    "given",
    [
        "3/1/2026",
        "26.3.1",
        "2026-3",
        "2026-3/1",
        "三月一日",
        "长期",
        2026.3,
        12,
        99999999,
        True,
        "2026-13-01",
    ],
)
def test_an_ambiguous_or_impossible_date_is_named(given):
    assert error_of("签订日期", given).startswith("单位名册!D2: 签订日期")


def test_a_day_that_does_not_exist_is_named():
    assert "没有这一天" in error_of("签订日期", "2026-02-30")


def test_serial_dates_follow_the_workbooks_calendar():
    book = openpyxl.load_workbook(xlsx(单位名册=[UNIT_HEADERS, ["甲", None, None, 44620, None]]))
    book.epoch = CALENDAR_MAC_1904
    assert read(saved(book)).rows("单位名册")[0].values["signed_on"] == datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    "given",
    ["91330183143715678K", "９１３３０１８３１４３７１５６７８k", " 9133 0183 1437 1567 8K"],
)
def test_a_credit_code_is_folded_and_its_check_digit_only_warned_of(given):
    parsed = read_unit(统一社会信用代码=given)
    assert parsed.errors == []
    assert parsed.rows("单位名册")[0].values["credit_code"] == "91330183143715678K"
    assert [str(warning)[:30] for warning in parsed.warnings] == [
        "单位名册!B2: 统一社会信用代码“91330183143715678K”的"[:30]
    ]


def test_a_right_credit_code_passes_without_a_word():
    parsed = read_unit(统一社会信用代码="91350100M000100Y43")  # the example of GB 32100-2015
    assert (parsed.errors, parsed.warnings) == ([], [])


@pytest.mark.parametrize(
    "given", ["9133018314371567", "91330183143715678O", 913301831437156780, "9.1330183143E+17"]
)
def test_a_credit_code_of_wrong_length_letters_or_lost_digits_is_named(given):
    assert error_of("统一社会信用代码", given).startswith("单位名册!B2: 统一社会信用代码")


@pytest.mark.parametrize(
    ("given", "value"), [(12, 12), ("１２", 12), ("1,200", 1200), ("12.0", 12), (-3, -3)]
)
def test_an_integer_is_read(given, value):
    assert value_of("人数", given) == value


@pytest.mark.parametrize("given", [1.5, "十二", "12人", "1,2", 1e300])
def test_what_is_no_integer_is_named(given):
    assert error_of("人数", given).startswith("单位名册!E2: 人数")


def test_a_choice_is_read_whatever_its_brackets_and_a_stranger_named():
    rows = [["社区名称", "社区代码", "类别"], ["甲", "1", "村改居(过渡) "], ["乙", "2", "农村"]]
    parsed = read(xlsx(社区名册=rows))
    assert parsed.rows("社区名册")[0].values["kind"] == "村改居（过渡）"
    assert [str(error) for error in parsed.errors] == [
        "社区名册!C3: 类别“农村”不在可选范围：只能填城市社区、村改居（过渡）"
    ]


def test_a_shop_name_keeps_its_width_and_inner_spaces():
    assert value_of("单位名称", "\u200b　Ａ＆Ｂ 小店（总店）\xa0") == "Ａ＆Ｂ 小店（总店）"


def test_a_text_too_long_is_named_with_its_length():
    parsed = read(xlsx(社区名册=[["社区名称", "社区代码"], ["长" * 21, "1"]]))
    assert "有 21 个字，最多 20 个" in str(parsed.errors[0])


def test_a_house_number_that_excel_made_a_date_is_named():
    assert "被 Excel 当成了日期（2026-03-01）" in error_of("单位名称", datetime.date(2026, 3, 1))


def test_a_number_in_a_text_column_reads_as_typed():
    assert value_of("单位名称", 12.0) == "12"
    assert value_of("单位名称", 0.1 + 0.2) == "0.3"


@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#DIV/0!"])
def test_a_failed_formula_is_named_even_where_blank_is_allowed(shown):
    book = openpyxl.load_workbook(xlsx(单位名册=[UNIT_HEADERS, ["甲", None, None, None, None]]))
    book["单位名册"]["E2"].value = shown
    book["单位名册"]["E2"].data_type = "e"
    assert [str(error) for error in read(saved(book)).errors] == [
        f"单位名册!E2: 人数的公式出错（{shown}）：请改正后再上传"
    ]


def test_an_error_value_pasted_as_text_is_named():
    book = openpyxl.load_workbook(xlsx(单位名册=[UNIT_HEADERS, ["x", None, None, None, None]]))
    book["单位名册"]["A2"].value = "#REF!"
    book["单位名册"]["A2"].data_type = "s"
    assert [str(error) for error in read(saved(book)).errors] == [
        "单位名册!A2: 单位名称是错误值（#REF!）：请改正后再上传"
    ]


def test_a_formula_without_a_stored_result_is_named():
    assert "是公式，却没有存下结果" in error_of("人数", "=1+1")


def test_a_formula_with_its_result_is_read():
    book = xlsx(单位名册=[UNIT_HEADERS, ["甲", None, None, None, "=1+1"]])
    book = repacked(
        book, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb"<v\s*/>|<v></v>", b"<v>2</v>", xml)
    )
    assert read(book).rows("单位名册")[0].values["headcount"] == 2


# Other formats


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_and_delimiters_of_the_office(encoding, delimiter):
    text = (
        delimiter.join(["单位名称", "联系电话"])
        + "\r\n"
        + delimiter.join(["镕喆堃，公司", "13812345678.0"])
        + "\r\n\r\n"
    )
    parsed = read(io.BytesIO(text.encode(encoding)), "export.csv")
    assert parsed.rows("单位名册")[0].values == {"name": "镕喆堃，公司", "phone": "13812345678"}


def test_csv_is_recognised_by_its_file_name():
    parsed = read(io.BytesIO("社区名称,备注\n甲,\n".encode()), "社区名册-2026年11月.csv")
    assert str(parsed.errors[0]).startswith("社区名册-2026年11月!A1: 社区代码这一列没有找到")


def test_csv_with_a_lost_quote_is_refused_not_swallowed():
    with pytest.raises(UnreadableWorkbook, match="引号没有成对"):
        read_tables(io.BytesIO('单位名称,联系电话\n"甲,1\n乙,2\n'.encode()), "单位名册.csv")


def test_csv_error_values_are_named():
    parsed = read(io.BytesIO("单位名称,人数\n甲,#N/A\n".encode()), "单位名册.csv")
    assert str(parsed.errors[0]) == "单位名册!B2: 人数是错误值（#N/A）：请改正后再上传"


def test_ods_is_read():
    parsed = read(ods([["单位名称", "联系电话"], ["甲", "13812345678"]]), "a.ods")
    assert parsed.rows("单位名册")[0].values == {"name": "甲", "phone": "13812345678"}


def test_xls_is_read():
    parsed = read(
        xls([["单位名称", "联系电话", "签订日期"], ["甲", 13812345678.0, 46082.0]]), "a.xls"
    )
    assert parsed.rows("单位名册")[0].values == {
        "name": "甲",
        "phone": "13812345678",
        "signed_on": datetime.date(2026, 3, 1),
    }


FAILED_VALUE = record(0x0205, b"\x01\x00\x01\x00\x00\x00\x17\x01")
FAILED_FORMULA = record(
    0x0006, b"\x01\x00\x01\x00\x00\x00" + b"\x02\x00\x17\x00\x00\x00\xff\xff" + bytes(8)
)


@pytest.mark.parametrize("failed", [FAILED_VALUE, FAILED_FORMULA])
def test_xls_with_a_failed_formula_is_refused_since_it_reads_as_blank(failed):
    with pytest.raises(UnreadableWorkbook, match=r"出错的公式.*另存为 \.xlsx"):
        read_tables(xls([["单位名称", "人数"], ["甲", ""]], extra=failed), "a.xls")


def test_ods_with_a_failed_formula_is_refused_since_it_reads_as_blank():
    kind = 'office:value-type="string" calcext:value-type="error"'
    cell = f"<table:table-cell {kind}><text:p>#REF!</text:p></table:table-cell>"
    with pytest.raises(UnreadableWorkbook, match="出错的公式"):
        read_tables(ods([["单位名称"]], extra_cell=cell), "a.ods")


# Refused

MEMORY_OF_READING = """
import io, re, sys
from pathlib import Path
from gongjian.lib.spreadsheets import UnreadableWorkbook, read_tables
try:
    read_tables(io.BytesIO(sys.stdin.buffer.read()), "a.csv")
except UnreadableWorkbook as refusal:
    print(refusal)
# The peak of this program alone: ru_maxrss begins with that of the process that started it.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(int(peak) >> 10)
"""


def zipped(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


ENCRYPTED_OOXML = (
    bytes.fromhex("D0CF11E0A1B11AE1")
    + bytes(600)
    + "EncryptedPackage".encode("utf-16-le")
    + bytes(600)
)


@pytest.mark.parametrize(
    ("content", "filename", "sentence"),
    [
        (b"", "a.xlsx", "文件是空的"),
        (b"\r\n \r\n", "a.csv", "文件是空的"),
        (b"hello", "a.xlsx", "不是 Excel 工作簿"),
        (b"%PDF-1.7 ...", "a.pdf", "不是 Excel 工作簿"),
        (b"<html><table></table></html>", "a.xls", "其实是网页"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "a.csv", "文字编码无法识别"),
        (zipped(word__document_xml=b"<x/>"), "a.xlsx", "不是 Excel 工作簿"),
        (zipped(**{"xl/workbook.bin": b"x"}), "a.xlsb", "另存为 .xlsx"),
        (zipped(xl__workbook_xml=b"<not xml"), "a.xlsx", "打不开"),
        (b"PK\x03\x04" + b"x" * 200, "a.xlsx", "没有传完整"),
        (ENCRYPTED_OOXML, "a.xlsx", "打开密码"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"\xff" * 2000, "a.xls", "."),
        (bytes.fromhex("D0CF11E0A1B11AE1"), "a.xls", "打不开"),
        (lambda: zipped(xl__workbook_xml=bytes(301 << 20)), "a.xlsx", "解压后过大"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_a_file_that_cannot_be_taken_gets_one_chinese_sentence(content, filename, sentence):
    with pytest.raises(UnreadableWorkbook, match=sentence) as refusal:
        read_tables(io.BytesIO(content() if callable(content) else content), filename)
    assert re.search(r"[\u4e00-\u9fff].*[。]$", str(refusal.value))


def test_an_encrypted_xls_is_told_to_drop_its_password():
    with pytest.raises(UnreadableWorkbook, match="打开密码"):
        read_tables(xls([["单位名称"]], globals_extra=record(0x002F, bytes(54))), "a.xls")


def test_an_encrypted_ods_is_told_to_drop_its_password():
    book = repacked(
        ods([["x"]]), "META-INF/manifest.xml", lambda _: b"<manifest><encryption-data/></manifest>"
    )
    with pytest.raises(UnreadableWorkbook, match="打开密码"):
        read_tables(book, "a.ods")


def test_too_many_entries_are_refused():
    content = zipped(xl__workbook_xml=b"<x/>", **{f"e{index}": b"" for index in range(2_001)})
    with pytest.raises(UnreadableWorkbook, match="解压后过大"):
        read_tables(io.BytesIO(content), "a.xlsx")


def test_a_truncated_workbook_is_refused():
    content = xlsx(社区名册=[["社区名称"]]).getvalue()
    with pytest.raises(UnreadableWorkbook):
        read_tables(io.BytesIO(content[: len(content) // 2]), "a.xlsx")


def test_two_cells_far_apart_do_not_take_the_process_down():
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.active.cell(1_048_576, 16_384).value = "y"
    with pytest.raises(UnreadableWorkbook, match="远在表外"):
        read_tables(saved(book), "a.xlsx")


def test_one_long_text_used_in_many_cells_does_not_take_the_process_down():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    for row in range(5_000):
        sheet.write_row(row, 0, ["@LONG@"] * 4)
    book.close()
    bomb = repacked(
        stream, "xl/sharedStrings.xml", lambda xml: xml.replace(b"@LONG@", b"x" * 1_000_000)
    )
    assert len(bomb.getvalue()) < 1 << 20
    with pytest.raises(UnreadableWorkbook, match="内容过大"):
        read_tables(bomb, "a.xlsx")


def test_an_entity_bomb_is_refused():
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(
            b'<!ENTITY %c "%s">' % (98 + index, b"&%c;" % (97 + index) * 10) for index in range(9)
        )
        + b"]><x>&j;</x>"
    )
    with pytest.raises(UnreadableWorkbook):
        read_tables(repacked(xlsx(a=[["x"]]), "xl/workbook.xml", lambda _: bomb), "a.xlsx")


def test_a_stream_that_was_read_before_is_read_from_its_start():
    stream = xlsx(社区名册=[["社区名称", "社区代码"]])
    stream.read()
    assert read(stream).missing_worksheets == ["单位名册"]


def test_a_cell_of_58_kb_is_named_in_no_time():
    long = ("单位名称,联系电话\n甲" + " " * 58_000 + "乙,1\n").encode()
    start = time.monotonic()
    with pytest.raises(UnreadableWorkbook, match="第 2 行第 1 列有 58,002 个字，一格最多 32,767"):
        read_tables(io.BytesIO(long), "a.csv")
    assert time.monotonic() - start < 5  # 18 before, most of it in trimming one cell


def test_trimming_takes_no_longer_than_the_text():
    start = time.process_time()
    assert trimmed("甲" + "\u3000" * 100_000 + "乙\u200b ") == "甲" + "\u3000" * 100_000 + "乙"
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "line", [b"1," * 199 + b"1\n", b"," * 199 + b"x\n"], ids=["figures", "empty cells"]
)
def test_a_file_of_many_small_cells_leaves_the_site_its_memory(line):
    asked = subprocess.run(
        [sys.executable, "-c", MEMORY_OF_READING],
        input=line * ((29 << 20) // len(line)),
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    sentence, megabytes = asked.stdout.decode().rsplit(maxsplit=1)
    assert "300 万格" in sentence
    assert int(megabytes) < 200  # 800 and more before


def test_the_cells_of_all_sheets_count_together():
    items = [[(1, [""] * 100)]] * 30_001
    with pytest.raises(decoder.RefusedError, match="300 万格"):
        list(decoder.within_cells(iter(items)))


def test_too_many_columns_are_refused():
    with pytest.raises(UnreadableWorkbook, match="最多 200 列"):
        read_tables(xlsx(a=[["x"] * 201]), "a.xlsx")


@pytest.mark.slow
def test_more_than_200_000_rows_are_refused():
    with pytest.raises(UnreadableWorkbook, match="200,000 行"):
        read_tables(io.BytesIO(b"a,b\n" * 200_001), "a.csv")


@pytest.mark.slow
def test_a_workbook_of_more_than_200_000_rows_is_refused():
    stream = io.BytesIO()
    write_xlsx(stream, [("a", ["x"], (["y"] for _ in range(200_000)))])
    stream.seek(0)
    with pytest.raises(UnreadableWorkbook, match="200,000 行"):
        read_tables(stream, "a.xlsx")


def test_a_code_column_keeps_what_a_number_can_hold():
    spec = SheetTemplate("表", (ColumnSpec("社区代码", "code", "code", required=True),))
    rows = [
        ["社区代码"],
        [330111001003.0],
        ["3.30111001003E11"],
        ["３３０１１１ ００１００３"],
        ["3E10"],
    ]
    parsed = read(xlsx(表=rows), specs=[spec])
    assert [row.values["code"] for row in parsed.rows("表")] == ["330111001003"] * 3 + ["3E10"]


def test_absent_optional_columns_are_absent_from_the_row():
    parsed = read(xlsx(社区名册=[["社区名称", "社区代码"], ["甲", "1"]]), specs=[COMMUNITIES])
    assert "subdistrict" not in parsed.rows("社区名册")[0].values
