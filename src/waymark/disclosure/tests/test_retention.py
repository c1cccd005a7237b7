"""How long records are kept, what stops their disposal, and that it takes two people and leaves nothing but numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import ProgrammingError, connections, transaction
from tests.support.cast import LONG_AGO
from tests.support.keeping import happened_on

from waymark.audit.models import Entry, Words
from waymark.audit.sealing import seal_entries
from waymark.audit.tests.conftest import tests_beside_are_not_waited_for  # noqa: F401  (a fixture for every test here)
from waymark.audit.verifying import Verification
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
from waymark.disclosure import retention
from waymark.disclosure.disposing import digest_of
from waymark.disclosure.models import Certificate, LegalHold, Proposal
from waymark.disclosure.retention import NotNowError
from waymark.disclosure.standing import standings
from waymark.disclosure.tables import HELD, named_elsewhere
from waymark.events.errors import RecordRefused
from waymark.events.models import Event
from waymark.events.services import record, retract

TODAY = datetime.now(UTC).date()


def years_ago(years, more_days=0):
    return TODAY.replace(year=TODAY.year - years, day=min(TODAY.day, 28)) - timedelta(days=more_days)


@pytest.fixture
def on(system):
    """Record that something happened on a day: `on(person, day, "case_closed")`."""
    return lambda person, day, kind, **data: happened_on(person, day, kind, system, **data)


@pytest.fixture
def due(grown_up, on):
    """Winifred, never looked after, 40, whose case was closed ten years ago: her record is due."""
    person = grown_up(years_ago(40))
    on(person, years_ago(11), "facts_recorded", status="cin")
    on(person, years_ago(10), "case_closed", reason="moved to her aunt Hilda Braithwaite")
    return person


@pytest.fixture
def head(head_of_service):
    """The council's head of service."""
    return head_of_service


@pytest.fixture
def other_lead(member, actor_of, council):
    """A second data protection lead of the same council."""
    return actor_of(member("Bertil Moreau", council, "data_protection_lead"))


def standing(person, now):
    return standings([person.case_id], now)[0]


def birthday(person, years):
    return person.date_of_birth.replace(year=person.date_of_birth.year + years)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("statuses", "rule"),
    [
        (["cin"], "other"),
        (["at_risk"], "other"),
        (["cin", "cla", "cin"], "looked_after"),
        (["cla", "care_leaver"], "looked_after"),
        (["care_leaver"], "care_leaver"),
        ([], "not_known"),
    ],
)
def test_how_long_a_record_is_kept_follows_from_every_status_there_ever_was(grown_up, on, now, statuses, rule):
    person = grown_up(years_ago(40))
    for place, status in enumerate(statuses):
        on(person, years_ago(20 - place), "facts_recorded", status=status)
    on(person, years_ago(10), "case_closed")

    found = standing(person, now)

    assert found.rule.name == rule
    assert (found.due_on == birthday(person, 75)) is (rule != "other")


@pytest.mark.usefixtures("db")
def test_a_status_that_was_withdrawn_does_not_count_unless_its_withdrawal_was_withdrawn(due, on, system, now):
    mistake = on(due, years_ago(12), "facts_recorded", status="cla")
    withdrawal = retract(mistake, "another person's", system)
    assert standing(due, now).rule.name == "other"

    retract(withdrawal, "it was theirs", system)
    assert standing(due, now).rule.name == "looked_after"


@pytest.mark.usefixtures("db")
def test_what_came_from_the_return_on_looked_after_children_was_looked_after(due, borough, now):
    model = apps.get_model("returns.ImportedChild")
    model.objects.create(case=due.case, authority=borough, child="1", rows={}, ledger={}, imported_at=now)

    assert standing(due, now).rule.name == "looked_after"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("age", "closed", "last", "expected"),
    [
        (40, 10, 10, "closed"),  # 6 years after it was closed
        (40, 3, 3, "closed"),
        (26, 20, 20, "birthday"),  # closed at 6, kept until 25
        (40, 10, 4, "last"),  # something was recorded after it was closed
        (40, None, 10, "never"),
    ],
)
def test_who_was_never_looked_after_is_kept_until_25_and_for_six_years_after_the_last_of_it(
    grown_up, on, now, age, closed, last, expected
):
    person = grown_up(years_ago(age))
    on(person, years_ago(age - 1), "facts_recorded", status="cin")
    if closed:
        on(person, years_ago(closed), "case_closed")
    on(person, years_ago(last), "missing_risk_identified")

    found = standing(person, now)

    days = {
        "closed": closed and years_ago(closed - 6),
        "birthday": birthday(person, 25),
        "last": years_ago(last - 6),
        "never": None,
    }
    assert found.due_on == days[expected]


