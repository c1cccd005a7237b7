"""Opening a record in an emergency: for a time, with a note to those whose business it is, and looked at afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from waymark.access.closing import add_paragraph, declare_conflict, hold_back, restrict_record, unname_reader
from waymark.access.emergency import NotOpened, break_glass, end_now, review
from waymark.access.models import EmergencyAccess, Grant, Membership, Outcome, Team
from waymark.access.services import NotAsAsked, add_team
from waymark.accounts.models import Account
from waymark.casework.services import take_back, waive
from waymark.core.errors import Refused
from waymark.duties.models import Duty
from waymark.events.errors import RecordRefused
from waymark.events.models import Event
from waymark.events.services import record
from waymark.people.models import YoungPerson

pytestmark = pytest.mark.usefixtures("db", "adopted")
WHY = "Missing since nine, the police ask where she may be"


@pytest.fixture
def lead(member, actor_of, council):
    """The council's data protection lead."""
    return actor_of(member("Gwen Tolliver", council, "data_protection_lead"))


def _sees(actor, person, reading_as):
    with reading_as(actor):
        return YoungPerson.objects.filter(pk=person.pk).exists()


def test_it_opens_what_bears_on_safety_at_once_and_for_a_time(on_call, young_person, reading_as, system, now):
    record("intelligence_received", case=young_person.case, actor=system, occurred_at=now, refs={"intelligence": "I1"})
    record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=now)
    assert not _sees(on_call, young_person, reading_as)

    opened = break_glass(young_person.case, actor=on_call, why=WHY, hours=1)

    with reading_as(on_call):
        assert YoungPerson.objects.filter(pk=young_person.pk).exists()
        assert Event.objects.filter(type="missing_risk_identified").exists()
        assert not Event.objects.filter(type="intelligence_received").exists()
    assert timedelta(minutes=59) < opened.grant.ends_at - datetime.now(UTC) <= timedelta(hours=1)

    yesterday = datetime.now(UTC) - timedelta(days=1)
    Grant.objects.filter(pk=opened.grant_id).update(starts_at=yesterday, ends_at=yesterday + timedelta(hours=1))
    assert not _sees(on_call, young_person, reading_as)


def test_the_data_protection_lead_owes_a_review_by_the_end_of_the_next_working_day(
    on_call, lead, young_person, reading_as
):
    break_glass(young_person.case, actor=on_call, why=WHY)

    with reading_as(lead):
        duty = Duty.objects.get(clause="WAY-01")
        assert (duty.state, duty.roles) == ("open", ["data_protection_lead"])
        assert EmergencyAccess.objects.get().why == WHY
        assert YoungPerson.objects.filter(pk=young_person.pk).exists(), "who it was about"
        assert not Event.objects.exclude(category="identity").exists(), "and nothing more"


@pytest.mark.parametrize("which", ["empty", "closed", "suspended", "conflicted"])
def test_the_review_falls_to_nobody_who_could_not_do_it(
    which, on_call, lead, member, actor_of, council, borough, system, colleague, young_person, involved, reading_as
):
    if which in ("empty", "closed"):
        team = add_team(actor=system, agency=council, name="AAA", role="data_protection_lead", borough=borough)
        Team.objects.filter(pk=team.pk, name="AAA").update(closed_at=datetime.now(UTC) if which == "closed" else None)
    else:
        first = member("Ivo Pell", council, "data_protection_lead")
        involved(young_person, "data_protection_lead", membership=first)
        if which == "suspended":
            Membership.objects.filter(pk=first.pk).update(suspended_at=datetime.now(UTC))
        else:
            declare_conflict(actor=system, case=young_person.case, account=first.account, why="Her uncle")

    break_glass(young_person.case, actor=on_call, why=WHY)

    with reading_as(lead):
        assert Duty.objects.filter(clause="WAY-01").exists()


def test_a_review_meets_the_duty_and_is_said_once(on_call, lead, young_person):
    opened = break_glass(young_person.case, actor=on_call, why=WHY)

    review(opened, actor=lead, outcome=Outcome.JUSTIFIED, note="The police found her by it")

    assert Duty.objects.get(clause="WAY-01").state == "met"
    with pytest.raises(NotAsAsked, match="already"):
        review(opened, actor=lead, outcome=Outcome.JUSTIFIED, note="Again")


