"""The forms of a round: opened, drawn, reported, an assessor replaced."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from gongjian.accounts.models import User
from gongjian.documents.models import Issuer
from gongjian.lib.inputs import DayInput
from gongjian.lib.quarters import valid_quarter
from inspections.models import Checklist
from scoring.models import Rubric, Sheet
from scoring.rules.rubrics.parts import MOST_ASSESSORS, SamplingRules
from scoring.rules.rubrics.rubric import Rubric as Rules
from scoring.services.rounds.drawing import Visits
from scoring.services.rounds.sampling import COMMUNITIES, Sampled

VISITS = ("each", "off_peak", "night", "bottom", "each_extra")
# Before the code of a quota of the least sample, in the name of its input.
QUOTA = "quota-"


def named(rubric: Rubric) -> str:
    """Return what a list says of a version of the rubric."""
    own_sheet = "（自带评分表，不用选考评表）" if rubric.has_own_sheet else ""
    return f"{rubric} {rubric.version}{own_sheet}"


class RoundForm(forms.Form):
    """建立季度考评."""

    quarter = forms.CharField(
        label="季度", max_length=6, validators=[valid_quarter], help_text="写作 2026Q4"
    )
    rubric = forms.ModelChoiceField(
        label="评分细则",
        queryset=Rubric.objects.order_by("-pk"),
        empty_label=None,
        help_text="本季度的得分都按这一版计算",
    )
    checklist = forms.ModelChoiceField(
        label="考评表",
        queryset=Checklist.objects.order_by("-valid_from"),
        empty_label=None,
        help_text="考评员按它打分；细则自带评分表的不用选，考评员按细则打分",
    )
    late_rubric_reason = forms.CharField(
        label="细则晚于季度启用的理由",
        max_length=200,
        required=False,
        help_text="只有所选细则在季度首日之后才启用的要写，随考评公开",
    )
    starts_on = forms.DateField(label="考评开始", widget=DayInput)
    ends_on = forms.DateField(label="考评结束", widget=DayInput)
    seed = forms.CharField(
        label="抽签种子",
        max_length=64,
        help_text="抽签按它进行，任何人用同一个种子都能抽出同样的结果；建立后不能再改",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rubric"].label_from_instance = named

    def clean_rubric(self) -> Rubric:
        """Return the rubric; one with its own sheet asks for no checklist.

        The checklist is cleaned after it, so that it is not missed.
        """
        rubric = self.cleaned_data["rubric"]
        self.fields["checklist"].required = not rubric.has_own_sheet
        return rubric

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if not self.fields["checklist"].required:
            values["checklist"] = self.checklist_on(starts_on)
            if values["checklist"] is None:
                nothing = "还没有自查表，季度中发现的问题没有项目可归，请先启用自查表"
                self.add_error("rubric", nothing)
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "考评结束日期不能早于开始日期")
        return values

    def checklist_on(self, day: date | None) -> Checklist | None:
        """Return the checklist in force on the day, else the newest."""
        current = Checklist.objects.current(day).first() if day else None
        return current or self.fields["checklist"].queryset.first()


class DrawForm(forms.Form):
    """抽签: how often communities are visited, and the least sample where the rubric has one.

    After validation `cleaned_data` holds `visits` and `sampled`.
    """

    each = forms.IntegerField(
        label="每个社区抽几名考评员",
        min_value=1,
        max_value=MOST_ASSESSORS,
        initial=5,
    )
    off_peak = forms.IntegerField(
        label="错时考评几个社区", min_value=0, max_value=10_000, initial=0
    )
    night = forms.IntegerField(label="夜间考评几个社区", min_value=0, max_value=10_000, initial=0)
    bottom = forms.IntegerField(
        label="上季度末几名必检",
        min_value=0,
        max_value=10_000,
        initial=0,
        help_text="这些社区一定在错时、夜间考评之列，其余按种子抽",
    )
    each_extra = forms.IntegerField(
        label="错时、夜间每个社区几名考评员", min_value=1, max_value=MOST_ASSESSORS, initial=2
    )

    size = forms.DecimalField(min_value=0, max_digits=12, decimal_places=4)

    def __init__(self, *args, rubric: Rules, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        self.ask_for_visits()
        self.ask_for_samples(rubric.sampling)

    def ask_for_visits(self) -> None:
        """Ask for what the rubric leaves open; for nothing where it has no assessment."""
        assessment = self.rubric.assessment
        if not assessment.is_set:
            for name in VISITS:
                del self.fields[name]
            return
        if assessment.assessors_each:
            self.fields["each"].initial = assessment.assessors_each
            self.fields["each_extra"].initial = assessment.assessors_each
        if trim := assessment.trim_from_sheets:
            trimmed = f"有 {trim} 张打分表起，按评分细则去掉一个最高分和一个最低分"
            self.fields["each"].help_text = trimmed

    def ask_for_samples(self, sampling: SamplingRules | None) -> None:
        """Ask for the size of the city, and for what the draw itself does not count."""
        if sampling is None:
            del self.fields["size"]
            return
        self.fields["size"].label = sampling.measure
        self.fields["size"].help_text = f"最低抽样量按它定（{sampling.clause}）"
        for quota in sampling.quotas:
            if quota.code == COMMUNITIES:
                continue
            bands = zip(sampling.bands, quota.least, strict=True)
            least = "、".join(f"{band.name} {count}" for band, count in bands)
            self.fields[QUOTA + quota.code] = forms.IntegerField(
                label=f"{quota.name}抽几处",
                min_value=0,
                max_value=100_000,
                help_text=f"至少：{least}",
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("bottom") and not (values.get("off_peak") or values.get("night")):
            self.add_error("bottom", "必检的社区要有错时或夜间考评，请先填考评几个社区")
        if self.errors:
            return values
        visits = {name: values[name] for name in VISITS if name in values}
        return {"visits": Visits(**visits), "sampled": self.sampled_in(values)}

    def sampled_in(self, values: dict[str, Any]) -> Sampled | None:
        """Return what is to be looked at; None where the rubric has no least sample."""
        if self.rubric.sampling is None:
            return None
        places = {}
        for name, count in values.items():
            if name.startswith(QUOTA):
                places[name.removeprefix(QUOTA)] = count
        return Sampled(values["size"], places)


class RoundIssuerForm(forms.Form):
    """拟稿报批: who issues the circulars."""

    issuer = forms.ModelChoiceField(
        label="发文机关", queryset=Issuer.objects.order_by("pk"), empty_label=None
    )


class NamedChoiceField(forms.ModelChoiceField):
    """A choice of rows; `named(row)` is what stands in the list."""

    def __init__(self, *, named: Callable[[Any], str], **kwargs) -> None:
        super().__init__(**kwargs)
        self.label_from_instance = named


def sheet_named(sheet: Sheet) -> str:
    """Return what a list says of an orphaned sheet."""
    begun = "（已开始）" if sheet.marks else ""
    return f"{sheet.community}：{sheet.assessor.name}{begun}"


class ReplaceForm(forms.Form):
    """更换考评员: an orphaned sheet, and who fills it in afresh."""

    sheet = NamedChoiceField(
        label="打分表",
        queryset=Sheet.objects.none(),
        empty_label="请选择打分表",
        named=sheet_named,
        help_text="只列不再担任考评员的人未锁定的打分表；已填的内容作废，由新考评员重新打分",
    )
    assessor = NamedChoiceField(
        label="新考评员",
        queryset=User.objects.none(),
        empty_label="请选择考评员",
        named=lambda user: f"{user.name}（{user.username}）",
        help_text="本人或其单位参与该社区共建的须回避",
    )

    def __init__(self, *args, sheets: QuerySet[Sheet], assessors: QuerySet[User], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].queryset = sheets
        self.fields["assessor"].queryset = assessors
