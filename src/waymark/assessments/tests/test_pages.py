"""The pages of the provider's side, as a browser sees them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.support.assessing import in_days
from tests.support.pages import Filler, text_of

from waymark.accommodation.models import Occupancy, Unit
from waymark.accommodation.services import change_scheme, hold
from waymark.assessments.agreeing import accept
from waymark.assessments.models import Answer, Assessment, Interview, Offer, PartVersion, Refusal
from waymark.assessments.offers import make_offer
from waymark.assessments.writing import paper_of
from waymark.core.formats import day
from waymark.documents.models import Document
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.placements.models import Approach
from waymark.referrals.models import Draft, Referral, State

pytestmark = pytest.mark.usefixtures("db")
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def manager(client_as, provider_manager):
    return client_as(provider_manager)


@pytest.fixture
def worker(client_as, allocated_worker):
    return client_as(allocated_worker)


def dated(name, on):
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def test_the_inbox_says_what_to_do_next_and_by_when(manager, passed, keyworker, client_as):
    page = text_of(manager.get("/inbox"))

    assert "Amira Sesay" in page and "Arrange the interview" in page and "HAS-01" in page and " by " in page
    assert "Referrals passed to you, with what is due" in text_of(manager.get("/referrals"))
    assert "Amira Sesay" in text_of(client_as(keyworker).get("/inbox"))


def test_an_empty_inbox_says_so(client_as, other_manager, passed):
    assert "No referral is with you" in text_of(client_as(other_manager).get("/inbox"))


def test_an_inbox_asks_no_more_of_the_database_for_more_rows(
    manager, passed, queries, involved, borough, system, scheme, provider, allocated_worker, provider_manager, now
):
    from datetime import date

    from waymark.people.services import NewYoungPerson, add_young_person
    from waymark.referrals.writing import start

    manager.get("/inbox")
    with queries() as few:
        manager.get("/inbox")
    for number in range(4):
        person = add_young_person(
            NewYoungPerson(
                authority=borough, given_name=f"P{number}", date_of_birth=date(2008, 1, 1), reference=f"YP9{number}"
            ),
            actor=system,
        )
        involved(person, "social_worker", actor=allocated_worker)
        involved(person, "provider_manager", actor=provider_manager)
        referral = start(person.case, actor=allocated_worker, id=uuid4())
        Approach.objects.create(
            case=person.case, referral=referral, route="spot", provider=provider, scheme=scheme,
            asked_at=now, passed_at=now,
        )  # fmt: skip
    with queries() as many:
        page = manager.get("/inbox")

    assert "With you: 5" in text_of(page)
    assert len(many) == len(few)


def test_a_referral_leads_whoever_reads_it_to_their_page(manager, worker, passed):
    assert manager.get(f"/referrals/{passed.referral_id}/provider").url == f"/assessments/{passed.pk}"
    duty = Duty.objects.get(case=passed.case, clause="HAS-01")
    assert manager.get(f"/referrals/{duty.refs['referral']}/provider/assessment_interview_arranged").status_code == 302


def test_an_interview_is_booked_and_what_became_of_it_is_said(manager, passed, seen):
    address = f"/assessments/{passed.pk}/interview"
    wrong = Filler(manager, address).send(place="Here", **dated("starts_at", in_days(-1)), **{"starts_at-time": "9:00"})
    assert wrong.status_code == 422 and "must be in the future" in text_of(wrong)

    Filler(manager, address).send(place="Tanner House", **dated("starts_at", in_days(3)), **{"starts_at-time": "9:00"})
    assert Interview.objects.get().place == "Tanner House"

    seen(passed)
    missing = Filler(manager, f"{address}/outcome").send(outcome="held")
    assert missing.status_code == 422 and "Select who was there" in text_of(missing)
    Filler(manager, f"{address}/outcome").send(outcome="held", attended=["young_person", "social_worker"])

    page = text_of(manager.get(f"/assessments/{passed.pk}"))
    assert "There: young person, social worker" in page and "Write the housing assessment" in page


def test_a_part_starts_from_the_referral_and_is_written_beside_it(manager, passed, written, worker):
    written(passed.referral, "risk-anger", known="yes", history="Broke a door", now="Calm", triggers="Noise")
    address = f"/assessments/{passed.pk}/parts/risk-anger"
    assert "Broke a door" in text_of(manager.get(address))

    assert Filler(manager, address).send(here="A room at the back").status_code == 302

    assert PartVersion.objects.get().answers == {"here": "A room at the back"}
    assert "Anger Answers missing" in text_of(manager.get(f"/assessments/{passed.pk}"))
    assert worker.get(address).url == f"/assessments/{passed.pk}/whole"
    assert "A room at the back" in text_of(worker.get(f"/assessments/{passed.pk}/whole"))


def test_what_the_referral_says_newer_while_somebody_writes_is_not_taken_as_read(manager, passed, written):
    written(passed.referral, "risk-anger", known="yes", history="Broke a door", now="Calm", triggers="Noise")
    form = Filler(manager, f"/assessments/{passed.pk}/parts/risk-anger")
    written(passed.referral, "risk-anger", known="yes", history="And a window", now="Calm", triggers="Noise")

    form.send(here="a", staff="b", place="c", who="d")

    assert "The referral says something newer" in text_of(manager.get(f"/assessments/{passed.pk}"))


def test_what_is_typed_is_kept_shown_again_and_thrown_away(manager, passed, client_as, keyworker):
    address = f"/assessments/{passed.pk}/parts/sharing"
    kept = manager.post(f"{address}/keep", {"monitoring": "Half a sen", "based_on": "0"}, **ORIGIN)

    assert kept.status_code == 204
    assert "Half a sen" in manager.get(address).content.decode()
    assert "Half a sen" not in client_as(keyworker).get(address).content.decode()
    assert "You have not saved all of it" in text_of(manager.get(f"/assessments/{passed.pk}"))

    manager.post(address, {"throw_away": "yes"}, **ORIGIN)
    assert not Draft.objects.exists()


def test_two_people_who_answer_the_same_question_are_shown_both_answers(manager, passed, client_as, keyworker):
    address = f"/assessments/{passed.pk}/parts/sharing"
    mine, theirs = Filler(manager, address), Filler(client_as(keyworker), address)
    theirs.send(monitoring="Theirs")

    sent = mine.send(monitoring="Mine")

    assert sent.status_code == 409
    assert "Theirs" in text_of(sent) and "Mine" in sent.content.decode()
    again = manager.post(address, Filler.read(sent.content.decode()) | {"monitoring": "Theirs and mine"})
    assert again.status_code == 302
    page = manager.get(f"{address}/versions").content.decode()
    assert "Version 2" in page and "<ins>" in page


def test_an_interview_that_was_held_already_is_said_from_the_page_that_books_one(manager, passed, now):
    address = f"/assessments/{passed.pk}/interview/held"
    assert address in manager.get(f"/assessments/{passed.pk}/interview").content.decode()
    said = {"place": "Tanner House", "attended": ["young_person"], "starts_at-time": "9:00"}

    wrong = Filler(manager, address).send(**said, **dated("starts_at", in_days(1)))
    assert wrong.status_code == 422 and "Day and time must be in the past" in text_of(wrong)
    Approach.objects.filter(pk=passed.pk).update(passed_at=now - timedelta(days=3))
    Filler(manager, address).send(**said, **dated("starts_at", in_days(-1)))

    assert "Next Write the housing assessment" in text_of(manager.get(f"/assessments/{passed.pk}"))


def test_once_every_part_is_written_what_comes_next_is_to_complete_it(manager, passed, seen, here, provider_manager):
    seen(passed)
    outcome = {"outcome": "held", "attended": ["young_person", "social_worker"]}
    Filler(manager, f"/assessments/{passed.pk}/interview/outcome").send(**outcome)
    page = manager.get(f"/assessments/{passed.pk}")
    assert "Next Write the housing assessment" in text_of(page)
    assert page.content.decode().count(f'href="/assessments/{passed.pk}/parts/their-view"') == 2

    for part in paper_of(passed, provider_manager).parts:
        here(passed, part.key)

    page = manager.get(f"/assessments/{passed.pk}")
    assert "Next Complete the housing assessment" in text_of(page)
    assert f"/assessments/{passed.pk}/complete" in page.content.decode()


def test_it_is_completed_with_its_gaps_by_clause_and_sent_in_one_press(manager, passed, worker):
    address = f"/assessments/{passed.pk}/complete"
    assert "HAS-04 What is shared" in text_of(manager.get(address))
    assert Filler(manager, address).send().status_code == 422
    Filler(manager, address).send(left_out="The rest on Monday")

    assert "Send it to both" in text_of(manager.get(f"/assessments/{passed.pk}/whole"))
    manager.post(f"/assessments/{passed.pk}/whole", **ORIGIN)

    document = Assessment.objects.get().document
    page = f"/records/{passed.case_id}/documents/{document.pk}"
    assert "Saved to the case file" in text_of(worker.get(page))
    assert "save it to the case file" not in text_of(manager.get(page))
    worker.post(f"/referrals/{passed.referral_id}/case-file/{document.pk}", **ORIGIN)
    assert Duty.objects.get(case=passed.case, clause="HAS-09").state == "met"


def test_the_assessment_starts_filled_with_what_the_referral_says(manager, passed, written):
    written(passed.referral, "risk-anger", known="yes", history="a", now="b", triggers="c", helps="A walk")
    written(passed.referral, "request", need_level="medium", settings=["hostel", "foyer"], areas="N7")

    risk, need = (Filler(manager, f"/assessments/{passed.pk}/parts/{key}") for key in ("risk-anger", "need"))

    assert "It starts with what the referral says" in risk.page
    assert risk.values["here"] == "A walk" and not PartVersion.objects.exists()
    assert need.values["level"] == "medium" and need.values["setting"] == "Tanner House"
    risk.send(here="A walk with staff")
    assert PartVersion.objects.get().answers == {"here": "A walk with staff"}
    assert "It starts with" not in Filler(manager, risk.address).page


def test_what_is_to_be_saved_to_the_case_file_is_said_so_beside_it_in_the_list(
    manager, passed, worker, client_as, keyworker
):
    Filler(manager, f"/assessments/{passed.pk}/complete").send(left_out="The rest on Monday", send="yes")
    listed, document = f"/records/{passed.case_id}/documents", Assessment.objects.get().document
    action = f"/referrals/{passed.referral_id}/case-file/{document.pk}"
    assert action in worker.get(listed).content.decode()
    assert action not in client_as(keyworker).get(listed).content.decode()

    assert worker.post(action, {"list": "yes"}, **ORIGIN).url == listed

    assert action not in worker.get(listed).content.decode()
    assert Duty.objects.get(case=passed.case, clause="HAS-09").state == "met"


def test_the_move_in_date_of_an_offer_starts_from_the_day_on_which_a_place_is_needed(manager, passed, written):
    written(passed.referral, "request", needed_from=in_days(9).isoformat())

    page = manager.get(f"/assessments/{passed.pk}/offer").content.decode()

    assert f'name="move_in-day" type="text" value="{in_days(9).day}"' in page


def test_it_is_completed_and_sent_with_one_button(manager, passed):
    done = Filler(manager, f"/assessments/{passed.pk}/complete").send(left_out="The rest on Monday", send="yes")

    assert done.url == f"/assessments/{passed.pk}"
    assert "Sent to the worker and to Placements." in text_of(manager.get(done.url))
    assert Assessment.objects.get().shared_at is not None


def _offer(manager, passed, scheme, label="1", **more):
    unit = Unit.objects.get(scheme=scheme, label=label)
    said = {"unit": str(unit.pk), "address": "1 Tanner Row", "need_level": "medium", "days": "7"}
    return Filler(manager, f"/assessments/{passed.pk}/offer"), said | dated("move_in", in_days(7)) | more


def _sent_from(client, address, page):
    return client.post(address, Filler.read(page.content.decode()) | {"send": "yes"}, **ORIGIN)


def test_an_offer_is_sent_once_its_letter_was_looked_at(manager, passed, scheme):
    form, said = _offer(manager, passed, scheme)

    shown = form.send(**said)

    assert "We have a place for you" in text_of(shown) and not Offer.objects.exists()
    changed = manager.post(
        form.address, Filler.read(shown.content.decode()) | {"send": "yes", "address": "2 Tanner Row"}, **ORIGIN
    )
    assert changed.status_code == 200 and "2 Tanner Row" in text_of(changed) and not Offer.objects.exists()

    sent = _sent_from(manager, form.address, changed)
    assert sent.url == f"/offers/{Offer.objects.get().pk}"
    assert Offer.objects.get().address == "2 Tanner Row"
    assert "Your offer waits for the worker" in text_of(manager.get("/inbox"))


def test_a_unit_that_is_taken_says_from_when_it_is_free(manager, passed, scheme, other_young_person, system, now):
    from datetime import timedelta

    from waymark.accommodation.services import reserve

    form, said = _offer(manager, passed, scheme)
    shown = form.send(**said)
    nights = (in_days(5), in_days(9))
    unit = Unit.objects.get(scheme=scheme, label="1")
    until = now + timedelta(days=3)
    reserve(unit, actor=system, case=other_young_person.case, ref=uuid4(), nights=nights, lapses_at=until)

    sent = _sent_from(manager, form.address, shown)

    assert sent.status_code == 422 and "1 is free from" in text_of(sent)
    assert not Document.objects.filter(kind="offer_letter").exists()


def _lives(unit, case, system, until=None):
    nights = (in_days(-20), until)
    main = until is None
    return hold(unit, actor=system, case=case, ref=uuid4(), nights=nights, kind="placement", main=main)


def test_a_move_in_date_before_the_unit_is_free_is_refused_by_its_field(
    manager, passed, scheme, other_young_person, system
):
    units = {unit.label: unit for unit in Unit.objects.select_related("scheme").filter(scheme=scheme)}
    _lives(units["1"], other_young_person.case, system, in_days(9))
    _lives(units["2"], other_young_person.case, system)
    form, said = _offer(manager, passed, scheme)

    page = manager.get(form.address)
    assert f"Free from {day(in_days(9))}: the move-in date cannot be before" in text_of(page)
    assert "Occupied, and no day is known from which it is free: 2" in text_of(page)
    assert str(units["2"].pk) not in page.content.decode()

    wrong = form.send(**said)
    assert wrong.status_code == 422 and 'href="#move_in' in wrong.content.decode()
    assert f"1 is free from {day(in_days(9))}. Enter that day or a later one" in text_of(wrong)
    assert "We have a place for you" in text_of(form.send(**said | dated("move_in", in_days(9))))


def test_the_page_of_moving_in_says_that_the_room_is_not_free_and_what_to_do(
    passed, scheme, other_young_person, system, terms, provider_manager, allocated_worker, client_as, keyworker
):
    unit = Unit.objects.select_related("scheme__provider").get(scheme=scheme, label="1")
    _lives(unit, other_young_person.case, system, in_days(3))
    offer = make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())
    address = f"/offers/{accept(offer, actor=allocated_worker, id=uuid4()).pk}"

    for page in (address, f"{address}/moved-in"):
        shown = client_as(keyworker).get(page)
        assert f"1 is not free yet. They can move in from {day(in_days(3))}" in text_of(shown)
        assert 'type="submit"' not in shown.content.decode().split("<main")[1]
    Filler(client_as(keyworker), f"{address}/moved-in").send(**dated("on", in_days(0)))
    assert Offer.objects.get().started_on is None


def test_whoever_lives_somewhere_else_leaves_there_before_they_move_in(
    offered, scheme, system, allocated_worker, client_as, keyworker
):
    unit = Unit.objects.select_related("scheme").get(scheme=scheme, label="2")
    before = _lives(unit, offered.case, system)
    offer = accept(offered, actor=allocated_worker, id=uuid4())

    page = client_as(keyworker).get(f"/offers/{offer.pk}/moved-in")

    assert "The record says that they live somewhere else" in text_of(page)
    leads = f"/records/{offer.case_id}/record/placement_ended?ref-placement={before.ref}"
    assert leads in page.content.decode()


def test_a_refusal_has_no_button_until_it_was_discussed(manager, passed):
    address = f"/assessments/{passed.pk}/refuse"
    page = manager.get(address)
    assert "HAS-07 holds it" in text_of(page)
    assert 'type="submit"' not in page.content.decode().split("<main")[1]

    Filler(manager, f"/assessments/{passed.pk}/discussed").send()
    said = {"reason": "no_vacancy", "explanation": "No room is free.", "evidence": "The rota"}
    assert Filler(manager, address).send(reason="no_vacancy").status_code == 422
    shown = Filler(manager, address).send(**said)
    assert "We cannot offer you this place" in text_of(shown)
    read = Filler.read(shown.content.decode()) | {"send": "yes"} | said
    assert manager.post(address, read, **ORIGIN).status_code == 302

    assert Refusal.objects.get().reason == "no_vacancy"
    assert "The rota" in text_of(manager.get(f"/assessments/{passed.pk}"))


def test_the_worker_accepts_the_provider_confirms_and_the_keyworker_records_moving_in(
    worker, manager, offered, client_as, keyworker
):
    address = f"/offers/{offered.pk}"
    assert "Answer, with the young person" in text_of(worker.get(address))
    assert Filler(worker, f"{address}/answer").send(answer="decline").status_code == 422
    assert Filler(worker, f"{address}/answer").send(answer="accept").url == address

    assert "Your new home" in text_of(manager.get(f"{address}/confirm"))
    Filler(manager, f"{address}/confirm").send()
    offer = Offer.objects.get()
    assert offer.confirmation is not None
    for letter in (offer.letter_id, offer.confirmation_id):
        saved = worker.post(f"/referrals/{offer.referral_id}/case-file/{letter}", **ORIGIN)
        assert saved.url == f"/offers/{offer.pk}"
    assert Event.objects.filter(type="saved_to_case_file").count() == 2

    helper = client_as(keyworker)
    wrong = Filler(helper, f"{address}/moved-in").send(**dated("on", in_days(1)))
    assert wrong.status_code == 422
    Filler(helper, f"{address}/moved-in").send(**dated("on", in_days(0)))
    assert Referral.objects.get().state == State.PLACED
    assert Occupancy.objects.get(pk=Offer.objects.get().held_id).arrives_on == in_days(0)
    assert "Moved in on" in text_of(worker.get(address))


def test_moving_in_has_no_button_while_has_10_holds_it(
    worker, offered, happened, allocated_worker, client_as, keyworker, scheme, system
):
    change_scheme(scheme, actor=system, host_authority="Ashwick Council")
    happened(offered, "facts_recorded", data={"child_concern": True})
    offer = accept(offered, actor=allocated_worker, id=uuid4())
    page = client_as(keyworker).get(f"/offers/{offer.pk}/moved-in")
    assert "HAS-10 holds it" in text_of(page)
    assert 'type="submit"' not in page.content.decode().split("<main")[1]

    for step in ("host_authority_consulted", "unit_risk_plan_requested"):
        led = worker.get(f"/records/{offer.case_id}/placements/{offer.placement}/{step}")
        assert led.url == f"/offers/{offer.pk}"
        Filler(worker, f"/offers/{offer.pk}/before/{step}").send()

    assert "HAS-10" not in text_of(client_as(keyworker).get(f"/offers/{offer.pk}/moved-in"))


def test_the_style_sheet_shows_what_each_answer_brings_with_it_by_its_place():
    from importlib import resources

    from waymark.assessments.parts import PARTS
    from waymark.referrals.questions import ANSWERS
    from waymark.referrals.sections import SECTIONS

    sheet = resources.files("waymark.referrals").joinpath("static/referrals/referrals.css").read_text()
    parts = (*PARTS.values(), *SECTIONS.values())
    leading = [part.question(one.when[0]) for part in parts for one in part.questions if one.when]
    most = max(len(one.choices or ANSWERS) for one in leading)

    for place in range(1, most + 1):
        assert f".govuk-radios__item:nth-child({place}) input:checked) > .waymark-follows--{place}" in sheet


def test_an_offer_is_declined_or_withdrawn_with_a_reason(worker, manager, offered):
    Filler(manager, f"/offers/{offered.pk}/withdraw").send(why="The room flooded")
    assert Offer.objects.get().answer == Answer.WITHDRAWN

    assert worker.get(f"/offers/{offered.pk}/answer").url == f"/offers/{offered.pk}"
    assert "The room flooded" in text_of(worker.get(f"/offers/{offered.pk}"))


def test_a_manager_withdraws_on_the_page_of_the_offer_and_is_told_what_is_next(worker, manager, offered):
    page = f"/offers/{offered.pk}"
    assert "Withdraw this offer" in text_of(manager.get(page)) and "Withdraw this offer" not in text_of(
        worker.get(page)
    )

    sent = Filler(manager, f"{page}/withdraw").send(why="The room flooded")

    assert sent.url == f"/assessments/{offered.approach_id}"
    assert "Offer another place Refuse" in text_of(manager.get(page))
    assert "With the provider: they offer another place, or refuse" in text_of(worker.get(page))
    assert manager.get(f"{page}/withdraw").url == page and manager.get(f"{page}/declined").url == page


def test_what_the_young_person_says_is_recorded_by_the_provider_in_their_words(worker, manager, offered):
    page = f"/offers/{offered.pk}"
    assert "Write what they say" in text_of(Filler(manager, f"{page}/declined").send(why=""))

    sent = Filler(manager, f"{page}/declined").send(why="I want to stay near my nan")

    assert sent.url == "/inbox" and "no longer with you" in text_of(manager.get("/inbox"))
    shown = text_of(worker.get(page))
    assert "I want to stay near my nan" in shown and "The search goes on" in shown
    assert Referral.objects.get().state == State.SEARCHING


@pytest.mark.parametrize("page", ["", "/interview", "/parts/need", "/complete", "/whole", "/offer", "/refuse"])
def test_strangers_find_no_assessment(page, passed, client_as, stranger, other_manager, other_keyworker):
    for actor in (stranger, other_manager, other_keyworker):
        assert client_as(actor).get(f"/assessments/{passed.pk}{page}").status_code in (403, 404)
    there, nowhere = (client_as(other_manager).get(f"/assessments/{one}") for one in (passed.pk, uuid4()))
    assert there.status_code == nowhere.status_code == 404


def test_strangers_find_no_offer(offered, client_as, stranger, other_manager):
    for actor in (stranger, other_manager):
        for page in ("", "/answer", "/withdraw", "/confirm", "/moved-in"):
            assert client_as(actor).get(f"/offers/{offered.pk}{page}").status_code in (403, 404)
    assert client_as(other_manager).get(f"/offers/{offered.pk}").status_code == 404


def test_a_family_placed_out_of_borough_is_notified(
    client_as, housing_officer, young_person, involved, adopted, happened, worker
):
    involved(young_person, "temporary_accommodation", actor=housing_officer)
    happened(young_person, "facts_recorded", data={"child_concern": True})
    officer = client_as(housing_officer)
    address = f"/records/{young_person.case_id}/family"
    assert Filler(officer, address).send(**dated("on", in_days(1))).status_code == 422

    Filler(officer, address).send(**dated("on", in_days(0)))

    duty = Duty.objects.get(case=young_person.case_id, clause="HAS-11")
    assert duty.state == "open" and "Not notified yet" in text_of(officer.get(address))
    officer.post(f"{address}/{duty.refs['placement']}", **ORIGIN)
    assert Duty.objects.get(case=young_person.case_id, clause="HAS-11").state == "met"
    assert worker.get(address).status_code == 403
