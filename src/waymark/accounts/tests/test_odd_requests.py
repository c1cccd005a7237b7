"""Many at once, and whatever somebody types: nothing breaks."""

from __future__ import annotations

from itertools import product

import pytest
from django.test import Client
from tests.architecture.test_hostile_values import HOSTILE

from waymark.accounts.models import Token
from waymark.accounts.tests.conftest import PASSWORD

FORMS = {
    "/sign-in": ("email", "password", "next"),
    "/sign-in/forgotten": ("email",),
    "/sign-in/set-password": ("password",),
    "/sign-in/second-factor": ("code", "answer"),
    "/sign-in/passkey": ("answer", "next"),
    "/sign-in/acting-as": ("membership", "next"),
    "/account/password": ("password",),
    "/account/confirm": ("password", "answer", "next"),
    "/account/app": ("code",),
    "/account/passkeys/new": ("name", "answer"),
}


EACH = 3
"""One in so many of the hostile values is tried in each form; all of them are, in all of the forms."""


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("address", FORMS)
def test_no_form_of_sign_in_breaks_whatever_stands_in_it(address, client, client_as, worker, allocated_worker, system):
    from waymark.accounts.services import invite

    signed_in = client_as(allocated_worker)
    of_this_form = list(HOSTILE.items())[list(FORMS).index(address) % EACH :: EACH]
    for (name, value), browser in product(of_this_form, (client, signed_in)):
        browser.get(f"/sign-in/link/{invite(worker, actor=system)}")
        browser.get(address)
        sent = browser.post(address, dict.fromkeys(FORMS[address], value))

        assert sent.status_code < 500, name
        assert "<script>alert(1)" not in sent.content.decode(), name
        assert not sent.get("Location", "/").startswith(("http", "//")), name


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "address", ["/sign-in/link/{}", "/sign-in/directory/back?code={0}&state={0}", "/sign-in?next={}"]
)
def test_no_address_of_sign_in_breaks_whatever_stands_in_it(address, client):
    from urllib.parse import quote

    for name, value in HOSTILE.items():
        assert client.get(address.format(quote(value[:300], safe=""))).status_code < 500, name


@pytest.mark.usefixtures("real_connections")
def test_a_whole_office_signs_in_at_once(worker, in_threads):
    def sign_in(number):
        client = Client(REMOTE_ADDR="192.0.2.7")
        first = client.post("/sign-in", {"email": worker.email, "password": PASSWORD})
        return first.status_code, client.get("/sign-in/acting-as").status_code, client.get("/account").status_code

    assert set(in_threads(sign_in, list(range(4)))) == {(302, 302, 200)}
    assert Token.objects.filter(ended_at=None).count() == 4


@pytest.mark.usefixtures("real_connections")
def test_the_right_password_at_the_same_time_as_wrong_ones_is_answered_and_nothing_hangs(worker, in_threads):
    """Attempts lock their counts in one order: none waits for another that waits for it."""

    def sign_in(number):
        client = Client(REMOTE_ADDR=f"192.0.2.{number % 3}")
        password = PASSWORD if number % 2 else "wrong"
        return client.post("/sign-in", {"email": worker.email, "password": password}).status_code

    assert set(in_threads(sign_in, list(range(12)))) <= {200, 302, 429}
