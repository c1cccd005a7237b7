"""`./waymark import ssda903 DIR --from DAY`: read a council's return (docs/guides/import-ssda903.md)."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import CommandError
from django.db import ProgrammingError
from tqdm import tqdm

from waymark.access.models import Team
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.commands import ServiceCommand
from waymark.duties.engine.calendar import local_date
from waymark.returns.report import open_report, reading_lines, refusal_lines, result_lines, write_report
from waymark.returns.services import (
    ImportResult,
    ImportRunning,
    boroughs,
    import_return,
    teams_of,
)
from waymark.returns.ssda903.checks import written
from waymark.returns.ssda903.files import ReturnError, open_folder
from waymark.returns.ssda903.reading import Return, read_files

WRONG_INPUT = 2
SOCIAL_WORKERS = "social_worker"
ACTOR = Actor.system("import of an SSDA903 return")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is not a day such as 2025-04-01") from None


class Command(ServiceCommand):
    called = "import ssda903"
    help = "Read a council's SSDA903 return: the young people of 16 and over, and what happened to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder with the CSV files of one return")
        parser.add_argument(
            "--from",
            dest="covered_from",
            type=_day,
            required=True,
            metavar="DAY",
            help="the day from which the record is complete, such as 2025-04-01; duties begun earlier are unknown",
        )
        parser.add_argument(
            "--authority", metavar="REFERENCE", help="the borough, such as B1; needed when there are several"
        )
        parser.add_argument(
            "--team", metavar="NAME", help="the team whose young people they are; needed when several do social work"
        )
        parser.add_argument("--accept-partial", action="store_true", help="import the rest when some rows are refused")
        parser.add_argument("--report", type=Path, metavar="PATH", help="write every refused row to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        covered_from: date = options["covered_from"]
        if covered_from > local_date(system_clock.now()):
            raise CommandError(f"--from {covered_from} lies in the future.", returncode=WRONG_INPUT)
        with self._report(options["report"]) as report:
            found = self._read(options["folder"], covered_from)
            if report:
                write_report(report, found.refusals)
        self._say_what_was_read(found, covered_from)
        if found.refusals and not options["accept_partial"]:
            raise CommandError(
                "Nothing was stored. Put these rows right, or run again with --accept-partial to import the rest.",
                returncode=WRONG_INPUT,
            )
        authority = self._authority(options["authority"])
        teams = self._teams(authority, options["team"])
        result = self._store(found, authority, teams, covered_from, options)
        if result.still_absent:
            absent = len(result.still_absent)
            trail.exported(ACTOR, authority, purpose="who was missing when a return was made", rows=absent)
        self.stdout.write("\n".join(result_lines(result, found, teams)))

    def _authority(self, reference: str | None) -> Case:
        try:
            known = boroughs()
        except ProgrammingError as error:  # no such table
            raise CommandError(
                "The database is not ready: run ./waymark manage migrate.", returncode=WRONG_INPUT
            ) from error
        if reference is None and len(known) == 1:
            return next(iter(known.values()))
        if reference in known:
            return known[reference]
        listed = ", ".join(known) or "none; the demo or an administrator makes them"
        problem = "Say which borough with --authority." if reference is None else f"There is no borough {reference}."
        raise CommandError(f"{problem} Known: {listed}.", returncode=WRONG_INPUT)

    def _teams(self, authority: Case, name: str | None) -> list[Team]:
        """The team that is named; otherwise every team of the borough that does social work."""
        teams = teams_of(authority)
        if name is not None:
            chosen = [team for team in teams if team.name.lower() == name.lower()]
        else:
            chosen = [team for team in teams if team.role == SOCIAL_WORKERS]
        if chosen:
            return chosen
        listed = ", ".join(team.name for team in teams) or "none"
        problem = f"There is no team called {name}" if name else "No team does social work, so nobody would see them"
        raise CommandError(f"{problem}. Teams of {authority.reference}: {listed}.", returncode=WRONG_INPUT)

    @contextmanager
    def _report(self, path: Path | None) -> Iterator[TextIO | None]:
        """The file for refused rows, opened before anything else is done: a full disk must not be found out last."""
        if path is None:
            yield None
            return
        try:
            with open_report(path) as handle:
                yield handle
        except OSError as error:
            raise CommandError(f"{path}: cannot be written: {error.strerror}", returncode=WRONG_INPUT) from error

    def _read(self, path: Path, covered_from: date) -> Return:
        try:
            folder = open_folder(path)
            with self._bar("Reading", folder.size, "B", scale=True) as bar:
                today = local_date(system_clock.now())
                return read_files(folder, today=today, covered_from=covered_from, progress=bar.update)
        except ReturnError as error:
            raise CommandError(str(error), returncode=WRONG_INPUT) from error

    def _say_what_was_read(self, found: Return, covered_from: date) -> None:
        self.stdout.write("\n".join(reading_lines(found)))
        if covered_from < found.year_begins:
            self.stdout.write(
                f"Note: --from is before the return's year. What happened from {written(covered_from)} until then is "
                "not in it, so what was owed in that time will be shown as late."
            )
        if found.refusals:
            trail.exported(ACTOR, "returns.Return", purpose="refused rows of a return", rows=len(found.refusals))
            self.stderr.write("\n".join(refusal_lines(found.refusals)))

    def _store(
        self, found: Return, authority: Case, teams: list[Team], covered_from: date, options: dict[str, Any]
    ) -> ImportResult:
        try:
            with self._bar("Storing", len(found.young_people), " young people") as bar:
                return import_return(
                    found,
                    actor=ACTOR,
                    authority=authority,
                    teams=teams,
                    covered_from=covered_from,
                    accept_partial=options["accept_partial"],
                    progress=bar.update,
                )
        except ImportRunning as error:
            raise CommandError(
                "Another import for this borough is running. Nothing was stored.", returncode=1
            ) from error

    def _bar(self, what: str, total: int, unit: str, *, scale: bool = False) -> Any:
        return tqdm(desc=what, total=total, unit=unit, unit_scale=scale, leave=False, file=sys.stderr)
