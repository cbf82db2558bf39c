from itertools import groupby

from django import forms
from django.core.exceptions import ValidationError

from gongjian.lib.inputs import yes_or_no
from gongjian.lib.papers import clean_paper
from gongjian.lib.points import written_number
from gongjian.lib.uploads import BadUpload
from inspections.forms.photos import MOST_AT_ONCE, PhotosField, PhotosInput
from scoring.forms.corrections.corrections import FREE_TEXT, WRITTEN
from scoring.models.appeals import AppealKind
from scoring.services.sheets.lettering import letter
from scoring.services.sheets.lists import checklist_of
from units.models import Unit

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf"
PAPERS_HELP = f"照片（JPG、PNG）或 PDF，一次最多 {MOST_AT_ONCE} 份"


class PapersField(PhotosField):
    """Several photos or PDFs at once; the cleaned value is a list of CleanPaper."""

    def __init__(self, **given):
        super().__init__(widget=PhotosInput({"accept": ACCEPTED}), **given)

    def clean(self, data, initial=None):
        files = []
        for one in data if isinstance(data, list | tuple) else [data]:
            if one:
                files.append(one)
        if not files and self.required:
            raise ValidationError("请选择要补充的照片或 PDF")
        if len(files) > MOST_AT_ONCE:
            raise ValidationError(
                f"一次最多上传 {MOST_AT_ONCE} 份，这次选了 {len(files)} 份：请分次上传"
            )
        return [self._cleaned(file) for file in files]

    def _cleaned(self, file):
        try:
            return clean_paper(file, name=file.name)
        except BadUpload as wrong:
            raise ValidationError(f"{file.name}：{wrong}") from wrong


class AppealForm(forms.Form):
    """提出申诉: one item of one sheet from which something was deducted, or another input of the score."""

    contested = forms.ChoiceField(
        label="对哪一项有异议",
        help_text="打分表的扣分、自查迟报缺报、逾期整改、登记的扣分和否决、应加未加的分、读数，一次一项",
    )
    reason = forms.CharField(
        label="申诉理由",
        max_length=1000,
        widget=forms.Textarea,
        help_text="写明事实和依据，如整改时间、照片编号",
    )

    papers = PapersField(
        label="证据", required=False, help_text=f"{PAPERS_HELP}；初核以前还可以补充"
    )

    def __init__(self, *args, sheets, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheets = {str(sheet.pk): sheet for sheet in sheets}
        self.subjects = {subject.value: subject for subject in subjects}
        groups = groupby(subjects, key=lambda subject: subject.group)
        self.fields["contested"].choices = [
            ("", "请选择"),
            *(
                (f"打分表：考评员{letter(place)}", self._items(sheet))
                for place, sheet in enumerate(sheets)
                if self._items(sheet)
            ),
            *((group, [(one.value, one.label) for one in members]) for group, members in groups),
        ]

    @staticmethod
    def _items(sheet) -> list[tuple[str, str]]:
        items = checklist_of(sheet.round).items
        pairs = []
        for item in items:
            marks = sheet.marks.get(item.code, {})
            if written_number(marks.get("deducted")):
                pairs.append(
                    (
                        f"{sheet.pk}-{item.code}",
                        f"{item.code} {item.text}，扣 {sheet.marks[item.code]['deducted']} 分",
                    )
                )
        return pairs

    @property
    def contest(self) -> dict:
        """The sheet and the item, or the subject, for the service."""
        subject = self.subjects.get(self.cleaned_data["contested"])
        if subject:
            return {"subject": subject}
        sheet, code = self.cleaned_data["contested"].split("-", 1)
        return {"sheet": self.sheets[sheet], "item_code": code}


class EvidenceForm(forms.Form):
    """补充证据, until the pre-check."""

    papers = PapersField(label="照片或 PDF", help_text=f"{PAPERS_HELP}；初核以前可以补充")


class PrecheckForm(forms.Form):
    """初核."""

    admit = yes_or_no("初核结果", "受理", "不予受理")
    department = forms.ModelChoiceField(
        label="请哪个部门核实",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="共建办自行核实（初核人以外的人员）",
        help_text="受理时选择；按扣分项目的职责选职能部门",
    )
    precheck = forms.CharField(label="初核意见", max_length=1000, widget=forms.Textarea)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        departments = Unit.objects.filter(is_functional_department=True, is_active=True)
        self.fields["department"].queryset = departments.order_by("name")


class FindingForm(forms.Form):
    """核实."""

    finding = forms.CharField(
        label="核实意见",
        max_length=1000,
        widget=forms.Textarea,
        help_text="写明何时、何人、怎样核实的，结论是什么",
    )
    papers = PapersField(label="核实证据", required=False, help_text=PAPERS_HELP)


RULED = {
    AppealKind.SELF_CHECK: "填“按时”或“逾期”",
    AppealKind.RECTIFICATION: "填“按期销号件数/到期件数”，如 12/12",
    AppealKind.MALUS: "填改为几件，都不成立的填 0",
    AppealKind.OWN_BONUS: "填分值和事由，如“1 承办全市现场会”；事由随得分公布",
    AppealKind.READING: "照原登记的写法填，如“应办 30；已办 30”；没有这一项的填“不涉及：原因”",
}
"""What upholding an appeal asks to be written, by kind; the other kinds have one way to be put right."""


class DecisionForm(forms.Form):
    """裁定: what stands in the place of the contested input, as its kind asks."""

    uphold = yes_or_no("裁定结果", "申诉成立", "维持原分")
    new_deducted = forms.DecimalField(
        label="改扣分",
        required=False,
        min_value=0,
        max_digits=6,
        decimal_places=2,
        help_text="申诉成立时填写，应少于原扣分",
    )
    ruled = forms.CharField(label="改为", max_length=400, required=False)
    decision = forms.CharField(label="裁定意见", max_length=1000, widget=forms.Textarea)

    def __init__(self, *args, appeal, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = appeal.kind
        if self.kind != AppealKind.SHEET:
            del self.fields["new_deducted"]
        if self.kind in RULED:
            self.fields["ruled"].help_text = f"申诉成立时填写；{RULED[self.kind]}"
        else:
            del self.fields["ruled"]

    def clean_ruled(self):
        """A figure as the record writes it; what is more than a figure is read by the service."""
        typed = self.cleaned_data["ruled"].strip()
        if self.kind == AppealKind.SELF_CHECK:
            return WRITTEN.get(typed, typed)
        if self.kind in FREE_TEXT:
            return typed
        return typed.replace("／", "/").replace(" ", "")

    def clean(self):
        given = super().clean()
        if given.get("uphold") and "new_deducted" in given and given["new_deducted"] is None:
            self.add_error("new_deducted", "申诉成立，请填改为扣几分，不扣分填 0")
        if given.get("uphold") and given.get("ruled") == "":
            self.add_error("ruled", f"申诉成立，请填改为什么：{RULED[self.kind]}")
        if given.get("uphold") is False:
            given |= {
                name: None if name == "new_deducted" else ""
                for name in ("new_deducted", "ruled")
                if name in given
            }
        return given
