"""A phone loses its signal, its page, its session: nothing is lost, nothing arrives twice."""

import contextlib
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error

from inspections.models import Finding, Photo, SelfCheck, Submission
from scoring.models import Sheet, SheetSubmission
from tests.cast import NOW, make_user
from tests.inspections.factories import CODES, make_self_check, photo_bytes
from tests.scoring.factories import clean_marks, make_round, make_sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COLOURS = ("red", "green", "blue")
QUEUE = re.compile(r"/queue/(photos|self-checks)/")
REPORT = re.compile(r"/queue/self-checks/")
SHEETS = re.compile(r"/queue/sheets/")


def photo(colour):
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(colour)}


@pytest.fixture
def check(city):
    return make_self_check(city, marks={})


@pytest.fixture
def phone(open_as, city):
    return open_as(city.community_worker, "phone")


def until(page, expression):
    """Wait in steps: the content policy lets no text be run in the page that would wait there."""
    for _ in range(1000):
        with contextlib.suppress(Error):  # it may be on its way to the next page
            if page.evaluate(expression):
                return
        page.wait_for_timeout(30)
    raise AssertionError(expression)


def open_fill(page, check):
    page.goto(reverse("inspections:self_check_fill", args=[check.pk]))
    page.wait_for_selector("[data-ready]")


def fill(page, colours=COLOURS):
    """Every item passes but Q2, which has its words and photos."""
    page.evaluate(
        """codes => codes.forEach((code) => document.querySelector(
        `[name=${code}-result][value=${code === "Q2" ? "fail" : "pass"}]`).click())""",
        CODES,
    )
    page.fill("[name=Q2-note]", "楼道口堆放旧家具")
    page.set_input_files("[name=Q2-photos]", [photo(colour) for colour in colours])
    until(page, f"document.querySelectorAll('#Q2 .shots img').length === {len(colours)}")


def submit(page):
    page.click(".dock .primary")


def waits_here(page, count=1):
    page.locator("#queue", has_text=f"待传 {count} 份").wait_for()


def came_in(page, check):
    page.wait_for_url(f"**{check.get_absolute_url()}")


def emptied(page):
    until(
        page,
        "import(document.querySelector('script[data-account]').src).then(q => "
        "q.mine()).then(r => !r.length)",
    )


def once(*checks, photos=3):
    """Each self-check was handed in once, with one finding and its photos."""
    assert list(SelfCheck.objects.values_list("status", flat=True)) == ["submitted"] * len(checks)
    assert Submission.objects.count() == Finding.objects.count() == len(checks)
    assert (
        Photo.objects.count() == Photo.objects.exclude(finding=None).count() == photos * len(checks)
    )


def test_filled_without_signal_reloaded_and_sent_when_it_is_back(phone, check):
    open_fill(phone, check)
    until(phone, "navigator.serviceWorker.controller !== null")
    until(
        phone,
        "caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).length > 6)",
    )
    phone.context.set_offline(True)
    fill(phone)
    submit(phone)
    waits_here(phone)
    phone.reload()
    phone.wait_for_selector("[data-ready]")
    assert phone.input_value("[name=Q2-note]") == "楼道口堆放旧家具"
    waits_here(phone)
    assert not Submission.objects.exists()
    phone.context.set_offline(False)
    came_in(phone, check)
    emptied(phone)
    once(check)


def cut(context, pattern, *, after):
    """Cut the line at the first request that fits, before the server hears of it or after it has
    answered.
    """
    cuts = []

    def handle(route):
        if cuts:
            return route.continue_()
        cuts.append(route.request.url)
        if after:
            with contextlib.suppress(Exception):
                route.fetch()
        return route.abort("connectionreset")

    context.route(pattern, handle)
    return cuts


@pytest.mark.parametrize("pattern", [QUEUE, REPORT], ids=["photo", "report"])
@pytest.mark.parametrize("after", [False, True], ids=["before the server acts", "after it commits"])
def test_the_line_is_cut(phone, check, pattern, after):
    cuts = cut(phone.context, pattern, after=after)
    open_fill(phone, check)
    fill(phone)
    submit(phone)
    came_in(phone, check)
    emptied(phone)
    assert len(cuts) == 1
    once(check)


