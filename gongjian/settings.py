"""Settings by environment.

Three ways to run, one code: `embedded` (the default: SQLite, a bundled broker, one command),
`production` (PostgreSQL, Redis, a proxy in front; refuses weak settings at start, by name) and
`test`. Every variable is listed in `docs/deploy/settings.md`.
"""

import contextlib
import os
import secrets
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from gongjian.launch import weak_settings
from gongjian.lib import crypto

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("GONGJIAN_MODE", "embedded")
if MODE not in {"embedded", "production", "test"}:
    raise ImproperlyConfigured(f"GONGJIAN_MODE 应为 embedded、production 或 test，现为 {MODE!r}")
PRODUCTION = MODE == "production"

DATA_DIR = Path(env.str("GONGJIAN_DATA_DIR", str(BASE_DIR / ".data"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

DEBUG = env.bool("DEBUG", False)


def _made_once(name: str, content: str) -> str:
    """A secret of the site's own, made once and kept readable to its owner alone."""
    path = DATA_DIR / name
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(content)
        with contextlib.suppress(
            FileExistsError
        ):  # of two processes that start at once, one key wins
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


SECRET_KEY = (
    env.str("SECRET_KEY")
    if PRODUCTION
    else env.str("SECRET_KEY", "") or _made_once("secret_key", secrets.token_urlsafe(64))
)

# Personal data at rest: the keys of sealed columns, newest first, "id:base64,…"
# (docs/security/privacy.md).
FIELD_KEYS = env.str("GONGJIAN_FIELD_KEYS", "")
if not (FIELD_KEYS or PRODUCTION):
    FIELD_KEYS = _made_once("field_keys", crypto.make_key("site"))
CRYPTO_ALGORITHM = env.str("GONGJIAN_CRYPTO_ALGORITHM", "aes-gcm")
if CRYPTO_ALGORITHM not in crypto.CHOICES:
    raise ImproperlyConfigured(
        f"GONGJIAN_CRYPTO_ALGORITHM 应为 aes-gcm 或 sm4，现为 {CRYPTO_ALGORITHM!r}"
    )
RETENTION_PHOTO_YEARS = env.int("GONGJIAN_RETENTION_PHOTO_YEARS", 3)
# How long after the answer a resident's contact is kept; his photos of what was refused go with it.
RETENTION_CONTACT_DAYS = env.int("GONGJIAN_RETENTION_CONTACT_DAYS", 180)
# Whether personal data past its time may be ended once a security administrator has confirmed it.
RETENTION_ENABLED = env.bool("GONGJIAN_RETENTION_ENABLED", PRODUCTION)

# Earlier keys: what they signed still checks while the key is changed.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "gongjian.accounts",
    "gongjian.audit",
    "gongjian.holidays",
    "gongjian.recycling",
    "gongjian.jobs",
    "gongjian.notifications",
    "gongjian.documents",
    "units",
    "communities",
    "inspections",
    "funds",
    "scoring",
    "gongjian",
]

MIDDLEWARE = [
    "gongjian.middleware.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gongjian.middleware.PlainMethods",
    "gongjian.middleware.QueueAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gongjian.office.security.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "gongjian.audit.middleware.RequestOrigin",
    "gongjian.middleware.TodaysDuties",
    "gongjian.middleware.OwnPasswordFirst",
    "gongjian.middleware.SecondFactorFirst",
    "gongjian.middleware.SeenLately",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gongjian.middleware.ContentSecurityPolicy",
    "gongjian.middleware.StorableText",
    "gongjian.middleware.SignInLimit",
    "gongjian.middleware.PlainAnswers",
    "gongjian.office.kept.middleware.KeepTypedForms",
    "gongjian.office.security.middleware.NothingStored",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

# The address under which residents reach the site: what the QR on a plaque leads to.
PUBLIC_URL = env.str("GONGJIAN_PUBLIC_URL", "").rstrip("/")

ROOT_URLCONF = "gongjian.urls"
WSGI_APPLICATION = "gongjian.wsgi.application"
ASGI_APPLICATION = "gongjian.asgi.application"

TEMPLATE_LOADERS = [
    "gongjian.lib.template_loaders.UnindentedLoader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gongjian.office.dashboards.context.site",
            ],
            "builtins": [
                "gongjian.lib.templatetags.office",
                "gongjian.lib.templatetags.requests",
                "django_htmx.templatetags.django_htmx",
            ],
        },
    }
]

