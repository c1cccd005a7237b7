"""A column that pages may not read, and what they get in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from waymark.core.database import WEB

if TYPE_CHECKING:
    _Address = models.EmailField[str, str]
else:
    _Address = models.EmailField


class AddressField(_Address):
    """Somebody's e-mail address. Pages get it from a function that knows whose they may see, and "" for the rest.

    The login of the pages has no right to the column, so a query of theirs that filters by it is an error.
    """

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """The column, or for pages the function of the same row."""
        if compiler.connection.alias != WEB:
            return sql, params
        table = sql.rpartition(".")[0]
        return f'public.waymark_email({table}."id")', params

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To the database it is a plain address."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs
