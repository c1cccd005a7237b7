"""What has to be looked at before somebody's data are handed to them, and why."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

THIRD_PARTY = "third party"


class Kind(StrEnum):
    """How a thing is marked."""

    CHECK = "CHECK"
    """It may name or describe somebody else: a person reads it before it goes out."""
    WITHHELD = "WITHHELD UNLESS CLEARED"
    """It stays in unless somebody decides that it may go out."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How and why a thing is marked. Whoever clears it names `code`, which changes when the thing does."""

    kind: Kind
    reason: str
    code: str

    @property
    def text(self) -> str:
        """`[CHECK: third party]`, for a page."""
        return f"[{self.kind}: {self.reason}]"


def code_of(table: str, identifier: str, place: str, value: Any) -> str:
    """The code of one thing, from where it stands and what it says: what was cleared is what goes out."""
    text = json.dumps([table, identifier, place, encoded(value)], cls=Encoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10].upper()


class Encoder(DjangoJSONEncoder):
    """Values of the database as JSON: instants, days, identifiers; bytes in hexadecimal."""

    def default(self, value: Any) -> Any:
        """What plain JSON does not know."""
        if isinstance(value, bytes | memoryview):
            return bytes(value).hex()
        return super().default(value)


def encoded(value: Any) -> Any:
    """A value as plain JSON would have it."""
    return json.loads(json.dumps(value, cls=Encoder))
