"""附件 that a drafter writes by hand: text and a table under a title.

What comes from the data stays as it is.

Those by hand bear a `key`; they follow the others, which have none.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import Any

from gongjian.documents.layout.measures import width_of
from gongjian.documents.layout.printed_sheet import chinese_date
from gongjian.documents.models import OfficialDocument
from gongjian.lib.spreadsheets import UnreadableWorkbook, WorksheetTable
from gongjian.lib.spreadsheets.cells import CellProblem, shown
from gongjian.workflow import WrongState

MOST = 20
MOST_ROWS = 2000
MOST_COLUMNS = 20
CENTERED = 8  # characters: a column of short words stands in its middle
WIDEST = 24
NAMED = 3  # wrong cells in one sentence

Attachments = Sequence[Mapping[str, Any]]


def by_hand(attachments: Attachments) -> list[Mapping[str, Any]]:
    return [item for item in attachments if item.get("key")]


def from_data(attachments: Attachments) -> list[Mapping[str, Any]]:
    items = []
    for item in attachments:
        if not item.get("key"):
            items.append(item)
    return items


def refuse_changed_data(document: OfficialDocument, attachments: Attachments) -> None:
    """Attachments from the data stay, and a draft that keeps its figures takes no others.

    Raises WrongState.
    """
    if from_data(attachments) != from_data(document.attachments):
        raise WrongState("出自数据的附件不能改动")
    if document.figures is not None and by_hand(attachments):
        raise WrongState("本文由数据生成，不能另加附件")


def outline(attachments: Attachments) -> list[str]:
    """What the log keeps of attachments: their titles and how long they are."""
    texts = []
    for item in attachments:
        texts.append(f"《{item['title']}》{_length(item)}")
    return texts


def _length(item: Mapping[str, Any]) -> str:
    lengths = []
    text = item.get("text", "")
    if text:
        lengths.append(f"正文 {len(text)} 字")
    table = item.get("table") or {}
    if table.get("rows"):
        lengths.append(f"表格 {len(table['rows'])} 行")
    return " ".join(lengths)


def table_of(tables: Sequence[WorksheetTable]) -> dict[str, Any]:
    """The first worksheet of a workbook as an attachment's table, its first row as the heads.

    Raises UnreadableWorkbook with one sentence that names the cells.
    """
    filled_tables = [table for table in tables if table.rows and not table.hidden]
    if not filled_tables:
        raise UnreadableWorkbook("工作簿里没有内容：请检查是否选错了文件。")
    worksheet = filled_tables[0]
    rows = _texts(worksheet)
    used = [place for place, cells in enumerate(zip(*rows, strict=True)) if any(cells)]
    used_rows = []
    for row in rows:
        used_rows.append([row[place] for place in used])
    heads, *body = used_rows
    _refuse_shape(worksheet, heads, body, used)
    columns = [_column(cells) for cells in zip(heads, *body, strict=True)]
    return {"columns": columns, "rows": body}


def _texts(worksheet: WorksheetTable) -> list[list[str]]:
    wide = max(len(cells) for _, cells in worksheet.rows)
    wrong, rows = [], []
    for number, cells in worksheet.rows:
        row = [""] * wide
        for place, cell in enumerate(cells):
            try:
                row[place] = chinese_date(cell) if isinstance(cell, date) else shown(cell)
            except CellProblem as problem:
                wrong.append(f"{_letters(place)}{number}{problem}")
        rows.append(row)
    if wrong:
        problems = "；".join(wrong[:NAMED])
        raise UnreadableWorkbook(f"工作表“{worksheet.name}”：{problems}")
    return rows


def _refuse_shape(
    worksheet: WorksheetTable, heads: Sequence[str], body: Sequence[Any], used: Sequence[int]
) -> None:
    first, _ = worksheet.rows[0]
    if not body:
        raise UnreadableWorkbook(f"工作表“{worksheet.name}”只有一行：第一行写表头，下面写内容。")
    if len(body) > MOST_ROWS or len(heads) > MOST_COLUMNS:
        raise UnreadableWorkbook(
            f"表格有 {len(body)} 行、{len(heads)} 列，最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列。"
        )
    if len(heads) > 1 and len(set(heads)) == 1:
        raise UnreadableWorkbook(
            f"第 {first} 行像是表的标题：请删去，从表头开始，标题写在“附件标题”里。"
        )
    blank = []
    for place, head in zip(used, heads, strict=True):
        if not head:
            blank.append(f"{_letters(place)}{first}")
    if blank:
        raise UnreadableWorkbook(
            f"第 {first} 行是表头，每列都要有名称：{'、'.join(blank[:NAMED])} 是空的。"
        )


def _column(cells: Sequence[str]) -> dict[str, Any]:
    """The head, and a share of the width by the longest line."""
    lines = "\n".join(cells).splitlines()
    longest = max((ceil(width_of(line)) for line in lines), default=0)
    align = "center" if longest <= CENTERED else "left"
    width = min(max(longest, 2), WIDEST) + 1
    return {"label": cells[0], "align": align, "width": width}


def _letters(place: int) -> str:
    if place < 26:
        return chr(65 + place)
    return f"{chr(64 + place // 26)}{chr(65 + place % 26)}"
