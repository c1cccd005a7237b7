"""Made-up returns are read back as they were made, for every year's shape."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from waymark.duties.engine.calendar import age_on
from waymark.returns.ssda903.reading import read_return
from waymark.returns.ssda903.records import ChildRecord
from waymark.returns.ssda903.rows import CareLeaverRow
from waymark.returns.ssda903.sample import YEARS, sample_children, write_return

TODAY = date(2026, 6, 1)


def expected(children: list[ChildRecord], last_day: date) -> dict[str, ChildRecord]:
    """Those a reading should take in: 16 by the last day, and looked after since or a care leaver."""
    grown = [child for child in children if age_on(child.born, last_day) >= 16]
    return {
        child.child: child
        for child in grown
        if child.care_leaver or any(row.ended is None or row.ended > child.sixteenth_birthday for row in child.episodes)
    }


@settings(deadline=None)
@given(seed=st.integers(0, 100_000), year=st.sampled_from(sorted(YEARS)), count=st.integers(1, 40))
def test_a_made_up_return_is_read_back_as_it_was_made(
    tmp_path_factory: pytest.TempPathFactory, seed: int, year: str, count: int
) -> None:
    shape = YEARS[year]
    children = sample_children(count, seed=seed, year=year)
    assume(any(child.episodes for child in children))  # an Episodes file without rows is no return
    folder = tmp_path_factory.mktemp("return")
    write_return(folder, children, year=year, seed=seed)
    found = read_return(folder, today=TODAY, covered_from=shape.begins)
    assert found.refusals == ()
    assume(found.last_day >= shape.begins)  # as any return of more than a few children does
    assert found.year_begins == shape.begins
    assert {record.child: record for record in found.young_people} == expected(children, found.last_day)
    assert len(found.young_people) + found.not_imported.total() == count


def test_the_same_seed_makes_the_same_return(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_return(tmp_path / name, sample_children(30, seed=9), seed=9)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_a_sample_is_as_various_as_a_council() -> None:
    children = sample_children(600, seed=1)
    episodes = [row for child in children for row in child.episodes]
    assert {"S", "L", "P", "T", "B"} <= {row.reason for row in episodes}
    assert {"K3", "T1", "U6"} <= {row.place for row in episodes}
    assert any(child.absences for child in children)
    assert any(child.unaccompanied for child in children)
    assert any(isinstance(child.care_leaver, CareLeaverRow) and not child.episodes for child in children)


@pytest.mark.parametrize("year", sorted(YEARS))
def test_a_sample_has_its_years_codes(tmp_path: Path, year: str) -> None:
    shape = YEARS[year]
    write_return(tmp_path, sample_children(80, seed=2, year=year), year=year)
    texts = [file.read_text() for file in sorted(tmp_path.iterdir())]
    header, episodes = texts[0], texts[1]
    assert f",{shape.sexes[0]}," in header
    assert episodes.splitlines()[0].endswith("URN") is shape.has_urn
    assert any(f",{place}," in episodes for place in shape.supported)
