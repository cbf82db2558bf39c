import re

from django import forms

from gongjian.documents.drafting.kinds import faults_of
from gongjian.documents.drafting.pictures import photo_choices
from gongjian.documents.forms.attachments import AttachmentForms
from gongjian.documents.issuing.seals import clean_seal
from gongjian.documents.models import DocumentKind, Issuer, OfficialDocument
from gongjian.documents.services import figure_faults
from gongjian.lib.uploads import BadUpload


class NamesField(forms.CharField):
    """Names, one a line; a list once cleaned."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(value)
        return value

    def clean(self, value):
        names = []
        for line in super().clean(value).splitlines():
            if line.strip():
                names.append(line.strip())
        if any(len(name) > 60 for name in names):
            raise forms.ValidationError("每行写一个名称，不超过 60 字")
        return list(dict.fromkeys(names))


ATTENDEES = {"present": "出席", "on_leave": "请假", "sitting_in": "列席"}


class PeopleField(forms.CharField):
    """Names of people for 纪要; lines and commas become 、."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value):
        names = (name.strip() for name in re.split("[\n、，,；;]", super().to_python(value)))
        return "、".join(filter(None, names))


class WordsForm(forms.ModelForm):
    """The words of a draft, and its attachments by hand (`annexes`).

    What comes from the data is not edited here.
    """

    joint = NamesField(
        label="联合发文机关", required=False, help_text="联合行文时每行写一个其他机关，主办机关不写"
    )
    countersigners = NamesField(
        label="会签单位、人员",
        required=False,
        help_text="每行一个单位名称或账号；有人会签的文稿须先送核稿",
    )

    present = PeopleField(
        label="出席", required=False, max_length=1000, help_text="只有纪要填写；姓名之间用顿号"
    )
    on_leave = PeopleField(label="请假", required=False, max_length=1000)
    sitting_in = PeopleField(label="列席", required=False, max_length=1000)

    left_out = forms.MultipleChoiceField(
        label="不附的照片",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="勾选不宜公开的，如拍到人脸、车牌、店名的；保存后不再印出",
    )

    class Meta:
        model = OfficialDocument
        fields = ["title", "main_recipient", "body", "note", "copy_recipients", "signer", "urgency"]
        fields += ["joint", "countersigners", "needs_seal", "corrects"]

        widgets = {
            "body": forms.Textarea(attrs={"rows": 22}),
            "main_recipient": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "title": "写明发文机关、事由和文种，如：关于做好……工作的通知",
            "main_recipient": "不写冒号；印制时自动加上",
            "body": "一行一段。以“一、”“（一）”“1.”“（1）”开头的行按各级标题排版。",
            "note": "如：此件公开发布；请示写联系人和电话",
            "needs_seal": "签发编号后等用印，用印后才印发",
            "signer": "只有请示、报告填写；几个人之间用顿号",
            "corrects": "不作为更正件印发的，选空白",
        }

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(data, files, **kwargs)
        draft = self.instance
        for name, value in attendees_of(draft).items():
            self.initial.setdefault(name, value)
        self.fields["left_out"].choices = photo_choices(draft)
        self.fields["corrects"].queryset = OfficialDocument.objects.filter(pk=draft.corrects_id)
        if not self.fields["left_out"].choices:
            del self.fields["left_out"]
        if not draft.corrects_id:
            del self.fields["corrects"]
        if draft.pk and draft.kind != DocumentKind.MINUTES:
            for name in ATTENDEES:
                del self.fields[name]
        is_free = draft.figures is None
        self.annexes = AttachmentForms(draft.attachments, data, files, offered=is_free)

    def is_multipart(self):
        return True

    def words(self, document=None):
        """What is written into a document, by field; its attachments from the data stay as they are
        in `document`.
        """
        words = {}
        for name in self._meta.fields:
            if name in self.cleaned_data:
                words[name] = self.cleaned_data[name]
        attendees = []
        for name, label in ATTENDEES.items():
            names = self.cleaned_data.get(name)
            if names:
                attendees.append([label, names])
        words["attendees"] = attendees
        stored = (document or self.instance).attachments
        words["attachments"] = self.annexes.laid_on(stored)
        return words

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind") or self.instance.kind
        for fault in self.annexes.faults():
            self.add_error(None, fault)
        if kind != DocumentKind.MINUTES:
            for name in filter(cleaned.get, ATTENDEES):
                self.add_error(name, "只有纪要写出席、请假、列席人员，请清空")
        for fault in figure_faults(self.instance, cleaned):
            self.add_error("body", fault)
        if kind:
            for field, fault in faults_of(kind, cleaned).items():
                self.add_error(field, fault)
        return cleaned


def attendees_of(document):
    """The names of minutes by the field that asks for them."""
    names_by_label = dict(document.attendees)
    attendees = {}
    for name, label in ATTENDEES.items():
        attendees[name] = names_by_label.get(label, "")
    return attendees


class DraftForm(WordsForm):
    """A document begun by hand: its kind and who issues it, besides the words."""

    class Meta(WordsForm.Meta):
        fields = ["kind", "issuer", "needs_approval", *WordsForm.Meta.fields]

    kind = forms.ChoiceField(label="文种", choices=DocumentKind.choices)
    issuer = forms.ModelChoiceField(
        label="发文机关", queryset=Issuer.objects.order_by("pk"), empty_label=None
    )


class IssuerForm(forms.ModelForm):
    """A body that issues documents. Its code stays once a number was taken with it."""

    seal_file = forms.FileField(
        label="印章图片",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png"}),
        help_text="透明底的红色 PNG，正方形、不留白边，边长 300 至 3000 像素；"
        "不选则不变。用印后印在署名和成文日期上",
    )

    class Meta:
        model = Issuer
        fields = ["name", "mark", "code", "printed_by", "seal_mm"]
        help_texts = {
            "mark": "印在红头上，一般为机关全称或规范化简称加“文件”",
            "code": "文号的代字，如：富共建办；编过文号后不能改",
            "seal_mm": "部门、单位一般为 42 毫米，县（市）政府为 45 毫米",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = bool(self.instance.pk) and self.instance.is_named

    def clean_seal_file(self):
        file = self.cleaned_data["seal_file"]
        try:
            return clean_seal(file) if file else None
        except BadUpload as reason:
            raise forms.ValidationError(str(reason)) from reason


class CountersignForm(forms.Form):
    row = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.TypedChoiceField(
        choices=[("yes", "同意"), ("no", "不同意")], coerce=lambda value: value == "yes"
    )
    remark = forms.CharField(label="意见", max_length=300, required=False)


class ArchiveForm(forms.Form):
    place = forms.CharField(label="档号", max_length=60)


class RemarkForm(forms.Form):
    remark = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 4}), max_length=300)
