"""Stories of casework under the Islington protocol, worked out by hand from the contract on events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from waymark.duties.engine import Event, load_pack
from waymark.duties.engine.tests.kit import Line, event, facts, judge, shown

PACK = load_pack(Path(__file__).resolve().parents[5] / "protocols" / "islington.toml")
CHILD, ADULT = "2008-05-01", "2006-05-01"


def lines(clause: str, events: list[Event], now: str) -> list[Line]:
    """The lines of one clause, which are the same whether it is judged alone or with all the others."""
    together = [line for line in judge(PACK, events, now) if line["clause"] == clause]
    assert [line for line in judge(PACK, events, now, clauses={clause}) if line["clause"] == clause] == together
    return together


def story(*events: Event, born: str = CHILD, **known: Any) -> list[Event]:
    return [facts("f", "2026-01-01 10:00", date_of_birth=born, **known), *events]


STARTED = event("move", "placement_started", "2026-03-02 10:00", placement="P1")


def test_a_meeting_before_the_move_serves_both_planning_clauses() -> None:
    held = event("m", "planning_meeting_held", "2026-02-25 10:00", placement="P1")
    for clause in ("PPM-01", "PPM-02"):
        assert shown(lines(clause, story(held, STARTED), "2026-03-20 10:00"), "state", "late") == [("met", False)]


def test_the_planning_meeting_is_owed_by_the_end_of_the_fifth_calendar_day() -> None:
    for clause in ("PPM-01", "PPM-02"):
        [line] = lines(clause, story(STARTED), "2026-03-08 00:00")
        assert shown([line], "who", "due", "state") == [("social_worker", "2026-03-08T00:00:00+00:00", "breached")]
        assert "local" not in line["why"]


@pytest.mark.parametrize(("born", "right"), [("2008-03-05", "social_worker"), ("2008-03-04", "housing_keyworker")])
def test_chairing_and_notes_go_by_age_on_the_day_of_the_meeting(born: str, right: str) -> None:
    wrong = {"social_worker": "housing_keyworker", "housing_keyworker": "social_worker"}[right]
    for chair, missing in ((right, []), (wrong, [right])):
        held = event("m", "planning_meeting_held", "2026-03-04 10:00", placement="P1", chair=chair)
        [chaired] = lines("PPM-03", story(STARTED, held, born=born), "2026-03-04 12:00")
        [notes] = lines("PPM-11", story(STARTED, held, born=born), "2026-03-04 12:00")
        assert (chaired["missing"], notes["who"]) == (missing, right)


@pytest.mark.parametrize(
    ("born", "combined", "who"),
    [
        ("2008-03-05", False, "social_worker"),
        ("2008-03-04", False, "housing_keyworker"),
        ("2008-03-04", True, "social_worker"),
    ],
)
def test_review_notes_go_by_age_on_the_day_of_the_review(born: str, combined: bool, who: str) -> None:
    review = event("v", "review_held", "2026-03-04 10:00", placement="P1", review="V1", combined=combined)
    [line] = lines("REV-05", story(STARTED, review, born=born), "2026-03-05 10:00")
    assert shown([line], "who", "due", "missing") == [
        (who, "2026-03-19T00:00:00+00:00", ["to: social_worker", "to: young_person"])
    ]


def test_the_reviews_pass_to_the_keyworker_with_the_one_due_after_the_birthday() -> None:
    reviews = [event("v1", "review_held", "2026-04-20 10:00", placement="P1", review="V1")]
    found = lines("REV-01", story(STARTED, *reviews, born="2008-06-02"), "2026-04-21 10:00")
    assert shown(found, "trigger", "who", "due", "state") == [
        ("move", "housing_keyworker", "2026-06-03T00:00:00+01:00", "met"),  # 18 on the last day, 2 June
        ("v1", "housing_keyworker", "2026-07-21T00:00:00+01:00", "open"),
    ]
    [first, _] = lines("REV-01", story(STARTED, *reviews, born="2008-06-03"), "2026-04-21 10:00")
    assert first["who"] == "social_worker"


def test_a_concern_is_told_within_an_hour_and_written_within_a_day_of_it() -> None:
    concern = event("c", "harm_concern_raised", "2026-03-28 20:00", concern="C1")
    call = event("t", "concern_shared", "2026-03-28 20:30", concern="C1", how="phone")
    found = lines("INF-01", story(concern, call), "2026-03-29 21:00")
    assert shown(found, "part", "state", "due") == [
        ("voice", "met", "2026-03-28T21:00:00+00:00"),
        ("writing", "breached", "2026-03-29T21:00:00+01:00"),
    ]
    assert ["the number is local" in line["why"] for line in found] == [True, False]


@pytest.mark.parametrize("evidence", ["reported_missing", "episode_ended"])
def test_an_absence_is_reported_as_agreed_unless_they_are_back(evidence: str) -> None:
    absence = event("a", "absence_recorded", "2026-03-06 22:00", episode="E1", agreed_report_by="2026-03-07T00:30Z")
    done = event("d", evidence, "2026-03-07 00:10", episode="E1")
    found = lines("MIS-05", story(absence, done), "2026-03-07 10:00")
    assert {line["part"]: line["state"] for line in found} == {"report": "met", "worker": "open"}
    assert {line["part"]: line["due"] for line in found} == {
        "report": "2026-03-07T00:30:00+00:00",
        "worker": "2026-03-10T00:00:00+00:00",
    }


def test_each_young_persons_part_of_the_log_is_owed_to_their_worker() -> None:
    log = event("l", "monthly_log_submitted", "2026-03-05 10:00", scheme="S1", log="L1", month="2026-02",
                young_people=["YP1", "YP2"])  # fmt: skip
    shared = event("s", "log_entry_shared", "2026-03-06 10:00", log="L1", young_person="YP2")
    found = lines("INF-17", [log, shared], "2026-03-20 10:00")
    assert sorted(shown(found, "part", "state")) == [("YP1", "breached"), ("YP2", "met")]


@pytest.mark.parametrize(
    ("clause", "start", "kind", "evidence"),
    [
        ("INF-13", "scheme_opened", "scheme", "monthly_log_submitted"),
        ("SEA-11", "protocol_adopted", "borough", "voids_summary_sent"),
    ],
)
def test_what_is_owed_each_calendar_month(clause: str, start: str, kind: str, evidence: str) -> None:
    about = {kind: "X1"}
    events = [
        event("s", start, "2026-01-15 10:00", **about),
        event("e", evidence, "2026-03-06 23:00", month="2026-02", log="L1", **about),
    ]
    found = lines(clause, events, "2026-04-10 10:00")
    assert shown(found, "part", "state", "late", "due") == [
        ("2026-02", "met", False, "2026-03-07T00:00:00+00:00"),
        ("2026-03", "breached", False, "2026-04-10T00:00:00+01:00"),
        ("2026-04", "open", False, "2026-05-09T00:00:00+01:00"),
    ]


def test_urgent_intelligence_is_telephoned_within_an_hour_and_the_rest_emailed_within_a_day() -> None:
    for urgent, clause, due in ((True, "GAN-05", "11:00:00"), (False, "GAN-04", None)):
        passed = event("i", "intelligence_passed", "2026-03-02 10:00", intelligence="I1", to="social_worker",
                       urgent=urgent)  # fmt: skip
        found = {line["clause"]: line["due"] for line in judge(PACK, [passed], "2026-03-02 10:30")}
        expected = f"2026-03-02T{due}+00:00" if due else "2026-03-03T10:00:00+00:00"
        assert found[clause] == expected
        assert len(found.keys() & {"GAN-04", "GAN-05"}) == 1


def test_who_must_approve_a_spot_purchase_goes_by_status() -> None:
    bought = event("b", "spot_purchase_made", "2026-03-02 10:00", referral="R1")
    for status, approver, state in (
        ("cla", "head_of_service", "met"),
        ("cla", "service_manager", "breached"),
        ("care_leaver", "service_manager", "met"),
        ("care_leaver", "head_of_service", "breached"),
    ):
        approved = event("a", "spot_purchase_approved", "2026-03-01 10:00", by=approver, referral="R1")
        assert [
            line["state"] for line in lines("SEA-10", story(approved, bought, status=status), "2026-03-03 10:00")
        ] == [state]


def test_a_gangs_worker_attends_the_review_on_its_new_day() -> None:
    scheduled = [
        event("s1", "review_scheduled", "2026-03-02 10:00", review="V1", scheduled_for="2026-03-10T10:00:00Z"),
        event("s2", "review_scheduled", "2026-03-09 10:00", review="V1", scheduled_for="2026-03-12T10:00:00Z"),
    ]
    held = event("v", "review_held", "2026-03-12 10:00", review="V1", placement="P1", attended=["gangs_team"])
    events = story(*scheduled, held, gangs_team_open=True)
    assert shown(lines("LOC-02", events, "2026-03-20 10:00"), "state", "late") == [("met", False)]
    assert lines("LOC-02", story(*scheduled, held), "2026-03-20 10:00") == []


def test_history_before_the_record_begins_is_unknown_and_never_breached() -> None:
    covered = facts("c", "2026-04-01 10:00", covered_from="2026-04-01")
    submitted = event("r", "referral_submitted", "2026-02-20 10:00", referral="R1", route="placements_team")
    found = judge(PACK, story(covered, submitted, STARTED, status="cla"), "2026-12-01 10:00")
    assert {line["state"] for line in found} == {"unknown"}
    assert {"PPM-01", "PPM-02", "REV-01", "REF-03", "SEA-01"} <= {line["clause"] for line in found}


def test_two_placements_at_once_are_planned_apart() -> None:
    second = event("move2", "placement_started", "2026-03-03 10:00", placement="P2")
    held = event("m", "planning_meeting_held", "2026-03-04 10:00", placement="P2")
    found = lines("PPM-02", story(STARTED, second, held, born=ADULT), "2026-03-20 10:00")
    assert shown(found, "refs", "state") == [({"placement": "P1"}, "breached"), ({"placement": "P2"}, "met")]
