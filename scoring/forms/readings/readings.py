from django import forms

from communities.models import Community
from gongjian.lib.workbooks import WorkbookForm, workbook_field
from scoring.forms.readings.asked_items import field_for
from scoring.rules.readings.asked import reading_of, why_refused
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.parts import MeasuredRules
from scoring.services.readings.entering import Asked, kept_cells, kept_reading


class ComponentForm(forms.Form):
    """The readings of one community for one component; after validation `kept` holds those that were written."""

    def __init__(self, rules: MeasuredRules, asked: Asked, kept: dict, data=None):
        self.rules, self.asked, self.part = rules, asked, rules.name
        super().__init__(data, prefix=rules.code, initial=self._initial(kept))
        for name, ask in self._named():
            self.fields[name] = field_for(ask)
        self.kept: dict = {}
        self.cleared: dict[str, str] = {}

    def _named(self):
        pairs = []
        for number, ask in enumerate(ask for _, asks in self.asked for ask in asks):
            pairs.append((f"c{number}", ask))
        return pairs

    def _initial(self, kept: dict) -> dict:
        cells = {}
        for item, asks in self.asked:
            for key, cell in kept_cells(asks, kept.get(item.code)).items():
                cells[key] = cell
        return {name: cells.get(ask.key) for name, ask in self._named()}

    @property
    def values(self) -> dict:
        """What stands in the inputs before anything is typed, by their names."""
        values_by_add_prefix = {}
        for name, value in self.initial.items():
            values_by_add_prefix[self.add_prefix(name)] = value
        return values_by_add_prefix

    def clean(self):
        given = super().clean()
        names = {}
        for name, ask in self._named():
            names[ask.key] = name
        for item, asks in self.asked:
            if any(names[ask.key] in self.errors for ask in asks):
                continue
            cells = {ask.key: given.get(names[ask.key]) for ask in asks}
            self._read(item, asks, cells, names)
        return given

    def _read(self, item, asks, cells, names) -> None:
        first = next((names[ask.key] for ask in asks if cells[ask.key] not in (None, "")), "")
        try:
            found = reading_of(asks, cells)
            refused = found and why_refused(self.rules.items, item, found[0])
        except Refused as wrong:
            found, refused = None, str(wrong)
        if refused:
            self.add_error(first, refused)
        elif found:
            self.kept[item.code] = kept_reading(*found)
        elif any(self.initial.get(names[ask.key]) not in (None, "") for ask in asks):
            self.cleared[names[asks[0].key]] = f"“{item.name}”已登记过，不能清空，请改成正确的数"

    def refuse_cleared(self) -> bool:
        """Whether something entered was emptied, which is told at its field; asked once nobody else changed it."""
        for name, sentence in self.cleared.items():
            self.add_error(name, sentence)
        return bool(self.cleared)


class BookForm(WorkbookForm):
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
    """恢复参评: take an absence back."""

    absence = forms.IntegerField(widget=forms.HiddenInput)
    remark = forms.CharField(label="恢复参评的原因", max_length=200)
