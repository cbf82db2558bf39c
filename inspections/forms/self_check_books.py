from django import forms
from django.core.exceptions import ValidationError

from gongjian.lib.inputs import MonthInput
from gongjian.lib.quarters import month_of
from gongjian.lib.workbooks import WorkbookForm, workbook_field
from inspections.models.self_checks import valid_month


class MonthForm(forms.Form):
    """For which month the sheets are printed."""

    month = forms.CharField(label="月份", widget=MonthInput, validators=[valid_month])

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.latest = month_of(on)
        self.fields["month"].widget.attrs["max"] = self.latest

    def clean_month(self):
        month = self.cleaned_data["month"]
        if month > self.latest:
            raise ValidationError(f"{month} 还没有到，请选择本月或以前的月份")
        return month


class SelfCheckBookForm(WorkbookForm):
    """A filled workbook. After validation `tables` holds its sheets."""

    file = workbook_field(
        "填好的自查表",
        "用本页下载的表格；上传后只存为草稿，核对后再提交。有一处不对，整本都不写入",
    )
