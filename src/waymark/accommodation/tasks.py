"""What the worker does about units: reservations lapse."""

from __future__ import annotations

from waymark.accommodation.services import lapse_reservations
from waymark.core.actor import Actor
from waymark.outbox.registry import periodic


@periodic("accommodation.lapse_reservations", cron="*/10 * * * *")
def lapse() -> None:
    """Mark the reservations whose time has come: they hold their unit no longer."""
    lapse_reservations(actor=Actor.system("reservations lapse"))
