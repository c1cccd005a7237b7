"""What ends a duty when the ending is about something else than the duty: a case closed, a referral withdrawn."""

from __future__ import annotations

import pytest

from .kit import event, judge, pack_of, shown, the_line

PACK = pack_of(
    """[duty.REF-08]
after = "area_check_requested"
about = "referral"
within = "promptly"
time_from = "local default: the document gives no time"
who = "gangs_team"
done_by = "area_check_completed"
until = "referral_withdrawn, case_closed"
""",
    """[duty.HAS-13]
after = "placement_agreed"
about = "placement"
within = "promptly"
time_from = "local default: the document gives no time"
who = "provider_manager"
done_by = "placement_confirmed"
until = "placement_started, placement_ended, referral_withdrawn, case_closed"
""",
)
CHECK = event("check", "area_check_requested", "2026-03-02 10:00", referral="R1")
OTHER = event("other", "area_check_requested", "2026-03-02 10:00", referral="R2")
NOW = "2026-03-20 10:00"


def test_closing_the_case_ends_all_its_duties() -> None:
    closed = event("x", "case_closed", "2026-03-02 12:00")
    assert shown(judge(PACK, [CHECK, OTHER, closed], NOW), "state") == [("ended",), ("ended",)]


def test_withdrawing_a_referral_ends_only_what_is_about_it() -> None:
    withdrawn = event("x", "referral_withdrawn", "2026-03-02 12:00", referral="R2")
    assert shown(judge(PACK, [CHECK, OTHER, withdrawn], NOW), "trigger", "state") == [
        ("check", "breached"),
        ("other", "ended"),
    ]


@pytest.mark.parametrize(("referral", "state"), [("R1", "ended"), ("R2", "breached")])
def test_withdrawing_the_referral_ends_what_a_placement_agreed_from_it_owes(referral: str, state: str) -> None:
    agreed = event("a", "placement_agreed", "2026-03-02 10:00", placement="P1", referral="R1")
    withdrawn = event("x", "referral_withdrawn", "2026-03-02 12:00", referral=referral)
    assert the_line(PACK, [agreed, withdrawn], NOW)["state"] == state


@pytest.mark.parametrize("ending", ["placement_started", "placement_ended"])
def test_any_of_the_endings_will_do(ending: str) -> None:
    agreed = event("a", "placement_agreed", "2026-03-02 10:00", placement="P1")
    end = event("x", ending, "2026-03-02 12:00", placement="P1")
    elsewhere = event("x", ending, "2026-03-02 12:00", placement="P2")
    assert the_line(PACK, [agreed, end], NOW)["state"] == "ended"
    assert the_line(PACK, [agreed, elsewhere], NOW)["state"] == "breached"


def test_one_event_that_shows_a_duty_done_and_ends_it_shows_it_done() -> None:
    pack = pack_of(
        """[duty.HAS-13]
after = "placement_agreed"
about = "placement"
within = "2 days"
who = "provider_manager"
done_by = "placement_confirmed"
until = "placement_confirmed"
"""
    )
    agreed = event("a", "placement_agreed", "2026-03-02 10:00", placement="P1")
    confirmed = event("c", "placement_confirmed", "2026-03-03 10:00", placement="P1")
    assert the_line(pack, [agreed, confirmed], "2026-03-20 10:00")["state"] == "met"
