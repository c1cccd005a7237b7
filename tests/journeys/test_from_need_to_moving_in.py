"""From a need to a key: the worker, the coordinator, Placements, SP Referrals and the provider, each in a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.support.by_hand import choose, open_named, press
from tests.support.placing import provider_manager
from tests.support.referring import coordinator, pathway_officer, placements_officer
from tests.support.site import picture
from waymark.duties.models import Duty
from waymark.referrals.models import Referral

__all__ = ["coordinator", "pathway_officer", "placements_officer", "provider_manager"]

pytestmark = pytest.mark.browser

PARTS = ("Their own view", "What is asked for", "Why supported accommodation", "Risk assessment: the whole picture")
MORE_PARTS = ("Safety plans", "When they are not there", "Youth offending order")


def _done(page, text):
    expect(page.get_by_role("alert").first).to_contain_text(text)


def _fill_in(page, text="As we agreed"):
    """Answer what the page asks, as somebody in a hurry would: the first choice, a few words, a day to come."""
    for group in page.locator("main form fieldset:visible").all():
        radios = group.get_by_role("radio")
        if radios.count() and not group.locator("input:checked").count():
            (
                group.get_by_label("No", exact=True) if group.get_by_label("No", exact=True).count() else radios.first
            ).check()
        boxes = group.get_by_role("checkbox")
        if boxes.count():
            boxes.first.check()
    for area in page.locator("main form textarea:visible").all():
        if not area.input_value():
            area.fill(text)


def _day(page, name, day):
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"#{name}-{part}").fill(str(value))


def test_a_young_person_moves_in_with_every_clause_kept(
    signed_in,
    young_person,
    adopted,
    happened,
    scheme,
    now,
    allocated_worker,
    coordinator,
    placements_officer,
    pathway_officer,
    provider_manager,
):
    happened(young_person, "facts_recorded", days_ago=30, data={"status": "care_leaver"})
    worker = signed_in(allocated_worker)

    # The worker starts the referral and writes it
    worker.goto(f"/records/{young_person.case_id}/referrals")
    open_named(worker, "Start a referral")
    press(worker, "Start")
    referral = worker.url
    open_named(worker, "Say on one page which of these are known")
    _fill_in(worker)
    worker.get_by_role("group", name="Are they at risk from gangs").get_by_label("Not known").check()
    press(worker, "Save")
    open_named(worker, "Gangs")
    worker.get_by_label("What is being done to find out?").fill("The coordinator is asked")
    press(worker, "Save")
    for part in (*PARTS, *MORE_PARTS):
        worker.goto(referral)
        open_named(worker, part)
        _fill_in(worker)
        if part == "What is asked for":
            _day(worker, "needed_from", now + timedelta(days=7))
            worker.get_by_label("Areas that would suit them").fill("N7")
        press(worker, "Save")
        _done(worker, "Saved")

    # The gate holds until the coordinator was consulted
    worker.goto(f"{referral}/send")
    expect(worker.get_by_text("No: it holds the referral")).to_be_visible()
    assert worker.get_by_role("button", name=re.compile("^Send to")).count() == 0
    worker.goto(f"{referral}/checks/ask/consultation")
    worker.get_by_label("What should they look at?").fill("Old friends in the north of the borough")
    press(worker, "Ask")
    coordinator = signed_in(coordinator)
    coordinator.goto("/referrals")
    open_named(coordinator, re.compile("consultation"))
    coordinator.get_by_label("What the worker is told").fill("No link is known")
    coordinator.get_by_label("No", exact=True).check()
    coordinator.get_by_label("Why is no check needed?").fill("No link is known")
    press(coordinator, "Answer")
    worker.goto(f"{referral}/send")
    worker.get_by_label("Why is it sent without these?").fill("The plan is being typed")
    press(worker, "Send to the Placements Team")
    _done(worker, "Sent. The Placements Team checks it next.")

    # Placements check it, search, and ask the pathway
    officer = signed_in(placements_officer)
    officer.goto("/referrals")
    open_named(officer, re.compile("^Check it"))
    officer.get_by_label("Yes").check()
    officer.get_by_label("Was fostering").fill("No carer was found")
    press(officer, "Decide")
    picture(officer, "looking for a place")
    officer.get_by_role("button", name=re.compile("Put on the list.*Tanner House")).click()
    _done(officer, "On the list")
    press(officer, "Tell the worker these options")
    open_named(officer, re.compile("^Ask: The housing pathway"))
    press(officer, "Ask")
    _done(officer, "Asked")

    # Gang risk is not ruled out: the addresses are checked
    worker.goto(f"{referral}/checks/ask/address")
    worker.get_by_label("What should they look at?").fill("Both ways")
    worker.get_by_label("Addresses").fill("1 Tanner Row")
    press(worker, "Ask")

    # SP Referrals pass it on
    pathway = signed_in(pathway_officer)
    pathway.goto("/referrals")
    open_named(pathway, re.compile("Decide whether the pathway can help"))
    pathway.get_by_label("Yes, pass it to a provider").check()
    choose(pathway, "Which scheme?", "Tanner House, Northlight Housing")
    press(pathway, "Decide")
    _done(pathway, "Passed to Tanner House")

    # The provider interviews, assesses and offers
    manager = signed_in(provider_manager)
    manager.goto("/inbox")
    open_named(manager, re.compile("^Amira"))
    assessment = manager.url
    open_named(manager, "Book the interview")
    _day(manager, "starts_at", now + timedelta(days=2))
    manager.locator("#starts_at-time").fill("10:00")
    manager.get_by_label("Place").fill("The office at Tanner House")
    press(manager, "Book it")
    open_named(manager, "Say what became of it")
    manager.get_by_label("Yes").check()
    for role in ("young_person", "social_worker"):
        manager.locator(f'input[value="{role}"]').check()
    press(manager, "Record it")
    for part in manager.locator(".govuk-task-list__link").all_inner_texts():
        manager.goto(assessment)
        open_named(manager, part)
        _fill_in(manager)
        press(manager, "Save")
    manager.goto(assessment)
    open_named(manager, "Complete it")
    press(manager, "Complete it and send it to both")
    manager.goto(f"{assessment}/offer")
    manager.get_by_role("radio").first.check()
    _day(manager, "move_in", now)
    press(manager, "Look at the letter")
    press(manager, "Send", exact=False)

    # The worker answers with the young person, and saves the papers
    worker.goto("/referrals")
    open_named(worker, re.compile("^Answer"))
    open_named(worker, "Answer, with the young person")
    worker.get_by_label("Yes, we take the place").check()
    press(worker, "Answer")

    # The key
    manager.goto("/inbox")
    open_named(manager, re.compile("^Confirm the place"))
    press(manager, "Send the confirmation")
    open_named(manager, "Record that they moved in")
    press(manager, "Record it")

    referral_now = Referral.objects.get()
    assert referral_now.state == "placed"
    clauses = Duty.objects.filter(case=young_person.case).exclude(state__in=["met", "ended"])
    late = sorted(duty.clause for duty in clauses if duty.clause[:3] in ("REF", "SEA", "HAS", "CHA") and not duty.timed)
    assert late == []
