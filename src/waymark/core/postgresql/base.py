"""Django's PostgreSQL, whose check of a kept connection also takes back what an earlier request had set.

A connection serves one request after another for some minutes. Text that slipped into a query of one could set how
dates are written, or how long a query may run, for all that come after. Each request begins with a statement that says
whether the connection still works: `reset all` says the same as Django's `select 1`.
"""

from __future__ import annotations

from django.db.backends.postgresql import base
from psycopg import Error


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections whose settings are those that they were opened with, when a request begins."""

    def is_usable(self) -> bool:
        """Whether the connection works still; its settings are as at the beginning then."""
        if self.connection is None or self.in_atomic_block:
            return bool(super().is_usable())
        try:
            self.connection.execute("reset all")
            self.ensure_timezone()  # sends nothing where the connection was opened with it
        except Error:
            return False
        return True