SQLITE = {
    # Measured: with Django's DEFERRED default most contended transactions fail; with IMMEDIATE none
    # do.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'gongjian.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Counts that guard sign-in live here: the same for every process, and none the worse when Redis is
# away.
SHARED_CACHE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "gongjian_cache",
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}
OWN_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {"default": OWN_CACHE if MODE == "test" else SHARED_CACHE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

# Passwords: 等保 8.1.4.1 asks for classes and rotation, ASVS 6.2 forbids both; the site chooses
# (docs/decisions/0006).
PASSWORD_PROFILE = env.str("GONGJIAN_PASSWORD_PROFILE", "dengbao")
_VALIDATORS = "gongjian.accounts.passwords"
_LISTS = [
    {"NAME": f"{_VALIDATORS}.NotOnTheCommonList"},
    {"NAME": f"{_VALIDATORS}.NotMadeOfOurWords"},
    {"NAME": f"{_VALIDATORS}.NotLikeTheAccount"},
]
PASSWORD_PROFILES = {
    "dengbao": [
        {"NAME": f"{_VALIDATORS}.LongEnough", "OPTIONS": {"least": 10}},
        {"NAME": f"{_VALIDATORS}.ThreeClasses"},
        *_LISTS,
        {"NAME": f"{_VALIDATORS}.NotUsedBefore", "OPTIONS": {"last": 5}},
    ],
    "asvs": [{"NAME": f"{_VALIDATORS}.LongEnough", "OPTIONS": {"least": 12}}, *_LISTS],
}
if PASSWORD_PROFILE not in PASSWORD_PROFILES:
    raise ImproperlyConfigured(
        f"GONGJIAN_PASSWORD_PROFILE 应为 dengbao 或 asvs，现为 {PASSWORD_PROFILE!r}"
    )
AUTH_PASSWORD_VALIDATORS = PASSWORD_PROFILES[PASSWORD_PROFILE]
# After how many days a password must be changed; 0 for never.
PASSWORD_DAYS = {"dengbao": 90, "asvs": 0}[PASSWORD_PROFILE]
# The city's own words in letters, beside the fixed ones of `gongjian.accounts.passwords`.
PASSWORD_WORDS = env.list(
    "GONGJIAN_PASSWORD_WORDS", default=["fuyang", "fuchun", "hangzhou", "zhejiang"]
)
ONE_TIME_PASSWORD_HOURS = 24

# Lock-out by account name alone: a whole office shares one address, and one slip must not shut out
# the rest.
AUTHENTICATION_BACKENDS = [
    "gongjian.accounts.backends.LockedNames",
    "gongjian.accounts.backends.OneTimePasswords",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AXES_HANDLER = "gongjian.accounts.lockout.EvidenceKeeper"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "gongjian.accounts.lockout.account_name"
AXES_CLIENT_IP_CALLABLE = "gongjian.lib.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "gongjian.office.security.views.lockouts.locked_page"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = (
    False  # else anybody could keep a name locked for ever
)
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_SENSITIVE_PARAMETERS = [
    *("username", "login", "ip_address", "csrfmiddlewaretoken"),
    *("old_password", "new_password1", "new_password2"),
]
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    "axes.W006"
]  # asks for the address among the lock-out parameters; see above

# Sign-in (allauth): by account name, with a second factor; accounts are opened by the office alone,
# without e-mail.
ACCOUNT_ADAPTER = "gongjian.accounts.adapters.OfficeAccounts"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "gongjian.accounts.forms.SignInForm",
    "reauthenticate": "gongjian.accounts.forms.ConfirmForm",
}
# A whole office signs in from one address: nothing is limited by address. Wrong codes: five in five
# minutes a person.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key", "change_password": "10/m/user"}
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_ADAPTER = "gongjian.accounts.adapters.OfficeFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "gongjian.accounts.forms.CodeForm",
    "reauthenticate": "gongjian.accounts.forms.ConfirmCodeForm",
    "activate_totp": "gongjian.accounts.forms.NewAppForm",
    "add_webauthn": "gongjian.accounts.forms.NewPasskeyForm",
    "edit_webauthn": "gongjian.accounts.forms.PasskeyNameForm",
}
# Roles whose holders set up a second factor before anything else.
SECOND_FACTOR_ROLES = env.list(
    "GONGJIAN_SECOND_FACTOR_ROLES",
    default=["system_admin", "security_admin", "auditor", "office_director", "approver"]
    if PRODUCTION
    else [],
)

