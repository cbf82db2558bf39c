from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError

from gongjian.lib.inputs import yes_or_no
from gongjian.lib.papers import CleanPaper, clean_paper
from gongjian.lib.points import written_number
from gongjian.lib.uploads import BadUpload
from inspections.forms.photos import MOST_AT_ONCE, PhotosField, PhotosInput
from scoring.forms.corrections.corrections import as_recorded, subject_choices
from scoring.models import Appeal, Sheet
from scoring.models.appeals import AppealKind
from scoring.services.corrections.correctable import CorrectableInput
from scoring.services.sheets.lettering import letter
from scoring.services.sheets.lists import checklist_of
from units.models import Unit

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf"
PAPERS_HELP = f"照片（JPG、PNG）或 PDF，一次最多 {MOST_AT_ONCE} 份"


class PapersField(PhotosField):
    """Several photos or PDFs at once; the cleaned value is a list of CleanPaper."""

    def __init__(self, **options):
        super().__init__(widget=PhotosInput({"accept": ACCEPTED}), **options)

    def clean(self, data, initial=None) -> list[CleanPaper]:
        files = data if isinstance(data, list | tuple) else [data]
        chosen = [file for file in files if file]
        if not chosen and self.required:
            raise ValidationError("请选择要补充的照片或 PDF")
        if len(chosen) > MOST_AT_ONCE:
            most = f"一次最多上传 {MOST_AT_ONCE} 份，这次选了 {len(chosen)} 份"
            raise ValidationError(f"{most}：请分次上传")
        papers = []
        for file in chosen:
            try:
                papers.append(clean_paper(file, name=file.name))
            except BadUpload as reason:
                raise ValidationError(f"{file.name}：{reason}") from reason
        return papers


class AppealForm(forms.Form):
    """提出申诉: one item of one sheet that cost points, or another input of the score.

    Cleaned to the sheet and the item's code, or to the subject.
    """

    contested = forms.ChoiceField(
        label="对哪一项有异议",
        help_text="打分表的扣分、自查迟报缺报、逾期整改、登记的扣分和否决、应加未加的分、读数，"
        "一次一项",
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

    def __init__(
        self, *args, sheets: Sequence[Sheet], subjects: Sequence[CorrectableInput], **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.subjects = {subject.value: subject for subject in subjects}
        self.items: dict[str, tuple[Sheet, str]] = {}
        choices: list[tuple] = [("", "请选择")]
        for place, sheet in enumerate(sheets):
            if items := self.deducted_items(sheet):
                choices.append((f"打分表：考评员{letter(place)}", items))
        self.fields["contested"].choices = choices + subject_choices(subjects)

    def deducted_items(self, sheet: Sheet) -> list[tuple[str, str]]:
        choices = []
        for item in checklist_of(sheet.round).items:
            deducted = sheet.marks.get(item.code, {}).get("deducted")
            if written_number(deducted):
                value = f"{sheet.pk}-{item.code}"
                self.items[value] = (sheet, item.code)
                choices.append((value, f"{item.code} {item.text}，扣 {deducted} 分"))
        return choices

    def clean(self):
        fields = super().clean()
        contested = fields.pop("contested", "")
        if contested in self.subjects:
            fields["subject"] = self.subjects[contested]
        elif contested in self.items:
            fields["sheet"], fields["item_code"] = self.items[contested]
        return fields


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


class AppealFindingForm(forms.Form):
    """核实."""

    finding = forms.CharField(
        label="核实意见",
        max_length=1000,
        widget=forms.Textarea,
        help_text="写明何时、何人、怎样核实的，结论是什么",
    )
    papers = PapersField(label="核实证据", required=False, help_text=PAPERS_HELP)


# What upholding an appeal asks to be written, by kind; the other kinds have one way to be put
# right.
WRITTEN_RULINGS = {
    AppealKind.SELF_CHECK: "填“按时”或“逾期”",
    AppealKind.RECTIFICATION: "填“按期销号件数/到期件数”，如 12/12",
    AppealKind.MALUS: "填改为几件，都不成立的填 0",
    AppealKind.OWN_BONUS: "填分值和事由，如“1 承办全市现场会”；事由随得分公布",
    AppealKind.READING: "照原登记的写法填，如“应办 30；已办 30”；没有这一项的填“不涉及：原因”",
}


class RulingForm(forms.Form):
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

    def __init__(self, *args, appeal: Appeal, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = appeal.kind
        if self.kind != AppealKind.SHEET:
            del self.fields["new_deducted"]
        if self.kind in WRITTEN_RULINGS:
            self.fields["ruled"].help_text = f"申诉成立时填写；{WRITTEN_RULINGS[self.kind]}"
        else:
            del self.fields["ruled"]

    def clean_ruled(self) -> str:
        return as_recorded(self.kind, self.cleaned_data["ruled"].strip())

    def clean(self):
        fields = super().clean()
        if fields.get("uphold"):
            self.refuse_without_ruling(fields)
        elif fields.get("uphold") is False:
            if "new_deducted" in fields:
                fields["new_deducted"] = None
            if "ruled" in fields:
                fields["ruled"] = ""
        return fields

    def refuse_without_ruling(self, fields: dict) -> None:
        if "new_deducted" in fields and fields["new_deducted"] is None:
            self.add_error("new_deducted", "申诉成立，请填改为扣几分，不扣分填 0")
        if fields.get("ruled") == "":
            self.add_error("ruled", f"申诉成立，请填改为什么：{WRITTEN_RULINGS[self.kind]}")
