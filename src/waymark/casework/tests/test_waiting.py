"""My work says how much waits on other lists, and leads there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.support.assessing import passed
from tests.support.pages import text_of
from tests.support.placing import accepted_referral, provider_manager
from tests.support.referring import (
    complete_referral,
    coordinator,
    pathway_officer,
    placements_officer,
    referral,
    sent_referral,
)

from waymark.referrals.checks import ask
from waymark.referrals.models import CheckKind

__all__ = [
    "accepted_referral",
    "complete_referral",
    "coordinator",
    "passed",
    "pathway_officer",
    "placements_officer",
    "provider_manager",
    "referral",
    "sent_referral",
]

pytestmark = pytest.mark.usefixtures("db")


def test_whose_turn_it_is_finds_it_on_my_work_and_nobody_else_does(
    referral, coordinator, allocated_worker, stranger, client_as
):
    ask(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), question="A cousin")

    for actor in (coordinator, allocated_worker):
        page = client_as(actor).get("/")
        assert "For you to do: 1 referral or check" in text_of(page), actor.role
        assert '<a class="govuk-link" href="/referrals">1 referral or check</a>' in page.content.decode()
    assert "For you to do" not in text_of(client_as(stranger).get("/"))


def test_a_provider_is_led_to_its_inbox(passed, provider_manager, placements_officer, client_as):
    assert "For you to do: 1 referral passed to you" in text_of(client_as(provider_manager).get("/"))
    assert "For you to do" not in text_of(client_as(placements_officer).get("/"))
