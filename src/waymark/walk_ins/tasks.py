"""What the worker does about walk-ins: those closed long ago are removed."""

from __future__ import annotations

from waymark.core.actor import Actor
from waymark.outbox.registry import periodic
from waymark.walk_ins.services import remove_old


@periodic("walk_ins.remove_old", cron="20 3 * * *")
def remove() -> None:
    """Remove what is kept no longer."""
    remove_old(actor=Actor.system("walk-ins are kept no longer"))
