"""What the pages keep of their own: forms of several pages that somebody has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.models import BaseModel, CaseBoundQuerySet

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class ShareDraftQuerySet(CaseBoundQuerySet["ShareDraft"]):
    """Drafts as people ask for them."""

    def visible_to(self, actor: Actor) -> Self:
        """Their own, of records that they may still read."""
        found = super().visible_to(actor)
        return found if actor.is_system else found.filter(membership=actor.membership_id)


class ShareDraft(BaseModel):
    """A share that somebody has begun: what they answered on each page, as it was sent. Only they see it.

    Its identifier becomes that of the line in the ledger, so that whatever is pressed twice shares once.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="share_drafts")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="share_drafts")
    answers = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = ShareDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"share of {self.case_id} begun by {self.membership_id}"
