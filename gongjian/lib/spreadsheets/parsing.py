"""Finds the office's worksheets and columns in what was uploaded, and reads every row or names the
cell that is wrong.
"""

from collections.abc import Sequence

from .cells import CellProblem, CellWarning, converter, trimmed
from .opening import Cell, WorksheetTable
from .specs import (
    EXAMPLE_MARK,
    NOTES_WORKSHEET,
    CellError,
    Parsed,
    ParsedWorksheet,
    Row,
    SheetTemplate,
    Value,
    canonical,
    canonical_header,
    column_letters,
    spread,
)

HEADER_WITHIN = 10
MAX_REMARKS = 5_000


class TooManyRemarks(Exception):
    """Ends the reading early; never leaves this module."""


def parse(tables: Sequence[WorksheetTable], specs: Sequence[SheetTemplate]) -> Parsed:
    """Reads the worksheets that `specs` know, in any order, with their columns in any order;
    nothing is raised.
    """
    parsed = Parsed()
    pairs = recognised(tables, specs, parsed)
    try:
        for table, spec in pairs:
            parsed.worksheets[spec.name] = read_worksheet(table, spec, parsed)
    except TooManyRemarks:
        last = parsed.errors[-1]
        cell_error = CellError(
            last.worksheet, last.cell, "", f"以后不再列出：错处超过 {MAX_REMARKS:,} 个"
        )
        parsed.errors.append(cell_error)
    names_read = {spec.name for _, spec in pairs}
    names = [spec.name for spec in specs]
    parsed.missing_worksheets = [name for name in names if name not in names_read]
    return parsed


def recognised(
    tables: Sequence[WorksheetTable], specs: Sequence[SheetTemplate], parsed: Parsed
) -> list[tuple[WorksheetTable, SheetTemplate]]:
    """Worksheets by their names first, the rest by their headers; hidden, empty and strange
    worksheets are not read.
    """
    pairs: list[tuple[WorksheetTable, SheetTemplate]] = []
    unnamed: list[WorksheetTable] = []
    for table in tables:
        spec = spec_by_name(table, specs)
        if canonical(table.name) == NOTES_WORKSHEET or not (spec or table.rows):
            continue
        if table.hidden:
            parsed.unknown_worksheets.append(f"{table.name}（隐藏）")
        elif spec:
            add_pair(table, spec, pairs, parsed)
        else:
            unnamed.append(table)
    for table in unnamed:
        names_read = {spec.name for _, spec in pairs}
        spec_read = spec_by_headers(table, [spec for spec in specs if spec.name not in names_read])
        if spec_read:
            pairs.append((table, spec_read))
        else:
            parsed.unknown_worksheets.append(table.name)
    return pairs


def add_pair(
    table: WorksheetTable,
    spec: SheetTemplate,
    pairs: list[tuple[WorksheetTable, SheetTemplate]],
    parsed: Parsed,
) -> None:
    other = next((first.name for first, spec_read in pairs if spec_read is spec), None)
    if other:
        message = f"这张表与“{other}”都是{spec.name}：请合成一张，或删去一张"
        cell_error = CellError(table.name, "A1", "", message)
        parsed.errors.append(cell_error)
    else:
        pairs.append((table, spec))


def spec_by_name(table: WorksheetTable, specs: Sequence[SheetTemplate]) -> SheetTemplate | None:
    """A worksheet is called exactly what its spec is; a .csv file's name may say more:
    单位名册-2026年11月.csv.
    """
    name = canonical(table.name)
    exact = next((spec for spec in specs if name in map(canonical, spec.names)), None)
    if exact or not table.from_csv:
        return exact
    inside = []
    for spec in specs:
        if any(canonical(written) in name for written in spec.names):
            inside.append(spec)
    if len(inside) == 1:
        return inside[0]
    return None


def spec_by_headers(table: WorksheetTable, specs: Sequence[SheetTemplate]) -> SheetTemplate | None:
    """The one spec with all its required columns there that knows most of the headers; None when
    two do equally.
    """
    scores: list[tuple[int, SheetTemplate]] = []
    for spec in specs:
        present = set()
        for text in header_texts(table, header_row(table, spec)):
            present.add(canonical_header(text))
        required = {canonical_header(column.header) for column in spec.columns if column.required}
        if required <= present:
            headers = [canonical_header(column.header) for column in spec.columns]
            scores.append((sum(header in present for header in headers), spec))
    scores.sort(key=lambda score: -score[0])
    best = [spec for score, spec in scores if score and score == scores[0][0]]
    return best[0] if len(best) == 1 else None


