"""Versions: nothing is sent twice, nothing is overwritten unseen."""

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from gongjian.accounts.scopes import READING, SCOPES
from gongjian.accounts.tokens import create_token
from gongjian.audit.models import Entry
from inspections.models import Frontage
from tests.access import ADMIN, OFFICE, OTHER_GROUP
from tests.cast import make_cast
from tests.inspections.factories import make_finding, make_frontage

DETAILS = {
    "community": lambda cast: cast.community.code,
    "unit": lambda cast: cast.lead_unit.pk,
    "finding": lambda cast: make_finding(cast).number,
    "frontage": lambda cast: make_frontage(cast, phone="13857112345").pk,
}


def client_of(cast, user=None, scopes=tuple(SCOPES)):
    _, text = create_token(user=user or cast.api_client, name="平台", scopes=scopes, at=cast.now)
    return Client(headers={"authorization": f"Token {text}"})


def address(frontage):
    return reverse("api:frontage-detail", args=[frontage.pk])


def patch(client, frontage, changes, etag=None):
    headers = {} if etag is None else {"if-match": etag}
    return client.patch(
        address(frontage), json.dumps(changes), content_type="application/json", headers=headers
    )


@pytest.fixture
def frontage(cast, today):
    return make_frontage(cast, phone="13857112345", responsible_person="周店主")


@pytest.fixture
def platform(cast, today):
    return client_of(cast)


