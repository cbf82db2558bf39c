"""An object's history as its page shows it: when, who, what, the remark, and what was changed from
what to what.
"""

from typing import NamedTuple

from gongjian.audit.events import label
from gongjian.audit.models import Entry
from gongjian.audit.naming import field_label, model_of, shown

SAID_ELSEWHERE = {"before", "after", "old", "new"}


class FieldChange(NamedTuple):
    """One field, by its name in the office, before and after."""

    label: str
    before: str
    after: str


class HistoryLine(NamedTuple):
    at: object
    by: object
    text: str
    reason: str
    changes: list[FieldChange]


def history_of(obj, most: int = 50) -> list[HistoryLine]:
    """The last acts on `obj`, newest first. One query."""
    entries = Entry.objects.about(obj).select_related("by")[:most]
    return [_line(entry) for entry in entries]


def _line(entry: Entry) -> HistoryLine:
    return HistoryLine(
        entry.at,
        entry.by,
        label(entry.event),
        entry.changes.get("remark", ""),
        fields_changed(entry),
    )


def fields_changed(entry: Entry) -> list[FieldChange]:
    """The fields that the act changed; telephone numbers were masked when it was written down."""
    before = entry.changes.get("before")
    after = entry.changes.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    model = model_of(entry.object_type)
    changes = []
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            old_words = shown(model, name, before.get(name))
            new_words = shown(model, name, after.get(name))
            change = FieldChange(field_label(model, name), old_words, new_words)
            changes.append(change)
    return changes


def state_changed(entry: Entry) -> list[FieldChange]:
    """The step that the object took, if the act was one."""
    if not {"old", "new"} <= entry.changes.keys():
        return []
    model = model_of(entry.object_type)
    old, new = (shown(model, "status", entry.changes[name]) for name in ("old", "new"))
    return [FieldChange("状态", old, new)]


def besides(entry: Entry) -> list[tuple[str, str]]:
    """What else the act said of itself, by name."""
    model = model_of(entry.object_type)
    details = {}
    for name, value in entry.changes.items():
        if name not in SAID_ELSEWHERE:
            details[name] = value
    rows = []
    for name, value in details.items():
        rows.append((field_label(model, name), shown(model, name, value)))
    return rows
