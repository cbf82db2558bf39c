"""The list page of every room above the log: who takes a whole list away in a workbook stands in
the log.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar

from django.utils import timezone

from gongjian.audit.services import record
from gongjian.lib import listing
from gongjian.lib.listing import Act, Button, Column, Tab

__all__ = ["Act", "Button", "Column", "ListPage", "ListTaken", "Tab"]


@dataclass(frozen=True)
class ListTaken:
    """A list that was taken away, as the log names it: `pk` is the name of its address."""

    pk: str
    name: str
    _meta: ClassVar = SimpleNamespace(label_lower="audit.list")

    def __str__(self) -> str:
        return self.name


class ListPage(listing.ListPage):
    """`gongjian.lib.listing.ListPage` that leaves an entry for every workbook: who, which list,
    filtered how, rows.
    """

    def exported(self, count: int) -> None:
        export = ListTaken(self.request.resolver_match.view_name[:40], self.title)
        record(
            export,
            "audit.list.export",
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
