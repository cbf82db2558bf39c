from django import forms

from gongjian.lib.workbooks import WorkbookForm, workbook_field


class UploadForm(WorkbookForm):
    """A workbook or a CSV of the register. After validation `content` holds the file's bytes."""

    file = workbook_field(
        "名册文件",
        "工作簿（.xlsx、.xls、.ods），或只含一张表的 .csv（UTF-8 或 GB18030），最大 30 "
        "MB。确认后才写入。",
    )


class WholeExportForm(forms.Form):
    """Why whole telephone numbers leave the house."""

    purpose = forms.CharField(
        label="用途",
        min_length=4,
        max_length=100,
        help_text="例如：核对第四季度联络员后重新导入。用途、导出人和行数都记入操作记录。",
        error_messages={
            "required": "请写明用途：完整号码离开系统要有理由。不需要号码的，请用“导出名册”。"
        },
    )
