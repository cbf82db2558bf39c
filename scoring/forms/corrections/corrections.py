from itertools import groupby

from django import forms

from communities.models import Community
from gongjian.lib.inputs import yes_or_no
from scoring.rules.corrections.changes import STATES

WRITTEN = {label: state for state, label in STATES.items()}
"""A self-check's state as people write it."""
VETOES = {"有": "1", "没有": "0", "无": "0"}
FREE_TEXT = ("reading", "own_bonus")
"""Kinds whose value is more than a figure: it is read by the service."""


class CommunityForm(forms.Form):
    """Whose data are wrong: the first of two steps."""

    community = forms.ModelChoiceField(
        label="更正哪个社区",
        queryset=Community.objects.none(),
        to_field_name="code",
        empty_label="请选择社区",
    )

    def __init__(self, *args, round, **kwargs):
        super().__init__(*args, **kwargs)
        communities = Community.objects.filter(scores__round=round)
        self.fields["community"].queryset = communities.order_by("code")


class CorrectionForm(forms.Form):
    """提出更正: one input on record, what it should be, why, and by what."""

    subject = forms.ChoiceField(label="更正哪一项")
    new = forms.CharField(
        label="更正为",
        max_length=400,
        help_text="扣分、件数填数字；月自查填“按时”“逾期”或“未报”；问题整改填“按期销号件数/到期件数”，如 11/12；"
        "单位职责、职能部门办理填“已办件数/应办件数”；一票否决填“有”或“没有”；"
        "另行加分填分值和事由，如“1 承办全市现场会”，取消填 0；读数照现值的写法填，没有这一项的填“不涉及：原因”",
    )
    reason = forms.CharField(
        label="更正原因", max_length=300, widget=forms.Textarea, help_text="错在哪里，怎样发现的"
    )
    basis = forms.CharField(
        label="依据", max_length=300, help_text="如更正申请、核实记录、原始打分表的编号"
    )

    def __init__(self, *args, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.subjects = {subject.value: subject for subject in subjects}
        groups = groupby(subjects, key=lambda subject: subject.group)
        self.fields["subject"].choices = [
            ("", "请选择"),
            *((group, [(one.value, one.label) for one in members]) for group, members in groups),
        ]

    @property
    def given(self) -> dict:
        """For the service: the subject itself, and what it should be in the terms of the record."""
        said = self.cleaned_data
        subject, new = self.subjects[said["subject"]], said["new"].strip()
        words = {"self_check": WRITTEN, "veto": VETOES}.get(subject.kind, {})
        if subject.kind not in FREE_TEXT:
            new = words.get(new, new.replace("／", "/").replace(" ", ""))
        return {"subject": subject, "new": new, "reason": said["reason"], "basis": said["basis"]}


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
        given = super().clean()
        if given.get("approve") is False and not (given.get("opinion") or "").strip():
            self.add_error("opinion", "请写明不予更正的原因")
        return given
