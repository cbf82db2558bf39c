"""加减分和一票否决: one case recorded, one withdrawn."""

from typing import Any

from django import forms

from communities.models import Community
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.readings.adjustments import FALSE_RECTIFICATION, blame_of, rules_for
from units.models import Unit

# A bonus for a reason of its own: of its kind, by no rule.
OWN_BONUS = f"{AdjustmentKind.BONUS}:"


class AdjustmentForm(forms.Form):
    """登记加减分: one case of one community.

    After validation `cleaned_data` holds the case as the service takes it.
    """

    community = forms.ModelChoiceField(
        label="社区", queryset=Community.objects.active().order_by("code"), empty_label="请选择社区"
    )
    case = forms.ChoiceField(label="事项", help_text="按细则事项登记的，分值由细则规定")
    points = forms.DecimalField(
        label="加多少分",
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text="只有“其他加分”要填",
    )
    department = forms.ModelChoiceField(
        label="分担责任的职能部门",
        queryset=Unit.objects.filter(is_active=True, is_functional_department=True).order_by(
            "name"
        ),
        required=False,
        empty_label="请选择部门",
    )
    reason = forms.CharField(
        label="事由", max_length=200, help_text="写明事实和依据，随得分公布；不要写个人姓名和电话"
    )

    def __init__(self, *args, rubric: Rubric, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices_by_kind = {}
        for kind, names in rules_for(rubric).items():
            choices = [(f"{kind}:{code}", name) for code, name in names.items() if by_hand(code)]
            choices_by_kind[kind] = choices
        own_bonus = f"其他加分（写明事由和分值，合计最多 {rubric.bonus.cap} 分）"
        choices_by_kind[AdjustmentKind.BONUS].append((OWN_BONUS, own_bonus))
        groups = [(AdjustmentKind(kind).label, rows) for kind, rows in choices_by_kind.items()]
        self.fields["case"].choices = [("", "请选择事项"), *groups]
        self.ask_for_department(rubric)

    def ask_for_department(self, rubric: Rubric) -> None:
        """Ask for a department only where the rubric shares a malus out."""
        shared = blame_of(rubric)
        names = []
        for rule in rubric.maluses:
            if rule.code in shared and by_hand(rule.code):
                names.append(rule.name)
        if names:
            self.fields["department"].help_text = f"登记“{'”“'.join(names)}”时选择"
        else:
            del self.fields["department"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "case" in values:
            values["kind"], values["rule_code"] = values.pop("case").split(":", 1)
        return values


def by_hand(code: str) -> bool:
    """Whether cases of the rule are recorded by hand; a false rectification counts by itself."""
    return code != FALSE_RECTIFICATION


class WithdrawForm(forms.Form):
    """撤销加减分: with the reason."""

    remark = forms.CharField(
        label="撤销原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
