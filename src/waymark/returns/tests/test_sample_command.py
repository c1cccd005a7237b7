"""Making up a return to try the import with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from waymark.returns.ssda903.reading import read_return


def make(folder: Path, *options: str) -> str:
    said = StringIO()
    call_command("sample_ssda903", str(folder), *options, stdout=said)
    return said.getvalue()


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 5, 1, 9, tzinfo=UTC), tick=False)


def test_a_sample_is_a_whole_return_of_the_latest_year_that_has_ended(tmp_path: Path) -> None:
    said = make(tmp_path / "new" / "sample", "--children", "40")
    assert said.startswith("40 children, ")
    assert said.endswith("a return for 2025-26, which ends on 31/03/2026.\n")
    found = read_return(tmp_path / "new" / "sample", today=date(2026, 5, 1), covered_from=date(2026, 4, 1))
    assert (found.refusals, found.year_begins) == ((), date(2025, 4, 1))


def test_before_the_year_has_ended_the_one_before_it_is_made(tmp_path: Path, time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 3, 31, 9, tzinfo=UTC), tick=False)
    assert "a return for 2024-25" in make(tmp_path)


def test_a_year_can_be_chosen(tmp_path: Path) -> None:
    assert "a return for 2016-17, which ends on 31/03/2017" in make(tmp_path, "--year", "2016-17")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    with pytest.raises(CommandError, match="is not empty") as caught:
        make(tmp_path)
    assert caught.value.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_a_folder_that_is_a_file_is_said_to_be_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="Not a directory"):
        make(tmp_path / "file")


@pytest.mark.parametrize("number", ["0", "-1", "some", "1e3", "100001", "9" * 5000])
def test_a_number_of_children_that_makes_no_sense_is_refused(tmp_path: Path, number: str) -> None:
    with pytest.raises(CommandError, match="is not a number from 1 to 100,000"):
        make(tmp_path, f"--children={number}")
    assert list(tmp_path.iterdir()) == []
