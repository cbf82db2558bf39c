"""Escalating reminders: before, at and past a deadline; one message a person.

To the responsible unit first, then to the lead unit and the office.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record_many
from gongjian.lib.templatetags.office import moment
from gongjian.notifications.services import notify
from inspections.models import Finding, FindingReminder
from inspections.models.findings import NOT_PUT_RIGHT
from inspections.rules import LEAD, OFFICE, RESPONSIBLE, ReminderStep, rectification_rules
from inspections.services.messages import subject_about
from inspections.services.recipients import lead_unit_of, office_people, officers_of

LINES_MOST = 20
LONGEST_SUBJECT = 120
# More wait for the next hour, the latest deadlines first: a backlog does not hold the log of acts
# for a minute.
FINDINGS_A_RUN = 500


class Reminder(NamedTuple):
    """One step of the reminders that a finding's deadline has come to."""

    finding: Finding
    step: ReminderStep


@dataclass
class Digest:
    """What one person is sent in one run: each finding once, with the last step for him."""

    person: User
    by_finding: dict[int, Reminder] = field(default_factory=dict)


def remind_by_steps(*, at: datetime) -> int:
    """Send every reminder that is due and was not sent; return how many.

    All of it in one transaction and each step once for a finding's deadline: a run that is killed
    sends nothing, a second run sends nothing again. Of two runs at once one fails on the rows of
    the other and is tried again.
    """
    with transaction.atomic():
        reminders = reminders_due(at)
        rows = []
        for finding, step in reminders:
            row = FindingReminder(finding=finding, step=step.code, due_at=finding.due_at)
            row.told_at = at
            rows.append(row)
        FindingReminder.objects.bulk_create(rows, batch_size=500)
        _record_steps(reminders, at)
        key = f"inspections.remind.{at:%Y%m%d%H%M%S}"
        for digest in digests_of(reminders, timezone.localdate(at)):
            notify([digest.person], key=key, at=at, **digest_message(digest))
    return len(reminders)


def reminders_due(at: datetime) -> list[Reminder]:
    """Return the reminders that are due and were not sent, of findings not put right.

    Two queries.
    """
    steps = sorted(rectification_rules().reminders, key=attrgetter("days"))
    if not steps:
        return []
    findings = list(findings_to_remind(steps, at))
    sent = FindingReminder.objects.filter(finding__in=[finding.pk for finding in findings])
    sent_steps = set(sent.values_list("finding", "step", "due_at"))
    reminders = []
    findings_of_run = 0
    for finding in findings:
        due_steps = []
        for step in steps:
            is_due = step.begins_at(finding.found_at, finding.due_at) <= at
            if is_due and (finding.pk, step.code, finding.due_at) not in sent_steps:
                due_steps.append(step)
        if due_steps:
            findings_of_run += 1
            reminders += [Reminder(finding, step) for step in due_steps]
        if findings_of_run == FINDINGS_A_RUN:
            break
    return reminders


def findings_to_remind(steps: Sequence[ReminderStep], at: datetime) -> QuerySet[Finding]:
    """Return findings not put right whose first step may have come and whose last was not sent."""
    first, last = steps[0], steps[-1]
    sent = FindingReminder.objects.filter(finding=OuterRef("pk"), due_at=OuterRef("due_at"))
    last_sent = Exists(sent.filter(step=last.code))
    ahead = timedelta(days=max(-first.days, 0))
    findings = Finding.objects.filter(~last_sent, status__in=NOT_PUT_RIGHT, due_at__lte=at + ahead)
    findings = findings.select_related("community__group__lead_unit", "responsible_unit")
    return findings.order_by("-due_at", "pk")


def _record_steps(reminders: Sequence[Reminder], at: datetime) -> None:
    for step in rectification_rules().reminders:
        findings = [reminder.finding for reminder in reminders if reminder.step == step]
        event = "inspections.finding.remind_by_step"
        record_many(findings, event, by=None, at=at, remark=f"自动催办：{step.label}")


class Audiences:
    """The people whom the reminders of some findings may reach. Three queries at most."""

    def __init__(self, findings: Sequence[Finding], on: date) -> None:
        units, lead_units = set(), set()
        for finding in findings:
            units.add(finding.responsible_unit_id)
            lead_unit = lead_unit_of(finding.community)
            if lead_unit:
                lead_units.add(lead_unit.pk)
        self.officers = officers_of(units - {None}, on)
        self.lead_officers = officers_of(lead_units, on, roles=[Role.LEAD_OFFICER])
        self.office = office_people(on) if findings else []

    def of(self, audience: str, finding: Finding) -> list[User]:
        """Return the people of one audience of a step, for one finding."""
        if audience == RESPONSIBLE:
            return self.officers.get(finding.responsible_unit_id, [])
        if audience == LEAD:
            lead_unit = lead_unit_of(finding.community)
            return self.lead_officers.get(lead_unit.pk, []) if lead_unit else []
        assert audience == OFFICE
        return self.office


def digests_of(reminders: Sequence[Reminder], on: date) -> list[Digest]:
    """Return what each person is sent. Three queries, however many findings."""
    audiences = Audiences([reminder.finding for reminder in reminders], on)
    digests: dict[int, Digest] = {}
    for reminder in reminders:
        for audience in reminder.step.tell:
            for person in audiences.of(audience, reminder.finding):
                digest = digests.setdefault(person.pk, Digest(person))
                digest.by_finding[reminder.finding.pk] = reminder
    return list(digests.values())


def digest_message(digest: Digest) -> dict[str, str]:
    """Return subject, link and, for several findings, the body of a person's message."""
    reminders = list(digest.by_finding.values())
    if len(reminders) == 1:
        finding, step = reminders[0]
        subject = subject_about(finding, f"整改催办（{step.label}）")
        return {"subject": subject, "link": finding.get_absolute_url()}
    counts = Counter(reminder.step.label for reminder in reminders)
    summary = "；".join(f"{label} {count} 件" for label, count in counts.items())
    lines = [digest_line(reminder) for reminder in reminders[:LINES_MOST]]
    if len(reminders) > LINES_MOST:
        lines.append(f"……共 {len(reminders)} 件，其余见问题整改列表")
    subject = f"整改催办：{summary}"[:LONGEST_SUBJECT]
    link = reverse("inspections:findings")
    return {"subject": subject, "body": "\n".join(lines), "link": link}


def digest_line(reminder: Reminder) -> str:
    """Return the line of one finding in a person's message."""
    finding, step = reminder
    unit = finding.responsible_unit or "待派发"
    where = f"{finding.community}，{unit}，时限 {moment(finding.due_at)}"
    return f"【{step.label}】{finding.number} {finding.description}（{where}）"
