from datetime import date

from django import forms

from gongjian.accounts.models import User
from gongjian.documents.models import Issuer
from gongjian.lib.inputs import DayInput
from gongjian.lib.quarters import valid_quarter
from inspections.models import Checklist
from scoring.models import Rubric, Sheet
from scoring.rules.rubrics.parts import MOST_ASSESSORS
from scoring.services.rounds.drawing import Visits
from scoring.services.rounds.sampling import COMMUNITIES, Sampled

VISITS = ("each", "off_peak", "night", "bottom", "each_extra")


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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rubric"].label_from_instance = _named

    def clean_rubric(self):
        """Read before the checklist, which is not asked for where the rubric brings its own sheet."""
        rubric = self.cleaned_data["rubric"]
        self.fields["checklist"].required = not rubric.has_own_sheet
        return rubric

    def clean(self):
        given = super().clean()
        if not self.fields["checklist"].required:
            given["checklist"] = (
                _in_force(given.get("starts_on")) or self.fields["checklist"].queryset.first()
            )
            if given["checklist"] is None:
                self.add_error(
                    "rubric", "还没有自查表，季度中发现的问题没有项目可归，请先启用自查表"
                )
        if (
            given.get("starts_on")
            and given.get("ends_on")
            and given["ends_on"] < given["starts_on"]
        ):
            self.add_error("ends_on", "考评结束日期不能早于开始日期")
        return given


def _named(rubric: Rubric) -> str:
    return (
        f"{rubric} {rubric.version}{'（自带评分表，不用选考评表）' if rubric.has_own_sheet else ''}"
    )


def _in_force(day: date | None) -> Checklist | None:
    return Checklist.objects.current(day).first() if day else None


class DrawForm(forms.Form):
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

    def __init__(self, *args, rubric, **kwargs):
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        if rubric.assessment.is_set:
            self.fields["each"].initial = (
                rubric.assessment.assessors_each or self.fields["each"].initial
            )
            self.fields["each_extra"].initial = (
                rubric.assessment.assessors_each or self.fields["each_extra"].initial
            )
            trim = rubric.assessment.trim_from_sheets
            told = f"有 {trim} 张打分表起，按评分细则去掉一个最高分和一个最低分" if trim else ""
            self.fields["each"].help_text = told
        else:
            for name in VISITS:
                del self.fields[name]
        self._ask_for_samples(rubric.sampling)

    def _ask_for_samples(self, sampling) -> None:
        """The size of the city, and what the draw itself does not count."""
        if sampling is None:
            del self.fields["size"]
            return
        self.fields["size"].label = sampling.measure
        self.fields["size"].help_text = f"最低抽样量按它定（{sampling.clause}）"
        for quota in sampling.quotas:
            if quota.code != COMMUNITIES:
                texts = []
                for band, n in zip(sampling.bands, quota.least, strict=True):
                    texts.append(f"{band.name} {n}")
                least = "、".join(texts)
                self.fields[f"quota-{quota.code}"] = forms.IntegerField(
                    label=f"{quota.name}抽几处",
                    min_value=0,
                    max_value=100_000,
                    help_text=f"至少：{least}",
                )

    @property
    def visits(self) -> Visits:
        return Visits(
            **{name: self.cleaned_data[name] for name in VISITS if name in self.cleaned_data}
        )

    @property
    def sampled(self) -> Sampled | None:
        """What is to be looked at, where the rubric has a least sample."""
        if self.rubric.sampling is None:
            return None
        prefix = "quota-"
        places = {}
        for name, n in self.cleaned_data.items():
            if name.startswith(prefix):
                places[name.removeprefix(prefix)] = n
        return Sampled(self.cleaned_data["size"], places)

    def clean(self):
        given = super().clean()
        if given.get("bottom") and not (given.get("off_peak") or given.get("night")):
            self.add_error("bottom", "必检的社区要有错时或夜间考评，请先填考评几个社区")
        return given


class IssuerForm(forms.Form):
    issuer = forms.ModelChoiceField(
        label="发文机关", queryset=Issuer.objects.order_by("pk"), empty_label=None
    )


class NamedChoiceField(forms.ModelChoiceField):
    """`named(row)` is what stands in the list."""

    def __init__(self, *, named, **kwargs):
        super().__init__(**kwargs)
        self.label_from_instance = named


class ReplaceForm(forms.Form):
    """更换考评员: an orphaned sheet, and who fills it in afresh."""

    sheet = NamedChoiceField(
        label="打分表",
        queryset=Sheet.objects.none(),
        empty_label="请选择打分表",
        named=lambda sheet: (
            f"{sheet.community}：{sheet.assessor.name}{'（已开始）' if sheet.marks else ''}"
        ),
        help_text="只列不再担任考评员的人未锁定的打分表；已填的内容作废，由新考评员重新打分",
    )
    assessor = NamedChoiceField(
        label="新考评员",
        queryset=User.objects.none(),
        empty_label="请选择考评员",
        named=lambda user: f"{user.name}（{user.username}）",
        help_text="本人或其单位参与该社区共建的须回避",
    )

    def __init__(self, *args, sheets, assessors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].queryset = sheets
        self.fields["assessor"].queryset = assessors
