from django import forms

from gongjian.lib.inputs import DayInput
from inspections.models.stars import OccupantKind

REASON = forms.Textarea({"rows": 3})


class EntryDecisionForm(forms.Form):
    """列入并公布, 不列入."""

    decision = forms.CharField(label="决定理由", max_length=300, widget=REASON)


class RemovalForm(forms.Form):
    """提前移出."""

    removal = forms.CharField(
        label="信用修复情况", max_length=300, widget=REASON, help_text="整改了什么、何时复查合格"
    )


class ReviewForm(forms.Form):
    """登记法制审核."""

    reviewed_on = forms.DateField(label="审核日期", widget=DayInput)
    review_document = forms.CharField(
        label="审核文书", max_length=100, help_text="如“市司法局法制审核意见书〔2026〕8号”"
    )


class OccupantForm(forms.Form):
    """更正责任人性质."""

    occupant_kind = forms.ChoiceField(
        label="责任人性质", choices=OccupantKind.choices, help_text="没有把握的按个体商户和企业对待"
    )
