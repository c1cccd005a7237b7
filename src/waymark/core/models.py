"""What every model is made of."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
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


class OneOf(models.Func):
    """Whether the first is one of those in the second, an array."""

    template = "(%(expressions)s))"
    arg_joiner = " = any("
    output_field = models.BooleanField()


class CaseBoundQuerySet(models.QuerySet[Record]):
    """Rows that belong to a case, and are read by whoever may read that category of information on the case."""

    case_field = "case"
    category = Category.IDENTITY

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows that the actor may read now."""
        if actor.is_system:
            return self.all()
        return self.filter(**{f"{self.case_field}__in": current_ledger().cases_within_reach(actor, self.category)})

    def listed_for(self, actor: Actor) -> Self:
        """The rows of `visible_to`, for the first of a list in the order of an index.

        For somebody who reads few records the database starts from those; for somebody who reads very many it goes
        through the list and asks about each row in turn until there are enough. It cannot tell by itself who is who.
        """
        if actor.is_system or not current_ledger().reaches_few(actor):
            return self.visible_one_by_one(actor)
        return self._of_these(current_ledger().cases_within_reach(actor, self.category))

    def _of_these(self, cases: models.QuerySet[Any]) -> Self:
        """Those of these cases, which are gathered first (`array`), however many the planner takes them to be."""
        return self.filter(OneOf(models.F(self.case_field), ArraySubquery(cases)))

    def visible_one_by_one(self, actor: Actor) -> Self:
        """The rows of `visible_to`, where each row is asked about in turn: for those of a few records at most."""
        if actor.is_system:
            return self.all()
        return self._opened(current_ledger().open_in(actor, models.OuterRef(self.case_field), self.category))

    def _opened(self, lines: models.QuerySet[Any]) -> Self:
        """Those with such a line. Written so that the planner does not look up the lines of all rows together."""
        return self.alias(opened_by=models.Subquery(lines.values("pk")[:1])).exclude(opened_by=None)


class ItemQuerySet(CaseBoundQuerySet[Record]):
    """Rows of which each has a category of its own, and may be held back from all but named readers.

    `item_field` holds the identifier of what may be held back: the row itself, or what it hangs on.
    """

    item_field = "pk"

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows whose category the actor may read now, and that are not held back from them.

        Each row is asked about in turn: what is looked for are the items of a record, or of some. Whoever looks through
        all says so by `case__in`.
        """
        if actor.is_system:
            return self.all()
        return self._not_held_back(actor)._opened(self._open_here(actor))

    def visible_one_by_one(self, actor: Actor) -> Self:
        """As `visible_to`, which does so already."""
        return self.visible_to(actor)

    def _open_here(self, actor: Actor) -> models.QuerySet[Any]:
        return current_ledger().open_in(actor, models.OuterRef(self.case_field), models.OuterRef("category"))

    def _not_held_back(self, actor: Actor) -> Self:
        """Asked of each row in turn: what is held back in all records together is more than anybody should wait for."""
        held_back = current_ledger().items_held_back_from(actor).filter(item=models.OuterRef(self.item_field))
        return self.alias(held_back=models.Subquery(held_back[:1])).filter(held_back=None)


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
