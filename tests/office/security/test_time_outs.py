"""Half an hour without a step, twelve hours whatever is done; what the browser may keep."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from gongjian.accounts.scopes import READING
from gongjian.accounts.tokens import create_token
from tests.cast import NOW

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock(cast):
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer(client, cast, clock):
    """A client on which 朱经办 took his first step at NOW."""
    client.force_login(cast.lead_officer)
    assert client.get(reverse("workbench")).status_code == 200
    return client


def is_in(client, name="notifications:inbox"):
    return client.get(reverse(name)).status_code == 200


def test_a_session_lives_up_to_half_an_hour_without_a_step(officer, clock):
    clock.move_to(NOW + IDLE - SECOND)
    assert is_in(officer)


def test_a_session_ends_after_half_an_hour_without_a_step(officer, clock):
    clock.move_to(NOW + IDLE)
    answer = officer.get(reverse("notifications:inbox"), follow=True)
    assert answer.redirect_chain[0][0].startswith(reverse("accounts:sign_in"))
    assert "登录已过期" in answer.content.decode()


def test_an_ended_session_leaves_no_row_behind(officer, clock):
    key = officer.session.session_key
    clock.move_to(NOW + IDLE)
    officer.get(reverse("notifications:inbox"))
    assert not Session.objects.filter(session_key=key).exists()


def test_steps_keep_it_alive_but_not_past_twelve_hours(officer, clock):
    at = NOW
    while at + timedelta(minutes=20) < NOW + ABSOLUTE:
        at += timedelta(minutes=20)
        clock.move_to(at)
        assert is_in(officer)
    clock.move_to(NOW + ABSOLUTE - SECOND)
    assert is_in(officer)
    clock.move_to(NOW + ABSOLUTE)
    assert not is_in(officer)


def test_a_new_sign_in_begins_twelve_new_hours(officer, clock, cast):
    clock.move_to(NOW + IDLE)
    assert not is_in(officer)
    officer.force_login(cast.lead_officer)
    assert is_in(officer)
    clock.move_to(NOW + IDLE + IDLE - SECOND)
    assert is_in(officer)


def test_the_last_step_is_written_once_a_minute_at_most(officer, clock):
    before = Session.objects.get(session_key=officer.cookies["sessionid"].value).session_data
    clock.move_to(NOW + timedelta(seconds=59))
    is_in(officer)
    assert (
        Session.objects.get(session_key=officer.cookies["sessionid"].value).session_data == before
    )
    clock.move_to(NOW + timedelta(seconds=60))
    is_in(officer)
    assert (
        Session.objects.get(session_key=officer.cookies["sessionid"].value).session_data != before
    )


def test_asking_for_the_time_left_keeps_nobody_signed_in(officer, clock):
    url = reverse("security:time_left")
    clock.move_to(NOW + timedelta(minutes=25))
    assert officer.get(url).json() == {"seconds": 300}
    clock.move_to(NOW + IDLE)
    assert officer.get(url).status_code == 302


def test_going_on_keeps_it_alive(officer, clock):
    url = reverse("security:time_left")
    clock.move_to(NOW + timedelta(minutes=25))
    assert officer.post(url).json() == {"seconds": 1800}
    clock.move_to(NOW + IDLE + SECOND)
    assert is_in(officer)


def test_a_token_is_not_touched(cast, clock):
    _, text = create_token(user=cast.api_client, name="x", scopes=READING, at=NOW)
    client = Client(headers={"authorization": f"Token {text}"})
    url = reverse("api:community-list")
    first = client.get(url)
    clock.move_to(NOW + timedelta(hours=13))
    second = client.get(url)
    assert (first.status_code, second.status_code) == (200, 200)
    assert not second.cookies


def test_pages_of_the_signed_in_are_stored_nowhere(officer):
    assert officer.get(reverse("workbench")).headers["Cache-Control"] == "no-store"


def test_signing_out_empties_what_the_browser_kept_and_leaves_the_citys_other_systems_alone(
    officer,
):
    answer = officer.post(reverse("accounts:sign_out"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(officer)
