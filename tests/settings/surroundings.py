"""The variables of a production site as it should be, and those that it refuses."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STRONG = {
    "GONGJIAN_MODE": "production",
    "SECRET_KEY": "k9-Vw3pQz7Lm2Xr8Tn5Bc1Hj6Fd4Gs0Ya-Eu_Io+RtPqMnBvCxZlKjHgFdSaQwErTy",
    "ALLOWED_HOSTS": "gongjian.example.gov.cn",
    "DATABASE_URL": "postgres://gongjian:Zx4-uP9wK2mR@db/gongjian",
    "GONGJIAN_FIELD_KEYS": "k2026:mN3pR8sV1xYz4bC7dF0gH2jK5lQ9tW6uA8eI3oP7rSk=",
    "REDIS_URL": "redis://broker:6379/0",
    "TRUSTED_PROXIES": "1",
}
UNWANTED = {
    "DEBUG",
    "CSRF_TRUSTED_ORIGINS",
    "CELERY_BROKER_URL",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "PYTHONDEVMODE",
    "DJANGO_DEBUG",
    "LOG_FORMAT",
}
