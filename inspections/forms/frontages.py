from django import forms

from gongjian.lib.inputs import DayInput
from gongjian.lib.phones import mask
from inspections.models import Frontage
from inspections.services.duty_sets import offered_sets, rules_for
from inspections.services.frontages import AGREEMENT, EDITABLE

ALWAYS_SENT = {"shop_name", "status"}


class FrontageCheckForm(forms.Form):
    """门前三包抽查: what is ticked was not done."""

    checked_on = forms.DateField(label="检查日期", widget=DayInput)
    failed = forms.MultipleChoiceField(
        label="未落实的责任",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都落实的一项也不勾，登记为合格；勾选后生成一件问题，派给牵头单位",
    )
    remark = forms.CharField(
        label="说明", required=False, max_length=120, help_text="如“占道摆放 3 张餐桌”"
    )

    def __init__(self, *args, frontage, **kwargs):
        super().__init__(*args, **kwargs)
        duties = rules_for(frontage.duty_set).duties
        choices = [(duty.code, f"{duty.name}：{duty.text}") for duty in duties]
        self.fields["failed"].choices = choices

    def clean(self):
        data = super().clean()
        if data.get("failed") and not data.get("remark"):
            self.add_error("remark", "有未落实的责任，请写明具体情况")
        return data


class FrontageForm(forms.ModelForm):
    """What may be changed of a frontage.

    The telephone is not shown: an empty box leaves it as it is. A field that was not sent at all
    changes nothing.
    """

    phone = forms.CharField(
        label="联系电话", max_length=30, required=False, widget=forms.TextInput({"type": "tel"})
    )
    without_phone = forms.BooleanField(label="删去登记的联系电话", required=False)
    duty_set = forms.ChoiceField(label="责任内容")
    only_corrects = forms.BooleanField(
        label="只是更正填错的内容",
        required=False,
        help_text="不勾选时，店招名称、责任人、协议编号或签订日期有变动，"
        "原来的会作为旧档留在这一处的记录里",
    )

    class Meta:
        model = Frontage
        fields = EDITABLE + AGREEMENT
        widgets = {"signed_on": DayInput, "valid_until": DayInput}
        help_texts = {
            "shop_type": "如“餐饮”“五金”",
            "length_m": "沿街的长度",
            "depth_m": "从墙根到路沿",
            "latitude": "如 30.049123；不登记位置请留空",
            "datum": "手机定位一般是 WGS-84，地图应用上取的一般是 GCJ-02",
        }

    field_order = [
        "shop_name",
        "shop_type",
        "responsible_person",
        "phone",
        "without_phone",
        "status",
        "agreement_number",
        "signed_on",
        "valid_until",
        "duty_set",
        "plaque_number",
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["phone"] = ""
        self.fields["duty_set"].choices = self.duty_sets()
        phone = self.instance.phone
        if phone:
            self.fields["phone"].help_text = f"现为 {mask(phone)}；不改请留空"
        else:
            del self.fields["without_phone"]
        if self.is_bound:
            may_be_left_out = {*EDITABLE, *AGREEMENT} - ALWAYS_SENT
            for name in may_be_left_out.difference(self.data):
                del self.fields[name]

    def duty_sets(self) -> list[tuple[str, str]]:
        """Return the sets on offer, and the frontage's own where it is retired."""
        choices = offered_sets()
        code = self.instance.duty_set
        if code not in dict(choices):
            choices.append((code, rules_for(code).title))
        return choices

    def _post_clean(self):
        """Leave the instance as it was read: the service checks the row as it will stand."""

    def clean(self):
        data = super().clean()
        if data.get("phone") and data.get("without_phone"):
            self.add_error("phone", "已填写新号码，又选了删去：请只选一样")
        return data

    def changes(self) -> dict[str, object]:
        """Return what differs from the page as it was opened."""
        changes = {}
        for name in EDITABLE + AGREEMENT:
            if name in self.changed_data:
                changes[name] = self.cleaned_data[name]
        if self.cleaned_data.get("without_phone"):
            changes["phone"] = ""
        return changes


class DutySetForm(forms.Form):
    """添加责任内容: a set of duties of the office's own."""

    title = forms.CharField(label="名称", max_length=40, help_text="如“门前五包（2027 年版）”")
    outside = forms.CharField(
        label="门前责任",
        widget=forms.Textarea({"rows": 5}),
        help_text="一行一项，写作“名称：内容”，如“包卫生：清扫保洁，无垃圾、痰迹、积水”",
    )
    inside = forms.CharField(
        label="门内责任",
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="与门前责任分开考核；写法同上",
    )
