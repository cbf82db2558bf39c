"""What people are told about findings: one message for one, or one for all that lie with a unit."""

from collections import defaultdict
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from gongjian.lib.templatetags.office import moment
from gongjian.notifications.services import notify
from inspections.models import Finding
from inspections.services.recipients import officers_of


def tell(people, finding, what: str, word: str, *, at: datetime) -> None:
    """One message about one finding to each of `people`; `what` is the act, `word` what is asked of them."""
    key = f"inspections.finding.{what}.{finding.pk}.{at:%Y%m%d%H%M%S}"
    subject = f"{word}：{finding.description[:60]}（{finding.community} {finding.number}）"
    notify(people, key=key, subject=subject, link=finding.get_absolute_url(), at=at)


def tell_units(findings, what: str, word: str, *, at: datetime, once: str = "") -> None:
    """One message to each officer of each responsible unit, however many findings lie with it."""
    by_unit = defaultdict(list)
    for finding in findings:
        if finding.responsible_unit_id:
            by_unit[finding.responsible_unit_id].append(finding)
    officers = officers_of(list(by_unit), timezone.localdate(at)) if by_unit else {}
    for unit, own in by_unit.items():
        stamp = once or f"{own[0].pk}.{at:%Y%m%d%H%M%S}"
        notify(
            officers.get(unit, []),
            key=f"inspections.finding.{what}.{unit}.{stamp}",
            at=at,
            **_message(own, word),
        )


def _message(findings: list[Finding], word: str) -> dict[str, str]:
    first = findings[0]
    if len(findings) == 1:
        subject = f"{word}：{first.description[:60]}（{first.community} {first.number}）"
        return {"subject": subject, "link": first.get_absolute_url()}
    lines = [
        f"{one.number} {one.description}（{one.community}，{moment(one.due_at)} 前）"
        for one in findings
    ]
    link = reverse("inspections:findings") + "?tab=assigned"
    return {
        "subject": f"{word}：{first.community}等处 {len(findings)} 个问题",
        "body": "\n".join(lines),
        "link": link,
    }
