"""Who did what with an object, as its page shows it."""

from gongjian.audit.events import label
from gongjian.audit.models import Entry


def history_of(obj, most: int = 50) -> list[dict]:
    """The newest entries about an object for `parts/history.html`: names and events. One query."""
    entries = Entry.objects.about(obj).select_related("by")[:most]
    return [
        {
            "at": one.at,
            "by": one.by.name if one.by else "",
            "text": label(one.event),
            "reason": one.changes.get("remark"),
        }
        for one in entries
    ]
