"""Columns that the database fills in itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, Field, Func

if TYPE_CHECKING:
    _Number = Field[int, int]
else:
    _Number = Field


class TransactionField(_Number):
    """The number of a transaction, which never comes again in the life of a database server (`xid8`)."""

    def db_type(self, connection: Any) -> str:
        """PostgreSQL's own type: it does not turn over, unlike the 32 bits that rows carry."""
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        """A whole number in Python."""
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        """As text: there is no way from a number to this type but through text."""
        return None if value is None else str(value)


def clock_timestamp() -> Func:
    """The moment at which the row is stored, not that at which its transaction began."""
    return Func(function="clock_timestamp", output_field=DateTimeField())


def current_transaction() -> Func:
    """The transaction that stores the row."""
    return Func(function="pg_current_xact_id", output_field=TransactionField())
