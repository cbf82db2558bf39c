"""After the working calendar was corrected: which open limits would now fall otherwise, and moving them on request."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gongjian.audit.models import Entry
from gongjian.audit.services import record
from gongjian.holidays.permissions import may_keep_calendar
from gongjian.holidays.services import calendar_from
from gongjian.lib.checklists import TimeLimit
from gongjian.notifications.services import notify
from gongjian.workflow import require
from inspections.models import Checklist, Finding
from inspections.models.findings import NOT_PUT_RIGHT
from inspections.services.checklists import rules_of
from inspections.services.deadlines import WORKING, due_at
from inspections.services.recipients import officers_of

EXTENDED = "inspections.finding.extend"
"""The event in the log by which a limit was set otherwise on request."""


class MovedLimit(NamedTuple):
    finding: Finding
    due_at: datetime


def moved_limits() -> list[MovedLimit]:
    """Findings not yet put right whose limit the calendar as it stands would set otherwise. Four queries.

    A limit that was extended on request is a person's decision and stays.
    """
    return _not_extended(list(_moved(Finding.objects.select_related("community"))))


def recount_limits(*, by, at: datetime) -> int:
    """Move those limits, each with its entry in the log, and tell the units in whose hands they are; returns how many.

    A limit is never moved by a correction of the calendar alone.
    """
    require(may_keep_calendar(by), "工作日历由共建办维护")
    with transaction.atomic():
        moved = _not_extended(
            list(
                _moved(Finding.objects.select_for_update(of=("self",)).select_related("community"))
            )
        )
        for finding, due in moved:
            before, finding.due_at = {"due_at": finding.due_at}, due
            record(
                finding,
                "inspections.finding.recount",
                by=by,
                at=at,
                before=before,
                after={"due_at": due},
            )
        Finding.objects.bulk_update([finding for finding, _ in moved], ["due_at"], batch_size=500)
        _tell_units([finding for finding, _ in moved], at)
    return len(moved)


def _moved(findings) -> Iterator[MovedLimit]:
    rows = list(
        findings.filter(status__in=NOT_PUT_RIGHT)
        .select_related("self_check")
        .order_by("due_at", "pk")
    )
    if not rows:
        return
    calendar = calendar_from(timezone.localdate(min(finding.found_at for finding in rows)))
    limit_of = _limits()
    for finding in rows:
        limit = limit_of(finding)
        if limit and limit.unit in WORKING:
            due = due_at(limit, finding.found_at, calendar)
            if due != finding.due_at:
                yield MovedLimit(finding, due)


def _not_extended(moved: list[MovedLimit]) -> list[MovedLimit]:
    keys = [str(finding.pk) for finding, _ in moved]
    told = Entry.objects.filter(
        object_type=Finding._meta.label_lower, object_id__in=keys, event=EXTENDED
    )
    extended = set(told.values_list("object_id", flat=True)) if keys else set()
    return [one for one in moved if str(one.finding.pk) not in extended]


def _limits() -> Callable[[Finding], TimeLimit | None]:
    """The limit of a finding's item, in the version by which it was found."""
    versions = list(Checklist.objects.order_by("valid_from", "pk"))
    limits = {
        version.pk: {item.code: item.put_right for item in rules_of(version).items}
        for version in versions
    }

    def limit_of(finding: Finding) -> TimeLimit | None:
        found_on = timezone.localdate(finding.found_at)
        in_force = [version.pk for version in versions if version.valid_from <= found_on]
        version = (
            finding.self_check.checklist_id
            if finding.self_check
            else in_force[-1]
            if in_force
            else None
        )
        return limits.get(version, {}).get(finding.item_code)

    return limit_of


def _tell_units(findings: list[Finding], at: datetime) -> None:
    counts = Counter(
        finding.responsible_unit_id for finding in findings if finding.responsible_unit_id
    )
    officers = officers_of(list(counts), timezone.localdate(at)) if counts else {}
    link = reverse("inspections:findings") + "?tab=assigned"
    for unit, count in counts.items():
        subject = f"放假安排有更正，{count} 个问题的整改时限已重新计算"
        key = f"inspections.finding.recount.{unit}.{at:%Y%m%d%H%M%S}"
        notify(officers.get(unit, []), key=key, subject=subject, link=link, at=at)