def header_row(table: WorksheetTable, spec: SheetTemplate) -> int:
    """Index in `table.rows` of the row, among the worksheet's first ten, that holds most of the
    headers; or -1.
    """
    headers = set()
    for column in spec.columns:
        headers.add(canonical_header(column.header))
    best, best_score = -1, 0
    for index, (number, cells) in enumerate(table.rows[:HEADER_WITHIN]):
        if number > HEADER_WITHIN:
            break
        score = len(headers & {canonical_header(cell) for cell in cells if isinstance(cell, str)})
        if score > best_score:
            best, best_score = index, score
    return best


def header_texts(table: WorksheetTable, index: int) -> list[str]:
    if index < 0:
        return []
    return [trimmed(cell) if isinstance(cell, str) else "" for cell in table.rows[index][1]]


def read_worksheet(table: WorksheetTable, spec: SheetTemplate, parsed: Parsed) -> ParsedWorksheet:
    worksheet = ParsedWorksheet(table.name, spec)
    index = header_row(table, spec)
    if index < 0:
        headers = [column.header for column in spec.columns]
        columns = spread(headers)
        cell_error = CellError(
            table.name, "A1", "", f"前 {HEADER_WITHIN} 行里找不到标题行：应有{columns}"
        )
        parsed.errors.append(cell_error)
        return worksheet
    find_columns(table, index, worksheet, parsed)
    read_rows(table, index + 1, worksheet, parsed)
    return worksheet


def find_columns(
    table: WorksheetTable, index: int, worksheet: ParsedWorksheet, parsed: Parsed
) -> None:
    """Fills `columns` and `ignored_columns`; names duplicate headers and required ones that are
    missing.
    """
    number = table.rows[index][0]
    columns = {canonical_header(column.header): column for column in worksheet.spec.columns}
    for position, text in enumerate(header_texts(table, index)):
        column = columns.get(canonical_header(text))
        if column is None:
            if text:
                worksheet.ignored_columns.append(text)
        elif column.field in worksheet.columns:
            first = column_letters(worksheet.columns[column.field])
            cell = f"{column_letters(position)}{number}"
            parsed.errors.append(
                CellError(table.name, cell, column.header, f"这一列与 {first} 列重复：请删去一列")
            )
        else:
            worksheet.columns[column.field] = position
    for column in worksheet.spec.columns:
        if column.required and column.field not in worksheet.columns:
            message = "这一列没有找到：请补上，或核对标题的写法"
            cell_error = CellError(table.name, f"A{number}", column.header, message)
            parsed.errors.append(cell_error)


def read_rows(
    table: WorksheetTable, start: int, worksheet: ParsedWorksheet, parsed: Parsed
) -> None:
    """Fills `rows`. A line with nothing in our columns (a numbered line without an entry) is no
    row.
    """
    plan = [
        (worksheet.columns[column.field], column, converter(column, date1904=table.date1904))
        for column in worksheet.spec.columns
        if column.field in worksheet.columns
    ]
    width = max(worksheet.columns.values()) + 1
    for number, cells in table.rows[start:]:
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        if is_example(cells) or all(is_blank(cells[position]) for position, _, _ in plan):
            continue
        values: dict[str, Value] = {}
        for position, column, convert in plan:
            try:
                value = convert(cells[position])
                if column.required and (value is None or value == ""):
                    raise CellProblem("不能为空：请填写")
            except CellProblem as problem:
                cell = f"{column_letters(position)}{number}"
                remark = CellError(table.name, cell, column.header, str(problem))
                value = noted(problem, remark, parsed)
            values[column.field] = value
        worksheet.rows.append(Row(number, values))
        if len(parsed.errors) > MAX_REMARKS:
            raise TooManyRemarks


def noted(problem: CellProblem, remark: CellError, parsed: Parsed) -> Value:
    """Files the remark as a warning or an error; the value to go on with, None after an error."""
    if isinstance(problem, CellWarning):
        parsed.warnings.append(remark)
        return problem.value
    parsed.errors.append(remark)
    return None


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not trimmed(cell)


def is_example(cells: Sequence[Cell]) -> bool:
    first = next((cell for cell in cells if cell != ""), "")
    return isinstance(first, str) and first.lstrip().startswith(EXAMPLE_MARK)
