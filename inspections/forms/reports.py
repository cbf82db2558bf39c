"""What a resident sends without signing in, and what the moderator does with it."""

import re
from dataclasses import replace
from datetime import timedelta

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string

from communities.models import Community
from gongjian.lib.positions import Position, read_position
from inspections.forms.findings import units_for
from inspections.forms.photos import PhotosField
from inspections.models import Photo
from inspections.models.findings import PhotoStage
from inspections.models.reports import ReportKind
from inspections.services.checklists import item_names
from units.models import Unit

SALT = "inspections.reports.form"
GOOD_FOR = timedelta(days=1)
LONGEST_DESCRIPTION = 200
MOST_PHOTOS = 3
LONGEST_WORDS = 500
# So many characters of a text that is far too long are shown again.
MOST_SHOWN_AGAIN = 5000
# Controls that nobody types: they hide text or turn it round.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
TOO_LONG = {"max_length": "最多 %(limit_value)d 字，现有 %(show_value)d 字：请写得简短些"}


def new_token(at) -> str:
    """Return a sealed token: a number for one opened form, and when it was opened."""
    opened = {"number": get_random_string(32), "at": int(at.timestamp())}
    return signing.dumps(opened, salt=SALT)


class ReportPhotosField(PhotosField):
    """Fewer photos than an officer may send: anybody may send them, and each costs work."""

    def clean(self, data, initial=None):
        if isinstance(data, list | tuple) and len(data) > MOST_PHOTOS:
            count = len(data)
            message = f"最多添加 {MOST_PHOTOS} 张照片，这次选了 {count} 张：请选最能说明问题的"
            raise ValidationError(message)
        return super().clean(data, initial)


