"""The phone form of an assessor's sheet: one small form an item, sent as one page."""

from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from django import forms

from gongjian.lib.checklists import Checklist, ChecklistItem, MarkError
from gongjian.lib.inputs import DayInput
from gongjian.lib.points import written_number
from inspections.services.examples import Look
from scoring.forms.readings.asked_items import AskedEntry, AskedItemForm
from scoring.models.rounds import LONGEST_REASON
from scoring.rules.rubrics.parts import UnusualRules
from scoring.rules.sheets.lists import SheetList

NOTHING, DEDUCT, NOT_APPLICABLE = "nothing", "deduct", "not_applicable"
RESULTS = ((NOTHING, "不扣分"), (DEDUCT, "扣分"), (NOT_APPLICABLE, "不涉及"))
TONES = {NOTHING: "good", DEDUCT: "bad"}


class VisitForm(forms.Form):
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

    def __init__(self, *args, unusual: UnusualRules, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = (
            f"某项扣完全部分值、一处不扣、总分低于 {unusual.below_points} 分、"
            f"与上次公布的得分相差超过 {unusual.from_last} 分的，锁定时必填；共建办和申诉复核时会看到"
        )


class ItemForm(forms.Form):
    """One item. A draft may leave it out; what is chosen must be whole."""

    result = forms.ChoiceField(label="结果", choices=RESULTS, required=False)
    deducted = forms.DecimalField(
        label="扣几分", required=False, min_value=0, max_digits=6, decimal_places=2
    )
    note = forms.CharField(label="扣分原因", required=False, max_length=200)

    def __init__(self, *args, item: ChecklistItem, **kwargs):
        super().__init__(*args, **kwargs)
        self.item = item
        self.part = item.text
        deducted = self.fields["deducted"]
        deducted.widget.attrs |= {"inputmode": "decimal", "max": f"{item.cap:f}", "step": "0.01"}
        deducted.error_messages |= {
            "invalid": "扣分请填数，如 1.5",
            "max_decimal_places": "扣分最多两位小数",
        }

    def clean(self):
        given = super().clean()
        if given.get("result") == DEDUCT and "deducted" in given:
            self._check_deducted(given["deducted"])
        return given

    def _check_deducted(self, deducted):
        if not deducted:
            self.add_error("deducted", "选了“扣分”，请填扣几分")
        elif deducted > self.item.cap:
            self.add_error("deducted", f"本项最多扣 {self.item.cap} 分")

    @property
    def mark(self) -> dict | None:
        """The mark as the service keeps it; None while nothing is chosen."""
        given = self.cleaned_data
        if not given.get("result"):
            return None
        deducted = 0
        if given["result"] == DEDUCT:
            deducted = given["deducted"]
        return {
            "deducted": f"{deducted:f}" if deducted else "0",
            "not_applicable": given["result"] == NOT_APPLICABLE,
            "note": given["note"],
        }


@dataclass
class ItemEntry:
    """One item of the page, its form, and what keeps the sheet from being locked."""

    number: int
    item: ChecklistItem
    form: ItemForm
    looks: list[Look]
    missing: list[str] = field(default_factory=list)
    is_asked = False
    is_counted = True

    @property
    def result(self) -> str:
        return self.form["result"].value() or ""

    @property
    def deducted(self) -> str:
        """What it costs so far, as it is shown before the page counts itself."""
        deducted = None
        if self.result == DEDUCT:
            value = self.form["deducted"].value()
            deducted = written_number(value)
        return f"{deducted or 0:.2f}"

    @property
    def choices(self):
        """(value, word, tone, chosen); 不涉及 only where the checklist allows it."""
        if self.item.may_be_not_applicable:
            allowed = RESULTS
        else:
            allowed = RESULTS[:2]
        entries = []
        for value, word in allowed:
            entries.append((value, word, TONES.get(value, ""), value == self.result))
        return entries

    @property
    def errors(self) -> list[str]:
        return self.missing + [text for texts in self.form.errors.values() for text in texts]


class SheetForm:
    """The page: the day of the visit and a form for each item, bound to what was sent or to what is kept.

    `own` is the rubric's list where the sheet follows it: each item then asks for the cells that its rule needs.
    """

    def __init__(
        self,
        sheet,
        rules: Checklist,
        data=None,
        *,
        today,
        unusual: UnusualRules,
        own: SheetList | None = None,
        looks=MappingProxyType({}),
    ):
        said = {"visited_on": sheet.visited_on or today, "reason": sheet.reason}
        self.visit = VisitForm(data, initial=said, unusual=unusual)
        if own:
            self.entries = _asked(sheet.marks, own, data)
        else:
            self.entries = _chosen(sheet.marks, rules, data, looks)
        self.sections = [
            (section, [entry for entry in self.entries if entry.item.section == section.code])
            for section in rules.sections
        ]

    @property
    def is_asked(self) -> bool:
        """Whether the sheet follows the rubric's own list."""
        return any(entry.is_asked for entry in self.entries)

    @property
    def forms(self) -> list[forms.Form]:
        return [self.visit, *(entry.form for entry in self.entries)]

    @property
    def kept(self) -> dict:
        """What is marked so far, by the name of the input."""
        return {
            form.add_prefix(name): form.initial.get(name)
            for form in self.forms
            for name in form.fields
        }

    def is_valid(self) -> bool:
        return all([self.visit.is_valid(), *[entry.form.is_valid() for entry in self.entries]])

    @property
    def marks(self) -> dict:
        marks_by_code = {}
        for entry in self.entries:
            mark = entry.form.mark
            if mark:
                marks_by_code[entry.item.code] = mark
        return marks_by_code

    @property
    def marked_count(self) -> int:
        return sum(bool(entry.result) for entry in self.entries)

    @property
    def deducted(self) -> Decimal:
        return sum((Decimal(entry.deducted) for entry in self.entries), Decimal(0))

    @property
    def is_counted(self) -> bool:
        return all(entry.is_counted for entry in self.entries)

    @property
    def given(self) -> dict:
        """What the services take: marks, the day and the reason. Only of a valid form."""
        said = self.visit.cleaned_data
        return {"marks": self.marks, "visited_on": said["visited_on"], "reason": said["reason"]}

    def show(self, errors: list[MarkError]) -> None:
        """Put what the service refused beside its items."""
        by_code = {entry.item.code: entry for entry in self.entries}
        for error in errors:
            entry = by_code.get(error.item_code, self.entries[0])
            entry.missing.append(error.message.removeprefix(f"{entry.item.label}："))

    @property
    def wrong(self) -> list[ItemEntry]:
        return [entry for entry in self.entries if entry.errors]

    @property
    def wrong_count(self) -> int:
        return len(self.wrong) + len(self.visit.errors)


def _chosen(marks, rules: Checklist, data, looks) -> list[ItemEntry]:
    def form(item: ChecklistItem) -> ItemForm:
        return ItemForm(data, prefix=item.code, initial=_initial(marks.get(item.code)), item=item)

    return [
        ItemEntry(place, item, form(item), looks.get(item.code, []))
        for place, item in enumerate(rules.items, 1)
    ]


def _asked(marks, own: SheetList, data) -> list[AskedEntry]:
    asked_entries = []
    for place, (entry, (item, asks)) in enumerate(
        zip(own.checklist.items, own.asked, strict=True), 1
    ):
        form = AskedItemForm(own.items, item, asks, marks.get(item.code), data)
        asked_entry = AskedEntry(place, entry, form)
        asked_entries.append(asked_entry)
    return asked_entries


def _initial(mark) -> dict:
    if not mark:
        return {}
    deducted = written_number(mark.get("deducted")) or 0
    if mark.get("not_applicable"):
        result = NOT_APPLICABLE
    else:
        result = DEDUCT if deducted else NOTHING
    return {
        "result": result,
        "deducted": mark["deducted"] if deducted else None,
        "note": mark.get("note", ""),
    }
