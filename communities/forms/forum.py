from django import forms

from communities.forms.fields import CommunityField, OfCommunityForm, words


class TopicForm(OfCommunityForm):
    community = CommunityField()
    title = forms.CharField(label="题目", max_length=80)
    text = words("内容")
    raised_for = forms.CharField(
        label="反映人", max_length=40, required=False, help_text="代居民反映时填写；可只写楼栋，不写姓名"
    )


class ReplyForm(forms.Form):
    text = words("答复")
    is_answer = forms.BooleanField(
        label="作为正式答复", required=False, help_text="正式答复后话题转为“已答复”，并告知提出人"
    )

    def __init__(self, *args, may_answer: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_answer:
            del self.fields["is_answer"]
