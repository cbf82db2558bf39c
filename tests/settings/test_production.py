"""Production refuses what is weak, by name, before it serves a page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
STRONG = {
    "GONGJIAN_MODE": "production",
    "SECRET_KEY": "k9-Vw3pQz7Lm2Xr8Tn5Bc1Hj6Fd4Gs0Ya-Eu_Io+RtPqMnBvCxZlKjHgFdSaQwErTy",
    "ALLOWED_HOSTS": "gongjian.example.gov.cn",
    "DATABASE_URL": "postgres://gongjian:secret@db/gongjian",
    "GONGJIAN_FIELD_KEYS": "k2026:mN3pR8sV1xYz4bC7dF0gH2jK5lQ9tW6uA8eI3oP7rSk=",
    "REDIS_URL": "redis://broker:6379/0",
    "TRUSTED_PROXIES": "1",
}


UNWANTED = {"DEBUG", "CELERY_BROKER_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}


def check(tmp_path, *words, **changes):
    given = {**STRONG, **changes, "GONGJIAN_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "gongjian.settings"}
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
    ],
)
def test_production_refuses(changes, named, tmp_path):
    result = check(tmp_path, **changes)
    assert result.returncode != 0
    assert named in result.stderr


def test_strong_production_passes_the_deployment_check(tmp_path):
    result = check(tmp_path, "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr


def test_migrations_are_complete(tmp_path):
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"]
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "gongjian.settings", "GONGJIAN_DATA_DIR": str(tmp_path)}
    surroundings.pop("DATABASE_URL", None)
    result = subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
