from django import forms

from gongjian.lib.spreadsheets import UnreadableWorkbook, read_tables


class UploadForm(forms.Form):
    """A workbook or a CSV of the register. After validation `content` holds the file's bytes."""

    file = forms.FileField(
        label="名册文件",
        help_text="工作簿（.xlsx、.xls、.ods），或只含一张表的 .csv（UTF-8 或 GB18030），最大 30 MB。确认后才写入。",
        error_messages={"required": "请选择要上传的文件。", "empty": "文件是空的：请检查是否选错了文件。"},
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        try:
            read_tables(upload, upload.name)
        except UnreadableWorkbook as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable
        upload.seek(0)
        self.content = upload.read()
        return upload


class WholeExportForm(forms.Form):
    """Why whole telephone numbers leave the house."""

    purpose = forms.CharField(
        label="用途",
        min_length=4,
        max_length=100,
        help_text="例如：核对第四季度联络员后重新导入。用途、导出人和行数都记入操作记录。",
        error_messages={"required": "请写明用途：完整号码离开系统要有理由。不需要号码的，请用“导出名册”。"},
    )
