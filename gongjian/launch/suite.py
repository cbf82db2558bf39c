"""`manage.py test`: the whole suite, on SQLite and then on a real PostgreSQL, or pytest as asked."""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from pathlib import Path

from gongjian.launch.places import fonts_folder
from gongjian.launch.speech import say

WITHOUT_DATABASE = (
    *("ground", "lib", "settings", "scoring/rules", "test_lint.py", "test_architecture.py"),
    *("accounts/test_oidc.py", "inspections/test_photos.py", "jobs/test_worker.py"),
    *("security/test_source.py", "security/test_tables.py"),
    *("test_access_matrix.py", "test_edits.py", "accounts/test_forced_factor.py"),
    *(
        "security/test_production_settings.py",
        "security/test_plain_edges.py",
        "security/test_passwords.py",
    ),
    *(
        "test_state_matrix.py",
        "kept",
        "burden",
        "maps",
        "audit/test_histories.py",
        "documents/test_layout_text.py",
    ),
    *(
        "api/test_conditions.py",
        "api/test_schema.py",
        "audit/test_every_byte.py",
        "demo/test_without_fonts.py",
    ),
    "backup",  # its drill starts a PostgreSQL of its own and goes both ways in the first pass
)
ON_POSTGRESQL = [
    *(f"--ignore=tests/{part}" for part in WITHOUT_DATABASE),
    "-m",
    "not browser and not documents",
]


def run(python: Path, base: Path, words: list[str]) -> int:
    """The exit status: 0 only where every run passed."""
    with tempfile.TemporaryDirectory(prefix="gongjian-test-") as scratch:
        surroundings = test_environment(Path(scratch))
        pytest = [str(python), "-m", "pytest"]
        if words:
            return subprocess.call(pytest + words, cwd=str(base), env=surroundings)
        return run_both([*pytest, "-n", "2"], python, base, surroundings)


def run_both(pytest: list[str], python: Path, base: Path, surroundings: dict) -> int:
    """Everything on SQLite, then once more on PostgreSQL what depends on the database."""
    for outside in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        surroundings.pop(outside, None)
    say("第一遍：SQLite，全部测试。")
    on_sqlite = subprocess.call(pytest, cwd=str(base), env=surroundings)
    say("第二遍：PostgreSQL，与数据库有关的测试。")
    server = [str(python), "-m", "tests.servers", "postgresql", "--"]
    on_postgresql = subprocess.call(
        [*server, *pytest, *ON_POSTGRESQL], cwd=str(base), env=surroundings
    )
    say(f"SQLite：{_verdict(on_sqlite)}；PostgreSQL：{_verdict(on_postgresql)}。")
    return on_sqlite or on_postgresql


def test_environment(scratch: Path) -> dict:
    """The variables of a test run: a data folder of its own, never the site's, but the site's fonts."""
    surroundings = dict(os.environ, GONGJIAN_MODE="test", GONGJIAN_FONTS_DIR=str(fonts_folder()))
    surroundings.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    surroundings["GONGJIAN_DATA_DIR"] = str(scratch)
    surroundings.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # some hundred processes would compile everything anew
    return surroundings


def _verdict(status: int) -> str:
    return "通过" if status == 0 else f"未通过（退出码 {status}）"
