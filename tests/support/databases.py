"""A database for each process of a run: a template is migrated once and cloned.

Everything happens under one lock of the server's, so that processes and runs side by side do not disturb each other. A
template's name is the hash of what made it, so it is made again only when a migration changes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from waymark.core.database import OWNER, SERVICE, WEB
from waymark.setup.database import django_settings
from waymark.setup.logins import close_database, ensure_database
from waymark.setup.testing import TestServer

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "waymark_template_"
CLONE = "waymark_test_"
LOCK = 5_172_034
"""Any number, the same in every process."""


@contextmanager
def clone_for_this_process(server: TestServer, name: str) -> Iterator[None]:
    """Point Django's three logins at a migrated database of this process's own, and drop it at the end."""
    clone = f"{CLONE}{os.getpid()}_{name}"
    with psycopg.connect(server.superuser, autocommit=True) as connection:
        with _locked(connection):
            _drop_leftovers(connection)
            template = _template(connection, server)
            _create(connection, clone, template)
            _point_at(server, clone)
            keeper = psycopg.connect(**_parameters(server.superuser, clone))
        try:
            yield
        finally:
            connections.close_all()
            keeper.close()
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(clone)))


def superuser_settings(server: TestServer) -> dict[str, Any]:
    """The server's administrator, as an entry of `DATABASES`, at the database the logins point at."""
    return django_settings(server.superuser) | {"NAME": settings.DATABASES[WEB]["NAME"]}


def empty_every_table(server: TestServer) -> None:
    """Remove every row, as the server's administrator may who can switch all triggers off.

    Only what holds rows is emptied, row by row: a test leaves few, and emptying whole tables takes a tenth of a second.
    """
    with psycopg.connect(**_parameters(server.superuser, settings.DATABASES[WEB]["NAME"])) as connection:
        tables = connection.execute(
            "select quote_ident(tablename) from pg_tables"
            " where schemaname = 'public' and tablename <> 'django_migrations'"
        ).fetchall()
        asked = " union all ".join(f"select '{table}' where exists (select from {table})" for (table,) in tables)
        held = connection.execute(sql.SQL(asked)).fetchall()
        connection.execute("set local session_replication_role = replica")
        for (table,) in held:
            connection.execute(sql.SQL(f"delete from {table}"))


@contextmanager
def _locked(connection: psycopg.Connection[Any]) -> Iterator[None]:
    connection.execute("select pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [LOCK])


def _drop_leftovers(connection: psycopg.Connection[Any]) -> None:
    """Drop clones of runs that were killed: a living one always has a connection."""
    rows = connection.execute(
        "select datname from pg_database d where datname like %s"
        " and not exists (select 1 from pg_stat_activity a where a.datname = d.datname)",
        [CLONE.replace("_", r"\_") + "%"],
    ).fetchall()
    for (name,) in rows:
        connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def _template(connection: psycopg.Connection[Any], server: TestServer) -> str:
    name = TEMPLATE + _hash_of_migrations()
    if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        return name
    old = connection.execute(
        "select datname from pg_database where datname like %s", [TEMPLATE.replace("_", r"\_") + "%"]
    ).fetchall()
    for (other,) in old:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(other)))
    unfinished = name + "_unfinished"
    ensure_database(server.superuser, unfinished)
    _point_at(server, unfinished)
    call_command("migrate", database=OWNER, verbosity=0)
    connections.close_all()
    connection.execute(
        sql.SQL("alter database {} rename to {}").format(sql.Identifier(unfinished), sql.Identifier(name))
    )
    return name


def _hash_of_migrations() -> str:
    import django
    import procrastinate

    digest = hashlib.sha256(f"{django.__version__} {procrastinate.__file__}".encode())
    made_by = [ROOT / "src/waymark/core/security.py", ROOT / "src/waymark/setup/logins.py"]
    for path in sorted((ROOT / "src").glob("**/migrations/*.py")) + made_by:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _create(connection: psycopg.Connection[Any], clone: str, template: str) -> None:
    names = {"clone": sql.Identifier(clone), "template": sql.Identifier(template)}
    connection.execute(sql.SQL("drop database if exists {clone} with (force)").format(**names))
    connection.execute(sql.SQL("create database {clone} owner waymark_owner template {template}").format(**names))
    close_database(connection, clone)


def _point_at(server: TestServer, name: str) -> None:
    for alias, url in ((WEB, server.web), (SERVICE, server.service), (OWNER, server.owner)):
        found = django_settings(url)
        connections[alias].close()
        connections.settings[alias].update({key: found[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}, NAME=name)


def _parameters(url: str, name: str) -> dict[str, Any]:
    return {"conninfo": url, "dbname": name}
