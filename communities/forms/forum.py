from django import forms

from communities.forms.fields import CommunityField, OfCommunityForm, words
from units.models import Unit


class TopicForm(OfCommunityForm):
    community = CommunityField()
    title = forms.CharField(label="题目", max_length=80)
    text = words("内容")
    raised_for = forms.CharField(
        label="反映人",
        max_length=40,
        required=False,
        help_text="代居民反映时填写；可只写楼栋，不写姓名",
    )


class ReplyForm(forms.Form):
    """`units` are those for which the user may speak here; of several he says which."""

    unit = forms.ModelChoiceField(
        label="代表单位", queryset=Unit.objects.none(), empty_label="请选择代表哪家单位答复"
    )
    text = words("答复")
    is_answer = forms.BooleanField(
        label="作为正式答复", required=False, help_text="正式答复后话题转为“已答复”，并告知提出人"
    )

    def __init__(self, *args, may_answer: bool, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.units = list(units)
        self.fields["unit"].queryset = units
        if len(self.units) < 2:
            del self.fields["unit"]
        if not may_answer:
            del self.fields["is_answer"]

    def clean(self):
        """The only unit needs no asking."""
        cleaned = super().clean()
        if "unit" not in self.fields:
            cleaned["unit"] = self.units[0] if self.units else None
        return cleaned
