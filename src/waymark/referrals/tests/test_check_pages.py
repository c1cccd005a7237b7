"""The pages of checks, as a browser sees them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.support.pages import Filler, links_to, text_of

from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.referrals.checks import answer, ask
from waymark.referrals.models import Check, CheckKind, SectionVersion

pytestmark = pytest.mark.usefixtures("db")
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def worker(client_as, allocated_worker):
    return client_as(allocated_worker)


def test_a_check_on_the_task_list_leads_to_its_own_page(worker, referral, client_as, gangs_officer):
    about = f"/referrals/{referral.pk}/checks"
    assert f"{about}/ask/area" in links_to(worker.get(f"/referrals/{referral.pk}"), about)

    Filler(worker, f"{about}/ask/area").send(question="Where not?")

    assert f"{about}#area" in links_to(worker.get(f"/referrals/{referral.pk}"), about)
    assert 'id="area"' in worker.get(about).content.decode()
    answer = f"/checks/{Check.objects.get().pk}"
    assert links_to(client_as(gangs_officer).get(f"/referrals/{referral.pk}"), answer) == {answer}


def test_without_an_order_the_youth_offending_service_need_not_be_asked(worker, referral, written, happened):
    page = f"/referrals/{referral.pk}"
    happened(referral, "facts_recorded", days_ago=2, data={"yos_order": True})
    assert "Not needed: there is no order" not in text_of(worker.get(page))

    written(referral, "youth-justice", on_order="no")

    assert "Not needed: there is no order" in text_of(worker.get(page))
    assert "Not needed: there is no order" in text_of(worker.get(f"{page}/checks"))


def test_the_coordinator_is_led_from_the_answer_to_the_check_of_areas(
    worker, referral, client_as, coordinator, gangs_officer
):
    told = Filler(worker, f"/referrals/{referral.pk}/checks/ask/consultation").send(question="A cousin").url
    assert "Asked. The Gangs Safeguarding Coordinator answers next." in text_of(worker.get(told))

    client = client_as(coordinator)
    after = Filler(client, f"/checks/{Check.objects.get().pk}").send(told="Keep to the south", check_areas="later").url
    page = client.get(after)
    assert "Next for you: ask for a check of areas, or say that none is needed." in text_of(page)
    asks = f"/referrals/{referral.pk}/checks/ask/"
    assert links_to(page, asks) == {f"{asks}area"}
    assert client.get(f"{asks}name").status_code == 403

    assert Filler(client, f"{asks}area").send(question="North of the canal?").status_code == 302
    waiting = Check.objects.get(kind="area")
    assert f'href="/checks/{waiting.pk}"' in client_as(gangs_officer).get("/referrals").content.decode()


def test_the_coordinator_answers_and_settles_the_check_of_areas_on_one_page(
    worker, referral, client_as, coordinator, gangs_officer
):
    Filler(worker, f"/referrals/{referral.pk}/checks/ask/consultation").send(question="A cousin")
    client, page = client_as(coordinator), f"/checks/{Check.objects.get().pk}"

    wrong = Filler(client, page).send(told="Keep to the south", check_areas="yes")
    assert wrong.status_code == 422 and "Say what they should look at" in text_of(wrong)

    said = {
        "told": "Keep to the south",
        "check_areas": "yes",
        "areas_question": "The north",
        "areas_reason": "Not",
    }
    after = Filler(client, page).send(**said).url
    assert "The worker can go on, and the gangs team checks areas next." in text_of(client.get(after))
    assert Check.objects.get(kind="area").question == "The north"


def test_a_check_is_asked_for_and_answered(worker, referral, client_as, gangs_officer):
    wrong = Filler(worker, f"/referrals/{referral.pk}/checks/ask/address").send()
    assert wrong.status_code == 422 and "Give at least one address" in text_of(wrong)
    Filler(worker, f"/referrals/{referral.pk}/checks/ask/address").send(
        question="Is it safe?", places="1 Tanner Row\n9 Mill Lane"
    )
    check = Check.objects.get()
    officer = client_as(gangs_officer)
    assert "Checks that wait for your answer" in text_of(officer.get("/referrals"))

    form = Filler(officer, f"/checks/{check.pk}")
    first, second = (str(place.pk) for place in check.places.order_by("place"))
    form.values |= {f"place-{first}": "no_concern", f"place-{second}": "not_to_be_used"}
    form.send(told="Not Mill Lane")

    page = text_of(worker.get(f"/referrals/{referral.pk}/checks"))
    assert "9 Mill Lane : Do not use" in page and "Not Mill Lane" in page


def test_what_checks_have_found_stands_where_it_is_put_into_the_risk_assessment(
    worker, referral, allocated_worker, gangs_officer
):
    check = ask(referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), question="Where not?")
    answer(check, actor=gangs_officer, id=uuid4(), told="Not east of the canal")

    form = Filler(worker, f"/referrals/{referral.pk}/sections/risk-assessment")
    assert form.page.count("Not east of the canal") == 2  # told, and in the answer that it belongs to
    form.send(level="low")
    assert SectionVersion.objects.get().answers["checks"] == "Not east of the canal"
    assert Filler(worker, form.address).page.count("Not east of the canal") == 2
    assert "Not east of the canal" not in text_of(worker.get(f"/referrals/{referral.pk}/sections/why"))


def test_a_short_answer_of_a_check_is_not_taken_for_a_part_of_what_was_written(
    worker, referral, written, allocated_worker, gangs_officer
):
    written(referral, "risk-assessment", level="low", checks="Not N19\nAsk about the park")
    check = ask(referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), question="Where not?")
    answer(check, actor=gangs_officer, id=uuid4(), told="Not N1")

    Filler(worker, f"/referrals/{referral.pk}/sections/risk-assessment").send()

    newest = SectionVersion.objects.get(number=2)
    assert newest.answers["checks"].splitlines() == ["Not N19", "Ask about the park", "Not N1"]


def test_my_work_leads_to_what_is_next_about_a_check(worker, referral, allocated_worker, client_as, gangs_officer):
    page = f"/referrals/{referral.pk}/checks"
    assert worker.get(f"{page}/next/area").url == f"{page}/ask/area"

    check = ask(referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), question="Where not?")

    assert worker.get(f"{page}/next/area").url == f"{page}#area"
    assert client_as(gangs_officer).get(f"{page}/next/area").url == f"/checks/{check.pk}"
    assert worker.get(f"{page}/next/nothing").status_code == 404


def test_placements_is_told_what_a_check_of_addresses_found_with_one_button(
    worker, referral, allocated_worker, gangs_officer, client_as, keyworker
):
    check = ask(referral, CheckKind.ADDRESS, actor=allocated_worker, id=uuid4(), question="?", places=["1 Mill Lane"])
    (place,) = check.places.all()
    answer(check, actor=gangs_officer, id=uuid4(), told="It may be used", verdicts={place.pk: "no_concern"})
    page, action = f"/referrals/{referral.pk}/checks", f"/checks/{check.pk}/tell"
    assert action in worker.get(page).content.decode()
    assert action not in client_as(keyworker).get(page).content.decode()
    assert client_as(gangs_officer).post(action, **ORIGIN).status_code == 403

    saved = Filler(worker, f"/referrals/{referral.pk}/sections/risk-assessment").send(level="low")
    assert saved.url == f"/referrals/{referral.pk}"  # it is with the worker still: what comes first is to send it

    worker.post(action, **ORIGIN)

    assert action not in worker.get(page).content.decode()
    told = Event.objects.get(type="information_shared").data
    assert told["to"] == ["placements_team"] and set(told["has"]) >= {"necessary", "accurate", "secure"}
    assert not Duty.objects.filter(clause="INF-04").exclude(state="met").exists()
