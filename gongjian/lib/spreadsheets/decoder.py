"""Turns a workbook or a .csv from outside into lines of JSON, in a process of its own.

Run by `opening.py` as a script, never imported: two cells far apart, or one long text used a
million times, make the native reader ask for more memory than there is and abort the whole process.
Here only this child dies.

First argument: workbook, or text for .csv. Standard input: the file. Standard output: for each
sheet a line {"sheet", "hidden", "date1904"}, then lines of [[row number, [cells]], ...] without
empty rows; or one line {"refused": sentence}.
"""

import codecs
import csv
import datetime
import io
import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60
OUTPUT_BYTES = 96 << 20
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 3_000_000
MAX_CELL_LENGTH = 32_767  # as many as Excel takes
MAX_MERGED_CELLS = 400_000
ROWS_A_LINE = 500
SMALLEST_STREAM = 4096

RUNS_AS_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")

OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED = "工作簿设有打开密码，系统读不了：请在 Excel 中去掉密码，另存后再上传。"
DAMAGED = "工作簿打不开，文件可能已损坏：请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
HIDDEN_ERRORS = (
    "工作簿里有出错的公式（如 #REF!、#N/A），这种格式指不出是哪一格："
    "请改正，或另存为 .xlsx 再上传。"
)
UNCALCULATED = "是公式，却没有存下结果：请用 Excel 打开该文件，保存一次再上传"

Broken = dict[tuple[int, int], str]


class RefusedError(Exception):
    """The sentence is for the page."""


def limit_this_process() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))


