"""What the worker does about the trail: seal it."""

from __future__ import annotations

from waymark.audit.sealing import seal_entries
from waymark.outbox.registry import periodic

EVERY_MINUTE = "* * * * *"


@periodic("audit.seal", cron=EVERY_MINUTE)
def seal_the_trail() -> None:
    """Seal what has been written. With nothing new it is one query of an index."""
    seal_entries()