def test_two_emergencies_are_reviewed_each_by_itself(on_call, lead, member, actor_of, council, young_person):
    another = actor_of(member("Basil Okafor-Lund", council, "duty_team"))
    first = break_glass(young_person.case, actor=on_call, why=WHY)
    break_glass(young_person.case, actor=another, why=WHY)

    review(first, actor=lead, outcome=Outcome.NOT_JUSTIFIED, note="There was time to ring the front door")

    assert sorted(Duty.objects.filter(clause="WAY-01").values_list("state", flat=True)) == ["met", "open"]


def test_nobody_reviews_their_own(member, actor_of, council, young_person, involved):
    head = actor_of(member("Ada Quillfeather", council, "head_of_service"))
    opened = break_glass(young_person.case, actor=head, why=WHY)

    with pytest.raises(NotAsAsked, match="themselves"):
        review(opened, actor=head, outcome=Outcome.JUSTIFIED, note="Fine")


def test_nobody_reviews_their_own_in_another_role_of_theirs_either(
    member, actor_of, council, on_call, young_person, involved, client_as
):
    also = member("Orla Fenwick", council, "head_of_service")
    involved(young_person, "head_of_service", membership=also)
    assert also.account_id == on_call.account_id
    opened = break_glass(young_person.case, actor=on_call, why=WHY)

    with pytest.raises(NotAsAsked, match="themselves"):
        review(opened, actor=actor_of(also), outcome=Outcome.JUSTIFIED, note="Fine")
    page = client_as(actor_of(also)).get(f"/records/{young_person.case_id}/emergencies/{opened.grant_id}")
    assert 'name="outcome"' not in page.content.decode()


@pytest.mark.parametrize("who", ["keyworker", "colleague", "stranger"])
def test_only_those_who_review_emergencies_do(who, request, on_call, young_person):
    opened = break_glass(young_person.case, actor=on_call, why=WHY)

    with pytest.raises(Refused):
        review(opened, actor=request.getfixturevalue(who), outcome=Outcome.JUSTIFIED, note="Fine")


def test_a_keyworker_opens_nothing_in_an_emergency(other_keyworker, young_person):
    with pytest.raises(Refused):
        break_glass(young_person.case, actor=other_keyworker, why=WHY)


def test_none_there_restricted_and_conflicted_are_the_same_answer(
    on_call, colleague, young_person, other_young_person, involved, leaving_care_team
):
    involved(other_young_person, "deputy_team_manager", team=leaving_care_team)
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[])
    account = Account.objects.get(pk=on_call.account_id)
    declare_conflict(actor=colleague, case=other_young_person.case, account=account, why="Neighbours")

    answers = set()
    for case in (None, young_person.case, other_young_person.case):
        with pytest.raises(NotOpened) as refusal:
            break_glass(case, actor=on_call, why=WHY)
        answers.add(str(refusal.value))
    assert len(answers) == 1
    assert not EmergencyAccess.objects.exists()


def test_the_record_of_a_scheme_is_not_opened_in_an_emergency(on_call, scheme):
    with pytest.raises(NotOpened):
        break_glass(scheme.case, actor=on_call, why=WHY)


def test_a_reason_and_one_of_the_times_are_asked_for(on_call, young_person):
    for wrong in ({"why": "urgent"}, {"why": WHY, "hours": 1000}):
        with pytest.raises(NotAsAsked):
            break_glass(young_person.case, actor=on_call, **wrong)


def test_whoever_reads_it_anyway_needs_no_emergency(allocated_worker, young_person):
    with pytest.raises(NotAsAsked, match="open to you"):
        break_glass(young_person.case, actor=allocated_worker, why=WHY)


def test_whoever_opened_it_ends_it_when_the_emergency_is_over(on_call, young_person, reading_as):
    opened = break_glass(young_person.case, actor=on_call, why=WHY)

    end_now(opened, actor=on_call)

    assert not _sees(on_call, young_person, reading_as)


def test_what_happens_tonight_can_be_written_down(on_call, young_person, now):
    break_glass(young_person.case, actor=on_call, why=WHY)

    record("reported_missing", case=young_person.case, actor=on_call, occurred_at=now, refs={"episode": "E1"})
    with pytest.raises(Refused):
        record("placement_ended", case=young_person.case, actor=on_call, occurred_at=now, refs={"placement": "P1"})


# The page


def _form(**changes):
    said = {"given_name": "amira", "family_name": "SESAY", "born_0": "14", "born_1": "5", "born_2": "2008"}
    return said | {"why": WHY, "hours": "4"} | changes


