"""What limits failed second factors is counted in one place for every process."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache

from gongjian import settings as site

pytestmark = pytest.mark.django_db


def test_two_processes_count_together(settings):
    settings.CACHES = {"default": site.SHARED_CACHE, "other": site.SHARED_CACHE}
    here, elsewhere = caches["default"], caches["other"]
    here.set("allauth:rl:login_failed", [1.0, 2.0], 300)
    assert elsewhere.get("allauth:rl:login_failed") == [1.0, 2.0]
    assert elsewhere.add("allauth:rl:login_failed", []) is False


def test_the_counts_of_one_name_do_not_push_out_those_of_another(settings):
    settings.CACHES = {"default": site.SHARED_CACHE}
    cache = caches["default"]
    assert isinstance(cache, DatabaseCache)
    cache.set("first", 5, 300)
    for number in range(400):  # more than Django's default of 300 entries
        cache.set(f"other_{number}", 1, 300)
    assert cache.get("first") == 5
