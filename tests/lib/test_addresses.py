"""A client's address: as our own proxies saw it, whatever the client writes itself."""

import pytest
from django.test import RequestFactory

from gongjian.lib.addresses import client_address

CONNECTION = "10.0.0.9"


def seen(settings, proxies, forwarded=None, remote=CONNECTION):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


def test_without_proxies_the_header_is_not_read(settings):
    assert seen(settings, 0, "203.0.113.7") == CONNECTION


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "127.0.0.1, 203.0.113.7", "203.0.113.7"),
        (1, "127.0.0.1,10.1.1.1,::1,203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "127.0.0.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (3, "1.1.1.1, 203.0.113.7, 10.0.0.3, 10.0.0.2", "203.0.113.7"),
    ],
)
def test_what_the_client_wrote_itself_is_not_believed(settings, proxies, forwarded, expected):
    assert seen(settings, proxies, forwarded) == expected


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("203.0.113.7:51234", "203.0.113.7"),
        ("2001:0db8:0000::0001", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("  203.0.113.7  ", "203.0.113.7"),
    ],
)
def test_one_address_has_one_written_form(settings, forwarded, expected):
    assert seen(settings, 1, forwarded) == expected


GARBAGE = [
    "",
    " ",
    ",",
    "unknown",
    "203.0.113",
    "203.0.113.7:",
    "203.0.113.7:x",
    "[2001:db8::1",
    "[::1]x",
    "1e9",
    "::g",
]


@pytest.mark.parametrize(
    "forwarded", [*GARBAGE, "203.0.113.7,", "203.0.113.7, unknown", "２０３.0.113.7", "_hidden"]
)
def test_garbage_in_the_trusted_place_means_the_connection(settings, forwarded):
    assert seen(settings, 1, forwarded) == CONNECTION


def test_fewer_hops_than_proxies_mean_the_connection(settings):
    assert seen(settings, 2, "203.0.113.7") == CONNECTION
    assert seen(settings, 1) == CONNECTION


def test_connection_is_written_plainly_too(settings):
    assert seen(settings, 0, remote="::ffff:10.0.0.9") == CONNECTION
    assert seen(settings, 0, remote="") == ""
