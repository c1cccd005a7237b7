"""Django's settings: from the environment, with defaults that make the demo run on this machine."""

from __future__ import annotations

import os

from waymark.setup import paths
from waymark.setup.database import database_urls, django_settings
from waymark.setup.passwords import django_secret_key


def _flag(name: str) -> bool:
    """Whether the environment switches `name` on. Anything but 1, true, yes, 0, false, no or nothing is an error."""
    value = os.environ.get(name, "").strip().lower()
    if value not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise ValueError(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


def _list(name: str, default: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


DEMO = _flag("WAYMARK_DEMO")
"""Whether anybody may sign in as anybody: only on this machine, with made-up people."""

DEBUG = _flag("WAYMARK_DEBUG")
SECRET_KEY = os.environ.get("WAYMARK_SECRET_KEY") or django_secret_key()
ALLOWED_HOSTS = _list("WAYMARK_HOSTS", "localhost,127.0.0.1")
SECRET_KEY_FALLBACKS = _list("WAYMARK_OLD_SECRET_KEYS", "")
BEHIND_TLS = not (DEMO or DEBUG)
BEHIND_PROXY = _flag("WAYMARK_BEHIND_PROXY")
ADDRESS = (
    os.environ.get("WAYMARK_ADDRESS") or next(iter(_list("WAYMARK_ORIGINS", "")), "http://localhost:8000")
).rstrip("/")
"""Where people find the service: what links in e-mails begin with."""

INSTALLED_APPS = [
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "waymark.core",
    "waymark.govuk",
    "waymark.cases",
    "waymark.outbox",
    "waymark.events",
    "waymark.audit",
    "waymark.accounts",
    "waymark.access",
    "waymark.duties",
    "waymark.documents",
    "waymark.people",
    "waymark.accommodation",
    "waymark.risks",
    "waymark.referrals",
    "waymark.placements",
    "waymark.assessments",
    "waymark.challenges",
    "waymark.walk_ins",
    "waymark.casework",
    "waymark.returns",
    "waymark.disclosure",
    "waymark.demo",
]

MIDDLEWARE = [
    "waymark.core.middleware.SecureHeaders",
    "django.middleware.security.SecurityMiddleware",
    "waymark.documents.too_large.NotTooLarge",
    "waymark.core.middleware.KnownMethods",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "waymark.core.middleware.RequestIdentifier",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "waymark.core.middleware.WebTransaction",
    "waymark.access.middleware.ActingAs",
    "waymark.govuk.plain_text.PlainText",
]

ROOT_URLCONF = "waymark.config.urls"
WSGI_APPLICATION = "waymark.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Account"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "waymark.config.templates.environment"},
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}},
]

# One database, three logins (waymark.core.database). A lock that is not had within 20 seconds is an error, not a page
# that never comes; nor may a page keep the server at one query for more than a minute.
_URLS = database_urls()
_SHARED = {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}
DATABASES = {
    "default": django_settings(_URLS["web"]) | _SHARED,
    "service": django_settings(_URLS["service"]) | _SHARED,
    "owner": django_settings(_URLS["owner"]),
}
for _alias, _limits in (
    ("default", "-c lock_timeout=20s -c statement_timeout=60s -c TimeZone=UTC"),
    ("service", "-c lock_timeout=20s -c TimeZone=UTC"),
):
    DATABASES[_alias]["OPTIONS"].setdefault("options", _limits)
DATABASE_ROUTERS = ["waymark.core.database.LoginRouter"]

PROCRASTINATE_DATABASE_ALIAS = "service"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/assets/"
STATICFILES_DIRS = [paths.ASSETS] if paths.ASSETS.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Passwords: a slow hash that takes much memory (OWASP). Which ones are good enough: waymark.accounts.rules.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

# The session is a signed cookie that holds random tokens (waymark.accounts), and the message for the next page. A name
# that begins with `__Host-` is taken by browsers only over TLS and from this very host, so no other site can plant one.
_HOST = "__Host-" if BEHIND_TLS else ""
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = f"{_HOST}waymark_session"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_NAME = f"{_HOST}csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_FAILURE_VIEW = "waymark.govuk.resend.stale_form"
CSRF_TRUSTED_ORIGINS = _list("WAYMARK_ORIGINS", "")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # SecureHeaders says it, and frame-ancestors with it
    "security.W008",  # whoever ends TLS in front of us leads plain requests to it: see docs/security.md
    "security.W021",  # to be in browsers' own lists is for each council to ask for, for its whole domain
]

# No form of ours holds more than some thousand words, and those that take a file take one: waymark.documents says how
# large. It is held in memory while it is looked at, and never on disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["waymark.documents.receiving.HeldInMemory"]

# Where the virus checker listens: `unix:/run/clamav/clamd.ctl`, or a host with a port. Without one, files wait until a
# manager releases them; only the demo lets them through, and says so.
CLAMD = os.environ.get("WAYMARK_CLAMD", "")
LETS_UNSCANNED_FILES_THROUGH = DEMO and not CLAMD

# E-mail, for passwords that were forgotten. Without a host nothing is sent, and people ask their administrator; only a
# developer's machine writes the message, which holds a secret, to the console.
EMAIL_HOST = os.environ.get("WAYMARK_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("WAYMARK_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("WAYMARK_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("WAYMARK_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT != 465
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("WAYMARK_EMAIL_FROM", "waymark@localhost")
CAN_SEND_EMAIL = bool(EMAIL_HOST) or DEBUG

# A council's directory that people may sign in through (OpenID Connect).
DIRECTORY = {
    "name": os.environ.get("WAYMARK_DIRECTORY_NAME", "your council's account"),
    "issuer": os.environ.get("WAYMARK_DIRECTORY_ISSUER", ""),
    "client_id": os.environ.get("WAYMARK_DIRECTORY_CLIENT", ""),
    "client_secret": os.environ.get("WAYMARK_DIRECTORY_SECRET", ""),
    "domains": tuple(domain.lower() for domain in _list("WAYMARK_DIRECTORY_DOMAINS", "")),
    "vouches": _flag("WAYMARK_DIRECTORY_VOUCHES"),
}
if not DIRECTORY["issuer"]:
    DIRECTORY = {}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "waymark.core.logs.WithoutSecrets",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"waymark": {"level": "INFO"}},
}
