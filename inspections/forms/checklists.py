"""A new version of the checklist from a file, and example photos beside its items."""

from django import forms
from django.core.exceptions import ValidationError

from gongjian.lib import yaml_files
from gongjian.lib.checklists import EXAMPLES, load_checklist
from gongjian.lib.checklists.books import read_checklist_book
from gongjian.lib.inputs import MonthInput
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.spreadsheets import UnreadableWorkbook
from inspections.forms.photos import PhotosField
from inspections.models.self_checks import valid_month

BOOKS = (".xlsx", ".xls", ".ods")
FILES = (".yaml", ".yml", ".json")
ACCEPTED = ",".join(BOOKS + FILES)


class ChecklistFileForm(forms.Form):
    """上传自查表: the cleaned file is the content of a version."""

    content = forms.FileField(
        label="自查表文件",
        help_text="下载现行版本的 Excel 或 YAML，改好内容和版本号后上传",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    from_month = forms.CharField(
        label="从哪个月起启用",
        widget=MonthInput,
        validators=[valid_month],
        help_text="写作 2026-12；已经开始的月份仍按原来的版本",
    )

    def clean_content(self):
        file = self.cleaned_data["content"]
        try:
            return checklist_content(file)
        except WrongRulebook as wrong:
            raise ValidationError(list(wrong.errors)) from wrong
        except UnreadableWorkbook as wrong:
            raise ValidationError(str(wrong)) from wrong


def checklist_content(file) -> dict:
    """Return the content of a version.

    Raises WrongRulebook, UnreadableWorkbook or, for another kind of file, ValidationError.
    """
    name = file.name.lower()
    if name.endswith(BOOKS):
        return read_checklist_book(file, file.name)
    if not name.endswith(FILES):
        raise ValidationError(f"不认识文件“{file.name}”，请上传 Excel（.xlsx）或 YAML（.yaml）文件")
    content = yaml_files.read_mapping(file.read(yaml_files.MOST_BYTES + 1), "自查表")
    load_checklist(content)
    return content


class ExampleForm(forms.Form):
    """添加示例照片."""

    item_code = forms.ChoiceField(label="项目")
    look = forms.ChoiceField(label="示例", choices=list(EXAMPLES.items()))
    caption = forms.CharField(
        label="说明", max_length=60, required=False, help_text="选填，如：桶盖合上，桶周围干净"
    )
    photos = PhotosField(label="照片", help_text="请先避开人脸和车牌；照片中的位置和时间信息会去掉")

    def __init__(self, *args, rules, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(item.code, f"{item.code} {item.text}") for item in rules.items]
        self.fields["item_code"].choices = choices
