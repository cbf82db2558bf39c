from django import forms
from django.db.models import Q

from communities.models import Community
from gongjian.accounts.roles import OFFICE, Role
from inspections.forms.photos import PhotosField
from inspections.models import Frontage
from inspections.permissions import communities_kept_by
from inspections.services.checklists import item_names
from units.models import Unit


def units_for(community):
    """Return the units that may be responsible for a finding of the community.

    Its group's units and the functional departments.
    """
    members = Unit.objects.filter(seats__group__community=community).values("pk")
    return Unit.objects.filter(Q(pk__in=members) | Q(is_functional_department=True))


def other_units_for(finding):
    """Return the units in office that may take the finding over, by name."""
    units = units_for(finding.community).filter(is_active=True)
    return units.exclude(pk=finding.responsible_unit_id).order_by("short_name")


def reportable_communities(user):
    """Return the communities in which the user may report a finding."""
    if user.has_role(*OFFICE, Role.ASSESSOR):
        return Community.objects.active().order_by("code")
    return communities_kept_by(user).filter(is_active=True).order_by("code")


class FindingForm(forms.Form):
    """登记问题."""

    community = forms.ModelChoiceField(
        label="社区", queryset=Community.objects.none(), empty_label="请选择"
    )
    item_code = forms.ChoiceField(label="对应检查项目", help_text="整改时限按项目计算")
    description = forms.CharField(
        label="问题", max_length=200, help_text="写明是什么，如“垃圾桶满溢，地面有散落垃圾”"
    )
    place = forms.CharField(label="位置", max_length=100, help_text="路段、门牌或参照物")
    responsible_unit = forms.ModelChoiceField(
        label="责任单位",
        required=False,
        queryset=Unit.objects.none(),
        empty_label="暂不派发",
        help_text="选定后即通知该单位；暂不派发的进入“待派发”",
    )
    photos = PhotosField(label="照片", required=False, help_text="可选多张；不要拍到人脸和车牌")
    frontage = forms.ModelChoiceField(
        queryset=Frontage.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["frontage"].queryset = Frontage.objects.visible_to(user)
        self.fields["community"].queryset = reportable_communities(user)
        self.fields["item_code"].choices = [("", "请选择"), *item_names(user.as_of)]
        units = Unit.objects.filter(is_active=True).order_by("short_name")
        self.fields["responsible_unit"].queryset = units


class OfFindingForm(forms.Form):
    """A form about one finding."""

    def __init__(self, *args, finding, **kwargs):
        super().__init__(*args, **kwargs)
        self.finding = finding


class AssignForm(OfFindingForm):
    """派发."""

    responsible_unit = forms.ModelChoiceField(
        label="责任单位",
        queryset=Unit.objects.none(),
        empty_label="请选择",
        help_text="共建小组成员单位或职能部门",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsible_unit"].queryset = other_units_for(self.finding)


class SendBackForm(OfFindingForm):
    """The reason for giving something back."""

    remark = forms.CharField(
        label="原因",
        max_length=300,
        widget=forms.Textarea,
        help_text="写明哪里不合要求、要怎样改；对方会收到通知",
    )
