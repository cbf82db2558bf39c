"""The readings of a round as a workbook, a worksheet a component.

It is taken away prefilled, checked cell by cell and taken in.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import IO, Any

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.lib.canonical import canonical_json
from gongjian.lib.spreadsheets import (
    CellError,
    ColumnSpec,
    ParsedWorksheet,
    Row,
    SheetTemplate,
    WorksheetTable,
    parse,
    write_xlsx,
)
from gongjian.lib.spreadsheets.specs import NOTES_WORKSHEET, canonical, spread
from gongjian.lib.spreadsheets.writing import free_name
from scoring.models import Reading, Round
from scoring.rules.readings.asked import (
    LONGEST_REASON,
    AskedCell,
    in_words,
    reading_of,
    why_refused,
)
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import Item
from scoring.rules.rubrics.parts import MeasuredRules
from scoring.services.readings.entering import (
    AskedItems,
    ReadingEntry,
    StoredReading,
    cells_of_stored,
    measured_by,
    record_readings,
    stored_reading,
    why_not_entered,
)
from scoring.services.readings.recorded import absences_of

CODE, NAME = "社区代码", "社区"
NOTE_HEADERS = ("工作表", "列", "怎么填")
# Decimals of a figure in a cell: finer than anything an office measures.
FIGURE_PLACES = 6
HINT = (
    "空格不改动原有的读数；一项扣分的各栏只要填了一栏，空着的就是没有。"
    "全部改对才写入，有一处不对整本不写。"
)

# What has been entered, by community id and component.
StoredRows = Mapping[tuple[int, str], Mapping[str, StoredReading]]


@dataclass(frozen=True)
class ComponentWorksheet:
    """One component with its worksheet: a line a community, a column a cell that is asked for."""

    rules: MeasuredRules
    items_asked: AskedItems
    spec: SheetTemplate

    @cached_property
    def asks(self) -> list[AskedCell]:
        """The columns after code and name, in order."""
        return asks_in(self.items_asked)

    @cached_property
    def fields(self) -> dict[tuple[str, str, str], str]:
        """The field of each cell in a parsed row, by the cell's key."""
        return {ask.key: field_of(number) for number, ask in enumerate(self.asks)}


def asks_in(items_asked: AskedItems) -> list[AskedCell]:
    """Return the cells of all items, one after the other."""
    cells: list[AskedCell] = []
    for _, asks in items_asked:
        cells += asks
    return cells


def field_of(number: int) -> str:
    """Return the field of the column with this number among the asks."""
    return f"c{number}"


@dataclass(frozen=True)
class ReadingChange:
    """One item of one community that the file would enter, or enter over what stands; in words."""

    where: str
    community: str
    item: str
    before: str
    after: str


@dataclass
class ReadingPlan:
    """What taking a file in would do; nothing is written while there is an error."""

    errors: list[CellError] = field(default_factory=list)
    new: list[ReadingChange] = field(default_factory=list)
    changed: list[ReadingChange] = field(default_factory=list)
    unchanged: int = 0
    entries: list[ReadingEntry] = field(default_factory=list)
    unknown_worksheets: list[str] = field(default_factory=list)
    ignored_columns: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.new and not self.changed

    def fingerprint(self) -> str:
        """Return a hash of what the page shows: what is entered and what stood there before."""
        lines = []
        for change in (*self.new, *self.changed):
            place = [change.where, change.community, change.item]
            lines.append([*place, change.before, change.after])
        errors = [str(error) for error in self.errors]
        page = canonical_json({"shown": lines, "errors": errors})
        return hashlib.sha256(page).hexdigest()


def worksheets_for(round: Round) -> list[ComponentWorksheet]:
    """Return the worksheets of the round's workbook, named after the components."""
    used_names: set[str] = {NOTES_WORKSHEET}
    worksheets = []
    for rules, items_asked in measured_by(round):
        columns = [ColumnSpec(CODE, "code", kind="code", required=True), ColumnSpec(NAME, "name")]
        columns += [column_of(number, ask) for number, ask in enumerate(asks_in(items_asked))]
        spec = SheetTemplate(free_name(rules.name, used_names), tuple(columns))
        worksheets.append(ComponentWorksheet(rules, items_asked, spec))
    return worksheets


