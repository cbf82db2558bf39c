"""考评打分表 in Excel: the file that comes back, and what was previewed of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from gongjian.accounts.models import User
from inspections.forms.self_check_books import SelfCheckBookForm
from scoring.services.sheets.worksheets import FilledSheet

SALT = "scoring.forms.sheets.books"


class SheetBookForm(SelfCheckBookForm):
    """A filled 考评打分表. After validation `tables` holds its worksheets."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "填好的考评打分表"
        self.fields["file"].help_text = "用本页下载的表格；先预览，有一处不对，整本都不写入"


class PreviewedForm(forms.Form):
    """What was previewed comes back sealed: just that is written, for the same person alone."""

    previewed = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def seal(self, sheets: Sequence[FilledSheet]) -> None:
        """Put the sheets into the form so that nobody can change them."""
        mappings = [sheet.as_mapping for sheet in sheets]
        sealed = {"by": self.user.pk, "sheets": mappings}
        self.initial["previewed"] = signing.dumps(sealed, salt=SALT, compress=True)

    def clean_previewed(self) -> list[dict[str, Any]]:
        """Return the sheets as they were previewed."""
        try:
            sealed = signing.loads(self.cleaned_data["previewed"], salt=SALT)
        except signing.BadSignature:
            sealed = {}
        if sealed.get("by") != self.user.pk:
            raise ValidationError("预览的内容不完整或属于另一个账号：请重新上传")
        return sealed["sheets"]
