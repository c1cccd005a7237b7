"""The sentence that explains each line."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event
from waymark.duties.engine.wording import owed_text

from .kit import Line, event, facts, pack_of, the_line

PACK = pack_of(
    """[duty.PPM-02]
title = "Hold the placement planning meeting"
cite = "Placement planning: When"
modality = "must"
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
unless = "placement_ended"
""",
    """[duty.INF-06]
title = "Tell every service who else is involved"
cite = "Information sharing: worker"
after = "team_changed"
about = "case"
within = "promptly"
time_from = "local default: the document gives no time"
who = "social_worker"
done_by = "team_list_shared"
""",
    """[duty.INF-11]
title = "Share safeguarding information"
cite = "Information sharing: provider"
after = "safeguarding_information_received"
about = "concern"
within = "promptly"
time_from = "document says promptly; the number is local"
who = "housing_keyworker"
done_by = "information_shared{to=social_worker}"
""",
    """[duty.GAN-05]
title = "Telephone the keyworker"
cite = "Gangs: urgent"
after = "intelligence_passed{to=social_worker}"
about = "intelligence"
within = "1 hour"
time_from = "document says promptly; the number is local"
who = "social_worker"
done_by = "intelligence_passed{to=housing_keyworker}"
""",
    """[duty.REV-07]
title = "Decide whether to review sooner"
cite = "Reviews: dates"
after = "significant_change_recorded"
about = "placement"
within = "5 days"
time_from = "local default: the document gives no time"
who = "social_worker"
done_by = "early_review_not_needed"
""",
    """[gate.REF-07]
title = "Consult the Gangs Safeguarding Coordinator"
cite = "Referral: worker, 4"
when = "gang_risk"
before = "referral_submitted"
about = "referral"
who = "social_worker"
needs = "gangs_coordinator_consulted"
""",
    """[content.REF-04]
title = "Include the young person's own view"
cite = "Referral: worker, 1"
on = "referral_submitted"
about = "referral"
who = "social_worker"
has = ["young_person_view"]
""",
)
STARTED = event("e1", "placement_started", "2026-03-02 10:00", placement="P1")
HELD = event("held", "planning_meeting_held", "2026-03-04 10:00", placement="P1")
SUBMITTED = event("s", "referral_submitted", "2026-03-02 10:00", referral="R1")
STORIES = {
    "open": ([STARTED], "2026-03-03 10:00"),
    "breached": ([STARTED], "2026-03-30 10:00"),
    "met": ([STARTED, HELD], "2026-03-30 10:00"),
    "late": ([STARTED, event("h", "planning_meeting_held", "2026-03-14 10:00", placement="P1")], "2026-03-30 10:00"),
    "ended": ([STARTED, event("x", "placement_ended", "2026-03-04 10:00", placement="P1")], "2026-03-30 10:00"),
    "unknown": ([facts("f", "2026-03-20 10:00", covered_from="2026-03-15"), STARTED], "2026-03-30 10:00"),
    "local": ([event("t", "team_changed", "2026-03-02 10:00")], "2026-03-02 12:00"),
    "instant": ([event("i", "intelligence_passed", "2026-03-02 10:00", intelligence="I", to="social_worker")],
                "2026-03-02 10:30"),
    "content": ([SUBMITTED], "2026-03-30 10:00"),
}  # fmt: skip


def line(story: str) -> Line:
    events, now = STORIES[story]
    return the_line(PACK, events, now)


@pytest.mark.parametrize("story", STORIES)
def test_it_is_one_english_sentence(story: str) -> None:
    why = line(story)["why"]
    assert why[0].isupper()
    assert why.endswith(".")
    assert why.count(". ") == 0
    assert why.isprintable()
    for inner_name in ("social_worker", "placement_started", "planning_meeting_held", "None", "{", "_"):
        assert inner_name not in why


def test_it_says_what_happened_what_is_owed_by_whom_by_when_and_which_clause_says_so() -> None:
    why = line("open")["why"]
    for part in ("lacement started", "2 Mar 2026", "social worker", "hold the placement planning meeting",
                 "end of Sat 7 Mar 2026", "PPM-02", "Placement planning: When", "must"):  # fmt: skip
        assert part in why


def test_the_day_shown_is_the_last_day_and_never_the_day_after() -> None:
    assert "8 Mar" not in line("breached")["why"]


def test_a_time_of_day_is_shown_in_london_time() -> None:
    passed = event("i", "intelligence_passed", "2026-07-06 10:00", intelligence="I", to="social_worker")
    assert "11:00" in the_line(PACK, [passed], "2026-07-06 10:30")["why"]


@pytest.mark.parametrize(
    ("trigger", "clause"),
    [
        (event("t", "team_changed", "2026-03-02 10:00"), "INF-06"),
        (event("c", "significant_change_recorded", "2026-03-02 10:00", placement="P1"), "REV-07"),
    ],
)
def test_a_number_the_document_does_not_give_is_called_local(trigger: Event, clause: str) -> None:
    why = the_line(PACK, [trigger], "2026-03-02 12:00", clause=clause)["why"]
    assert "local default: the document gives no time" in why


@pytest.mark.parametrize(
    ("trigger", "clause", "number"),
    [
        (event("i", "safeguarding_information_received", "2026-03-02 10:00", concern="C"), "INF-11", "1 working day"),
        (
            event("i", "intelligence_passed", "2026-03-02 10:00", intelligence="I", to="social_worker"),
            "GAN-05",
            "1 hour",
        ),
    ],
)
def test_where_the_document_has_a_word_but_no_number_it_says_whose_the_number_is(
    trigger: Event, clause: str, number: str
) -> None:
    why = the_line(PACK, [trigger], "2026-03-02 10:30", clause=clause)["why"]
    assert "document says promptly; the number is local" in why
    assert number in why


def test_a_term_without_a_word_on_who_decided_it_still_says_that_the_number_is_local() -> None:
    pack = pack_of(
        """[duty.INF-06]
