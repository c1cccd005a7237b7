"""Sending a referral: what holds it, where it goes, and what the desk does."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.access.models import Grant, Involvement
from waymark.core.errors import Refused
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.referrals.models import Referral, State
from waymark.referrals.sending import NotReady, accept, ask_for_more, lacking, submit
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("db")


def _held_by(referral, actor):
    gaps, _ = lacking(referral, actor=actor)
    return [gap.clause for gap in gaps if gap.holds]


def test_an_empty_referral_names_the_clause_of_each_gap(referral, allocated_worker):
    gaps, route = lacking(referral, actor=allocated_worker)

    assert route == ""
    assert {gap.clause for gap in gaps} == {
        *("REF-02", "REF-03", "REF-04", "REF-05", "REF-06", "REF-10", "REF-11", "REF-13")
    }


def test_a_complete_referral_goes_to_the_team_of_the_young_persons_status_and_keeps_every_clause(
    complete_referral, allocated_worker, placements_officer, reading_as
):
    sent = submit(complete_referral, actor=allocated_worker, id=uuid4(), left_out="The plan is being rewritten")

    assert (sent.state, sent.route) == (State.SENT, "placements_team")
    kept = Duty.objects.filter(case=sent.case, clause__in=["REF-02", "REF-03", "REF-04", "REF-05", "REF-06", "REF-11"])
    assert {duty.state for duty in kept} == {"met"} and kept.count() == 6
    assert Duty.objects.get(case=sent.case, clause="SEA-01").state == "open"
    with reading_as(placements_officer):
        assert Referral.objects.get() == sent


@pytest.mark.parametrize(
    ("status", "role"),
    [
        ("cin", "sp_referrals"),
        ("at_risk", "sp_referrals"),
        ("cla", "placements_team"),
        ("care_leaver", "placements_team"),
    ],
)
def test_the_status_decides_the_team(
    status, role, complete_referral, allocated_worker, placements_officer, pathway_officer, happened
):
    happened(complete_referral, "facts_recorded", data={"status": status})

    submit(complete_referral, actor=allocated_worker, id=uuid4(), left_out="No plan yet")

    assert Involvement.objects.current().filter(case=complete_referral.case, role=role).exists()


@pytest.mark.parametrize("known", [True, "unknown"])
def test_a_gang_risk_known_or_not_ruled_out_holds_the_referral_until_the_coordinator_is_consulted(
    known, complete_referral, allocated_worker, placements_officer, coordinator, happened
):
    from waymark.referrals.checks import write_down
    from waymark.referrals.models import CheckKind

    happened(complete_referral, "facts_recorded", data={"gang_risk": known})
    assert _held_by(complete_referral, allocated_worker) == ["REF-07"]
    with pytest.raises(NotReady):
        submit(complete_referral, actor=allocated_worker, id=uuid4(), left_out="No time")

    write_down(complete_referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), told="Avoid the estate")
    sent = submit(complete_referral, actor=allocated_worker, id=uuid4(), left_out="No plan yet")

    assert sent.state == State.SENT
    assert Duty.objects.get(case=sent.case, clause="REF-07").state == "met"


def test_an_order_holds_the_referral_until_the_youth_offending_service_is_asked(
    complete_referral, allocated_worker, placements_officer, yos_worker, happened
):
    from waymark.referrals.checks import write_down
    from waymark.referrals.models import CheckKind

    happened(complete_referral, "facts_recorded", data={"yos_order": True})
    assert _held_by(complete_referral, allocated_worker) == ["REF-10"]

    write_down(complete_referral, CheckKind.YOUTH_JUSTICE, actor=allocated_worker, id=uuid4(), told="Curfew 9pm")

    assert _held_by(complete_referral, allocated_worker) == []
    assert {gap.clause for gap in lacking(complete_referral, actor=allocated_worker)[0]} == {"REF-13"}


def test_the_request_and_the_risk_assessment_must_be_there_whatever_is_said(referral, allocated_worker, happened):
    happened(referral, "facts_recorded", data={"status": "cla"})

    with pytest.raises(NotReady):
        submit(referral, actor=allocated_worker, id=uuid4(), left_out="In a hurry")
    assert "REF-03" in _held_by(referral, allocated_worker)


def test_what_is_left_out_without_a_reason_holds_it_too(complete_referral, allocated_worker, placements_officer):
    with pytest.raises(NotReady):
        submit(complete_referral, actor=allocated_worker, id=uuid4())


def test_the_desk_asks_for_more_and_the_worker_sends_it_again(
    sent_referral, placements_officer, allocated_worker, written
):
    ask_for_more(sent_referral, actor=placements_officer, id=uuid4(), request="Which college?", parts=["support"])
    assert Referral.objects.get().state == State.MORE_ASKED
    assert Duty.objects.get(case=sent_referral.case, clause="SEA-01").state == "met"

    written(sent_referral, "support", learning="City college")
    submit(sent_referral, actor=allocated_worker, id=uuid4(), left_out="The plan is being rewritten")
    accept(sent_referral, actor=placements_officer, id=uuid4(), fostering="Asked: no carer")

    assert Referral.objects.get().state == State.SEARCHING


def test_a_referral_is_not_checked_twice(sent_referral, placements_officer):
    accept(sent_referral, actor=placements_officer, id=uuid4(), fostering="No")

    with pytest.raises(NotNow):
        ask_for_more(sent_referral, actor=placements_officer, id=uuid4(), request="More", parts=[])


def test_the_worker_does_not_check_their_own_referral_nor_the_desk_send_it(sent_referral, allocated_worker):
    with pytest.raises(Refused):
        accept(sent_referral, actor=allocated_worker, id=uuid4(), fostering="No")
    assert Event.objects.filter(type="referral_accepted").count() == 0


def test_whoever_reads_placements_alone_is_not_told_what_is_missing_in_what_they_may_not_read(
    complete_referral, written, allocated_worker, council, member, actor_of, involved, happened
):
    """Somebody with whom a manager shared no more than the placement: a gate would tell of gangs and of an order."""
    standing_in = actor_of(member("Rowan Pike", council, "deputy_team_manager"))
    line = involved(complete_referral, "deputy_team_manager", actor=standing_in).grant
    Grant.objects.filter(pk=line.pk).update(reads=["identity", "placement"], writes=["identity", "placement"])
    happened(complete_referral, "facts_recorded", data={"gang_risk": True})
    happened(complete_referral, "facts_recorded", data={"yos_order": True})

    whole = {gap.clause for gap in lacking(complete_referral, actor=allocated_worker)[0]}
    assert {"REF-07", "REF-10"} <= whole
    gaps, _ = lacking(complete_referral, actor=standing_in)

    assert {gap.clause for gap in gaps} == {"REF-03", "REF-13"}
    assert [gap.holds for gap in gaps if gap.clause == "REF-03"] == [True]
    assert not any(word in gap.text for gap in gaps for word in ("Gang", "Asset", "Youth", "order"))
