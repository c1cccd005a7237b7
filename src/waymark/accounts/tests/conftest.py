"""Somebody with a password, at a server that is not the demo."""

from __future__ import annotations

import pytest

PASSWORD = "otters juggle teapots"  # noqa: S105
ORIGIN = "http://testserver"


@pytest.fixture(autouse=True)
def not_the_demo(settings):
    """Real sign-in, with a hash that costs nothing: what it costs is Django's to test."""
    settings.DEMO = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CAN_SEND_EMAIL = True
    from waymark.accounts.services import passwords

    passwords._nobodys_password.cache_clear()
    yield
    passwords._nobodys_password.cache_clear()


@pytest.fixture
def with_password():
    """Give the person of an actor the password; gives their account."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from waymark.accounts.models import Account, Credential

    def make(actor):
        account = Account.objects.get(pk=actor.account_id)
        Credential.objects.create(account=account, password=make_password(PASSWORD), changed_at=timezone.now())
        return account

    return make


@pytest.fixture
def worker(allocated_worker, with_password):
    """The account of a social worker, whose role needs no second factor."""
    return with_password(allocated_worker)


@pytest.fixture
def officer(gangs_officer, with_password):
    """The account of an officer of the gangs team, whose role needs one."""
    return with_password(gangs_officer)


@pytest.fixture
def sign_in(client):
    """Type an e-mail address and a password; gives the answer."""

    def send(email, password=PASSWORD, browser=client, **more):
        return browser.post("/sign-in", {"email": email, "password": password, **more})

    return send


@pytest.fixture
def app_of():
    """Set an authenticator app up for an account; gives a function that shows its code some steps from now."""
    import pyotp
    from django.utils import timezone

    from waymark.accounts.models import AuthenticatorApp
    from waymark.accounts.services.factors import begin_app

    def make(account):
        secret = begin_app(account)
        AuthenticatorApp.objects.filter(account=account).update(confirmed_at=timezone.now())

        def code(later=0):
            import time

            return pyotp.TOTP(secret).generate_otp(int(time.time()) // 30 + later)

        return code

    return make
