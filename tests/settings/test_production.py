"""Production refuses what is weak, by name, before it serves a page."""

import os
import subprocess
import sys

import pytest

from tests.settings.surroundings import ROOT, STRONG, UNWANTED

pytestmark = pytest.mark.slow

WITHHELD = ["SECRET_KEY", "DATABASE_URL", "GONGJIAN_FIELD_KEYS"]
"""What the example leaves empty: every site has its own."""

OIDC = {"GONGJIAN_OIDC_CLIENT_ID": "gongjian", "GONGJIAN_OIDC_CLIENT_SECRET": "between-us"}


def check(tmp_path, *words, **changes):
    given = {**STRONG, **changes, "DJANGO_SETTINGS_MODULE": "gongjian.settings"}
    given["GONGJIAN_DATA_DIR"] = str(tmp_path)
    clean = {name: value for name, value in os.environ.items() if name not in {*STRONG, *UNWANTED}}
    surroundings = {**clean, **{name: value for name, value in given.items() if value is not None}}
    command = [sys.executable, "-m", "django", "check", *words]
    return subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"DEBUG": "true"}, "DEBUG"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": "sqlite:///x.sqlite3"}, "DATABASE_URL"),
        ({"REDIS_URL": None}, "REDIS_URL"),
        ({"TOKEN_PEPPERS": "short"}, "TOKEN_PEPPERS"),
        ({"TRUSTED_PROXIES": None}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"GONGJIAN_FIELD_KEYS": None}, "GONGJIAN_FIELD_KEYS：没有密钥"),
        ({"GONGJIAN_FIELD_KEYS": "k1:c2hvcnQ="}, "GONGJIAN_FIELD_KEYS：密钥 k1"),
        ({"GONGJIAN_CRYPTO_ALGORITHM": "des"}, "GONGJIAN_CRYPTO_ALGORITHM"),
        ({"GONGJIAN_MODE": "prod"}, "GONGJIAN_MODE"),
        ({"CSRF_TRUSTED_ORIGINS": "https://a.example,http://b.example"}, "http://b.example"),
        ({"DATABASE_URL": "postgres://gongjian:gongjian@db/gongjian"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://gongjian@db/gongjian"}, "DATABASE_URL"),
        ({"DJANGO_DEBUG": "1"}, "DJANGO_DEBUG"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"GONGJIAN_SECOND_FACTOR_ROLES": "auditor,director"}, "director"),
        ({"GONGJIAN_OIDC_ISSUER": "https://id.example.gov.cn"}, "GONGJIAN_OIDC_CLIENT_ID"),
        ({**OIDC, "GONGJIAN_OIDC_ISSUER": "http://id.example.gov.cn"}, "GONGJIAN_OIDC_ISSUER"),
    ],
)
def test_production_refuses(changes, named, tmp_path):
    result = check(tmp_path, **changes)
    assert result.returncode != 0
    assert named in result.stderr


def test_strong_production_passes_the_deployment_check(tmp_path):
    result = check(tmp_path, "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr


def test_the_example_environment_is_strong_once_filled_in(tmp_path):
    lines = (ROOT / "docs/deploy/environment.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert [name for name, value in given.items() if not value] == WITHHELD
    filled = {**given, **{name: STRONG[name] for name in WITHHELD}}
    result = check(tmp_path, "--deploy", "--fail-level", "WARNING", **filled)
    assert result.returncode == 0, result.stderr
    table = (ROOT / "docs/deploy/settings.md").read_text() + (
        ROOT / "docs/deploy/running.md"
    ).read_text()
    assert sorted(name for name in given if f"`{name}`" not in table) == []


def test_strong_production_with_city_identity_passes_it_too(tmp_path):
    result = check(
        tmp_path,
        "--deploy",
        "--fail-level",
        "WARNING",
        **OIDC,
        GONGJIAN_OIDC_ISSUER="https://id.example.cn",
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("mode", "forced"), [("production", 5), ("embedded", 0)])
def test_second_factor_is_forced_in_production_and_not_in_the_demo(mode, forced, tmp_path):
    asked = "from gongjian import settings; print(len(settings.SECOND_FACTOR_ROLES))"
    surroundings = {
        **os.environ,
        **STRONG,
        "GONGJIAN_MODE": mode,
        "GONGJIAN_DATA_DIR": str(tmp_path),
    }
    surroundings.pop("GONGJIAN_SECOND_FACTOR_ROLES", None)
    told = subprocess.run(
        [sys.executable, "-c", asked], env=surroundings, cwd=ROOT, capture_output=True, text=True
    )
    assert told.stdout.strip() == str(forced), told.stderr


def test_migrations_are_complete(tmp_path):
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"]
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gongjian.settings",
        "GONGJIAN_DATA_DIR": str(tmp_path),
    }
    surroundings.pop("DATABASE_URL", None)
    result = subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
