"""One connection for the `web` and `service` logins, so that what a test does is undone by one rollback.

Each query first takes the role of the login it is made with, so row-level security and privileges are as they are in
life; only the session's own user differs. Tests of the logins themselves use `real_connections` instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import TransactionStatus

from waymark.core.database import SERVICE, WEB, database_role

UNDERNEATH = "tests"
"""The alias of the connection underneath."""


class Session:
    """The connection underneath, and the role it has taken."""

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self.wrapper = wrapper
        self.role = ""

    def become(self, role: str) -> None:
        if self.role != role:
            self.wrapper.ensure_connection()
            self.wrapper.connection.execute(f'set local role "{role}"')
            self.role = role

    def send(self, role: str, statements: str) -> None:
        """Send statements that take no values, in a role."""
        self.become(role)
        self.wrapper.connection.execute(statements)


_in_use: list[Session] = []


def session_in_use() -> Session | None:
    """The session of the test that runs, None where it has connections of its own."""
    return _in_use[-1] if _in_use else None


class SharedConnection:
    """What Django gets for an alias: the connection underneath, in the role of that alias."""

    def __init__(self, alias: str, session: Session) -> None:
        vars(self).update(alias=alias, session=session, role=database_role(alias))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session.wrapper, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.session.wrapper, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.session.wrapper, name)

    def cursor(self) -> Any:
        self.session.become(self.role)
        return self.session.wrapper.cursor()

    def chunked_cursor(self) -> Any:
        self.session.become(self.role)
        return self.session.wrapper.chunked_cursor()

    def savepoint_rollback(self, identifier: str) -> None:
        self.session.wrapper.savepoint_rollback(identifier)
        self.session.role = ""  # the rollback took the role back too

    def close(self) -> None:
        """Nothing: closing would end the test's transaction."""

    def close_if_unusable_or_obsolete(self) -> None:
        """Nothing: see `close`."""


@contextmanager
def shared_connection(settings: dict[str, Any]) -> Iterator[None]:
    """Let both logins use one connection, made with `settings`, in a transaction that is rolled back at the end."""
    if UNDERNEATH not in connections.settings:
        made = connections.configure_settings({UNDERNEATH: settings, "default": settings})
        connections.settings[UNDERNEATH] = made[UNDERNEATH]
    wrapper = connections[UNDERNEATH]
    session = Session(wrapper)
    before = {alias: connections[alias] for alias in (WEB, SERVICE)}
    roles = {alias: SharedConnection(alias, session) for alias in before}
    try:
        for alias, shared in roles.items():
            connections[alias] = shared
        _in_use.append(session)
        with transaction.atomic(using=UNDERNEATH):
            yield
            if wrapper.connection.info.transaction_status == TransactionStatus.INTRANS:
                wrapper.check_constraints()  # foreign keys are checked when a transaction commits; this one never does
            transaction.set_rollback(True, using=UNDERNEATH)
    finally:
        _in_use.clear()
        for alias, own in before.items():
            connections[alias] = own
