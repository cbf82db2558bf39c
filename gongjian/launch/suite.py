"""`manage.py test`: the whole suite on both databases, the fast part of it, or pytest as asked."""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from pathlib import Path

from gongjian.launch.arguments import take_fast
from gongjian.launch.places import fonts_folder
from gongjian.launch.speech import say

TWO_PROCESSES = ["-n", "2"]
# tests/conftest.py leaves out, besides, what touches no database.
ON_POSTGRESQL = ["-m", "not browser and not documents"]
FAST = ["-m", "not browser and not documents and not slow"]
OUTSIDE_SERVERS = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")


def run(python: Path, base: Path, words: list[str]) -> int:
    """Run the tests that `words` ask for; return the exit status, 0 only where every run passed."""
    pytest = [str(python), "-m", "pytest"]
    fast, words = take_fast(words)
    with tempfile.TemporaryDirectory(prefix="gongjian-test-") as scratch:
        surroundings = test_environment(Path(scratch))
        if fast:
            without_outside_servers(surroundings)
            command = [*pytest, *TWO_PROCESSES, *FAST, *words]
            return subprocess.call(command, cwd=str(base), env=surroundings)
        if words:
            return subprocess.call(pytest + words, cwd=str(base), env=surroundings)
        return run_both([*pytest, *TWO_PROCESSES], python, base, surroundings)


def run_both(pytest: list[str], python: Path, base: Path, surroundings: dict) -> int:
    """Run everything on SQLite, then once more on PostgreSQL what touches the database."""
    without_outside_servers(surroundings)
    say("第一遍：SQLite，全部测试。")
    on_sqlite = subprocess.call(pytest, cwd=str(base), env=surroundings)
    say("第二遍：PostgreSQL，与数据库有关的测试。")
    server = [str(python), "-m", "tests.servers", "postgresql", "--"]
    command = [*server, *pytest, *ON_POSTGRESQL]
    on_postgresql = subprocess.call(command, cwd=str(base), env=surroundings)
    say(f"SQLite：{_verdict(on_sqlite)}；PostgreSQL：{_verdict(on_postgresql)}。")
    return on_sqlite or on_postgresql


def without_outside_servers(surroundings: dict) -> None:
    """Forget the servers that the caller's shell names: the suite brings its own."""
    for name in OUTSIDE_SERVERS:
        surroundings.pop(name, None)


def test_environment(scratch: Path) -> dict:
    """Return the variables of a test run: a data folder of its own, but the site's fonts."""
    surroundings = dict(os.environ, GONGJIAN_MODE="test", GONGJIAN_FONTS_DIR=str(fonts_folder()))
    surroundings.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    surroundings["GONGJIAN_DATA_DIR"] = str(scratch)
    # Some hundred processes would compile everything anew.
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    return surroundings


def _verdict(status: int) -> str:
    return "通过" if status == 0 else f"未通过（退出码 {status}）"
