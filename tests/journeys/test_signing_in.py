"""Signing in as people do: by password and code without JavaScript, and with a passkey that Chromium holds."""

from __future__ import annotations

import time
from typing import Any

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import expect

from tests.support.site import NARROW, picture, violations

pytestmark = pytest.mark.browser
PASSWORD = "otters juggle teapots"


@pytest.fixture
def officer(gangs_officer: Any, settings: Any) -> Any:
    """An officer with a password, whose role needs a second factor, at a server that is not the demo."""
    from waymark.accounts.models import Account, Credential

    settings.DEMO = False
    account = Account.objects.get(pk=gangs_officer.account_id)
    Credential.objects.create(account=account, password=make_password(PASSWORD), changed_at=timezone.now())
    return account


def _sign_in(page: Any, account: Any, address: str = "/sign-in") -> None:
    page.goto(address)
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_an_officer_sets_an_app_up_and_signs_in_with_it_without_javascript_on_a_narrow_screen(
    window: Any, officer: Any
) -> None:
    page = window(width=NARROW, javascript=False)
    _sign_in(page, officer, "/protocol")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    page.get_by_role("link", name="Set up an authenticator app").click()
    app = pyotp.TOTP(page.locator(".waymark-key").inner_text().replace(" ", ""))
    page.get_by_label("Code").fill(app.now())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make codes").click()
    codes = page.locator(".waymark-codes li").all_inner_texts()
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_role("link", name="Marcus Oyelaran")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    _sign_in(page, officer)
    expect(page.get_by_role("heading", level=1)).to_have_text("Show that it is you")
    page.get_by_label("Code").fill(app.generate_otp(int(time.time()) // 30 + 1))
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("link", name="Marcus Oyelaran")).to_be_visible()
    assert len(set(codes)) == 10


def test_an_officer_sets_a_passkey_up_and_signs_in_with_nothing_else(window: Any, officer: Any, site: str) -> None:
    here = site.replace("127.0.0.1", "localhost")  # passkeys belong to a name, not to a number
    page = window()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    _sign_in(page, officer, f"{here}/sign-in")
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Name of this passkey").fill("Work laptop")
    page.get_by_role("button", name="Set up a passkey").click()
    expect(page.get_by_text("Your passkey is set up")).to_be_visible()
    page.goto(f"{here}/sign-in")
    expect(page.get_by_role("link", name="Marcus Oyelaran")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name="Marcus Oyelaran").click()

    expect(page.get_by_text("Work laptop").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    _sign_in(page, officer, f"{here}/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Show that it is you")
    assert violations(page) == []
    picture(page, "second factor asked")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Marcus Oyelaran")).to_be_visible()


def test_whoever_has_no_passkey_on_this_device_is_told_so_on_the_page(window: Any, officer: Any, site: str) -> None:
    page = window()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    page.goto(f"{site.replace('127.0.0.1', 'localhost')}/sign-in/passkey")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')); }")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("alert")).to_have_text("Your device gave no passkey. Try again, or go another way.")


def test_a_choice_of_whom_to_act_as_reads_well_and_has_nothing_for_axe_to_find(
    window: Any, officer: Any, system: Any, provider: Any, gangs_officer: Any
) -> None:
    from tests.support.cast import LONG_AGO
    from waymark.access.services import add_member

    add_member(
        actor=system,
        name=officer.name,
        email=officer.email,
        agency=provider.agency,
        role="provider_manager",
        starts_at=LONG_AGO,
    )
    page = window(width=NARROW)
    _sign_in(page, officer)
    expect(page.get_by_role("heading", level=1)).to_have_text("Who are you acting as?")
    assert violations(page) == []
    picture(page, "whom to act as")
    page.get_by_role("button", name="Continue").click()
    assert page.title().startswith("Error: ")
    page.get_by_label("Northlight Housing").check()
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_text("Northlight Housing")).to_be_visible()