after = "team_changed"
about = "case"
within = "promptly"
who = "social_worker"
done_by = "team_list_shared"
"""
    )
    why = the_line(pack, [event("t", "team_changed", "2026-03-02 10:00")], "2026-03-02 12:00")["why"]
    assert "local default: the document gives no number" in why


def test_a_number_the_document_gives_is_not_called_local() -> None:
    assert "local" not in line("breached")["why"]


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ("breached", "not done in time"),
        ("met", "done in time"),
        ("late", "done late"),
        ("ended", "ended"),
        ("unknown", "not known"),
        ("content", "what is missing"),
    ],
)
def test_it_says_how_it_stands(story: str, words: str) -> None:
    assert words in line(story)["why"]


def test_a_gate_says_what_should_have_come_first() -> None:
    risk = facts("f", "2026-02-01 10:00", gang_risk=True)
    why = the_line(PACK, [risk, SUBMITTED], "2026-03-30 10:00", clause="REF-07")["why"]
    assert "consult the Gangs Safeguarding Coordinator" in why
    assert "angs coordinator consulted" in why or "Safeguarding Coordinator consulted" in why
    assert "REF-07" in why


def test_a_breach_noticed_before_the_evidence_was_recorded_is_mentioned() -> None:
    held = event("h", "planning_meeting_held", "2026-03-04 10:00", recorded="2026-03-20 10:00", placement="P1")
    assert "recorded" in the_line(PACK, [STARTED, held], "2026-03-30 10:00")["why"]


def test_a_provisional_date_says_so() -> None:
    changed = event("t", "team_changed", "2061-03-02 10:00")
    why = the_line(PACK, [changed], "2061-03-02 12:00", clause="INF-06")["why"]
    assert "provisional" in why


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("to: team", "to everyone in the team around the young person"),
        ("to: other_professional", "to another professional"),
        ("to: young_person", "to the young person"),
        ("to: social_worker or police", "to the social worker or young person's adviser or the police"),
    ],
)
def test_whoever_is_still_to_be_told_is_named_as_one_would_say_it(label: str, words: str) -> None:
    assert owed_text(label) == words