def test_the_page_is_killed_in_the_middle(phone, check):
    sent = []
    hold = phone.context
    hold.route(
        QUEUE,
        lambda route: (
            sent.append(route.request.url),
            route.continue_() if len(sent) < 2 else None,
        ),
    )
    open_fill(phone, check)
    fill(phone)
    submit(phone)
    while len(sent) < 2:
        phone.wait_for_timeout(20)
    phone.close()
    assert Photo.objects.count() == 1
    hold.unroute(QUEUE)
    page = hold.new_page()
    page.goto(reverse("workbench"))
    emptied(page)
    once(check)


def test_two_tabs_send_each_thing_once(phone, city, check):
    other = make_self_check(city, month="2026-10", marks={})
    sent = []
    phone.context.on(
        "response",
        lambda one: sent.append(one.url) if one.request.method == "PUT" and one.ok else None,
    )
    second = phone.context.new_page()
    for page, row in ((phone, check), (second, other)):
        open_fill(page, row)
    phone.context.set_offline(True)
    for page, count in ((phone, 1), (second, 2)):
        fill(page)
        submit(page)
        waits_here(page, count)
    phone.context.set_offline(False)
    emptied(phone)
    once(check, other)
    assert len(set(sent)) == 8
    assert len(sent) <= 9  # the tab that goes on to its page may cut one answer off


def test_a_lost_session_keeps_everything_for_its_owner_alone(phone, city, check):
    open_fill(phone, check)
    Session.objects.all().delete()
    fill(phone)
    submit(phone)
    phone.locator("#queue", has_text="请重新登录后自动上传").wait_for()
    sign_in(phone, city.office_staff)
    phone.goto(reverse("workbench"))
    assert phone.locator("#queue").is_hidden()
    assert not Submission.objects.exists()
    sign_in(phone, city.community_worker)
    phone.goto(reverse("workbench"))
    emptied(phone)
    once(check)


def sign_in(page, user):
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    here = page.evaluate("location.origin")
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": here}])


def test_a_file_that_is_no_photo_is_told_and_holds_nothing_back(phone, check):
    open_fill(phone, check)
    fill(phone, ("red",))
    fake = {"name": "清单.jpg", "mimeType": "image/jpeg", "buffer": b"not a photo"}
    phone.set_input_files("[name=Q2-photos]", fake)
    until(phone, "document.querySelectorAll('#Q2 .shots img').length === 2")
    submit(phone)
    phone.locator("#queue", has_text="清单.jpg：文件不是照片").wait_for()
    once(check, photos=1)


def test_what_was_saved_to_a_file_is_read_back_and_sent(phone, check):
    open_fill(phone, check)
    fill(phone)
    phone.context.route(QUEUE, lambda route: route.abort())
    submit(phone)
    waits_here(phone)
    with phone.expect_download() as saved:
        phone.get_by_role("button", name="导出到文件").click()
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.locator("#queue").get_by_role("button", name="删除").click()
    emptied(phone)
    phone.context.unroute(QUEUE)
    open_fill(phone, check)
    with phone.expect_file_chooser() as chosen:
        phone.locator("p.sect").get_by_role("button", name="从文件读回").click()
    chosen.value.set_files(saved.value.path())
    phone.locator("#queue", has_text="虎山社区").wait_for(state="attached")
    emptied(phone)
    once(check)


def open_sheet(page, sheet):
    page.goto(sheet.get_absolute_url())
    page.wait_for_selector("[data-ready]")


def mark(page, note="楼后有一堆"):
    """Nothing is deducted but two points at Q1."""
    codes = list(clean_marks())
    page.evaluate(
        """codes => codes.forEach((code) => document.querySelector(
        `[name=${code}-result][value=${code === "Q1" ? "deduct" : "nothing"}]`).click())""",
        codes,
    )
    page.fill(
        "[name=visited_on]", NOW.date().isoformat()
    )  # opened without signal it takes the phone's own day
    page.fill("[name=Q1-deducted]", "2")
    page.fill("[name=Q1-note]", note)


