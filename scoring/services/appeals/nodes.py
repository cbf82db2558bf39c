"""The three nodes of an appeal, 初核 → 核实 → 裁定: their limits, and who is notified."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.holidays.services import calendar_from
from gongjian.notifications.services import notify
from scoring.models import Appeal

# Working days of each node, counted from the day after the one before was done
# (assessment 3.1.14; own).
PRECHECK_DAYS, VERIFY_DAYS, DECIDE_DAYS = 1, 2, 2


def node_due_on(at: datetime, workdays: int) -> date:
    """Return the last day of a node that begins at `at`."""
    day = timezone.localdate(at)
    return calendar_from(day).add_workdays(day, workdays)


def notify_handlers(
    appeal: Appeal, handlers: Iterable[User], *, at: datetime, node: str = ""
) -> None:
    """Notify those who handle the next node."""
    key = f"scoring.appeal.{appeal.pk}"
    _notify(appeal, handlers, key=f"{key}.{node}" if node else key, at=at)


def notify_appellant(appeal: Appeal, *, at: datetime) -> None:
    """Notify the person who appealed of what was decided."""
    _notify(appeal, [appeal.raised_by], key=f"scoring.appeal.{appeal.pk}.decided", at=at)


def _notify(appeal: Appeal, people: Iterable[User], *, key: str, at: datetime) -> None:
    subject = f"{appeal}：{appeal.get_status_display()}"
    notify(people, key=key, subject=subject, at=at, link=appeal.get_absolute_url())
