from django import forms

from communities.models import Community
from scoring.models.adjustments import AdjustmentKind
from scoring.services.readings.adjustments import FALSE_RECTIFICATION, blame_of, rules_for
from units.models import Unit

OF_ITS_OWN = f"{AdjustmentKind.BONUS}:"


class AdjustmentForm(forms.Form):
    """登记加减分: one case of one community."""

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

    def __init__(self, *args, rubric, **kwargs):
        super().__init__(*args, **kwargs)
        named = []
        for kind, rules in rules_for(rubric).items():
            pairs = []
            for code, name in rules.items():
                if _by_hand(code):
                    pairs.append((f"{kind}:{code}", name))
            named.append(
                (
                    AdjustmentKind(kind).label,
                    pairs,
                )
            )
        self._ask_for_department(rubric)
        named[0][1].append(
            (OF_ITS_OWN, f"其他加分（写明事由和分值，合计最多 {rubric.bonus.cap} 分）")
        )
        self.fields["case"].choices = [("", "请选择事项"), *named]

    def _ask_for_department(self, rubric) -> None:
        """Asked for only where the rubric shares a malus out."""
        names = []
        for rule in rubric.maluses:
            if rule.code in blame_of(rubric) and _by_hand(rule.code):
                names.append(rule.name)
        if names:
            self.fields["department"].help_text = f"登记“{'”“'.join(names)}”时选择"
        else:
            del self.fields["department"]

    @property
    def recorded(self) -> dict:
        """The case as the service takes it."""
        given = self.cleaned_data
        kind, code = given["case"].split(":", 1)
        named = {}
        for name in ("community", "points", "reason"):
            named[name] = given[name]
        return named | {"kind": kind, "rule_code": code, "department": given.get("department")}


def _by_hand(code: str) -> bool:
    return code != FALSE_RECTIFICATION


class WithdrawForm(forms.Form):
    remark = forms.CharField(
        label="撤销原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
