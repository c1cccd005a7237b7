"""A database of the benchmark's own, made afresh for each section, on a server whose writes reach the disk.

Django is set up by `fresh_database`, so what needs it is imported inside functions.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from waymark.setup.database import PURPOSES, with_database
from waymark.setup.logins import ensure_database
from waymark.setup.testing import SUPERUSER_VARIABLE, export, start_embedded

if TYPE_CHECKING:
    from waymark.cases.models import Case
    from waymark.core.actor import Actor

DATABASE = "waymark_measured"
"""Dropped and made again: the name of nobody's real database."""

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOLD = ("server_version", "fsync", "synchronous_commit", "shared_buffers", "autovacuum")


@contextmanager
def server() -> Iterator[None]:
    """A server is up: the one that `./waymark benchmark` started, or one of our own for the length of the block."""
    if os.environ.get(SUPERUSER_VARIABLE):
        yield
        return
    with start_embedded(durable=True) as started:
        export(started)
        yield


def fresh_database() -> Actor:
    """An empty, migrated database behind Django's logins, here and in processes started from here. Gives the system."""
    superuser = os.environ[SUPERUSER_VARIABLE]
    _set_up_django()
    from django.core.management import call_command
    from django.db import connections

    from waymark.core.actor import Actor
    from waymark.core.database import SERVICE, set_base_login

    connections.close_all()
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(DATABASE)))
    ensure_database(superuser, DATABASE)
    call_command("migrate", database="owner", verbosity=0)
    set_base_login(SERVICE)
    return Actor.system("benchmark")


def _set_up_django() -> None:
    for purpose in PURPOSES:
        name = f"DATABASE_URL_{purpose.upper()}"
        os.environ[name] = with_database(os.environ[name], DATABASE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waymark.config.settings")
    import django

    django.setup()


def borough_working_by(pack: bytes, *, file: str, actor: Actor) -> Case:
    """A borough that has worked by a pack since long ago."""
    from waymark.cases.models import Kind
    from waymark.cases.services import open_case
    from waymark.duties.adopting import adopt_proposal, propose

    borough = open_case(actor=actor, kind=Kind.BOROUGH, authority=None)
    proposal = propose(authority=borough, content=pack, file=file, starts_on=date(2020, 1, 1))
    adopt_proposal(proposal, actor=actor)
    return borough


def young_people(many: int, *, borough: Case, actor: Actor) -> list[Case]:
    """So many cases of young people of a borough, with nothing in them."""
    from waymark.cases.models import Kind
    from waymark.cases.services import NewCase, open_cases

    new = [NewCase(kind=Kind.YOUNG_PERSON, authority=borough, starts_at=LONG_AGO) for _ in range(many)]
    return open_cases(new, actor=actor)


def social_worker_of(cases: list[Case], *, borough: Case, actor: Actor) -> Actor:
    """Somebody who works on all of these cases and may record what happens in them."""
    from waymark.access.models import AgencyKind, Involvement
    from waymark.access.services import acting_as, add_agency, add_member, involve_many

    council = add_agency(actor=actor, name="The council", kind=AgencyKind.LOCAL_AUTHORITY, case=borough)
    member = add_member(
        actor=actor,
        name="Robin Sayle",
        email="robin.sayle@waymark.example",
        agency=council,
        role="social_worker",
        starts_at=LONG_AGO,
    )
    involve_many(
        [Involvement(case=case, role="social_worker", membership=member, starts_at=LONG_AGO) for case in cases],
        actor=actor,
    )
    return acting_as(member)


def settings() -> str:
    """What the server says of itself that bears on the figures."""
    version, *others = (rows_of("select current_setting(%s)", name)[0][0] for name in TOLD)
    told = (f"{name}={value}" for name, value in zip(TOLD[1:], others, strict=True))
    return f"PostgreSQL {version}, {', '.join(told)}"


def size_of(table: str) -> int:
    """Bytes of a table with its indexes."""
    return int(rows_of("select pg_total_relation_size(%s)", table)[0][0])


def wait_for_the_disk(wait: bool) -> None:
    """Whether each commit of this process waits until it is on the disk, as it does unless somebody says otherwise."""
    from django.db import connections

    with connections["service"].cursor() as cursor:
        cursor.execute(f"set synchronous_commit = {'on' if wait else 'off'}")


def settle() -> None:
    """Do at once what the server does by itself within minutes: gather statistics, write out what is only in memory."""
    execute_as_owner("vacuum analyze")
    with psycopg.connect(os.environ[SUPERUSER_VARIABLE], autocommit=True) as connection:
        connection.execute("checkpoint")


def execute_as_owner(statement: str, *values: Any) -> None:
    """Run a statement in a transaction of its own, with nothing of Django's around it."""
    from django.db import connections

    connection = connections["owner"]
    connection.ensure_connection()
    connection.connection.execute(statement, values)


def rows_of(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query gives."""
    from django.db import connections

    with connections["service"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
