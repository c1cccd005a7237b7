"""`./waymark audit restart`: go on sealing after the database was restored into another server."""

from __future__ import annotations

from typing import Any

from waymark.audit.sealing import begin_anew, newest_digest
from waymark.core.commands import ServiceCommand


class Command(ServiceCommand):
    called = "audit restart"
    help = (
        "Go on sealing the audit trail after the database was restored into another server. Seals what is left over; "
        "the chain goes on, and ./waymark audit verify says where it began anew."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal, and print the digest at the end of the chain."""
        sealed = begin_anew()
        self.stderr.write(f"{sealed:,} {'entry' if sealed == 1 else 'entries'} sealed. Sealing goes on from here.")
        if digest := newest_digest():
            self.stdout.write(digest)
