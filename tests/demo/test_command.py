"""What `manage.py demo` takes and refuses, without a city being built."""

from datetime import UTC, date

import pytest
from django.core.management import CommandError, call_command

from gongjian.audit.models import Entry
from gongjian.audit.services import record
from gongjian.demo.paperwork import PaperworkFailed
from gongjian.demo.quarter import Cycle
from gongjian.management.commands import demo
from gongjian.management.commands.demo import BEGUN, CITY, FINISHED, half_built
from tests.cast import NOW
from tests.demo.city import run_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def replayed(monkeypatch):
    """What the replay was asked for; nothing is played."""
    calls = []

    def replay(**options):
        calls.append(options)
        return Cycle(options["until"])

    monkeypatch.setattr(demo, "replay", replay)
    monkeypatch.setattr(demo, "open_demo_accounts", lambda at: [])
    return calls


def test_a_small_city_without_paper_may_be_asked_for(replayed):
    words = run_demo(communities=3, no_print=True)
    [options] = replayed
    assert (options["communities"], options["prints"]) == (3, False)
    assert options["until"].astimezone(UTC).date() == date(2026, 11, 23)
    assert "2026 年第三季度已走完，2026 年第四季度进行到 2026-11-23。" in words


def test_the_whole_city_is_printed(replayed):
    run_demo()
    assert (replayed[0]["communities"], replayed[0]["prints"]) == (74, True)


@pytest.mark.parametrize("number", ["0", "75", "three"])
def test_a_city_has_from_one_to_all_communities(number):
    with pytest.raises(CommandError):
        call_command("demo", f"--communities={number}")


def test_begin_and_end_stand_in_the_log(replayed):
    run_demo()
    events = Entry.objects.filter(event__in=[BEGUN, FINISHED]).order_by("pk")
    assert list(events.values_list("event", flat=True)) == [BEGUN, FINISHED]
    assert not half_built()


def test_a_demo_that_broke_off_is_half_built(replayed, monkeypatch):
    def fail(**options):
        raise PaperworkFailed("通报：缺少字体")

    monkeypatch.setattr(demo, "replay", fail)
    with pytest.raises(CommandError, match="演示没有建完：通报：缺少字体"):
        run_demo()
    assert half_built()


def test_a_city_that_stands_is_left_alone(replayed):
    record(CITY, FINISHED, by=None, at=NOW)
    assert run_demo() == "演示城市已经建好，不再重复。\n"
    assert replayed == []
