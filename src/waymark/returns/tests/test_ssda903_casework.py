"""What follows from the rows, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from waymark.duties.engine.calendar import local_date
from waymark.events import schemas
from waymark.returns.ssda903 import codes
from waymark.returns.ssda903.casework import Casework, PlannedEvent, casework, identifier, supported_stays
from waymark.returns.ssda903.records import ChildRecord
from waymark.returns.ssda903.rows import (
    CareLeaverRow,
    EpisodeRow,
    MissingRow,
    ReviewRow,
    UnaccompaniedRow,
)
from waymark.returns.ssda903.sample import sample_children
from waymark.returns.tests.returns import ALEX, FROM, MOVED_IN, only_child, read

BORN = date(2008, 6, 10)
SIXTEEN = date(2024, 6, 10)


def day(text: str) -> date:
    """A day of 2025: `3 May`."""
    return datetime.strptime(f"{text} 2025 +0000", "%d %b %Y %z").date()


def stay(begins: str, reason: str, ends: str = "", ending: str = "X1", place: str = "K3", **more: str) -> EpisodeRow:
    """An episode of 2025."""
    values = {"legal_status": "V2", "postcode": "ZZ12AB", "provider": "PR4", "urn": "2700001", **more}
    ended = day(ends) if ends else None
    return EpisodeRow("A1", day(begins), reason, place=place, ended=ended, ending=ending if ends else "", **values)


def alex(*episodes: EpisodeRow, **more: Any) -> ChildRecord:
    """Alex, 16 since June 2024."""
    return ChildRecord("A1", BORN, "M", tuple(episodes), **more)


def story(record: ChildRecord, covered_from: date = FROM) -> Casework:
    return casework(record, authority="B1", covered_from=covered_from)


def told(record: ChildRecord, *types: str) -> list[tuple[str, date]]:
    """Type and day of each event, or of those types, in order."""
    events = story(record).events
    return [(event.type, event.day) for event in events if not types or event.type in types]


def facts(record: ChildRecord) -> list[tuple[date, dict[str, Any]]]:
    """The facts but the first, which is about birth."""
    events = [event for event in story(record).events if event.type == "facts_recorded"]
    return [(event.day, dict(event.data)) for event in events[1:]]


MOVES = ("placement_started", "placement_ended")
OUT = {"postcode": "ZZ99ZZ", "urn": "2700009"}


@pytest.mark.parametrize("place", ["K3", "H5", "P2", "Z1"])
def test_supported_and_semi_independent_accommodation_is_a_placement(place: str) -> None:
    record = alex(stay("3 May", "S", "4 Aug", "E5", place=place))
    assert told(record, *MOVES) == [("placement_started", day("3 May")), ("placement_ended", day("4 Aug"))]


@pytest.mark.parametrize("place", sorted(codes.ELSEWHERE | codes.TEMPORARY))
def test_no_other_place_is(place: str) -> None:
    assert told(alex(stay("3 May", "S", place=place)), *MOVES) == []


def test_a_placement_that_goes_on_has_not_ended() -> None:
    assert told(alex(stay("3 May", "S")), *MOVES) == [("placement_started", day("3 May"))]


ONE_HOME = [("placement_started", day("3 May")), ("placement_ended", day("1 Nov"))]
TWO_HOMES = [
    ("placement_started", day("3 May")),
    ("placement_ended", day("4 Aug")),
    ("placement_started", day("4 Aug")),
    ("placement_ended", day("1 Nov")),
]


@pytest.mark.parametrize(
    ("second", "homes"),
    [
        pytest.param(stay("4 Aug", "L", "1 Nov", "E5", legal_status="C2"), ONE_HOME, id="L: only the legal status"),
        pytest.param(stay("4 Aug", "T", "1 Nov", "E5", place="H5", urn=""), ONE_HOME, id="T: registered with Ofsted"),
        pytest.param(stay("4 Aug", "U", "1 Nov", "E5", urn="2700002"), ONE_HOME, id="U: new number and legal status"),
        pytest.param(stay("4 Aug", "T", "1 Nov", "E5", **OUT), TWO_HOMES, id="T: moved with the same carers"),
        pytest.param(stay("4 Aug", "U", "1 Nov", "E5", **OUT), TWO_HOMES, id="U: moved with the same carers"),
        pytest.param(stay("4 Aug", "P", "1 Nov", "E5", **OUT), TWO_HOMES, id="P: moved to new carers"),
        pytest.param(stay("4 Aug", "B", "1 Nov", "E5", **OUT), TWO_HOMES, id="B: moved, and new legal status"),
        pytest.param(stay("4 Aug", "P", "1 Nov", "E5"), TWO_HOMES, id="P: new carers at the same postcode"),
    ],
)
def test_whether_two_episodes_are_one_placement_goes_by_the_reason_for_the_new_one(
    second: EpisodeRow, homes: list[tuple[str, date]]
) -> None:
    assert told(alex(stay("3 May", "S", "4 Aug"), second), *MOVES) == homes


def test_a_placement_keeps_its_identifier_through_its_episodes_and_from_import_to_import() -> None:
    one = alex(stay("3 May", "S", "4 Aug"), stay("4 Aug", "L", "1 Nov", "E5"))
    refs = {event.refs["placement"] for event in story(one).events if event.type in MOVES}
    assert refs == {str(identifier("B1", "A1", "placement:2025-05-03"))}
    assert refs.isdisjoint(
        event.refs.get("placement") for event in casework(one, authority="B2", covered_from=FROM).events
    )


@pytest.mark.parametrize(
    ("back", "homes"),
    [
        (stay("9 Aug", "P", "1 Nov", "E5"), ONE_HOME),
        (
            stay("9 Aug", "P", "1 Nov", "E5", **OUT),
            [
                ("placement_started", day("3 May")),
                ("placement_ended", day("9 Aug")),
                ("placement_started", day("9 Aug")),
                ("placement_ended", day("1 Nov")),
            ],
        ),
        (
            stay("9 Aug", "P", "1 Nov", "E5", place="R5"),
            [("placement_started", day("3 May")), ("placement_ended", day("9 Aug"))],
        ),
    ],
    ids=["back to the same place", "to another place", "to custody"],
)
def test_a_stay_in_hospital_leaves_the_placement_standing_when_they_come_back_to_it(
    back: EpisodeRow, homes: list[tuple[str, date]]
) -> None:
    hospital = stay("4 Aug", "P", "9 Aug", place="T1", provider="", urn="")
    assert told(alex(stay("3 May", "S", "4 Aug"), hospital, back), *MOVES) == homes


def test_someone_still_in_hospital_has_not_left_their_placement() -> None:
    record = alex(stay("3 May", "S", "4 Aug"), stay("4 Aug", "P", place="T1"))
    assert told(record, *MOVES) == [("placement_started", day("3 May"))]


def test_moving_to_a_foster_home_and_back_is_two_placements() -> None:
    foster = stay("4 Aug", "P", "9 Sep", place="U6")
    record = alex(stay("3 May", "S", "4 Aug"), foster, stay("9 Sep", "P"))
    assert told(record, *MOVES) == [*TWO_HOMES[:2], ("placement_started", day("9 Sep"))]


def test_staying_with_the_same_carers_at_18_does_not_end_the_placement() -> None:
    record = alex(stay("3 May", "S", "4 Aug", "E17"))
    assert told(record, *MOVES) == [("placement_started", day("3 May"))]
    assert facts(record)[-1] == (day("4 Aug"), {"status": "care_leaver"})


def test_a_placement_that_ended_before_16_is_none_and_one_that_went_on_is() -> None:
    young = replace(alex(stay("3 May", "S", "4 Aug", "E4A", place="Z1")), born=date(2009, 8, 4))
    assert told(young, *MOVES) == []
    assert len(told(replace(young, born=date(2009, 8, 3)), *MOVES)) == 2


def test_short_breaks_are_no_placement_and_no_time_in_care() -> None:
    record = alex(stay("3 May", "S", "4 Aug", "E8", legal_status="V3"))
    assert told(record) == [("facts_recorded", BORN)]


def test_a_placement_says_what_the_return_says_of_the_place() -> None:
    started, ended = (event for event in story(alex(stay("3 May", "S", "4 Aug", "E5"))).events if event.type in MOVES)
    assert started.data == {
        "unit": "Supported accommodation (K3), private provider, postcode ZZ1 2AB, Ofsted number 2700001"
    }
    assert ended.data == {"reason": "Moved into independent living with formal support (E5)"}


@pytest.mark.parametrize(
    ("reason", "covered_from"),
    [("S", FROM), ("P", FROM), ("B", FROM), ("L", day("4 May")), ("T", day("4 May")), ("U", day("4 May"))],
)
def test_where_a_placement_began_earlier_than_the_return_tells_the_record_is_complete_only_from_the_day_after(
    reason: str, covered_from: date
) -> None:
    """Or duties would be called late that hang on a beginning nobody knows."""
    birth = story(alex(stay("3 May", reason))).events[0]
    assert birth.data["covered_from"] == covered_from.isoformat()


def test_the_date_of_birth_is_in_force_from_birth() -> None:
    birth = story(alex(stay("3 May", "S"))).events[0]
    assert (birth.type, birth.day, birth.data["date_of_birth"]) == ("facts_recorded", BORN, "2008-06-10")


def test_status_follows_each_time_in_care() -> None:
    record = alex(
        stay("3 May", "S", "4 Aug"),
        stay("4 Aug", "P", "9 Sep", "E4A", place="U6"),
        stay("1 Oct", "S", "1 Nov", "E6"),
    )
    assert facts(record) == [
        (day("3 May"), {"status": "cla"}),
        (day("9 Sep"), {"status": "care_leaver"}),
        (day("1 Oct"), {"status": "cla"}),
        (day("1 Nov"), {"status": "care_leaver"}),
    ]


def test_time_in_care_that_ended_before_16_is_left_out_and_makes_nobody_a_care_leaver() -> None:
    record = replace(alex(stay("3 May", "S", "10 Jun", "E4A"), stay("1 Oct", "S")), born=date(2009, 6, 10))
    assert facts(record) == [(day("1 Oct"), {"status": "cla"})]


@pytest.mark.parametrize("ending", sorted(codes.ENDINGS))
def test_whoever_stops_being_looked_after_at_16_or_over_is_a_care_leaver_unless_they_died_or_left_the_council(
    ending: str,
) -> None:
    record = alex(stay("3 May", "S", "4 Aug", ending))
    closed = ending in {"E2", "E3", "E11", "E12", "E15"}
    assert (facts(record)[-1] == (day("4 Aug"), {"status": "care_leaver"})) is not closed
    assert (told(record)[-1] == ("case_closed", day("4 Aug"))) is closed


@pytest.mark.parametrize(
    ("in_touch", "status"), [("YES", ["care_leaver"]), ("NO", ["care_leaver"]), ("RHOM", ["care_leaver"]), ("DIED", [])]
)
def test_a_care_leaver_known_only_by_oc3_is_one_from_the_first_day_of_the_year(
    in_touch: str, status: list[str]
) -> None:
    record = alex(care_leaver=CareLeaverRow("A1", in_touch, "0"), care_leaver_since=FROM)
    assert facts(record) == [(FROM, {"status": value}) for value in status]


def test_oc3_adds_nothing_to_what_the_episodes_say() -> None:
    record = alex(
        stay("3 May", "S", "4 Aug", "E6"), care_leaver=CareLeaverRow("A1", "YES", "F2"), care_leaver_since=FROM
    )
    assert facts(record) == [(day("3 May"), {"status": "cla"}), (day("4 Aug"), {"status": "care_leaver"})]


@pytest.mark.parametrize(("how", "attended"), [(f"PN{number}", number in (1, 2, 3, 4)) for number in range(8)])
def test_a_review_says_whether_the_young_person_was_there(how: str, attended: bool) -> None:
    record = alex(stay("3 May", "S"), reviews=(ReviewRow("A1", day("1 Jul"), how),))
    review = next(event for event in story(record).events if event.type == "statutory_review_held")
    assert (review.day, dict(review.data)) == (day("1 Jul"), {"attended": ["young_person"]} if attended else {})


def test_reviews_before_16_are_left_where_they_are() -> None:
    record = alex(
        stay("3 May", "S"), reviews=(ReviewRow("A1", date(2024, 6, 9), "PN1"), ReviewRow("A1", SIXTEEN, "PN1"))
    )
    assert told(record, "statutory_review_held") == [("statutory_review_held", SIXTEEN)]


def absences(*rows: tuple[str, str, str]) -> tuple[MissingRow, ...]:
    return tuple(MissingRow("A1", kind, day(began), day(ended) if ended else None) for kind, began, ended in rows)


def returns(record: ChildRecord) -> list[PlannedEvent]:
    return [event for event in story(record).events if event.type == "episode_ended"]


def test_an_absence_gives_its_return_and_that_the_risk_is_not_known_but_no_report() -> None:
    record = alex(stay("3 May", "S"), absences=absences(("M", "1 Jul", "3 Jul")))
    assert told(record)[2:] == [
        ("placement_started", day("3 May")),
        ("facts_recorded", day("1 Jul")),
        ("episode_ended", day("3 Jul")),
    ]
    assert facts(record)[-1] == (day("1 Jul"), {"missing_risk": "unknown"})
    assert returns(record)[0].data == {
        "context": "From the SSDA903 return: missing from care from 01/07/2025 to 03/07/2025."
    }


def test_away_and_then_missing_is_one_absence() -> None:
    record = alex(
        stay("3 May", "S"),
        absences=absences(("A", "1 Jul", "2 Jul"), ("M", "2 Jul", "3 Jul"), ("M", "5 Jul", "5 Jul")),
    )
    assert [event.day for event in returns(record)] == [day("3 Jul"), day("5 Jul")]
    assert returns(record)[0].data["context"] == (
        "From the SSDA903 return: away from placement without authorisation from 01/07/2025 to 02/07/2025, "
        "then missing from care from 02/07/2025 to 03/07/2025."
    )


def test_two_absences_on_one_day_are_told_apart() -> None:
    record = alex(stay("3 May", "S"), absences=absences(("M", "1 Jul", "1 Jul"), ("M", "1 Jul", "1 Jul")))
    first, second = returns(record)
    assert first.slot != second.slot
    assert first.refs["episode"] != second.refs["episode"]


@pytest.mark.parametrize(
    ("episodes", "absence"),
    [
        pytest.param([stay("3 May", "S", place="U6")], ("M", "1 Jul", "3 Jul"), id="from a foster home"),
        pytest.param([stay("3 May", "S")], ("M", "1 Apr", "2 Apr"), id="before they moved in"),
        pytest.param(
            [stay("3 May", "S", "4 Aug"), stay("4 Aug", "P", place="K1")],
            ("M", "5 Aug", "6 Aug"),
            id="after they moved out",
        ),
        pytest.param([stay("3 May", "S")], ("M", "1 Jul", ""), id="that goes on"),
        pytest.param([stay("3 May", "S", "4 Aug", "E8")], ("M", "1 Aug", "4 Aug"), id="that ended with care"),
        pytest.param([stay("3 May", "S", "4 Aug", "E17")], ("M", "1 Aug", "4 Aug"), id="that went on past 18"),
        pytest.param(
            [stay("3 May", "S", "4 Aug"), stay("4 Aug", "P", place="K1")],
            ("M", "1 Aug", "4 Aug"),
            id="that ended elsewhere",
        ),
    ],
)
def test_there_is_no_return_from_an_absence(episodes: Sequence[EpisodeRow], absence: tuple[str, str, str]) -> None:
    assert returns(alex(*episodes, absences=absences(absence))) == []


def test_an_absence_that_goes_on_is_pointed_out() -> None:
    still_away = alex(stay("3 May", "S"), absences=absences(("M", "1 Jul", "3 Jul"), ("A", "9 Jul", "")))
    assert story(still_away).still_absent_since == day("9 Jul")
    assert story(alex(stay("3 May", "S"), absences=absences(("M", "1 Jul", "3 Jul")))).still_absent_since is None


def test_the_person_is_known_by_the_councils_number_and_by_no_name() -> None:
    person = story(alex(stay("3 May", "S"), unaccompanied=UnaccompaniedRow("A1"))).person
    assert person.display_name == "Child A1"
    assert (person.date_of_birth, person.sex, person.looked_after, person.unaccompanied) == (BORN, "M", True, True)


@pytest.mark.parametrize(
    ("on", "noon"),
    [
        (date(2026, 1, 15), datetime(2026, 1, 15, 12, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 11, tzinfo=UTC)),  # the night the clocks go forward
        (date(2025, 10, 26), datetime(2025, 10, 26, 12, tzinfo=UTC)),  # the night they go back
        (date(2025, 7, 1), datetime(2025, 7, 1, 11, tzinfo=UTC)),
    ],
)
def test_what_happened_on_a_day_is_put_at_noon_in_london(on: date, noon: datetime) -> None:
    event = PlannedEvent("x", "placement_started", on)
    assert event.occurred_at(datetime(2026, 5, 1, tzinfo=UTC)) == noon
    assert local_date(noon) == on


def test_a_fact_holds_from_the_start_of_its_day() -> None:
    fact = PlannedEvent("x", "facts_recorded", date(2025, 7, 1), noon=False)
    assert fact.occurred_at(datetime(2026, 5, 1, tzinfo=UTC)) == datetime(2025, 6, 30, 23, tzinfo=UTC)


def test_what_happened_this_morning_is_not_put_in_the_future() -> None:
    now = datetime(2025, 7, 1, 8, tzinfo=UTC)
    assert PlannedEvent("x", "placement_started", date(2025, 7, 1)).occurred_at(now) == now


def test_every_event_is_one_that_the_record_accepts() -> None:
    for record in sample_children(400, seed=5):
        for event in story(record).events:
            schemas.check(event.type, refs=event.refs, by="", data=event.data)


def test_slots_are_never_shared() -> None:
    for record in sample_children(400, seed=6):
        slots = [event.slot for event in story(record).events]
        assert len(slots) == len(set(slots)), record.child


def test_a_year_as_sent_becomes_one_story(tmp_path: Path) -> None:
    record = only_child(
        read(
            tmp_path,
            episodes=[
                {**MOVED_IN, "DEC": "04/08/2025", "REC": "X1"},
                {**MOVED_IN, "DECOM": "04/08/2025", "RNE": "L", "LS": "C2"},
            ],
            REVIEWS=[{**ALEX, "REVIEW": "01/07/2025", "REVIEW_CODE": "PN1"}],
            MISSING=[{**ALEX, "MISSING": "M", "MIS_START": "01/09/2025", "MIS_END": "02/09/2025"}],
        )
    )
    assert told(record) == [
        ("facts_recorded", BORN),
        ("facts_recorded", day("3 May")),
        ("placement_started", day("3 May")),
        ("statutory_review_held", day("1 Jul")),
        ("facts_recorded", day("1 Sep")),
        ("episode_ended", day("2 Sep")),
    ]
    assert [stay.began for stay in supported_stays(record.episodes)] == [day("3 May")]
