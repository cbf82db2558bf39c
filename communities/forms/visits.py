from django import forms

from communities.forms.fields import CommunityField, OfCommunityForm, words
from gongjian.lib.inputs import DayInput


class VisitForm(OfCommunityForm):
    community = CommunityField()
    visited_on = forms.DateField(
        label="走访日期", widget=DayInput(), help_text="记入这一天所在的季度"
    )
    leader = forms.CharField(label="联系领导", max_length=40)
    raised = words("反映的问题", required=False, help_text="社区、居民和单位提出了什么")
    settled = words("协调解决情况", required=False, help_text="当场解决的、交办的")
