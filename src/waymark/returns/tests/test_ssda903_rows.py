"""Each row on its own: what is accepted, and the words with which the rest is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from waymark.returns.ssda903 import codes
from waymark.returns.ssda903.layouts import FileKind
from waymark.returns.ssda903.reading import read_return
from waymark.returns.ssda903.rows import LONGEST_SHOWN, CareLeaverRow, EpisodeRow, Refusal, shown
from waymark.returns.tests.returns import ALEX, BABY, FROM, MOVED_IN, TODAY, only_child, only_refusal, read, write

NEXT = {**MOVED_IN, "DECOM": "04/08/2025", "RNE": "L", "LS": "C2"}
ENDED = {"DEC": "04/08/2025", "REC": "E5"}
REVIEW = {**ALEX, "REVIEW": "01/07/2025", "REVIEW_CODE": "PN1"}
ABSENCE = {**ALEX, "MISSING": "M", "MIS_START": "01/07/2025", "MIS_END": "02/07/2025"}
LEAVER = {**ALEX, "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "D1"}


def test_an_episode_is_read_with_its_dates_codes_and_place(tmp_path: Path) -> None:
    record = only_child(read(tmp_path, episodes=[{**MOVED_IN, **ENDED}]))
    assert record.episodes == (
        EpisodeRow(
            "A1",
            date(2025, 5, 3),
            "S",
            "V2",
            "K3",
            provider="PR4",
            ended=date(2025, 8, 4),
            ending="E5",
            postcode="ZZ12AB",
            urn="2700001",
        ),
    )


def test_codes_may_be_written_small_and_cells_may_have_spaces_around_them(tmp_path: Path) -> None:
    small = {column: f" {value.lower()} " for column, value in (MOVED_IN | ENDED).items() if column != "CHILD"}
    careless = only_child(read(tmp_path, episodes=[{**small, "CHILD": "A1"}]))
    assert careless.episodes[0].place == "K3"
    assert careless.episodes[0].ending == "E5"
    assert careless.episodes[0].postcode == "ZZ12AB"


@pytest.mark.parametrize(("sex", "means"), [("1", "M"), ("2", "F"), ("M", "M"), ("F", "F"), ("U", "U")])
def test_sex_is_read_as_older_and_newer_returns_write_it(tmp_path: Path, sex: str, means: str) -> None:
    assert only_child(read(tmp_path, header=[{**ALEX, "SEX": sex}])).sex == means


@pytest.mark.parametrize("place", sorted(codes.PLACEMENTS))
def test_every_placement_code_of_every_year_is_accepted(tmp_path: Path, place: str) -> None:
    assert only_child(read(tmp_path, episodes=[{**MOVED_IN, "PLACE": place}])).episodes[0].place == place


@pytest.mark.parametrize(
    ("accommodation", "letter", "suitable"),
    [("D1", "D", True), ("S2", "S", False), ("z1", "Z", True), ("0", "", None), ("", "", None)],
)
def test_care_leaver_accommodation_is_a_letter_and_whether_it_suits(
    tmp_path: Path, accommodation: str, letter: str, suitable: bool | None
) -> None:
    record = only_child(read(tmp_path, OC3=[{**LEAVER, "ACCOM": accommodation}]))
    assert record.care_leaver == CareLeaverRow("A1", "YES", "F2", letter, suitable)


def test_rows_that_say_nothing_are_no_reviews_absences_or_care_leavers(tmp_path: Path) -> None:
    record = only_child(read(tmp_path, REVIEWS=[ALEX], MISSING=[ALEX], OC3=[ALEX]))
    assert (record.reviews, record.absences, record.care_leaver) == ((), (), None)


def test_the_day_a_young_person_stops_being_unaccompanied_may_lie_ahead(tmp_path: Path) -> None:
    record = only_child(read(tmp_path, UASC=[{**ALEX, "DUC": "10/06/2026"}]))
    assert record.unaccompanied is not None
    assert record.unaccompanied.ceased == date(2026, 6, 10)


DATES = [
    ("31/02/2025", "is not a day of the calendar (dates are dd/mm/yyyy)"),
    ("03/05/25", "has a year of two digits (dates are dd/mm/yyyy)"),
    ("2025-05-03", "is written year first (dates are dd/mm/yyyy)"),
    ("3/5/2025", "is not a date written dd/mm/yyyy"),
    ("45780", "is not a date written dd/mm/yyyy"),
    ("02/05/2026", "lies in the future"),
    ("", "is empty"),
]


@pytest.mark.parametrize(("value", "reason"), DATES)
def test_a_date_that_is_not_one_is_refused(tmp_path: Path, value: str, reason: str) -> None:
    refusal = only_refusal(read(tmp_path, episodes=[{**MOVED_IN, "DECOM": value}]))
    assert refusal == Refusal("file1.csv", 2, "DECOM", value, reason)


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"RNE": ""}, "RNE", "is empty"),
        ({"RNE": "X"}, "RNE", "is not a code that RNE has had since 2016-17"),
        ({"LS": "C9"}, "LS", "is not a code that LS has had since 2016-17"),
        ({"PLACE": "M2"}, "PLACE", "is not a code that PLACE has had since 2016-17"),
        ({"PLACE_PROVIDER": "PR9"}, "PLACE_PROVIDER", "is not a code that PLACE_PROVIDER has had since 2016-17"),
        ({"DEC": "04/08/2025"}, "REC", "is empty although DEC is given"),
        ({"REC": "E5"}, "DEC", "is empty although REC is given"),
        ({"DEC": "02/05/2025", "REC": "E5"}, "DEC", "is before DECOM"),
        ({"DEC": "03/05/2025", "REC": "E5"}, "DEC", "is the same day as DECOM: an episode lasts a night"),
        ({"DEC": "04/08/2025", "REC": "E99"}, "REC", "is not a code that REC has had since 2016-17"),
        ({"DECOM": "09/06/2008"}, "DECOM", "is before the child was born"),
    ],
)
def test_an_episode_that_does_not_hold_together_is_refused(
    tmp_path: Path, changed: dict[str, str], column: str, reason: str
) -> None:
    row = {**MOVED_IN, **changed}
    found = read(tmp_path, episodes=[row])
    assert only_refusal(found) == Refusal("file1.csv", 2, column, row.get(column, ""), reason)
    assert found.young_people == ()


@pytest.mark.parametrize(
    ("kind", "row", "column", "reason"),
    [
        ("REVIEWS", {**REVIEW, "REVIEW": ""}, "REVIEW", "is empty"),
        (
            "REVIEWS",
            {**REVIEW, "REVIEW_CODE": "PN8"},
            "REVIEW_CODE",
            "is not a code that REVIEW_CODE has had since 2016-17",
        ),
        ("REVIEWS", {**REVIEW, "DOB": "10/07/2008"}, "DOB", "is not the date of birth in row 2 of the Header file"),
        ("REVIEWS", {**REVIEW, "DOB": ""}, "DOB", "is empty"),
        ("REVIEWS", {**REVIEW, "REVIEW": "01/06/2008"}, "REVIEW", "is before the child was born"),
        ("MISSING", {**ABSENCE, "MISSING": "X"}, "MISSING", "is not a code that MISSING has had since 2016-17"),
        ("MISSING", {**ABSENCE, "MIS_START": ""}, "MIS_START", "is empty"),
        ("MISSING", {**ABSENCE, "MIS_END": "30/06/2025"}, "MIS_END", "is before MIS_START"),
        ("MISSING", {**ABSENCE, "MIS_START": "01/06/2008"}, "MIS_START", "is before the child was born"),
        ("OC3", {**LEAVER, "IN_TOUCH": "MAYBE"}, "IN_TOUCH", "is not a code that IN_TOUCH has had since 2016-17"),
        ("OC3", {**LEAVER, "ACTIV": "F9"}, "ACTIV", "is not a code that ACTIV has had since 2016-17"),
        (
            "OC3",
            {**LEAVER, "ACCOM": "D"},
            "ACCOM",
            "is not a letter for the accommodation followed by 1 (suitable) or 2",
        ),
        (
            "OC3",
            {**LEAVER, "ACCOM": "A1"},
            "ACCOM",
            "is not a letter for the accommodation followed by 1 (suitable) or 2",
        ),
        ("UASC", {**ALEX, "DUC": "soon"}, "DUC", "is not a date written dd/mm/yyyy"),
    ],
)
def test_a_refused_review_absence_or_care_leaver_row_does_not_take_the_young_person_with_it(
    tmp_path: Path, kind: str, row: dict[str, str], column: str, reason: str
) -> None:
    found = read(tmp_path, **{kind: [row]})
    assert only_refusal(found) == Refusal("file2.csv", 2, column, row[column], reason)
    (record,) = found.young_people
    assert (record.reviews, record.absences, record.care_leaver, record.unaccompanied) == ((), (), None, None)


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        ("", "is empty"),
        ("1.23E+05", "is not a child's identifier (letters and digits, at most 20)"),
        ("A" * 21, "is not a child's identifier (letters and digits, at most 20)"),
    ],
)
def test_a_child_without_a_usable_identifier_is_refused(tmp_path: Path, child: str, reason: str) -> None:
    refusal = only_refusal(read(tmp_path, header=[ALEX, {**ALEX, "CHILD": child}]))
    assert (refusal.file, refusal.row, refusal.column, refusal.reason) == ("file0.csv", 3, "CHILD", reason)


def test_a_row_with_too_many_values_is_refused_whole(tmp_path: Path) -> None:
    found = read(tmp_path, episodes=[{**MOVED_IN, "URN": "1,2"}])
    assert only_refusal(found) == Refusal("file1.csv", 2, "", "", "has 14 values, and the heading has 13 columns")
    assert found.young_people == ()


def test_every_problem_of_a_row_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, episodes=[{**MOVED_IN, "DECOM": "x", "LS": "y"}])
    assert [(refusal.column, refusal.value) for refusal in found.refusals] == [("DECOM", "x"), ("LS", "y")]


def test_what_is_not_used_is_not_looked_at(tmp_path: Path) -> None:
    odd = {"ETHNIC": "?", "UPN": "?", "MOTHER": "?", "MC_DOB": "?"}
    episode = {**MOVED_IN, "CIN": "?", "HOME_POST": "?", "REASON_PLACE_CHANGE": "?"}
    assert only_child(read(tmp_path, header=[{**ALEX, **odd}], episodes=[episode]))


def test_rows_of_children_under_16_are_passed_over_unread(tmp_path: Path) -> None:
    header = [ALEX, {**BABY, "SEX": "?"}]
    found = read(tmp_path, header=header, episodes=[MOVED_IN, {**MOVED_IN, "CHILD": "B2", "DECOM": "?", "PLACE": "?"}])
    assert found.refusals == ()
    assert [record.child for record in found.young_people] == ["A1"]
    assert found.not_imported == {"under 16": 1}


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@x", "'@x"),
        ("-1", "'-1"),
        ("a\x07b", "a\N{REPLACEMENT CHARACTER}b"),
        ("x" * 100, "x" * (LONGEST_SHOWN - 1) + "…"),
    ],
)
def test_a_refused_value_is_shown_short_printable_and_never_as_a_formula(value: str, safe: str) -> None:
    assert shown(value) == safe


def test_a_return_of_before_2015_has_episodes_without_ofsted_numbers(tmp_path: Path) -> None:
    write(tmp_path, {FileKind.HEADER: [ALEX], FileKind.EPISODES: [MOVED_IN]})
    episodes = tmp_path / "file1.csv"
    lines = episodes.read_text().splitlines()
    episodes.write_text("".join(f"{line.rpartition(',')[0]}\n" for line in lines))
    record = only_child(read_return(tmp_path, today=TODAY, covered_from=FROM))
    assert record.episodes[0].postcode == "ZZ12AB"
    assert record.episodes[0].urn == ""
