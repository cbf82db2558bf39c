from django import forms

from communities.models import Community
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.lib.inputs import DayInput
from gongjian.office.staffing.services import check_place
from units.models import Unit


class AppointmentForm(forms.Form):
    role = forms.ChoiceField(label="角色")
    title = forms.CharField(label="职务", max_length=60, required=False)
    unit = forms.ModelChoiceField(
        label="单位",
        queryset=Unit.objects.order_by("name"),
        required=False,
        help_text="社区工作者、联系领导不填单位",
    )
    community = forms.ModelChoiceField(
        label="社区",
        queryset=Community.objects.order_by("code"),
        required=False,
        help_text="只有社区工作者、联系领导填社区",
    )
    starts_on = forms.DateField(label="任职日期", widget=DayInput())

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            ("", "请选择角色"),
            *((role, Role(role).label) for role in roles),
        ]

    def clean(self):
        given = super().clean()
        if given.get("role"):
            check_place(given["role"], unit=given.get("unit"), community=given.get("community"))
        return given


USERNAME_HELP = "小写字母开头，可用数字、点、横线，3 至 40 个字符"
USERNAME_WRONG = "账号只能用小写字母、数字、点和横线，并以字母开头"


class UsernameField(forms.RegexField):
    def __init__(self, **kwargs):
        super().__init__(
            r"^[a-z][a-z0-9._-]{2,39}$",
            **{
                "label": "账号",
                "help_text": USERNAME_HELP,
                "error_messages": {"invalid": USERNAME_WRONG},
                **kwargs,
            },
        )

    def clean(self, value):
        username = super().clean(value)
        if username and User.objects.filter(username=username).exists():
            raise forms.ValidationError("已有这个账号，请换一个")
        return username


class AccountForm(AppointmentForm):
    username = UsernameField()
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    field_order = ["username", "name", "phone", "role", "title", "unit", "community", "starts_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        role.required, role.choices = False, [("", "暂不任命"), *role.choices[1:]]
        role.help_text = "系统管理员、安全管理员和审计员先开账号，再由安全管理员任命"


class EditAccountForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)


class CorrectForm(forms.Form):
    title = forms.CharField(label="职务", max_length=60, required=False)
    starts_on = forms.DateField(label="任职日期", widget=DayInput())
    ends_on = forms.DateField(
        label="离任日期",
        widget=DayInput(),
        required=False,
        help_text="从这一天起不再任职；仍在任的不填",
    )


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


class AccountChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return f"{user.name}（{user.username}）"


class HandOverForm(forms.Form):
    """The successor by an account there is, or by the words for a new one; never both."""

    successor = AccountChoiceField(
        label="接任人",
        queryset=User.objects.none(),
        required=False,
        empty_label="新开账号（在下面填写）",
    )
    username = UsernameField(
        label="新账号", required=False, help_text=f"接任人还没有账号时填写。{USERNAME_HELP}"
    )
    name = forms.CharField(label="新账号的姓名", max_length=40, required=False)
    phone = forms.CharField(label="新账号的联系电话", max_length=30, required=False)
    day = forms.DateField(
        label="交接日期",
        widget=DayInput(),
        help_text="接任人从这一天起任职，原任者从这一天起不再任职",
    )

    NEW = ("username", "name", "phone")

    def __init__(self, *args, leaver, may_open: bool, **kwargs):
        super().__init__(*args, **kwargs)
        users = User.objects.filter(is_active=True)
        others = users.exclude(pk=leaver.pk)
        self.fields["successor"].queryset = others.order_by("name", "username")
        if not may_open:
            self.fields["successor"].required = True
            self.fields["successor"].empty_label = "请选择接任人"
            for name in self.NEW:
                del self.fields[name]

    def clean(self):
        given = super().clean()
        new = [name for name in self.NEW if given.get(name)]
        if given.get("successor") and new:
            raise forms.ValidationError(
                {new[0]: "已选了接任人，新账号请留空；要新开账号，接任人请选“新开账号”"}
            )
        if not given.get("successor") and "successor" not in self.errors:
            for name in ("username", "name"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, "请选择接任人，或填写新账号的账号和姓名")
        return given


class StopForm(forms.Form):
    """The accounts ticked in the list, carried through the question whether they are meant."""

    ids = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), widget=forms.MultipleHiddenInput
    )

    def __init__(self, *args, accounts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ids"].queryset = accounts