def column_of(number: int, ask: AskedCell) -> ColumnSpec:
    """Return the column in which a cell is filled in."""
    longest = LONGEST_REASON if ask.what == "reason" else None
    return ColumnSpec(
        ask.label,
        field_of(number),
        kind=ask.kind,
        max_length=longest,
        places=FIGURE_PLACES,
        note=ask.note,
    )


def write_reading_book(stream: IO[bytes], round: Round) -> None:
    """Write the workbook with every community that is assessed and what has been entered so far.

    Three queries.
    """
    assessed = Community.objects.active().exclude(pk__in=absences_of(round))
    communities = list(assessed.order_by("code"))
    kept_items = kept_rows(round)
    tables: list[tuple[str, Sequence[str], Any]] = []
    notes = []
    for worksheet in worksheets_for(round):
        name = worksheet.spec.name
        headers = [column.header for column in worksheet.spec.columns]
        tables.append((name, headers, lines_of(worksheet, communities, kept_items)))
        notes += [(name, ask.label, ask.note) for ask in worksheet.asks if ask.note]
    notes.append(("", "", HINT))
    write_xlsx(stream, [*tables, (NOTES_WORKSHEET, NOTE_HEADERS, notes)])


def kept_rows(round: Round) -> StoredRows:
    """Return what has been entered. One query."""
    rows = Reading.objects.filter(round=round).values_list("community", "component", "items")
    return {(community, component): items for community, component, items in rows}


def lines_of(
    worksheet: ComponentWorksheet, communities: Sequence[Community], kept_items: StoredRows
) -> Iterator[list[Any]]:
    """Yield the lines of a worksheet, a community each, with what has been entered."""
    for community in communities:
        items = kept_items.get((community.pk, worksheet.rules.code), {})
        cells: dict[tuple[str, str, str], Any] = {}
        for item, asks in worksheet.items_asked:
            cells |= cells_of_stored(asks, items.get(item.code))
        answers = [cells.get(ask.key) for ask in worksheet.asks]
        yield [community.code, community.name, *answers]


def plan_readings(round: Round, tables: Sequence[WorksheetTable]) -> ReadingPlan:
    """Return what the workbook would enter, and every cell that is wrong; nothing is written.

    Three queries.
    """
    worksheets = worksheets_for(round)
    parsed = parse(tables, [worksheet.spec for worksheet in worksheets])
    plan = ReadingPlan(parsed.errors)
    plan.unknown_worksheets = parsed.unknown_worksheets
    plan.ignored_columns = parsed.ignored_columns
    if not parsed.worksheets and not parsed.errors:
        names = spread([worksheet.spec.name for worksheet in worksheets])
        first = tables[0].name if tables else "文件"
        plan.errors.append(CellError(first, "A1", "", f"没有找到读数：工作表应叫{names}"))
    desk = ReadingDesk(plan, kept_rows(round), absences_of(round))
    for worksheet in worksheets:
        if worksheet.spec.name in parsed.worksheets:
            desk.read(worksheet, parsed.worksheets[worksheet.spec.name])
    return plan


