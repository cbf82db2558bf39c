"""The inputs of what a rubric's item asks for: of the office's readings, and of a sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms import BoundField

from gongjian.lib.checklists import ChecklistItem
from scoring.rules.readings.asked import (
    FIGURE,
    LONGEST_REASON,
    TEXT,
    AskedCell,
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

Mark = Mapping[str, Any]


def field_for(ask: AskedCell) -> forms.Field:
    """Return the input of one cell: a text, a figure or a whole number."""
    texts = {"label": ask.label, "help_text": ask.note, "required": False}
    if ask.kind == TEXT:
        longest = LONGEST_REASON if ask.what == "reason" else LONGEST_LIST
        return forms.CharField(**texts, max_length=longest)
    if ask.kind == FIGURE:
        texts["error_messages"] = {"invalid": "请填数，如 1.5"}
        return forms.DecimalField(**texts, max_digits=15, decimal_places=6, localize=False)
    texts["error_messages"] = {"invalid": "请填整数，如 2"}
    return forms.IntegerField(**texts, min_value=0)


class AskedItemForm(forms.Form):
    """One item of a sheet by the rubric's own list.

    A draft may leave it empty; what is written must be whole. After validation `mark` is what was
    read, or None.
    """

    note = forms.CharField(label="扣分原因", required=False, max_length=LONGEST_NOTE)

    def __init__(
        self,
        items: ItemList,
        item: Item,
        asks: tuple[AskedCell, ...],
        mark: Mark | None = None,
        data: Any = None,
    ) -> None:
        self.items, self.item, self.part = items, item, item.name
        self.names = {ask.key: f"c{number}" for number, ask in enumerate(asks)}
        self.asks = asks
        super().__init__(data, prefix=item.code, initial=self.marked(mark))
        cells = {self.names[ask.key]: self.cell_for(ask) for ask in asks}
        self.fields = {**cells, "note": self.fields["note"]}
        self.mark = mark

    def marked(self, mark: Mark | None) -> dict[str, Any]:
        """Return what the inputs show of a mark."""
        if not mark:
            return {}
        reading = reading_from(mark["reading"])
        cells = cells_of(self.asks, reading, mark["note"])
        values = {self.names[key]: cell for key, cell in cells.items()}
        # The reason for which an item does not apply has an input of its own.
        values["note"] = "" if reading.not_applicable else mark["note"]
        return values

    def cell_for(self, ask: AskedCell) -> forms.Field:
        """Return the input of a cell, which within its item need not name the item.

        What a case costs is said to the page, which counts along.
        """
        cell = field_for(ask)
        cell.label = ask.label.removeprefix(f"{self.item.name}·")
        attributes = cell.widget.attrs
        if ask.what in ("value", "size"):
            attributes["inputmode"] = "decimal"
        rule = self.item.rule
        if isinstance(rule, Range) and ask.what == "value":
            attributes["data-given"] = f"{self.item.points:f}"
        if isinstance(rule, PerInstance) and ask.code:
            deduction = next(row for row in rule.deductions if row.code == ask.code)
            if deduction.is_fixed:
                attributes["data-each"] = f"{deduction.highest:f}"
            else:
                attributes["data-picked"] = ""
            if deduction.most_cases:
                attributes["data-most"] = str(deduction.most_cases)
        return cell

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.mark = None
        if any(name in self.errors for name in self.names.values()):
            return values
        cells = {key: values.get(name) for key, name in self.names.items()}
        note = values.get("note", "")
        reading_and_reason, refused = None, ""
        try:
            reading_and_reason = reading_of(self.asks, cells)
            if reading_and_reason:
                refused = why_refused(self.items, self.item, reading_and_reason[0])
        except Refused as refusal:
            refused = str(refusal)
        if refused:
            self.add_error(None, refused)
        elif reading_and_reason:
            reading, reason = reading_and_reason
            self.mark = mark_of(self.item, reading, reason or note)
        elif note:
            self.add_error("note", "写了扣分原因，上面各栏都没有填；没有发现问题的填 0")
        return values

    @property
    def cells(self) -> list[BoundField]:
        """The inputs of the item, without its note."""
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
        values = [cell.value() for cell in self.form.cells]
        return "read" if any(value not in (None, "") for value in values) else ""

    @property
    def deducted(self) -> str:
        """What it costs so far, as it is shown before the page counts itself."""
        return self.form.mark["deducted"] if self.form.mark else "0"

    @property
    def is_counted(self) -> bool:
        """Whether the page can count along.

        What a ladder or a rate costs is shown when it is saved.
        """
        return isinstance(self.form.item.rule, PerInstance | Range)

    @property
    def errors(self) -> list[str]:
        """Everything that is wrong with the item, in sentences."""
        sentences = [*self.missing, *self.form.non_field_errors()]
        for cell in self.form:
            sentences += [f"{cell.label}：{text}" for text in cell.errors]
        return sentences
