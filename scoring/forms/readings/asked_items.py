"""The inputs of what an item of a rubric asks (scoring.rules.readings.asked): for the office's readings and for a sheet."""

from dataclasses import dataclass, field

from django import forms

from gongjian.lib.checklists import ChecklistItem
from scoring.rules.readings.asked import (
    FIGURE,
    LONGEST_REASON,
    TEXT,
    Ask,
    cells_of,
    reading_of,
    why_refused,
)
from scoring.rules.records.recording import reading_from
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import Item, ItemList, PerInstance, Range
from scoring.rules.sheets.lists import mark_of

LONGEST_LIST = 400
LONGEST_NOTE = 200


def field_for(ask: Ask) -> forms.Field:
    given = {"label": ask.label, "help_text": ask.note, "required": False}
    if ask.kind == TEXT:
        max_length = LONGEST_REASON if ask.what == "reason" else LONGEST_LIST
        return forms.CharField(**given, max_length=max_length)
    if ask.kind == FIGURE:
        told = {"invalid": "请填数，如 1.5"}
        return forms.DecimalField(
            **given, max_digits=15, decimal_places=6, localize=False, error_messages=told
        )
    return forms.IntegerField(**given, min_value=0, error_messages={"invalid": "请填整数，如 2"})


class AskedItemForm(forms.Form):
    """One item of a sheet by the rubric's own list. A draft may leave it empty; what is written must be whole."""

    note = forms.CharField(label="扣分原因", required=False, max_length=LONGEST_NOTE)

    def __init__(self, items: ItemList, item: Item, asks: tuple[Ask, ...], mark=None, data=None):
        self.items, self.item, self.part = items, item, item.name
        self.names = {ask.key: f"c{number}" for number, ask in enumerate(asks)}
        self.asks = asks
        super().__init__(data, prefix=item.code, initial=self._initial(mark))
        cells = {}
        for ask in asks:
            cells[self.names[ask.key]] = self._cell(ask)
        self.fields = {**cells, "note": self.fields["note"]}
        self.mark: dict | None = mark

    def _initial(self, mark) -> dict:
        if not mark:
            return {}
        reading = reading_from(mark["reading"])
        cells = cells_of(self.asks, reading, mark["note"])
        written = {}
        for key, cell in cells.items():
            written[self.names[key]] = cell
        return {**written, "note": "" if mark["reading"].get("not_applicable") else mark["note"]}

    def _cell(self, ask: Ask) -> forms.Field:
        """Within its item the cell need not name the item; what a case costs is for the page that counts along."""
        found = field_for(ask)
        found.label = ask.label.removeprefix(f"{self.item.name}·")
        if ask.what in ("value", "size"):
            found.widget.attrs["inputmode"] = "decimal"
        if isinstance(self.item.rule, PerInstance) and ask.code:
            deduction = next(row for row in self.item.rule.deductions if row.code == ask.code)
            found.widget.attrs |= (
                {"data-each": f"{deduction.highest:f}"}
                if deduction.is_fixed
                else {"data-picked": ""}
            )
            found.widget.attrs |= (
                {"data-most": str(deduction.most_cases)} if deduction.most_cases else {}
            )
        elif isinstance(self.item.rule, Range) and ask.what == "value":
            found.widget.attrs["data-given"] = f"{self.item.points:f}"
        return found

    def clean(self):
        given = super().clean()
        self.mark = None
        if any(name in self.errors for name in self.names.values()):
            return given
        cells = {}
        for key, name in self.names.items():
            cells[key] = given.get(name)
        try:
            found = reading_of(self.asks, cells)
            refused = found and why_refused(self.items, self.item, found[0])
        except Refused as wrong:
            found, refused = None, str(wrong)
        if refused:
            self.add_error(None, refused)
        elif found:
            reading, reason = found
            note = reason or given.get("note", "")
            self.mark = mark_of(self.item, reading, note)
        elif given.get("note"):
            self.add_error("note", "写了扣分原因，上面各栏都没有填；没有发现问题的填 0")
        return given

    @property
    def cells(self) -> list:
        return [self[name] for name in self.names.values()]


@dataclass
class AskedEntry:
    """One item of the page, its form, and what keeps the sheet from being locked."""

    number: int
    item: ChecklistItem
    form: AskedItemForm
    missing: list[str] = field(default_factory=list)
    is_asked = True

    @property
    def result(self) -> str:
        """Not empty once anything is written."""
        if any(cell.value() not in (None, "") for cell in self.form.cells):
            return "read"
        return ""

    @property
    def deducted(self) -> str:
        """What it costs so far, as it is shown before the page counts itself."""
        if self.form.mark:
            return self.form.mark["deducted"]
        return "0"

    @property
    def is_counted(self) -> bool:
        """Whether the page can count along; what a ladder or a rate costs is told when it is saved."""
        return isinstance(self.form.item.rule, PerInstance | Range)

    @property
    def errors(self) -> list[str]:
        cells = []
        for bound in self.form:
            for text in bound.errors:
                cells.append(f"{bound.label}：{text}")
        return [*self.missing, *self.form.non_field_errors(), *cells]
