"""`./waymark audit verify`: recompute the chain of seals, and say in plain words what does not fit."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError
from django.db import connections
from tqdm import tqdm

from waymark.audit.verifying import Verification
from waymark.core import formats
from waymark.core.commands import ServiceCommand
from waymark.core.database import SERVICE

MOST_SAID = 200
"""How many findings are written out; the others are counted."""


def _digest(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text.lower()):
        raise ArgumentTypeError("a digest is 64 of the characters 0 to 9 and a to f")
    return text.lower()


class Command(ServiceCommand):
    called = "audit verify"
    help = (
        "Recompute the hash chain over the audit trail and say what was changed, removed, put in or cut off. "
        "Status 0: nothing. Status 1: something."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Digests that were kept elsewhere."""
        parser.add_argument(
            "--expect",
            type=_digest,
            action="append",
            default=[],
            metavar="DIGEST",
            help="a digest that ./waymark audit seal printed: it must be in the chain (may be given several times)",
        )
        parser.add_argument(
            "--since",
            type=_digest,
            metavar="DIGEST",
            help="the same, and look only at what was sealed after it",
        )

    def handle(self, *args: Any, expect: list[str], since: str | None, **options: Any) -> None:
        """Findings as they come, then what was looked at."""
        found = 0
        with tqdm(
            desc="Verifying", total=_sealed(), unit=" entries", unit_scale=True, leave=False, file=sys.stderr
        ) as bar:
            verification = Verification(since=since or "", expect=expect, progress=bar.update)
            for finding in verification.findings():
                found += 1
                if found <= MOST_SAID:
                    bar.clear()
                    self.stdout.write(finding)
        if found > MOST_SAID:
            self.stdout.write(f"… and {found - MOST_SAID:,} more findings.")
        self._say(verification)
        if found:
            raise CommandError("The trail is not as it was sealed.", returncode=1)
        self.stdout.write("The trail is as it was sealed.")

    def _say(self, looked: Verification) -> None:
        self.stdout.write(f"{looked.entries:,} entries in {looked.seals:,} seals looked at.")
        for number, at in looked.anew:
            self.stdout.write(f"At seal {number:,}, on {formats.moment(at)}, sealing began anew after a restore.")
        if looked.waiting and looked.waiting_since:
            since = formats.moment(looked.waiting_since)
            self.stdout.write(f"{looked.waiting:,} entries, the oldest of {since}, wait for the worker to seal them.")
        if looked.last:
            self.stdout.write(f"The chain ends with seal {looked.last.number:,}: {looked.last.digest}")


def _sealed() -> int:
    with connections[SERVICE].cursor() as cursor:
        cursor.execute("select coalesce(sum(count), 0) from audit_seal")
        return int(cursor.fetchone()[0])