@pytest.mark.parametrize("name", DETAILS)
def test_a_detail_is_not_sent_twice(name, cast, platform):
    url = reverse(f"api:{name}-detail", args=[DETAILS[name](cast)])
    etag = platform.get(url).headers["ETag"]
    again = platform.get(url, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert platform.get(url, headers={"if-none-match": f'"x", W/{etag}'}).status_code == 304
    assert platform.get(url, headers={"if-none-match": '"x"'}).status_code == 200


def test_the_version_changes_with_what_is_hidden_and_gives_none_of_it_away(frontage, platform):
    seen = platform.get(address(frontage))
    Frontage.objects.update(phone="13857992345")
    other = platform.get(address(frontage))
    assert seen.json() == other.json()
    assert seen.headers["ETag"] != other.headers["ETag"]


def test_a_fresh_write_is_kept_and_logged_with_before_and_after(frontage, platform):
    etag = platform.get(address(frontage)).headers["ETag"]
    answer = patch(
        platform, frontage, {"responsible_person": "吴店主", "phone": "+86 139-5711-2345"}, etag
    )
    assert answer.status_code == 200
    assert (answer.json()["responsible_person"], answer.json()["phone"]) == (
        "吴店主",
        "139****2345",
    )
    assert answer.headers["ETag"] == platform.get(address(frontage)).headers["ETag"] != etag
    assert Frontage.objects.get(pk=frontage.pk).phone == "13957112345"
    entry = Entry.objects.about(frontage).get()
    assert (entry.event, entry.by.username) == ("inspections.frontage.edit", "dashboard")
    assert entry.changes["before"] == {"responsible_person": "周店主", "phone": "138****2345"}
    assert entry.changes["after"] == {"responsible_person": "吴店主", "phone": "139****2345"}


@pytest.mark.parametrize("etag", [None, "", "*"])
def test_a_write_that_names_no_version_is_refused(etag, frontage, platform):
    answer = patch(platform, frontage, {"status": "closed"}, etag)
    assert (answer.status_code, "If-Match" in answer.json()["title"]) == (428, True)


@pytest.mark.parametrize("form", ['"0"', "W/{}", "nonsense"])
def test_a_write_against_another_version_is_told_what_stands_now(form, frontage, platform):
    etag = platform.get(address(frontage)).headers["ETag"]
    answer = patch(platform, frontage, {"status": "closed"}, form.format(etag))
    assert answer.status_code == 412
    assert answer.json()["current"]["responsible_person"] == "周店主"
    assert answer.headers["ETag"] == etag
    assert (
        patch(platform, frontage, {"status": "closed"}, answer.headers["ETag"]).status_code == 200
    )


WRONG = {
    "phone": "12345",
    "status": "gone",
    "shop_name": "",
    "responsible_person": "长" * 41,
    "door_number": "9 号",
    "agreement_number": "X",
}


@pytest.mark.parametrize("field", WRONG)
def test_what_may_not_be_is_refused_at_its_field(field, frontage, platform):
    etag = platform.get(address(frontage)).headers["ETag"]
    answer = patch(platform, frontage, {field: WRONG[field]}, etag)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Entry.objects.about(frontage).exists()


@pytest.mark.parametrize(
    "sent", ["[1]", '"x"', "{", "null", '{"shop_name": null}', '{"shop_name": "a\\u0000b"}']
)
def test_a_body_that_is_no_object_is_refused(sent, frontage, platform):
    etag = platform.get(address(frontage)).headers["ETag"]
    given = {"content_type": "application/json", "headers": {"if-match": etag}}
    assert platform.patch(address(frontage), sent, **given).status_code == 400


def test_a_write_that_changes_nothing_leaves_no_entry(frontage, platform):
    etag = platform.get(address(frontage)).headers["ETag"]
    assert patch(platform, frontage, {"responsible_person": "周店主"}, etag).headers["ETag"] == etag
    assert not Entry.objects.about(frontage).exists()


def test_only_those_who_keep_a_frontage_write_it(frontage, cast):
    writers = OFFICE | {"lead_officer", "community_worker", "api_client"}
    strangers = OTHER_GROUP | ADMIN
    got = {}
    for person, user in cast.people.items():
        got[person] = patch(client_of(cast, user), frontage, {"status": "trading"}).status_code
    assert got == {p: 428 if p in writers else 404 if p in strangers else 403 for p in cast.people}


@pytest.mark.parametrize("person", ["api_client", "office_staff"])
def test_a_token_that_reads_does_not_write(person, frontage, cast):
    answer = patch(
        client_of(cast, cast.people[person], tuple(READING)), frontage, {"status": "closed"}, '"x"'
    )
    assert (answer.status_code, answer.json()["errors"]["scope"]) == (403, ["frontages:write"])


def test_a_client_of_the_api_edits_by_token_and_never_on_the_page(frontage, cast, sign_in):
    page = sign_in(cast.api_client).get(reverse("inspections:frontage_edit", args=[frontage.pk]))
    assert page.status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_writes_are_not_offered(method, frontage, platform):
    assert getattr(platform, method)(address(frontage)).status_code == 405


class Editor:
    """Reads a frontage, thinks, writes what it thought; knows which of its writes were accepted."""

    def __init__(self, client, frontage, name):
        self.client, self.frontage, self.name, self.kept = client, frontage, name, []
        self.seen = self.etag = None

    def read(self):
        answer = self.client.get(address(self.frontage))
        self.seen, self.etag = answer.json()["responsible_person"], answer.headers["ETag"]

    def write(self, serial):
        """True where the write was kept; it is kept only by one who read what it replaces."""
        value = f"{self.name}{serial}"
        answer = patch(self.client, self.frontage, {"responsible_person": value}, self.etag)
        assert answer.status_code in (200, 412), answer.content
        if answer.status_code == 200:
            self.kept.append((self.seen, value))
            self.seen, self.etag = value, answer.headers["ETag"]
        return answer.status_code == 200


def chain(editors, last):
    """The accepted writes as one chain from the first value to the last: nobody replaced what he
    had not read.
    """
    successor = dict(pair for editor in editors for pair in editor.kept)
    assert len(successor) == sum(len(editor.kept) for editor in editors)
    value, steps = "周店主", 0
    while value in successor:
        value, steps = successor[value], steps + 1
    assert (value, steps) == (last, len(successor))
    return steps


@pytest.mark.slow
def test_two_hundred_interleavings_of_two_editors_lose_nothing(frontage, cast, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {
        "api_token": {"per_minute": 60000, "burst": 10000}
    }
    chance, refused = random.Random(20261116), 0
    clients = [client_of(cast), client_of(cast, cast.lead_officer)]
    for _ in range(200):
        Frontage.objects.update(responsible_person="周店主")
        two = [Editor(client, frontage, name) for client, name in zip(clients, "甲乙", strict=True)]
        two[0].read()
        two[1].seen, two[1].etag = two[0].seen, two[0].etag
        for serial in range(chance.randint(2, 4)):
            editor = chance.choice(two)
            if chance.random() < 0.3:
                editor.read()
            else:
                refused += not editor.write(serial)
        chain(two, Frontage.objects.get(pk=frontage.pk).responsible_person)
    assert refused > 50


@pytest.mark.slow
@pytest.mark.usefixtures("many_connections")
@pytest.mark.django_db(transaction=True)
def test_eight_editors_at_the_same_moment_lose_nothing(today):
    cast = make_cast()
    frontage = make_frontage(cast, responsible_person="周店主")
    editors = [Editor(client_of(cast), frontage, name) for name in "甲乙丙丁戊己庚辛"]

    def edit(editor):
        try:
            for serial in range(12):
                editor.read()
                editor.write(serial)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(editors)) as people:
        list(people.map(edit, editors))
    kept = chain(editors, Frontage.objects.get(pk=frontage.pk).responsible_person)
    assert kept == Entry.objects.about(frontage).count()
    assert 12 <= kept < 96
