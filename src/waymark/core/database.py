"""Which of the three database logins a query uses.

Pages read through `web`, where row-level security shows only what the reader may see, so a forgotten filter shows
nothing. Services, the worker, commands and imports use `service`. Migrations use `owner`. Code never names a login in a
query: the router asks this module, and only the `service` decorator and the middleware change the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections

WEB = "default"
SERVICE = "service"
OWNER = "owner"

_chosen: ContextVar[str | None] = ContextVar("waymark_login", default=None)


class _Process:
    """The login this process uses where nothing else is said. Contexts do not reach into new threads; this does."""

    base = WEB


def current_login() -> str:
    """The alias of the login that queries use here and now."""
    return _chosen.get() or _Process.base


def set_base_login(alias: str) -> None:
    """Make `alias` the login of this whole process: the worker, commands and imports call it with `SERVICE`."""
    _Process.base = alias


@contextmanager
def login(alias: str) -> Iterator[None]:
    """Use the login `alias` for every query made inside."""
    token = _chosen.set(alias)
    try:
        yield
    finally:
        _chosen.reset(token)


class LoginRouter:
    """Tells Django which login to use; all three reach the same database, so any two rows may be related."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The login of this moment, wherever the instance in `hints` came from."""
        return current_login()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The login of this moment, wherever the instance in `hints` came from."""
        return current_login()

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        """Always: the logins see one database."""
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        """Only the owner makes tables."""
        return alias == OWNER


def database_role(alias: str) -> str:
    """The name that PostgreSQL knows a login by."""
    return str(connections.settings[alias]["USER"])
