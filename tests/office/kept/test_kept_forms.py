"""A form that meets an expired session is kept for the one who typed it, and for nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from communities.models import Topic
from gongjian.office.kept.content import LARGEST
from tests.cast import NOW
from tests.markup import as_read
from tests.signing_in import sign_in_form

LATER = NOW + timedelta(minutes=31)
WORDS = "巷口路灯坏了三盏，晚上老人出门不便，请城管局派人看一看。"


@pytest.fixture
def clock(cast):
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def url():
    return reverse("communities:topic_new")


@pytest.fixture
def form(cast):
    return {
        "community": cast.community.code,
        "title": "路灯",
        "text": WORDS,
        "my_password": "geheim",
        "code": "123456",
    }


@pytest.fixture
def browser(cast, clock):
    """A browser on which 胡社工 signed in at NOW; it is half past ten now, and his session has run
    out.
    """
    browser = Client(headers={"origin": "http://testserver"})
    browser.force_login(cast.community_worker)
    browser.get(reverse("workbench"))
    clock.move_to(LATER)
    return browser


def sign_in(browser, username, answer):
    """Sign in on the page to which `answer` led; gives the page that follows."""
    way_back = answer.headers["Location"].partition("next=")[2].replace("%2F", "/")
    return browser.post(
        answer.headers["Location"], sign_in_form(username, next=way_back), follow=True
    )


def test_the_same_person_finds_what_he_typed(browser, url, form):
    page = sign_in(browser, "hu", browser.post(url, form))
    text = page.content.decode()
    assert page.redirect_chain[-1][0] == reverse("kept:form")
    assert "您刚才填写的内容还在" in text
    assert WORDS in text
    assert not Topic.objects.exists()
    assert f'action="{url}"' in text


def test_secrets_are_not_kept(browser, url, form):
    text = sign_in(browser, "hu", browser.post(url, form)).content.decode()
    assert "geheim" not in text
    assert "123456" not in text


def test_the_fields_have_their_own_names(browser, url, form):
    text = sign_in(browser, "hu", browser.post(url, form)).content.decode()
    assert "<dt>题目</dt><dd>路灯</dd>" in as_read(text)


def test_sending_it_again_saves_it_and_forgets_it(browser, url, form):
    sign_in(browser, "hu", browser.post(url, form))
    browser.post(url, form)
    assert Topic.objects.get().text == WORDS
    assert browser.get(reverse("kept:form")).status_code == 302


def test_another_person_on_the_same_browser_never_sees_it(browser, url, form):
    page = sign_in(browser, "zhou", browser.post(url, form))
    assert page.redirect_chain[-1][0] == reverse("workbench")
    assert WORDS not in page.content.decode()
    assert "kept_form" not in browser.session


def test_after_two_hours_it_is_gone(browser, url, form, clock):
    answer = browser.post(url, form)
    clock.move_to(LATER + timedelta(hours=2))
    assert WORDS not in sign_in(browser, "hu", answer).content.decode()


def test_the_session_begun_since_does_not_end_with_the_two_hours(browser, url, form, clock):
    sign_in(browser, "hu", browser.post(url, form))
    for minutes in range(20, 200, 20):
        clock.move_to(LATER + timedelta(minutes=minutes))
        assert browser.get(reverse("workbench")).status_code == 200


def test_it_can_be_thrown_away(browser, url, form):
    sign_in(browser, "hu", browser.post(url, form))
    browser.post(reverse("kept:form"))
    assert "kept_form" not in browser.session


def test_files_are_not_kept_and_the_page_says_so(browser, url, form):
    photo = SimpleUploadedFile("x.jpg", b"x" * 100)
    text = sign_in(browser, "hu", browser.post(url, {**form, "photo": photo})).content.decode()
    assert "照片和附件没有存下，须重新选择" in text


def test_too_much_is_not_kept_and_the_page_says_so(browser, url):
    answer = browser.post(url, {"text": "长" * LARGEST})
    assert "没能存下" in browser.get(answer.headers["Location"]).content.decode()


def test_passwords_are_not_kept_from_their_page(browser):
    browser.post(reverse("accounts:password"), {"old_password": "x", "remark": "y"})
    assert "kept_form" not in browser.session


def test_a_browser_on_which_nobody_was_signed_in_keeps_nothing(cast, url, form):
    visitor = Client(headers={"origin": "http://testserver"})
    answer = visitor.post(url, form)
    assert answer.headers["Location"] == f"{reverse('accounts:sign_in')}?next=%2F"
    assert "kept_form" not in visitor.session


def test_a_forged_owner_keeps_nothing(cast, url, form):
    visitor = Client(headers={"origin": "http://testserver"})
    visitor.cookies["gongjian_typist"] = str(cast.community_worker.pk)
    visitor.post(url, form)
    assert "kept_form" not in visitor.session


def test_what_another_site_sent_is_not_kept(browser, url, form):
    browser.post(url, form, headers={"origin": "https://evil.example"})
    assert "kept_form" not in browser.session


def test_what_names_no_origin_is_not_kept(browser, url, form):
    browser.post(url, form, headers={"origin": ""})
    assert "kept_form" not in browser.session
    del browser.defaults["HTTP_ORIGIN"]
    browser.post(url, form)
    assert "kept_form" not in browser.session


def test_it_is_kept_even_when_the_browser_has_dropped_the_session(browser, url, form, clock):
    clock.move_to(NOW + timedelta(hours=15))
    del browser.cookies["sessionid"]
    assert WORDS in sign_in(browser, "hu", browser.post(url, form)).content.decode()


def test_htmx_makes_the_whole_page_go_to_sign_in(browser, url, form):
    answer = browser.post(url, form, headers={"hx-request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"{reverse('accounts:sign_in')}?next=%2Fkept%2F"


def test_after_signing_out_on_purpose_nothing_is_kept(cast, clock, url, form):
    browser = Client(headers={"origin": "http://testserver"})
    browser.force_login(cast.community_worker)
    browser.get(reverse("workbench"))
    browser.post(reverse("accounts:sign_out"))
    browser.post(url, form)
    assert "kept_form" not in browser.session


def test_a_stale_token_keeps_what_was_typed(cast, clock, url, form):
    browser = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    browser.force_login(cast.community_worker)
    browser.get(reverse("workbench"))
    answer = browser.post(url, form)
    assert answer.status_code == 403
    assert reverse("kept:form") in answer.content.decode()
    assert WORDS in browser.get(reverse("kept:form")).content.decode()


def test_a_stale_token_from_another_site_keeps_nothing(cast, clock, url, form):
    browser = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    browser.force_login(cast.community_worker)
    browser.get(reverse("workbench"))
    browser.post(url, form, headers={"origin": "https://evil.example"})
    assert "kept_form" not in browser.session
