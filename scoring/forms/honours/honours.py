from django import forms
from django.db.models import QuerySet

from communities.models import Community
from gongjian.documents.models import Issuer
from gongjian.lib.inputs import DayInput
from scoring.forms.rounds.rounds import NamedChoiceField
from scoring.models import CommendationPlan, Nomination
from scoring.models.bulletins import Honour
from scoring.services.honours.naming import COMMUNITY, STANDINGS
from scoring.services.honours.nominations import LegalReview
from scoring.services.honours.plans import WRITTEN
from units.models import Unit

SHORT = forms.Textarea({"rows": 2})
LONG = forms.Textarea({"rows": 4})
WHOLE_LISTS = {Honour.PRAISE: "整个表扬名单"}


class CommendationPlanForm(forms.ModelForm):
    """表彰计划: the application list, item by item."""

    class Meta:
        model = CommendationPlan
        fields = WRITTEN
        widgets = {"scope": SHORT}
        help_texts = {
            "year": "四个季度中最末一季所在的年度；一般在上一年报",
            "name": "不超过 25 字",
            "basis": "如：《社区共建实施意见》五",
            "cycle": "如：每年一次",
            "competing": "各类对象合计，名额不能多于它",
            "funding": "没有奖金的写“不发奖金，证书费用列入部门预算”",
            "form": "如：印发决定，颁发证书",
        }

    def validate_constraints(self):
        """The service says which field is wrong; the database would only say that something is."""


class ApplyForm(forms.Form):
    """报送请示: what a 请示 needs besides the plan."""

    issuer = forms.ModelChoiceField(
        label="发文机关", queryset=Issuer.objects.order_by("pk"), empty_label=None
    )
    main_recipient = forms.CharField(
        label="主送机关", max_length=60, help_text="只写一个，如：市人民政府"
    )
    signer = forms.CharField(label="签发人", max_length=60, help_text="印在版头的负责人姓名")
    note = forms.CharField(
        label="附注", max_length=100, help_text="如：联系人：张三，电话：0571-63310000"
    )


class ApprovePlanForm(forms.Form):
    reply_number = forms.CharField(
        label="批复文号", max_length=40, help_text="如：富政函〔2026〕3号"
    )
    replied_on = forms.DateField(label="批复日期", widget=DayInput)


class RefusePlanForm(forms.Form):
    refusal = forms.CharField(label="不予批准的理由", max_length=300, widget=SHORT)


class StrikeForm(forms.Form):
    nomination = NamedChoiceField(
        label="对象",
        queryset=Nomination.objects.none(),
        empty_label="请选择",
        named=lambda row: f"{row.name}（{row.named_as}，{row.points} 分）",
    )
    reason = forms.CharField(
        label="剔除理由", max_length=200, widget=SHORT, help_text="如一票否决、案件在办；随名单留存"
    )

    def __init__(self, *args, nominations: QuerySet[Nomination], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nomination"].queryset = nominations


class AddForm(forms.Form):
    """增补: a name in one of its standings, within the rubric's thresholds and the quota.

    Cleaned to the community or unit itself, and its legal review.
    """

    standing = forms.ChoiceField(label="身份", choices=list(STANDINGS.items()))
    name = forms.CharField(
        label="名称", max_length=80, help_text="社区名称，或单位全称、简称；曾剔除的可以恢复"
    )
    reason = forms.CharField(
        label="增补理由", max_length=200, widget=SHORT, help_text="随名单公布；不写个人姓名和电话"
    )
    review_document = forms.CharField(
        label="法制审核文书",
        max_length=100,
        required=False,
        help_text="批评企业、社会组织的必填，如“市司法局法制审核意见书〔2026〕8号”",
    )
    reviewed_on = forms.DateField(label="法制审核日期", required=False, widget=DayInput)

    def __init__(self, *args, honour: str, **kwargs):
        super().__init__(*args, **kwargs)
        if honour != Honour.CRITICISM:
            del self.fields["review_document"], self.fields["reviewed_on"]

    def clean(self):
        fields = super().clean()
        document = fields.pop("review_document", "")
        reviewed_on = fields.pop("reviewed_on", None)
        if bool(document) != bool(reviewed_on):
            self.add_error("reviewed_on", "法制审核文书和日期要一并填写")
        fields["review"] = LegalReview(document, reviewed_on) if document and reviewed_on else None
        name = fields.pop("name", "")
        standing = fields.get("standing")
        if standing and name:
            fields["subject"] = self._subject(standing, name.strip())
        return fields

    def _subject(self, standing: str, name: str) -> Community | Unit | None:
        if standing == COMMUNITY:
            what = "社区"
            subject = Community.objects.filter(name=name).first()
        else:
            named = Unit.objects.filter(name=name)
            short = Unit.objects.filter(short_name=name)
            what = "单位"
            subject = named.first() or short.first()
        if subject is None:
            self.add_error("name", f"没有叫“{name}”的{what}，请核对名称")
        return subject


class ObjectionForm(forms.Form):
    """提出异议, or 陈述申辩 of those who are to be criticised.

    `names`: about whom, by honour. Cleaned to the honour, and the name or "" for the whole list.
    """

    about = forms.ChoiceField(label="针对")
    text = forms.CharField(
        label="内容",
        max_length=1000,
        widget=LONG,
        help_text="写明事实和理由；由共建办核实答复，其他单位看不到",
    )

    def __init__(self, *args, names: dict[str, list[str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "陈述申辩、提出异议" if Honour.CRITICISM in names else "提出异议"
        choices = []
        for honour, listed in names.items():
            if honour != Honour.CRITICISM:
                choices.append((f"{honour}:", WHOLE_LISTS.get(honour, "整个名单")))
            for name in listed:
                label = name
                if honour == Honour.CRITICISM:
                    label = f"陈述申辩：拟对{name}通报批评"
                choices.append((f"{honour}:{name}", label))
        self.fields["about"].choices = choices

    def clean(self):
        fields = super().clean()
        if "about" in fields:
            fields["honour"], _, fields["about"] = fields["about"].partition(":")
        return fields


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="答复", max_length=1000, widget=SHORT, help_text="核实情况和处理意见"
    )


class CommendationReturnForm(forms.Form):
    remark = forms.CharField(label="退回意见", max_length=300, widget=SHORT)
