"""The phone form of an assessor's sheet: one small form an item, sent as one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms

from gongjian.lib.checklists import Checklist, ChecklistItem, MarkError
from gongjian.lib.inputs import DayInput
from gongjian.lib.points import written_number
from inspections.services.examples import ItemLook
from scoring.forms.readings.asked_items import AskedEntry, AskedItemForm, Mark
from scoring.models import Sheet
from scoring.models.rounds import LONGEST_REASON
from scoring.rules.rubrics.parts import UnusualRules
from scoring.rules.sheets.lists import SheetList

NOTHING, DEDUCT, NOT_APPLICABLE = "nothing", "deduct", "not_applicable"
RESULTS = ((NOTHING, "不扣分"), (DEDUCT, "扣分"), (NOT_APPLICABLE, "不涉及"))
TONES = {NOTHING: "good", DEDUCT: "bad"}


class SheetVisitForm(forms.Form):
    """What is said of the whole sheet: the day, and why the marks stand out."""

    visited_on = forms.DateField(
        label="考评日期", required=False, widget=DayInput, help_text="锁定时必填"
    )
    reason = forms.CharField(
        label="打分说明",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, unusual: UnusualRules, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = (
            f"某项扣完全部分值、一处不扣、总分低于 {unusual.below_points} 分、"
            f"与上次公布的得分相差超过 {unusual.from_last} 分的，"
            "锁定时必填；共建办和申诉复核时会看到"
        )


class SheetItemForm(forms.Form):
    """One item. A draft may leave it out; what is chosen must be whole."""

    result = forms.ChoiceField(label="结果", choices=RESULTS, required=False)
    deducted = forms.DecimalField(
        label="扣几分", required=False, min_value=0, max_digits=6, decimal_places=2
    )
    note = forms.CharField(label="扣分原因", required=False, max_length=200)

    def __init__(self, *args, item: ChecklistItem, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.part = item, item.text
        deducted = self.fields["deducted"]
        deducted.widget.attrs |= {"inputmode": "decimal", "max": f"{item.cap:f}", "step": "0.01"}
        deducted.error_messages |= {
            "invalid": "扣分请填数，如 1.5",
            "max_decimal_places": "扣分最多两位小数",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("result") == DEDUCT and "deducted" in values:
            deducted = values["deducted"]
            if not deducted:
                self.add_error("deducted", "选了“扣分”，请填扣几分")
            elif deducted > self.item.cap:
                self.add_error("deducted", f"本项最多扣 {self.item.cap} 分")
        return values

    @property
    def mark(self) -> Mark | None:
        """The mark as the service takes it; None while nothing is chosen."""
        values = self.cleaned_data
        result = values.get("result")
        if not result:
            return None
        deducted = values["deducted"] if result == DEDUCT else None
        return {
            "deducted": f"{deducted:f}" if deducted else "0",
            "not_applicable": result == NOT_APPLICABLE,
            "note": values["note"],
        }


@dataclass
class SheetItemEntry:
    """One item of the page, its form, and what keeps the sheet from being locked."""

    number: int
    item: ChecklistItem
    form: SheetItemForm
    looks: Sequence[ItemLook]
    missing: list[str] = field(default_factory=list)
    is_asked = False
    is_counted = True

    @property
    def result(self) -> str:
        """Which result is chosen; "" for none."""
        return self.form["result"].value() or ""

    @property
    def deducted(self) -> str:
        """What it costs so far, as it is shown before the page counts itself."""
        deducted = None
        if self.result == DEDUCT:
            deducted = written_number(self.form["deducted"].value())
        return f"{deducted or 0:.2f}"

    @property
    def choices(self) -> list[tuple[str, str, str, bool]]:
        """(value, word, tone, chosen); 不涉及 only where the checklist allows it."""
        choices = []
        for value, word in RESULTS:
            if value != NOT_APPLICABLE or self.item.may_be_not_applicable:
                choices.append((value, word, TONES.get(value, ""), value == self.result))
        return choices

    @property
    def errors(self) -> list[str]:
        """Everything that is wrong with the item, in sentences."""
        sentences = list(self.missing)
        for messages in self.form.errors.values():
            sentences += messages
        return sentences


class SheetForm:
    """The page: the day of the visit and a form for each item.

    Bound to what was sent, or filled with what is marked so far. `own_list` is the rubric's list
    where the sheet follows it: each item then asks for the cells that its rule needs.
    """

    def __init__(
        self,
        sheet: Sheet,
        checklist: Checklist,
        data: Any = None,
        *,
        today: date,
        unusual: UnusualRules,
        own_list: SheetList | None = None,
        looks: Mapping[str, Sequence[ItemLook]] = MappingProxyType({}),
    ) -> None:
        initial = {"visited_on": sheet.visited_on or today, "reason": sheet.reason}
        self.visit = SheetVisitForm(data, initial=initial, unusual=unusual)
        self.entries: list[SheetItemEntry] | list[AskedEntry]
        if own_list:
            self.entries = entries_by_cells(sheet.marks, own_list, data)
        else:
            self.entries = entries_by_checklist(sheet.marks, checklist, data, looks)
        self.sections = []
        for section in checklist.sections:
            entries = [entry for entry in self.entries if entry.item.section == section.code]
            self.sections.append((section, entries))

    @property
    def is_asked(self) -> bool:
        """Whether the sheet follows the rubric's own list."""
        return any(entry.is_asked for entry in self.entries)

    @property
    def forms(self) -> list[forms.Form]:
        """The form of the visit, and one for each item."""
        return [self.visit, *(entry.form for entry in self.entries)]

    @property
    def values(self) -> dict[str, Any]:
        """What is marked so far, by the name of the input."""
        values = {}
        for form in self.forms:
            for name in form.fields:
                values[form.add_prefix(name)] = form.initial.get(name)
        return values

    def is_valid(self) -> bool:
        """Whether every form is valid; all are validated, so that each shows its errors."""
        faulty = [form for form in self.forms if not form.is_valid()]
        return not faulty

    @property
    def marks(self) -> dict[str, Mark]:
        """The marks that were chosen, by item."""
        marks = {}
        for entry in self.entries:
            mark = entry.form.mark
            if mark:
                marks[entry.item.code] = mark
        return marks

    @property
    def marked_count(self) -> int:
        """How many items have been marked."""
        return len([entry for entry in self.entries if entry.result])

    @property
    def deducted(self) -> Decimal:
        """What all items cost so far."""
        return sum((Decimal(entry.deducted) for entry in self.entries), Decimal(0))

    @property
    def is_counted(self) -> bool:
        """Whether the page can count along."""
        return all(entry.is_counted for entry in self.entries)

    @property
    def answers(self) -> dict[str, Any]:
        """What the services take: marks, the day and the reason. Only of a valid form."""
        visit = self.visit.cleaned_data
        return {"marks": self.marks, "visited_on": visit["visited_on"], "reason": visit["reason"]}

    def show(self, errors: Sequence[MarkError]) -> None:
        """Put what the service refused beside its items."""
        by_code = {entry.item.code: entry for entry in self.entries}
        for error in errors:
            entry = by_code.get(error.item_code, self.entries[0])
            entry.missing.append(error.message.removeprefix(f"{entry.item.label}："))

    @property
    def wrong(self) -> list[SheetItemEntry | AskedEntry]:
        """The items with something wrong."""
        return [entry for entry in self.entries if entry.errors]

    @property
    def wrong_count(self) -> int:
        """How many items and inputs have something wrong."""
        return len(self.wrong) + len(self.visit.errors)


