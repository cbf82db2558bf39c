"""Settings of a bare `pytest`, as an editor runs it: the variables of `manage.py test`, then the site's settings."""

import os
import tempfile
from pathlib import Path

from gongjian.launch.suite import test_environment

if "GONGJIAN_DATA_DIR" not in os.environ:
    os.environ.update(test_environment(Path(tempfile.mkdtemp(prefix="gongjian-test-"))))
os.environ["DJANGO_SETTINGS_MODULE"] = "gongjian.settings"

from gongjian.settings import *  # noqa: F403
