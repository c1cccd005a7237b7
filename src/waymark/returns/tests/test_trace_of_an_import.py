"""The guide, step by step: a sample, the import, an export, and `protocol trace` says what the screens say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from waymark.cases.models import Case, Kind
from waymark.duties.adopting import adopt_proposal, propose
from waymark.duties.tests.agreeing import exported, said_by_screens, said_by_trace
from waymark.returns.ssda903.sample import sample_children, write_return

PACK = Path(__file__).resolve().parents[4] / "protocols" / "islington.toml"
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
FROM = date(2025, 8, 1)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def adopt(borough: Any, system: Any) -> Callable[[date], None]:
    """Have the borough work by the Islington protocol from a day on."""

    def adopting(day: date) -> None:
        proposal = propose(authority=borough, content=PACK.read_bytes(), file=PACK.name, starts_on=day)
        adopt_proposal(proposal, actor=system)

    return adopting


@pytest.fixture
def bring_in(leaving_care_team: Any, time_machine: Any, tmp_path: Path) -> Callable[[], None]:
    """Make a sample and import it, as in the guide."""
    time_machine.move_to(NOW, tick=False)
    write_return(tmp_path / "return", sample_children(40, seed=4))

    def importing() -> None:
        call_command("import_ssda903", str(tmp_path / "return"), "--from", FROM.isoformat(), stdout=StringIO())

    return importing


def young_people() -> Iterator[Case]:
    return Case.objects.filter(kind=Kind.YOUNG_PERSON).order_by("reference").iterator()


@pytest.mark.parametrize("imported_first", [False, True], ids=["adopted, then imported", "imported, then adopted"])
@pytest.mark.parametrize(
    ("adopted_on", "reasons"),
    [
        (date(2017, 6, 1), {"the record does not reach back"}),
        (FROM, {"was not in use here until Fri 1 Aug 2025"}),
        (date(2025, 12, 1), {"was not in use here until Mon 1 Dec 2025"}),
        (date(2026, 9, 1), {"was not in use here until Tue 1 Sep 2026"}),
    ],
    ids=["before --from", "on the day of --from", "after --from", "in the future"],
)
def test_the_trace_of_every_young_person_says_what_the_screens_say(
    adopt: Any, bring_in: Any, tmp_path: Path, adopted_on: date, reasons: set[str], imported_first: bool
) -> None:
    for step in (bring_in, adopt) if imported_first else (adopt, bring_in):
        step(*([adopted_on] if step is adopt else []))
    lines = []
    for case in young_people():
        said = said_by_trace(exported(case), [PACK], NOW, tmp_path)
        assert said == said_by_screens(case)
        lines += said
    assert len(lines) > 40
    unknown = [line["why"] for line in lines if line["state"] == "unknown"]
    assert unknown
    assert all(any(reason in why for reason in reasons) for why in unknown)
    judged = {line["state"] for line in lines}
    assert judged == {"unknown"} if adopted_on > NOW.date() else judged > {"unknown"}
