"""`./waymark manage sample_ssda903 FOLDER`: a made-up return to try the import with."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from waymark.core.clock import system_clock
from waymark.core.commands import ServiceCommand
from waymark.duties.engine.calendar import local_date
from waymark.returns.ssda903.checks import written
from waymark.returns.ssda903.sample import YEARS, sample_children, write_return

WRONG_INPUT = 2
MOST_CHILDREN = 100_000


def _children(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_CHILDREN:
        raise ArgumentTypeError(f"'{text}' is not a number from 1 to {MOST_CHILDREN:,}")
    return int(text)


class Command(ServiceCommand):
    help = "Make up a council's SSDA903 return, to try the import with. Nobody in it exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder for its CSV files")
        parser.add_argument("--children", type=_children, default=200, metavar="NUMBER", help="200 unless told")
        parser.add_argument(
            "--year", choices=sorted(YEARS), help="the year it is about; the latest that has ended unless told"
        )
        parser.add_argument("--seed", type=int, default=1, help="another number makes up other children")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        year = options["year"] or latest_year(local_date(system_clock.now()))
        children = sample_children(options["children"], seed=options["seed"], year=year)
        try:
            if folder.exists() and any(folder.iterdir()):
                raise CommandError(f"{folder} is not empty: name a new folder.", returncode=WRONG_INPUT)
            rows = write_return(folder, children, year=year, seed=options["seed"])
        except OSError as problem:
            raise CommandError(f"{folder}: {problem.strerror}", returncode=WRONG_INPUT) from problem
        files = len(list(folder.iterdir()))
        self.stdout.write(
            f"{len(children):,} children, {rows:,} rows in {files} files in {folder}: "
            f"a return for {year}, which ends on {written(YEARS[year].ends)}."
        )


def latest_year(today: date) -> str:
    """The latest year of a return that has ended by a day; the earliest there is when none has."""
    ended = [name for name, year in YEARS.items() if year.ends < today]
    return max(ended, default=min(YEARS))
