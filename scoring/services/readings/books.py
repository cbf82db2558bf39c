"""The readings of a round as a workbook, a sheet a component: taken away prefilled, checked by cell, taken in."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from communities.models import Community
from gongjian.lib.canonical import canonical_json
from gongjian.lib.spreadsheets import (
    CellError,
    ColumnSpec,
    ParsedSheet,
    Row,
    SheetSpec,
    SheetTable,
    parse,
    write_xlsx,
)
from gongjian.lib.spreadsheets.specs import NOTES_SHEET, canonical, spread
from gongjian.lib.spreadsheets.writing import free_name
from scoring.models import Reading, Round
from scoring.rules.readings.asked import LONGEST_REASON, Ask, in_words, reading_of, why_refused
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import Item
from scoring.rules.rubrics.parts import MeasuredRules
from scoring.services.readings.entering import (
    Asked,
    Given,
    kept_cells,
    kept_reading,
    measured_by,
    record_readings,
    why_not_entered,
)
from scoring.services.readings.recorded import absences_of

CODE, NAME = "社区代码", "社区"
NOTE_HEADERS = ("工作表", "列", "怎么填")
PLACES = 6
"""Of a figure in a cell: finer than anything an office measures."""
HINT = "空格不改动原有的读数；一项扣分的各栏只要填了一栏，空着的就是没有。全部改对才写入，有一处不对整本不写。"


@dataclass(frozen=True)
class SheetOfReadings:
    """One component with its sheet: `asks` are its columns after code and name, in order."""

    rules: MeasuredRules
    asked: Asked
    spec: SheetSpec

    @property
    def asks(self) -> list[Ask]:
        return [ask for _, asks in self.asked for ask in asks]


@dataclass(frozen=True)
class Change:
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
    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    given: list[Given] = field(default_factory=list)
    unknown_sheets: list[str] = field(default_factory=list)
    ignored_columns: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.new and not self.changed

    def fingerprint(self) -> str:
        """Of all that the person is shown: what is entered and what stood there before."""
        shown = []
        for one in (*self.new, *self.changed):
            shown.append([one.where, one.community, one.item, one.before, one.after])
        errors = [str(one) for one in self.errors]
        said = {"shown": shown, "errors": errors}
        return hashlib.sha256(canonical_json(said)).hexdigest()


def sheets_for(round: Round) -> list[SheetOfReadings]:
    """The sheets of the round's workbook, named after the components."""
    used: set[str] = {NOTES_SHEET}
    sheets = []
    for rules, asked in measured_by(round):
        sheets.append(_sheet(rules, asked, used))
    return sheets


def _sheet(rules: MeasuredRules, asked: Asked, used: set[str]) -> SheetOfReadings:
    asks = [ask for _, asks in asked for ask in asks]
    column_spec = ColumnSpec(CODE, "code", kind="code", required=True)
    columns = (
        column_spec,
        ColumnSpec(NAME, "name"),
        *(_column(number, ask) for number, ask in enumerate(asks)),
    )
    name = free_name(rules.name, used)
    return SheetOfReadings(rules, asked, SheetSpec(name, columns))


def _column(number: int, ask: Ask) -> ColumnSpec:
    longest = LONGEST_REASON if ask.what == "reason" else None
    return ColumnSpec(
        ask.label, f"c{number}", kind=ask.kind, max_length=longest, places=PLACES, note=ask.note
    )


def write_reading_book(stream: IO[bytes], round: Round) -> None:
    """The workbook with every community that is assessed and what has been entered so far. Three queries."""
    absent = absences_of(round)
    communities = Community.objects.active().exclude(pk__in=absent)
    places = list(communities.order_by("code"))
    kept = kept_rows(round)
    sheets = sheets_for(round)
    tables = []
    for one in sheets:
        headers = []
        for column in one.spec.columns:
            headers.append(column.header)
        rows = _rows(one, places, kept)
        tables.append((one.spec.name, headers, rows))
    notes = [(one.spec.name, ask.label, ask.note) for one in sheets for ask in one.asks if ask.note]
    write_xlsx(stream, [*tables, (NOTES_SHEET, NOTE_HEADERS, [*notes, ("", "", HINT)])])


def kept_rows(round: Round) -> dict[tuple[int, str], Mapping[str, Any]]:
    """What has been entered, by community id and component. One query."""
    readings = Reading.objects.filter(round=round)
    rows = readings.values_list("community", "component", "items")
    kept_rows = {}
    for community, component, items in rows:
        kept_rows[(community, component)] = items
    return kept_rows


def _rows(one: SheetOfReadings, places: Sequence[Community], kept) -> Iterable[list]:
    for place in places:
        items = kept.get((place.pk, one.rules.code), {})
        cells = {}
        for item, asks in one.asked:
            for key, cell in kept_cells(asks, items.get(item.code)).items():
                cells[key] = cell
        yield [place.code, place.name, *(cells.get(ask.key) for ask in one.asks)]


