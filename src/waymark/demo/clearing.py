"""Removes a made-up borough, with all its history, so that the demo can begin again."""

from __future__ import annotations

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from waymark.access.models import Agency, AgencyKind
from waymark.core.database import OWNER
from waymark.demo.simulation import names

TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'django_migrations'"
SEQUENCES = "select sequencename from pg_sequences where schemaname = 'public'"
GUARDED = """
    select relname from pg_trigger join pg_class on pg_class.oid = tgrelid
    where tgname = 'append_only' and relnamespace = 'public'::regnamespace
"""


class NotOursError(Exception):
    """The database holds a council that the demo did not make up."""


def clear() -> None:
    """Remove every record. Only the owner of the tables can: it switches off the guard of those that never shrink.

    Raises `NotOursError` where there is a council that is not the demo's, or where this is not a demo.
    """
    if not settings.DEMO:
        raise NotOursError("Only a demo can be begun again.")
    councils = Agency.objects.filter(kind=AgencyKind.LOCAL_AUTHORITY).values_list("name", flat=True)
    others = sorted(set(councils) - {names.COUNCIL})
    if others:
        raise NotOursError(f"This database holds {', '.join(others)}, which the demo did not make up. Nothing removed.")
    _empty_every_table()


def _empty_every_table() -> None:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        guarded = _named(cursor, GUARDED)
        for table in guarded:
            cursor.execute(sql.SQL("alter table {} disable trigger append_only").format(table))
        cursor.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(_named(cursor, TABLES))))
        for table in guarded:
            cursor.execute(sql.SQL("alter table {} enable trigger append_only").format(table))
        for sequence in _named(cursor, SEQUENCES):
            cursor.execute(sql.SQL("alter sequence {} restart").format(sequence))


def _named(cursor: CursorWrapper, query: str) -> list[sql.Identifier]:
    """The tables or sequences that a query names."""
    cursor.execute(query)
    return [sql.Identifier(row[0]) for row in cursor.fetchall()]
