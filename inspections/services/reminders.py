"""Escalating reminders: before the limit, at it, and past it to the lead unit and the office; one message a person."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
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
from inspections.services.recipients import lead_unit_of, office_people, officers_of

LINES_MOST = 20
FINDINGS_A_RUN = 500
"""More wait for the next hour, the latest limits first: a backlog does not hold the log of acts for a minute."""


@dataclass
class Digest:
    """What one person is told in one run: each finding once, under the last stair that concerns him."""

    person: User
    said: dict[int, tuple[ReminderStep, Finding]] = field(default_factory=dict)


def remind_by_steps(*, at: datetime) -> int:
    """Tell every stair of the reminders that is due and untold; returns how many.

    All of it in one transaction and each stair once for a finding's limit: a run that is killed tells nobody, a
    second run tells nobody again. Of two runs at once one fails on the rows of the other and is tried again.
    """
    with transaction.atomic():
        due = _due_and_untold(at)
        stairs = [(step, finding) for finding, steps in due for step in steps]
        FindingReminder.objects.bulk_create(
            [
                FindingReminder(finding=one, step=step.code, due_at=one.due_at, told_at=at)
                for step, one in stairs
            ],
            batch_size=500,
        )
        for step in rectification_rules().reminders:
            told = [one for said, one in stairs if said == step]
            record_many(
                told,
                "inspections.finding.remind_by_step",
                by=None,
                at=at,
                remark=f"自动催办：{step.label}",
            )
        for digest in _digests(due, at):
            notify(
                [digest.person],
                key=f"inspections.remind.{at:%Y%m%d%H%M%S}",
                at=at,
                **_message(digest),
            )
    return len(stairs)


def _due_and_untold(at: datetime) -> list[tuple[Finding, list[ReminderStep]]]:
    """Findings not put right with the stairs that they have come to and that nobody was told of. Two queries."""
    steps = sorted(rectification_rules().reminders, key=lambda step: step.days)
    if not steps:
        return []
    told_all = FindingReminder.objects.filter(
        finding=OuterRef("pk"), due_at=OuterRef("due_at"), step=steps[-1].code
    )
    ahead = timedelta(days=max(-steps[0].days, 0))
    rows = Finding.objects.filter(
        ~Exists(told_all), status__in=NOT_PUT_RIGHT, due_at__lte=at + ahead
    )
    rows = list(
        rows.select_related("community__group__lead_unit", "responsible_unit").order_by(
            "-due_at", "pk"
        )
    )
    told = set(_told(rows))
    come_to = [
        (one, [step for step in steps if step.begins_at(one.found_at, one.due_at) <= at])
        for one in rows
    ]
    untold = [
        (one, [step for step in come if (one.pk, step.code, one.due_at) not in told])
        for one, come in come_to
    ]
    return [(one, come) for one, come in untold if come][:FINDINGS_A_RUN]


def _told(rows: list[Finding]):
    known = FindingReminder.objects.filter(finding__in=[one.pk for one in rows])
    return known.values_list("finding", "step", "due_at")


def _digests(due: list[tuple[Finding, list[ReminderStep]]], at: datetime) -> list[Digest]:
    """Who is told what. Three queries, however many findings."""
    on = timezone.localdate(at)
    responsible = officers_of(
        {one.responsible_unit_id for one, _ in due if one.responsible_unit_id}, on
    )
    leads = {lead.pk for one, _ in due if (lead := lead_unit_of(one.community))}
    leading = officers_of(leads, on, roles=[Role.LEAD_OFFICER])
    office = office_people(on) if due else []
    digests: dict[int, Digest] = {}
    for finding, steps in due:
        lead = lead_unit_of(finding.community)
        audiences = {
            RESPONSIBLE: responsible.get(finding.responsible_unit_id, []),
            LEAD: leading.get(lead.pk, []) if lead else [],
            OFFICE: office,
        }
        for step in steps:
            for person in (person for audience in step.tell for person in audiences[audience]):
                digests.setdefault(person.pk, Digest(person)).said[finding.pk] = step, finding
    return list(digests.values())


def _message(digest: Digest) -> dict[str, str]:
    said = list(digest.said.values())
    if len(said) == 1:
        step, finding = said[0]
        subject = f"整改催办（{step.label}）：{finding.description[:60]}（{finding.community} {finding.number}）"
        return {"subject": subject, "link": finding.get_absolute_url()}
    counts = Counter(step.label for step, _ in said)
    subject = f"整改催办：{'；'.join(f'{label} {count} 件' for label, count in counts.items())}"
    lines = [_line(step, finding) for step, finding in said[:LINES_MOST]]
    more = [f"……共 {len(said)} 件，其余见问题整改列表"] if len(said) > LINES_MOST else []
    return {
        "subject": subject[:120],
        "body": "\n".join(lines + more),
        "link": reverse("inspections:findings"),
    }


def _line(step: ReminderStep, finding: Finding) -> str:
    unit = finding.responsible_unit or "待派发"
    where = f"{finding.community}，{unit}，时限 {moment(finding.due_at)}"
    return f"【{step.label}】{finding.number} {finding.description}（{where}）"
