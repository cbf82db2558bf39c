"""Files as people send them, and as nobody should: by hand where no writer makes them."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

import openpyxl

from gongjian.lib.spreadsheets import ColumnSpec, SheetTemplate

COMMUNITIES = SheetTemplate(
    "社区名册",
    (
        ColumnSpec("社区名称", "name", required=True, max_length=20),
        ColumnSpec("社区代码", "code", "code", required=True),
        ColumnSpec("街道", "subdistrict"),
        ColumnSpec("类别", "kind", "choice", choices=("城市社区", "村改居（过渡）")),
    ),
    aliases=("社区表",),
)
UNITS = SheetTemplate(
    "单位名册",
    (
        ColumnSpec("单位名称", "name", required=True),
        ColumnSpec("统一社会信用代码", "credit_code", "credit_code"),
        ColumnSpec("联系电话", "phone", "phone"),
        ColumnSpec("签订日期", "signed_on", "date", example="2026-03-01"),
        ColumnSpec("人数", "headcount", "integer"),
    ),
)
SPECS = (COMMUNITIES, UNITS)


def xlsx(**sheets) -> io.BytesIO:
    """A workbook by openpyxl: sheet name -> list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(book) -> io.BytesIO:
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def repacked(stream: io.BytesIO, part: str, change) -> io.BytesIO:
    """The same workbook with one part's XML changed."""
    result = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    result.seek(0)
    return result


def ods(rows: list[list[str]], *, extra_cell: str = "") -> io.BytesIO:
    text = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + extra_cell
        + "</table:table-row>"
        for row in rows
    )
    names = ["office", "table", "text"]
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names
    )
    spaces += (
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
        "<office:body><office:spreadsheet>"
        f'<table:table table:name="单位名册">{text}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    stream.seek(0)
    return stream


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def xls(
    rows: list[list[str | float]], *, extra: bytes = b"", globals_extra: bytes = b""
) -> io.BytesIO:
    """A BIFF8 workbook with the one sheet 单位名册, [MS-XLS] records in a [MS-CFB] file."""
    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                cells += record(
                    0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                )
            else:
                cells += record(0x0203, place + struct.pack("<d", value))
    name = "单位名册"
    start_of = lambda kind: record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))  # noqa: E731
    bound = lambda at: record(  # noqa: E731
        0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 1) + name.encode("utf-16-le")
    )
    end = record(0x000A, b"")
    head = start_of(0x0005) + globals_extra
    offset = len(head) + len(bound(0)) + len(end)
    stream = head + bound(offset) + end + start_of(0x0010) + cells + extra + end
    return io.BytesIO(compound(b"Workbook", stream.ljust(8192, b"\0")))


def compound(name: bytes, stream: bytes) -> bytes:
    """Header, one FAT sector, one directory sector, then the stream."""
    sectors = -(-len(stream) // 512)
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + entry(
        name.decode(), 2, 2, len(stream)
    )
    return header + fat + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
