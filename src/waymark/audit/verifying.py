"""Recomputing the chain: what was changed, removed, put in or cut off since the trail was sealed, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections, transaction

from waymark.audit.digests import ENTRY, NOTHING_BEFORE, SEAL, Sealed, entry_digest, sealed_from
from waymark.audit.services import words_digest
from waymark.core import formats
from waymark.core.database import SERVICE

LONGEST_TRANSACTION = timedelta(days=1)
"""An entry dated longer than this before the seal that came before its own was dated back: nothing runs that long."""

SEALS = f"select {SEAL} from audit_seal where number > %(after)s order by number"  # noqa: S608
NUMBER_OF = "select number, digest from audit_seal where digest = %(digest)s"
OF_SEAL = f"select {ENTRY} from audit_entry where sequence = any(%(sequences)s)"  # noqa: S608
WORDS = "select entry_id::text, salt, text from audit_text where entry_id = any(%(entries)s::uuid[])"
NOT_SEALED = """
    select e.sequence, (extract(epoch from e.at) * 1000000)::bigint,
        e.sequence <= %(floor)s or (e.transaction, e.sequence) <= (%(transaction)s::xid8, %(sequence)s)
    from audit_entry e
    where not exists (
        select 1 from (select unnest(sequences) as sequence from audit_seal) s where s.sequence = e.sequence
    )
    order by e.sequence
"""
STRAY_WORDS = """
    select count(*) from audit_text t
    where not exists (select 1 from audit_entry e where e.id = t.entry_id and e.words_digest <> '')
"""


class Verification:
    """One look at the whole chain, or at what was sealed after the seal whose digest is `since`.

    `expect` are digests that were kept elsewhere and must be in the chain. Holds a few seals and the entries of one in
    memory at a time. `progress` is told how many entries were looked at.
    """

    def __init__(
        self, *, since: str = "", expect: Iterable[str] = (), progress: Callable[[int], object] = lambda entries: None
    ) -> None:
        self.since = since
        self.missing = {digest for digest in (*expect, since) if digest}
        self.progress = progress
        self.seals = 0
        self.entries = 0
        self.waiting = 0
        self.waiting_since: datetime | None = None
        self.anew: list[tuple[int, datetime]] = []
        self.last: Sealed | None = None

    def findings(self) -> Iterator[str]:
        """What is wrong, each in one sentence. The figures of this object are whole when it has ended."""
        with transaction.atomic(using=SERVICE):
            after, before = self._start()
            for seal in self._stream(after):
                yield from self._link(seal, after + 1 if self.last is None else self.last.number + 1, before)
                yield from self._contents(seal)
                if self.last is not None and seal.floor != self.last.floor:
                    self.anew.append((seal.number, _instant(seal.sealed_at)))
                self.last, before = seal, seal.digest
                self.missing.discard(seal.digest)
            yield from self._not_sealed()
            yield from self._stray_words()
        for digest in sorted(self.missing):
            yield (
                f"The seal {digest} is not in the chain: the end of the trail was cut off, or the chain was written "
                "anew from there."
            )

    def _start(self) -> tuple[int, str]:
        """The number and the digest of the seal to begin after; the beginning, when it is not there."""
        if self.since:
            rows = _rows(NUMBER_OF, {"digest": self.since})
            if rows:
                self.missing.discard(self.since)
                return rows[0][0], rows[0][1]
        return 0, NOTHING_BEFORE

    def _stream(self, after: int) -> Iterator[Sealed]:
        with connections[SERVICE].chunked_cursor() as cursor:
            cursor.execute(SEALS, {"after": after})
            while rows := cursor.fetchmany(10):
                yield from map(sealed_from, rows)

    def _link(self, seal: Sealed, expected: int, before: str) -> Iterator[str]:
        """Whether a seal stands where it should and is what it was."""
        self.seals += 1
        if seal.number != expected:
            gone = _numbered("Seal", "Seals", expected, seal.number - 1)
            yield f"{gone} missing from the chain: {'it was' if expected == seal.number - 1 else 'they were'} removed."
        elif seal.previous != before:
            yield f"Seal {seal.number} does not follow the one before it: one of the two was replaced."
        if not seal.is_whole():
            yield f"Seal {seal.number} itself was changed: it does not say what its own digest says."

    def _contents(self, seal: Sealed) -> Iterator[str]:
        """Whether the entries of a seal are what they were."""
        rows = {row[0]: row for row in _rows(OF_SEAL, {"sequences": list(seal.sequences)})}
        listed = seal.each()
        place_of = {digest: sequence for sequence, digest in listed}
        when = formats.moment(_instant(seal.sealed_at))
        for first, last in _runs(sequence for sequence in seal.sequences if sequence not in rows):
            yield f"{_numbered('Entry', 'Entries', first, last)} missing: sealed on {when}, removed since."
        for sequence, digest in listed:
            if sequence in rows and (found := entry_digest(rows[sequence])) != digest:
                if (before := place_of.get(found)) is not None:
                    yield f"Entry {sequence:,} is out of order: what stands there was sealed as entry {before:,}."
                else:
                    yield f"Entry {sequence:,} was changed after it was sealed on {when}."
        yield from self._dated_back(seal, rows.values())
        yield from _changed_words([row for row in rows.values() if row[16]])
        self.entries += len(listed)
        self.progress(len(listed))

    def _dated_back(self, seal: Sealed, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
        if self.last is None:
            return
        earliest = _instant(self.last.sealed_at) - LONGEST_TRANSACTION
        for row in rows:
            if (at := _instant(row[3])) < earliest:
                yield (
                    f"Entry {row[0]:,} was put in later: it says {formats.moment(at)}, and was not there when "
                    f"everything until {formats.moment(earliest)} was sealed."
                )

    def _not_sealed(self) -> Iterator[str]:
        """What no seal covers: put in where all was sealed, or waiting to be sealed."""
        last = self.last
        place: dict[str, Any] = {
            "floor": last.floor if last else 0,
            "transaction": str(last.through_transaction) if last else "0",
            "sequence": last.through_sequence if last else 0,
        }
        with connections[SERVICE].chunked_cursor() as cursor:
            cursor.execute(NOT_SEALED, place)
            for sequence, at, should_be in cursor:
                if should_be:
                    yield f"Entry {sequence:,} was put in: everything around it was sealed without it."
                else:
                    self.waiting += 1
                    self.waiting_since = min(filter(None, (self.waiting_since, _instant(at))))

    def _stray_words(self) -> Iterator[str]:
        if count := _rows(STRAY_WORDS, {})[0][0]:
            yield f"{count:,} texts were put beside entries that had none, or whose entry is missing."


def _changed_words(rows: list[tuple[Any, ...]]) -> Iterator[str]:
    """Whether what people typed is what was sealed; what retention removed is not missed."""
    if not rows:
        return
    of_entry = {row[1]: row for row in rows}
    for entry, salt, text in _rows(WORDS, {"entries": list(of_entry)}):
        row = of_entry[entry]
        if words_digest(bytes(salt), text) != row[16]:
            yield f"The words that were typed with entry {row[0]:,} were changed."


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of numbers that follow each other."""
    first = last = None
    for number in sorted(numbers):
        if last is not None and first is not None and number > last + 1:
            yield first, last
            first = number
        first, last = number if first is None else first, number
    if first is not None and last is not None:
        yield first, last


def _numbered(one: str, many: str, first: int, last: int) -> str:
    return f"{one} {first:,} is" if first == last else f"{many} {first:,} to {last:,} are"


def _instant(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _rows(query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