def decode(content: bytes) -> Iterator[Any]:
    """Yields what is printed, one object a line; raises RefusedError, CalamineError."""
    date1904, broken = inspect(content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for meta in book.sheets_metadata:
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.start and sheet.width > MAX_COLUMNS:
            width = f"工作表“{meta.name}”有 {sheet.width} 列，最多 {MAX_COLUMNS} 列"
            raise RefusedError(f"{width}：请删去右边多余的列。")
        hidden = meta.visible is not SheetVisibleEnum.Visible
        yield {"sheet": meta.name, "hidden": hidden, "date1904": date1904}
        yield from in_lines(used_rows(sheet, broken.get(meta.name, {})))


def used_rows(sheet: Any, broken: Broken) -> Iterator[tuple[int, list[Any]]]:
    """Rows with anything in them.

    A merged cell's value stands in each row it covers; a broken cell is {"bad": why}.
    """
    first_column = 0
    if sheet.start:
        first_column = sheet.start[1]
    anchors = merged(sheet)
    values = {}
    broken_rows = {row for row, _ in broken}
    merged_rows = {row for row, _ in anchors} | {row for row, _ in anchors.values()}
    for index, cells in enumerate(sheet.iter_rows()):
        row = [""] * first_column + cells
        if index in broken_rows:
            columns = [column for at, column in broken if at == index]
            row.extend([""] * (1 + max(columns) - len(row)))
            for (at, column), why in broken.items():
                if at == index:
                    row[column] = {"bad": why}
        if not any(cell != "" for cell in row):
            continue
        if index in merged_rows:
            for column in range(len(row)):
                anchor = anchors.get((index, column))
                if anchor is None:
                    values[index, column] = row[column]
                elif row[column] == "":
                    row[column] = values.get(anchor, "")
        yield index + 1, row


def merged(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Covered cell -> the top left cell that shows for it, within the used part of the sheet."""
    if not sheet.start or not sheet.merged_cell_ranges:
        return {}
    last_row, last_column = sheet.end
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    for (top, first_column), (bottom, right) in sheet.merged_cell_ranges:
        for row in range(top, min(bottom, last_row) + 1):
            for column in range(first_column, min(right, last_column) + 1):
                anchors[row, column] = (top, first_column)
            if len(anchors) > MAX_MERGED_CELLS:
                raise RefusedError("工作簿里合并的单元格太多：请取消合并后再上传。")
    anchors_by_covered = {}
    for covered, anchor in anchors.items():
        if covered != anchor:
            anchors_by_covered[covered] = anchor
    return anchors_by_covered


def in_lines(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[list[tuple[int, list[Any]]]]:
    """Rows by the batch. Raises RefusedError for too many rows or too long a cell."""
    batch = []
    for count, (number, cells) in enumerate(rows, start=1):
        refuse_long_cells(number, cells)
        batch.append((number, cells))
        if count > MAX_ROWS:
            raise RefusedError(
                f"一张工作表超过 {MAX_ROWS:,} 行，系统一次读不了：请分成几个文件上传。"
            )
        if len(batch) == ROWS_A_LINE:
            yield batch
            batch = []
    if batch:
        yield batch


def within_cells(items: Iterator[Any]) -> Iterator[Any]:
    """The answer, as long as all its sheets together stay within MAX_CELLS.

    The caller keeps every cell in its own memory, the empty ones too.
    """
    cell_count = 0
    for item in items:
        if isinstance(item, list):
            cell_count += sum(len(cells) for _, cells in item)
        if cell_count > MAX_CELLS:
            raise RefusedError(
                f"文件超过 {MAX_CELLS // 10_000} 万格，系统一次读不了：请分成几个文件上传。"
            )
        yield item


def refuse_long_cells(number: int, cells: list[Any]) -> None:
    for column, cell in enumerate(cells, start=1):
        if isinstance(cell, str) and len(cell) > MAX_CELL_LENGTH:
            place = f"第 {number} 行第 {column} 列有 {len(cell):,} 个字"
            raise RefusedError(f"{place}，一格最多 {MAX_CELL_LENGTH:,} 个：请缩短后再上传。")


def decode_csv(content: bytes) -> Iterator[Any]:
    """Yields what is printed for a .csv, as `decode` does; its name the caller knows."""
    yield {"sheet": "", "hidden": False, "date1904": False}
    yield from in_lines(csv_rows(csv_text(content)))


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    # The module's own limit would read as quotes that do not match; `in_lines` names the cell.
    csv.field_size_limit(len(text) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if len(cells) > MAX_COLUMNS:
                raise RefusedError(
                    f"表格超过 {MAX_ROWS:,} 行或 {MAX_COLUMNS} 列：请分成几个文件上传。"
                )
            if any(cells):
                yield number, [unguarded(cell) for cell in cells]
    except csv.Error as damage:
        raise RefusedError(
            f"CSV 第 {reader.line_num} 行附近的引号没有成对：请改正后再上传。"
        ) from damage


def unguarded(cell: str) -> str:
    """Without the ' that `write_csv` puts before a cell that a spreadsheet would run as a
    formula.
    """
    if cell.startswith("'") and RUNS_AS_FORMULA.match(cell):
        return cell[1:]
    return cell


def csv_text(content: bytes) -> str:
    """UTF-8, else GB18030 (what Excel in China saves), UTF-16 by its mark (Excel's “Unicode
    文本”).
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RefusedError(
        "文件不是文字表格，或文字编码无法识别：请用 Excel 另存为“CSV UTF-8”或 .xlsx 再上传。"
    )


def delimiter_of(text: str) -> str:
    """Return comma, tab or semicolon: the one that parts most of the first lines, the header among
    them.

    How many columns it makes decides only between equals: one text with tabs in it is no tab file.
    """
    lines = text[:20_000].splitlines()[:10]

    def parted_lines(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        parted = sum(1 for width in widths if width > 1)
        return parted, max(widths, default=0)

    return max((",", "\t", ";"), key=parted_lines)


def inspect(content: bytes) -> tuple[bool, dict[str, Broken]]:
    """What the native reader does not tell: the 1904 calendar, and failed formulas (it reads them
    as blank).
    """
    if content.startswith(OLE_MAGIC):
        return inspect_xls(content), {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return inspect_xlsx(archive)
        if "content.xml" in names:
            inspect_ods(archive)
    return False, {}


def inspect_ods(archive: zipfile.ZipFile) -> None:
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise RefusedError(ENCRYPTED)
    if b'value-type="error"' in archive.read("content.xml"):
        raise RefusedError(HIDDEN_ERRORS)


def inspect_xlsx(archive: zipfile.ZipFile) -> tuple[bool, dict[str, Broken]]:
    # Expat refuses entity bombs.
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {}
    for link in links:
        targets[link.get("Id")] = link.get("Target") or ""
    date1904 = any(
        item.get("date1904") in {"1", "true"}
        for item in book.iter()
        if local(item.tag) == "workbookPr"
    )
    broken = {}
    for item in book.iter():
        if local(item.tag) != "sheet":
            continue
        target = targets.get(
            next((value for key, value in item.items() if key.endswith("}id")), ""), ""
        )
        if target.startswith("/"):
            part = target.lstrip("/")
        else:
            part = f"xl/{target}"
        if part in archive.NameToInfo and (cells := broken_cells(archive.read(part))):
            broken[item.get("name") or ""] = cells
    return date1904, broken


def broken_cells(xml: bytes) -> Broken:
    """Cells with an error value or a formula without a stored result; a sheet without either is not
    parsed.
    """
    if not re.search(rb"""[<:]f[\s/>]|\bt\s*=\s*["']e["']""", xml):
        return {}
    broken: Broken = {}
    row = -1
    column = -1
    for event, element in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):  # noqa: S314
        name = local(element.tag)
        if event == "start" and name == "row":
            row, column = int(element.get("r") or row + 2) - 1, -1
        elif event == "start" and name == "c":
            column = column_index(element.get("r") or "", otherwise=column + 1)
        elif name == "c":
            why = why_broken(element)
            if why:
                broken[row, column] = why
        elif event == "end" and name == "row":
            element.clear()
    if broken and max(column for _, column in broken) >= MAX_COLUMNS:
        raise RefusedError(f"工作表超过 {MAX_COLUMNS} 列：请删去右边多余的列。")
    return broken


def why_broken(cell: ElementTree.Element) -> str:
    inside = {}
    for child in cell:
        inside[local(child.tag)] = child.text or ""
    if cell.get("t") == "e":
        return f"的公式出错（{inside.get('v') or '#VALUE!'}）：请改正后再上传"
    if "f" in inside and not inside.get("v") and cell.get("t") != "str":
        return UNCALCULATED
    return ""


def column_index(reference: str, *, otherwise: int) -> int:
    letters = reference.rstrip("0123456789").upper()
    if not letters:
        return otherwise
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def inspect_xls(content: bytes) -> bool:
    """True for the 1904 calendar; refuses an encrypted book and one with error values, whose cells
    it cannot name.

    [MS-XLS] 2.4: 0x0022 Date1904, 0x002F FilePass, 0x0205 BoolErr, 0x0006 Formula.
    """
    stream = workbook_stream(content)
    offset = 0
    date1904 = False
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        body = stream[offset + 4 : offset + 4 + length]
        failed_value = kind == 0x0205 and len(body) >= 8 and body[7] == 1
        failed_formula = (
            kind == 0x0006 and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2
        )
        if kind == 0x002F:
            raise RefusedError(ENCRYPTED)
        if failed_value or failed_formula:
            raise RefusedError(HIDDEN_ERRORS)
        if kind == 0x0022 and body[:2] == b"\x01\x00":
            date1904 = True
        offset += 4 + length
    return date1904


def workbook_stream(content: bytes) -> bytes:
    """The stream Workbook (or Book) of a compound file, [MS-CFB] 2; follows the sector chains,
    refuses a broken one.
    """
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise RefusedError(ENCRYPTED)
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    table_count = struct.unpack_from("<I", content, 44)[0]
    directory_start = struct.unpack_from("<I", content, 48)[0]
    if table_count > 109 or size not in {512, 4096}:
        raise RefusedError("工作簿太大：请另存为 .xlsx 再上传。")

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size].ljust(size, b"\0")

    table: list[int] = []
    for number in struct.unpack_from(f"<{table_count}I", content, 76):
        unpack = struct.unpack(f"<{size // 4}I", sector(number))
        table.extend(unpack)

    def chain(number: int) -> bytes:
        parts: list[bytes] = []
        while number < len(table) and len(parts) <= len(table):
            parts.append(sector(number))
            number = table[number]
        return b"".join(parts)

    directory = chain(directory_start)
    for start in range(0, len(directory) - 127, 128):
        name_length = struct.unpack_from("<H", directory, start + 64)[0]
        name = directory[start : start + max(name_length - 2, 0)].decode("utf-16-le", "replace")
        if name in {"Workbook", "Book"}:
            first, length = struct.unpack_from("<II", directory, start + 116)
            if (
                length < SMALLEST_STREAM
            ):  # kept elsewhere in the file; Excel and WPS never write one so small
                raise RefusedError(DAMAGED)
            return chain(first)[:length]
    raise RefusedError(DAMAGED)


def plain(value: Any) -> Any:
    """What JSON has no word for: dates as {"date": …}, times and durations as {"bad": …}."""
    if isinstance(value, datetime.datetime | datetime.date):
        return {"date": value.isoformat()[:10]}
    if isinstance(value, datetime.time | datetime.timedelta):
        return {"bad": f"是时间（{value}）：请把该列设为文本格式后重填"}
    raise TypeError(type(value).__name__)


def main() -> None:
    limit_this_process()
    reads = decode_csv if sys.argv[1] == "text" else decode
    try:
        for item in within_cells(reads(sys.stdin.buffer.read())):
            line = json.dumps(item, ensure_ascii=False, default=plain, separators=(",", ":"))
            sys.stdout.buffer.write(line.encode() + b"\n")
    except RefusedError as refusal:
        print(json.dumps({"refused": str(refusal)}))  # noqa: T201 - standard output is the answer
    except PasswordError:
        print(json.dumps({"refused": ENCRYPTED}))  # noqa: T201
    except (
        CalamineError,
        zipfile.BadZipFile,
        ElementTree.ParseError,
        struct.error,
        KeyError,
        ValueError,
    ):
        print(json.dumps({"refused": DAMAGED}))  # noqa: T201


if __name__ == "__main__":
    main()
