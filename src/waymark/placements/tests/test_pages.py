"""The pages of the search, as a browser sees them."""

from __future__ import annotations

from contextlib import nullcontext
from uuid import uuid4

import pytest
from tests.support.assessing import in_days
from tests.support.pages import Filler, text_of

from waymark.accommodation.models import Unit
from waymark.core.formats import day
from waymark.events.models import Event
from waymark.placements.models import Approach, HousingEntry, Option, Spending
from waymark.placements.searching import add_option, share_options
from waymark.referrals.checks import answer, ask
from waymark.referrals.models import Check, CheckedPlace, CheckKind, Referral, State

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def officer(client_as, placements_officer):
    return client_as(placements_officer)


def _forms(page, action):
    """The values of the form on a page that is sent to `action`."""
    part = page.split(f'action="{action}"')[1].split("</form>")[0]
    return Filler.read(part)


def test_placements_search_put_on_the_list_and_tell_the_worker(
    officer, accepted_referral, scheme, client_as, allocated_worker
):
    address = f"/referrals/{accepted_referral.pk}/search"
    page = officer.get(address)
    assert "Tanner House" in text_of(page)
    assert "Look for a place" in text_of(officer.get("/referrals"))

    officer.post(f"{address}/list", {"scheme": str(scheme.pk), "why": "Near college"})
    page = officer.get(address).content.decode()
    officer.post(f"{address}/share", _forms(page, f"{address}/share"))

    seen = text_of(client_as(allocated_worker).get(address))
    assert "Tanner House" in seen and "The worker was told" in seen and "Settings with a free unit" not in seen


def test_the_addresses_that_the_worker_was_told_of_stand_in_the_form_of_a_check_until_they_are_asked_about(
    officer, accepted_referral, scheme, placements_officer, client_as, allocated_worker, gangs_officer, written
):
    worker, ask = client_as(allocated_worker), f"/referrals/{accepted_referral.pk}/checks/ask/address"
    add_option(accepted_referral, scheme, actor=placements_officer, why="")
    assert scheme.address not in worker.get(ask).content.decode()

    share_options(accepted_referral, actor=placements_officer, id=uuid4())
    form = Filler(worker, ask)
    assert f">{scheme.address}</textarea>" in form.page
    assert ask in worker.get(f"/referrals/{accepted_referral.pk}/search").content.decode()

    ask_pathway = f"/referrals/{accepted_referral.pk}/ask/pathway"
    assert "nobody has asked yet" not in text_of(officer.get(ask_pathway))
    written(accepted_referral, "risk-gangs", known="unknown", finding_out="The school is asked")
    assert "and nobody has asked yet for a check of the addresses" in text_of(officer.get(ask_pathway))

    form.send(question="Both ways")
    check = Check.objects.get()
    (place,) = check.places.all()
    answer(check, actor=gangs_officer, id=uuid4(), told="It may be used", verdicts={place.pk: "no_concern"})
    page = f"/referrals/{accepted_referral.pk}"
    after = Filler(worker, f"{page}/sections/risk-assessment").send(level="low").url
    assert after == f"{page}/checks#address"
    assert "Next: tell Placements" in text_of(worker.get(after))
    assert "Check of the address: No concern is known" in text_of(officer.get(f"{page}/search"))
    assert "nobody has asked yet" not in text_of(officer.get(ask_pathway))
    assert CheckedPlace.objects.get().place == scheme.address
    assert scheme.address not in worker.get(ask).content.decode()


def test_the_search_starts_from_what_the_referral_asks_for(officer, accepted_referral):
    page = officer.get(f"/referrals/{accepted_referral.pk}/search").content.decode()

    assert 'value="high" selected' in page


def test_the_search_starts_on_the_day_from_which_a_place_is_needed(officer, accepted_referral, written, scheme):
    needed = in_days(9)
    written(accepted_referral, "request", needed_from=needed.isoformat(), staffing="day_and_night")

    page = officer.get(f"/referrals/{accepted_referral.pk}/search")

    assert f"a unit free from {day(needed)}" in text_of(page)
    assert "When staff are there is not recorded" in text_of(page)


