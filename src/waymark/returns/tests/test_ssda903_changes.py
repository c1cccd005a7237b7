"""The next import: what it adds, puts right and leaves alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.returns.ssda903.casework import PlannedEvent, casework
from waymark.returns.ssda903.changes import Changes, Ledger, changes
from waymark.returns.ssda903.records import ChildRecord, Told, merge
from waymark.returns.ssda903.rows import CareLeaverRow, EpisodeRow, MissingRow, ReviewRow
from waymark.returns.ssda903.sample import sample_children

BORN = date(2008, 6, 10)
YEAR = date(2025, 4, 1)
NEXT_YEAR = date(2026, 4, 1)


def episode(began: date, reason: str, ended: date | None = None, ending: str = "X1") -> EpisodeRow:
    return EpisodeRow("A1", began, reason, "V2", "K3", ended=ended, ending=ending if ended else "", postcode="ZZ12AB")


def child(*episodes: EpisodeRow) -> ChildRecord:
    return ChildRecord("A1", BORN, "M", episodes)


def planned(record: ChildRecord) -> tuple[PlannedEvent, ...]:
    return casework(record, authority="B1", covered_from=YEAR).events


def compare(events: Sequence[PlannedEvent], ledger: Ledger) -> Changes:
    """The changes, with the ledger as it comes back from the database."""
    return changes(events, json.loads(json.dumps(ledger)), authority="B1", child="A1")


MAY = episode(date(2025, 5, 3), "S")
MAY_ENDED = episode(date(2025, 5, 3), "S", date(2025, 8, 4), "E5")


def test_the_same_return_again_changes_nothing() -> None:
    first = compare(planned(child(MAY)), {})
    assert len(first.record) == 3
    again = compare(planned(child(MAY)), first.ledger)
    assert (again.record, again.retract, again.ledger) == ((), (), first.ledger)


def test_identifiers_are_the_same_in_every_database() -> None:
    assert compare(planned(child(MAY)), {}).record == compare(planned(child(MAY)), {}).record


def test_an_episode_that_has_ended_since_adds_its_end() -> None:
    first = compare(planned(child(MAY)), {})
    second = compare(planned(child(MAY_ENDED)), first.ledger)
    assert [event.type for _, event in second.record] == ["facts_recorded", "placement_ended"]
    assert second.retract == ()


def test_a_date_put_right_withdraws_the_old_event_and_records_the_new_one() -> None:
    first = compare(planned(child(MAY_ENDED)), {})
    end_id = next(key for key, event in first.record if event.type == "placement_ended")
    later = replace(MAY_ENDED, ended=date(2025, 8, 5))
    second = compare(planned(child(later)), first.ledger)
    assert end_id in second.retract
    (new_end,) = (event for _, event in second.record if event.type == "placement_ended")
    assert new_end.day == date(2025, 8, 5)


def test_a_value_that_comes_back_is_recorded_once_more_under_a_new_identifier() -> None:
    first = compare(planned(child(MAY_ENDED)), {})
    gone = compare(planned(child(MAY)), first.ledger)
    back = compare(planned(child(MAY_ENDED)), gone.ledger)
    ids = {key for key, _ in first.record}
    assert [event.type for _, event in back.record] == ["facts_recorded", "placement_ended"]
    assert ids.isdisjoint(key for key, _ in back.record)
    assert len(gone.retract) == 2


def test_a_new_day_from_which_the_record_is_complete_is_a_change() -> None:
    first = compare(planned(child(MAY)), {})
    later = casework(child(MAY), authority="B1", covered_from=date(2025, 9, 1)).events
    second = compare(later, first.ledger)
    assert [event.data.get("covered_from") for _, event in second.record] == ["2025-09-01"]
    assert len(second.retract) == 1


def merged(known: ChildRecord, new: ChildRecord, year: date = NEXT_YEAR) -> ChildRecord:
    return merge(known, new, year, reviews=Told.ALL, absences=Told.ALL)


def test_next_years_return_goes_on_with_the_same_placement() -> None:
    """It has only the episode open on 1 April, which began with a change of legal status."""
    known = child(episode(date(2025, 5, 3), "S", date(2026, 1, 9)), episode(date(2026, 1, 9), "L"))
    new = child(episode(date(2026, 1, 9), "L", date(2026, 6, 10), "E17"))
    both = merged(known, new)
    assert [row.began for row in both.episodes] == [date(2025, 5, 3), date(2026, 1, 9)]
    first = compare(planned(known), {})
    second = compare(planned(both), first.ledger)
    assert second.retract == ()
    assert [event.data for _, event in second.record] == [{"status": "care_leaver"}]


def test_an_open_episode_that_next_years_return_no_longer_has_ended_when_the_next_began() -> None:
    both = merged(child(MAY), child(episode(date(2026, 2, 1), "P")))
    assert both.episodes[0].ended == date(2026, 2, 1)
    assert both.episodes[0].ending == "X1"
    again = merged(child(MAY), child(episode(date(2026, 2, 1), "S")))
    assert again.episodes[0].ending == "E8"


def test_what_the_new_return_leaves_out_of_its_own_year_was_put_right() -> None:
    known = child(episode(date(2025, 5, 3), "S", date(2025, 8, 4)), episode(date(2025, 8, 4), "P"))
    assert merged(known, child(MAY), YEAR).episodes == (MAY,)


def test_what_ended_before_the_new_returns_year_stays() -> None:
    ended = episode(date(2024, 5, 3), "S", date(2025, 3, 31), "E4A")
    new = episode(date(2025, 6, 1), "S")
    assert merged(child(ended), child(new), YEAR).episodes == (ended, new)


def test_what_the_new_return_retells_of_an_earlier_year_is_as_it_says_now() -> None:
    before = episode(date(2024, 5, 3), "S", date(2025, 1, 31), "E4A")
    now = replace(before, ending="E13")
    later = episode(date(2025, 6, 1), "S")
    assert merged(child(before), child(now, later), YEAR).episodes == (now, later)


def test_an_open_episode_stays_open_when_the_new_return_has_only_a_care_leaver_row() -> None:
    leaver = replace(child(), care_leaver=CareLeaverRow("A1", "YES", "F2"), care_leaver_since=NEXT_YEAR)
    assert merged(child(MAY), leaver).episodes == (MAY,)


def test_reviews_and_absences_of_the_new_year_replace_what_was_known_of_it() -> None:
    old_review, wrong, right = (
        ReviewRow("A1", day, "PN1") for day in (date(2026, 3, 1), date(2026, 5, 1), date(2026, 5, 2))
    )
    still_away = MissingRow("A1", "M", date(2026, 3, 20))
    back = replace(still_away, ended=date(2026, 4, 2))
    earlier = MissingRow("A1", "M", date(2025, 7, 1), date(2025, 7, 2))
    known = replace(child(MAY), reviews=(old_review, wrong), absences=(earlier, still_away))
    new = replace(child(MAY), reviews=(right,), absences=(back,))
    both = merged(known, new)
    assert both.reviews == (old_review, right)
    assert both.absences == (earlier, back)
    for told in (Told.NOTHING, Told.IN_PART):
        without = merge(known, replace(new, reviews=(), absences=()), NEXT_YEAR, reviews=told, absences=told)
        assert (without.reviews, without.absences) == (known.reviews, known.absences)
    in_part = merge(known, new, NEXT_YEAR, reviews=Told.IN_PART, absences=Told.IN_PART)
    assert in_part.reviews == (old_review, wrong, right)
    assert in_part.absences == (earlier, back)


def test_a_care_leaver_stays_one_since_the_first_return_that_said_so() -> None:
    first = replace(child(), care_leaver=CareLeaverRow("A1", "YES", "F2"), care_leaver_since=YEAR)
    second = replace(child(), care_leaver=CareLeaverRow("A1", "NO", "0"), care_leaver_since=NEXT_YEAR)
    assert merged(first, second).care_leaver_since == YEAR
    assert merged(first, second).care_leaver == second.care_leaver
    assert merged(first, child()).care_leaver == first.care_leaver


@given(seed=st.integers(0, 10_000))
def test_a_record_survives_being_stored(seed: int) -> None:
    for record in sample_children(3, seed=seed):
        kept = ChildRecord.from_json(json.loads(json.dumps(record.as_json())))
        assert kept == record


@pytest.mark.parametrize("told", Told)
@given(seed=st.integers(0, 10_000))
def test_merging_a_return_with_itself_changes_nothing(told: Told, seed: int) -> None:
    for record in sample_children(3, seed=seed):
        assert merge(record, record, YEAR, reviews=told, absences=told) == record
