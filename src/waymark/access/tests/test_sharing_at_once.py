"""Sharing, ending and saving at the same moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from waymark.access.golden_rules import GOLDEN_RULES
from waymark.access.models import Basis, Consent, Grant, Involvement, Membership, Reason
from waymark.access.services import end_involvement
from waymark.access.sharing import SharedAlready, Terms, end_line, share
from waymark.core.categories import Category
from waymark.core.errors import Refused
from waymark.events.models import Event
from waymark.events.services import record

pytestmark = pytest.mark.usefixtures("real_connections")
NOW = datetime.now(UTC)
ANSWERS = {rule.name: next(iter(rule.answers), "They asked us to") for rule in GOLDEN_RULES.values()}
TERMS = Terms(
    reads=[Category.IDENTITY, Category.RISK],
    basis=Basis.SAFEGUARDING,
    purpose="To plan with her where she is safe",
    until=NOW + timedelta(days=90),
    consent=Consent.GIVEN,
    rules=ANSWERS,
)


@pytest.fixture
def case(young_person):
    return young_person.case


@pytest.fixture
def officer(gangs_officer):
    """The membership of the gangs officer, who reads nothing here yet."""
    return Membership.objects.get(pk=gangs_officer.membership_id)


def test_of_two_people_who_share_the_same_one_is_told_of_the_other(
    allocated_worker, colleague, officer, case, in_threads
):
    def try_it(actor):
        try:
            return share(actor=actor, case=case, holder=officer, terms=TERMS)
        except SharedAlready as told:
            return told.line

    lines = in_threads(try_it, [allocated_worker, colleague, allocated_worker, colleague])

    assert {line.pk for line in lines} == {Grant.objects.get(reason=Reason.SHARE).pk}


def test_a_double_click_shares_once_for_all_who_wait(allocated_worker, officer, case, in_threads):
    identifier = uuid4()

    def press(_):
        return share(actor=allocated_worker, case=case, holder=officer, terms=TERMS, id=identifier).pk

    assert in_threads(press, range(4)) == [identifier] * 4
    assert Grant.objects.filter(reason=Reason.SHARE).count() == 1


def test_what_the_holder_saves_while_their_share_ends_is_before_its_end_or_refused(
    allocated_worker, gangs_officer, officer, case, in_threads
):
    for _ in range(6):
        terms = replace(TERMS, writes=[Category.RISK])
        line = share(actor=allocated_worker, case=case, holder=officer, terms=terms)
        before = Event.objects.count()

        def save():
            return record(
                "missing_risk_identified",
                case=case,
                actor=gangs_officer,
                occurred_at=NOW - timedelta(days=1),
                category=Category.RISK,
            )

        def at_once(what, line=line):
            try:
                return end_line(line, actor=allocated_worker, why="Over") if what == "end" else save()
            except Refused:
                return "refused"

        saved, _ = in_threads(at_once, ["save", "end"])

        line.refresh_from_db()
        if saved == "refused":
            assert Event.objects.count() == before
        else:
            assert saved.recorded_at <= line.ends_at
        with pytest.raises(Refused):
            save()


def test_whoever_presses_share_as_their_own_work_ends_shares_before_that_or_not_at_all(
    allocated_worker, officer, case, involved, system, in_threads
):
    for _ in range(6):
        own = Involvement.objects.current().get(membership=allocated_worker.membership_id, case=case)

        def at_once(what, own=own):
            if what == "end":
                return end_involvement(own, actor=system, at=datetime.now(UTC))
            try:
                return share(actor=allocated_worker, case=case, holder=officer, terms=TERMS)
            except Refused:
                return "refused"

        line, _ = in_threads(at_once, ["share", "end"])

        assert Grant.objects.filter(reason=Reason.SHARE).exists() is (line != "refused")
        with pytest.raises(Refused):
            share(actor=allocated_worker, case=case, holder=officer, terms=TERMS)
        Grant.objects.filter(reason=Reason.SHARE).delete()
        involved(case, "social_worker", actor=allocated_worker, starts_at=datetime.now(UTC))
