"""What the import of a return refuses, and how it says so."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from waymark.access.models import Involvement
from waymark.access.services import add_team
from waymark.audit.models import Entry
from waymark.cases.models import Kind
from waymark.cases.services import open_case
from waymark.events.models import Event
from waymark.people.models import YoungPerson
from waymark.returns.services import RowsRefused
from waymark.returns.tests.returns import (
    ALEX,
    BAD_ROW,
    CHARLIE,
    MOVED_IN,
    folder_with,
    standing,
)

pytestmark = pytest.mark.usefixtures("db")


def test_rows_that_are_refused_stop_everything_and_are_listed(run: Any, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, header=[ALEX, CHARLIE], episodes=[MOVED_IN, BAD_ROW])
    said = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("import_ssda903", str(folder), "--from", "2025-04-01", stdout=said, stderr=said)
    assert caught.value.returncode == 2
    assert "Nothing was stored." in str(caught.value)
    assert "file1.csv  3    LS      ?      is not a code that LS has had since 2016-17" in said.getvalue()
    assert not YoungPerson.objects.exists()
    assert not Event.objects.exists()


def test_the_rest_is_imported_when_somebody_says_so(run: Any, tmp_path: Path) -> None:
    said = run(folder_with(tmp_path, header=[ALEX, CHARLIE], episodes=[MOVED_IN, BAD_ROW]), "--accept-partial")
    assert "1 row is refused:" in said
    assert "1 young person of 16 or over: 1 added" in said
    assert [person.name for person in YoungPerson.objects.all()] == ["Child A1"]


REVIEW = {"CHILD": "A1", "DOB": ALEX["DOB"], "REVIEW": "04/08/2025", "REVIEW_CODE": "PN1"}
ABSENCE = {"CHILD": "A1", "DOB": ALEX["DOB"], "MISSING": "M", "MIS_START": "03/09/2025", "MIS_END": "05/09/2025"}


@pytest.mark.parametrize(
    "refused",
    [
        {"REVIEWS": [{**REVIEW, "REVIEW_CODE": "?"}], "MISSING": [{**ABSENCE, "MIS_START": "2025-09-03"}]},
        {"REVIEWS": [REVIEW, REVIEW], "MISSING": [ABSENCE, {**ABSENCE, "MIS_START": "04/09/2025"}]},
    ],
    ids=["with a value that cannot be", "contradicting another"],
)
def test_what_a_refused_row_may_have_said_again_is_not_withdrawn(bring_in: Any, refused: Any) -> None:
    bring_in(REVIEWS=[REVIEW], MISSING=[ABSENCE])
    before = standing()
    assert {"statutory_review_held", "episode_ended"} <= {kind for kind, _ in before}
    assert bring_in(accept_partial=True, **refused).withdrawn == 0
    assert standing() == before
    assert bring_in(REVIEWS=[], MISSING=[]).withdrawn > 0


def test_the_service_itself_stores_nothing_of_a_return_with_refused_rows(bring_in: Any) -> None:
    with pytest.raises(RowsRefused):
        bring_in(header=[ALEX, CHARLIE], episodes=[MOVED_IN, BAD_ROW])
    assert not Event.objects.exists()


def test_a_report_holds_every_refused_row_and_is_for_its_owners_eyes(run: Any, tmp_path: Path) -> None:
    bad = [{**MOVED_IN, "CHILD": f"Z{number}"} for number in range(60)]
    folder = tmp_path / "return"
    folder.mkdir()
    report = tmp_path / "refused.csv"
    said = run(
        folder_with(folder, header=[ALEX], episodes=[MOVED_IN, *bad]), "--accept-partial", "--report", str(report)
    )
    assert "… and 20 more" in said
    with report.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    assert rows[0] == ["file", "row", "column", "value", "reason"]
    assert rows[1] == ["file1.csv", "3", "CHILD", "Z0", "is not in the Header file"]
    assert len(rows) == 61
    assert report.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--authority", "B9"], "There is no borough B9. Known: B1."),
        (["--team", "Nobody"], "There is no team called Nobody. Teams of B1: Leaving Care."),
        (["--report", "/nowhere/at/all.csv"], "/nowhere/at/all.csv: cannot be written: No such file or directory"),
        (["--from", "2030-01-01"], "--from 2030-01-01 lies in the future."),
    ],
)
def test_an_argument_that_cannot_be_right_is_said_to_be_wrong(
    run: Any, tmp_path: Path, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError) as caught:
        run(folder_with(tmp_path, header=[ALEX], episodes=[MOVED_IN]), *arguments)
    assert str(caught.value) == message
    assert caught.value.returncode == 2


def test_with_several_boroughs_one_must_be_named(run: Any, tmp_path: Path, system: Any, borough: Any) -> None:
    folder = folder_with(tmp_path, header=[ALEX], episodes=[MOVED_IN])
    open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2")
    with pytest.raises(CommandError, match="Say which borough with --authority. Known: B1, B2."):
        run(folder)
    assert "1 added" in run(folder, "--authority", "B1")


@pytest.fixture
def two_teams_of_social_workers(
    system: Any, council: Any, borough: Any, leaving_care_team: Any, gangs_team: Any
) -> Any:
    """Leaving Care, Looked After Children, and the gangs team, which does other work."""
    return add_team(actor=system, agency=council, name="Looked After Children", role="social_worker", borough=borough)


@pytest.mark.parametrize(
    ("arguments", "teams"),
    [
        ([], ["Leaving Care", "Looked After Children"]),
        (["--team", "looked after children"], ["Looked After Children"]),
        (["--team", "Integrated Gangs Team"], ["Integrated Gangs Team"]),
    ],
)
def test_the_team_that_is_named_sees_them_or_else_every_team_that_does_social_work(
    run: Any, tmp_path: Path, two_teams_of_social_workers: Any, arguments: list[str], teams: list[str]
) -> None:
    said = run(folder_with(tmp_path, header=[ALEX], episodes=[MOVED_IN]), *arguments)
    assert f"Those added can be seen by: {', '.join(teams)}." in said
    assert sorted(Involvement.objects.values_list("team__name", flat=True)) == teams


def test_a_borough_without_social_workers_cannot_take_a_return(borough: Any, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, header=[ALEX], episodes=[MOVED_IN])
    with pytest.raises(CommandError, match="No team does social work, so nobody would see them. Teams of B1: none."):
        call_command("import_ssda903", str(folder), "--from", "2025-04-01", stdout=StringIO())


def test_a_file_that_cannot_be_used_is_named_and_nothing_is_stored(run: Any, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, header=[ALEX], episodes=[MOVED_IN])
    (folder / "file1.csv").write_bytes(b"\x00\x01")
    with pytest.raises(CommandError) as caught:
        run(folder)
    assert str(caught.value) == "file1.csv:1: is not a text file (it holds the byte 0x00)"
    assert caught.value.returncode == 2
    assert not Event.objects.exists()


def test_from_before_the_returns_year_is_pointed_out(run: Any, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, header=[ALEX], episodes=[{**MOVED_IN, "DECOM": "02/04/2026"}])
    assert "Note: --from is before the return's year. What happened from 01/04/2025 until then is not in it" in run(
        folder
    )


def test_those_still_missing_are_named(run: Any, tmp_path: Path) -> None:
    absent = {**ALEX, "MISSING": "M", "MIS_START": "20/04/2026"}
    said = run(folder_with(tmp_path, header=[ALEX], episodes=[MOVED_IN], MISSING=[absent]))
    assert "1 was still missing or away when the return was made:\n  Child A1, since 20/04/2026" in said
    printed = Entry.objects.get(action="export")
    assert (printed.purpose, printed.detail) == ("who was missing when a return was made", {"rows": 1})


def test_refused_rows_that_are_printed_are_on_the_trail(run: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing was stored"):
        run(folder_with(tmp_path, header=[ALEX, CHARLIE], episodes=[MOVED_IN, BAD_ROW]))

    printed = Entry.objects.get(action="export")
    assert (printed.kind, printed.purpose, printed.detail) == (
        "returns.Return",
        "refused rows of a return",
        {"rows": 1},
    )
