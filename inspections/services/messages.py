"""Messages about findings: one about one finding, or one to a unit about all that lie with it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.lib.templatetags.office import moment
from gongjian.notifications.services import notify
from inspections.models import Finding
from inspections.services.recipients import officers_of


def notify_about(
    people: Iterable[User], finding: Finding, act: str, request: str, *, at: datetime
) -> None:
    """Notify each of `people` of an act on one finding; `request` is what is asked of them."""
    key = f"inspections.finding.{act}.{finding.pk}.{at:%Y%m%d%H%M%S}"
    subject = subject_about(finding, request)
    notify(people, key=key, subject=subject, link=finding.get_absolute_url(), at=at)


def subject_about(finding: Finding, request: str) -> str:
    """Return 请整改：垃圾桶满溢（虎山社区 2026-1123-04）."""
    problem = finding.description[:60]
    return f"{request}：{problem}（{finding.community} {finding.number}）"


def notify_units(
    findings: Iterable[Finding], act: str, request: str, *, at: datetime, once: str = ""
) -> None:
    """Send each officer of each responsible unit one message about all findings that lie with it.

    Acts with the same `once` reach a person a single time. One query.
    """
    findings_by_unit = defaultdict(list)
    for finding in findings:
        if finding.responsible_unit_id:
            findings_by_unit[finding.responsible_unit_id].append(finding)
    if not findings_by_unit:
        return
    officers = officers_of(findings_by_unit, timezone.localdate(at))
    for unit, findings_of_unit in findings_by_unit.items():
        stamp = once or f"{findings_of_unit[0].pk}.{at:%Y%m%d%H%M%S}"
        key = f"inspections.finding.{act}.{unit}.{stamp}"
        message = message_about(findings_of_unit, request)
        recipients = officers.get(unit, [])
        notify(recipients, key=key, at=at, **message)


def message_about(findings: list[Finding], request: str) -> dict[str, str]:
    """Return subject, link and, for several findings, the body of a message to their unit."""
    first = findings[0]
    if len(findings) == 1:
        return {"subject": subject_about(first, request), "link": first.get_absolute_url()}
    lines = []
    for finding in findings:
        due = moment(finding.due_at)
        where_and_when = f"{finding.community}，{due} 前"
        lines.append(f"{finding.number} {finding.description}（{where_and_when}）")
    subject = f"{request}：{first.community}等处 {len(findings)} 个问题"
    link = reverse("inspections:findings") + "?tab=assigned"
    return {"subject": subject, "body": "\n".join(lines), "link": link}
