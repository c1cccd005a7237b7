"""What must come first, what a record must hold, and rules about who and how."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event

from .kit import Line, event, facts, judge, pack_of, retracted, shown, the_line

NOW = "2026-03-20 09:00"
GATE = pack_of(
    """[gate.REF-07]
when = "gang_risk"
before = "referral_submitted"
about = "referral"
who = "social_worker"
needs = "gangs_coordinator_consulted"
"""
)
RISK = facts("f", "2026-02-01 10:00", gang_risk=True)
SUBMITTED = event("s", "referral_submitted", "2026-03-02 10:00", referral="R1")


def consulted(at: str, *, recorded: str | None = None, referral: str = "R1") -> Event:
    return event("c", "gangs_coordinator_consulted", at, recorded=recorded, referral=referral)


def gate(*events: Event, now: str = NOW) -> Line:
    return the_line(GATE, [RISK, *events], now)


def test_a_gate_that_nothing_came_before_is_breached_at_once() -> None:
    line = gate(SUBMITTED, now="2026-03-02 10:00")
    assert shown([line], "state", "due", "missing", "trigger", "who", "late", "part") == [
        ("breached", None, ["gangs_coordinator_consulted"], "s", "social_worker", False, None)
    ]


def test_a_gate_is_met_by_what_happened_before() -> None:
    line = gate(consulted("2026-03-01 10:00"), SUBMITTED)
    assert shown([line], "state", "due", "missing", "met_by") == [("met", None, [], ["c"])]


def test_doing_it_afterwards_does_not_repair_a_gate() -> None:
    assert gate(SUBMITTED, consulted("2026-03-02 10:01"))["state"] == "breached"


def test_what_happened_before_counts_even_if_recorded_after() -> None:
    consultation = consulted("2026-03-01 10:00", recorded="2026-03-05 10:00")
    assert gate(SUBMITTED, consultation, now="2026-03-04 10:00")["state"] == "breached"
    assert gate(SUBMITTED, consultation, now="2026-03-05 10:00")["state"] == "met"


def test_at_the_same_instant_what_was_recorded_first_came_first() -> None:
    before = consulted("2026-03-02 10:00")
    assert gate(before, SUBMITTED)["state"] == "met"
    assert gate(SUBMITTED, before)["state"] == "breached"
    assert gate(before, SUBMITTED, now="2026-03-02 10:00")["state"] == "met"
    assert gate(consulted("2026-03-02 10:00", recorded="2026-03-02 10:01"), SUBMITTED)["state"] == "breached"


def test_a_gate_about_another_referral_is_not_opened() -> None:
    assert gate(consulted("2026-03-01 10:00", referral="R2"), SUBMITTED)["state"] == "breached"


def test_a_gate_gives_a_line_each_time() -> None:
    again = event("s2", "referral_submitted", "2026-03-06 10:00", referral="R1")
    lines = judge(GATE, [RISK, SUBMITTED, consulted("2026-03-04 10:00"), again], NOW)
    assert shown(lines, "trigger", "state") == [("s", "breached"), ("s2", "met")]


def test_one_consultation_serves_every_later_submission() -> None:
    again = event("s2", "referral_submitted", "2026-03-06 10:00", referral="R1")
    lines = judge(GATE, [RISK, consulted("2026-03-01 10:00"), SUBMITTED, again], NOW)
    assert shown(lines, "state") == [("met",), ("met",)]


def test_a_withdrawn_consultation_shuts_the_gate_again() -> None:
    assert (
        gate(consulted("2026-03-01 10:00"), SUBMITTED, retracted("r", "c", "2026-03-06 10:00"))["state"] == "breached"
    )


def test_a_gate_whose_condition_is_false_gives_no_line() -> None:
    assert judge(GATE, [SUBMITTED], NOW) == []
    assert judge(GATE, [facts("f", "2026-02-01 10:00", gang_risk=False), SUBMITTED], NOW) == []


def test_a_risk_that_is_not_known_holds_the_gate() -> None:
    unknown = facts("f", "2026-02-01 10:00", gang_risk="unknown")
    assert shown(judge(GATE, [unknown, SUBMITTED], NOW), "state") == [("breached",)]


BOTH = pack_of(
    """[gate.HAS-10]
