"""The list page of every room above the log: who takes a whole list away in a workbook stands in
the log.
"""

from datetime import datetime

from django.utils import timezone

from gongjian.audit.services import record
from gongjian.audit.subjects import Subject
from gongjian.lib import listing
from gongjian.lib.listing import Act, Button, Column, Tab

__all__ = ["Act", "Button", "Column", "LoggedListPage", "Tab", "record_export"]


def record_export(
    view_name: str, title: str, *, by, at: datetime, count: int, filters: dict
) -> None:
    """Write down that a list was taken away: the name of its address, its title, how many rows."""
    subject = Subject("audit.list", view_name[:40], title)
    record(subject, "audit.list.export", by=by, at=at, count=count, filters=filters)


class LoggedListPage(listing.ListPage):
    """`gongjian.lib.listing.ListPage` that leaves an entry for every workbook: who, which list,
    filtered how, rows.
    """

    def exported(self, count: int) -> None:
        record_export(
            self.request.resolver_match.view_name,
            self.title,
            by=self.request.user,
            at=timezone.now(),
            count=count,
            filters=chosen_filters(self.request),
        )


def chosen_filters(request) -> dict[str, str]:
    """What the address narrowed the list by."""
    chosen_filters = {}
    for name in request.GET:
        if name != "format" and request.GET[name]:
            chosen_filters[name] = "、".join(request.GET.getlist(name))
    return chosen_filters
