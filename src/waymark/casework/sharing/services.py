"""A share that somebody has begun: kept page by page, and shared once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from waymark.access.models import Grant
from waymark.access.sharing import Holder, Terms, share
from waymark.cases.models import Case
from waymark.casework.models import ShareDraft
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service

KEPT_FOR = timedelta(days=7)
"""How long what somebody began to share is kept for them to finish."""


@service
def begin(*, actor: Actor, case: Case, clock: Clock = system_clock) -> ShareDraft:
    """Begin to share a record. What the same person began a week ago and never finished goes."""
    actor.require(Permission.SHARE, case)
    if actor.membership_id is None:
        raise ValueError("Only a person fills in forms.")
    now = clock.now()
    ShareDraft.objects.filter(membership=actor.membership_id, changed_at__lt=now - KEPT_FOR).delete()
    draft = ShareDraft.objects.create(case=case, membership_id=actor.membership_id, started_at=now, changed_at=now)
    trail.wrote(actor, draft)
    return draft


@service
def keep(
    draft: ShareDraft, step: str, sent: Mapping[str, Sequence[str]], *, actor: Actor, clock: Clock = system_clock
) -> None:
    """Keep what was answered on one page. Nothing happens when the draft was shared or thrown away since."""
    actor.require(Permission.SHARE, draft.case)
    found = ShareDraft.objects.select_for_update().filter(pk=draft.pk, membership=actor.membership_id).first()
    if found is None:
        return
    found.answers[step] = {name: list(values) for name, values in sent.items()}
    found.changed_at = clock.now()
    found.save(update_fields=["answers", "changed_at"])
    trail.wrote(actor, found, step=step)


@service
def throw_away(draft: ShareDraft, *, actor: Actor) -> None:
    """Share nothing: what was begun goes."""
    actor.require(Permission.SHARE, draft.case)
    trail.wrote(actor, draft, thrown_away=True)
    ShareDraft.objects.filter(pk=draft.pk, membership=actor.membership_id).delete()


@service
def share_draft(
    draft: ShareDraft, *, actor: Actor, holder: Holder, terms: Terms, replaces: UUID | None, clock: Clock = system_clock
) -> Grant:
    """Share what a draft says, once: pressed twice, it gives the same line. Raises as `share` does."""
    given = {"holder": holder, "terms": terms, "id": draft.pk, "replaces": replaces}
    line = share(actor=actor, case=draft.case, clock=clock, **given)  # type: ignore[arg-type]
    ShareDraft.objects.filter(pk=draft.pk, membership=actor.membership_id).delete()
    return line
