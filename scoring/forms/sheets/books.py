from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from inspections.forms.self_check_books import BookForm
from scoring.services.sheets.worksheets import FilledSheet

SALT = "scoring.forms.sheets.books"


class SheetBookForm(BookForm):
    """A filled 考评打分表. After validation `tables` holds its sheets."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "填好的考评打分表"
        self.fields["file"].help_text = "用本页下载的表格；先预览，有一处不对，整本都不写入"


class PreviewedForm(forms.Form):
    """What was previewed comes back sealed: exactly that is written, for the same person alone."""

    previewed = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def seal(self, filled: list[FilledSheet]) -> None:
        sheets = [one.as_mapping for one in filled]
        said = {"by": self.user.pk, "sheets": sheets}
        self.initial["previewed"] = signing.dumps(said, salt=SALT, compress=True)

    def clean_previewed(self) -> list[dict]:
        try:
            said = signing.loads(self.cleaned_data["previewed"], salt=SALT)
        except signing.BadSignature:
            said = {}
        if said.get("by") != self.user.pk:
            raise ValidationError("预览的内容不完整或属于另一个账号：请重新上传")
        return said["sheets"]
