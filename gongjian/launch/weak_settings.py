"""What a production site must not start with: each weak setting in a sentence.

Only what can be judged without any app; the settings add what their own modules find.
"""

from __future__ import annotations

LEAST_KEY, LEAST_PEPPER = 50, 32  # characters
# Database passwords that stand in examples.
WEAK_PASSWORDS = frozenset(
    ["", "password", "postgres", "gongjian", "secret", "changeme", "admin", "root", "123456"]
)
SWITCHED_ON = {"1", "true", "yes", "on"}


def weaknesses(settings: dict, environ: dict) -> list[str]:
    """Return a sentence for each weak one of the settings, given by name."""
    return [
        *weak_inside(settings),
        *weak_neighbours(settings, environ),
        *weak_switches(environ),
        *weak_in_front(settings, environ),
    ]


def weak_inside(settings: dict):
    """Yield what is weak about the site itself."""
    if settings["DEBUG"]:
        yield "DEBUG 必须为 False"
    key = settings["SECRET_KEY"]
    if len(key) < LEAST_KEY or len(set(key)) < 5 or key.startswith("django-insecure-"):
        yield f"SECRET_KEY 太弱：至少 {LEAST_KEY} 个随机字符"
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts or "*" in hosts:
        yield "ALLOWED_HOSTS 必须逐一写明域名，不得为空或 *"
    if min(map(len, settings["TOKEN_PEPPERS"]), default=LEAST_PEPPER) < LEAST_PEPPER:
        yield f"TOKEN_PEPPERS 太弱：每个至少 {LEAST_PEPPER} 个随机字符，新的在前，用逗号分开"


def weak_neighbours(settings: dict, environ: dict):
    """Yield what is weak about the database and the broker."""
    database = settings["DATABASES"]["default"]
    if database["ENGINE"].endswith("sqlite3"):
        yield "DATABASE_URL 必须指向 PostgreSQL"
    password, user = database.get("PASSWORD", ""), database.get("USER", "")
    if database.get("HOST") and (password in WEAK_PASSWORDS or password == user):
        yield "DATABASE_URL 里的密码是示例密码、为空或与用户名相同，请换一个"
    if not settings["REDIS_URL"] and "CELERY_BROKER_URL" not in environ:
        yield "REDIS_URL 未设置"


def weak_switches(environ: dict):
    """Yield what belongs on a developer's machine alone."""
    if environ.get("PYTHONDEVMODE") or environ.get("DJANGO_DEBUG", "").lower() in SWITCHED_ON:
        yield "PYTHONDEVMODE 和 DJANGO_DEBUG 是开发用的，不能出现在生产环境"


def weak_in_front(settings: dict, environ: dict):
    """Yield what is weak about the ways that lead to the site."""
    if "TRUSTED_PROXIES" not in environ or settings["TRUSTED_PROXIES"] < 0:
        yield "TRUSTED_PROXIES 未设置：写明站点前面有几层代理（没有代理写 0）"
    origins = settings["CSRF_TRUSTED_ORIGINS"]
    insecure = [origin for origin in origins if not origin.startswith("https://")]
    if insecure:
        yield f"CSRF_TRUSTED_ORIGINS 只能是 https:// 开头的来源，现有 {'、'.join(insecure)}"
    issuer = settings["OIDC_ISSUER"]
    if issuer and not issuer.startswith("https://"):
        yield "GONGJIAN_OIDC_ISSUER 必须以 https:// 开头"
