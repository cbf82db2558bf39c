from django import forms

from communities.forms.fields import CommunityField, quarter_choices, words
from communities.models import Community
from communities.models.plans import WorkArea
from gongjian.documents.models import Issuer
from gongjian.lib.inputs import DayInput
from gongjian.lib.quarters import Quarter


class PlanWordsForm(forms.Form):
    title = forms.CharField(label="标题", max_length=100)
    foreword = words("总体要求", required=False, help_text="写入通知的第一部分，一行一段；可以不写")
    due_on = forms.DateField(
        label="完成时限", widget=DayInput(), help_text="各社区在这一天前报告完成，须在本季度内"
    )


class PlanForm(PlanWordsForm):
    quarter = forms.TypedChoiceField(coerce=Quarter.parse, label="季度")
    field_order = ("quarter", "title", "foreword", "due_on")

    def __init__(self, *args, quarters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = quarter_choices(quarters)


class PlanItemForm(forms.Form):
    area = forms.ChoiceField(label="工作重点", choices=WorkArea.choices)
    text = forms.CharField(
        label="工作内容",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="一项写一件事",
    )
    community = CommunityField(required=False, empty_label="全部社区", label="对象")
    due_on = forms.DateField(
        label="事项时限", widget=DayInput(), required=False, help_text="不填则按计划的完成时限"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        communities = Community.objects.active().select_related("subdistrict")
        self.fields["community"].queryset = communities.order_by("subdistrict__code", "code")


class PlanReturnForm(forms.Form):
    remark = words("退回的理由", most=300, rows=3)


class IssueForm(forms.Form):
    issuer = forms.ModelChoiceField(
        label="发文机关", queryset=Issuer.objects.order_by("pk"), empty_label=None
    )


class CompleteItemForm(forms.Form):
    done_on = forms.DateField(label="完成日期", widget=DayInput())
    note = words("办理情况", most=300, rows=4, required=False, help_text="做了什么、做到什么程度")


class CompleteForm(forms.Form):
    summary = words("完成情况", help_text="总述本季度任务的完成情况，报给共建办")
