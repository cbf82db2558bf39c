"""An assessor's sheet from a phone: taken in once, refused in words, blind as ever."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.workflow import WrongState
from inspections.services.queue import Sent
from scoring.models import Sheet, SheetSubmission
from scoring.services.sheets.filling import lock_sheet, save_sheet
from scoring.services.sheets.queue import receive_sheet
from tests.at_once import at_once
from tests.cast import NOW, make_cast
from tests.scoring.factories import clean_marks, make_assessors, make_round, make_score, make_sheet


@pytest.fixture
def sheet(cast):
    return make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor)


@pytest.fixture
def phone(cast, sign_in):
    return sign_in(cast.assessor)


def body(base="", after=(), act="lock", **typed) -> str:
    fields = {f"{code}-result": "nothing" for code in clean_marks()} | {
        "Q1-result": "deduct",
        "Q1-deducted": "2",
    }
    said = {
        "visited_on": "2026-11-16",
        "act": act,
        "base": base,
        "said_at": NOW.isoformat(),
        "after": list(after),
    }
    return urlencode({**fields, **said, **typed}, doseq=True)


def put(client, sheet, sent, uuid=None, **headers):
    address = reverse("scoring:queue_sheet", args=[uuid or uuid4()])
    url = f"{address}?sheet={getattr(sheet, 'pk', sheet)}"
    return client.put(url, sent, content_type="application/x-www-form-urlencoded", headers=headers)


def test_twice_sent_is_once_locked(phone, sheet):
    uuid = uuid4()
    answers = [put(phone, sheet, body(), uuid) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[1].json()["url"] == reverse("scoring:sheets")
    sheet.refresh_from_db()
    assert (sheet.status, sheet.total_points, SheetSubmission.objects.count()) == (
        "locked",
        Decimal("98.00"),
        1,
    )
    again = put(phone, sheet, body())
    assert (again.status_code, again.json()["code"]) == (409, "closed")
    assert "已于 11月16日 10:00 锁定（98.00 分）" in again.json()["message"]


def test_drafts_build_on_each_other_and_overwrite_no_other_device(cast, phone, sheet):
    first = uuid4()
    assert put(phone, sheet, body(act="draft"), first).status_code == 201
    other_device = put(phone, sheet, body(act="draft"))
    assert (other_device.status_code, other_device.json()["code"]) == (409, "changed")
    assert put(phone, sheet, body(after=[first])).status_code == 201


def test_what_cannot_be_locked_is_named_and_nothing_is_written(phone, sheet):
    wrong = {"Q1-deducted": "99", "visited_on": (NOW + timedelta(days=2)).date().isoformat()}
    clock = {"X-Phone-Clock": (NOW + timedelta(days=2)).isoformat()}
    items = {
        one["item"]: one["message"] for one in put(phone, sheet, body(**wrong)).json()["items"]
    }
    assert "本项最多扣" in items["Q1"]
    late = put(phone, sheet, body(visited_on=wrong["visited_on"]), **clock)
    assert (late.status_code, late.json()["items"][0]["message"]) == (422, "考评日期不能晚于今天")
    assert "快了 2 天" in late.json()["message"]
    unusual = put(phone, sheet, body(**{"Q1-result": "nothing"}))
    assert (unusual.status_code, unusual.json()["items"][0]["item"]) == (422, "id_reason")
    sheet.refresh_from_db()
    assert (sheet.marks, SheetSubmission.objects.count()) == ({}, 0)
    assert put(phone, sheet, body(reason="逐项看过", **{"Q1-result": "nothing"})).status_code == 201
    assert Sheet.objects.get().reason == "逐项看过"


def test_gathered_withdrawn_or_handed_to_another_is_told(cast, phone, sheet):
    cast.community.is_active = False
    cast.community.save(update_fields=["is_active"])
    assert "已从名册撤销" in put(phone, sheet, body()).json()["message"]
    assert "不能再填" in phone.get(sheet.get_absolute_url()).content.decode()
    posted = phone.post(sheet.get_absolute_url(), {"act": "draft"})
    assert posted.status_code == 409
    cast.community.is_active = True
    cast.community.save(update_fields=["is_active"])
    sheet.round.status = "gathered"
    sheet.round.save(update_fields=["status"])
    assert "本季度考评已汇总" in put(phone, sheet, body()).json()["message"]
    Sheet.objects.update(assessor=make_assessors(1)[0])
    for pk in (sheet, "9" * 30, "x", ""):
        answer = put(phone, pk, body())
        assert (answer.status_code, "改派" in answer.json()["message"]) == (404, True)
    assert not SheetSubmission.objects.exists()


def test_what_was_typed_stays_when_the_round_closes_under_the_plain_form(cast, phone, sheet):
    opened = phone.get(sheet.get_absolute_url()).context["editing"].opened
    sheet.round.status = "gathered"
    sheet.round.save(update_fields=["status"])
    typed = dict(parse_qsl(body(**{"Q1-note": "阴沟堵塞"}))) | {"opened": opened}
    answer = phone.post(sheet.get_absolute_url(), typed)
    assert answer.status_code == 409
    assert "阴沟堵塞" in answer.content.decode()
    assert "打分表不能再改" in answer.content.decode()


def test_the_page_carries_what_the_phone_needs(phone, cast, sheet):
    other = make_sheet(sheet.round, cast.other_community, cast.assessor)
    save_sheet(sheet, marks=clean_marks(Q1="2"), visited_on=cast.today, by=cast.assessor, at=NOW)
    page = phone.get(sheet.get_absolute_url()).content.decode()
    assert f'data-about="sheet={sheet.pk}"' in page
    assert (
        f'data-base="{NOW.isoformat()}"' in page or 'data-base="2026-11-16T02:00:00+00:00"' in page
    )
    assert f'data-also="/sheets/ {other.get_absolute_url()}"' in page
    assert phone.get(reverse("inspections:queue_worker")).headers["Service-Worker-Allowed"] == "/"


def test_the_last_published_quarter_is_what_a_total_is_compared_with(cast, sheet):
    make_score(
        make_round(cast, quarter="2026Q3", status="published"), cast.community, points="70.00"
    )
    given = {"marks": clean_marks(Q1="2"), "visited_on": cast.today, "by": cast.assessor, "at": NOW}
    with pytest.raises(ValidationError, match=r"与上次公布的 70.00 相差超过 20 分"):
        lock_sheet(sheet, **given)
    lock_sheet(sheet, **given, reason="整治后面貌改观")
    assert Sheet.objects.get(pk=sheet.pk).reason == "整治后面貌改观"


@pytest.mark.usefixtures("many_connections")
@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_locking_at_once_one_wins_and_the_other_is_told():
    cast = make_cast()
    sheet = make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor)
    told, marks = [], [clean_marks(Q1="1"), clean_marks(Q1="2")]

    def lock(place):
        by = User.objects.get(pk=cast.assessor.pk).on(cast.today)
        given = {
            "marks": marks[place % 2],
            "visited_on": cast.today,
            "reason": "",
            "by": by,
            "at": NOW,
        }
        try:
            receive_sheet(sheet, Sent(uuid4(), "0" * 64, submits=True), **given)
            told.append("")
        except WrongState as refused:
            told.append(str(refused))

    at_once(lock, range(4))
    assert sorted(map(bool, told)) == [False, True, True, True]
    assert all("锁定" in words for words in told if words)
    sheet.refresh_from_db()
    assert (sheet.status, sheet.submissions.count()) == ("locked", 1)
