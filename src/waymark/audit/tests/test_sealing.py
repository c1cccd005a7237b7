"""Entries are sealed in batches into a chain, each once, whatever the order in which their transactions end."""

from __future__ import annotations

import re
import threading
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from tests.support.databases import superuser_settings

from waymark.audit.digests import NOTHING_BEFORE, SEAL, Sealed, sealed_from
from waymark.audit.models import Entry, Seal
from waymark.audit.sealing import MovedError, begin_anew, seal_entries
from waymark.core import trail
from waymark.core.database import SERVICE

pytestmark = pytest.mark.usefixtures("real_connections")


@pytest.fixture
def wrote(system):
    """Write entries, all in one transaction."""

    def write(number: int = 1) -> None:
        entry = trail.Entry(action=trail.Action.LIST, actor=system, kind="tests.Thing", detail={"rows": 3})
        with transaction.atomic(using=SERVICE):
            trail.write(*[entry] * number)

    return write


@pytest.fixture
def elsewhere(database_server, settings):
    """Another connection, with a transaction of its own that is open until somebody commits it."""
    found = superuser_settings(database_server)
    with psycopg.connect(
        dbname=found["NAME"], host=found["HOST"], port=found["PORT"], user=found["USER"], password=found["PASSWORD"]
    ) as connection:
        yield connection


def put(connection: psycopg.Connection, kind: str = "tests.Late", **columns: str) -> int:
    """Insert an entry by hand. Returns its number."""
    more = "".join(f", {name}" for name in columns)
    values = "".join(f", {value}" for value in columns.values())
    row = connection.execute(
        f"insert into audit_entry (id, action, who, role, kind, object_id, purpose, detail{more})"
        f" values (gen_random_uuid(), 'read', 'x', '', %s, '', '', '{{}}'{values}) returning sequence",
        [kind],
    ).fetchone()
    assert row
    return row[0]


def seals() -> list[Sealed]:
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(f"select {SEAL} from audit_seal order by number")
        return [sealed_from(row) for row in cursor.fetchall()]


def sealed_numbers() -> list[int]:
    return [sequence for seal in seals() for sequence in seal.sequences]


def test_each_entry_is_sealed_once_in_batches_that_follow_one_another(wrote):
    for number in (3, 1, 4):
        wrote(number)

    assert seal_entries(most=3) == 8
    assert seal_entries(most=3) == 0
    wrote()
    assert seal_entries(most=3) == 1

    assert [(seal.number, seal.count) for seal in seals()] == [(1, 3), (2, 3), (3, 2), (4, 1)]
    assert sealed_numbers() == list(Entry.objects.order_by("sequence").values_list("sequence", flat=True))
    assert [seal.previous for seal in seals()] == [NOTHING_BEFORE, *(seal.digest for seal in seals()[:-1])]
    assert all(seal.is_whole() for seal in seals())


@pytest.mark.whole_server
def test_what_was_written_is_sealed_once_every_transaction_of_the_server_that_began_before_has_ended(wrote):
    """Other tests run beside this one: it goes on until theirs have ended."""
    wrote(2)
    done = seal_entries()
    while not done:
        done = seal_entries()

    assert done == 2


def test_with_nothing_written_there_is_no_seal():
    assert seal_entries() == 0
    assert not Seal.objects.exists()


def test_an_entry_that_appears_after_one_with_a_higher_number_was_written_is_sealed_all_the_same(wrote, elsewhere):
    """Numbers are given out before transactions end: here the lower number is committed after the first sealing."""
    wrote()
    late = put(elsewhere)
    wrote()
    higher = Entry.objects.latest("sequence").sequence
    assert higher > late

    assert seal_entries() == 1
    assert late not in sealed_numbers()
    assert higher not in sealed_numbers()

    elsewhere.commit()
    assert seal_entries() == 2
    assert sealed_numbers() == sorted(Entry.objects.values_list("sequence", flat=True))
    assert seal_entries() == 0


