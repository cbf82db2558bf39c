from django import forms

from communities.models import Community
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.lib.inputs import DayInput
from gongjian.staffing.services import check_place
from units.models import Unit


class AppointmentForm(forms.Form):
    role = forms.ChoiceField(label="角色", choices=Role.choices)
    title = forms.CharField(label="职务", max_length=60, required=False)
    unit = forms.ModelChoiceField(
        label="单位", queryset=Unit.objects.order_by("name"), required=False, help_text="社区工作者、联系领导不填单位"
    )
    community = forms.ModelChoiceField(
        label="社区",
        queryset=Community.objects.order_by("code"),
        required=False,
        help_text="只有社区工作者、联系领导填社区",
    )
    starts_on = forms.DateField(label="任职日期", widget=DayInput())

    def clean(self):
        given = super().clean()
        if "role" in given:
            check_place(given["role"], unit=given.get("unit"), community=given.get("community"))
        return given


class AccountForm(AppointmentForm):
    username = forms.RegexField(
        r"^[a-z][a-z0-9._-]{2,39}$",
        label="账号",
        help_text="小写字母开头，可用数字、点、横线，3 至 40 个字符",
        error_messages={"invalid": "账号只能用小写字母、数字、点和横线，并以字母开头"},
    )
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    field_order = ["username", "name", "phone", "role", "title", "unit", "community", "starts_on"]

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError("已有这个账号，请换一个")
        return username


class EndForm(forms.ModelForm):
    class Meta:
        model = Appointment
        fields = ["ends_on"]
        widgets = {"ends_on": DayInput()}
        help_texts = {"ends_on": "从这一天起不再任职"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = True

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day <= self.instance.starts_on:
            raise forms.ValidationError("离任日期须晚于任职日期")
        return day
