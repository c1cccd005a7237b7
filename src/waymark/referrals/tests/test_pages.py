"""The pages of a referral, as a browser sees them."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from tests.support.pages import Filler, links_to, text_of

from waymark.events.models import Event
from waymark.referrals.models import Draft, Referral, SectionVersion, State
from waymark.referrals.sections import RISK_SECTIONS, SECTIONS
from waymark.referrals.sending import withdraw
from waymark.referrals.writing import start

pytestmark = pytest.mark.usefixtures("db")
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def worker(client_as, allocated_worker):
    return client_as(allocated_worker)


def test_a_worker_starts_a_referral_from_the_record(worker, young_person, adopted):
    page = worker.get(f"/records/{young_person.case_id}/referrals")
    assert "Start a referral" in text_of(page)

    sent = Filler(worker, f"/records/{young_person.case_id}/referrals/start").send()

    referral = Referral.objects.get()
    assert sent.url == f"/referrals/{referral.pk}"
    assert "Not started" in text_of(worker.get(sent.url))


def test_a_section_is_saved_and_its_status_is_said(worker, referral):
    form = Filler(worker, f"/referrals/{referral.pk}/sections/why")
    sent = form.send(why="To be near college", others_considered=["family", "fostering"])

    assert sent.status_code == 302
    assert SectionVersion.objects.get().answers == {
        "why": "To be near college",
        "others_considered": ["family", "fostering"],
    }
    assert "Why supported accommodation Done" in text_of(worker.get(f"/referrals/{referral.pk}"))


def test_a_date_that_is_none_is_said_with_what_was_typed_and_nothing_is_saved(worker, referral):
    form = Filler(worker, f"/referrals/{referral.pk}/sections/request")
    sent = form.send(
        **{"needed_from-day": "31", "needed_from-month": "2", "needed_from-year": "2026", "family": "A dog"}
    )

    assert sent.status_code == 422
    assert "Needed from" in text_of(sent) and "A dog" in sent.content.decode()
    assert not SectionVersion.objects.exists()


def test_the_details_of_a_risk_are_kept_only_with_a_yes(worker, referral):
    form = Filler(worker, f"/referrals/{referral.pk}/sections/risk-anger")
    form.send(known="no", history="Typed before changing to no")

    assert SectionVersion.objects.get().answers == {"known": "no"}


def test_what_is_typed_is_kept_shown_again_and_thrown_away(worker, referral, client_as, colleague):
    address = f"/referrals/{referral.pk}/sections/why"
    headers = {"HTTP_ORIGIN": "http://testserver"}

    kept = worker.post(f"{address}/keep", {"why": "Half a sen", "based_on": "0"}, **headers)

    assert kept.status_code == 204
    assert "Half a sen" in worker.get(address).content.decode()
    assert "You have not saved all of it" in text_of(worker.get(f"/referrals/{referral.pk}"))
    assert "Half a sen" not in client_as(colleague).get(address).content.decode()

    worker.post(address, {"throw_away": "yes"}, **headers)
    assert not Draft.objects.exists()


def test_saving_ends_what_was_kept(worker, referral):
    address = f"/referrals/{referral.pk}/sections/why"
    worker.post(f"{address}/keep", {"why": "Half a sen", "based_on": "0"}, HTTP_ORIGIN="http://testserver")

    Filler(worker, address).send(why="A whole sentence")

    assert not Draft.objects.exists()


def test_two_people_who_answer_different_questions_are_both_kept(worker, referral, client_as, colleague):
    address = f"/referrals/{referral.pk}/sections/why"
    mine, theirs = Filler(worker, address), Filler(client_as(colleague), address)

    theirs.send(ready="Cooks well")
    sent = mine.send(why="To be near college")

    assert sent.status_code == 302
    assert SectionVersion.objects.order_by("number").last().answers == {
        "why": "To be near college",
        "ready": "Cooks well",
    }


def test_two_people_who_answer_the_same_question_are_shown_both_answers(worker, referral, client_as, colleague):
    address = f"/referrals/{referral.pk}/sections/why"
    mine, theirs = Filler(worker, address), Filler(client_as(colleague), address)
    theirs.send(why="Theirs")

    sent = mine.send(why="Mine")

    assert sent.status_code == 409
    assert "Theirs" in text_of(sent) and "Mine" in sent.content.decode()
    again = worker.post(address, Filler.read(sent.content.decode()) | {"why": "Theirs and mine"})
    assert again.status_code == 302
    assert SectionVersion.objects.order_by("number").last().answers == {"why": "Theirs and mine"}


def test_two_versions_stand_side_by_side(worker, referral, written):
    written(referral, "why", why="She is safe at home")
    written(referral, "why", why="She is not safe at home")

    page = worker.get(f"/referrals/{referral.pk}/sections/why/versions").content.decode()

    assert "<ins>not </ins>" in page and "Version 1" in page


def test_while_a_gate_holds_there_is_no_button_and_the_clause_says_why(worker, complete_referral, happened):
    happened(complete_referral, "facts_recorded", data={"gang_risk": True})

    page = worker.get(f"/referrals/{complete_referral.pk}/send")

    assert "REF-07" in text_of(page) and "No: it holds the referral" in text_of(page)
    assert 'type="submit"' not in page.content.decode().split("<main")[1]
    sent = worker.post(f"/referrals/{complete_referral.pk}/send", {"ticket": str(uuid4()), "left_out": "In a hurry"})
    assert sent.status_code != 302
    assert not Event.objects.filter(type="referral_submitted").exists()


def test_a_referral_is_sent_with_a_reason_for_what_is_left_out(worker, complete_referral, placements_officer):
    address = f"/referrals/{complete_referral.pk}/send"
    assert Filler(worker, address).send().status_code == 422

    sent = Filler(worker, address).send(left_out="The plan is being rewritten")

    assert sent.status_code == 302
    assert Event.objects.get(type="referral_submitted").data["left_out"] == "The plan is being rewritten"


def test_sent_twice_it_counts_once(worker, complete_referral, placements_officer):
    form = Filler(worker, f"/referrals/{complete_referral.pk}/send")

    form.send(left_out="No plan yet")
    again = form.send(left_out="No plan yet")

    assert again.status_code == 302
    assert Event.objects.filter(type="referral_submitted").count() == 1


def test_the_desk_reads_all_of_it_and_asks_for_more(client_as, sent_referral, placements_officer, worker):
    officer = client_as(placements_officer)
    assert "The plan is being rewritten" in text_of(officer.get(f"/referrals/{sent_referral.pk}/desk"))
    assert "For you to do: 1" in text_of(officer.get("/referrals"))
    assert "Why is supported accommodation right" in text_of(officer.get(f"/referrals/{sent_referral.pk}/whole"))

    wrong = Filler(officer, f"/referrals/{sent_referral.pk}/desk").send(decision="more")
    assert wrong.status_code == 422 and "Say what is needed" in text_of(wrong)
    Filler(officer, f"/referrals/{sent_referral.pk}/desk").send(
        decision="more", request="Which college?", parts=["support"]
    )

    page = text_of(worker.get(f"/referrals/{sent_referral.pk}"))
    assert "Which college?" in page and "What else shapes the support" in page


def test_the_desk_accepts(client_as, sent_referral, placements_officer):
    officer = client_as(placements_officer)

    Filler(officer, f"/referrals/{sent_referral.pk}/desk").send(decision="accept", fostering="No carer was found")

    assert Referral.objects.get().state == State.SEARCHING


def test_how_much_is_missing_stands_at_the_top_and_each_of_it_leads_to_its_page_with_its_clause(worker, referral):
    page = worker.get(f"/referrals/{referral.pk}")
    top, _, bottom = text_of(page).partition("Their own view")

    number = int(re.search(r"(\d+) things are missing before this can be sent", top)[1])
    listed = page.content.decode().split('id="missing"')[1]
    assert 'href="#missing"' in page.content.decode()
    assert listed.count("<li>") == number
    assert f'href="/referrals/{referral.pk}/sections/why">Why supported accommodation</a> (<a' in listed
    assert "REF-05" in listed and f"/referrals/{referral.pk}/known-risks" in listed
    assert f'href="/records/{referral.case_id}/facts' in listed


def test_a_missing_document_is_added_beside_it_with_its_kind_chosen(worker, complete_referral):
    listed = worker.get(f"/referrals/{complete_referral.pk}").content.decode().split('id="missing"')[1]
    add = unescape(re.search('href="([^"]+/documents/add[^"]*)"', listed)[1])

    form = Filler(worker, add)

    assert form.values["kind"] == "care_plan"
    assert str(complete_referral.pk) in add


@pytest.mark.parametrize("page", ["", "/whole", "/checks", "/sections/why", "/sections/why/versions", "/send", "/desk"])
def test_a_stranger_a_keyworker_elsewhere_and_nobody_find_no_referral(
    page, referral, written, client_as, stranger, other_keyworker
):
    written(referral, "why")
    for actor in (stranger, other_keyworker):
        assert client_as(actor).get(f"/referrals/{referral.pk}{page}").status_code in (403, 404)
    there, nowhere = (client_as(stranger).get(f"/referrals/{one}") for one in (referral.pk, uuid4()))
    assert there.status_code == nowhere.status_code == 404


def test_a_reader_without_the_category_is_not_shown_the_section(
    referral, written, client_as, pathway_officer, involved
):
    written(referral, "risk-mental-health", known="yes", history="Secret history", now="a", triggers="b")
    involved(referral, "sp_referrals", actor=pathway_officer)
    officer = client_as(pathway_officer)

    assert officer.get(f"/referrals/{referral.pk}/sections/risk-mental-health").status_code == 404
    assert "Mental health Not shared with you" in text_of(officer.get(f"/referrals/{referral.pk}"))
    assert "Secret history" not in text_of(officer.get(f"/referrals/{referral.pk}/whole"))


def test_a_list_asks_no_more_of_the_database_for_more_rows(
    client_as, allocated_worker, adopted, system, queries, referral, involved, borough
):
    from datetime import date

    from waymark.people.services import NewYoungPerson, add_young_person
    from waymark.referrals.writing import start

    worker = client_as(allocated_worker)
    with queries() as few:
        worker.get("/referrals")
    for number in range(6):
        person = add_young_person(
            NewYoungPerson(
                authority=borough,
                given_name=f"Person {number}",
                date_of_birth=date(2008, 1, 1),
                reference=f"YP9{number}",
            ),
            actor=system,
        )
        involved(person, "social_worker", actor=allocated_worker)
        start(person.case, actor=allocated_worker, id=uuid4())
    with queries() as many:
        page = worker.get("/referrals")

    assert "For you to do: 7" in text_of(page)
    assert len(many) == len(few)


def test_every_section_can_be_opened_and_saved_empty(worker, referral):
    for key in SECTIONS:
        form = Filler(worker, f"/referrals/{referral.pk}/sections/{key}")
        assert SECTIONS[key].title in text_of(worker.get(form.address)), key
        assert form.send().status_code == 302, key


def test_risks_are_answered_on_one_page_and_what_was_written_of_them_stays(worker, referral, written):
    written(referral, "risk-anger", known="yes", history="Two years ago", now="Calm", triggers="Noise")

    form = Filler(worker, f"/referrals/{referral.pk}/known-risks")
    form.values |= {"risk-gangs": "unknown", "risk-missing": "no"}
    assert form.send().status_code == 302

    newest = {one.section: one for one in SectionVersion.objects.filter(referral=referral).newest()}
    assert newest["risk-gangs"].answers == {"known": "unknown"}
    assert newest["risk-missing"].answers == {"known": "no"}
    assert (newest["risk-anger"].number, newest["risk-anger"].answers["history"]) == (1, "Two years ago")


def test_saving_goes_on_to_the_next_part_that_has_something_missing(worker, complete_referral, written):
    written(complete_referral, "risk-anger", known="yes")
    form = Filler(worker, f"/referrals/{complete_referral.pk}/sections/their-view")
    assert f"Part 1 of {len(SECTIONS)}" in form.page

    assert form.send(another="yes").url == f"/referrals/{complete_referral.pk}/sections/risk-anger"
    last = Filler(worker, f"/referrals/{complete_referral.pk}/sections/support")
    assert last.send(another="yes").url == f"/referrals/{complete_referral.pk}"


def test_what_waits_for_somebody_else_is_not_what_the_worker_does_next(
    worker, complete_referral, written, coordinator, allocated_worker
):
    page = f"/referrals/{complete_referral.pk}"
    written(complete_referral, "risk-gangs", known="unknown", finding_out="Asked at school")
    asks = f"{page}/checks/ask/consultation"
    assert asks in links_to(worker.get(f"{page}/send"), f"{page}/checks")

    Filler(worker, asks).send(question="A cousin")

    after = worker.get(page)
    assert "first : waits for the Gangs Safeguarding Coordinator ( REF-07 ) must be there" in text_of(after)
    assert "Next Documents: a care plan or a pathway plan" in text_of(after)
    assert f"{page}/checks#consultation" in links_to(after, f"{page}/checks#")


def test_a_day_is_read_as_a_day(worker, referral, written):
    written(referral, "request", needed_from="2026-12-01")

    assert "Needed from 1 December 2026" in text_of(worker.get(f"/referrals/{referral.pk}/whole"))


def test_saving_says_what_is_still_to_be_answered(worker, referral):
    page = f"/referrals/{referral.pk}/sections/request"

    after = Filler(worker, page).send(need_level="high", settings=["hostel"], staffing="visiting").url
    assert "Saved: What is asked for. Still to answer: Needed from." in text_of(worker.get(after))

    assert "What is asked for: not answered yet: Needed from" in text_of(worker.get(after))
    assert "Areas that would suit them (optional)" in text_of(worker.get(page))


def test_before_the_risks_comes_the_page_that_asks_of_all_of_them_and_the_list_leads_to_the_first_part(
    worker, complete_referral, written, allocated_worker
):
    written(complete_referral, "risk-anger", known="yes", history="Two years ago", now="Calm", triggers="Noise")
    withdraw(complete_referral, actor=allocated_worker, id=uuid4(), reason="She went home")
    again = start(complete_referral.case, actor=allocated_worker, id=uuid4(), copy_from=complete_referral)
    page = f"/referrals/{again.pk}"

    assert "Next Their own view" in text_of(worker.get(page))
    steps, step = [], f"{page}/sections/their-view"
    while step != page:
        steps.append(step.removeprefix(f"{page}/").removeprefix("sections/"))
        step = Filler(worker, step).send(another="yes").url

    assert steps[:6] == ["their-view", "request", "why", "known-risks", "risk-anger", "risk-assessment"]
    assert "Each page leads on" not in text_of(worker.get(page))


def test_a_copied_no_is_looked_at_on_one_page_and_a_yes_on_its_own(
    worker, complete_referral, written, allocated_worker
):
    written(complete_referral, "risk-anger", known="yes", history="Two years ago", now="Calm", triggers="Noise")
    withdraw(complete_referral, actor=allocated_worker, id=uuid4(), reason="She went home")
    again = start(complete_referral.case, actor=allocated_worker, id=uuid4(), copy_from=complete_referral)

    form = Filler(worker, f"/referrals/{again.pk}/known-risks")
    assert "is what an earlier referral said. Is it still so?" in form.page
    assert form.send().status_code == 302

    copied = {one.section for one in SectionVersion.objects.filter(referral=again).newest() if one.copied}
    assert copied & {section.key for section in RISK_SECTIONS} == {"risk-anger"}


def test_areas_are_first_halves_of_postcodes(worker, referral):
    form = Filler(worker, f"/referrals/{referral.pk}/sections/request")
    wrong = form.send(areas="near the canal")
    assert (
        wrong.status_code == 422 and "such as N1, N7" in text_of(wrong) and "near the canal" in wrong.content.decode()
    )

    form.send(areas="n7, N1 n7")

    assert SectionVersion.objects.get().answers == {"areas": "N7, N1"}
