from django import forms

from gongjian.lib.inputs import DayInput
from inspections import duties


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
