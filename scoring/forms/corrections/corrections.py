from collections.abc import Sequence
from itertools import groupby

from django import forms

from communities.models import Community
from gongjian.lib.inputs import yes_or_no
from scoring.models import Round
from scoring.rules.corrections.changes import STATES
from scoring.rules.corrections.kinds import CorrectionKind
from scoring.services.corrections.correctable import CorrectableInput

# A self-check's state, and whether there is a veto, as people write it.
STATES_WRITTEN = {label: state for state, label in STATES.items()}
VETOES_WRITTEN = {"有": "1", "没有": "0", "无": "0"}
# Kinds whose value is more than a figure: it is read by the service.
FREE_TEXT = (CorrectionKind.READING, CorrectionKind.OWN_BONUS)
HOW_TO_WRITE = (
    "扣分、件数填数字；月自查填“按时”“逾期”或“未报”；"
    "问题整改填“按期销号件数/到期件数”，如 11/12；"
    "单位职责、职能部门办理填“已办件数/应办件数”；一票否决填“有”或“没有”；"
    "另行加分填分值和事由，如“1 承办全市现场会”，取消填 0；"
    "读数照现值的写法填，没有这一项的填“不涉及：原因”"
)


def subject_choices(subjects: Sequence[CorrectableInput]) -> list[tuple]:
    """Return the inputs as choices in their groups."""
    choices = []
    for group, members in groupby(subjects, key=lambda subject: subject.group):
        choices.append((group, [(subject.value, subject.label) for subject in members]))
    return choices


def as_recorded(kind: str, typed: str) -> str:
    """Return a figure that somebody typed as the record writes it."""
    if kind in FREE_TEXT:
        return typed
    if kind == CorrectionKind.SELF_CHECK and typed in STATES_WRITTEN:
        return STATES_WRITTEN[typed]
    if kind == CorrectionKind.VETO and typed in VETOES_WRITTEN:
        return VETOES_WRITTEN[typed]
    return typed.replace("／", "/").replace(" ", "")


class CommunityForm(forms.Form):
    """Whose data are wrong: the first of two steps."""

    community = forms.ModelChoiceField(
        label="更正哪个社区",
        queryset=Community.objects.none(),
        to_field_name="code",
        empty_label="请选择社区",
    )

    def __init__(self, *args, round: Round, **kwargs):
        super().__init__(*args, **kwargs)
        communities = Community.objects.filter(scores__round=round)
        self.fields["community"].queryset = communities.order_by("code")


class CorrectionForm(forms.Form):
    """提出更正: one input on record, what it should be, why, and by what.

    Cleaned to the subject itself, and what it should be in the terms of the record.
    """

    subject = forms.ChoiceField(label="更正哪一项")
    new = forms.CharField(label="更正为", max_length=400, help_text=HOW_TO_WRITE)
    reason = forms.CharField(
        label="更正原因", max_length=300, widget=forms.Textarea, help_text="错在哪里，怎样发现的"
    )
    basis = forms.CharField(
        label="依据", max_length=300, help_text="如更正申请、核实记录、原始打分表的编号"
    )

    def __init__(self, *args, subjects: Sequence[CorrectableInput], **kwargs):
        super().__init__(*args, **kwargs)
        self.subjects = {subject.value: subject for subject in subjects}
        self.fields["subject"].choices = [("", "请选择"), *subject_choices(subjects)]

    def clean_subject(self) -> CorrectableInput:
        return self.subjects[self.cleaned_data["subject"]]

    def clean(self):
        fields = super().clean()
        if "subject" in fields and "new" in fields:
            fields["new"] = as_recorded(fields["subject"].kind, fields["new"].strip())
        return fields


class ApprovalForm(forms.Form):
    """批准更正."""

    approve = yes_or_no("批准结果", "批准更正", "不予更正")
    opinion = forms.CharField(
        label="意见",
        max_length=300,
        required=False,
        widget=forms.Textarea,
        help_text="不予更正的写明原因",
    )

    def clean(self):
        fields = super().clean()
        if fields.get("approve") is False and not (fields.get("opinion") or "").strip():
            self.add_error("opinion", "请写明不予更正的原因")
        return fields
