"""The forms of a finding's way: 整改、延期、退单、督办、虚假整改."""

from django import forms
from django.utils import timezone

from gongjian.lib.inputs import DayInput
from gongjian.lib.templatetags.office import day
from inspections.forms.findings import OfFindingForm, other_units_for, units_for
from inspections.forms.photos import PhotosField
from inspections.models.rectification import RequestKind
from inspections.rules import rectification_rules
from units.models import Unit


class RectifyForm(OfFindingForm):
    """登记整改: with a photo from after, or the reason why there is none."""

    rectification = forms.CharField(
        label="整改情况", max_length=300, widget=forms.Textarea, help_text="写明怎样整改、现在怎样"
    )
    photos = PhotosField(
        label="整改后照片", required=False, help_text="在整改前照片的同一位置拍摄，复查时并排对照"
    )
    no_photo_reason = forms.CharField(
        label="没有照片的原因",
        max_length=100,
        required=False,
        help_text="有照片的不用填；如“台账问题，无现场可拍”",
    )

    def clean(self):
        data = super().clean()
        has_none = not data.get("photos") and "photos" not in self.errors
        if has_none and not data.get("no_photo_reason", "").strip():
            self.add_error("photos", "请添加至少一张照片；确实拍不了的，请写明没有照片的原因")
        return data


class ExtensionForm(OfFindingForm):
    """申请延期."""

    until_on = forms.DateField(label="延至", widget=DayInput)
    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea,
        help_text="写明为什么按原时限完不成、已做了什么",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        most_days = rectification_rules().extension_days_most
        due = day(timezone.localdate(self.finding.due_at))
        self.fields["until_on"].help_text = f"现时限 {due}，最多延 {most_days} 天"


class HandOnForm(OfFindingForm):
    """退单."""

    proposed_unit = forms.ModelChoiceField(
        label="应由哪个单位办理", queryset=Unit.objects.none(), empty_label="请选择"
    )
    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea,
        help_text="写明为什么不属于本单位，依据是什么",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposed_unit"].queryset = other_units_for(self.finding)


class RequestDecisionForm(forms.Form):
    """The answer to a request; a hand-on may be given to another unit than was proposed."""

    answer = forms.ChoiceField(label="答复", choices=[("grant", "同意"), ("refuse", "不同意")])
    decision = forms.CharField(label="说明", max_length=300, required=False)
    unit = forms.ModelChoiceField(
        label="派给", queryset=Unit.objects.none(), required=False, empty_label=None
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        if request.kind == RequestKind.HAND_ON:
            self.fields["unit"].queryset = other_units_for(request.finding)
            self.fields["unit"].initial = request.proposed_unit_id
        else:
            del self.fields["unit"]

    def clean(self):
        data = super().clean()
        is_refused = data.get("answer") == "refuse"
        if is_refused and not data.get("decision", "").strip():
            self.add_error("decision", "不同意的，请写明原因，对方会收到")
        return data


class SupervisionForm(OfFindingForm):
    """督办."""

    unit = forms.ModelChoiceField(
        label="督办对象", queryset=Unit.objects.none(), empty_label="请选择"
    )
    due_on = forms.DateField(
        label="督办时限", widget=DayInput, help_text="当日 24 时前办结；原整改时限不变"
    )
    reason = forms.CharField(
        label="督办事由",
        max_length=300,
        widget=forms.Textarea,
        help_text="写明为什么督办、要求办到什么程度",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = units_for(self.finding.community).filter(is_active=True)
        self.fields["unit"].queryset = units.order_by("short_name")
        self.fields["unit"].initial = self.finding.responsible_unit_id


class FalseRectificationForm(OfFindingForm):
    """认定虚假整改."""

    reason = forms.CharField(
        label="认定理由",
        max_length=300,
        widget=forms.Textarea,
        help_text="写明登记的整改与实际有什么不符",
    )
    evidence = forms.CharField(
        label="证据", max_length=300, widget=forms.Textarea, help_text="写明何时、何人、怎样核实的"
    )
    photos = PhotosField(label="核查照片", required=False, help_text="可选；不要拍到人脸和车牌")