class ReadingDesk:
    """Lays the worksheets of a file beside what stands, and writes the plan."""

    def __init__(
        self, plan: ReadingPlan, kept_items: StoredRows, absent: Mapping[int, str]
    ) -> None:
        self.plan, self.kept_items, self.absent = plan, kept_items, absent
        self.communities = {community.code: community for community in Community.objects.all()}

    def read(self, worksheet: ComponentWorksheet, parsed: ParsedWorksheet) -> None:
        """Read every line of one worksheet."""
        first_lines: dict[int, int] = {}
        for row in parsed.rows:
            community = self.community_of(parsed, row)
            if community is None:
                continue
            if community.pk in first_lines:
                twice = f"与第 {first_lines[community.pk]} 行重复：一个社区只写一行"
                self.refuse(parsed, row, "code", twice)
                continue
            first_lines[community.pk] = row.number
            self.enter(worksheet, parsed, row, community)

    def community_of(self, parsed: ParsedWorksheet, row: Row) -> Community | None:
        """Return the community of a row by its code; its name must be the one in the register.

        None where the row cannot be taken, or says nothing of a community that is not assessed.
        """
        code, name = row.values.get("code"), row.values.get("name")
        if not code:
            return None
        community = self.communities.get(str(code))
        if community is None:
            self.refuse(parsed, row, "code", f"“{code}”在社区名册里没有：请核对代码")
            return None
        if why := why_not_entered(community, self.absent):
            if has_answer(parsed, row):
                self.refuse(parsed, row, "code", f"“{community}”{why}：请删去这一行")
            return None
        if name and canonical(str(name)) != canonical(community.name):
            other = f"“{name}”与代码 {code} 的社区“{community}”不符：请核对"
            self.refuse(parsed, row, "name", other)
            return None
        return community

    def enter(
        self, worksheet: ComponentWorksheet, parsed: ParsedWorksheet, row: Row, community: Community
    ) -> None:
        """Plan what one line changes."""
        component = worksheet.rules.code
        before = self.kept_items.get((community.pk, component), {})
        changed_items: dict[str, StoredReading] = {}
        for item, asks in worksheet.items_asked:
            item_after = self.item_in(worksheet, parsed, row, item, asks)
            if item_after is None:
                continue
            item_before = before.get(item.code)
            if item_after == item_before:
                self.plan.unchanged += 1
                continue
            changed_items[item.code] = item_after
            where = f"{parsed.name} 第 {row.number} 行"
            words_before = in_words(asks, cells_of_stored(asks, item_before))
            words_after = in_words(asks, cells_of_stored(asks, item_after))
            change = ReadingChange(where, community.name, item.name, words_before, words_after)
            changes = self.plan.new if item_before is None else self.plan.changed
            changes.append(change)
        if changed_items:
            self.plan.entries.append(ReadingEntry(community.pk, component, changed_items))

    def item_in(
        self,
        worksheet: ComponentWorksheet,
        parsed: ParsedWorksheet,
        row: Row,
        item: Item,
        asks: Sequence[AskedCell],
    ) -> StoredReading | None:
        """Return what the row would keep of an item.

        None where nothing is written or it cannot be taken, which is noted.
        """
        fields = worksheet.fields
        cells = {ask.key: row.values.get(fields[ask.key]) for ask in asks}
        written = [key for key, value in cells.items() if value not in (None, "")]
        try:
            reading_and_reason = reading_of(asks, cells)
            if reading_and_reason is None:
                return None
            reading, reason = reading_and_reason
            refused = why_refused(worksheet.rules.items, item, reading)
        except Refused as refusal:
            refused = str(refusal)
        if refused:
            self.refuse(parsed, row, fields[written[0]], f"：{refused}")
            return None
        return stored_reading(reading, reason)

    def refuse(self, parsed: ParsedWorksheet, row: Row, field_name: str, message: str) -> None:
        """Note what is wrong with a cell."""
        self.plan.errors.append(parsed.error(row, field_name, message))


def has_answer(parsed: ParsedWorksheet, row: Row) -> bool:
    """Whether anything stands in a row besides the community's code and name."""
    answers = parsed.columns.keys() - {"code", "name"}
    return any(row.values.get(name) not in (None, "") for name in answers)


def enter_plan(round: Round, plan: ReadingPlan, *, by: User, at: datetime) -> int:
    """Enter what was planned; raises what `record_readings` raises."""
    return record_readings(round, plan.entries, by=by, at=at)
