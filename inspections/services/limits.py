"""Deadlines that the corrected working calendar would set otherwise, and moving them on request."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from gongjian.accounts.models import User
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
from inspections.services.deadlines import WORKING, rectification_due_at
from inspections.services.recipients import officers_of

# The event in the log by which a deadline was extended on request.
EXTENDED = "inspections.finding.extend"


class MovedLimit(NamedTuple):
    finding: Finding
    due_at: datetime


def moved_limits() -> list[MovedLimit]:
    """Return findings not yet put right whose deadline the calendar would now set otherwise.

    A deadline that was extended on request is a person's decision and stays. Four queries.
    """
    return _not_extended(_moved(Finding.objects.select_related("community")))


def recount_limits(*, by: User, at: datetime) -> int:
    """Move those deadlines, log each and notify the units that have them; return how many.

    A deadline is never moved by a correction of the calendar alone.
    """
    require(may_keep_calendar(by), "工作日历由共建办维护")
    with transaction.atomic():
        findings = Finding.objects.select_for_update(of=("self",)).select_related("community")
        moved_findings = []
        for finding, due_at in _not_extended(_moved(findings)):
            limits = {"before": {"due_at": finding.due_at}, "after": {"due_at": due_at}}
            finding.due_at = due_at
            record(finding, "inspections.finding.recount", by=by, at=at, **limits)
            moved_findings.append(finding)
        Finding.objects.bulk_update(moved_findings, ["due_at"], batch_size=500)
        notify_of_recount(moved_findings, at)
    return len(moved_findings)


def _moved(findings: QuerySet[Finding]) -> Iterator[MovedLimit]:
    waiting = findings.filter(status__in=NOT_PUT_RIGHT).select_related("self_check")
    rows = list(waiting.order_by("due_at", "pk"))
    if not rows:
        return
    first_found_at = min(finding.found_at for finding in rows)
    calendar = calendar_from(timezone.localdate(first_found_at))
    limits = ItemLimits()
    for finding in rows:
        limit = limits.of(finding)
        if limit is None or limit.unit not in WORKING:
            continue
        due_at = rectification_due_at(limit, finding.found_at, calendar)
        if due_at != finding.due_at:
            yield MovedLimit(finding, due_at)


def _not_extended(moved: Iterator[MovedLimit]) -> list[MovedLimit]:
    by_id = {str(limit.finding.pk): limit for limit in moved}
    if not by_id:
        return []
    entries = Entry.objects.filter(event=EXTENDED, object_type=Finding._meta.label_lower)
    extended = entries.filter(object_id__in=list(by_id)).values_list("object_id", flat=True)
    for finding_id in set(extended):
        del by_id[finding_id]
    return list(by_id.values())


class ItemLimits:
    """The time limits of all items, by version of the checklist. One query."""

    def __init__(self) -> None:
        self.versions = list(Checklist.objects.order_by("-valid_from", "-pk"))
        self.limits: dict[tuple[int, str], TimeLimit | None] = {}
        for version in self.versions:
            for item in rules_of(version).items:
                self.limits[version.pk, item.code] = item.put_right

    def of(self, finding: Finding) -> TimeLimit | None:
        """Return the limit of a finding's item, in the version by which it was found."""
        if finding.self_check:
            return self.limits.get((finding.self_check.checklist_id, finding.item_code))
        found_on = timezone.localdate(finding.found_at)
        for version in self.versions:
            if version.valid_from <= found_on:
                return self.limits.get((version.pk, finding.item_code))
        return None


def notify_of_recount(findings: list[Finding], at: datetime) -> None:
    """Send the officers of each unit one message about how many of its deadlines were moved."""
    units = [finding.responsible_unit_id for finding in findings if finding.responsible_unit_id]
    counts = Counter(units)
    officers = officers_of(counts, timezone.localdate(at)) if counts else {}
    link = reverse("inspections:findings") + "?tab=assigned"
    for unit, count in counts.items():
        subject = f"放假安排有更正，{count} 个问题的整改时限已重新计算"
        key = f"inspections.finding.recount.{unit}.{at:%Y%m%d%H%M%S}"
        recipients = officers.get(unit, [])
        notify(recipients, key=key, subject=subject, link=link, at=at)
