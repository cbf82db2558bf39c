"""The attachments on a draft's page: one small form each and one more to add, sent together with
the words.
"""

import re
from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Any

from django import forms
from django.core import signing

from gongjian.documents.drafting.attachments import MOST, Attachments, by_hand, from_data, table_of
from gongjian.lib.spreadsheets import UnreadableWorkbook, read_tables

PREFIX, NEW = "annex", "new"
SALT = "gongjian.documents.forms.attachments"
_TITLE = re.compile(rf"{PREFIX}-([0-9a-f]{{8}}|{NEW})-title")


class AttachmentForm(forms.Form):
    """One attachment: its title over text and a table.

    A table that was read once need not be chosen again.
    """

    use_required_attribute = False  # the browser would hold back the whole page for the blank one

    title = forms.CharField(
        label="附件标题", max_length=100, help_text="如：社区共建考核办法；不写“附件”和书名号"
    )
    text = forms.CharField(
        label="附件正文",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="一行一段，标题层次与正文相同；只有表格的不写",
    )
    workbook = forms.FileField(
        label="表格文件",
        required=False,
        help_text="Excel（.xlsx）的第一张工作表，第一行是表头；印在正文后面。"
        "要保留 84.20 末尾的 0，把该列设为文本格式",
    )
    drop_table = forms.BooleanField(label="去掉表格", required=False)
    place = forms.IntegerField(label="顺序", required=False, min_value=1, max_value=MOST)
    remove = forms.BooleanField(label="删除这个附件", required=False)
    carried = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        key: str,
        number: int,
        stored: Mapping[str, Any],
        data: Any,
        files: Any,
        *,
        alone: bool,
    ) -> None:
        initial = {
            "title": stored.get("title", ""),
            "text": stored.get("text", ""),
            "place": number,
        }
        super().__init__(data, files, prefix=f"{PREFIX}-{key}", initial=initial)
        self.key = key
        self.number = number
        self.stored = stored
        self.part = f"附件{number}"
        self.table = self._table_before()
        if self.is_new:
            del self.fields["remove"]
        if self.is_new or alone:
            del self.fields["place"]
        if not self.table:
            del self.fields["drop_table"]
        else:
            rows = len(self.table["rows"])
            self.fields["workbook"].label = f"换一个表格文件（已有表格 {rows} 行）"

    @property
    def is_new(self) -> bool:
        return self.key == NEW

    @property
    def is_blank(self) -> bool:
        """The form to add one, with nothing in it."""
        if not self.is_new or self.files.get(self.add_prefix("workbook")):
            return False
        names = map(self.add_prefix, ("title", "text", "carried"))
        return not any(self.data.get(name, "").strip() for name in names)

    @property
    def order(self) -> float:
        """Where it stands among the others; one that is moved goes before or behind the one whose
        place it takes.
        """
        place = self.cleaned_data.get("place") or self.number
        if place > self.number:
            return place + 0.5
        return place - 0.5 if place < self.number else place

    @property
    def item(self) -> dict[str, Any]:
        content = {"key": token_hex(4) if self.is_new else self.key}
        content |= {name: self.cleaned_data[name] for name in ("title", "text")}
        if self.table:
            return {**content, "table": self.table}
        return content

    def _table_before(self) -> dict[str, Any] | None:
        """The table read when the page was last sent, else the one that is stored."""
        carried = self.data.get(self.add_prefix("carried"), "")
        try:
            table: dict[str, Any] = signing.loads(carried, salt=SALT)
            return table
        except signing.BadSignature:
            return self.stored.get("table")

    def clean_workbook(self) -> Any:
        upload: Any = self.cleaned_data["workbook"]
        if upload:
            try:
                tables = read_tables(upload, upload.name)
                self.table = table_of(tables)
            except UnreadableWorkbook as reason:
                raise forms.ValidationError(str(reason)) from reason
            self._carry()
        return upload

    def _carry(self) -> None:
        """Browsers forget a chosen file when the page comes back: its table goes along."""
        self.data = self.data.copy()
        self.data[self.add_prefix("carried")] = signing.dumps(self.table, salt=SALT, compress=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("remove"):
            self._errors = forms.utils.ErrorDict()
            return cleaned
        if cleaned.get("drop_table") and not cleaned.get("workbook"):
            self.table = None
        if not cleaned.get("text") and not self.table and "workbook" not in self.errors:
            self.add_error("text", "附件要写正文，或者选一个表格文件")
        return cleaned


class AttachmentForms:
    """The forms of one draft's attachments by hand, in order; none where the draft keeps its
    figures.
    """

    def __init__(
        self, attachments: Attachments, data: Any = None, files: Any = None, *, offered: bool = True
    ) -> None:
        self.attachments = attachments
        self.offered = offered
        self.locked = [item["title"] for item in from_data(attachments)]
        stored = {}
        for item in by_hand(attachments):
            stored[item["key"]] = item
        sent = []
        for name in data or ():
            match = _TITLE.fullmatch(name)
            if match:
                sent.append(match[1])
        keys = [key for key in dict.fromkeys([*sent, *stored]) if key != NEW]
        data = data and _with_unseen(data, stored, sent)
        alone = len(keys) == 1
        self.forms: list[AttachmentForm] = []
        if not offered:
            return
        for number, key in enumerate([*keys, NEW], len(self.locked) + 1):
            item = stored.get(key, {})
            self.forms.append(AttachmentForm(key, number, item, data, files, alone=alone))

    def __iter__(self) -> Iterator[AttachmentForm]:
        return iter(self.forms)

    @property
    def filled(self) -> list[AttachmentForm]:
        return [form for form in self.forms if not form.is_blank]

    def faults(self) -> list[str]:
        """What is wrong, a sentence each with the attachment it is about; none when all may be
        saved.
        """
        wrong = []
        for form in self.filled:
            for name, errors in form.errors.items():
                label = form[name].label
                wrong += [f"{form.part} · {label}：{error}" for error in errors]
        if not wrong and len(self.filled) > MOST:
            return [f"附件最多 {MOST} 个"]
        return wrong

    def laid_on(self, attachments: Attachments) -> list[Mapping[str, Any]]:
        """The attachments of a row with those by hand as they were typed."""
        remaining = []
        for form in self.filled:
            if form.is_valid() and not form.cleaned_data.get("remove"):
                remaining.append(form)
        remaining.sort(key=lambda form: form.order)
        return from_data(attachments) + [form.item for form in remaining]


def _with_unseen(data: Any, stored: Mapping[str, Mapping[str, Any]], sent: list[str]) -> Any:
    """What was sent, and the attachments that somebody else has added since the page was opened."""
    data = data.copy()
    for key in stored:
        if key in sent:
            continue
        for name, value in _values(key, stored[key]).items():
            if value:
                data[name] = str(value)
    return data


def _values(key: str, item: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for name in ("title", "text"):
        values[f"{PREFIX}-{key}-{name}"] = item.get(name, "")
    return values


def kept_of(attachments: Attachments) -> dict[str, Any]:
    """What the page was opened with, by the names of its inputs; a table by its digest."""
    inputs: dict[str, Any] = {}
    first = len(from_data(attachments)) + 1
    for number, item in enumerate(by_hand(attachments), first):
        name = f"{PREFIX}-{item['key']}"
        inputs |= _values(item["key"], item)
        inputs[f"{name}-place"] = number
        table = item.get("table")
        if table:
            signer = signing.Signer(salt=SALT)
            inputs[f"{name}-table"] = signer.signature(repr(table))
    return inputs
