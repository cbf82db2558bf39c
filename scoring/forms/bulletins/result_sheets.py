"""Which 反馈单 the office asks for."""

from django import forms

from scoring.services.bulletins.result_sheets import SUBJECTS

PLEASE_CHOOSE = "请选择逐社区反馈或逐单位反馈"


class ResultSheetsForm(forms.Form):
    """制作反馈单: one for every community, or one for every unit."""

    subject = forms.ChoiceField(
        label="反馈对象",
        choices=list(SUBJECTS.items()),
        # Chosen by a button each; an error stands above the list.
        widget=forms.HiddenInput,
        error_messages={"required": PLEASE_CHOOSE, "invalid_choice": PLEASE_CHOOSE},
    )
