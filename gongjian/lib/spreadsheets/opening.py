"""Opens what people upload: .xlsx, .xls, .ods and .csv, decided by content; a bad file gets one
sentence.
"""

import codecs
import datetime
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO, Any

MAX_BYTES = 30 << 20
MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 300 << 20
SECONDS = 60

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1")
TEXT_SUFFIXES = {".csv", ".txt", ".tsv"}
DECODER = Path(__file__).with_name("decoder.py")


class UnreadableWorkbook(ValueError):
    """The file cannot be taken at all; str() is one Chinese sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A cell without a usable value: a failed formula, a time of day.

    `why` continues the header's name.
    """

    why: str


Cell = str | float | bool | datetime.date | Unusable


@dataclass(slots=True)
class WorksheetTable:
    """One worksheet as it stands: row number in Excel and its cells from column A; rows without any
    value are left out.
    """

    name: str
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    hidden: bool = False
    date1904: bool = False
    from_csv: bool = False


def read_tables(source: IO[bytes] | str | Path, filename: str) -> list[WorksheetTable]:
    """All worksheets of an uploaded file; `filename` names the worksheet of a .csv.

    Raises UnreadableWorkbook.
    """
    content = content_of(source)
    if content.startswith(ZIP_MAGIC):
        refuse_zip_bomb(content)
        return decoded(content)
    if content.startswith(OLE_MAGIC):
        return decoded(content)
    if PurePath(filename).suffix.lower() in TEXT_SUFFIXES:
        (table,) = decoded(content, "text")
        table.name = PurePath(filename.replace("\\", "/")).stem
        table.from_csv = True
        return [table]
    raise UnreadableWorkbook(not_a_workbook(content))


def content_of(source: IO[bytes] | str | Path) -> bytes:
    if isinstance(source, str | Path):
        with open(source, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    else:
        source.seek(0)
        content = source.read(MAX_BYTES + 1)
    if not content.strip(b"\0\r\n\t "):
        raise UnreadableWorkbook("文件是空的：请检查是否选错了文件。")
    if len(content) > MAX_BYTES:
        raise UnreadableWorkbook(
            f"文件超过 {MAX_BYTES >> 20} MB：请删去图片和无关的工作表后再上传。"
        )
    return content


def not_a_workbook(content: bytes) -> str:
    head = content[:1024].lstrip(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta")):
        return "文件的内容其实是网页，不是工作簿：请用 Excel 打开后另存为 .xlsx 再上传。"
    return "文件不是 Excel 工作簿或 CSV 表格：请上传 .xlsx、.xls、.ods 或 .csv 文件。"


def refuse_zip_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as damage:
        raise UnreadableWorkbook("工作簿打不开，文件可能没有传完整：请重新上传。") from damage
    names = {entry.filename for entry in entries}
    if "xl/workbook.bin" in names:
        raise UnreadableWorkbook("系统不读 .xlsb 工作簿：请在 Excel 中另存为 .xlsx 再上传。")
    if not names & {"xl/workbook.xml", "content.xml"}:
        raise UnreadableWorkbook("文件不是 Excel 工作簿：请上传 .xlsx、.xls、.ods 或 .csv 文件。")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise UnreadableWorkbook(
            "工作簿解压后过大，系统不予打开：请删去图片和多余的工作表后再上传。"
        )


def decoded(content: bytes, kind: str = "workbook") -> list[WorksheetTable]:
    """Has `decoder.py` read the file in a child process of bounded memory, time and answer."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as answer:
        source.write(content)
        source.seek(0)
        command = [sys.executable, "-I", str(DECODER), kind]
        try:
            # The command is this interpreter and our own file: nothing in it comes from outside.
            process = subprocess.run(  # noqa: S603
                command,
                stdin=source,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise UnreadableWorkbook(f"文件 {SECONDS} 秒内没有读完：请分成几个文件上传。") from slow
        if process.returncode:
            reasons = "内容过大、有远在表外的单元格，或者已损坏"
            raise UnreadableWorkbook(f"文件读不了：{reasons}。请把数据复制到新的工作簿再上传。")
        answer.seek(0)
        return list(tables_in(answer))


def tables_in(answer: IO[bytes]) -> Iterator[WorksheetTable]:
    table: WorksheetTable | None = None
    for line in answer:
        item = json.loads(line, object_hook=revived)
        if isinstance(item, list) and table is not None:
            pairs = []
            for number, cells in item:
                pairs.append((number, cells))
            table.rows.extend(pairs)
            continue
        if "refused" in item:
            raise UnreadableWorkbook(item["refused"])
        if table is not None:
            yield table
        table = WorksheetTable(item["sheet"], hidden=item["hidden"], date1904=item["date1904"])
    if table is not None:
        yield table


def revived(item: dict[str, Any]) -> Any:
    if "date" in item:
        return datetime.date.fromisoformat(item["date"])
    if "bad" in item:
        return Unusable(item["bad"])
    return item
