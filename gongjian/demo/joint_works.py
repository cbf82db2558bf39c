"""Stage 4: the quarterly meeting and labour day, visits, the forum (policy 四)."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from communities.models import Community, GroupMember, LabourDay, Meeting, Topic
from communities.services.forum import raise_topic, reply_to_topic
from communities.services.labour_days import call_labour_day, report_labour_day
from communities.services.meetings import call_meeting, record_minutes
from communities.services.visits import record_visit
from gongjian.demo import stories
from gongjian.demo.calendar import clock, office_moment, workday_from
from gongjian.demo.play import Play
from gongjian.demo.staff import acting

# The least share of groups that hold what they are asked to hold; the better ones all do.
LEAST_SHARE = 0.75


def plan_joint_works(play: Play) -> None:
    """Plan what each group holds in the quarter; the better it is, the more of it."""
    for community in play.communities:
        random = play.random("joint works", community.code)
        likelihood = LEAST_SHARE + (1 - LEAST_SHARE) * play.quality(community)
        for plan in (plan_meeting, plan_labour_day, plan_visit):
            if random.random() < likelihood:
                plan(play, community, random)
        if random.random() < 0.6:
            plan_topic(play, community, random)


def seats_present(play: Play, community: Community, random: Random) -> list[GroupMember]:
    """Return the seats of those who come: the lead unit always, others as the group is."""
    lead, *others = play.seats[community.pk]
    likelihood = 0.45 + 0.55 * play.quality(community)
    seats = [lead]
    for seat in others:
        if random.random() < likelihood:
            seats.append(seat)
    return seats


def plan_meeting(play: Play, community: Community, random: Random) -> None:
    day = workday_from(play.day(random.randint(18, 68)))
    starts_at = clock(day, random.choice((9, 14)), 30)
    called_at = starts_at - timedelta(days=random.randint(4, 8), hours=1)
    play.plan(4, called_at, invite, community, starts_at, random)


def invite(
    play: Play, community: Community, starts_at: datetime, random: Random, at: datetime
) -> None:
    """The lead unit's officer calls the group's meeting."""
    place = f"{community}居委会会议室"
    officer = play.lead_officer(community, at)
    fields = {"quarter": play.quarter, "starts_at": starts_at, "agenda": stories.AGENDA}
    meeting = call_meeting(community=community, place=place, **fields, by=officer, at=at)
    written_at = starts_at + timedelta(days=1, hours=random.randint(0, 3))
    play.plan(4, written_at, write_minutes, meeting, random)


def write_minutes(play: Play, meeting: Meeting, random: Random, at: datetime) -> None:
    """The officer writes down who came and what was resolved, within 15 days."""
    community = meeting.community
    seats = seats_present(play, community, random)
    problems = random.choice(list(stories.PROBLEMS.values()))
    problem, _ = random.choice(problems)
    due_on = timezone.localdate(at) + timedelta(days=15)
    day = f"{due_on.month}月{due_on.day}日"
    minutes = stories.MINUTES.format(problem=problem, day=day)
    attended = {seat.unit_id: seat.representative for seat in seats}
    fields = {"chair": community.group.head_name, "minutes": minutes, "attended": attended}
    officer = play.lead_officer(community, at)
    record_minutes(meeting, **fields, by=officer, at=at)


def plan_labour_day(play: Play, community: Community, random: Random) -> None:
    day = play.day(random.randint(24, 80))
    called_at = clock(day - timedelta(days=6), 15)
    play.plan(4, called_at, announce_labour, community, day, random)


def announce_labour(play: Play, community: Community, day, random: Random, at: datetime) -> None:
    _, place = random.choice(stories.PROBLEMS["Q2"])
    work = random.choice(stories.LABOUR)
    fields = {"quarter": play.quarter, "held_on": day, "place": place, "work": work}
    worker = play.worker(community, at)
    labour_day = call_labour_day(community=community, **fields, by=worker, at=at)
    play.plan(4, clock(day, 16, 30), report_labour, labour_day, random)


def report_labour(play: Play, labour_day: LabourDay, random: Random, at: datetime) -> None:
    """The community reports what was done and how many came from each unit."""
    bags = random.randint(12, 80)
    posters = random.randint(5, 60)
    outcome = stories.LABOUR_OUTCOME.format(bags=bags, posters=posters)
    community = labour_day.community
    seats = seats_present(play, community, random)
    headcounts = {seat.unit_id: random.randint(2, 9) for seat in seats}
    worker = play.worker(community, at)
    report_labour_day(labour_day, outcome=outcome, headcounts=headcounts, by=worker, at=at)


def plan_visit(play: Play, community: Community, random: Random) -> None:
    problem, settlement = random.choice(stories.VISITS)
    visited_at = office_moment(play.day(random.randint(10, 84)), random)
    play.plan(4, visited_at, visit, community, problem, settlement)


def visit(play: Play, community: Community, problem: str, settlement: str, at: datetime) -> None:
    """The liaison leader visits the community and hears a problem."""
    leader = acting(play.staff.leaders[community.pk], at)
    day = timezone.localdate(at)
    words = {"leader": leader.name, "raised": problem, "settled": settlement}
    record_visit(community=community, visited_on=day, **words, by=leader, at=at)


def plan_topic(play: Play, community: Community, random: Random) -> None:
    title, text, answer = random.choice(stories.TOPICS)
    resident = random.choice(stories.RESIDENTS)
    words = {"title": title, "text": text, "raised_for": resident}
    raised_at = office_moment(play.day(random.randint(5, 75)), random)
    days_to_answer = random.randint(1, 9) if random.random() < 0.85 else None
    play.plan(4, raised_at, raise_in_forum, community, words, answer, days_to_answer)


def raise_in_forum(
    play: Play,
    community: Community,
    words: dict,
    answer: str,
    days_to_answer: int | None,
    at: datetime,
) -> None:
    """The community's worker raises a resident's topic; it may go without an answer."""
    worker = play.worker(community, at)
    topic = raise_topic(community=community, **words, by=worker, at=at)
    if days_to_answer:
        play.plan(4, at + timedelta(days=days_to_answer), answer_topic, topic, answer)


def answer_topic(play: Play, topic: Topic, answer: str, at: datetime) -> None:
    community = topic.community
    unit = community.group.lead_unit
    officer = play.lead_officer(community, at)
    reply_to_topic(topic, text=answer, unit=unit, is_answer=True, by=officer, at=at)