def test_what_is_on_the_list_is_not_offered_for_the_list_again(officer, accepted_referral, scheme, placements_officer):
    page = f"/referrals/{accepted_referral.pk}/search"
    assert "Put on the list : Tanner House" in text_of(officer.get(page))

    add_option(accepted_referral, scheme, actor=placements_officer, why="")

    assert "Put on the list : Tanner House" not in text_of(officer.get(page))
    assert "On the list" in text_of(officer.get(page))


def test_sp_referrals_choose_what_placements_listed_first_then_what_has_a_free_unit(
    officer, accepted_referral, scheme, other_scheme, placements_officer, pathway_officer, client_as
):
    Unit.objects.filter(scheme=other_scheme).delete()
    Filler(officer, f"/referrals/{accepted_referral.pk}/ask/pathway").send()
    page, pathway = f"/referrals/{accepted_referral.pk}/pathway", client_as(pathway_officer)
    assert _in_order(pathway.get(page), "Tanner House, Northlight Housing (4 units free)", "(no units free)")

    add_option(accepted_referral, other_scheme, actor=placements_officer, why="")

    after = pathway.get(page)
    assert "Placements put on the list: Quay Lodge" in text_of(after)
    assert _in_order(after, "(on the list, no units free)", "Tanner House, Northlight Housing (4 units free)")


def _in_order(page, first, second):
    text = text_of(page)
    return text.index(first) < text.index(second)


def test_other_routes_wait_for_the_pathway(officer, accepted_referral, pathway_officer):
    address = f"/referrals/{accepted_referral.pk}"
    assert "not before the pathway was asked" in text_of(officer.get(f"{address}/search"))
    refused = Filler(officer, f"{address}/ask/camden").send()
    assert refused.status_code == 422 and "Ask the housing pathway first" in text_of(refused)

    assert Filler(officer, f"{address}/ask/pathway").send().status_code == 302

    assert "not before the pathway was asked" not in text_of(officer.get(f"{address}/search"))


def test_sp_referrals_pass_it_on_or_send_it_back_with_a_reason(
    officer, accepted_referral, pathway_officer, client_as, scheme, provider_manager
):
    address = f"/referrals/{accepted_referral.pk}"
    Filler(officer, f"{address}/ask/pathway").send()
    pathway = client_as(pathway_officer)
    assert "Decide whether the pathway can help" in text_of(pathway.get("/referrals"))

    wrong = Filler(pathway, f"{address}/pathway").send(decision="yes")
    assert wrong.status_code == 422 and "Select the scheme" in text_of(wrong)
    Filler(pathway, f"{address}/pathway").send(decision="yes", scheme=str(scheme.pk))

    assert Referral.objects.get().state == State.PASSED
    assert Approach.objects.get().scheme == scheme


def test_money_is_asked_for_decided_on_and_spent(officer, accepted_referral, head_of_service, client_as):
    address = f"/referrals/{accepted_referral.pk}/money"
    wrong = Filler(officer, f"{address}/ask").send(kind="extra_hours", weekly_cost="lots", weeks="0", why="")
    said = text_of(wrong)
    assert wrong.status_code == 422
    for problem in ("enter an amount in pounds", "enter a whole number from 1", "how many extra hours", "Say why"):
        assert problem in said
    Filler(officer, f"{address}/ask").send(kind="spot_purchase", weekly_cost="1,950.50", weeks="10", why="Nothing else")
    spending = Spending.objects.get()
    head = client_as(head_of_service)

    assert "£19,505.00" in text_of(head.get(f"/money/{spending.pk}"))
    Filler(head, f"/money/{spending.pk}").send(decision="approved", why="Agreed")
    page = officer.get(address).content.decode()
    officer.post(f"/money/{spending.pk}/bought", _forms(page, f"/money/{spending.pk}/bought"))

    assert "Bought" in text_of(officer.get(address))
    assert Event.objects.filter(type="spot_purchase_made").count() == 1


def test_the_worker_sees_money_and_asks_for_none(accepted_referral, allocated_worker, client_as):
    worker = client_as(allocated_worker)

    assert worker.get(f"/referrals/{accepted_referral.pk}/money").status_code == 200
    assert worker.get(f"/referrals/{accepted_referral.pk}/money/ask").status_code == 403


