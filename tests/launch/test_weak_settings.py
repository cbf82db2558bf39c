"""Every setting that production refuses, one at a time."""

import pytest

from gongjian.launch.weak_settings import weaknesses

DATABASE = {"ENGINE": "postgresql", "HOST": "db", "USER": "gongjian", "PASSWORD": "Zx4-uP9wK2"}
STRONG = {
    "DEBUG": False,
    "SECRET_KEY": "abcdefghij" * 5,
    "ALLOWED_HOSTS": ["gongjian.example"],
    "TOKEN_PEPPERS": ["p" * 32],
    "DATABASES": {"default": DATABASE},
    "REDIS_URL": "redis://broker",
    "TRUSTED_PROXIES": 1,
    "CSRF_TRUSTED_ORIGINS": ["https://gongjian.example"],
    "OIDC_ISSUER": "https://identity.example",
}
ENVIRON = {"TRUSTED_PROXIES": "1"}


def test_strong_settings_have_no_weakness():
    assert weaknesses(STRONG, ENVIRON) == []


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"DEBUG": True}, "DEBUG 必须为 False"),
        ({"SECRET_KEY": "abcdefghij"}, "SECRET_KEY 太弱：至少 50 个随机字符"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY 太弱"),
        ({"SECRET_KEY": "django-insecure-" + "abcdefghij" * 5}, "SECRET_KEY 太弱"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS"),
        ({"TOKEN_PEPPERS": ["p" * 32, "short"]}, "TOKEN_PEPPERS 太弱：每个至少 32"),
        ({"DATABASES": {"default": {"ENGINE": "x.sqlite3"}}}, "PostgreSQL"),
        ({"DATABASES": {"default": {**DATABASE, "PASSWORD": "postgres"}}}, "示例密码"),
        ({"DATABASES": {"default": {**DATABASE, "PASSWORD": "gongjian"}}}, "示例密码"),
        ({"REDIS_URL": ""}, "REDIS_URL 未设置"),
        ({"TRUSTED_PROXIES": -1}, "TRUSTED_PROXIES 未设置"),
        ({"CSRF_TRUSTED_ORIGINS": ["http://a.example"]}, "现有 http://a.example"),
        ({"OIDC_ISSUER": "http://identity.example"}, "GONGJIAN_OIDC_ISSUER"),
    ],
)
def test_names_the_weak_setting_and_no_other(setting, words):
    [sentence] = weaknesses(STRONG | setting, ENVIRON)
    assert words in sentence


@pytest.mark.parametrize("environ", [{"PYTHONDEVMODE": "1"}, {"DJANGO_DEBUG": "True"}])
def test_switches_of_developers_are_refused(environ):
    [sentence] = weaknesses(STRONG, ENVIRON | environ)
    assert "开发用" in sentence


def test_the_number_of_proxies_must_be_said():
    [sentence] = weaknesses(STRONG, {})
    assert "TRUSTED_PROXIES 未设置" in sentence


def test_another_broker_serves_in_place_of_redis():
    environ = ENVIRON | {"CELERY_BROKER_URL": "amqp://broker"}
    assert weaknesses(STRONG | {"REDIS_URL": ""}, environ) == []
