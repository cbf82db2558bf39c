"""读数: one component of one community by hand, the workbook, and absences."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from communities.models import Community
from gongjian.lib.workbooks import WorkbookForm, workbook_field
from scoring.forms.readings.asked_items import field_for
from scoring.rules.readings.asked import AskedCell, reading_of, why_refused
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import Item
from scoring.rules.rubrics.parts import MeasuredRules
from scoring.services.readings.entering import (
    AskedItems,
    StoredReading,
    cells_of_stored,
    stored_reading,
)


class ComponentForm(forms.Form):
    """The readings of one community for one component.

    After validation `readings` holds those that were written, as a row stores them.
    """

    def __init__(
        self,
        rules: MeasuredRules,
        items_asked: AskedItems,
        entered_items: Mapping[str, StoredReading],
        data: Any = None,
    ) -> None:
        self.rules, self.items_asked, self.part = rules, items_asked, rules.name
        asks = [ask for _, asks_of_item in items_asked for ask in asks_of_item]
        self.names = {ask.key: f"c{number}" for number, ask in enumerate(asks)}
        super().__init__(data, prefix=rules.code, initial=self.entered(entered_items))
        for ask in asks:
            self.fields[self.names[ask.key]] = field_for(ask)
        self.readings: dict[str, StoredReading] = {}
        self.cleared: dict[str, str] = {}

    def entered(self, entered_items: Mapping[str, StoredReading]) -> dict[str, Any]:
        """Return what stands in the inputs, by the names of the fields."""
        cells: dict[tuple[str, str, str], Any] = {}
        for item, asks in self.items_asked:
            cells |= cells_of_stored(asks, entered_items.get(item.code))
        return {name: cells.get(key) for key, name in self.names.items()}

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the inputs before anything is typed, by their names on the page."""
        return {self.add_prefix(name): value for name, value in self.initial.items()}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for item, asks in self.items_asked:
            names = [self.names[ask.key] for ask in asks]
            if not any(name in self.errors for name in names):
                self.read_item(item, asks, values)
        return values

    def read_item(self, item: Item, asks: Sequence[AskedCell], values: Mapping[str, Any]) -> None:
        """Read one item of which every input is valid by itself."""
        cells = {ask.key: values.get(self.names[ask.key]) for ask in asks}
        written = [self.names[key] for key, value in cells.items() if value not in (None, "")]
        reading_and_reason, refused = None, ""
        try:
            reading_and_reason = reading_of(asks, cells)
            if reading_and_reason:
                refused = why_refused(self.rules.items, item, reading_and_reason[0])
        except Refused as refusal:
            refused = str(refusal)
        if refused:
            self.add_error(written[0], refused)
        elif reading_and_reason:
            self.readings[item.code] = stored_reading(*reading_and_reason)
        elif any(self.initial.get(self.names[key]) not in (None, "") for key in cells):
            first = self.names[asks[0].key]
            self.cleared[first] = f"“{item.name}”已登记过，不能清空，请改成正确的数"

    def refuse_cleared(self) -> bool:
        """Whether something entered was emptied, which is shown at its field.

        Asked for once it is certain that nobody else changed it.
        """
        for name, sentence in self.cleared.items():
            self.add_error(name, sentence)
        return bool(self.cleared)


class ReadingBookForm(WorkbookForm):
    """A workbook of readings. After validation `content` holds the file's bytes."""

    file = workbook_field(
        "读数表",
        "先下载，填好后在这里上传（.xlsx、.xls、.ods）；先核对，确认后才写入",
    )


class AbsenceForm(forms.Form):
    """登记未参评: a community with nothing to assess."""

    community = forms.ModelChoiceField(
        label="社区", queryset=Community.objects.active().order_by("code"), empty_label="请选择社区"
    )
    reason = forms.CharField(label="原因", max_length=200, help_text="如整体拆迁、停办，随排名公布")


class PresentForm(forms.Form):
    """恢复参评: an absence withdrawn."""

    absence = forms.IntegerField(widget=forms.HiddenInput)
    remark = forms.CharField(label="恢复参评的原因", max_length=200)