def test_each_provider_adds_to_the_supported_housing_record(
    young_person, keyworker, client_as, happened, scheme, stranger
):
    places = {"scheme": str(scheme.case_id), "provider": str(scheme.provider.case_id)}
    happened(young_person, "placement_started", days_ago=40, placement="P0", **places)
    happened(young_person, "placement_ended", days_ago=3, placement="P0", data={"reason": "Moved nearer to work"})
    worker_there = client_as(keyworker)

    form = Filler(worker_there, f"/records/{young_person.case_id}/housing-record")
    assert form.send().status_code == 422
    for _ in range(2):
        form.send(text="She settles when her music is allowed")

    page = text_of(worker_there.get(form.address))
    assert "Tanner House, Northlight Housing" in page and "Moved nearer to work" in page
    assert HousingEntry.objects.get().text == "She settles when her music is allowed"
    assert client_as(stranger).get(form.address).status_code in (403, 404)


@pytest.mark.parametrize("page", ["search", "money", "money/ask", "ask/pathway", "pathway"])
def test_a_stranger_and_a_keyworker_elsewhere_find_nothing(
    page, accepted_referral, client_as, stranger, other_keyworker
):
    for actor in (stranger, other_keyworker):
        there, nowhere = (
            client_as(actor).get(f"/referrals/{one}/{page}").status_code for one in (accepted_referral.pk, uuid4())
        )
        assert there == nowhere and there in (403, 404)


def test_taking_off_the_list_leaves_it_empty(officer, accepted_referral, scheme):
    address = f"/referrals/{accepted_referral.pk}/search"
    officer.post(f"{address}/list", {"scheme": str(scheme.pk)})

    officer.post(f"/options/{Option.objects.get().pk}/take-off")

    assert "Nothing is on the list" in text_of(officer.get(address))


@pytest.mark.parametrize("how", ["visible_to", "listed_for", "visible_one_by_one", "database"])
def test_a_provider_reads_of_the_list_only_its_own_settings(
    how,
    accepted_referral,
    scheme,
    other_scheme,
    placements_officer,
    allocated_worker,
    provider_manager,
    other_manager,
    involved,
    reading_as,
):
    first, second = (
        add_option(accepted_referral, one, actor=placements_officer, why="") for one in (scheme, other_scheme)
    )
    for manager in (provider_manager, other_manager):
        involved(accepted_referral, "provider_manager", actor=manager)

    def read(actor):
        with reading_as(actor) if how == "database" else nullcontext():
            return set(Option.objects.all() if how == "database" else getattr(Option.objects, how)(actor))

    assert read(provider_manager) == {first}
    assert read(other_manager) == {second}
    assert read(allocated_worker) == read(placements_officer) == {first, second}


def test_the_page_of_the_search_names_no_other_provider_to_a_provider(
    accepted_referral, scheme, other_scheme, placements_officer, other_manager, involved, client_as
):
    for one in (scheme, other_scheme):
        add_option(accepted_referral, one, actor=placements_officer, why="Near college")
    involved(accepted_referral, "provider_manager", actor=other_manager)

    page = text_of(client_as(other_manager).get(f"/referrals/{accepted_referral.pk}/search"))

    assert other_scheme.name in page
    assert scheme.name not in page


def test_an_address_that_must_not_be_used_says_so_while_it_is_asked_about_again(
    officer, accepted_referral, scheme, placements_officer, allocated_worker, gangs_officer
):
    add_option(accepted_referral, scheme, actor=placements_officer, why="")
    asking = {"actor": allocated_worker, "question": "?", "places": [scheme.address]}
    check = ask(accepted_referral, CheckKind.ADDRESS, id=uuid4(), **asking)
    (place,) = check.places.all()
    answer(check, actor=gangs_officer, id=uuid4(), told="Not there", verdicts={place.pk: "not_to_be_used"})

    ask(accepted_referral, CheckKind.ADDRESS, id=uuid4(), **asking)

    assert "Check of the address: Do not use" in text_of(officer.get(f"/referrals/{accepted_referral.pk}/search"))
