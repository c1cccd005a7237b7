"""How pages talk to the database: one statement at a time."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import Cursor

from waymark.core.database import WEB


class OneStatement(Cursor):
    """Sends each query by PostgreSQL's extended protocol, which takes one statement and no more.

    Values stand in the text of a query, as Django has it, so text that slips into one could otherwise end it with a
    semicolon and begin another of its own: `explain`, `listen`, `set`. Now it can only be part of what was asked.
    """

    def _execute_send(self, query: Any, *, force_extended: bool = False, binary: bool | None = None) -> None:
        super()._execute_send(query, force_extended=True, binary=binary)  # type: ignore[misc]


def one_statement_at_a_time(sender: Any, connection: BaseDatabaseWrapper, **more: Any) -> None:
    """Give a new connection of the pages' login such cursors (a receiver of `connection_created`)."""
    if connection.alias == WEB:
        connection.connection.cursor_factory = OneStatement