when = "out_of_borough and child_concern"
before = "placement_started"
about = "placement"
who = "social_worker"
needs = "host_authority_consulted + unit_risk_plan_requested"
"""
)


@pytest.mark.parametrize(
    ("before", "state", "missing"),
    [
        ([], "breached", ["host_authority_consulted", "unit_risk_plan_requested"]),
        (["host_authority_consulted"], "breached", ["unit_risk_plan_requested"]),
        (["unit_risk_plan_requested"], "breached", ["host_authority_consulted"]),
        (["unit_risk_plan_requested", "host_authority_consulted"], "met", []),
    ],
)
def test_a_gate_that_needs_two_things_names_what_is_missing(before: list[str], state: str, missing: list[str]) -> None:
    events = [
        facts("f", "2026-02-01 10:00", out_of_borough=True, child_concern=True),
        *[event(name, name, "2026-03-01 10:00", placement="P1") for name in before],
        event("s", "placement_started", "2026-03-02 10:00", placement="P1"),
    ]
    line = the_line(BOTH, events, NOW)
    assert (line["state"], sorted(line["missing"])) == (state, missing)


@pytest.mark.parametrize(
    ("recorded", "lines"),
    [
        ({"out_of_borough": True}, 0),
        ({"child_concern": True}, 0),
        ({"out_of_borough": True, "child_concern": "unknown"}, 1),
    ],
)
def test_both_halves_of_a_condition_must_hold(recorded: dict[str, object], lines: int) -> None:
    events = [
        facts("f", "2026-02-01 10:00", **recorded),
        event("s", "placement_started", "2026-03-02 10:00", placement="P1"),
    ]
    assert len(judge(BOTH, events, NOW)) == lines


APPROVAL = pack_of(
    """[gate.SEA-10]
modality = "must"
before = "spot_purchase_made, extra_hours_agreed"
about = "referral"
who = "placements_team"
needs = [
    { when = "status in [cin, cla]", event = "spot_purchase_approved by head_of_service" },
    { when = "status == care_leaver", event = "spot_purchase_approved by service_manager" },
]
"""
)


@pytest.mark.parametrize(
    ("status", "approver", "state"),
    [
        ("cin", "head_of_service", "met"),
        ("cla", "head_of_service", "met"),
        ("cla", "service_manager", "breached"),
        ("cin", "placements_team", "breached"),
        ("care_leaver", "service_manager", "met"),
        ("care_leaver", "head_of_service", "breached"),
        ("cla", None, "breached"),
    ],
)
@pytest.mark.parametrize("gated", ["spot_purchase_made", "extra_hours_agreed"])
def test_the_right_person_must_have_approved_it(status: str, approver: str | None, state: str, gated: str) -> None:
    events = [
        facts("f", "2026-02-01 10:00", status=status),
        event("a", "spot_purchase_approved", "2026-03-01 10:00", by=approver, referral="R1"),
        event("g", gated, "2026-03-02 10:00", referral="R1"),
    ]
    line = the_line(APPROVAL, events, NOW)
    assert (line["state"], bool(line["missing"])) == (state, state == "breached")


def test_status_is_that_at_the_time_of_the_purchase() -> None:
    events = [
        facts("f", "2026-02-01 10:00", status="cla"),
        event("a", "spot_purchase_approved", "2026-03-01 10:00", by="head_of_service", referral="R1"),
        facts("f2", "2026-03-01 12:00", status="care_leaver"),
        event("g", "spot_purchase_made", "2026-03-02 10:00", referral="R1"),
    ]
    assert the_line(APPROVAL, events, NOW)["state"] == "breached"


MOVE = pack_of(
    """[gate.MOV-01]
before = "move_made"
about = "move"
needs = "move_agreed{by=housing_keyworker} + move_agreed{by=social_worker} + move_agreed{by=young_person}"
"""
)


def test_all_three_may_agree_in_one_event_or_in_several() -> None:
    made = event("m", "move_made", "2026-03-05 10:00", move="M1")
    together = event("a", "move_agreed", "2026-03-02 10:00", move="M1",
                     data={"by": ["young_person", "social_worker", "housing_keyworker"]})  # fmt: skip
    one_by_one = [
        event(role, "move_agreed", "2026-03-02 10:00", move="M1", data={"by": role})
        for role in ("young_person", "social_worker", "housing_keyworker")
    ]
    assert the_line(MOVE, [together, made], NOW)["state"] == "met"
    assert the_line(MOVE, [*one_by_one, made], NOW)["state"] == "met"
    line = the_line(MOVE, [*one_by_one[1:], made], NOW)
    assert (line["state"], len(line["missing"])) == ("breached", 1)
    assert "young_person" in line["missing"][0]


CONTENT = pack_of(
    """[content.PPM-10]