# 统一身份认证 (OpenID Connect), where the city has one; without it nothing of it is loaded or
# shown.
OIDC_ISSUER = env.str("GONGJIAN_OIDC_ISSUER", "")
OIDC_NAME = env.str("GONGJIAN_OIDC_NAME", "统一身份认证")
# The claim that names the account here.
OIDC_USERNAME_CLAIM = env.str("GONGJIAN_OIDC_USERNAME_CLAIM", "preferred_username")
if OIDC_ISSUER:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "gongjian.accounts.oidc.CityIdentity"
    SOCIALACCOUNT_STORE_TOKENS = False
    SOCIALACCOUNT_LOGIN_ON_GET = (
        True  # a link: browsers hold a form to the content policy on every redirect
    )
    SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "SCOPE": ["openid", "profile"],
            "APPS": [
                {
                    "provider_id": "city",
                    "name": OIDC_NAME,
                    "client_id": env.str("GONGJIAN_OIDC_CLIENT_ID"),
                    "secret": env.str("GONGJIAN_OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_ISSUER},
                }
            ],
        }
    }

FILTERS_EMPTY_CHOICE_LABEL = "全部"
LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [BASE_DIR / "gongjian" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
MEDIA_ROOT = DATA_DIR / "media"
FONTS_DIR = Path(env.str("GONGJIAN_FONTS_DIR", str(DATA_DIR / "fonts"))).resolve()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_PERMISSIONS = 0o640
# Photos that the people of one unit or community may add in a quarter, in MB.
PHOTO_QUOTA_MB = env.int("GONGJIAN_PHOTO_QUOTA_MB", 2048)
# A command line with {pdf} and {ofd}; without it no OFD is offered.
OFD_CONVERTER = env.str("GONGJIAN_OFD_CONVERTER", "")
SIGNING_P12 = env.str("GONGJIAN_SIGNING_P12", "")
# The certificate (PKCS #12) that signs printed documents, and the file that holds its passphrase.
SIGNING_PASSPHRASE_FILE = env.str("GONGJIAN_SIGNING_PASSPHRASE_FILE", "")
# How often a limit may be moved, what counts as a recurrence, when people are reminded
# (docs/decisions/0008).
RECTIFICATION_RULES = env.str(
    "GONGJIAN_RECTIFICATION_RULES", str(BASE_DIR / "inspections" / "rectification.json")
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# The content policy of every page: nothing inline, nothing from elsewhere.
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "style-src": ["'self'"],
    "script-src": ["'self'"],
    "worker-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
SECURE_HEADERS = {
    # Photos are taken on the spot and say where; everything else a page could ask of a device is
    # refused.
    "Permissions-Policy": "camera=(self), geolocation=(self), accelerometer=(), "
    "autoplay=(), bluetooth=(), "
    "display-capture=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), "
    "payment=(), serial=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 30 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", 12 * 3600)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
CSRF_FAILURE_VIEW = "gongjian.office.kept.views.stale_page"
SESSION_COOKIE_HTTPONLY = True
COOKIE_PREFIX = (
    "__Host-" if PRODUCTION else ""
)  # browsers take such a name from this host alone, encrypted
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if PRODUCTION and env.bool("BEHIND_TLS_PROXY", True):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# How many proxies of our own stand in front: so many entries of X-Forwarded-For are believed, from
# the right.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)

# The keys under which the secrets of API tokens are hashed: new ones are kept under the first, all
# are tried.
TOKEN_PEPPERS = env.list("TOKEN_PEPPERS", default=[SECRET_KEY])

# Buckets: so many requests at once, refilled so fast. `sign_in` is one office's shared address,
# hence generous.
RATE_LIMITS = {
    "api_token": {
        "per_minute": env.int("API_TOKEN_PER_MINUTE", 600),
        "burst": env.int("API_TOKEN_BURST", 100),
    },
    "api_failure": {"per_minute": env.int("API_FAILURES_PER_MINUTE", 30), "burst": 30},
    "sign_in": {"per_minute": env.int("SIGN_INS_PER_MINUTE", 300), "burst": 300},
    # 居民反映: an address may be a whole network of phones, a door is one door, the total guards
    # the disk.
    "report_address": {"per_minute": env.int("REPORTS_PER_HOUR_AND_ADDRESS", 30) / 60, "burst": 10},
    "report_frontage": {
        "per_minute": env.int("REPORTS_PER_HOUR_AND_FRONTAGE", 12) / 60,
        "burst": 5,
    },
    "report_total": {"per_minute": env.int("REPORTS_PER_HOUR", 600) / 60, "burst": 100},
}
# A resident's form that comes back sooner than this was filled in by a program.
REPORT_LEAST_SECONDS = env.int("REPORT_LEAST_SECONDS", 3)
# The pages at which a stranger may try: each POST counts against the limit of his address.
SIGN_IN_DOORS = {"accounts:sign_in", "mfa_authenticate", "mfa_login_webauthn"}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["gongjian.accounts.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "gongjian.accounts.api.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["gongjian.accounts.api.TokenThrottle"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "gongjian.lib.paging.StableCursor",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "gongjian.api.problem",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "社区共建 API",
    "DESCRIPTION": "读取社区、单位、得分、问题、责任区与公文，更新责任区。以 "
    "`Authorization: Token gj_…` 认证。",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "gongjian.schema.add_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {
        "FindingStatusEnum": "inspections.models.findings.FindingStatus",
        "FrontageStatusEnum": "inspections.models.frontages.FrontageStatus",
    },
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Jobs: the row in the database is the truth, the broker only wakes a worker (docs/decisions/0002).
REDIS_URL = env.str("REDIS_URL", "")
BROKER_DIR = DATA_DIR / "broker"
BROKER_SOCKET = BROKER_DIR / "valkey.sock"
EMBEDDED_BROKER = (
    f"redis+socket://{BROKER_SOCKET}"
    if BROKER_SOCKET.exists()
    else f"sqla+sqlite:///{BROKER_DIR}/broker.sqlite3"
)
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", REDIS_URL or EMBEDDED_BROKER)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Run a woken job at once in the calling process: for tests and for commands without a worker.
JOBS_INLINE = env.bool("GONGJIAN_JOBS_INLINE", MODE == "test")

# The log of acts: docs/audit.md.
AUDIT_DIGEST = env.str("AUDIT_DIGEST", "sha256")
AUDIT_EXPORT_DIR = Path(env.str("AUDIT_EXPORT_DIR", str(DATA_DIR / "audit"))).resolve()
AUDIT_EXPORT_KEEP_DAYS = env.int("AUDIT_EXPORT_KEEP_DAYS", 1095)
AUDIT_SEAL_KEY = env.str("AUDIT_SEAL_KEY", "")
# Backups: made every night where a folder is named, the newest ones kept (docs/deploy/backup.md).
BACKUP_DIR = env.str("BACKUP_DIR", "")
BACKUP_KEEP = env.int("BACKUP_KEEP", 14)

# The city that this site serves: words on documents, data and not code.
CITY = env.str("GONGJIAN_CITY", "富阳市")
OFFICE_NAME = env.str("GONGJIAN_OFFICE_NAME", "富阳市社区共建活动办公室")

LOG_FORMAT = env.str("LOG_FORMAT", "line")
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT 应为 line 或 json，现为 {LOG_FORMAT!r}")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "gongjian.lib.request_ids.WithRequestId"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
        "json": {"()": "gongjian.lib.request_ids.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request"],
        }
    },
    # Django's own loggers would write to the console in DEBUG and mail administrators: one handler
    # says it all.
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}

if PRODUCTION:
    weak = weak_settings.weaknesses(globals(), os.environ)
    _, key_faults = crypto.parse_keys(FIELD_KEYS)
    weak += [f"GONGJIAN_FIELD_KEYS：{fault}" for fault in key_faults]
    if weak:
        raise ImproperlyConfigured("生产环境拒绝启动：\n- " + "\n- ".join(weak))

# The toolbar of developers: where it is installed, DEBUG shows it. Production refuses DEBUG.
if DEBUG and find_spec("debug_toolbar"):
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(2, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1"]
