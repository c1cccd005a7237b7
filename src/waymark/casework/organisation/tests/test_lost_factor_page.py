"""The page with which an administrator takes away a second factor that somebody has lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.accounts.models import AuthenticatorApp, Token

pytestmark = pytest.mark.usefixtures("db")


def test_a_lost_second_factor_is_taken_away_after_saying_what_will_happen(
    client_as, agency_administrator, allocated_worker, settings
):
    settings.DEMO = False
    AuthenticatorApp.objects.create(
        account_id=allocated_worker.account_id, secret="x", created_at=datetime.now(UTC), confirmed_at=datetime.now(UTC)
    )
    client = client_as(agency_administrator)
    assert (
        f'href="/people/{allocated_worker.membership_id}/second-factor"'
        in client.get(f"/people/{allocated_worker.membership_id}").content.decode()
    )
    page = Filler(client, f"/people/{allocated_worker.membership_id}/second-factor")
    for said in ("signed out on every device", "must set up a new second factor", "work for another agency too"):
        assert said in text_of(client.get(page.address)), said
    assert AuthenticatorApp.objects.exists()

    response = client.post(page.address, {"seen": page.values["seen"]}, follow=True)

    assert "their second factor is taken away" in text_of(response)
    assert not AuthenticatorApp.objects.exists()
    assert "There is nothing to take away" in text_of(client.post(page.address, {"seen": page.values["seen"]}))


def test_whoever_has_not_lately_proved_who_they_are_does_so_first(
    client_as, agency_administrator, allocated_worker, settings
):
    settings.DEMO = False
    client = client_as(agency_administrator)
    Token.objects.update(proved_at=datetime.now(UTC) - timedelta(minutes=11))

    for send in (client.get, client.post):
        assert send(f"/people/{allocated_worker.membership_id}/second-factor")["Location"].startswith(
            "/account/confirm"
        )


def test_the_demo_has_no_second_factor_to_lose(client_as, agency_administrator, allocated_worker):
    client = client_as(agency_administrator)

    assert "second-factor" not in client.get(f"/people/{allocated_worker.membership_id}").content.decode()
    assert client.get(f"/people/{allocated_worker.membership_id}/second-factor").status_code == 404