@pytest.mark.usefixtures("db")
def test_a_record_that_is_due_is_proposed_by_one_and_disposed_of_by_another(due, data_lead, head, system):
    case_id = due.case_id
    trail.wrote(system, due.case, words="Hilda rang and asked")

    proposal = retention.propose(case_id, actor=data_lead)
    certificate = retention.approve(proposal.pk, actor=head)

    assert not Case.objects.filter(pk=case_id).exists()
    assert certificate.removed["What happened"] == 2
    assert certificate.removed["Names and date of birth"] == 1
    assert certificate.digest == digest_of(Certificate.objects.get(pk=certificate.pk))
    said = str([certificate.removed, certificate.kept, certificate.rule])
    assert not [word for word in ("Winifred", "Osgood", "YP9", str(case_id)) if word in said]


@pytest.mark.usefixtures("db")
def test_nothing_of_the_person_is_left_in_any_table_but_identifiers_in_the_trail(
    file_on_amira, on, data_lead, head, other_lead, system, monkeypatch
):
    """Everything that is held of somebody, disposed of as if nothing stood in the way."""
    from waymark.disclosure.standing import Standing

    case_id = file_on_amira.case_id
    trail.wrote(system, file_on_amira.case, words="typed about Amira")
    monkeypatch.setattr(Standing, "in_the_way", lambda self, today: [])
    retention.approve(retention.propose(case_id, actor=data_lead).pk, actor=head)

    for held in HELD:
        left = held.of._base_manager.filter(held.goes(case_id)).count()
        assert (left == 0) is not bool(held.kept), held.model
    with connections[SERVICE].cursor() as cursor:
        for held in HELD:
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {held.table} t")
            (text,) = cursor.fetchone()
            assert not [word for word in ("Amira", "Zainab", "Leroy", "typed about") if word in text], held.table


@pytest.mark.usefixtures("real_connections")
def test_the_seals_of_the_trail_hold_after_a_disposal(due, data_lead, head, system):
    trail.wrote(system, due.case, words="Hilda rang and asked")
    entry = Entry.objects.exclude(words_digest="").get()
    while seal_entries():
        pass

    retention.approve(retention.propose(due.case_id, actor=data_lead).pk, actor=head)

    assert not Words.objects.exists()
    assert Entry.objects.filter(pk=entry.pk).exists()
    checked = Verification()
    assert list(checked.findings()) == []
    assert checked.entries > 5


@pytest.mark.usefixtures("db")
def test_nobody_approves_what_they_proposed_in_whatever_role(due, data_lead, council, member, actor_of, system):
    from waymark.access.models import Membership
    from waymark.access.services import acting_as

    account = Membership.objects.get(pk=data_lead.membership_id).account
    as_head = Membership.objects.create(account=account, agency=council, role="head_of_service", starts_at=LONG_AGO)
    proposal = retention.propose(due.case_id, actor=data_lead)

    for actor in (data_lead, acting_as(as_head)):
        with pytest.raises(NotNowError, match="You proposed this yourself"):
            retention.approve(proposal.pk, actor=actor)
    assert Case.objects.filter(pk=due.case_id).exists()


@pytest.mark.usefixtures("db")
def test_what_stands_in_the_way_is_told_and_nothing_is_proposed(young_person, allocated_worker, placed, data_lead):
    retention.place_hold(young_person.case_id, actor=data_lead, why="a claim")

    with pytest.raises(NotNowError) as refused:
        retention.propose(young_person.case_id, actor=data_lead)

    for words in ("younger than 25", "legal hold", "Somebody works", "duties still to do", "not closed", "kept until"):
        assert words in str(refused.value)
    assert not Proposal.objects.exists()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("obstacle", ["hold", "worker", "entry"])
def test_what_comes_in_the_way_after_the_proposal_stops_the_disposal(
    due, data_lead, head, involved, allocated_worker, system, now, obstacle
):
    proposal = retention.propose(due.case_id, actor=data_lead)
    if obstacle == "hold":
        LegalHold.objects.create(case=due.case, why="a claim", placed_by_id=data_lead.membership_id, starts_at=now)
    elif obstacle == "worker":
        involved(due, "housing_keyworker", actor=allocated_worker)
    else:
        record("missing_risk_identified", case=due.case, actor=system, occurred_at=now)

    with pytest.raises(NotNowError):
        retention.approve(proposal.pk, actor=head)
    assert Event.objects.filter(case=due.case).exists()


@pytest.mark.usefixtures("db")
def test_a_hold_turns_a_proposal_down_and_ends_when_somebody_says_why(due, data_lead, head):
    proposal = retention.propose(due.case_id, actor=data_lead)

    hold = retention.place_hold(due.case_id, actor=data_lead, why="an inquiry")

    assert retention.approve(proposal.pk, actor=head) is None
    assert Proposal.objects.get().turned_down_why == "A legal hold was placed on the record."
    with pytest.raises(NotNowError, match="Say why"):
        retention.end_hold(hold.pk, actor=data_lead, why=" ")
    retention.end_hold(hold.pk, actor=data_lead, why="the inquiry reported")
    assert retention.end_hold(hold.pk, actor=data_lead, why="again") is None
    assert retention.propose(due.case_id, actor=data_lead) is not None


