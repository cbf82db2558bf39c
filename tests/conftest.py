import pytest
import time_machine

from tests import cast as casting


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cast(db):
    """The named cast; see tests/cast.py."""
    return casting.make_cast()


@pytest.fixture
def today():
    """Let the views' clock stand at the cast's own moment."""
    with time_machine.travel(casting.NOW, tick=False):
        yield casting.TODAY


@pytest.fixture
def sign_in(client, today):
    """sign_in(user) gives a test client on which that person is signed in, on the cast's own day."""

    def as_user(user):
        client.force_login(user)
        return client

    return as_user
