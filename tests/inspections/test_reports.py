"""居民反映: sent without an account, moderated, followed by its code; what is abused is refused in
words.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongjian.office.dashboards.todo import waiting_for
from gongjian.office.privacy.retention import CLASSES
from gongjian.workflow import WrongState
from inspections.forms.reports import new_token
from inspections.models import Finding, Photo, ResidentReport
from inspections.services import reports as services
from inspections.services.findings import add_photo
from tests.inspections.factories import (
    make_checklist,
    make_finding,
    make_frontage,
    make_photo,
    make_report,
    photo_upload,
)
from tests.lib.pictures import HEIC
from tests.markup import as_read
from tests.queries import count_queries

URL = "/p/report/"


def typed(cast, *, age=timedelta(minutes=1), **given):
    opened = new_token(timezone.now() - age)
    return {
        "community": cast.community.pk,
        "place": "虎山路口",
        "words": "垃圾没人清",
        "token": opened,
        **given,
    }


def page(answer):
    return answer.content.decode()


def sent(cast, **given):
    answer = Client().post(URL, typed(cast, **given))
    assert answer.status_code == 302, page(answer)
    return ResidentReport.objects.get(), answer.headers["Location"].removesuffix("?sent=1")


def moderate(report, person, act, **given):
    client = Client()
    client.force_login(person)
    return client.post(
        report.get_absolute_url(),
        {"act": act, **{f"{act}-{name}": one for name, one in given.items()}},
    )


def test_a_report_becomes_a_finding_and_is_answered_to_whoever_holds_the_code(cast):
    make_checklist()
    report, way = sent(cast, contact="13857112345", photos=photo_upload())
    assert "待受理" in page(Client().get(f"{way}?sent=1"))
    given = {
        "item_code": "Q4",
        "description": "收集点满溢",
        "place": "虎山路口",
        "responsible_unit": cast.member_unit.pk,
    }
    assert moderate(report, cast.community_worker, "accept", **given).status_code == 302
    finding = Finding.objects.get()
    photo = Photo.objects.get()
    assert (finding.source, finding.status, photo.finding, photo.by) == (
        "resident",
        "assigned",
        finding,
        None,
    )
    after = add_photo(
        finding, stage="after", file=photo_upload("green"), by=cast.member_liaison, at=cast.now
    )
    assert (
        moderate(
            report, cast.office_staff, "answer", answer="当天已清运", shown_photo=after.pk
        ).status_code
        == 302
    )
    followed = Client().get(way)
    assert all(word in page(followed) for word in ("已答复", "当天已清运", f"{way}photo/"))
    assert Client().get(f"{way}photo/").headers["Content-Type"] == "image/jpeg"
    hidden = ("垃圾没人清", "13857112345", "收集点满溢", "富春商场", "胡社工")
    assert [word for word in hidden if word in page(followed)] == []


def test_nothing_that_a_resident_sent_is_public(cast):
    _, way = sent(cast, photos=photo_upload())
    photo = Photo.objects.get()
    assert Client().get(photo.get_absolute_url()).status_code == 302
    assert Client().get(f"{way}photo/").status_code == 404
    assert (
        Client().get(reverse("inspections:public_follow", args=["aaaa-aaaa-aaaa-aaaa"])).status_code
        == 404
    )
    seen = {
        name
        for name, user in cast.people.items()
        if Photo.objects.visible_to(user.on(cast.today)).exists()
    }
    assert seen == {"office_staff", "office_director", "auditor", "community_worker"}


def test_a_resident_gives_his_place_by_consent_alone(cast):
    heic = SimpleUploadedFile("a.heic", HEIC)
    report, _ = sent(cast, photos=heic)
    assert (report.latitude, Photo.objects.get().latitude) == (None, None)
    ResidentReport.objects.all().update(form_token="x", follow_hash="x")
    heic.seek(0)
    Client().post(URL, typed(cast, photos=heic, uses_place="on"))
    assert float(ResidentReport.objects.latest("pk").latitude) == 30.0498


def test_the_contact_lies_sealed_is_shown_on_asking_and_ends_in_time(cast):
    report, _ = sent(cast, contact="13857112345")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM inspections_residentreport")
        assert cursor.fetchone()[0].startswith("v1:")
    client = Client()
    client.force_login(cast.community_worker)
    assert "13857112345" not in page(client.get(report.get_absolute_url()))
    assert "13857112345" in page(moderate(report, cast.community_worker, "reveal"))
    services.refuse_report(report, reason="不属于共建范围", by=cast.office_staff, at=cast.now)
    contacts = next(one for one in CLASSES if one.name == "contacts")
    due = [contacts.count(cast.now + timedelta(days=days)) for days in (179, 181)]
    contacts.end(cast.now + timedelta(days=181))
    report.refresh_from_db()
    assert (due, report.contact) == ([0, 1], "")


def test_the_same_form_sent_twice_is_one_report_with_one_code(cast):
    form = typed(cast)
    first, second = Client().post(URL, form), Client().post(URL, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert ResidentReport.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"words": ""}, "请填写这一项"),
        ({"words": "垃" * 600}, "最多 500 字，现有 600 字"),
        ({"words": "垃" * 900_000}, "写了 900000 字"),
        ({"words": "垃圾\u202e没人清\x00"}, "看不见的控制字符，已经替您去掉"),
        ({"photos": SimpleUploadedFile("a.jpg", b"<svg>" * 99)}, "a.jpg：文件不是照片"),
        ({"website": "https://spam.example"}, "自动程序"),
        ({"age": timedelta(seconds=1)}, "发送得太快了"),
        ({"age": timedelta(days=2)}, "打开超过一天"),
        ({"token": "forged"}, "没有打开完整"),
        ({"community": "999999"}, "选择一个有效的选项"),
    ],
    ids=[
        "empty",
        "long",
        "huge",
        "controls",
        "no photo",
        "honeypot",
        "at once",
        "yesterday",
        "forged",
        "nowhere",
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast, given, sentence):
    answer = Client().post(URL, typed(cast, **given))
    said = page(answer)
    assert (answer.status_code, ResidentReport.objects.count()) == (400, 0)
    assert sentence in said
    assert "虎山路口" in said
    assert len(said) < 30_000
    assert "\u202e" not in said


def test_more_than_a_request_may_hold_is_refused_in_words(cast):
    answer = Client().post(URL, typed(cast, words="x" * (11 << 20)))
    assert (answer.status_code, "请回到上一页" in page(answer)) == (400, True)


def test_an_address_that_sends_too_much_waits_and_keeps_its_words(cast, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"report_address": {"per_minute": 1, "burst": 1}}
    Client().post(URL, typed(cast))
    answer = Client().post(URL, typed(cast, words="还有一处"))
    assert (answer.status_code, ResidentReport.objects.count()) == (429, 1)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "还有一处" in page(answer)
    assert "请过 1 分钟再按" in as_read(page(answer))


@pytest.mark.parametrize("limit", ["report_frontage", "report_total"])
def test_a_door_and_the_whole_site_have_their_limits(cast, settings, limit):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {limit: {"per_minute": 1, "burst": 1}}
    url = f"{URL}?at={make_frontage(cast).public_code}"
    codes = [Client().post(url, typed(cast, kind="problem")).status_code for _ in range(2)]
    assert codes == [302, 429]


def test_an_objection_at_the_door_is_the_offices_alone(cast):
    frontage = make_frontage(cast)
    url = f"{URL}?at={frontage.public_code}&kind=objection"
    assert 'value="objection" checked' in page(Client().get(url)).replace(
        '" required id', '" id'
    ).replace(' id="id_kind_1"', "")
    assert Client().post(url, typed(cast, kind="objection", place="")).status_code == 302
    report = ResidentReport.objects.get()
    assert (report.frontage, report.place) == (frontage, frontage.address)
    assert moderate(report, cast.community_worker, "answer", answer="已更正").status_code == 403
    with pytest.raises(PermissionDenied):
        services.accept_report(
            report, item_code="L2", description="x", place="x", by=cast.office_staff, at=cast.now
        )
    assert moderate(report, cast.office_staff, "answer", answer="复查后更正").status_code == 302
    assert moderate(report, cast.office_staff, "answer", answer="再答").status_code == 409


def test_two_moderators_settle_it_once(cast):
    report = make_report(cast)
    services.answer_report(report, answer="已清运", by=cast.office_staff, at=cast.now)
    with pytest.raises(WrongState):
        services.refuse_report(
            ResidentReport.objects.get(), reason="不属于共建范围", by=cast.office_staff, at=cast.now
        )


def test_a_photo_from_elsewhere_cannot_be_shown(cast):
    elsewhere = make_photo(cast, stage="after")
    report = make_report(cast, status="accepted", finding=make_finding(cast))
    make_photo(cast, "blue", finding=report.finding, stage="after")
    assert (
        moderate(
            report, cast.office_staff, "answer", answer="已清运", shown_photo=elsewhere.pk
        ).status_code
        == 400
    )


def test_faces_on_a_residents_photo_are_blacked_out_by_whoever_moderates(cast):
    sent(cast, photos=photo_upload())
    url = reverse("inspections:photo_black_out", args=[Photo.objects.get().uuid])
    face = {"left-1": "10", "top-1": "10", "width-1": "30", "height-1": "30", "act": "save"}
    codes = {}
    for name in ("lead_officer", "community_worker"):
        client = Client()
        client.force_login(cast.people[name])
        codes[name] = client.post(url, face).status_code
    assert codes == {"lead_officer": 404, "community_worker": 302}
    assert Photo.objects.get().blacked_out_at


def test_open_reports_wait_on_the_workbench_of_whoever_moderates(cast):
    make_report(cast)
    make_report(cast, kind="objection")
    make_report(cast, status="answered")
    told = {
        name: next(
            (
                one.title
                for one in waiting_for(cast.people[name], at=cast.now)
                if "居民反映" in one.title
            ),
            None,
        )
        for name in ("office_staff", "community_worker", "lead_officer", "other_community_worker")
    }
    assert told == {
        "office_staff": "办理居民反映：2 件",
        "community_worker": "办理居民反映：1 件",
        "lead_officer": None,
        "other_community_worker": None,
    }


def test_lists_and_pages_cost_the_same_for_many(cast, sign_in):
    client, url = sign_in(cast.office_staff), reverse("inspections:reports")
    report = make_report(cast, frontage=make_frontage(cast))
    pages = (url, report.get_absolute_url(), reverse("inspections:honours"))
    [client.get(one) for one in pages]
    few = [count_queries(lambda one=one: client.get(one)) for one in pages]
    [make_report(cast) for _ in range(12)]
    assert [count_queries(lambda one=one: client.get(one)) for one in pages] == few
