"""Recording what happened: the form made from the vocabulary, what it fills in, what it refuses, and what it did."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.audit.models import Entry
from waymark.casework.record_form import applicable
from waymark.casework.views.recording import OWN_PAGES, OWN_STEPS
from waymark.casework.writing import of_type
from waymark.core.categories import Category
from waymark.core.formats import LONDON
from waymark.duties.models import Duty
from waymark.duties.packs import pack_of
from waymark.duties.presenting import must_be_recorded_by
from waymark.events.models import Event
from waymark.events.vocabulary import EVENT_TYPES

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def form(client_as, young_person):
    """The form for an event of the young person, as somebody opens it: `form(keyworker, "team_changed")`."""

    def open_form(actor, name, query="", about=young_person):
        return Filler(client_as(actor), f"/records/{about.case_id}/record/{name}{query}")

    return open_form


def test_what_would_meet_a_duty_comes_first_then_what_the_role_usually_records(
    client_as, keyworker, allocated_worker, placed, young_person
):
    page = text_of(client_as(keyworker).get(f"/records/{young_person.case_id}/record"))

    duty, usual, everything = (
        page.index(part) for part in ("Would meet a duty", "What your role usually", "Everything")
    )
    assert duty < page.index("Placement planning meeting held Late") < usual
    assert usual < page.index("Absence recorded") < everything
    assert everything < page.index("Risk assessment updated")


def test_a_place_is_offered_what_can_happen_to_a_place(client_as, member, actor_of, involved, scheme, provider):
    manager = member("Tilda Moss", provider.agency, "provider_manager")
    involved(scheme, "provider_manager", membership=manager)
    page = text_of(client_as(actor_of(manager)).get(f"/records/{scheme.case_id}/record"))

    assert "Monthly log submitted" in page
    assert "Absence recorded" not in page


def test_every_type_of_event_has_a_form_that_asks_for_all_it_holds_on_the_records_it_can_be_about(
    client_as, allocated_worker, gangs_officer, involved, young_person, scheme, provider, borough
):
    records = [young_person.case, scheme.case, provider.case, borough]
    for about in records:
        involved(about, "gangs_team", actor=gangs_officer)
    for about in records[1:]:
        involved(about, "social_worker", actor=allocated_worker)
    worker, officer = client_as(allocated_worker), client_as(gangs_officer)
    wrong = {}
    for name in EVENT_TYPES.keys() - OWN_PAGES - OWN_STEPS:
        schema = EVENT_TYPES[name]
        suitable = [about for about in records if applicable(schema, about.kind)]
        fields = [field for field in schema.fields if not _all_written_elsewhere(field, schema)]
        wanted = [schema.label, *(field.label for field in fields)]
        client = officer if of_type(schema) is Category.INTELLIGENCE else worker
        for about in suitable:
            page = html.unescape(client.get(f"/records/{about.pk}/record/{name}").content.decode())
            if missing := [text for text in wanted if text not in page]:
                wrong[name] = f"does not ask {missing}"
        if not suitable:
            wrong[name] = "can be recorded nowhere"

    assert wrong == {}


def _all_written_elsewhere(field, schema):
    """Whether other questions ask for all that could be ticked."""
    return field.kind == "items" and {item for item, _ in field.choices} <= schema.shown_items.keys()


def test_recording_says_what_it_met_and_what_it_began(
    form, allocated_worker, keyworker, placed, young_person, client_as
):
    before = Duty.objects.get(clause="PPM-02")
    sent = form(allocated_worker, "planning_meeting_held", "?ref-placement=P1").send(data_has=["purpose", "length"])

    event = Event.objects.get(type="planning_meeting_held")
    assert sent.status_code == 302
    assert sent["Location"] == f"/records/{young_person.case_id}/events/{event.pk}"
    page = text_of(client_as(allocated_worker).get(sent["Location"]))
    met, rest = page.split("What this met")[1].split("What is not as the protocol says")
    failed, begun = rest.split("What this began")
    assert "Done late Hold the placement planning meeting PPM-02 must" in met
    assert "PPM-07" in failed
    assert re.search(r"To do Give the young person the moving-in handbook PPM-09", begun)
    assert (event.refs, event.by) == ({"placement": "P1"}, "social_worker")
    assert event.data == {"has": ["purpose", "length"]}
    assert Duty.objects.get(pk=before.pk).state == "met"


def test_after_recording_the_number_of_duties_it_changed_is_told_once(form, allocated_worker, placed, client_as):
    opened = form(allocated_worker, "planning_meeting_held", "?ref-placement=P1")
    address = opened.send()["Location"]

    assert re.search(r"Recorded. Duties: 2 done, \d+ to do, \d+ late or not as", text_of(opened.client.get(address)))
    assert "Recorded. Duties" not in text_of(opened.client.get(address))


def test_an_empty_time_today_is_just_now(form, keyworker, now):
    form(keyworker, "team_changed").send()

    assert abs(Event.objects.get(type="team_changed").occurred_at - now) < timedelta(minutes=1)


def test_a_day_and_time_are_read_in_london(form, keyworker):
    form(keyworker, "team_changed").send(when_day="1", when_month="July", when_year="2026", when_time="2.15pm")

    occurred_at = Event.objects.get(type="team_changed").occurred_at
    assert occurred_at == datetime(2026, 7, 1, 14, 15, tzinfo=LONDON)
    assert occurred_at.isoformat() == "2026-07-01T13:15:00+00:00"


@pytest.mark.parametrize(
    ("typed", "error", "target"),
    [
        ({"when_time": "25:00"}, "When it happened must have a time such as 14:30", "when-time"),
        ({"when_day": "31", "when_month": "2"}, "When it happened must be a real date", "when-day"),
        ({"when_day": "1"}, "When it happened must include a time", "when-time"),
        ({"when_year": "26"}, "When it happened must have a year of 4 numbers", "when-year"),
        ({"when_year": "2999", "when_time": "9am"}, "When it happened must be in the past", "when-day"),
        ({"when_month": ""}, "When it happened must include a month", "when-month"),
    ],
)
def test_a_time_that_cannot_be_is_explained_and_what_was_typed_is_kept(form, keyworker, typed, error, target):
    if typed == {"when_day": "1"} and datetime.now(LONDON).day == 1:
        typed = {"when_day": "2", "when_year": "2025"}
    sent = form(keyworker, "team_changed").send(**{"data_change": "A <b>new</b> mentor"} | typed)

    assert sent.status_code == 422
    assert not Event.objects.filter(type="team_changed").exists()
    assert f'<a href="#{target}">{error}</a>' in sent.content.decode()
    assert re.search(rf'id="{target}"', sent.content.decode())
    assert "A &lt;b&gt;new&lt;/b&gt; mentor" in sent.content.decode()
    kept = Filler.read(sent.content.decode())
    assert {name: kept[name.replace("_", "-")] for name in typed} == typed


def test_a_deadline_that_counts_from_an_answer_makes_it_needed(form, keyworker):
    sent = form(keyworker, "absence_recorded").send()

    assert sent.status_code == 422
    assert "Enter the date and time: report to the police by" in text_of(sent)


def test_which_thing_must_be_said_when_there_are_two_and_is_known_when_there_is_one(
    form, keyworker, happened, placed, young_person, scheme
):
    assert form(keyworker, "support_plan_written").values["ref-placement"] == "P1"
    happened(young_person, "placement_started", days_ago=5, placement="P2")

    opened = form(keyworker, "support_plan_written")
    assert "ref-placement" not in opened.values
    assert "Placement at Tanner House from" in opened.page
    sent = opened.send()
    assert "Select which placement this is about" in text_of(sent)
    assert '<a href="#ref-placement">' in sent.content.decode()


def test_an_ended_placement_can_be_chosen_but_is_not_assumed(form, keyworker, happened, placed, young_person):
    happened(young_person, "placement_ended", days_ago=1, placement="P1")

    opened = form(keyworker, "support_plan_written")

    assert "ref-placement" not in opened.values
    assert re.search(r"Placement at Tanner House from \d+ \w+ \d+ to \d+", opened.page)


def test_a_new_episode_gets_an_identifier_that_later_entries_share(form, keyworker, placed):
    opened = form(keyworker, "absence_recorded")
    assert "ref-episode" not in opened.values, "it can only begin one, so there is nothing to ask"
    opened.values |= {
        f"data-agreed_report_by-{part}": value
        for part, value in {
            "day": "1",
            "month": "2",
            "year": str(datetime.now(LONDON).year + 1),
            "time": "23:00",
        }.items()
    }
    assert opened.send().status_code == 302
    event = Event.objects.get(type="absence_recorded")

    told = form(keyworker, "worker_notified")
    assert told.values["ref-episode"] == event.refs["episode"]
    assert "Missing episode from" in told.page
    assert event.refs["placement"] == "P1", "the placement they live in is assumed"
    again = form(keyworker, "absence_recorded")
    assert again.values["ref-episode"] == "new", "another absence is another episode"


def test_a_thing_that_is_not_on_the_record_yet_never_stops_anybody_from_recording(form, keyworker):
    opened = form(keyworker, "police_informed")

    assert "One that is not on this record yet" in opened.page
    assert opened.send(ref_incident="new").status_code == 302


def test_what_a_clause_looks_for_is_marked_with_the_clause(form, allocated_worker, placed):
    page = form(allocated_worker, "planning_meeting_held").page

    assert "Purpose of the placement (PPM-07)" in page
    assert "Young person (PPM-05)" in page
    assert "The protocol looks for those with a clause beside them." in page


def test_what_is_looked_for_only_with_a_risk_is_marked_only_where_there_is_one(
    form, allocated_worker, happened, placed, young_person
):
    assert "Safety and risk plan (" not in form(allocated_worker, "support_plan_written").page

    happened(young_person, "facts_recorded", data={"gang_risk": "unknown"})

    assert "Safety and risk plan (PPM-10)" in form(allocated_worker, "support_plan_written").page


def test_a_gate_that_is_not_met_yet_is_said_before_anything_is_recorded(form, allocated_worker, happened, young_person):
    happened(young_person, "referral_started", days_ago=1, referral="R1")
    warning = "Discuss a refusal with the worker first ( HAS-07 (opens in new tab) should ). Not recorded yet:"

    assert warning in _words(form(allocated_worker, "refusal_made", "?ref-referral=R1"))
    assert warning not in _words(form(allocated_worker, "offer_made"))
    happened(young_person, "refusal_discussed", referral="R1")
    assert warning not in _words(form(allocated_worker, "refusal_made", "?ref-referral=R1"))


def test_steps_of_a_referral_that_gates_hold_are_recorded_on_its_own_pages_only(
    client_as, allocated_worker, young_person
):
    for name in OWN_STEPS:
        sent = client_as(allocated_worker).post(f"/records/{young_person.case_id}/record/{name}", {"data-route": "x"})
        assert sent.url == f"/records/{young_person.case_id}/referrals"


def test_a_gate_for_which_there_is_no_reason_is_not_mentioned(form, allocated_worker, happened, young_person):
    happened(young_person, "facts_recorded", days_ago=2, data={"out_of_borough": False})
    happened(young_person, "facts_recorded", days_ago=2, data={"child_concern": True})
    happened(young_person, "placement_agreed", days_ago=1, placement="P1")
    warning = "Consult the host authority"

    assert warning not in _words(form(allocated_worker, "placement_started", "?ref-placement=P1"))
    happened(young_person, "facts_recorded", days_ago=0.5, data={"out_of_borough": True})
    assert warning in _words(form(allocated_worker, "placement_started", "?ref-placement=P1"))


def _words(opened):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", opened.page)).split())


def test_what_the_protocol_says_stands_beside_the_form(client_as, keyworker, placed, young_person):
    page = text_of(client_as(keyworker).get(f"/records/{young_person.case_id}/record/planning_meeting_held"))

    assert "What the protocol looks for" in page
    assert "PPM-06" in page.split("Guidance")[1]
    assert "What it may begin" in page


def test_the_same_form_sent_twice_records_once(form, keyworker):
    opened = form(keyworker, "team_changed")

    first, second = opened.send(data_change="A mentor"), opened.send(data_change="A mentor")

    assert Event.objects.filter(type="team_changed").count() == 1
    assert first["Location"] == second["Location"]


def test_a_form_sent_again_saying_something_else_is_explained(form, keyworker):
    opened = form(keyworker, "team_changed")
    first = opened.send(data_change="A mentor")
    second = opened.send(data_change="A youth worker")

    assert second.status_code == 422
    assert "You have recorded this already, saying something else." in text_of(second)
    assert first["Location"] in second.content.decode()
    assert Event.objects.get(type="team_changed").data == {"change": "A mentor"}


def test_a_form_that_somebody_else_opened_is_not_sent_in_ones_own_name(form, keyworker, allocated_worker, client_as):
    opened = form(keyworker, "team_changed")
    sent = client_as(allocated_worker).post(opened.address, opened.values | {"data-change": "A mentor"})

    assert sent.status_code == 422
    assert "This form was opened by somebody else" in text_of(sent)
    assert "A mentor" in sent.content.decode()
    assert not Event.objects.filter(type="team_changed").exists()


@pytest.mark.parametrize("ticket", ["", "nonsense", "WyJ4Il0:1:x"])
def test_a_ticket_that_is_not_ours_records_nothing(form, keyworker, ticket):
    sent = form(keyworker, "team_changed").send(ticket=ticket)

    assert sent.status_code == 422
    assert not Event.objects.filter(type="team_changed").exists()


def test_what_somebody_else_did_can_be_recorded_for_them(form, keyworker):
    form(keyworker, "team_changed").send(by="social_worker")

    event = Event.objects.get(type="team_changed")
    assert (event.by, event.actor) == ("social_worker", keyworker.membership_id)


def test_nobody_records_an_approval_for_somebody_else(adopted):
    pack = pack_of(adopted)

    assert must_be_recorded_by(pack, "spot_purchase_approved")
    assert not must_be_recorded_by(pack, "planning_meeting_held")


def test_what_the_ledger_does_not_let_one_write_is_not_offered_and_not_taken(client_as, keyworker, young_person):
    record = f"/records/{young_person.case_id}/record"
    client = client_as(keyworker)

    assert "Spot purchase proposed" not in text_of(client.get(record))
    for send in (client.get, client.post):
        assert send(f"{record}/spot_purchase_proposed").status_code == 403
    assert not Event.objects.exists()
    entry = Entry.objects.filter(action="refusal").latest("sequence")
    assert (entry.case_id, entry.object_id, entry.detail["permission"]) == (young_person.case_id, "", "RECORD_EVENT")


def test_what_is_true_of_the_provider_comes_with_the_placement(form, keyworker, young_person, scheme, provider, system):
    type(provider).objects.filter(pk=provider.pk).update(block_contract=True)
    form(keyworker, "placement_started").send(ref_scheme=str(scheme.case_id))

    event = Event.objects.get(type="placement_started")
    facts = Event.objects.get(type="facts_recorded")
    assert event.refs.keys() == {"placement", "scheme", "provider"}
    assert facts.data == {"block_contract": True, "several_tiers": False, "curfew_capable": False}
    assert (facts.occurred_at, facts.sequence < event.sequence) == (event.occurred_at, True)


def test_nobody_who_does_not_work_on_the_record_can_send_the_form(form, keyworker, stranger, client_as):
    opened = form(keyworker, "team_changed")
    sent = client_as(stranger).post(opened.address, opened.values)

    assert sent.status_code == 404
    assert not Event.objects.filter(type="team_changed").exists()
    assert Entry.objects.filter(action="refusal", membership_id=stranger.membership_id).exists()


@pytest.mark.parametrize(
    "name", ["no_such_type", "facts_recorded", "event_retracted", "duty_waived", "monthly_log_submitted"]
)
def test_what_cannot_be_recorded_of_a_young_person_has_no_form(name, client_as, keyworker, young_person):
    assert client_as(keyworker).get(f"/records/{young_person.case_id}/record/{name}").status_code == 404


def test_a_log_names_the_young_people_who_live_there_and_whom_the_writer_may_know(
    form, member, actor_of, involved, happened, provider, scheme, placed, other_young_person
):
    happened(other_young_person, "placement_started", placement="P9", scheme=str(scheme.case_id))
    manager = member("Tilda Moss", provider.agency, "provider_manager")
    involved(scheme, "provider_manager", membership=manager)
    from waymark.cases.models import Case

    involved(type("Amira", (), {"case": Case.objects.get(reference="YP1")}), "provider_manager", membership=manager)
    opened = form(actor_of(manager), "monthly_log_submitted", about=scheme)

    assert "Amira Sesay" in opened.page
    assert "Tobias" not in opened.page
    month = datetime.now(LONDON).strftime("%Y-%m")
    sent = opened.send(data_month=month, data_young_people=[str(placed.case_id)], ref_log="new")
    assert sent.status_code == 302
    event = Event.objects.get(type="monthly_log_submitted")
    assert event.refs.keys() == {"scheme", "log"}
    assert event.data == {"month": month, "young_people": [str(placed.case_id)]}


def test_the_session_that_ended_keeps_what_was_typed(form, keyworker, client):
    opened = form(keyworker, "team_changed")
    sent = client.post(
        opened.address, opened.values | {"data-change": "A <mentor>"}, headers={"origin": "http://testserver"}
    )

    assert sent.status_code == 403
    assert "You have been signed out" in text_of(sent)
    assert '<input type="hidden" name="data-change" value="A &lt;mentor&gt;">' in sent.content.decode()
    assert not Event.objects.filter(type="team_changed").exists()


def test_after_signing_in_again_the_kept_form_records_once(form, keyworker, client, client_as):
    opened = form(keyworker, "team_changed")
    kept = client.post(
        opened.address, opened.values | {"data-change": "A mentor"}, headers={"origin": "http://testserver"}
    )
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', kept.content.decode()))

    sent = client_as(keyworker).post(opened.address, hidden)

    assert sent.status_code == 302
    assert Event.objects.get(type="team_changed").data == {"change": "A mentor"}


def test_recording_needs_the_role_for_it(client_as, member, actor_of, involved, council, young_person):
    reader = member("Amira", council, "young_person")
    involved(young_person, "young_person", membership=reader)

    assert client_as(actor_of(reader)).get(f"/records/{young_person.case_id}/record").status_code == 403


def test_a_form_that_arrives_four_times_at_once_is_recorded_once(
    real_connections, form, keyworker, young_person, in_threads
):
    opened = form(keyworker, "team_changed")

    def send(_):
        from django.test import Client

        client = Client()
        client.cookies = opened.client.cookies
        return client.post(opened.address, opened.values | {"data-change": "A mentor"})

    sent = in_threads(send, range(4))

    assert {response.status_code for response in sent} == {302}
    assert len({response["Location"] for response in sent}) == 1
    assert Event.objects.filter(type="team_changed").count() == 1
