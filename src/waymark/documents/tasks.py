"""What the worker does about files: have them checked."""

from __future__ import annotations

from uuid import UUID

from waymark.documents import scanning
from waymark.outbox.registry import periodic, task


@task(scanning.SCAN)
def scan(document_id: str) -> None:
    """Have one file checked for viruses."""
    scanning.scan(UUID(document_id))


@periodic("documents.scan_what_waits", cron="*/5 * * * *")
def scan_what_waits() -> None:
    """Ask again about those that still wait."""
    scanning.scan_what_waits()