def entries_by_checklist(
    marks: Mapping[str, Mark],
    checklist: Checklist,
    data: Any,
    looks: Mapping[str, Sequence[ItemLook]],
) -> list[SheetItemEntry]:
    """Return an entry for each item of the checklist."""
    entries = []
    for number, item in enumerate(checklist.items, 1):
        initial = chosen_in(marks.get(item.code))
        form = SheetItemForm(data, prefix=item.code, initial=initial, item=item)
        entries.append(SheetItemEntry(number, item, form, looks.get(item.code, [])))
    return entries


def entries_by_cells(marks: Mapping[str, Mark], own_list: SheetList, data: Any) -> list[AskedEntry]:
    """Return an entry for each item of the rubric's own list."""
    entries = []
    items = zip(own_list.checklist.items, own_list.asked, strict=True)
    for number, (checklist_item, (item, asks)) in enumerate(items, 1):
        form = AskedItemForm(own_list.items, item, asks, marks.get(item.code), data)
        entries.append(AskedEntry(number, checklist_item, form))
    return entries


def chosen_in(mark: Mark | None) -> dict[str, Any]:
    """Return what the inputs of an item show of its mark."""
    if not mark:
        return {}
    deducted = written_number(mark.get("deducted"))
    result = DEDUCT if deducted else NOTHING
    if mark.get("not_applicable"):
        result = NOT_APPLICABLE
    shown_deduction = mark["deducted"] if deducted else None
    return {"result": result, "deducted": shown_deduction, "note": mark.get("note", "")}
