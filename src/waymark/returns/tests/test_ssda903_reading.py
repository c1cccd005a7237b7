"""Rows against each other, and who is taken in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from waymark.returns.ssda903.files import ReturnError
from waymark.returns.ssda903.layouts import FileKind
from waymark.returns.ssda903.reading import LEFT_OUT, NOTHING_TO_FOLLOW, TOO_YOUNG, FileSummary
from waymark.returns.ssda903.records import Told
from waymark.returns.ssda903.rows import Refusal
from waymark.returns.tests.returns import ALEX, MOVED_IN, Cells, only_child, only_refusal, read

CHARLIE = {"CHILD": "C3", "SEX": "F", "DOB": "20/12/2008"}
CHARLIE_MOVED_IN = {**MOVED_IN, "CHILD": "C3", "DECOM": "07/01/2026"}
GOES_ON = {"DEC": "04/08/2025", "REC": "X1"}
STOPS = {"DEC": "04/08/2025", "REC": "E5"}
NEXT = {**MOVED_IN, "DECOM": "04/08/2025", "RNE": "P", "PL_POST": "ZZ9 9ZZ"}


@pytest.mark.parametrize(
    ("rows", "row", "column", "value", "reason"),
    [
        pytest.param(
            [MOVED_IN, {**MOVED_IN, "LS": "C2"}],
            3,
            "DECOM",
            "03/05/2025",
            "another episode of this child begins that day (row 2)",
            id="the same episode twice",
        ),
        pytest.param(
            [MOVED_IN, NEXT],
            2,
            "DEC",
            "",
            "is empty although another episode begins on 04/08/2025 (row 3)",
            id="an episode that never ended",
        ),
        pytest.param(
            [NEXT, {**MOVED_IN, "DEC": "05/08/2025", "REC": "X1"}],
            2,
            "DECOM",
            "04/08/2025",
            "is before the episode of row 3 ended, on 05/08/2025",
            id="two episodes at once",
        ),
        pytest.param(
            [{**MOVED_IN, **GOES_ON}],
            2,
            "REC",
            "X1",
            "says that another episode begins on 04/08/2025, and none does",
            id="the next episode is not there",
        ),
        pytest.param(
            [{**MOVED_IN, **GOES_ON}, {**NEXT, "DECOM": "05/08/2025"}],
            2,
            "REC",
            "X1",
            "says that another episode begins on 04/08/2025, and none does",
            id="a gap between episodes",
        ),
        pytest.param(
            [{**MOVED_IN, **STOPS}, NEXT],
            3,
            "RNE",
            "P",
            "says that it follows another episode, but row 2 says that being looked after ended",
            id="going on after the end",
        ),
        pytest.param(
            [{**MOVED_IN, **GOES_ON}, {**NEXT, "RNE": "S"}],
            3,
            "RNE",
            "S",
            "says that being looked after began, but row 2 says X1: it went on",
            id="beginning what went on",
        ),
        pytest.param(
            [{**MOVED_IN, **GOES_ON}, {**NEXT, "RNE": "L", "LS": "C2"}],
            3,
            "RNE",
            "L",
            "says that only the legal status changed, but PLACE or PL_POST is not that of row 2",
            id="a move that calls itself a change of legal status",
        ),
    ],
)
def test_episodes_that_contradict_each_other_are_refused_and_the_young_person_left_out(
    tmp_path: Path, rows: list[Cells], row: int, column: str, value: str, reason: str
) -> None:
    found = read(tmp_path, header=[ALEX, CHARLIE], episodes=[*rows, CHARLIE_MOVED_IN])
    assert only_refusal(found) == Refusal("file1.csv", row, column, value, reason)
    assert [record.child for record in found.young_people] == ["C3"]
    assert found.not_imported == {LEFT_OUT: 1}


def test_the_order_of_rows_in_the_file_does_not_matter(tmp_path: Path) -> None:
    record = only_child(read(tmp_path, episodes=[NEXT, {**MOVED_IN, **GOES_ON}]))
    assert [row.began for row in record.episodes] == [date(2025, 5, 3), date(2025, 8, 4)]


def test_a_row_of_a_child_the_header_does_not_have_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path, REVIEWS=[{**CHARLIE, "REVIEW": "01/07/2025", "REVIEW_CODE": "PN1"}])
    assert only_refusal(found) == Refusal("file2.csv", 2, "CHILD", "C3", "is not in the Header file")


@pytest.mark.parametrize("bad", [{**NEXT, "RNE": "S", "LS": "?"}, {**NEXT, "RNE": "S", "URN": "1,2"}])
def test_one_refused_episode_takes_the_whole_young_person_with_it(tmp_path: Path, bad: Cells) -> None:
    """Or their record would say that they left care and never came back."""
    found = read(tmp_path, header=[ALEX, CHARLIE], episodes=[{**MOVED_IN, **STOPS}, bad, CHARLIE_MOVED_IN])
    assert only_refusal(found).row == 3
    assert [record.child for record in found.young_people] == ["C3"]


def test_a_child_with_a_refused_header_row_is_left_out_without_a_word_for_each_other_row(tmp_path: Path) -> None:
    found = read(tmp_path, header=[{**ALEX, "DOB": "?"}, CHARLIE], episodes=[MOVED_IN, CHARLIE_MOVED_IN])
    assert only_refusal(found).column == "DOB"
    assert found.not_imported == {LEFT_OUT: 1}


@pytest.mark.parametrize("again", [ALEX, {**ALEX, "DOB": "11/06/2008"}])
def test_a_child_listed_twice_is_left_out(tmp_path: Path, again: Cells) -> None:
    found = read(tmp_path, header=[ALEX, again, CHARLIE], episodes=[MOVED_IN, CHARLIE_MOVED_IN])
    assert only_refusal(found) == Refusal("file0.csv", 3, "CHILD", "A1", "has another row in this file")
    assert [record.child for record in found.young_people] == ["C3"]


def test_reviews_absences_and_single_rows_are_refused_when_they_repeat_or_overlap(tmp_path: Path) -> None:
    review = {**ALEX, "REVIEW": "01/07/2025", "REVIEW_CODE": "PN1"}
    absence = {**ALEX, "MISSING": "M", "MIS_START": "01/07/2025", "MIS_END": "03/07/2025"}
    leaver = {**ALEX, "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "D1"}
    found = read(
        tmp_path,
        REVIEWS=[review, {**review, "REVIEW_CODE": "PN2"}],
        MISSING=[absence, {**absence, "MIS_START": "02/07/2025"}],
        OC3=[leaver, {**leaver, "ACCOM": "B1"}],
        UASC=[ALEX, ALEX],
    )
    assert [(refusal.row, refusal.column, refusal.reason) for refusal in found.refusals] == [
        (3, "REVIEW", "is in row 2 already"),
        (3, "MIS_START", "is before the absence of row 2 ended, on 03/07/2025"),
        (3, "CHILD", "is in row 2 already"),
        (3, "CHILD", "is in row 2 already"),
    ]
    (record,) = found.young_people
    assert (len(record.reviews), len(record.absences)) == (1, 1)
    assert record.reviews[0].participation == "PN1"
    assert record.care_leaver is not None
    assert record.care_leaver.accommodation == "D"


def test_an_absence_cannot_begin_while_another_goes_on(tmp_path: Path) -> None:
    first = {**ALEX, "MISSING": "M", "MIS_START": "01/07/2025"}
    second = {**first, "MIS_START": "09/07/2025", "MIS_END": "10/07/2025"}
    refusal = only_refusal(read(tmp_path, MISSING=[first, second]))
    assert (refusal.row, refusal.reason) == (3, "the absence of row 2 had not ended")


def test_two_absences_on_one_day_are_two(tmp_path: Path) -> None:
    absence = {**ALEX, "MISSING": "M", "MIS_START": "01/07/2025", "MIS_END": "01/07/2025"}
    assert len(only_child(read(tmp_path, MISSING=[absence, absence])).absences) == 2


@pytest.mark.parametrize(
    ("born", "taken_in"),
    [("31/03/2010", True), ("01/04/2010", False)],
)
def test_whoever_was_16_by_the_last_day_the_return_tells_of_is_taken_in(
    tmp_path: Path, born: str, taken_in: bool
) -> None:
    last_day = {**CHARLIE_MOVED_IN, "DECOM": "31/03/2026"}
    found = read(tmp_path, header=[{**ALEX, "DOB": born}, CHARLIE], episodes=[MOVED_IN, last_day])
    assert ("A1" in [record.child for record in found.young_people]) is taken_in
    assert found.not_imported[TOO_YOUNG] == (not taken_in)


def test_whoever_left_care_before_16_or_was_only_in_short_breaks_is_not_taken_in(tmp_path: Path) -> None:
    sixteen = {**MOVED_IN, "DECOM": "01/04/2025", "DEC": "10/06/2025", "REC": "E4A", "PLACE": "U6"}
    header = [
        {**ALEX, "DOB": "10/06/2009"},
        CHARLIE,
        {**ALEX, "CHILD": "D4"},
    ]
    found = read(tmp_path, header=header, episodes=[sixteen, {**CHARLIE_MOVED_IN, "LS": "V4"}])
    assert found.young_people == ()
    assert found.not_imported == {NOTHING_TO_FOLLOW: 3}


def test_a_care_leaver_without_any_episode_is_taken_in(tmp_path: Path) -> None:
    leaver = {"CHILD": "E5", "SEX": "M", "DOB": "05/05/2006"}
    found = read(tmp_path, header=[ALEX, leaver], OC3=[{**leaver, "IN_TOUCH": "YES", "ACTIV": "F5", "ACCOM": "U1"}])
    record = found.young_people[1]
    assert record.child == "E5"
    assert record.care_leaver_since == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("decom", "begins"),
    [("31/03/2026", date(2025, 4, 1)), ("01/04/2026", date(2026, 4, 1)), ("03/05/2025", date(2025, 4, 1))],
)
def test_the_year_of_a_return_is_that_of_its_latest_day(tmp_path: Path, decom: str, begins: date) -> None:
    assert read(tmp_path, episodes=[{**MOVED_IN, "DECOM": decom}]).year_begins == begins


def test_a_return_tells_which_files_it_has_and_which_are_used(tmp_path: Path) -> None:
    found = read(tmp_path, OC2=[ALEX], MISSING=[])
    assert found.files == (
        FileSummary("file0.csv", FileKind.HEADER, 1, True),
        FileSummary("file1.csv", FileKind.EPISODES, 1, True),
        FileSummary("file3.csv", FileKind.MISSING, 0, True),
        FileSummary("file2.csv", FileKind.OC2, None, False),
    )
    assert found.told(FileKind.MISSING, "A1") is Told.ALL
    assert found.told(FileKind.REVIEWS, "A1") is Told.NOTHING


def test_a_header_or_episodes_file_without_rows_cannot_be_a_return(tmp_path: Path) -> None:
    with pytest.raises(ReturnError, match="file1.csv: has a heading and no rows"):
        read(tmp_path, episodes=[])


def test_refusals_come_in_the_order_of_files_and_rows(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        header=[{**ALEX, "SEX": "?"}, CHARLIE, {**CHARLIE, "CHILD": "?"}],
        episodes=[MOVED_IN, {**CHARLIE_MOVED_IN, "LS": "?"}, {**MOVED_IN, "CHILD": "Z9"}],
    )
    assert [(refusal.file, refusal.row) for refusal in found.refusals] == [
        ("file0.csv", 2),
        ("file0.csv", 4),
        ("file1.csv", 3),
        ("file1.csv", 4),
    ]
