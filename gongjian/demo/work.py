"""Stages 1 and 2: the office drafts and the director issues; lead units sign for it, communities report it done."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.utils import timezone

from communities.models import Assignment, AssignmentItem, WorkPlan
from communities.services.plans import (
    acknowledge_assignment,
    add_plan_item,
    complete_assignment,
    complete_item,
    draft_work_plan,
    issue_work_plan,
    remind_lead_units,
    submit_work_plan,
)
from gongjian.demo import stories
from gongjian.demo.calendar import clock, office_moment
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from gongjian.demo.trouble import plan_false_word, press_the_slow
from inspections.models import Finding
from inspections.services.findings import remind_units

REPORTS = 0.6
"""Of ten communities that are not punctual, six report completion all the same."""


def plan_work(play: Play) -> None:
    """Plan the task notice; issuing it plans what becomes of it on every table."""
    held: dict[str, WorkPlan] = {}

    def draft(at: datetime) -> None:
        held["plan"] = _draft(play, at)

    def issue(at: datetime) -> None:
        director = acting(play.staff.director, at)
        plan = issue_work_plan(held["plan"], issuer=play.reference.issuer, by=director, at=at)
        _plan_assignments(play, plan)

    play.plan(1, play.dates.drafted_at, draft)
    play.plan(1, play.dates.issued_at, issue)
    play.plan(2, play.dates.reminded_at, lambda at: _remind(play, at))


def _remind(play: Play, at: datetime) -> None:
    """The office presses those who are behind, once in the quarter."""
    behind = Assignment.objects.in_quarter(play.quarter)
    remind_lead_units(behind, by=acting(play.staff.clerk(2), at), at=at)
    overdue = (
        Finding.objects.in_quarter(play.quarter)
        .overdue(at)
        .select_related("community", "responsible_unit")
    )
    remind_units(overdue, by=acting(play.staff.clerk(2), at), at=at)
    if play.scale.has_joint_works:
        press_the_slow(play, at)
        plan_false_word(play, at + timedelta(minutes=30))


def _draft(play: Play, at: datetime) -> WorkPlan:
    clerk = acting(play.staff.clerk(0), at)
    title = f"{play.quarter.title_in_text}社区共建工作计划"
    plan = draft_work_plan(
        quarter=play.quarter,
        title=title,
        foreword=stories.FOREWORD,
        due_on=play.dates.due_on,
        by=clerk,
        at=at,
    )
    for area, text, days in stories.GENERAL_WORK[: play.scale.general_work]:
        due_on = play.dates.before_end(days) if days else None
        add_plan_item(plan, area=area, text=text, due_on=due_on, by=clerk, at=at)
    random = play.random("own work")
    for community in random.sample(play.communities, len(play.communities) // 6):
        area, text = random.choice(stories.OWN_WORK)
        add_plan_item(plan, area=area, text=text, community=community, by=clerk, at=at)
    return submit_work_plan(plan, by=clerk, at=at)


def _plan_assignments(play: Play, plan: WorkPlan) -> None:
    items = defaultdict(list)
    rows = (
        AssignmentItem.objects.filter(assignment__plan=plan).select_related("item").order_by("pk")
    )
    for row in rows:
        items[row.assignment_id].append(row)
    for assignment in Assignment.objects.filter(plan=plan):
        assignment.plan, assignment.community = plan, play.by_pk[assignment.community_id]
        _plan_assignment(play, assignment, items[assignment.pk])


def _plan_assignment(play: Play, assignment: Assignment, items: list[AssignmentItem]) -> None:
    community = assignment.community
    random = play.random("assignment", community.code)
    punctuality = play.characters[community.pk].punctuality
    is_punctual = random.random() < punctuality
    wait = random.randint(0, 3) if is_punctual else random.randint(5, 14)
    if not is_punctual and random.random() < 5 * play.scale.unsettled:
        wait = play.dates.days_to_the_last_reminder
    signed_at = office_moment(play.dates.issued_at.date() + timedelta(days=1 + wait), random)

    def acknowledge(at: datetime) -> None:
        acknowledge_assignment(assignment, by=acting(play.staff.lead_officer(community), at), at=at)

    play.plan(2, signed_at, acknowledge)
    done_at = [_plan_item(play, row, assignment, signed_at, random, is_punctual) for row in items]
    if is_punctual or random.random() < REPORTS:
        reported_at = max(done_at) + timedelta(hours=random.randint(2, 40))

        def report(at: datetime) -> None:
            worker = acting(play.staff.workers[community.pk], at)
            complete_assignment(assignment, summary=stories.SUMMARY, by=worker, at=at)

        play.plan(2, reported_at, report)


def _plan_item(
    play: Play, row: AssignmentItem, assignment, signed_at: datetime, random, is_punctual
) -> datetime:
    """Plan one item's completion, by its day if the community is punctual; when it will be done."""
    due_on: date = row.item.due_on or play.dates.due_on
    late = 0 if is_punctual and random.random() < 0.95 else random.randint(1, 6)
    first = timezone.localdate(signed_at) + timedelta(days=3)
    span = max((due_on - first).days, 1)
    day = (
        due_on + timedelta(days=late)
        if late
        else due_on - timedelta(days=random.randrange(min(span, 30)))
    )
    at = max(clock(day, 16, random.randrange(60)), signed_at + timedelta(hours=3))
    row.assignment = assignment
    community = assignment.community

    def complete(at: datetime) -> None:
        person = random.choice(
            (play.staff.workers[community.pk], play.staff.lead_officer(community))
        )
        note = random.choice(stories.DONE)
        complete_item(row, done_on=timezone.localdate(at), note=note, by=acting(person, at), at=at)

    play.plan(2, at, complete)
    return at
