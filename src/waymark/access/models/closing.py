"""What closes a record, or a part of it, to people whom the ledger would let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from waymark.access.models.agencies import Membership, Team
from waymark.access.models.conditions import HiddenFrom
from waymark.accounts.models import Account
from waymark.cases.models import Case
from waymark.core.models import BaseModel, CaseBoundQuerySet, Period, Record, ends_after_start, holds_now

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class ClosingQuerySet(CaseBoundQuerySet[Record]):
    """Closings as people ask for them."""

    def current(self) -> Self:
        """Those that hold now."""
        return self.filter(holds_now())


class RestrictedRecord(BaseModel, Period):
    """A record that only named people may open, whatever else the ledger says: staff's own family, somebody well known.

    Whoever is named has a line in the ledger that is `named`.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="restrictions")
    why = models.CharField(max_length=400)
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ClosingQuerySet["RestrictedRecord"].as_manager()

    class Meta:
        constraints = [
            ends_after_start("restricted_record_ends_after_start"),
            models.UniqueConstraint(name="record_restricted_once", fields=["case"], condition=models.Q(ends_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} restricted"


class Conflict(BaseModel, Period):
    """A person who has a conflict of interest: the record is closed to them whatever their role or agency."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="conflicts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="conflicts")
    why = models.CharField(max_length=400)
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ClosingQuerySet["Conflict"].as_manager()

    class Meta:
        constraints = [
            ends_after_start("conflict_ends_after_start"),
            models.UniqueConstraint(
                name="conflict_declared_once", fields=["account", "case"], condition=models.Q(ends_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} has a conflict on {self.case_id}"


class HeldBackQuerySet(ClosingQuerySet["HeldBack"]):
    """Items held back as people ask for them. Whoever may not see an item does not learn that it is held back."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of records within reach, but for what is held back from the actor."""
        found = super().visible_to(actor)
        return found if actor.is_system else found.exclude(pk__in=HeldBack.objects.hidden_from(actor).values("pk"))

    def hidden_from(self, actor: Actor) -> Self:
        """Those that are held back now and of which the actor is not a named reader."""
        return self.filter(HiddenFrom(actor))


class HeldBack(BaseModel, Period):
    """One item (an entry, a meeting item, a paragraph) that only its named readers may see.

    `item` is the identifier of a row of any table that holds items; what hangs on it (a duty it began) is closed too.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="held_back")
    item = models.UUIDField()
    why = models.CharField(max_length=400)
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = HeldBackQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "held back"
        constraints = [
            ends_after_start("held_back_ends_after_start"),
            models.UniqueConstraint(name="item_held_back_once", fields=["item"], condition=models.Q(ends_at=None)),
        ]
        indexes = [models.Index(name="held_back_by_item", fields=["item"])]

    def __str__(self) -> str:
        return f"{self.item} held back"


class HeldBackReaderQuerySet(CaseBoundQuerySet["HeldBackReader"]):
    """Who may see what is held back, as people ask for it: only those who may see it themselves."""

    def visible_to(self, actor: Actor) -> Self:
        """Readers of what the actor may see."""
        return self.filter(held_back__in=HeldBack.objects.visible_to(actor))


class HeldBackReader(BaseModel):
    """A member or a team that may see an item held back from the rest."""

    held_back = models.ForeignKey(HeldBack, on_delete=models.CASCADE, related_name="readers")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = HeldBackReaderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="held_back_reader_is_a_member_or_a_team",
                condition=models.Q(membership=None, team__isnull=False) | models.Q(membership__isnull=False, team=None),
            ),
        ]

    def __str__(self) -> str:
        return f"reader of {self.held_back_id}"
