from django import forms

from inspections.services.self_checks import LONGEST_LATE_REASON, SHORTEST_REASON


class SelfCheckReturnForm(forms.Form):
    """退回修改: no self-check goes back without a reason."""

    remark = forms.CharField(
        label="退回原因",
        min_length=SHORTEST_REASON,
        max_length=300,
        widget=forms.Textarea,
        help_text="写明哪一项不合要求、要怎样改；报送人会收到通知，原因留在这一版上",
        error_messages={"required": "请写明退回的原因：哪一项不合要求、要怎样改"},
    )


class LateReasonForm(forms.Form):
    """迟报说明."""

    reason = forms.CharField(
        label="迟报说明",
        min_length=SHORTEST_REASON,
        max_length=LONGEST_LATE_REASON,
        help_text="可不写；写后不再改动，与自查一并显示。写不写都按迟报计分",
        error_messages={"required": "请写明迟报的原因，例如“台风抢险，补报”"},
    )
