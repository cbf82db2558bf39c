from django import forms

from gongjian.lib.checklists import load_checklist
from gongjian.lib.points import written_number
from scoring.services.lettering import letter


class AppealForm(forms.Form):
    """提出申诉: one item of one sheet from which something was deducted."""

    contested = forms.ChoiceField(label="对哪一项有异议")
    reason = forms.CharField(
        label="申诉理由", max_length=1000, widget=forms.Textarea, help_text="写明事实和依据，如整改时间、照片编号"
    )

    def __init__(self, *args, sheets, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheets = {str(sheet.pk): sheet for sheet in sheets}
        self.fields["contested"].choices = [
            (f"考评员{letter(place)}", self._items(sheet)) for place, sheet in enumerate(sheets) if self._items(sheet)
        ]

    @staticmethod
    def _items(sheet) -> list[tuple[str, str]]:
        items = load_checklist(sheet.round.checklist.content).items
        return [
            (f"{sheet.pk}-{item.code}", f"{item.code} {item.text}，扣 {sheet.marks[item.code]['deducted']} 分")
            for item in items
            if written_number(sheet.marks.get(item.code, {}).get("deducted"))
        ]

    @property
    def contest(self) -> dict:
        """The sheet and the item, for the service."""
        sheet, code = self.cleaned_data["contested"].split("-", 1)
        return {"sheet": self.sheets[sheet], "item_code": code}


class DecisionForm(forms.Form):
    """复核."""

    uphold = forms.TypedChoiceField(
        label="复核结果",
        choices=[("yes", "申诉成立"), ("no", "维持原分")],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
    new_deducted = forms.DecimalField(
        label="改扣分",
        required=False,
        min_value=0,
        max_digits=6,
        decimal_places=2,
        help_text="申诉成立时填写，应少于原扣分",
    )
    decision = forms.CharField(label="复核意见", max_length=1000, widget=forms.Textarea)

    def clean(self):
        given = super().clean()
        if given.get("uphold") and "new_deducted" in given and given["new_deducted"] is None:
            self.add_error("new_deducted", "申诉成立，请填改为扣几分，不扣分填 0")
        if given.get("uphold") is False:
            given["new_deducted"] = None
        return given
