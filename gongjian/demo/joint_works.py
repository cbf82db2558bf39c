"""Stage 4: the quarterly meeting and labour day, visits, the forum (policy 四)."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from communities.models import Community, GroupMember
from communities.services.forum import raise_topic, reply_to_topic
from communities.services.labour_days import call_labour_day, report_labour_day
from communities.services.meetings import call_meeting, record_minutes
from communities.services.visits import record_visit
from gongjian.demo import stories
from gongjian.demo.calendar import clock, office_moment, workday_from
from gongjian.demo.play import Play
from gongjian.demo.staff import acting

HELD = 0.75
"""The least share of groups that hold what they are asked to hold; the better ones all do."""


def plan_joint_works(play: Play) -> None:
    for community in play.communities:
        random = play.random("joint works", community.code)
        likely = HELD + (1 - HELD) * play.characters[community.pk].quality
        if random.random() < likely:
            _plan_meeting(play, community, random)
        if random.random() < likely:
            _plan_labour_day(play, community, random)
        if random.random() < likely:
            _plan_visit(play, community, random)
        if random.random() < 0.6:
            _plan_topic(play, community, random)


def _present(play: Play, community: Community, random: Random) -> list[GroupMember]:
    """Those who come: the lead unit always, the others as the group is."""
    lead, *others = play.seats[community.pk]
    likely = 0.45 + 0.55 * play.characters[community.pk].quality
    return [lead, *(seat for seat in others if random.random() < likely)]


def _plan_meeting(play: Play, community: Community, random: Random) -> None:
    day = workday_from(play.quarter.first_day + timedelta(days=random.randint(18, 68)))
    starts_at = clock(day, random.choice((9, 14)), 30)
    officer = play.staff.lead_officer(community)
    held = {}

    def call(at: datetime) -> None:
        held["meeting"] = call_meeting(
            community=community,
            quarter=play.quarter,
            starts_at=starts_at,
            place=f"{community}居委会会议室",
            agenda=stories.AGENDA,
            by=acting(officer, at),
            at=at,
        )

    def keep_minutes(at: datetime) -> None:
        present = _present(play, community, random)
        problem = random.choice(random.choice(list(stories.PROBLEMS.values())))[0]
        until = timezone.localdate(at) + timedelta(days=15)
        record_minutes(
            held["meeting"],
            chair=community.group.head_name,
            minutes=stories.MINUTES.format(problem=problem, day=f"{until.month}月{until.day}日"),
            attended={seat.unit_id: seat.representative for seat in present},
            by=acting(officer, at),
            at=at,
        )

    play.plan(4, starts_at - timedelta(days=random.randint(4, 8), hours=1), call)
    play.plan(4, starts_at + timedelta(days=1, hours=random.randint(0, 3)), keep_minutes)


def _plan_labour_day(play: Play, community: Community, random: Random) -> None:
    day = play.quarter.first_day + timedelta(days=random.randint(24, 80))
    worker = play.staff.workers[community.pk]
    held = {}

    def call(at: datetime) -> None:
        held["labour_day"] = call_labour_day(
            community=community,
            quarter=play.quarter,
            held_on=day,
            place=random.choice(stories.PROBLEMS["Q2"])[1],
            work=random.choice(stories.LABOUR),
            by=acting(worker, at),
            at=at,
        )

    def report(at: datetime) -> None:
        outcome = stories.LABOUR_OUTCOME.format(
            bags=random.randint(12, 80), posters=random.randint(5, 60)
        )
        heads = {seat.unit_id: random.randint(2, 9) for seat in _present(play, community, random)}
        report_labour_day(
            held["labour_day"], outcome=outcome, headcounts=heads, by=acting(worker, at), at=at
        )

    play.plan(4, clock(day - timedelta(days=6), 15), call)
    play.plan(4, clock(day, 16, 30), report)


def _plan_visit(play: Play, community: Community, random: Random) -> None:
    leader = play.staff.leaders[community.pk]
    raised, settled = random.choice(stories.VISITS)

    def record(at: datetime) -> None:
        record_visit(
            community=community,
            visited_on=timezone.localdate(at),
            leader=leader.name,
            raised=raised,
            settled=settled,
            by=acting(leader, at),
            at=at,
        )

    play.plan(
        4,
        office_moment(play.quarter.first_day + timedelta(days=random.randint(10, 84)), random),
        record,
    )


def _plan_topic(play: Play, community: Community, random: Random) -> None:
    title, text, answer = random.choice(stories.TOPICS)
    officer, held = play.staff.lead_officer(community), {}

    def raise_it(at: datetime) -> None:
        worker = acting(play.staff.workers[community.pk], at)
        said_by = random.choice(stories.RESIDENTS)
        held["topic"] = raise_topic(
            community=community, title=title, text=text, raised_for=said_by, by=worker, at=at
        )

    def answer_it(at: datetime) -> None:
        unit = community.group.lead_unit
        reply_to_topic(
            held["topic"], text=answer, unit=unit, is_answer=True, by=acting(officer, at), at=at
        )

    at = office_moment(play.quarter.first_day + timedelta(days=random.randint(5, 75)), random)
    play.plan(4, at, raise_it)
    if random.random() < 0.85:
        play.plan(4, at + timedelta(days=random.randint(1, 9)), answer_it)