def test_a_transaction_that_began_early_and_writes_late_is_not_passed_over(wrote, elsewhere):
    elsewhere.execute("select pg_current_xact_id()")
    wrote(2)
    assert seal_entries() == 0

    late = put(elsewhere)
    elsewhere.commit()

    assert seal_entries() == 3
    assert sealed_numbers()[0] == late


def test_what_a_transaction_took_back_leaves_a_gap_and_nothing_waits_for_it(wrote, elsewhere):
    put(elsewhere)
    elsewhere.rollback()
    wrote()

    assert seal_entries() == 1


def test_workers_that_seal_at_once_seal_each_entry_once(wrote, in_threads):
    wrote(20)

    in_threads(lambda _: seal_entries(most=2), list(range(4)))
    seal_entries()

    assert sorted(sealed_numbers()) == sorted(Entry.objects.values_list("sequence", flat=True))
    assert len(sealed_numbers()) == 20
    assert [seal.number for seal in seals()] == list(range(1, len(seals()) + 1))


def test_a_seal_cannot_be_changed_or_removed(wrote):
    wrote()
    seal_entries()

    for change in ("update audit_seal set digest = ''", "delete from audit_seal", "truncate audit_seal"):
        for alias in (SERVICE, "owner"):
            with (
                pytest.raises(Exception, match=r"permission denied|rows are never changed or removed"),
                connections[alias].cursor() as cursor,
            ):
                cursor.execute(change)


def test_after_a_restore_into_another_server_sealing_stops_and_can_begin_anew(wrote, elsewhere):
    wrote(2)
    seal_entries()
    elsewhere.execute("set session_replication_role = replica")
    # As in a copy of a server that was much older: everything stored and sealed by then has a high transaction number.
    elsewhere.execute("update audit_entry set transaction = '99999999999'")
    elsewhere.execute("update audit_seal set through_transaction = '99999999999'")
    elsewhere.commit()
    wrote(3)

    with pytest.raises(MovedError, match="audit restart"):
        seal_entries()
    with pytest.raises(CommandError, match="restored from a copy"):
        call_command("audit_seal", stderr=StringIO())
    assert begin_anew(most=2) == 3
    wrote()
    assert seal_entries() == 1

    assert sorted(sealed_numbers()) == sorted(Entry.objects.values_list("sequence", flat=True))
    assert len(sealed_numbers()) == 6
    assert [seal.floor > 0 for seal in seals()] == [False, True, True, True]


def test_beginning_anew_waits_for_whoever_is_still_writing(wrote, elsewhere, in_threads):
    late = put(elsewhere)
    wrote()
    over = threading.Event()

    def begin_or_commit(which: str) -> int:
        if which == "begin":
            try:
                return begin_anew()
            finally:
                over.set()
        with connections["owner"].cursor() as cursor:
            waiting = False
            while not waiting and not over.is_set():
                cursor.execute("select exists (select 1 from pg_locks where not granted and mode = 'ShareLock')")
                waiting = cursor.fetchone()[0]
        elsewhere.commit()
        return 0

    assert in_threads(begin_or_commit, ["begin", "commit"]) == [2, 0]
    assert late in sealed_numbers()


def test_the_command_prints_the_digest_to_keep(wrote):
    wrote()
    said, told = StringIO(), StringIO()

    call_command("audit_seal", stdout=said, stderr=told)

    assert re.fullmatch("[0-9a-f]{64}\n", said.getvalue())
    assert said.getvalue().strip() == seals()[-1].digest
    assert told.getvalue() == "1 entry sealed.\n"


def test_the_worker_seals_each_minute():
    from procrastinate.contrib.django import app

    from waymark.audit import tasks

    found = {(periodic.task.name, periodic.cron) for periodic in app.periodic_registry.periodic_tasks.values()}
    assert ("audit.seal", tasks.EVERY_MINUTE) in found
    tasks.seal_the_trail()
    assert not Seal.objects.exists()
