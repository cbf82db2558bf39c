"""Dated acts: played in order, up to a moment, with a line on each stage."""

from datetime import timedelta

import pytest
from django.db import transaction

from gongjian.demo.agenda import CHUNK, Agenda, TimedStage
from tests.cast import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class NoPaperwork:
    """Counts how often jobs were handed out."""

    def __init__(self):
        self.handed_out = 0
        self.is_finished = False

    def hand_out(self):
        self.handed_out += 1

    def let_workers_write(self):
        pass

    def finish(self):
        self.is_finished = True


@pytest.fixture
def lines():
    return []


@pytest.fixture
def agenda(lines):
    return Agenda(NOW, NoPaperwork(), lines.append)


def test_plays_acts_in_the_order_of_time(agenda):
    played = []
    stage = TimedStage("准备")
    agenda.plan(NOW - HOUR, stage, lambda at: played.append("second"))
    agenda.plan(NOW - 2 * HOUR, stage, lambda at: played.append("first"))
    agenda.play()
    assert played == ["first", "second"]
    assert agenda.paperwork.is_finished


def test_of_two_at_one_moment_the_first_planned_is_played_first(agenda):
    played = []
    stage = TimedStage("准备")
    agenda.plan(NOW, stage, lambda at: played.append("first"))
    agenda.plan(NOW, stage, lambda at: played.append("second"))
    agenda.play()
    assert played == ["first", "second"]


def test_an_act_after_the_end_is_never_played(agenda, lines):
    stage = TimedStage("准备")
    agenda.plan(NOW + HOUR, stage, lambda at: pytest.fail("played"))
    agenda.play()
    assert (stage.planned, lines) == (0, [])


def test_an_act_may_plan_the_next_one(agenda):
    played = []
    stage = TimedStage("准备")

    def begin(at):
        agenda.plan(at + HOUR, stage, played.append)

    agenda.plan(NOW - 2 * HOUR, stage, begin)
    agenda.play()
    assert played == [NOW - HOUR]


def test_a_stage_says_its_line_after_its_last_act(agenda, lines):
    stage = TimedStage("准备")
    for hours in range(3):
        agenda.plan(NOW - hours * HOUR, stage, lambda at: lines.append("act"))
    agenda.play()
    assert lines[:3] == ["act"] * 3
    assert lines[3].startswith("准备：3 件，")


def test_acts_are_played_in_short_transactions(agenda):
    stage = TimedStage("准备")
    for _ in range(CHUNK + 1):
        agenda.plan(NOW, stage, lambda at: None)
    agenda.play()
    assert agenda.paperwork.handed_out == 2


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_alone_has_no_transaction_around_it(agenda):
    inside = []
    stage = TimedStage("准备")

    def look(at):
        inside.append(transaction.get_connection().in_atomic_block)

    agenda.plan(NOW - HOUR, stage, look)
    agenda.plan(NOW, stage, look, alone=True)
    agenda.play()
    assert inside == [True, False]