on = "support_plan_written"
about = "placement"
has = ["outcomes", "timeframes", { item = "safety_plan", when = "gang_risk or missing_risk" }]
""",
    """[content.PPM-05]
modality = "must"
on = "planning_meeting_held"
about = "placement"
attended = ["housing_keyworker or provider_manager", "social_worker or deputy_team_manager", "young_person"]
""",
    """[content.HAS-12]
on = "refusal_made"
about = "referral"
has = ["explanation"]
how = ["writing"]
""",
)


@pytest.mark.parametrize(
    ("has", "risk", "missing"),
    [
        (["outcomes", "timeframes"], False, []),
        (["timeframes", "outcomes", "budget"], False, []),
        (["outcomes"], False, ["timeframes"]),
        ("outcomes", False, ["timeframes"]),
        ([], False, ["outcomes", "timeframes"]),
        (None, False, ["outcomes", "timeframes"]),
        (["outcomes", "timeframes"], True, ["safety_plan"]),
        (["outcomes", "timeframes"], "unknown", ["safety_plan"]),
        (["outcomes", "timeframes", "safety_plan"], True, []),
    ],
)
def test_content_names_the_items_that_are_missing(has: object, risk: object, missing: list[str]) -> None:
    plan = event("p", "support_plan_written", "2026-03-02 10:00", placement="P1", data={"has": has} if has else {})
    line = the_line(CONTENT, [facts("f", "2026-02-01 10:00", missing_risk=risk), plan], NOW)
    expected = "breached" if missing else "met"
    assert shown([line], "state", "missing", "due", "late") == [(expected, missing, None, False)]


def test_content_is_judged_as_it_was_and_never_changes_with_time() -> None:
    plan = event("p", "support_plan_written", "2026-03-02 10:00", placement="P1", has=["outcomes", "timeframes"])
    later = facts("f", "2026-03-03 10:00", missing_risk=True)
    assert shown(judge(CONTENT, [plan, later], NOW), "state") == [("met",)]


def test_content_gives_a_line_each_time() -> None:
    plans = [
        event("p1", "support_plan_written", "2026-03-02 10:00", placement="P1", has=["outcomes"]),
        event("p2", "support_plan_written", "2026-03-03 10:00", placement="P1", has=["outcomes", "timeframes"]),
    ]
    assert shown(judge(CONTENT, plans, NOW), "trigger", "state") == [("p1", "breached"), ("p2", "met")]


@pytest.mark.parametrize(
    ("attended", "state"),
    [
        (["housing_keyworker", "social_worker", "young_person"], "met"),
        (["provider_manager", "deputy_team_manager", "young_person"], "met"),
        (["housing_keyworker", "provider_manager", "young_person"], "breached"),
        (["housing_keyworker", "social_worker"], "breached"),
        ("young_person", "breached"),
    ],
)
def test_those_who_must_attend_or_their_managers(attended: object, state: str) -> None:
    meeting = event("m", "planning_meeting_held", "2026-03-02 10:00", placement="P1", attended=attended)
    line = the_line(CONTENT, [meeting], NOW)
    assert (line["state"], bool(line["missing"])) == (state, state == "breached")


def test_who_was_missing_is_named_by_role() -> None:
    meeting = event("m", "planning_meeting_held", "2026-03-02 10:00", placement="P1", attended=["housing_keyworker"])
    missing = the_line(CONTENT, [meeting], NOW)["missing"]
    assert missing[-1] == "young_person"
    assert "social_worker" in missing[0]


@pytest.mark.parametrize(
    ("how", "has", "state"),
    [
        ("writing", "explanation", "met"),
        (["phone", "writing"], ["explanation"], "met"),
        ("phone", "explanation", "breached"),
        ("writing", "date", "breached"),
    ],
)
def test_a_refusal_is_in_writing_with_an_explanation(how: object, has: object, state: str) -> None:
    refusal = event("x", "refusal_made", "2026-03-02 10:00", referral="R1", how=how, has=has)
    assert the_line(CONTENT, [refusal], NOW)["state"] == state


RULES = pack_of(
    """[rule.PPM-03]
