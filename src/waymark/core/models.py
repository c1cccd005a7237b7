"""What every model is made of."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models.functions import Now

from waymark.core.categories import Category
from waymark.core.ledger import current_ledger

if TYPE_CHECKING:
    from waymark.core.actor import Actor

Record = TypeVar("Record", bound=models.Model, covariant=True)


class BaseModel(models.Model):
    """A row with a random identifier made here, so that it is known before the row is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


if TYPE_CHECKING:
    _WholeNumber = models.BigIntegerField[int, int]
else:
    _WholeNumber = models.BigIntegerField


class IdentityField(_WholeNumber):
    """A number that the database gives each row in the order of storing, and that nobody else can set.

    Rows that have one are inserted by name of column, never through `save()`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        kwargs["unique"] = True
        super().__init__(*args, **kwargs)

    def db_type_suffix(self, connection: Any) -> str:
        """Make the column an identity column."""
        return "GENERATED ALWAYS AS IDENTITY"


class CaseBoundQuerySet(models.QuerySet[Record]):
    """Rows that belong to a case, and are read by whoever may read that category of information on the case."""

    case_field = "case"
    category = Category.IDENTITY

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows that the actor may read now."""
        if actor.is_system:
            return self.all()
        return self.filter(**{f"{self.case_field}__in": current_ledger().cases_within_reach(actor, self.category)})


class ItemQuerySet(CaseBoundQuerySet[Record]):
    """Rows of which each has a category of its own, and may be held back from all but named readers.

    `item_field` holds the identifier of what may be held back: the row itself, or what it hangs on.
    """

    item_field = "pk"

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows whose category the actor may read now, and that are not held back from them."""
        if actor.is_system:
            return self.all()
        ledger = current_ledger()
        open_here = ledger.open_in(actor, models.OuterRef(self.case_field), models.OuterRef("category"))
        return self.filter(models.Exists(open_here)).exclude(
            **{f"{self.item_field}__in": ledger.items_held_back_from(actor)}
        )


class SharedQuerySet(models.QuerySet[Record]):
    """Rows about organisations and places, not about a young person: read by everyone who is signed in."""

    def visible_to(self, actor: Actor) -> Self:
        """Every row, for somebody who acts in a role; none for anybody else."""
        return self.all() if actor.is_system or actor.membership_id else self.none()


class Period(models.Model):
    """A row that is true from one instant until another; no end means until further notice."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def holds_now(prefix: str = "") -> models.Q:
    """The condition that a `Period` holds at the database's present instant. `prefix` leads to it, as `team__`."""
    return models.Q(**{f"{prefix}starts_at__lte": Now()}) & (
        models.Q(**{f"{prefix}ends_at": None}) | models.Q(**{f"{prefix}ends_at__gt": Now()})
    )


def not_over(prefix: str = "") -> models.Q:
    """The condition that a `Period` has not ended at the database's present instant, whether it has begun or not."""
    return models.Q(**{f"{prefix}ends_at": None}) | models.Q(**{f"{prefix}ends_at__gt": Now()})


def ends_after_start(name: str) -> models.CheckConstraint:
    """The constraint, called `name`, that a `Period` does not end before it starts."""
    return models.CheckConstraint(
        name=name, condition=models.Q(ends_at=None) | models.Q(ends_at__gte=models.F("starts_at"))
    )
