"""Who may end what was shared, or change it: whoever decided it, and those of the responsible council who work on the
record. Somebody to whom a part was shared takes it away from nobody else.
"""

from __future__ import annotations

from waymark.access.bringing_in import is_responsible
from waymark.access.models import Grant, Involvement
from waymark.access.services import NotAsAsked
from waymark.cases.models import Case
from waymark.core.actor import Actor


def decides_on_all_shares(actor: Actor, case: Case) -> bool:
    """Whether the actor works on the record, in person or with their team, for the council that is responsible."""
    if actor.is_system:
        return True
    return is_responsible(actor, case) and Involvement.objects.current().held_by(actor).filter(case=case).exists()


def decided(actor: Actor, line: Grant) -> bool:
    """Whether the actor decided this share, in whatever role of theirs. Its `decided_by` is loaded."""
    return line.decided_by is not None and line.decided_by.account_id == actor.account_id


def refuse_anothers_share(line: Grant, actor: Actor, case: Case) -> None:
    """Raise `NotAsAsked` for whoever may not end or change this share, saying whom to ask."""
    if decided(actor, line) or decides_on_all_shares(actor, case):
        return
    name = line.decided_by.account.name if line.decided_by else "whoever works on this record"
    raise NotAsAsked(f"Ask {name}, or the council that is responsible: only they can end or change this")