@pytest.mark.usefixtures("db")
def test_a_hold_until_a_day_holds_on_that_day_and_not_after_it(due, data_lead, now):
    retention.place_hold(due.case_id, actor=data_lead, why="a claim", until=TODAY)

    assert standing(due, now).is_held
    assert not standing(due, now + timedelta(days=2)).is_held
    with pytest.raises(NotNowError, match="over already"):
        retention.place_hold(due.case_id, actor=data_lead, why="x", until=TODAY - timedelta(days=1))


@pytest.mark.usefixtures("db")
def test_others_decide_nothing(due, data_lead, other_data_lead, head, colleague):
    proposal = retention.propose(due.case_id, actor=data_lead)

    assert retention.kept(due.case_id, actor=other_data_lead) is None
    assert retention.approve(proposal.pk, actor=other_data_lead) is None
    assert retention.turn_down(proposal.pk, actor=other_data_lead, why="x") is None
    assert retention.place_hold(due.case_id, actor=other_data_lead, why="x") is None
    with pytest.raises(Refused):
        retention.propose(due.case_id, actor=head)
    with pytest.raises(Refused):
        retention.approve(proposal.pk, actor=colleague)


@pytest.mark.usefixtures("db")
def test_what_a_place_recorded_of_them_is_counted_and_stays(due, scheme, happened, data_lead, head):
    data = {"month": "2026-02", "young_people": [str(due.case_id)]}
    happened(scheme, "monthly_log_submitted", log="L1", data=data)
    assert named_elsewhere(due.case_id).count() == 1

    certificate = retention.approve(retention.propose(due.case_id, actor=data_lead).pk, actor=head)

    assert certificate.kept["Entries in the records of places that name them"].startswith("1: ")
    assert Event.objects.filter(case=scheme.case).exists()


@pytest.mark.usefixtures("db")
def test_the_function_removes_nothing_that_two_people_have_not_decided(due, young_person, placed, data_lead, head):
    proposal = retention.propose(due.case_id, actor=data_lead)
    own = Certificate(
        authority=due.case.authority,
        proposal=proposal.pk,
        rule="other",
        removed={},
        kept={},
        proposed_by_id=data_lead.membership_id,
        proposed_at=proposal.starts_at,
        approved_by_id=data_lead.membership_id,
        approved_at=proposal.starts_at,
        digest="",
    )
    own.save()

    def ask(case_id, certificate_id):
        with transaction.atomic(using=SERVICE), connections[SERVICE].cursor() as cursor:
            cursor.execute("select public.waymark_dispose(%s, %s)", [case_id, certificate_id])

    for case_id, certificate_id in (
        (due.case_id, own.pk),  # approved by whoever proposed it
        (young_person.case_id, own.pk),  # another record
        (due.case_id, due.case_id),  # no certificate
    ):
        with pytest.raises(ProgrammingError, match="two people have not decided"):
            ask(case_id, certificate_id)
    assert Event.objects.filter(case=due.case).count() == 2


@pytest.mark.usefixtures("real_connections")
def test_an_event_that_is_recorded_during_a_disposal_finds_no_record_and_nothing_is_half_removed(
    due, data_lead, head, system, in_threads
):
    """Either the event comes first and stops the disposal, or the disposal does and there is no record any more."""
    proposal = retention.propose(due.case_id, actor=data_lead)
    case = due.case

    def act(what):
        try:
            if what == "dispose":
                return retention.approve(proposal.pk, actor=head)
            return record("missing_risk_identified", case=case, actor=system, occurred_at=datetime.now(UTC))
        except (NotNowError, RecordRefused) as problem:
            return problem

    disposed, recorded = in_threads(act, ["dispose", "record"])

    if isinstance(disposed, Certificate):
        assert isinstance(recorded, RecordRefused)
        assert not Event.objects.filter(case_id=case.pk).exists()
        assert not Case.objects.filter(pk=case.pk).exists()
    else:
        assert isinstance(recorded, Event)
        assert isinstance(disposed, NotNowError)
        assert Event.objects.filter(case_id=case.pk).count() == 3


@pytest.mark.usefixtures("real_connections")
def test_two_who_approve_at_once_dispose_once(due, data_lead, head, other_lead, in_threads):
    proposal = retention.propose(due.case_id, actor=data_lead)

    found = in_threads(lambda actor: retention.approve(proposal.pk, actor=actor), [head, other_lead])

    assert sorted(one is None for one in found) == [False, True]
    assert Certificate.objects.count() == 1


@pytest.mark.usefixtures("real_connections")
@pytest.mark.parametrize("alias", ["default", "service", "owner"])
def test_no_login_marks_a_record_as_being_disposed_of_or_changes_a_certificate(alias, due, data_lead, head):
    retention.approve(retention.propose(due.case_id, actor=data_lead).pk, actor=head)
    changes = ["delete from disclosure_certificate", "update disclosure_certificate set rule = 'x'"]
    if alias != "owner":
        changes += [
            "insert into disclosure_disposing (case_id) values (gen_random_uuid())",
            "select * from disclosure_disposing",
        ]
    if alias == "default":
        changes.append("select public.waymark_dispose(gen_random_uuid(), gen_random_uuid())")

    for change in changes:
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|rows are never changed or removed"),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(change)
    assert Certificate.objects.get().rule == "other"
