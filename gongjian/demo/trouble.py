"""What goes wrong: more time asked for, orders, a notice on paper, a false rectification."""

from collections import Counter
from datetime import datetime, timedelta

from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.demo import stories
from gongjian.demo.calendar import in_waking_hours
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from inspections.models import Finding
from inspections.models.findings import FindingStatus
from inspections.services.findings import mark_false_rectification, rectify_finding, verify_finding
from inspections.services.rectification_notice import draft_rectification_notice
from inspections.services.reminders import remind_by_steps
from inspections.services.requests import ask_extension, grant_request
from inspections.services.supervision import supervise_finding

ORDERS = 3
TWO_HOURS = timedelta(hours=2)


def plan_extension(play: Play, finding: Finding, doer: User, stage: int) -> None:
    """Plan that the unit asks for three more days a working day before the limit.

    The office grants them within two hours, or is not asked when that would be too late.
    """
    asked_at = in_waking_hours(finding.due_at - timedelta(hours=20), after=finding.found_at)
    if asked_at + TWO_HOURS < finding.due_at:
        play.plan(stage, asked_at, ask_for_time, finding, doer, stage)


def ask_for_time(play: Play, finding: Finding, doer: User, stage: int, at: datetime) -> None:
    until_on = timezone.localdate(finding.due_at) + timedelta(days=3)
    fields = {"reason": stories.MORE_TIME, "until_on": until_on}
    request = ask_extension(finding, **fields, by=acting(doer, at), at=at)
    play.plan(stage, at + TWO_HOURS, grant_time, finding, request)


def grant_time(play: Play, finding: Finding, request, at: datetime) -> None:
    """The office agrees; later acts hold the same `finding`, which gets its new limit."""
    request = grant_request(request, decision="同意", by=play.clerk(1, at), at=at)
    finding.due_at = request.finding.due_at
    finding.original_due_at = request.finding.original_due_at


def press_the_slow(play: Play, at: datetime) -> None:
    """The office orders what is longest overdue, and writes to the unit that has most of it."""
    remind_by_steps(at=at)
    late = Finding.objects.in_quarter(play.quarter).overdue(at)
    late = late.filter(status=FindingStatus.ASSIGNED).order_by("due_at", "pk")
    late = list(late.select_related("community__group", "responsible_unit", "frontage"))
    clerk = play.clerk(2, at)
    due_on = timezone.localdate(at) + timedelta(days=5)
    for finding in late[:ORDERS]:
        order = {"unit": finding.responsible_unit, "reason": stories.LONG_OVERDUE}
        supervise_finding(finding, **order, due_on=due_on, by=clerk, at=at)
    if late:
        counts = Counter(finding.responsible_unit_id for finding in late)
        slowest = counts.most_common(1)[0][0]
        of_the_slowest = [row for row in late if row.responsible_unit_id == slowest]
        issuer = play.reference.issuer
        draft_rectification_notice(of_the_slowest, issuer=issuer, by=clerk, at=at)


def plan_false_rectification(play: Play, at: datetime) -> None:
    """Mark a finding that was struck off as not put right; it is done for good the next day."""
    closed = Finding.objects.in_quarter(play.quarter)
    closed = closed.filter(status=FindingStatus.CLOSED_OUT, false_count=0).order_by("-closed_at")
    related = ("community__group", "responsible_unit", "rectified_by")
    finding = closed.select_related(*related).first()
    if finding is None:
        return
    doer = play.staff.users[finding.rectified_by_id]
    proof = {"reason": stories.FALSE_WORD, "evidence": stories.FALSE_WORD_PROVED}
    mark_false_rectification(finding, **proof, by=play.clerk(3, at), at=at)
    play.plan(3, at + timedelta(hours=23), put_right_for_good, finding, doer)


def put_right_for_good(play: Play, finding: Finding, doer: User, at: datetime) -> None:
    words = stories.PUT_RIGHT[finding.item_code]
    fields = {"rectification": words, "no_photo_reason": stories.WITHOUT_PHOTO}
    rectify_finding(finding, **fields, by=acting(doer, at), at=at)
    play.plan(3, at + timedelta(hours=4), verify_again, finding)


def verify_again(play: Play, finding: Finding, at: datetime) -> None:
    worker = acting(play.staff.workers[finding.community_id], at)
    verify_finding(finding, by=worker, at=at)
