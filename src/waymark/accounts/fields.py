"""A column that pages may not read, and what they get in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import Col

from waymark.core.database import WEB

if TYPE_CHECKING:
    _Address = models.EmailField[str, str]
else:
    _Address = models.EmailField


class AddressField(_Address):
    """Somebody's e-mail address. Pages get it from a function that knows whose they may see, and "" for the rest.

    The login of the pages has no right to the column itself, which SQL of somebody's own would otherwise read.
    """

    def get_col(self, alias: str, output_field: Any = None) -> Any:
        """What stands for the column in every query, whether it is shown or looked for."""
        return _AddressColumn(alias, self, output_field)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To the database it is a plain address."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs


class _AddressColumn(Col):
    """The column; for pages, the function of the same row."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if connection.alias != WEB:
            return super().as_sql(compiler, connection)
        quoted = compiler.quote_name_unless_alias
        return f"public.waymark_email({quoted(self.alias)}.{quoted('id')})", []
