"""Every request of every test is watched: rows asked for one by one raise."""

import pytest
from django.conf import settings
from zeal import zeal_context
from zeal.errors import NPlusOneError

from communities.models import Community


def test_every_request_is_watched():
    assert settings.MIDDLEWARE[0] == "zeal.middleware.zeal_middleware"


def test_rows_asked_for_one_by_one_raise(cast):
    with zeal_context(), pytest.raises(NPlusOneError):
        for community in Community.objects.all():
            str(community.subdistrict)
