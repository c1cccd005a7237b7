"""Sealing the trail: the worker puts entries in batches into a hash chain, so that tampering shows.

**In which order.** The numbers of entries are given out before their transactions commit, so an entry may appear after
one with a higher number was sealed. Entries are therefore sealed in the order of the transactions that stored them, and
only those whose transaction began before the oldest one that still runs: all that was stored by then is there to be
seen, and no more will come (decision 0014).

**After a restore into another server** numbers of transactions begin anew, and what is stored then could stand before
what was sealed. `seal_entries` notices and stops; `begin_anew` seals what is left over, whatever its number, and begins
a new order after it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django.db import connections, transaction

from waymark.audit.digests import ENTRY, NOTHING_BEFORE, SEAL, Sealed, entry_digest, seal_digest, sealed_from
from waymark.core.database import OWNER, SERVICE

BATCH = 1_000
"""How many entries one seal holds at most."""
ONE_AT_A_TIME = 714_203_344
"""The number of the lock that a sealer holds: any number, the same everywhere."""

LAST = f"select {SEAL} from audit_seal order by number desc limit 1"  # noqa: S608

ORDER = "e.transaction, e.sequence"
# Before the first, everything has ended. From the second on, nothing was given out: such a number is another server's.
HORIZON = "select pg_snapshot_xmin(pg_current_snapshot())::text"
NOT_YET = "select pg_snapshot_xmax(pg_current_snapshot())::text"
SETTLED = f"""
    select {ENTRY} from audit_entry e
    where (e.transaction, e.sequence) > (%(transaction)s::xid8, %(sequence)s) and e.sequence > %(floor)s
        and e.transaction < pg_snapshot_xmin(pg_current_snapshot())
    order by {ORDER} limit %(most)s
"""  # noqa: S608
LEFT_OVER = """
    select e.sequence from audit_entry e
    where not exists (
        select 1 from (select unnest(sequences) as sequence from audit_seal) s where s.sequence = e.sequence
    )
    order by e.sequence
"""
NAMED = f"select {ENTRY} from audit_entry e where sequence = any(%(sequences)s) order by e.sequence"  # noqa: S608
HIGHEST = "select coalesce(max(sequence), 0) from audit_entry"

INSERT = """
    insert into audit_seal (
        number, sealed_at, count, first_sequence, last_sequence, through_transaction, through_sequence, floor,
        sequences, digests, previous, digest
    ) values (
        %(number)s, timestamptz 'epoch' + %(sealed_at)s * interval '1 microsecond', %(count)s, %(first_sequence)s,
        %(last_sequence)s, %(through_transaction)s::text::xid8, %(through_sequence)s, %(floor)s, %(sequences)s,
        %(digests)s, %(previous)s, %(digest)s
    )
"""
NOW = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint"


class MovedError(Exception):
    """The database was restored into another server, where transactions are numbered anew."""


def seal_entries(*, most: int = BATCH) -> int:
    """Seal everything that is settled, `most` entries in a seal. Returns how many entries were sealed.

    One process does it at a time; another that comes meanwhile does nothing. Raises `MovedError`.
    """
    done = 0
    while sealed := _seal_next(most):
        done += sealed
    return done


def begin_anew(*, most: int = BATCH) -> int:
    """Seal everything that is not sealed, in the order of its numbers, and begin the order of sealing after it.

    For a database that was restored into another server. Holds up everybody who writes to the trail until it is done:
    with the lock held, each number given out so far is stored or never will be. Returns how many entries were sealed.
    """
    with transaction.atomic(using=OWNER):
        connections[OWNER].cursor().execute("lock table audit_entry in share mode")
        with transaction.atomic(using=SERVICE), connections[SERVICE].cursor() as cursor:
            cursor.execute(f"select pg_advisory_xact_lock({ONE_AT_A_TIME})")
            floor, before = _one(cursor, HIGHEST), int(_one(cursor, HORIZON)) - 1
            left = [row[0] for row in _rows(cursor, LEFT_OVER, {})]
            for start in range(0, len(left), most):
                rows = _rows(cursor, NAMED, {"sequences": left[start : start + most]})
                seal = _made_of(rows, last_seal(cursor))
                _store(cursor, replace(seal, floor=floor, through_transaction=before))
    return len(left)


def last_seal(cursor: Any) -> Sealed | None:
    """The seal at the end of the chain."""
    rows = _rows(cursor, LAST, {})
    return sealed_from(rows[0]) if rows else None


def newest_digest() -> str:
    """The digest at the end of the chain, to be kept elsewhere; "" when nothing has been sealed."""
    with connections[SERVICE].cursor() as cursor:
        last = last_seal(cursor)
    return last.digest if last else ""


def _seal_next(most: int) -> int:
    with transaction.atomic(using=SERVICE), connections[SERVICE].cursor() as cursor:
        if not _locked(cursor):
            return 0
        last = last_seal(cursor)
        if last is not None:
            _refuse_moved(cursor, last)
        asked = {
            "transaction": str(last.through_transaction) if last else "0",
            "sequence": last.through_sequence if last else 0,
            "floor": last.floor if last else 0,
            "most": most,
        }
        rows = _rows(cursor, SETTLED, asked)
        if rows:
            _store(cursor, _made_of(rows, last))
        return len(rows)


def _refuse_moved(cursor: Any, last: Sealed) -> None:
    if last.through_transaction >= int(_one(cursor, NOT_YET)):
        raise MovedError(
            "The trail was sealed by another server: this database was restored from a copy. When the copy is the one "
            "that you want, run ./waymark audit restart, and sealing goes on."
        )


def _made_of(rows: list[tuple[Any, ...]], last: Sealed | None) -> Sealed:
    """The next seal, over entries in the order given; its time and digest are still to come."""
    sequences = [row[0] for row in rows]
    return Sealed(
        number=last.number + 1 if last else 1,
        sealed_at=0,
        count=len(rows),
        first_sequence=min(sequences),
        last_sequence=max(sequences),
        through_transaction=int(rows[-1][2]),
        through_sequence=sequences[-1],
        floor=last.floor if last else 0,
        sequences=sequences,
        digests=b"".join(map(entry_digest, rows)),
        previous=last.digest if last else NOTHING_BEFORE,
    )


def _store(cursor: Any, seal: Sealed) -> None:
    seal = replace(seal, sealed_at=_one(cursor, NOW))
    seal = replace(seal, digest=seal_digest(seal))
    cursor.execute(INSERT, asdict(seal))


def _locked(cursor: Any) -> bool:
    """Whether this transaction is the one that seals."""
    return bool(_one(cursor, f"select pg_try_advisory_xact_lock({ONE_AT_A_TIME})"))


def _one(cursor: Any, query: str) -> Any:
    cursor.execute(query)
    return cursor.fetchone()[0]


def _rows(cursor: Any, query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    cursor.execute(query, parameters)
    return list(cursor.fetchall())
