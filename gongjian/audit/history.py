"""An object's history as its page shows it: when, who, what, and the remark."""

from typing import NamedTuple

from gongjian.audit.events import label
from gongjian.audit.models import Entry


class HistoryLine(NamedTuple):
    at: object
    by: object
    text: str
    reason: str


def history_of(obj, most: int = 50) -> list[HistoryLine]:
    """The last acts on `obj`, newest first. One query."""
    entries = Entry.objects.about(obj).select_related("by")[:most]
    return [HistoryLine(entry.at, entry.by, label(entry.event), entry.changes.get("remark", "")) for entry in entries]
