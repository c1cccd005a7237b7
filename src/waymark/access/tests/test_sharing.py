"""Sharing through the ledger: what may be opened, for whom, until when, and what happens at the same moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from waymark.access.golden_rules import GOLDEN_RULES, unanswered
from waymark.access.models import (
    Basis,
    Conflict,
    Consent,
    Grant,
    Membership,
    Reason,
    RestrictedRecord,
)
from waymark.access.rules import RULES
from waymark.access.services import NotAsAsked
from waymark.access.sharing import (
    RoleAt,
    SharedAlready,
    change_end,
    consent_withdrawn,
    end_line,
    may_pass_on,
    open_line,
    share,
)
from waymark.access.tests.terms import ANSWERS, NOW, TERMS, case, officer
from waymark.audit.models import Entry
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import FixedClock
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.events.models import Event
from waymark.people.models import YoungPerson

__all__ = ["case", "officer"]

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def shared(db, allocated_worker, case, officer):
    return share(actor=allocated_worker, case=case, holder=officer, terms=TERMS)


def reads(actor: Actor, category: Category, case) -> bool:
    return Grant.objects.opening_for(actor).filter(case=case, reads__contains=[category]).exists()


def test_a_share_opens_what_it_names_and_nothing_else_until_its_end(
    allocated_worker, gangs_officer, officer, case, reading_as
):
    with reading_as(gangs_officer):
        assert not YoungPerson.objects.exists()

    line = share(actor=allocated_worker, case=case, holder=officer, terms=TERMS)

    with reading_as(gangs_officer):
        assert YoungPerson.objects.get().case_id == case.pk
    assert reads(gangs_officer, Category.RISK, case)
    assert not reads(gangs_officer, Category.HEALTH, case)
    assert gangs_officer.may(Permission.VIEW_CASE, case)
    assert not gangs_officer.may(Permission.RECORD_EVENT, case)
    Grant.objects.filter(pk=line.pk).update(starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(seconds=1))
    with reading_as(gangs_officer):
        assert not YoungPerson.objects.exists()


def test_the_line_and_the_trail_say_who_decided_what_and_why(shared, allocated_worker, officer, case):
    assert (shared.decided_by_id, shared.membership_id) == (allocated_worker.membership_id, officer.pk)
    assert (shared.reads, shared.writes) == (["identity", "risk"], [])
    assert (shared.reason, shared.basis, shared.rules) == (Reason.SHARE, Basis.SAFEGUARDING, ANSWERS)
    entry = Entry.objects.get(kind="access.Grant", object_id=str(shared.pk))
    assert (entry.case_id, entry.membership_id) == (case.pk, allocated_worker.membership_id)
    assert entry.detail["reads"] == ["identity", "risk"]
    assert TERMS.purpose not in str(entry.detail)


def test_sharing_is_told_to_the_ledger_and_not_among_what_happened(shared):
    assert not Event.objects.exists()


def test_a_team_or_a_role_at_an_agency_is_shared_with_too(
    allocated_worker, gangs_officer, gangs_team, other_keyworker, other_provider, case
):
    share(actor=allocated_worker, case=case, holder=gangs_team, terms=TERMS)
    role = RoleAt(other_provider.agency, "housing_keyworker")
    share(actor=allocated_worker, case=case, holder=role, terms=TERMS)

    assert reads(gangs_officer, Category.RISK, case)
    assert reads(other_keyworker, Category.RISK, case)


def test_what_was_shared_is_passed_on_for_no_longer_than_it_lasts(allocated_worker, stranger, case, officer):
    sasha = Membership.objects.get(pk=stranger.membership_id)
    writes = [Category.IDENTITY]
    until = NOW + timedelta(days=2)
    share(
        actor=allocated_worker, case=case, holder=sasha, terms=replace(TERMS, onward=True, writes=writes, until=until)
    )
    own_role = RoleAt(sasha.agency, "social_worker")

    for holder in (own_role, officer):
        with pytest.raises(NotAsAsked, match="ends before that"):
            share(actor=stranger, case=case, holder=holder, terms=replace(TERMS, until=NOW + timedelta(days=300)))
    line = share(actor=stranger, case=case, holder=officer, terms=replace(TERMS, until=until - timedelta(hours=1)))
    with pytest.raises(NotAsAsked, match="ends before that"):
        change_end(line, actor=stranger, until=NOW + timedelta(days=300), why="They need it longer")
    assert change_end(line, actor=allocated_worker, until=NOW + timedelta(days=300), why="They do")


def test_another_authority_is_shared_with_as_any_agency(allocated_worker, stranger, case):
    elsewhere = Membership.objects.get(pk=stranger.membership_id)

    share(actor=allocated_worker, case=case, holder=elsewhere, terms=TERMS)

    assert reads(stranger, Category.RISK, case)


def test_a_keyworker_does_not_share_and_nobody_shares_a_record_that_is_not_theirs(keyworker, stranger, officer, case):
    for actor in (keyworker, stranger):
        with pytest.raises(Refused, match="share this record"):
            share(actor=actor, case=case, holder=officer, terms=TERMS)
    assert not Grant.objects.filter(reason=Reason.SHARE).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"reads": [Category.IDENTITY, Category.INTELLIGENCE]},
        {"reads": list(Category)},
    ],
)
def test_nobody_shares_what_they_do_not_read_themselves(changes, allocated_worker, officer, case):
    with pytest.raises(NotAsAsked, match="only what you may read yourself"):
        share(actor=allocated_worker, case=case, holder=officer, terms=replace(TERMS, **changes))


def test_nobody_lets_others_write_what_they_only_read(member, actor_of, involved, council, officer, case):
    """No role that may share only reads something now, so this one is given less."""
    ravi = member("Ravi Dhillon", council, "social_worker")
    line = involved(case, "social_worker", membership=ravi).grant
    Grant.objects.filter(pk=line.pk).update(writes=["identity"])
    assert may_pass_on(actor_of(ravi), case)[1] == {Category.IDENTITY}

    with pytest.raises(NotAsAsked, match="let others write only what you write"):
        share(actor=actor_of(ravi), case=case, holder=officer, terms=replace(TERMS, writes=[Category.RISK]))


@pytest.mark.parametrize(
    "changes", [{"reads": [Category.RISK]}, {"writes": [Category.HEALTH]}, {"rules": {}}, {"until": None}]
)
def test_a_share_without_identity_an_answer_or_an_end_is_no_share(changes, allocated_worker, officer, case):
    with pytest.raises(ValueError, match=r"identity|golden rules|ends"):
        share(actor=allocated_worker, case=case, holder=officer, terms=replace(TERMS, **changes))


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, False), (1, True), (366, True), (368, False)])
def test_a_share_lasts_from_now_for_a_year_at_most(days, allowed, allocated_worker, officer, case):
    terms = replace(TERMS, until=NOW + timedelta(days=days))
    given = {"actor": allocated_worker, "case": case, "holder": officer, "terms": terms, "clock": FixedClock(NOW)}
    if allowed:
        assert share(**given).ends_at == terms.until
        return
    with pytest.raises(NotAsAsked, match="must end"):
        share(**given)


def test_without_their_agreement_somebody_says_who_decided_and_why(allocated_worker, officer, case):
    for consent in (Consent.REFUSED, Consent.WITHDRAWN, Consent.NOT_ASKED):
        with pytest.raises(NotAsAsked, match="who decided"):
            share(actor=allocated_worker, case=case, holder=officer, terms=replace(TERMS, consent=consent))
    terms = replace(TERMS, consent=Consent.REFUSED, consent_note="Priya Solanki: she is at risk today")
    assert share(actor=allocated_worker, case=case, holder=officer, terms=terms).consent == Consent.REFUSED


def test_consent_is_no_basis_when_they_did_not_agree(allocated_worker, officer, case):
    terms = replace(TERMS, basis=Basis.CONSENT, consent=Consent.REFUSED, consent_note="Priya Solanki: at risk")
    with pytest.raises(NotAsAsked, match="cannot rest on consent"):
        share(actor=allocated_worker, case=case, holder=officer, terms=terms)


def test_whoever_has_a_conflict_is_refused_in_the_words_for_whoever_has_left(
    allocated_worker, officer, member, council, case
):
    left = member("Ravi Dhillon", council, "social_worker")
    Membership.objects.filter(pk=left.pk).update(ends_at=NOW - timedelta(days=1))
    young = member("Amira Sesay", council, "young_person")
    Conflict.objects.create(case=case, account=officer.account, why="Her uncle", starts_at=NOW - timedelta(days=1))

    said = set()
    for holder in (officer, left, young):
        with pytest.raises(NotAsAsked) as refusal:
            share(actor=allocated_worker, case=case, holder=holder, terms=TERMS)
        said.add(str(refusal.value))
    assert said == {"Choose somebody else"}


def test_nobody_shares_with_themselves(allocated_worker, case):
    own = Membership.objects.get(pk=allocated_worker.membership_id)
    with pytest.raises(NotAsAsked, match="yourself"):
        share(actor=allocated_worker, case=case, holder=own, terms=TERMS)


def test_what_was_shared_with_somebody_is_passed_on_only_where_that_was_allowed(
    allocated_worker, stranger, officer, case
):
    elsewhere = Membership.objects.get(pk=stranger.membership_id)
    terms = replace(TERMS, writes=[Category.IDENTITY])
    line = share(actor=allocated_worker, case=case, holder=elsewhere, terms=terms)
    with pytest.raises(NotAsAsked, match="may not be passed on"):
        share(actor=stranger, case=case, holder=officer, terms=TERMS)

    share(actor=allocated_worker, case=case, holder=elsewhere, terms=replace(terms, onward=True), replaces=line.pk)

    assert share(actor=stranger, case=case, holder=officer, terms=TERMS)


def test_a_restricted_record_is_not_shared_in_this_way(allocated_worker, officer, case):
    Grant.objects.filter(membership=allocated_worker.membership_id).update(named=True)
    RestrictedRecord.objects.create(case=case, why="Well known", starts_at=NOW - timedelta(days=1))
    with pytest.raises(NotAsAsked, match="Only named people"):
        share(actor=allocated_worker, case=case, holder=officer, terms=TERMS)


def test_the_same_identifier_shares_once(allocated_worker, officer, case):
    identifier = uuid4()
    lines = [share(actor=allocated_worker, case=case, holder=officer, terms=TERMS, id=identifier) for _ in range(2)]

    assert {line.pk for line in lines} == {identifier}
    assert Entry.objects.filter(kind="access.Grant", object_id=str(identifier)).count() == 1


def test_somebody_elses_identifier_is_not_taken_for_ones_own(shared, colleague, case, keyworker):
    joel = Membership.objects.get(pk=keyworker.membership_id)
    with pytest.raises(Exception, match="access_grant_pkey"):
        share(actor=colleague, case=case, holder=joel, terms=TERMS, id=shared.pk)


def test_a_second_share_with_the_same_holder_is_told_of_the_first(shared, colleague, officer, case):
    with pytest.raises(SharedAlready) as told:
        share(actor=colleague, case=case, holder=officer, terms=TERMS)
    assert told.value.line == shared


def test_a_share_that_replaces_another_ends_it(shared, allocated_worker, officer, case):
    wider = replace(TERMS, reads=[*TERMS.reads, Category.HEALTH])
    new = share(actor=allocated_worker, case=case, holder=officer, terms=wider, replaces=shared.pk)

    shared.refresh_from_db()
    assert shared.ends_at is not None
    assert shared.ends_at <= new.starts_at
    assert (shared.ended_by_id, shared.end_reason[:8]) == (allocated_worker.membership_id, "Replaced")
    assert Grant.objects.current().filter(membership=officer).get() == new


def test_ending_takes_the_record_away_and_keeps_the_line_with_who_and_why(shared, colleague, gangs_officer):
    end_line(shared, actor=colleague, why="The meeting is over")

    shared.refresh_from_db()
    assert (shared.ended_by_id, shared.end_reason) == (colleague.membership_id, "The meeting is over")
    assert not reads(gangs_officer, Category.IDENTITY, shared.case)
    with pytest.raises(NotAsAsked, match="had ended already"):
        end_line(shared, actor=colleague, why="Again")


def test_whoever_may_not_share_may_not_end_or_change_a_share(shared, keyworker, gangs_officer):
    for actor in (keyworker, gangs_officer):
        for attempt in (
            lambda actor: end_line(shared, actor=actor, why="-"),
            lambda actor: change_end(shared, actor=actor, until=NOW + timedelta(days=9), why="-"),
            lambda actor: consent_withdrawn(actor=actor, case=shared.case, lines=[shared.pk], note="-", keep=None),
        ):
            with pytest.raises(Refused):
                attempt(actor)


def test_a_line_that_an_involvement_makes_is_not_ended_here(colleague, keyworker):
    line = Grant.objects.get(membership=keyworker.membership_id)
    with pytest.raises(ValueError, match="service of its own"):
        end_line(line, actor=colleague, why="-")


def test_another_end_is_another_line(shared, colleague):
    sooner = change_end(shared, actor=colleague, until=NOW + timedelta(days=9), why="The panel is sooner")

    shared.refresh_from_db()
    assert (sooner.ends_at, sooner.decided_by_id) == (NOW + timedelta(days=9), colleague.membership_id)
    assert (sooner.reads, sooner.rules, sooner.purpose) == (shared.reads, shared.rules, shared.purpose)
    assert sooner.ended_by_id is None
    assert shared.end_reason == "Until another day: The panel is sooner"
    assert Grant.objects.current().filter(membership=shared.membership_id).get() == sooner


def test_only_whoever_may_share_it_makes_it_last_longer(shared, allocated_worker, colleague, officer):
    longer = NOW + timedelta(days=200)
    Grant.objects.filter(team=colleague.team_id).update(reads=["identity"], writes=["identity"])
    with pytest.raises(NotAsAsked, match="only what you may read"):
        change_end(shared, actor=colleague, until=longer, why="Still needed")
    Conflict.objects.create(
        case=shared.case, account=officer.account, why="Her uncle", starts_at=NOW - timedelta(days=1)
    )
    with pytest.raises(NotAsAsked, match="Choose somebody else"):
        change_end(shared, actor=allocated_worker, until=longer, why="Still needed")
    assert change_end(shared, actor=colleague, until=NOW + timedelta(days=2), why="Nearly over")


def test_when_consent_is_withdrawn_the_lines_end_and_say_so(shared, colleague, gangs_officer):
    said = consent_withdrawn(
        actor=colleague, case=shared.case, lines=[shared.pk], note="She told Dana on Monday", keep=None
    )

    shared.refresh_from_db()
    assert said == []
    assert (shared.consent, shared.consent_note) == (Consent.WITHDRAWN, "She told Dana on Monday")
    assert not reads(gangs_officer, Category.IDENTITY, shared.case)


def test_or_they_go_on_without_it_on_another_basis_with_who_decided(shared, colleague, gangs_officer):
    (kept,) = consent_withdrawn(
        actor=colleague,
        case=shared.case,
        lines=[shared.pk],
        note="Priya Solanki: he is looking for her",
        keep=Basis.VITAL_INTERESTS,
    )

    shared.refresh_from_db()
    assert (kept.consent, kept.basis, kept.ends_at) == (Consent.WITHDRAWN, Basis.VITAL_INTERESTS, TERMS.until)
    assert kept.decided_by_id == colleague.membership_id
    assert (shared.consent, shared.end_reason[:19]) == (Consent.GIVEN, "They no longer agre")
    assert reads(gangs_officer, Category.RISK, shared.case)
    with pytest.raises(NotAsAsked, match="has ended since"):
        consent_withdrawn(actor=colleague, case=shared.case, lines=[shared.pk], note="-", keep=None)


# What later services rely on

OPENS = replace(TERMS, until=None, rules={}, consent=Consent.NOT_ASKED)


def open_it(actor, case, holder, **given):
    terms = given.pop("terms", OPENS)
    return open_line(actor=actor, case=case, holder=holder, reason=Reason.PLACEMENT, terms=terms, **given)


def test_the_system_opens_what_the_rule_of_the_role_opens_and_no_more(system, other_keyworker, case):
    nell = Membership.objects.get(pk=other_keyworker.membership_id)
    whole = RULES["housing_keyworker"]
    line = open_it(system, case, nell, terms=replace(OPENS, reads=whole.reads, writes=whole.writes))

    assert (line.reason, line.ends_at, line.decided_by_id) == (Reason.PLACEMENT, None, None)
    for wrong in ({"reads": [*whole.reads, Category.INTELLIGENCE]}, {"reads": whole.reads, "writes": whole.reads}):
        with pytest.raises(ValueError, match="opens less"):
            open_it(system, case, nell, terms=replace(OPENS, **wrong))


def test_the_system_opens_nothing_that_the_member_it_acts_for_does_not_read(
    system, allocated_worker, other_keyworker, gangs_officer, case
):
    nell = Membership.objects.get(pk=other_keyworker.membership_id)
    dana = Membership.objects.get(pk=allocated_worker.membership_id)
    outsider = Membership.objects.get(pk=gangs_officer.membership_id)
    with pytest.raises(NotAsAsked, match="Only what they read"):
        open_it(system, case, nell, decided_by=outsider)

    assert open_it(system, case, nell, decided_by=dana).decided_by_id == dana.pk
    with pytest.raises(ValueError, match="Only the system"):
        open_it(allocated_worker, case, nell, decided_by=outsider)


def test_a_person_needs_the_permission_that_the_service_names(colleague, keyworker, officer, case):
    with pytest.raises(Refused):
        open_it(keyworker, case, officer)
    with pytest.raises(Refused, match="who works on this record"):
        open_it(keyworker, case, officer, needs=Permission.MANAGE_INVOLVEMENT)
    assert open_it(colleague, case, officer, needs=Permission.MANAGE_INVOLVEMENT)


@pytest.mark.parametrize("reason", [Reason.INVOLVEMENT, Reason.EMERGENCY])
def test_lines_with_a_service_of_their_own_are_not_opened_here(reason, system, officer, case):
    with pytest.raises(ValueError, match="service of its own"):
        open_line(actor=system, case=case, holder=officer, reason=reason, terms=OPENS)


def test_a_named_line_on_a_restricted_record_is_for_who_may_restrict_and_for_one_person(
    colleague, allocated_worker, officer, gangs_team, gangs_officer, case
):
    Grant.objects.filter(case=case).update(named=True)
    RestrictedRecord.objects.create(case=case, why="Well known", starts_at=NOW - timedelta(days=1))
    with pytest.raises(Refused, match="all but named people"):
        open_it(allocated_worker, case, officer, named=True)
    with pytest.raises(ValueError, match="names people"):
        open_it(colleague, case, gangs_team, named=True)

    open_it(colleague, case, officer, named=True)

    assert reads(gangs_officer, Category.RISK, case)


def test_each_golden_rule_has_a_question_and_its_answers_are_checked():
    assert len(GOLDEN_RULES) == 7
    assert unanswered({}) == list(GOLDEN_RULES)
    assert unanswered(ANSWERS) == []
    assert unanswered(ANSWERS | {"told": "perhaps", "record": " "}) == ["told", "record"]