class ReportForm(forms.Form):
    """反映问题. On a frontage's page the place is known; elsewhere it is chosen and written."""

    kind = forms.ChoiceField(
        label="您要", choices=ReportKind.choices, widget=forms.RadioSelect, initial="problem"
    )
    community = forms.ModelChoiceField(
        label="社区", queryset=Community.objects.none(), empty_label="请选择"
    )
    place = forms.CharField(
        label="在哪里",
        max_length=100,
        error_messages=TOO_LONG,
        help_text="路名、门牌或旁边好找的地方",
    )
    words = forms.CharField(
        label="什么情况",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 5}),
        error_messages=TOO_LONG,
        help_text=f"{LONGEST_WORDS} 字以内；请不要写别人的姓名、电话和身份证号",
    )
    photos = ReportPhotosField(
        label="照片", required=False, help_text=f"最多 {MOST_PHOTOS} 张；请尽量不拍人脸和车牌"
    )
    uses_place = forms.BooleanField(
        label="同意使用照片里记录的拍摄地点，方便找到现场", required=False
    )
    contact = forms.CharField(
        label="联系方式",
        required=False,
        max_length=60,
        error_messages=TOO_LONG,
        help_text="不留也受理。留下的只供核实情况，加密保存，办结半年后删除",
    )
    website = forms.CharField(label="请不要填写这一栏", required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    TYPED = ("words", "place", "contact")

    def __init__(self, data=None, files=None, *, frontage=None, at, initial=None, **options):
        self.frontage = frontage
        self.at = at
        self.mended = {}
        initial = {"token": new_token(at), **(initial or {})}
        super().__init__(self.visible_part(data), files, initial=initial, **options)
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        if frontage:
            del self.fields["community"]
            self.fields["place"].required = False
            self.fields["place"].help_text = "不填就是这家门前"
        else:
            del self.fields["kind"]
            communities = Community.objects.active().order_by("code")
            self.fields["community"].queryset = communities

    def visible_part(self, data):
        """Return what was sent, without what cannot be seen and what is far too long.

        `mended` says beside its field what was taken away.
        """
        if data is None:
            return None
        data = data.copy()
        for name in self.TYPED:
            text = data.get(name, "")
            if INVISIBLE.search(text):
                self.mended[name] = "里面有看不见的控制字符，已经替您去掉：请看一遍再发送"
            if len(text) > MOST_SHOWN_AGAIN:
                shown_part = f"下面只留了开头 {MOST_SHOWN_AGAIN} 字"
                self.mended[name] = f"写了 {len(text)} 字，太长了，{shown_part}：请写得简短些"
            data[name] = INVISIBLE.sub("", text)[:MOST_SHOWN_AGAIN]
        return data

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise ValidationError("这一栏是给自动程序准备的，请清空后再发送")
        return ""

    def clean_token(self):
        """Return the number of the form.

        A form sent at once is a program's; a broken token or one of yesterday is replaced.
        """
        try:
            opened = signing.loads(self.cleaned_data["token"], salt=SALT)
        except signing.BadSignature:
            self.data["token"] = new_token(self.at)
            message = "这一页没有打开完整，已重新准备好：请看一遍，再按一次“发送”"
            raise ValidationError(message) from None
        age = self.at.timestamp() - opened["at"]
        if age > GOOD_FOR.total_seconds():
            self.data["token"] = new_token(self.at)
            raise ValidationError("这一页打开超过一天了，已重新准备好：请看一遍，再按一次“发送”")
        if age < settings.REPORT_LEAST_SECONDS:
            raise ValidationError("发送得太快了：请看一遍填写的内容，再按一次“发送”")
        return opened["number"]

    def clean(self):
        data = super().clean()
        for name, message in self.mended.items():
            self.errors.pop(name, None)
            self.add_error(name, message)
        return data

    def report(self) -> dict:
        """Return what `send_report` takes; without consent no photo says where it was taken."""
        fields = dict(self.cleaned_data)
        del fields["website"]
        fields["form_token"] = fields.pop("token")
        photos = fields.pop("photos") or []
        may_use_place = fields.pop("uses_place")
        if not may_use_place:
            photos = [replace(photo, latitude=None, longitude=None) for photo in photos]
        if self.frontage:
            fields |= {"frontage": self.frontage, "community": self.frontage.community}
            fields["place"] = fields["place"] or self.frontage.address
        return {**fields, "photos": photos, "position": position_of_first(photos)}


def position_of_first(photos) -> Position | None:
    """Return where the first of the photos was taken whose camera wrote it."""
    for photo in photos:
        if photo.latitude is not None:
            return read_position(photo.latitude, photo.longitude)
    return None


class AcceptReportForm(forms.Form):
    """受理: the finding in the moderator's words."""

    item_code = forms.ChoiceField(label="对应检查项目", help_text="整改时限按项目计算")
    description = forms.CharField(
        label="问题",
        max_length=LONGEST_DESCRIPTION,
        help_text="改写成办理用的话；不写居民的姓名、电话，也不照抄气话",
    )
    place = forms.CharField(label="位置", max_length=100)
    responsible_unit = forms.ModelChoiceField(
        label="责任单位", required=False, queryset=Unit.objects.none(), empty_label="暂不派发"
    )

    def __init__(self, *args, report, on, **options):
        initial = {"description": report.words[:LONGEST_DESCRIPTION], "place": report.place}
        super().__init__(*args, initial=initial, prefix="accept", **options)
        self.fields["item_code"].choices = [("", "请选择"), *item_names(on)]
        units = units_for(report.community).filter(is_active=True)
        self.fields["responsible_unit"].queryset = units.order_by("short_name")


class RefuseReportForm(forms.Form):
    """不予受理."""

    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="反映人凭查询码能看到，请写明依据和别的办理渠道",
    )

    def __init__(self, *args, report, on, **options):
        super().__init__(*args, prefix="refuse", **options)


class AnswerReportForm(forms.Form):
    """答复."""

    answer = forms.CharField(
        label="答复",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="反映人凭查询码能看到；不写个人信息，不点商户的名",
    )
    shown_photo = forms.ModelChoiceField(
        label="公开一张整改后照片",
        required=False,
        queryset=Photo.objects.none(),
        help_text="先看清照片里没有人脸和车牌；有的先遮挡",
    )

    def __init__(self, *args, report, on, **options):
        super().__init__(*args, prefix="answer", **options)
        photos = Photo.objects.none()
        if report.finding_id:
            photos = Photo.objects.filter(finding=report.finding_id, stage=PhotoStage.AFTER)
            photos = photos.filter(destroyed_at=None)
        choices = [("", "不公开照片")]
        for number, photo in enumerate(photos.order_by("pk"), 1):
            choices.append((photo.pk, f"第 {number} 张"))
        if len(choices) == 1:
            del self.fields["shown_photo"]
            return
        self.fields["shown_photo"].queryset = photos
        self.fields["shown_photo"].choices = choices
