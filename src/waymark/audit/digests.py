"""What is sealed of an entry and of a batch: the bytes whose SHA-256 stands in the chain.

Anybody may recompute them without this program: each is a JSON array in UTF-8 without spaces, its members in the order
given here, identifiers and numbers of transactions as text, times in whole microseconds since 1970 in UTC.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

NOTHING_BEFORE = "0" * 64
"""What the first seal has for the digest of the one before."""
SIZE = 32
"""The bytes of one digest."""

ENTRY = """
    sequence, id::text, transaction::text, (extract(epoch from at) * 1000000)::bigint, action, who, role,
    membership_id::text, account_id::text, agency_id::text, kind, object_id, case_id::text, cases::text[],
    request_id::text, purpose, words_digest, detail::text
"""
"""The columns of an entry, as `entry_digest` takes them. `detail` is as PostgreSQL writes it, so nothing is rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A seal as it is stored, its time in microseconds."""

    number: int
    sealed_at: int
    count: int
    first_sequence: int
    last_sequence: int
    through_transaction: int
    through_sequence: int
    floor: int
    sequences: Sequence[int]
    digests: bytes
    previous: str
    digest: str = ""

    def each(self) -> list[tuple[int, bytes]]:
        """The sequence and the digest of each of its entries, in the order of sealing."""
        parts = [self.digests[start : start + SIZE] for start in range(0, len(self.digests), SIZE)]
        return list(zip(self.sequences, parts, strict=False))

    def is_whole(self) -> bool:
        """Whether the seal says the same as its digest, and agrees with itself."""
        agrees = len(self.sequences) == self.count == len(self.digests) // SIZE
        return agrees and self.digest == seal_digest(self)


SEAL = """
    number, (extract(epoch from sealed_at) * 1000000)::bigint, count, first_sequence, last_sequence,
    through_transaction::text, through_sequence, floor, sequences, digests, previous, digest
"""
"""The columns of a seal, as `sealed_from` takes them."""


def sealed_from(row: Sequence[Any]) -> Sealed:
    """A seal from the columns `SEAL`."""
    number, at, count, first, last, transaction, sequence, floor, sequences, digests, previous, digest = row
    return Sealed(
        number=number,
        sealed_at=at,
        count=count,
        first_sequence=first,
        last_sequence=last,
        through_transaction=int(transaction),
        through_sequence=sequence,
        floor=floor,
        sequences=sequences,
        digests=bytes(digests),
        previous=previous,
        digest=digest,
    )


def entry_digest(row: Sequence[Any]) -> bytes:
    """The SHA-256 of an entry from the columns `ENTRY`. Its sequence is left out: the seal says which has which."""
    return hashlib.sha256(_canonical(row[1:])).digest()


def seal_digest(seal: Sealed) -> str:
    """The SHA-256 of a seal in hexadecimal: over the one before, the list of its entries and all else that it says."""
    said = [
        seal.number,
        seal.sealed_at,
        seal.count,
        seal.first_sequence,
        seal.last_sequence,
        str(seal.through_transaction),
        seal.through_sequence,
        seal.floor,
        list(seal.sequences),
        seal.digests.hex(),
        seal.previous,
    ]
    return hashlib.sha256(_canonical(said)).hexdigest()


def _canonical(values: Sequence[Any]) -> bytes:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode()
