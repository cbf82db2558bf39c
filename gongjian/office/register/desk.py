"""The table on which a file is laid beside the register: rows by key, remarks by cell."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from gongjian.lib.phones import is_masked, mask
from gongjian.lib.spreadsheets import Parsed, Row, SheetTemplate
from gongjian.lib.spreadsheets.specs import canonical
from gongjian.office.register.plans import ImportPlan, WorksheetPlan
from gongjian.office.register.snapshot import Key, Snapshot, Values, shown_names
from gongjian.office.register.specs import COMMUNITIES, KEPT_WHEN_BLANK, SPECS, UNITS

# Fields whose blank is None; of any other field None means that its cell could not be read.
FIGURES = frozenset(
    column.field
    for spec in SPECS
    for column in spec.columns
    if column.kind in ("date", "integer", "decimal")
)


class RegisterDesk:
    """One file on the table. `rows` finds the line of the file from which a key came."""

    def __init__(self, parsed: Parsed, snapshot: Snapshot) -> None:
        self.parsed = parsed
        self.rows: dict[str, dict[Key, Row]] = defaultdict(dict)
        worksheets = {}
        for spec in SPECS:
            name = snapshot.tables[spec.name]
            worksheets[spec.name] = WorksheetPlan(spec.name, name)
        for plan in worksheets.values():
            plan.final = dict(plan.before)
        self.plan = ImportPlan(worksheets, snapshot, parsed.errors, parsed.warnings)

    def lines(self, spec: SheetTemplate, *keys: str) -> Iterator[Row]:
        """Lines whose identifying cells could be read; the others already have their remark."""
        for row in self.parsed.rows(spec.name):
            if all(row.values.get(name) for name in keys):
                yield row

    def refuse(self, spec: SheetTemplate, row: Row, field: str, message: str) -> None:
        """Put a remark on one cell, unless reading it has already put one there: it is then not
        blank but unread.
        """
        if row.values.get(field, "") is None and field not in FIGURES:
            return
        error = self.parsed.worksheets[spec.name].error(row, field, message)
        self.plan.errors.append(error)

    def refuse_blank(self, spec: SheetTemplate, row: Row, field: str, message: str) -> None:
        """Refuse a cell that must be filled, unless what stands in it has been refused already."""
        if not (field in row.values and row.values[field] is None):
            self.refuse(spec, row, field, message)

    def take_line(
        self, spec: SheetTemplate, key: Key, row: Row, values: Values, *, said_by: str
    ) -> bool:
        """Lay a line over the row of the same key; `said_by` is the cell to blame when the file has
        it twice.
        """
        first = self.rows[spec.name].get(key)
        if first:
            self.refuse(
                spec, row, said_by, f"与第 {first.number} 行重复：同一对象只能有一行，请删去一行"
            )
            return False
        self.rows[spec.name][key] = row
        values = self._without_masked(spec, key, row, values)
        place = f"{self.parsed.worksheets[spec.name].name}第 {row.number} 行"
        self.put(
            spec,
            key,
            place,
            {**values, "active": True},
        )
        return True

    def _without_masked(self, spec: SheetTemplate, key: Key, row: Row, values: Values) -> Values:
        """A masked number says "as it is"; one that hides no number of this row is refused: it is
        none to keep.
        """
        hidden = values.get("phone") or ""
        if not is_masked(hidden):
            return values
        phone = self.plan.worksheets[spec.name].before.get(key, {}).get("phone", "")
        if mask(phone) != hidden:
            self.refuse(
                spec, row, "phone", f"“{hidden}”不是完整号码，也与在册的号码对不上：请填完整号码"
            )
        without_phone = {}
        for name, value in values.items():
            if name != "phone":
                without_phone[name] = value
        return without_phone

    def put(self, spec: SheetTemplate, key: Key, place: str, values: Values) -> None:
        """Set fields of a row of the worksheet as it would stand; a new row begins blank."""
        plan = self.plan.worksheets[spec.name]
        blank = {}
        for column in spec.columns:
            blank[column.field] = None if column.field in FIGURES else ""
        plan.final[key] = {**blank, **plan.final.get(key, {}), **values}
        plan.places.setdefault(key, place)

    def is_new(self, spec: SheetTemplate, key: Key) -> bool:
        return key not in self.plan.worksheets[spec.name].before

    def final(self, spec: SheetTemplate) -> dict[Key, Values]:
        return self.plan.worksheets[spec.name].final

    def refuse_shared(
        self,
        spec: SheetTemplate,
        field: str,
        what: str,
        scope: Callable[[Values], Any] = lambda v: "",
    ) -> None:
        """Refuse a value that two rows would then hold (within `scope`); blanks may repeat."""
        holders = defaultdict(list)
        for key, values in self.final(spec).items():
            if values[field]:
                holders[scope(values), canonical(values[field])].append(key)
        rows = self.rows[spec.name]
        final = self.final(spec)
        for keys in holders.values():
            stays = next((key for key in keys if key not in rows), keys[0])
            for key in keys:
                if key != stays and key in rows:
                    holder = self._holder(spec, stays)
                    message = f"“{final[key][field]}”{what}{holder}，请核对"
                    self.refuse(spec, rows[key], field, message)

    def _holder(self, spec: SheetTemplate, key: Key) -> str:
        row = self.rows[spec.name].get(key)
        if row:
            return f"第 {row.number} 行"
        values = self.final(spec)[key]
        return f"“{values.get('shop_name') or values['name']}”"

    def communities_by_name(self) -> dict[str, str]:
        """The name that other worksheets use, canonical, to the code, as the register would then
        stand.
        """
        final = self.final(COMMUNITIES)
        by_name = {}
        for code, values in final.items():
            by_name[canonical(values["subdistrict"] + values["name"])] = code
        return by_name | {canonical(name): code for code, name in shown_names(final).items()}

    def units_by_name(self) -> dict[str, str]:
        """Full and short names, canonical, to the unit's key, as the register would then stand."""
        final = self.final(UNITS)
        short = {}
        for key, values in final.items():
            short[canonical(values["short_name"])] = key
        return short | {key: key for key in final}


def given_in(row: Row) -> Values:
    """What the line says, without cells whose blank means "as it is"; other blanks empty."""
    values = {}
    for name, value in row.values.items():
        if value is None and name not in FIGURES:
            value = ""
        if value != "" or name not in KEPT_WHEN_BLANK:
            values[name] = value
    return values
