"""The words that pages use, from whichever part of Waymark they come."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.pages import text_of
from tests.support.story import PACK

from waymark.casework.presenters import part_words
from waymark.casework.presenters.duties import due_words
from waymark.core.formats import moment, moment_with_day
from waymark.duties.engine import load_pack
from waymark.duties.engine.pack import Duty
from waymark.duties.engine.wording import instant_text
from waymark.duties.models import Duty as StoredDuty
from waymark.events.vocabulary.parts import PARTS

LATE_ON_A_SATURDAY = datetime(2026, 11, 21, 23, 40, tzinfo=UTC)


def test_the_time_is_written_in_one_way_in_entries_and_in_deadlines():
    assert instant_text(LATE_ON_A_SATURDAY) == "Sat 21 Nov 2026 at 23:40"
    assert moment(LATE_ON_A_SATURDAY) == "21 November 2026 at 23:40"
    assert moment_with_day(LATE_ON_A_SATURDAY) == "Sat 21 November 2026 at 23:40"


def test_when_something_is_due_is_said_once():
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def words(due):
        return due_words(StoredDuty(state="open", timed=True, due=due), now)

    assert words(LATE_ON_A_SATURDAY) == ("Today by 23:40", "")
    assert words(datetime(2026, 11, 22, 0, 0, tzinfo=UTC)) == ("By the end of today", "End of Sat 21 Nov 2026")
    assert words(datetime(2026, 11, 22, 14, 30, tzinfo=UTC)) == ("Tomorrow", "Sun 22 Nov 2026 at 14:30")
    assert words(datetime(2026, 12, 1, 0, 0, tzinfo=UTC)) == ("End of Mon 30 Nov 2026", "")
    assert words(datetime(2026, 11, 21, 7, 0, tzinfo=UTC)) == ("2 hours late", "Sat 21 Nov 2026 at 07:00")


def test_every_part_of_a_clause_of_the_islington_protocol_has_words():
    duties = [clause for clause in load_pack(PACK).clauses.values() if isinstance(clause, Duty)]
    names = {part.name for duty in duties for part in duty.parts if part.name}

    assert names
    assert names <= set(PARTS)


def test_a_part_is_called_by_its_words_a_month_by_its_name_and_a_young_person_by_theirs():
    amira, tobias = "7b0c3d8a-2f52-4a39-9f7e-111111111111", "7b0c3d8a-2f52-4a39-9f7e-222222222222"

    assert part_words("writing", {}) == "in writing"
    assert part_words("2026-02", {}) == "February 2026"
    assert part_words("first_call", {}) == "first call"
    assert [part_words(one, {amira: "Amira Sesay"}) for one in (amira, tobias)] == ["Amira Sesay", "a young person"]


def test_no_page_shows_the_name_that_a_part_has_in_the_file(
    adopted, client_as, keyworker, happened, young_person, placed
):
    event = happened(young_person, "harm_concern_raised", actor=keyworker, concern="C1")
    record = f"/records/{young_person.case_id}"
    pages = ("", "/record", f"/events/{event.pk}", f"/events/{event.pk}/withdraw")

    for page in ("/", *(f"{record}{rest}" for rest in pages)):
        shown = text_of(client_as(keyworker).get(page))
        assert "then in writing (by any quick means)" in shown, page
        assert "(voice)" not in shown, page
        assert "(writing)" not in shown, page
    assert "then in writing (in writing)" in text_of(client_as(keyworker).get(record))
    assert "By any quick means: due within 1 hour" in text_of(client_as(keyworker).get("/protocol/INF-01"))


def test_what_would_meet_a_duty_says_whose_duty_it_is(
    adopted, client_as, keyworker, allocated_worker, placed, young_person
):
    page = text_of(client_as(keyworker).get(f"/records/{young_person.case_id}/record"))

    assert "(PPM-01) Owed by social worker or young person's adviser: Dana Whitlock" in page