def plan_readings(round: Round, tables: Sequence[SheetTable]) -> ReadingPlan:
    """What the sheets would enter, and every cell that is wrong; nothing is written. Three queries."""
    sheets = sheets_for(round)
    specs = [one.spec for one in sheets]
    parsed = parse(tables, specs)
    plan = ReadingPlan(
        parsed.errors, unknown_sheets=parsed.unknown_sheets, ignored_columns=parsed.ignored_columns
    )
    if not parsed.sheets and not parsed.errors:
        names = spread([one.spec.name for one in sheets])
        sheet = tables[0].name if tables else "文件"
        cell_error = CellError(sheet, "A1", "", f"没有找到读数：工作表应叫{names}")
        plan.errors.append(cell_error)
    desk = _Desk(plan, kept_rows(round), absences_of(round))
    for one in sheets:
        if one.spec.name in parsed.sheets:
            desk.read(one, parsed.sheets[one.spec.name])
    return plan


class _Desk:
    """Lays the sheets of a file beside what stands."""

    def __init__(self, plan: ReadingPlan, kept, absent: Mapping[int, str]) -> None:
        self.plan, self.kept, self.absent = plan, kept, absent
        self.places = {place.code: place for place in Community.objects.all()}

    def read(self, one: SheetOfReadings, sheet: ParsedSheet) -> None:
        seen: dict[int, int] = {}
        for row in sheet.rows:
            place = self._place(sheet, row)
            if place is None:
                continue
            if place.pk in seen:
                error = sheet.error(row, "code", f"与第 {seen[place.pk]} 行重复：一个社区只写一行")
                self.plan.errors.append(error)
                continue
            seen[place.pk] = row.number
            self._enter(one, sheet, row, place)

    def _place(self, sheet: ParsedSheet, row: Row) -> Community | None:
        """The community of a row, by its code; its name must be the one in the register."""
        code, name = row.values.get("code"), row.values.get("name")
        if not code:
            return None
        place = self.places.get(str(code))
        if place is None:
            error = sheet.error(row, "code", f"“{code}”在社区名册里没有：请核对代码")
            self.plan.errors.append(error)
        elif why := why_not_entered(place, self.absent):
            if any(
                row.values.get(name) not in (None, "")
                for name in sheet.columns
                if name not in ("code", "name")
            ):
                self.plan.errors.append(sheet.error(row, "code", f"“{place}”{why}：请删去这一行"))
            return None
        elif name and canonical(str(name)) != canonical(place.name):
            self.plan.errors.append(
                sheet.error(row, "name", f"“{name}”与代码 {code} 的社区“{place}”不符：请核对")
            )
            return None
        return place

    def _enter(self, one: SheetOfReadings, sheet: ParsedSheet, row: Row, place: Community) -> None:
        before = self.kept.get((place.pk, one.rules.code), {})
        fields = {}
        for number, ask in enumerate(one.asks):
            fields[ask.key] = f"c{number}"
        given = {}
        for item, asks in one.asked:
            cells = {ask.key: row.values.get(fields[ask.key]) for ask in asks}
            kept = self._kept(one, sheet, row, item, asks, cells, fields)
            if kept is None:
                continue
            stood = before.get(item.code)
            if kept == stood:
                self.plan.unchanged += 1
                continue
            given[item.code] = kept
            was = in_words(asks, kept_cells(asks, stood))
            change = Change(
                f"{sheet.name} 第 {row.number} 行",
                place.name,
                item.name,
                was,
                in_words(asks, kept_cells(asks, kept)),
            )
            (self.plan.new if stood is None else self.plan.changed).append(change)
        if given:
            self.plan.given.append(Given(place.pk, one.rules.code, given))

    def _kept(
        self, one, sheet: ParsedSheet, row: Row, item: Item, asks, cells, fields
    ) -> Mapping[str, Any] | None:
        """What the row would keep of an item; None where nothing is written or it cannot be taken, which is noted."""
        written = []
        for ask in asks:
            if cells[ask.key] not in (None, ""):
                written.append(ask)
        try:
            found = reading_of(asks, cells)
            if found is None:
                return None
            refused = why_refused(one.rules.items, item, found[0])
        except Refused as wrong:
            refused = str(wrong)
        if refused:
            error = sheet.error(row, fields[written[0].key], f"：{refused}")
            self.plan.errors.append(error)
            return None
        return kept_reading(*found)


def enter_plan(round: Round, plan: ReadingPlan, *, by, at: datetime) -> int:
    """Write what was planned; raises what `record_readings` raises."""
    return record_readings(round, plan.given, by=by, at=at)
