"""The question "who may see what", asked from everywhere and answered by the `access` app.

Apps that come before `access` need the answer too, so they ask through this module, and `access` registers itself here
when the system starts. A system check refuses to start without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import QuerySet

from waymark.core.categories import Category
from waymark.core.errors import NotWiredError

if TYPE_CHECKING:
    from waymark.core.actor import Actor
    from waymark.core.permissions import Permission


class Ledger(Protocol):
    """What the `access` app must be able to say."""

    def allows(self, actor: Actor, permission: Permission, about: Any) -> bool:
        """Whether the person's role holds `permission` and reaches the record `about`, if one is given."""
        ...

    def cases_within_reach(self, actor: Actor, category: Category = Category.IDENTITY) -> QuerySet[Any, Any]:
        """Identifiers of the cases of which the person may read `category` now, as a query to filter by."""
        ...

    def open_in(self, actor: Actor, case: Any, category: Any) -> QuerySet[Any, Any]:
        """Something, if the person may read the category on the case now. Both may be `OuterRef`s."""
        ...

    def reaches_few(self, actor: Actor) -> bool:
        """Whether the person may read few records, and not very many; tells the database, for what is asked next."""
        ...

    def items_held_back_from(self, actor: Actor) -> QuerySet[Any, Any]:
        """Identifiers of items that are held back from the person now, as a query to exclude by."""
        ...


class _Registered:
    ledger: Ledger | None = None


def register_ledger(ledger: Ledger | None) -> None:
    """Called once by the `access` app at start-up."""
    _Registered.ledger = ledger


def ledger_is_registered() -> bool:
    """For the system check."""
    return _Registered.ledger is not None


def current_ledger() -> Ledger:
    """The registered ledger, or `NotWiredError`."""
    if _Registered.ledger is None:
        raise NotWiredError("No sharing ledger is registered: is waymark.access installed?")
    return _Registered.ledger
