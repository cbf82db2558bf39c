"""Stages 1 and 2: the plan is drafted and issued; units sign, communities report."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

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
from gongjian.demo.trouble import plan_false_rectification, press_the_slow
from inspections.models import Finding
from inspections.services.findings import remind_units

# Of ten communities that are not punctual, six report completion all the same.
REPORTS = 0.6


def plan_work(play: Play) -> None:
    """Plan the task notice; issuing it plans what becomes of it in every community."""
    play.plan(1, play.dates.drafted_at, draft_plan)
    play.plan(2, play.dates.reminded_at, remind_the_slow)


def draft_plan(play: Play, at: datetime) -> None:
    """The office drafts the quarter's tasks: some for all, some for single communities."""
    clerk = play.clerk(0, at)
    dates = play.dates
    title = f"{play.quarter.title_in_text}社区共建工作计划"
    fields = {"title": title, "foreword": stories.FOREWORD, "due_on": dates.due_on}
    plan = draft_work_plan(quarter=play.quarter, **fields, by=clerk, at=at)
    for area, text, days in stories.GENERAL_WORK[: play.scale.general_work]:
        due_on = dates.before_end(days) if days else None
        add_plan_item(plan, area=area, text=text, due_on=due_on, by=clerk, at=at)
    random = play.random("own work")
    for community in random.sample(play.communities, len(play.communities) // 6):
        area, text = random.choice(stories.OWN_WORK)
        add_plan_item(plan, area=area, text=text, community=community, by=clerk, at=at)
    submit_work_plan(plan, by=clerk, at=at)
    play.plan(1, dates.issued_at, issue_plan, plan)


def issue_plan(play: Play, plan: WorkPlan, at: datetime) -> None:
    """The director issues the plan; every community's assignment takes its course."""
    director = play.director(at)
    issuer = play.reference.issuer
    plan = issue_work_plan(plan, issuer=issuer, by=director, at=at)
    items = items_by_assignment(plan)
    for assignment in Assignment.objects.filter(plan=plan):
        assignment.plan = plan
        assignment.community = play.by_pk[assignment.community_id]
        plan_assignment(play, assignment, items[assignment.pk])


def items_by_assignment(plan: WorkPlan) -> dict[int, list[AssignmentItem]]:
    """Return the items of each of the plan's assignments, by its pk. One query."""
    items = defaultdict(list)
    rows = AssignmentItem.objects.filter(assignment__plan=plan)
    for row in rows.select_related("item").order_by("pk"):
        items[row.assignment_id].append(row)
    return items


def plan_assignment(play: Play, assignment: Assignment, items: list[AssignmentItem]) -> None:
    """Plan when the lead unit signs, the items are done and the community reports."""
    community = assignment.community
    random = play.random("assignment", community.code)
    is_punctual = random.random() < play.punctuality(community)
    issued_on = play.dates.issued_at.date()
    wait = days_to_signature(play, is_punctual, random)
    signed_at = office_moment(issued_on + timedelta(days=1 + wait), random)
    play.plan(2, signed_at, acknowledge, assignment)
    last_done_at = signed_at
    for item in items:
        item.assignment = assignment
        done_at = moment_of_completion(play, item, signed_at, random, is_punctual)
        play.plan(2, done_at, complete, item, random)
        last_done_at = max(last_done_at, done_at)
    if is_punctual or random.random() < REPORTS:
        hours = random.randint(2, 40)
        play.plan(2, last_done_at + timedelta(hours=hours), report, assignment)


def days_to_signature(play: Play, is_punctual: bool, random: Random) -> int:
    """Return after how many days the lead unit signs; a few wait until they are reminded."""
    wait = random.randint(0, 3) if is_punctual else random.randint(5, 14)
    if not is_punctual and random.random() < 5 * play.scale.unsettled:
        return play.dates.days_to_the_last_reminder
    return wait


def moment_of_completion(
    play: Play, item: AssignmentItem, signed_at: datetime, random: Random, is_punctual: bool
) -> datetime:
    """Return when one item is done: by its day where the community is punctual."""
    due_on = item.item.due_on or play.dates.due_on
    if is_punctual and random.random() < 0.95:
        first_day = timezone.localdate(signed_at) + timedelta(days=3)
        days_left = (due_on - first_day).days
        days_early = random.randrange(min(max(days_left, 1), 30))
        done_on = due_on - timedelta(days=days_early)
    else:
        done_on = due_on + timedelta(days=random.randint(1, 6))
    done_at = clock(done_on, 16, random.randrange(60))
    return max(done_at, signed_at + timedelta(hours=3))


def acknowledge(play: Play, assignment: Assignment, at: datetime) -> None:
    officer = play.lead_officer(assignment.community, at)
    acknowledge_assignment(assignment, by=officer, at=at)


def complete(play: Play, item: AssignmentItem, random: Random, at: datetime) -> None:
    """The community or its lead unit ticks off one item."""
    community = item.assignment.community
    person = acting(random.choice(play.people_of(community)), at)
    note = random.choice(stories.DONE)
    day = timezone.localdate(at)
    complete_item(item, done_on=day, note=note, by=person, at=at)


def report(play: Play, assignment: Assignment, at: datetime) -> None:
    """The community reports the whole assignment done."""
    worker = play.worker(assignment.community, at)
    complete_assignment(assignment, summary=stories.SUMMARY, by=worker, at=at)


def remind_the_slow(play: Play, at: datetime) -> None:
    """The office reminds those who are behind, once in the quarter."""
    clerk = play.clerk(2, at)
    remind_lead_units(Assignment.objects.in_quarter(play.quarter), by=clerk, at=at)
    overdue = Finding.objects.in_quarter(play.quarter).overdue(at)
    overdue = overdue.select_related("community", "responsible_unit")
    remind_units(overdue, by=clerk, at=at)
    if play.scale.has_joint_works:
        press_the_slow(play, at)
        plan_false_rectification(play, at + timedelta(minutes=30))
