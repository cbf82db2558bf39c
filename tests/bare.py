"""Settings of every test in pytest's own process: the variables of `manage.py test`, then the
site's settings.

`zeal` watches each request for rows that are asked for one by one, and raises.
"""

import os
import tempfile
from pathlib import Path

from gongjian.launch.suite import test_environment

if "GONGJIAN_DATA_DIR" not in os.environ:
    os.environ.update(test_environment(Path(tempfile.mkdtemp(prefix="gongjian-test-"))))
os.environ["DJANGO_SETTINGS_MODULE"] = "gongjian.settings"

from gongjian.settings import *  # noqa: F403
from gongjian.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the fastest
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
# Twice is no loop: a row is read again under its lock, or by allauth in the next step of one
# request.
ZEAL_NPLUSONE_THRESHOLD = 3
# allauth looks at the sessions of a person one by one: they are a handful.
ZEAL_ALLOWLIST = [
    {"model": "sessions.Session", "field": "get()"},
    {"model": "accounts.User", "field": "get()"},
]