def lock(page):
    page.once("dialog", lambda dialog: dialog.accept())
    page.click(".dock .primary")


def test_two_sheets_locked_without_signal_are_sent_when_it_is_back(open_as, city):
    round = make_round(city, status="assessing")
    first, second = (
        make_sheet(round, place, city.assessor) for place in (city.community, city.other_community)
    )
    phone = open_as(city.assessor, "phone")
    open_sheet(phone, first)
    until(phone, "navigator.serviceWorker.controller !== null")
    until(phone, f"caches.match('{second.get_absolute_url()}').then((kept) => kept !== undefined)")
    phone.context.set_offline(True)
    mark(phone)
    assert phone.inner_text("[data-deducted]") == "2.00"
    lock(phone)
    waits_here(phone)
    open_sheet(phone, second)  # never opened with a signal
    mark(phone, "宣传栏破损")
    lock(phone)
    waits_here(phone, 2)
    phone.reload()
    phone.wait_for_selector("[data-ready]")
    assert phone.input_value("[name=Q1-note]") == "宣传栏破损"
    assert not SheetSubmission.objects.exists()
    phone.context.set_offline(False)
    phone.wait_for_url("**/sheets/")
    emptied(phone)
    assert (
        list(Sheet.objects.values_list("status", "total_points"))
        == [("locked", Decimal("98.00"))] * 2
    )
    assert SheetSubmission.objects.count() == 2


def test_a_sheet_of_a_gathered_round_stays_on_the_phone_with_the_reason(open_as, city):
    round = make_round(city, status="assessing")
    sheet = make_sheet(round, city.community, city.assessor)
    phone = open_as(city.assessor, "phone")
    open_sheet(phone, sheet)
    mark(phone)
    round.status = "gathered"
    round.save(update_fields=["status"])
    lock(phone)
    phone.locator("#queue", has_text="被退回：本季度考评已汇总，打分表不能再改").wait_for()
    assert phone.input_value("[name=Q1-note]") == "楼后有一堆"
    sheet.refresh_from_db()
    assert (sheet.status, sheet.marks) == ("open", {})


def test_a_sheet_outlives_a_lost_session_for_its_assessor_alone_and_comes_back_from_a_file(
    open_as, city
):
    round = make_round(city, status="assessing")
    sheet = make_sheet(round, city.community, city.assessor)
    phone = open_as(city.assessor, "phone")
    open_sheet(phone, sheet)
    Session.objects.all().delete()
    mark(phone)
    lock(phone)
    phone.locator("#queue", has_text="请重新登录后自动上传").wait_for()
    with phone.expect_download() as saved:
        phone.get_by_role("button", name="导出到文件").click()
    sign_in(phone, make_user("other", "assessor", name="考评乙"))
    phone.goto(reverse("workbench"))
    assert phone.locator("#queue").is_hidden()
    assert not SheetSubmission.objects.exists()
    phone.context.route(SHEETS, lambda route: route.abort())
    sign_in(phone, city.assessor)
    phone.goto(reverse("workbench"))
    waits_here(phone)
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.locator("#queue").get_by_role("button", name="删除").click()
    emptied(phone)
    phone.context.unroute(SHEETS)
    open_sheet(phone, sheet)
    with phone.expect_file_chooser() as chosen:
        phone.locator("p.sect").get_by_role("button", name="从文件读回").click()
    chosen.value.set_files(saved.value.path())
    phone.locator("#queue", has_text="虎山社区").wait_for(state="attached")
    emptied(phone)
    assert list(Sheet.objects.values_list("status", "total_points")) == [
        ("locked", Decimal("98.00"))
    ]
    assert SheetSubmission.objects.count() == 1


def test_the_page_is_light(phone, check):
    """All that is asked for before the page can be used, as it goes over the line: 100 kB before
    photos.
    """
    open_fill(phone, check)
    parts = phone.evaluate(
        """performance.getEntries().filter(
            (entry) => entry.entryType === "navigation"
                || ["script", "link", "other"].includes(entry.initiatorType)
        ).map((entry) => [entry.name, entry.transferSize])"""
    )
    assert len(parts) > 8
    assert sum(size for _, size in parts) < 100_000, parts
