"""`./waymark manage demo_borough`: fill an empty database with a made-up borough."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from waymark.cases.models import Case, Kind
from waymark.core.clock import system_clock
from waymark.core.commands import ServiceCommand
from waymark.demo.clearing import NotOursError, clear
from waymark.demo.loading import load
from waymark.demo.simulation import SEED, Simulation


class Command(ServiceCommand):
    help = "Fill the database with a made-up borough and 14 months of its casework. Only where WAYMARK_DEMO is on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, default=1, help="how many times 120 residents, from 1 to 100")
        parser.add_argument("--seed", type=int, default=SEED, help="another number gives another borough")
        parser.add_argument("--fresh", action="store_true", help="remove the made-up borough that is there first")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a borough already")

    def handle(self, *args: Any, scale: int, seed: int, fresh: bool, if_empty: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("A made-up borough is loaded only where WAYMARK_DEMO is on.")
        if fresh:
            self._clear()
        elif Case.objects.filter(kind=Kind.BOROUGH).exists():
            if if_empty:
                return
            raise CommandError("There is a borough in this database already. --fresh begins again.")
        self._load(scale, seed)

    def _clear(self) -> None:
        try:
            clear()
        except NotOursError as problem:
            raise CommandError(str(problem)) from problem

    def _load(self, scale: int, seed: int) -> None:
        began = time.monotonic()
        try:
            simulation = Simulation(now=system_clock.now(), seed=seed, scale=scale)
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write("Making up a borough ...")
        loaded = load(simulation, tell=self._tell)
        self.stdout.write(
            f"  {loaded.young_people:,} young people, {loaded.members:,} members of staff and {loaded.events:,} events "
            f"in {time.monotonic() - began:.0f} s"
        )

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
