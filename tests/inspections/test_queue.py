"""What a phone sends: taken in once, refused in words, never lost by the server's doing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from inspections.models import Finding, Photo, SelfCheck, Submission
from inspections.services.queue import Sent, clock_sentence, receive_self_check
from inspections.services.self_checks import save_self_check
from tests.at_once import at_once
from tests.cast import NOW
from tests.inspections.factories import make_self_check, passed_marks, photo_bytes
from tests.inspections.queueing import FAILED, PLACE, put, report


@pytest.fixture
def check(cast):
    return make_self_check(cast, marks={})


@pytest.fixture
def phone(cast, sign_in):
    return sign_in(cast.community_worker)


def test_twice_sent_is_once_kept(phone, check):
    photo, uuid = uuid4(), uuid4()
    photos = [
        put(phone, "photo", photo, photo_bytes(), f"{PLACE}&item=Q2").status_code for _ in range(2)
    ]
    answers = [put(phone, "self_check", uuid, report(**FAILED)) for _ in range(2)]
    assert photos == [one.status_code for one in answers] == [201, 200]
    assert answers[0].json()["url"] == answers[1].json()["url"] == check.get_absolute_url()
    assert Finding.objects.get().photos.get().uuid == photo
    assert (Submission.objects.count(), SelfCheck.objects.get().status) == (1, "submitted")


def test_the_month_is_begun_by_what_the_phone_sends(cast, phone, check):
    check.delete()
    assert put(phone, "photo", uuid4(), photo_bytes(), f"{PLACE}&item=Q2").status_code == 201
    assert SelfCheck.objects.get().started_by == cast.community_worker


def test_refused_items_are_named_and_nothing_is_written(phone, check):
    answer = put(
        phone,
        "self_check",
        uuid4(),
        report(**{"Q2-result": "fail", "L5-result": "", "Q3-result": "x"}),
    )
    assert answer.status_code == 422
    assert {one["item"] for one in answer.json()["items"]} == {"Q3"}
    answer = put(phone, "self_check", uuid4(), report(**{"Q2-result": "fail", "L5-result": ""}))
    assert {one["item"] for one in answer.json()["items"]} == {"Q2", "L5"}
    check.refresh_from_db()
    assert (check.marks, Submission.objects.count()) == ({}, 0)


def test_what_somebody_saved_meanwhile_is_not_overwritten(cast, phone, check):
    save_self_check(check, marks=passed_marks(W1=(1, "垃圾")), by=cast.lead_officer, at=NOW)
    answer = put(phone, "self_check", uuid4(), report())
    assert (answer.status_code, answer.json()["code"]) == (409, "changed")
    assert "打开核对" in answer.json()["message"]
    check.refresh_from_db()
    assert check.marks["W1"]["result"] == "fail"


def test_what_the_same_phone_sent_before_is_built_upon(phone, check):
    first, second = uuid4(), uuid4()
    assert put(phone, "self_check", first, report(act="draft")).status_code == 201
    assert put(phone, "self_check", uuid4(), report(act="draft")).status_code == 409
    assert put(phone, "self_check", second, report(after=[first], **FAILED)).status_code == 201
    assert put(phone, "self_check", second, report(**FAILED)).status_code == 409


def test_a_month_handed_in_by_another_says_so(cast, phone):
    make_self_check(cast, status="submitted")
    for kind, body in (("self_check", report()), ("photo", photo_bytes())):
        answer = put(phone, kind, uuid4(), body, f"{PLACE}&item=Q2")
        assert (
            answer.status_code,
            "已由朱经办于 11月16日 10:00 报送" in answer.json()["message"],
        ) == (409, True)


@pytest.mark.parametrize(
    ("kind", "body", "place", "code"),
    [
        ("photo", b"no photo", f"{PLACE}&item=Q2", 422),
        ("photo", photo_bytes(), f"{PLACE}&item=Z9", 422),
        ("photo", b"x" * (10 * 1024 * 1024 + 1), f"{PLACE}&item=Q2", 413),
        ("self_check", report(), "?community=330111001101&month=2027-11", 422),
        ("self_check", report(), "?community=330111001101&month=x", 422),
        ("self_check", report(), "?community=1&month=2026-11", 404),
    ],
)
def test_bad_input_gets_a_sentence(phone, check, kind, body, place, code):
    answer = put(phone, kind, uuid4(), body, place)
    assert (answer.status_code, answer.json()["message"] != "") == (code, True)


def test_whoever_must_sign_in_first_gets_json(cast, check, phone, settings):
    assert put(Client(), "self_check", uuid4(), report()).json()["code"] == "sign_in"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.community_worker)
    assert put(strict, "self_check", uuid4(), report()).status_code == 401
    other = put(phone, "self_check", uuid4(), report(), **{"X-Account": str(cast.lead_officer.pk)})
    assert (other.status_code, "另一个账号" in other.json()["message"]) == (401, True)
    settings.SECOND_FACTOR_ROLES = ["community_worker"]
    assert put(phone, "self_check", uuid4(), report()).status_code == 401
    assert not Submission.objects.exists()


def test_a_clock_a_year_ahead_is_told_and_settles_nothing(phone, check):
    ahead = NOW + timedelta(days=365)
    body = report(said_at=ahead.isoformat())
    answer = put(phone, "self_check", uuid4(), body, **{"X-Phone-Clock": ahead.isoformat()})
    assert (answer.status_code, "快了 365 天" in answer.json()["warning"]) == (201, True)
    check.refresh_from_db()
    assert (check.submitted_at, check.is_late) == (NOW, False)
    assert clock_sentence(NOW + timedelta(hours=23), NOW) == clock_sentence(None, NOW) == ""


def test_the_place_noted_goes_to_the_problem_else_the_cameras(cast, phone, check):
    for item in ("Q2", "W1"):
        put(phone, "photo", uuid4(), photo_bytes(), f"{PLACE}&item={item}")
    Photo.objects.update(latitude="30.111111", longitude="119.222222")
    more = {
        "W1-result": "fail",
        "W1-instances": "1",
        "W1-note": "路面破损",
        "Q2-position": "30.049123,119.952345,gcj02",
    }
    assert put(phone, "self_check", uuid4(), report(**FAILED, **more)).status_code == 201
    places = {one.item_code: (str(one.latitude), one.datum) for one in Finding.objects.all()}
    assert places == {"Q2": ("30.049123", "gcj02"), "W1": ("30.111111", "wgs84")}


@pytest.mark.usefixtures("many_connections")
@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_is_kept_once(cast):
    check = make_self_check(cast, marks={})
    given = {"marks": passed_marks(Q2=(1, "楼前有垃圾")), "by": cast.community_worker, "at": NOW}
    sent, found = Sent(uuid4(), "0" * 64, submits=True, base=check.updated_at), []
    at_once(lambda _: found.append(receive_self_check(check, sent, **given)[1]), range(4))
    assert sorted(found) == [False, False, False, True]
    assert Finding.objects.count() == Submission.objects.count() == 1