modality = "must"
on = "planning_meeting_held"
about = "placement"
requires = [
    { when = "age < 18", that = "data.chair == social_worker", missing = "social_worker" },
    { when = "not age < 18", that = "data.chair == housing_keyworker", missing = "housing_keyworker" },
]
""",
    """[rule.SEA-09]
on = "route_approached"
about = "referral"
requires = [{ when = "data.route in [camden, spot]", earlier = "route_approached{route=pathway}", missing = "pathway" }]
""",
    """[rule.REV-08]
on = "review_held"
about = "review"
requires = [
    { that = "not data.combined", missing = "separate_review" },
    { that = "not data.attended has iro", missing = "without_iro" },
    { not_earlier = "statutory_review_held", missing = "before_statutory_review" },
]
""",
)


@pytest.mark.parametrize(
    ("born", "chair", "missing"),
    [
        ("2008-03-03", "social_worker", []),  # 17, and 18 tomorrow
        ("2008-03-03", "housing_keyworker", ["social_worker"]),
        ("2008-03-02", "housing_keyworker", []),  # 18 today
        ("2008-03-02", "social_worker", ["housing_keyworker"]),
        ("2008-03-03", None, ["social_worker"]),
    ],
)
def test_who_chairs_goes_by_age_on_the_day_of_the_meeting(born: str, chair: str | None, missing: list[str]) -> None:
    events = [
        facts("f", "2026-02-01 10:00", date_of_birth=born),
        event("m", "planning_meeting_held", "2026-03-02 10:00", placement="P1", data={"chair": chair} if chair else {}),
    ]
    line = the_line(RULES, events, NOW)
    assert shown([line], "missing", "state", "due") == [(missing, "breached" if missing else "met", None)]


@pytest.mark.parametrize(
    ("earlier", "route", "missing"),
    [
        ([], "spot", ["pathway"]),
        (["pathway"], "spot", []),
        (["camden"], "spot", ["pathway"]),
        ([], "pathway", []),
        ([], "fostering", []),
    ],
)
def test_the_pathway_is_asked_before_the_others(earlier: list[str], route: str, missing: list[str]) -> None:
    events = [event(f"e-{name}", "route_approached", "2026-03-01 10:00", referral="R1", route=name) for name in earlier]
    last = event("x", "route_approached", "2026-03-02 10:00", referral="R1", route=route)
    assert the_line(RULES, [*events, last], NOW, trigger="x")["missing"] == missing


def test_a_rule_that_looks_back_looks_at_the_same_referral_only() -> None:
    other = event("o", "route_approached", "2026-03-01 10:00", referral="R2", route="pathway")
    approach = event("x", "route_approached", "2026-03-02 10:00", referral="R1", route="spot")
    assert the_line(RULES, [other, approach], NOW, trigger="x")["state"] == "breached"


def test_what_may_not_have_come_first_may_come_after() -> None:
    review = event("v", "review_held", "2026-03-02 10:00", review="V1", placement="P1", attended=["young_person"])
    before = event("s", "statutory_review_held", "2026-03-01 10:00", review="V1")
    after = event("s", "statutory_review_held", "2026-03-03 10:00", review="V1")
    assert the_line(RULES, [before, review], NOW)["missing"] == ["before_statutory_review"]
    assert the_line(RULES, [review, after], NOW)["state"] == "met"


def test_a_rule_names_everything_that_does_not_hold() -> None:
    review = event(
        "v", "review_held", "2026-03-02 10:00", review="V1", combined=True, attended=["iro", "social_worker"]
    )
    assert the_line(RULES, [review], NOW)["missing"] == ["separate_review", "without_iro"]


def test_guidance_never_gives_a_line() -> None:
    pack = pack_of(
        """[guidance.GAN-11]
says = "Note visitors and cars."
shown_on = ["observation_recorded"]
reason = "Nothing is owed."
"""
    )
    assert judge(pack, [event("o", "observation_recorded", "2026-03-02 10:00", concern="C1")], NOW) == []
