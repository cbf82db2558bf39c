"""A workbook that people upload, as part of a form: opened once, and what cannot be opened is said
at the field.
"""

from typing import IO, Any

from django import forms

from gongjian.lib.spreadsheets import UnreadableWorkbook, read_tables

WITHOUT = {"required": "请选择要上传的文件。", "empty": "文件是空的：请检查是否选错了文件。"}


def workbook_field(label: str, help_text: str) -> forms.FileField:
    return forms.FileField(label=label, help_text=help_text, error_messages=WITHOUT)


class WorkbookForm(forms.Form):
    """A workbook (.xlsx, .xls, .ods) or a .csv.

    After validation `tables` holds its sheets, `content` its bytes.

    A form of its own says `file = workbook_field(label, help_text)`.
    """

    file = workbook_field("工作簿", "工作簿（.xlsx、.xls、.ods）或 .csv")

    def clean_file(self) -> IO[bytes]:
        upload: Any = self.cleaned_data["file"]
        try:
            self.tables = read_tables(upload, upload.name)
        except UnreadableWorkbook as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable
        upload.seek(0)
        self.content: bytes = upload.read()
        upload.seek(0)
        return upload  # type: ignore[no-any-return]
