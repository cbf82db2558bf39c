from django import forms

from gongjian.lib.inputs import DayInput
from gongjian.lib.phones import mask
from inspections import duties
from inspections.models import Frontage
from inspections.services.frontages import EDITABLE


class FrontageCheckForm(forms.Form):
    """门前三包抽查: what is ticked was not kept."""

    checked_on = forms.DateField(label="检查日期", widget=DayInput)
    failed = forms.MultipleChoiceField(
        label="未落实的责任",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(duty.code, f"{duty.name}：{duty.text}") for duty in duties.DUTIES],
        help_text="都落实的一项也不勾，登记为合格；勾选后生成一件问题，派给牵头单位",
    )
    remark = forms.CharField(label="说明", required=False, max_length=120, help_text="如“占道摆放 3 张餐桌”")

    def clean(self):
        given = super().clean()
        if given.get("failed") and not given.get("remark"):
            self.add_error("remark", "有未落实的责任，请写明具体情况")
        return given


class FrontageForm(forms.ModelForm):
    """What may be changed of a frontage. The telephone is not read out: an empty box leaves it as it is."""

    phone = forms.CharField(label="联系电话", max_length=30, required=False, widget=forms.TextInput({"type": "tel"}))
    without_phone = forms.BooleanField(label="删去登记的联系电话", required=False)

    class Meta:
        model = Frontage
        fields = EDITABLE

    field_order = ["shop_name", "responsible_person", "phone", "without_phone", "status"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["phone"] = ""
        if known := self.instance.phone:
            self.fields["phone"].help_text = f"现为 {mask(known)}；不改请留空"
        else:
            del self.fields["without_phone"]

    def clean(self):
        given = super().clean()
        if given.get("phone") and given.get("without_phone"):
            self.add_error("phone", "已填写新号码，又选了删去：请只选一样")
        return given

    def changes(self) -> dict[str, str]:
        """What differs from the page as it was opened."""
        given = self.cleaned_data
        changed = {name: given[name] for name in EDITABLE if name in self.changed_data}
        return changed | ({"phone": ""} if given.get("without_phone") else {})
