from django import forms

from gongjian.holidays.models import DayKind, SpecialDay
from gongjian.holidays.services import fault_of
from gongjian.lib.inputs import DayInput
from gongjian.lib.workbooks import WorkbookForm, workbook_field

# From the first year that the package knows.
FIRST_YEAR, LAST_YEAR = 2004, 2099


class GoToDayForm(forms.Form):
    """Which day to enter or correct."""

    on = forms.DateField(
        label="日期",
        widget=DayInput(),
        error_messages={
            "required": "请选择日期。",
            "invalid": "没有这一天，请填如 2026-10-01 的日期。",
        },
    )

    def clean_on(self):
        on = self.cleaned_data["on"]
        if not FIRST_YEAR <= on.year <= LAST_YEAR:
            raise forms.ValidationError(f"工作日历从 {FIRST_YEAR} 年到 {LAST_YEAR} 年。")
        return on


class SpecialDayForm(forms.ModelForm):
    reason = forms.CharField(
        label="录入或更正的原因",
        min_length=2,
        max_length=200,
        error_messages={"required": "请写明原因：它决定整改时限和公示期，记入操作记录。"},
    )

    class Meta:
        model = SpecialDay
        fields = ["kind", "name", "source"]
        error_messages = {"kind": {"required": "请选择这一天放假、调休上班，还是照常。"}}
        help_texts = {"name": "例如：国庆节", "source": "例如：国办发明电〔2025〕7号"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = DayKind.choices
        self.fields["source"].required = True
        self.fields["source"].error_messages["required"] = (
            "请填写依据的文号；没有文号的写发文单位和日期。"
        )

    def clean_kind(self):
        fault = fault_of(self.instance.day, self.cleaned_data["kind"])
        if fault:
            raise forms.ValidationError(fault)
        return self.cleaned_data["kind"]


class SourceForm(forms.Form):
    source = forms.CharField(
        label="依据（文号）",
        max_length=100,
        help_text="例如：国办发明电〔2025〕7号",
        error_messages={"required": "请填写放假通知的文号；没有文号的写发文单位和日期。"},
    )


class YearFileForm(WorkbookForm, SourceForm):
    """A year's arrangement as a workbook or a CSV. After validation `tables` holds its sheets."""

    file = workbook_field(
        "放假安排文件",
        "工作簿（.xlsx、.xls、.ods）或 .csv，列为：日期、类别（放假、调休上班、照常）、"
        "名称、依据。",
    )
