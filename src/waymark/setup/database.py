"""Which database, as whom.

Three logins (see `logins.py`), each with its own address. In order of preference they come from

1. `DATABASE_URL_OWNER`, `DATABASE_URL_WEB`, `DATABASE_URL_SERVICE`: what a production server is given;
2. `DATABASE_URL`: a login that may create roles; the three are made from it;
3. the embedded server of this checkout.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from waymark.setup.errors import SetupError
from waymark.setup.passwords import load_secrets

PURPOSES = ("owner", "web", "service")
LOGINS = {purpose: f"waymark_{purpose}" for purpose in PURPOSES}
DATABASE = "waymark"
SUPERUSER = "postgres"


def database_urls(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Addresses by purpose: `owner` migrates, `web` serves pages, `service` is for services and the worker.

    Opens no connection, so it answers whether or not the server is up.
    Raises `SetupError` when the environment names only some of the three, or an address is no PostgreSQL one.
    """
    environment = os.environ if environment is None else environment
    given = {purpose: environment.get(f"DATABASE_URL_{purpose.upper()}", "") for purpose in PURPOSES}
    if any(given.values()):
        missing = [f"DATABASE_URL_{purpose.upper()}" for purpose, url in given.items() if not url]
        if missing:
            raise SetupError(
                f"{' and '.join(missing)} not set. Give all three of DATABASE_URL_OWNER, DATABASE_URL_WEB "
                "and DATABASE_URL_SERVICE, or none of them."
            )
        for purpose, url in given.items():
            _check(f"DATABASE_URL_{purpose.upper()}", url)
        return given
    superuser = environment.get("DATABASE_URL") or ""
    if superuser:
        _check("DATABASE_URL", superuser)
        return login_urls(superuser)
    return login_urls(embedded_superuser_url(), load_secrets())


def embedded_superuser_url(port: int | None = None) -> str:
    """The embedded server's superuser, at `port` or where it last ran."""
    stored = load_secrets()
    port = port or int(stored.get("port", 5432))
    return f"postgresql://{SUPERUSER}:{quote(stored['superuser'], safe='')}@127.0.0.1:{port}/postgres"


def login_urls(superuser_url: str, passwords: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The three addresses on the server that `superuser_url` names.

    Without `passwords` they are derived from the superuser's own password, so that every checkout given the
    same `DATABASE_URL` arrives at the same ones and none locks out another.
    """
    if passwords is None:
        own = urlsplit(superuser_url).password
        passwords = {purpose: _derived(own, purpose) for purpose in PURPOSES} if own else load_secrets()
    base = with_database(superuser_url, application_database(superuser_url))
    return {purpose: with_login(base, LOGINS[purpose], str(passwords[purpose])) for purpose in PURPOSES}


def application_database(superuser_url: str) -> str:
    """The database of the product: the one the address names, unless that is the maintenance database."""
    name = unquote(urlsplit(superuser_url).path.lstrip("/"))
    return DATABASE if name in ("", "postgres", "template1") else name


def with_database(url: str, name: str) -> str:
    """`url` with another database name."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(name, safe="")))


def with_login(url: str, user: str, password: str) -> str:
    """`url` with another login."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def without_password(url: str) -> str:
    """`url` fit to be shown."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    user = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host, query=""))


def django_settings(url: str) -> dict[str, Any]:
    """`url` as an entry of Django's `DATABASES`. Query parameters (`sslmode`, ...) become options."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "waymark.core.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def _derived(password: str, purpose: str) -> str:
    return hmac.new(password.encode(), f"waymark login {purpose}".encode(), hashlib.sha256).hexdigest()


def _check(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        well_formed = parts.scheme in ("postgresql", "postgres") and (parts.port or True)
    except ValueError:
        well_formed = False
    if not well_formed:
        raise SetupError(f"{name} is no PostgreSQL address. Write it as postgresql://USER:PASSWORD@HOST:PORT/NAME.")
