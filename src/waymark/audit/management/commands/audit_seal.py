"""`./waymark audit seal`: seal what has been written to the trail, and say where the chain ends."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from waymark.audit.sealing import MovedError, newest_digest, seal_entries
from waymark.core.commands import ServiceCommand


class Command(ServiceCommand):
    called = "audit seal"
    help = (
        "Seal what has been written to the audit trail since the last time, which the worker does each minute, and "
        "print the digest at the end of the chain: keep it elsewhere, and give it to ./waymark audit verify."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """The digest goes to standard output by itself, so that it can be sent on."""
        try:
            sealed = seal_entries()
        except MovedError as problem:
            raise CommandError(str(problem)) from problem
        self.stderr.write(f"{sealed:,} {'entry' if sealed == 1 else 'entries'} sealed.")
        if digest := newest_digest():
            self.stdout.write(digest)
