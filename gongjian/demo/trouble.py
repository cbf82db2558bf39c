"""What does not go smoothly with findings: more time asked for, orders, a notice on paper, a false word."""

from collections import Counter
from datetime import datetime, timedelta

from django.utils import timezone

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


def plan_extension(play: Play, finding: Finding, doer, stage: int) -> None:
    """The unit asks for three more days, a working day before the limit; the office grants it in two hours."""
    asked_at = in_waking_hours(finding.due_at - timedelta(hours=20), after=finding.found_at)
    if asked_at + timedelta(hours=2) >= finding.due_at:
        return
    asked = {}

    def ask(at: datetime) -> None:
        until_on = timezone.localdate(finding.due_at) + timedelta(days=3)
        words = {"reason": stories.MORE_TIME, "until_on": until_on}
        asked["request"] = ask_extension(finding, **words, by=acting(doer, at), at=at)

    def grant(at: datetime) -> None:
        held = grant_request(
            asked["request"], decision="同意", by=acting(play.staff.clerk(1), at), at=at
        ).finding
        finding.due_at, finding.original_due_at = held.due_at, held.original_due_at

    play.plan(stage, asked_at, ask)
    play.plan(stage, asked_at + timedelta(hours=2), grant)


def press_the_slow(play: Play, at: datetime) -> None:
    """The office orders what is longest overdue, and writes to the unit with which most of it lies."""
    remind_by_steps(at=at)
    late = (
        Finding.objects.in_quarter(play.quarter).overdue(at).filter(status=FindingStatus.ASSIGNED)
    )
    late = list(
        late.select_related("community__group", "responsible_unit", "frontage").order_by(
            "due_at", "pk"
        )
    )
    clerk = acting(play.staff.clerk(2), at)
    for finding in late[:ORDERS]:
        due_on = timezone.localdate(at) + timedelta(days=5)
        unit = finding.responsible_unit
        supervise_finding(
            finding, unit=unit, reason=stories.LONG_OVERDUE, due_on=due_on, by=clerk, at=at
        )
    if late:
        (unit, _), *_ = Counter(one.responsible_unit_id for one in late).most_common(1)
        its = [one for one in late if one.responsible_unit_id == unit]
        draft_rectification_notice(its, issuer=play.reference.issuer, by=clerk, at=at)


def plan_false_word(play: Play, at: datetime) -> None:
    """One finding that was struck off turns out not to be put right; it is done for good the next day."""
    closed = Finding.objects.in_quarter(play.quarter).filter(
        status=FindingStatus.CLOSED_OUT, false_count=0
    )
    finding = (
        closed.select_related("community__group", "responsible_unit", "rectified_by")
        .order_by("-closed_at")
        .first()
    )
    if finding is None:
        return
    doer = play.staff.users[finding.rectified_by_id]
    worker = play.staff.workers[finding.community_id]
    words = {"reason": stories.FALSE_WORD, "evidence": stories.FALSE_WORD_PROVED}
    mark_false_rectification(finding, **words, by=acting(play.staff.clerk(3), at), at=at)

    def put_right(at: datetime) -> None:
        done = {
            "rectification": stories.PUT_RIGHT[finding.item_code],
            "no_photo_reason": stories.WITHOUT_PHOTO,
        }
        rectify_finding(finding, **done, by=acting(doer, at), at=at)

    def verify(at: datetime) -> None:
        verify_finding(finding, by=acting(worker, at), at=at)

    play.plan(3, at + timedelta(hours=23), put_right)
    play.plan(3, at + timedelta(hours=27), verify)
