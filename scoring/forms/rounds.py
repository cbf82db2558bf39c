from django import forms

from gongjian.documents.models import Issuer
from gongjian.lib.inputs import DayInput
from gongjian.lib.quarters import valid_quarter
from inspections.models import Checklist
from scoring.models import Rubric


class RoundForm(forms.Form):
    """建立季度考评."""

    quarter = forms.CharField(label="季度", max_length=6, validators=[valid_quarter], help_text="写作 2026Q4")
    rubric = forms.ModelChoiceField(
        label="评分细则",
        queryset=Rubric.objects.order_by("-pk"),
        empty_label=None,
        help_text="本季度的得分都按这一版计算",
    )
    checklist = forms.ModelChoiceField(
        label="考评表", queryset=Checklist.objects.order_by("-valid_from"), empty_label=None
    )
    starts_on = forms.DateField(label="考评开始", widget=DayInput)
    ends_on = forms.DateField(label="考评结束", widget=DayInput)
    seed = forms.CharField(
        label="抽签种子", max_length=64, help_text="抽签按它进行，任何人用同一个种子都能抽出同样的结果；建立后不能再改"
    )

    def clean(self):
        given = super().clean()
        if given.get("starts_on") and given.get("ends_on") and given["ends_on"] < given["starts_on"]:
            self.add_error("ends_on", "考评结束日期不能早于开始日期")
        return given


class DrawForm(forms.Form):
    each = forms.IntegerField(
        label="每个社区抽几名考评员",
        min_value=1,
        max_value=15,
        initial=5,
        help_text="有 5 张打分表起，按评分细则去掉一个最高分和一个最低分",
    )


class IssuerForm(forms.Form):
    issuer = forms.ModelChoiceField(label="发文机关", queryset=Issuer.objects.order_by("pk"), empty_label=None)
