"""Importing a made-up return of 100,000 rows, database and duties included: `./waymark benchmark import_ssda903`.

The promise is under 60 seconds from the folder of CSV files to cases, events and duties in PostgreSQL under the whole
Islington protocol, and that the same return a second time adds nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from _measuring import Bars, heading, machine
from waymark.returns.ssda903.reading import Return, read_return
from waymark.returns.ssda903.records import ChildRecord
from waymark.returns.ssda903.sample import YEARS, sample_children, write_return

PACK = Path(__file__).resolve().parents[1] / "protocols" / "islington.toml"
PROMISED_ROWS = 100_000
PROMISED_SECONDS = 60
YEAR = "2024-25"


def main() -> int:
    options = _options()
    print("\n".join(machine()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write_return(folder, _children(options.rows, options.seed), year=YEAR, seed=options.seed)
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        heading(f"A return of {rows:,} rows in {len(list(folder.iterdir()))} files, {size:.1f} MB")
        begun = time.perf_counter()
        found = _read(folder)
        reading = time.perf_counter() - begun
        print(f"  reading and checking: {reading:.2f} s for {len(found.young_people):,} young people of 16 or over")
        storing, again, recorded, duties, added_again = _store(found)
    print(f"  storing: {storing:.2f} s for {recorded:,} events and {duties:,} duties worked out")
    print(f"  the same again: {again:.2f} s")
    print(f"  most memory used: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    heading("Promises")
    bars = Bars()
    wanted = PROMISED_SECONDS * max(rows, PROMISED_ROWS) / PROMISED_ROWS
    bars.at_most(f"{rows:,} rows read, stored and judged", reading + storing, wanted, " s")
    bars.exactly("events added by the same return again", added_again, 0)
    return 1 if bars.missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=PROMISED_ROWS)
    parser.add_argument("--seed", type=int, default=903)
    return parser.parse_args()


def _children(rows: int, seed: int) -> list[ChildRecord]:
    """As many children as make up that many rows."""
    chosen: list[ChildRecord] = []
    total = 0
    for child in sample_children(rows // 4, seed=seed, year=YEAR):
        if total >= rows:
            break
        chosen.append(child)
        total += 1 + len(child.episodes) + len(child.reviews) + len(child.absences)
        total += (child.care_leaver is not None) + (child.unaccompanied is not None)
    return chosen


def _read(folder: Path) -> Return:
    year = YEARS[YEAR]
    return read_return(folder, today=year.ends + timedelta(days=60), covered_from=year.begins)


def _store(found: Return) -> tuple[float, float, int, int, int]:
    """Seconds for the first and second import, events and duties of the first, events added by the second."""
    _database()
    from waymark.access.models import AgencyKind
    from waymark.access.services import add_agency, add_team
    from waymark.cases.models import Kind
    from waymark.cases.services import open_case
    from waymark.core.actor import Actor
    from waymark.core.database import SERVICE, set_base_login
    from waymark.duties.adopting import adopt_proposal, propose
    from waymark.duties.models import Duty
    from waymark.returns.services import ImportResult, import_return

    set_base_login(SERVICE)
    actor = Actor.system("benchmark")
    borough = open_case(actor=actor, kind=Kind.BOROUGH, authority=None)
    council = add_agency(actor=actor, name=f"Council {borough}", kind=AgencyKind.LOCAL_AUTHORITY, case=borough)
    team = add_team(actor=actor, agency=council, name="Leaving Care", role="social_worker", borough=borough)
    adopted_on = date(2017, 6, 1)
    proposal = propose(authority=borough, content=PACK.read_bytes(), file=PACK.name, starts_on=adopted_on)
    adopt_proposal(proposal, actor=actor)

    def timed() -> tuple[float, ImportResult]:
        begun = time.perf_counter()
        result = import_return(found, actor=actor, authority=borough, teams=[team], covered_from=YEARS[YEAR].begins)
        return time.perf_counter() - begun, result

    first, result = timed()
    duties = Duty.objects.filter(case__authority=borough).count()
    second, again = timed()
    return first, second, result.recorded, duties, again.recorded


def _database() -> None:
    """A migrated database on the server of this run (`./waymark benchmark` starts one whose writes reach the disk)."""
    from waymark.setup.logins import ensure_database
    from waymark.setup.testing import start_test_server

    ensure_database(start_test_server().superuser)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waymark.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="owner", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
