"""What somebody could do who managed to run SQL of their own in a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest


@pytest.fixture
def by_hand(real_connections: None) -> Iterator[psycopg.Connection]:
    """A true connection of the `web` login, and nothing of ours around it."""
    from django.conf import settings
    from django.db import connections

    from waymark.core.database import WEB

    parameters = connections[WEB].get_connection_params()
    where = {key: parameters[key] for key in ("host", "port", "user", "password")}
    with psycopg.connect(dbname=settings.DATABASES[WEB]["NAME"], **where) as connection:
        yield connection


@pytest.fixture
def attack(by_hand: psycopg.Connection) -> Callable[..., list[tuple]]:
    """Run SQL as the pages' login, in a transaction that first says it is the holder of `token`, and is undone."""

    def run(sql: str, *values: object, token: str = "") -> list[tuple]:
        with by_hand.transaction(force_rollback=True):
            by_hand.execute("select set_config('waymark.token', %s, true)", [token])
            found = by_hand.execute(sql, values or None)
            while found.nextset():
                pass  # what the last of several statements says
            return found.fetchall() if found.description else []

    return run
