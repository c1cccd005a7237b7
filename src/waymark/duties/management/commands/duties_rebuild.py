"""`./waymark duties rebuild`: work out every duty afresh from the events, and report what differs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from waymark.core.clock import system_clock
from waymark.core.commands import ServiceCommand
from waymark.duties.rebuilding import rebuild_all


class Command(ServiceCommand):
    called = "duties rebuild"
    help = "Work out every duty afresh from the events. There should be no difference; any there is gets mended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="report differences and mend nothing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        result = rebuild_all(system_clock.now(), check=check)
        for line in result.lines():
            self.stdout.write(line)
        counted = f"{result.cases:,} cases, {result.events:,} events, {result.duties:,} duties worked out afresh"
        found = f"{len(result.changes):,} {'would be' if check else 'were'} otherwise"
        self.stdout.write(f"{counted}; {found}.")
        if result.changes:
            raise SystemExit(1)
