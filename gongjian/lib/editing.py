"""Optimistic locking of forms: nobody overwrites unseen what somebody else saved after the form was
opened.

A form carries, sealed in one hidden field, the values that it was opened with. When it comes back,
the row is held and those values are compared with the row: if they differ nothing is saved, and the
page shows what differs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest

from gongjian.lib.templatetags.office import day

SALT = "gongjian.lib.editing"
FIELD = "opened"
EMPTY = "（空）"


@dataclass(frozen=True)
class Difference:
    """One field that somebody else changed; `clash` when the reader had changed it too."""

    label: str
    opened: str
    now: str
    typed: str
    clash: bool


@dataclass(frozen=True)
class Conflict:
    """Why a form was not saved. `acts` are the lines of the history since it was opened.

    `known` is False when the form did not say what it was opened with; `closed` when the row takes
    no more changes.
    """

    differences: list[Difference]
    acts: list[Any]
    known: bool
    closed: bool


class Editing:
    """One person's editing of one row, from the opened form to the saved row.

    `kept(row)` gives the values that the form edits, by the name of the input; `history(row)` the
    lines of the row's history, newest first, each with `at`, `by` and `text`; `still_open(row)`
    whether it may be changed at all.
    """

    def __init__(
        self,
        request: HttpRequest,
        row: Any,
        kept: Callable[[Any], Mapping[str, Any]],
        *,
        history: Callable[[Any], Iterable[Any]] = lambda row: (),
        still_open: Callable[[Any], bool] = lambda row: True,
    ) -> None:
        self.row = row
        self.kept = kept
        self.history = history
        self.still_open = still_open
        self.user = request.user
        self.sent = None
        if request.method == "POST":
            self.sent = request.POST.get(FIELD, "")
        self.conflict: Conflict | None = None

    @property
    def opened(self) -> str:
        """The hidden field: what was sent, or the row as it stands when the page shows it anew."""
        if self.sent is None:
            return self._seal()
        return self.sent

    @property
    def status(self) -> int:
        return 409 if self.conflict else 200

    def unless_changed(self, act: Callable[[Any], Any], *edited: forms.BaseForm) -> Any:
        """The result of `act(row)`, done while nobody else can change the row; None when somebody
        did before.

        `edited` are the forms that hold what was typed; with one that is not valid nothing is done
        either. After a refusal `conflict` tells why, and the forms take over every field that only
        the other person changed.
        """
        with transaction.atomic():
            self.row = self._held()
            opened = self._unsealed()
            now = _plain(self.kept(self.row))
            if opened is not None and opened["values"] == now:
                result = None
                if not [form for form in edited if not form.is_valid()]:
                    result = act(self.row)
            else:
                conflict = self._conflict(opened, now, edited)
                result, self.conflict = None, conflict
        self.sent = None
        return result

    def _held(self) -> Any:
        row = type(self.row)._base_manager.select_for_update().filter(pk=self.row.pk).first()
        if row is None:
            raise Http404("这条记录已被删除")
        return row

    def _seal(self) -> str:
        newest = next(iter(self.history(self.row)), None)
        seen = ""
        if newest:
            seen = newest.at.isoformat()
        values = _plain(self.kept(self.row))
        sealed = {**self._whose(), "values": values, "seen": seen}
        return signing.dumps(sealed, salt=SALT, compress=True)

    def _whose(self) -> dict[str, Any]:
        return {"of": f"{self.row._meta.label_lower}:{self.row.pk}", "by": self.user.pk}

    def _unsealed(self) -> dict[str, Any] | None:
        """What this person opened of this row; None for a form that does not say so, or says it of
        something else.
        """
        try:
            opened: dict[str, Any] = signing.loads(self.sent or "", salt=SALT)
        except signing.BadSignature:
            return None
        if opened.items() >= self._whose().items():
            return opened
        return None

    def _conflict(
        self, opened: dict[str, Any] | None, now: dict[str, str], edited: Iterable[forms.BaseForm]
    ) -> Conflict:
        values = opened["values"] if opened else None
        differences = []
        for form in edited:
            for difference in _differences(form, values, now, self.kept(self.row)):
                differences.append(difference)
        acts = list(self.history(self.row))
        if opened:
            since = []
            for line in acts:
                if line.at.isoformat() > opened["seen"]:
                    since.append(line)
        else:
            since = []
        return Conflict(
            differences,
            since or acts[:1],
            known=opened is not None,
            closed=not self.still_open(self.row),
        )


def _differences(
    form: forms.BaseForm,
    opened: Mapping[str, str] | None,
    now: Mapping[str, str],
    kept: Mapping[str, Any],
) -> Iterable[Difference]:
    """The fields of one form that somebody else changed; those that he alone changed are taken over
    into the form.
    """
    data: Any = form.data
    merged = data.copy()
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        if key not in kept:
            continue
        current = now.get(key, "")
        typed = _typed(form, name)
        if opened is None:
            before = None
        else:
            before = opened.get(key, "")
        if before == current or (before is not None and typed == current):
            continue
        clash = before is None or typed != before
        if not clash:
            _put(merged, key, field, kept[key])
        label = " · ".join(filter(None, [getattr(form, "part", ""), str(form[name].label)]))
        if before is None:
            old = ""
        else:
            old = _shown(field, before)
        yield Difference(label, old, _shown(field, current), _shown(field, typed), clash)
    form.data = merged
    if form.errors:
        form.full_clean()


def _typed(form: forms.BaseForm, name: str) -> str:
    value = form[name].value()
    field = form.fields[name]
    raw = value
    try:
        return plain(field.prepare_value(field.to_python(raw)))
    except ValidationError:
        return plain(raw)


def _put(data: Any, key: str, field: forms.Field, value: Any) -> None:
    """Write a value into what a form was sent, as its input would send it."""
    data.pop(key, None)
    sent = None
    if isinstance(field, forms.BooleanField):
        sent = "on" if value else None
    if sent is None and not isinstance(field, forms.BooleanField):
        sent = field.widget.format_value(field.prepare_value(value))
    if sent is not None:
        data.setlist(key, sent if isinstance(sent, list) else [sent])


def _plain(values: Mapping[str, Any]) -> dict[str, str]:
    """The values that are not empty, as text."""
    texts_by_key = {}
    for key, value in values.items():
        text = plain(value)
        if text:
            texts_by_key[key] = text
    return texts_by_key


def plain(value: Any) -> str:
    """A value as text that is the same however it was read: from a form, a column or JSON.

    Empty for nothing.
    """
    if value is None or value is False:
        return ""
    if isinstance(value, list | tuple):
        return "、".join(plain(part) for part in value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return str(value.pk)
    return str(value).replace("\r\n", "\n").strip()


def _shown(field: forms.Field, text: str) -> str:
    """A plain value in the words of its field."""
    if isinstance(field, forms.BooleanField):
        return "是" if text else "否"
    if not text:
        return EMPTY
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return {plain(value): str(label) for value, label in choices}.get(text, text)
    if type(field) is forms.DateField and len(text) == len("2026-11-23"):
        return day(date.fromisoformat(text))
    return text