def test_a_name_and_a_date_of_birth_open_the_record_from_the_page(client_as, on_call, young_person):
    client = client_as(on_call)
    page = client.get("/emergency").content.decode()
    names = [name for name in ("born-day", "born_0", "born-0") if f'name="{name}"' in page]
    assert names, "the three boxes of the date"
    joined = names[0].replace("day", "").replace("0", "")
    parts = ("day", "month", "year") if "day" in names[0] else ("0", "1", "2")
    born = {f"{joined}{part}": value for part, value in zip(parts, ("14", "5", "2008"), strict=True)}
    said = {"given_name": "amira", "family_name": "SESAY", "why": WHY, "hours": "4", **born}

    wrong = client.post("/emergency", said | {"family_name": "Nobody"})
    right = client.post("/emergency", said)

    assert wrong.status_code == 422
    assert "No record was opened" in wrong.content.decode()
    assert right.status_code == 302
    assert right["Location"] == f"/records/{young_person.case_id}"
    assert client.get(right["Location"]).status_code == 200


# What others watch over it by


@pytest.fixture
def opened(on_call, lead, young_person):
    """The record, opened in an emergency; the lead owes a review of it."""
    return break_glass(young_person.case, actor=on_call, why=WHY)


def test_nobody_withdraws_that_a_record_was_opened_in_an_emergency(opened, keyworker, client_as):
    entry = Event.objects.get(pk=opened.event)

    with pytest.raises(RecordRefused):
        take_back(entry, "It was nothing", actor=keyworker)

    address = f"/records/{opened.case_id}/events/{entry.pk}"
    assert client_as(keyworker).post(f"{address}/withdraw", {"reason": "It was nothing"}).status_code == 404
    assert "/withdraw" not in client_as(keyworker).get(address).content.decode()
    assert Duty.objects.get(clause="WAY-01").state == "open"


def test_nobody_holds_back_that_a_record_was_opened_in_an_emergency(opened, keyworker, lead, client_as, reading_as):
    entry = Event.objects.get(pk=opened.event)

    with pytest.raises(NotAsAsked):
        hold_back(entry, actor=keyworker, why="Nobody's business", readers=[])

    address = f"/records/{opened.case_id}/events/{entry.pk}"
    assert client_as(keyworker).post(f"{address}/hold-back", {"why": "Nobody's business"}).status_code == 403
    assert "/hold-back" not in client_as(keyworker).get(address).content.decode()
    with reading_as(lead):
        assert Duty.objects.filter(clause="WAY-01").exists()


def test_nobody_waives_the_review_of_an_emergency(opened, colleague, client_as):
    duty = Duty.objects.get(clause="WAY-01")

    with pytest.raises(ValueError, match="Nobody waives"):
        waive(duty, "We know why", actor=colleague)

    address = f"/records/{opened.case_id}/duties/{duty.pk}/waive"
    assert client_as(colleague).post(address, {"reason": "We know why"}).status_code == 200
    assert Duty.objects.get(clause="WAY-01").state == "open"


def test_nobody_restricts_a_record_away_from_whoever_reviews_its_emergency(opened, lead, colleague, reading_as):
    def sees_it():
        with reading_as(lead):
            return Duty.objects.filter(clause="WAY-01").exists() and EmergencyAccess.objects.exists()

    member = Membership.objects.get(pk=lead.membership_id)
    restrict_record(actor=colleague, case=opened.case, why="Her aunt works here", named=[])
    assert sees_it()
    with pytest.raises(NotAsAsked, match="review first"):
        unname_reader(actor=colleague, case=opened.case, member=member)

    review(opened, actor=lead, outcome=Outcome.JUSTIFIED, note="The police found her by it")
    unname_reader(actor=colleague, case=opened.case, member=member)
    assert not sees_it()


def test_what_a_review_found_is_not_withdrawn_either(opened, lead, keyworker):
    review(opened, actor=lead, outcome=Outcome.NOT_JUSTIFIED, note="There was time to ring the front door")

    with pytest.raises(RecordRefused):
        take_back(Event.objects.get(type="emergency_access_reviewed"), "We see it otherwise", actor=keyworker)


def test_whoever_opened_a_record_in_an_emergency_hides_nothing_in_it(
    opened, on_call, allocated_worker, young_person, now, client_as
):
    entry = record("missing_risk_identified", case=young_person.case, actor=allocated_worker, occurred_at=now)

    for hide in (hold_back, lambda item, **said: add_paragraph(item, "For me alone", **said)):
        with pytest.raises(NotAsAsked, match="works on this record"):
            hide(entry, actor=on_call, why="Nobody shall see it", readers=[])

    address = f"/records/{young_person.case_id}/events/{entry.pk}"
    assert client_as(on_call).get(f"{address}/hold-back").status_code == 403
    assert "/hold-back" not in client_as(on_call).get(address).content.decode()
