"""A refusal, challenged with the provider, with Placements and on its block contract; then a place bought elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.assessing import passed
from tests.support.by_hand import choose, open_named, press
from tests.support.placing import accepted_referral, other_manager, other_scheme, provider_manager, service_manager
from tests.support.referring import complete_referral, pathway_officer, placements_officer, referral, sent_referral
from tests.support.vacancies import commissioner
from waymark.accommodation.models import Provider
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.placements.models import Approach

__all__ = [
    "accepted_referral",
    "commissioner",
    "complete_referral",
    "other_manager",
    "other_scheme",
    "passed",
    "pathway_officer",
    "placements_officer",
    "provider_manager",
    "referral",
    "sent_referral",
    "service_manager",
]

pytestmark = pytest.mark.browser


def _answer(page, choice, text="What was looked at, and what was said"):
    """Choose an answer, write what is asked for, and send it."""
    page.get_by_role("radio", name=re.compile(choice)).first.check()
    for area in page.locator("main form textarea:visible").all():
        area.fill(text)
    press(page, "Send")


def test_a_refusal_goes_all_the_way_and_a_place_is_bought_elsewhere(
    signed_in,
    passed,
    other_scheme,
    happened,
    allocated_worker,
    provider_manager,
    other_manager,
    placements_officer,
    commissioner,
    service_manager,
):
    Provider.objects.filter(pk=passed.provider_id).update(block_contract=True)
    happened(passed, "facts_recorded", data={"status": "care_leaver"})
    referral = f"/referrals/{passed.referral_id}"
    worker, manager = signed_in(allocated_worker), signed_in(provider_manager)
    officer, commissioning = signed_in(placements_officer), signed_in(commissioner)

    # The provider discusses it first, and refuses in writing
    manager.goto(f"/assessments/{passed.pk}/refuse")
    assert manager.locator("main input[type=radio]").count() == 0, "HAS-07 holds it"
    manager.goto(f"/assessments/{passed.pk}/discussed")
    for area in manager.locator("main form textarea:visible").all():
        area.fill("On the telephone with the worker")
    manager.locator("main form button[type=submit]").last.click()
    manager.goto(f"/assessments/{passed.pk}/refuse")
    manager.get_by_role("radio").first.check()
    for area in manager.locator("main form textarea:visible").all():
        area.fill("We cannot keep you safe here")
    press(manager, "Look at the letter")
    manager.get_by_role("button", name=re.compile("^Send")).first.click()
    assert Event.objects.filter(type="refusal_made").exists()

    # The worker challenges; the provider stays with its decision
    worker.goto("/referrals")
    open_named(worker, re.compile("Accept the refusal, or challenge it"))
    _answer(worker, "Challenge it", "Nothing in the referral speaks of that")
    manager.goto("/challenges")
    open_named(manager, "Answer it, with evidence")
    open_named(manager, "Answer the challenge")
    _answer(manager, "We stay with our decision")

    # Not resolved: Placements, then Commissioning, because of the block contract
    worker.goto("/challenges")
    open_named(worker, "Say whether the answer resolves it")
    open_named(worker, "Say whether it is resolved")
    _answer(worker, "Not resolved: take it to Placements")
    officer.goto("/challenges")
    open_named(officer, "Review it")
    open_named(officer, "Review it")
    _answer(officer, "Not resolved with the provider")
    commissioning.goto("/challenges")
    open_named(commissioning, re.compile("Challenge the provider on its contract"))
    open_named(commissioning, "Challenge the contract, or end it")
    _answer(commissioning, "I have challenged the provider on its contract")
    commissioning.goto("/challenges")
    open_named(commissioning, "Say how it ended")
    open_named(commissioning, "Challenge the contract, or end it")
    _answer(commissioning, "the refusal stands")

    # A spot purchase elsewhere, approved by the right manager before it is bought
    officer.goto(f"{referral}/money/ask")
    officer.get_by_label("A spot purchase").check()
    officer.get_by_label("Where?").select_option(label="Quay Lodge, Southgate Homes")
    officer.get_by_label("Cost a week").fill("950")
    officer.get_by_label("For how many weeks").fill("12")
    officer.get_by_label("Why is it needed").fill("The pathway has refused")
    press(officer, "Ask")
    head = signed_in(service_manager)
    head.goto(f"{referral}/money")
    open_named(head, "Decide on it")
    head.get_by_label("Yes").check()
    head.get_by_label("Why?").fill("Agreed")
    press(head, "Decide")
    officer.goto(f"{referral}/money")
    press(officer, "Record that it is bought")
    expect(officer.get_by_text(re.compile("^Bought"))).to_be_visible()
    officer.goto(f"{referral}/ask/spot")
    choose(officer, "Scheme", "Quay Lodge, Southgate Homes")
    press(officer, "Ask")

    other = signed_in(other_manager)
    other.goto("/inbox")
    expect(other.get_by_role("link", name="Amira Sesay", exact=True)).to_be_visible()
    assert Approach.objects.with_providers().filter(scheme=other_scheme).exists()
    kept = dict(Duty.objects.filter(clause__in=("SEA-10", "HAS-07", "HAS-12")).values_list("clause", "state"))
    assert kept == dict.fromkeys(("SEA-10", "HAS-07", "HAS-12"), "met")
    challenged = {duty.clause: duty.state for duty in Duty.objects.filter(clause__startswith="CHA-")}
    assert {clause for clause, state in challenged.items() if state == "met"} >= {
        *("CHA-01", "CHA-02", "CHA-03", "CHA-04", "CHA-05", "CHA-07")
    }
