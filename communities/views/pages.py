"""What the pages of this app share: the row of its lists, and the quarters to choose from."""

from datetime import date

from django.urls import reverse

from gongjian.audit.listing import LoggedListPage
from gongjian.lib.quarters import Quarter

LISTS = (
    ("list", "社区名册"),
    ("plans", "工作计划"),
    ("assignments", "季度任务"),
    ("meetings", "例会"),
    ("labour_days", "劳动日"),
    ("visits", "走访"),
    ("topics", "发展论坛"),
)


def crumb(name: str) -> tuple[str, str]:
    """The way back to one of the lists."""
    return dict(LISTS)[name], reverse(f"communities:{name}")


class CommunityWorkList(LoggedListPage):
    """A list of this app, with the row of its sister lists above."""

    section = "communities"
    template_name = "communities/list.html"
    list_name = ""

    def extra_context(self):
        lists = []
        for name, label in LISTS:
            url = reverse(f"communities:{name}")
            lists.append((label, url, name == self.list_name))
        return {"lists": lists}


def quarters_around(day: date) -> list[Quarter]:
    """This quarter, the next and the last, in the order in which they are chosen."""
    now = Quarter.of(day)
    return [now, now.next(), now.previous()]
