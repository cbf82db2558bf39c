"""Quarters that several tests look at from different sides."""

from datetime import datetime, timedelta

import time_machine

from communities.models import Assignment, Community, LabourDay, Meeting, PlanItem, WorkPlan
from gongjian.jobs.services import run
from gongjian.lib.quarters import SHANGHAI
from inspections.models import FalseRectification, Frontage, FrontageCheck
from scoring.jobs import gather_scores as gather_job
from scoring.services.corrections.approving import approve_correction
from scoring.services.corrections.correctable import subjects_of
from scoring.services.corrections.proposing import draft_correction
from scoring.services.readings.entering import ReadingEntry, stored_reading
from scoring.services.scores.in_force import record_in_force
from tests.scoring.factories import (
    make_assessors,
    make_finding,
    make_measured,
    make_round,
    make_self_check,
    make_sheets,
    report_every_month,
)
from tests.scoring.rules.cities import R6

DAY = timedelta(days=1)
AFTER_NOTICE = datetime(2027, 1, 16, 9, 0, tzinfo=SHANGHAI)


def measured_round(cast, name="r6", changes=None, **given):
    return make_round(cast, status="assessing", rubric=make_measured(cast, name, changes), **given)


def everything(round, found=R6, reason="没有水体", component="village"):
    """The same readings for every community."""
    items = {
        code: stored_reading(one, reason if one.not_applicable else "")
        for code, one in found.items()
    }
    return [
        ReadingEntry(place.pk, component, items)
        for place in Community.objects.active().order_by("code")
    ]


def subject(round, community, kind, *, item="", key=""):
    found = subjects_of(round, record_in_force(round), community)
    return next(
        one for one in found if one.kind == kind and item in ("", one.item) and key in ("", one.key)
    )


def drafted(round, cast, new="1", *, kind="malus", by=None, **which):
    chosen = subject(round, cast.community, kind, **which)
    given = {
        "subject": chosen,
        "new": new,
        "reason": "漏登一件虚假整改",
        "basis": "核查记录第 3 号",
    }
    return draft_correction(
        round, community=cast.community, **given, by=by or cast.office_staff, at=AFTER_NOTICE
    )


def approved(correction, cast, **given):
    return approve_correction(
        correction, **{"by": cast.office_director, "at": AFTER_NOTICE, **given}
    )


def hand_made_quarter(cast, **given):
    """The city of BY_HAND: three communities, all that their quarter rests on, and nothing else."""
    round = make_round(cast, status="assessing", **given)
    five = make_assessors(5)
    make_sheets(
        round, cast.community, five, "92", "94", "95", "90", "96"
    )  # without 96 and 90: 281/3
    make_sheets(round, cast.other_community, five, "80", "80", "80", "60", "99")
    make_sheets(round, cast.third_community, five, "90", "90", "90", "90", "90")
    for month, late in (("2026-10", False), ("2026-11", False), ("2026-12", True)):
        make_self_check(cast, cast.community, month, is_late=late)
    make_self_check(cast, cast.other_community, "2026-10")
    make_self_check(cast, cast.other_community, "2026-11", status="returned")
    report_every_month(cast, cast.third_community)
    for closed in (True, True, True, False):
        make_finding(cast, cast.community, closed=closed)
    make_finding(cast, cast.other_community, responsible_unit=cast.department)
    make_finding(
        cast, cast.third_community, due_at=datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI)
    )  # next quarter's
    return round


def hold_duties(cast):
    """富春商场 in 虎山社区: at the meeting, not at the labour day; 1 of 2 tasks in time, 3 of 4
    frontages passed.
    """
    called = {
        "community": cast.community,
        "quarter": "2026Q4",
        "called_by": cast.lead_officer,
        "called_at": cast.now,
    }
    meeting = Meeting.objects.create(**called, starts_at=cast.now, place="会议室", status="held")
    meeting.attendances.create(unit=cast.member_unit, attended=True)
    day = LabourDay.objects.create(
        **called, held_on=cast.today, place="虎山路", work="清扫", status="held"
    )
    day.attendances.create(unit=cast.member_unit, headcount=0)
    drawn_up = {"created_by": cast.office_staff, "created_at": cast.now}
    plan = WorkPlan.objects.create(quarter="2026Q4", title="任务", due_on=cast.today, **drawn_up)
    assignment = Assignment.objects.create(plan=plan, community=cast.community)
    for done_on in (cast.today, None):
        item = PlanItem.objects.create(plan=plan, area="environment", text="清理楼道")
        assignment.items.create(item=item, done_on=done_on)
    frontage = Frontage.objects.create(
        community=cast.community,
        road_section=cast.community.road_sections.get(),
        door_number="1",
        shop_name="店",
    )
    for number in range(4):
        FrontageCheck.objects.create(
            frontage=frontage,
            quarter="2026Q4",
            checked_on=cast.today.replace(day=number + 1),
            passed=number > 0,
            by=cast.office_staff,
            at=cast.now,
        )


def run_then(job, work=gather_job):
    """Let a worker take the job at its own moment."""
    with time_machine.travel(job.at, tick=False):
        run(job.pk, work)


def marked_false(cast, reason):
    """Established on a finding of the quarter before, which is not due in this one."""
    finding = make_finding(
        cast, cast.community, due_at=datetime(2026, 9, 1, 12, 0, tzinfo=SHANGHAI)
    )
    rectified = {
        "rectified_by": cast.lead_officer,
        "rectified_at": cast.now,
        "evidence": "现场复核",
    }
    FalseRectification.objects.create(
        finding=finding, reason=reason, **rectified, marked_by=cast.office_staff, marked_at=cast.now
    )
