"""The second factor: who needs one, that nobody gets round it, and that no code works twice."""

from __future__ import annotations

import pyotp
import pytest
from django.db.models.functions import Now
from django.test import Client
from tests.support.pages import text_of

from waymark.accounts.models import AuthenticatorApp, RecoveryCode, Step, Token
from waymark.accounts.services import factors
from waymark.accounts.services.attempts import FREE, TooManyAttempts
from waymark.accounts.services.passwords import set_password
from waymark.accounts.services.sessions import person_of
from waymark.accounts.tests.conftest import PASSWORD

ADDRESS = "address:192.0.2.1"


def _actor(client):
    return client.get("/nowhere").wsgi_request.actor


@pytest.mark.usefixtures("db")
def test_a_role_that_reads_intelligence_is_led_to_set_a_second_factor_up_before_anything_else(client, sign_in, officer):
    sign_in(officer.email)

    assert client.get("/sign-in/acting-as")["Location"] == "/account/second-factor"
    for address in ("/", "/records", "/account", "/account/password", "/protocol"):
        assert client.get(address)["Location"].startswith("/sign-in"), address
    assert client.get("/sign-in")["Location"] == "/sign-in/acting-as"
    assert "A password alone is not enough" in text_of(client.get("/account/second-factor"))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("administers", [False, True])
def test_whoever_administers_an_agency_needs_one_too(administers, client, sign_in, worker, allocated_worker):
    from waymark.access.models import Membership

    Membership.objects.filter(pk=allocated_worker.membership_id).update(administers=administers)
    sign_in(worker.email)

    client.get("/sign-in/acting-as")

    assert (_actor(client) is None) is administers


@pytest.mark.usefixtures("db")
def test_setting_an_app_up_opens_the_way(client, sign_in, officer, gangs_officer):
    sign_in(officer.email)
    client.get("/account/app")
    secret = factors._readable(AuthenticatorApp.objects.get().secret)

    response = client.post("/account/app", {"code": pyotp.TOTP(secret).now()})
    codes = client.post("/account/recovery-codes")

    assert response["Location"] == "/account/recovery-codes"
    assert text_of(codes).count("-") >= 30
    client.get("/sign-in/acting-as")
    assert _actor(client) == gangs_officer


@pytest.mark.usefixtures("db")
def test_a_secret_that_was_shown_and_not_used_is_nobodys_key_later(officer):
    first = factors.begin_app(officer)
    assert factors.begin_app(officer) == first, "the page may be opened again"

    AuthenticatorApp.objects.update(created_at=Now() - factors.WAITS)
    second = factors.begin_app(officer)
    set_password(officer, "seven lamps hum quietly", actor=person_of(officer))

    assert len({first, second, factors.begin_app(officer)}) == 3


@pytest.mark.usefixtures("db")
def test_a_session_of_one_factor_that_was_opened_for_such_a_role_stands_for_nobody(
    client, gangs_officer, officer, young_person, involved
):
    """As if the role had needed none when the session was opened."""
    from waymark.access.models import Membership
    from waymark.accounts.services import open_session

    involved(young_person, "gangs_team", membership=Membership.objects.get(pk=gangs_officer.membership_id))
    session = client.session
    session["token"] = open_session(officer, actor=gangs_officer, membership_id=gangs_officer.membership_id)
    session.save()
    client.cookies["waymark_session"] = session.session_key

    response = client.get(f"/records/{young_person.case_id}")

    assert response["Location"].startswith("/sign-in")
    assert _actor(client) is None


@pytest.mark.usefixtures("db")
def test_after_the_password_the_code_is_asked_for_and_no_session_is_open(
    client, sign_in, officer, app_of, gangs_officer
):
    code = app_of(officer)

    assert sign_in(officer.email, next="/protocol")["Location"] == "/sign-in/second-factor"
    assert not Token.objects.exists()
    for address in ("/", "/account", "/account/second-factor", "/account/app", "/account/recovery-codes"):
        assert client.get(address)["Location"].startswith("/sign-in"), address
    assert client.get("/sign-in/acting-as")["Location"] == "/sign-in"

    response = client.post("/sign-in/second-factor", {"code": f" {code()[:3]} {code()[3:]} "})
    assert response["Location"] == "/sign-in/acting-as?next=%2Fprotocol"
    assert client.get(response["Location"])["Location"] == "/protocol"
    assert _actor(client) == gangs_officer
    assert not Step.objects.exists()


@pytest.mark.usefixtures("db")
def test_the_code_of_one_person_does_not_finish_the_sign_in_of_another(client, sign_in, officer, worker, app_of):
    app_of(officer)
    code = app_of(worker)
    sign_in(officer.email)

    assert "This code is not right" in text_of(client.post("/sign-in/second-factor", {"code": code()}))
    assert not Token.objects.exists()


@pytest.mark.usefixtures("db")
def test_a_half_finished_sign_in_that_was_finished_or_ran_out_cannot_be_brought_back(client, sign_in, officer, app_of):
    code = app_of(officer)
    sign_in(officer.email)
    copy = Client()
    copy.cookies = client.cookies.copy()
    client.post("/sign-in/second-factor", {"code": code()})

    assert copy.post("/sign-in/second-factor", {"code": code(1)})["Location"] == "/sign-in"
    sign_in(officer.email)
    Step.objects.update(expires_at="2020-01-01T00:00Z")
    assert client.get("/sign-in/second-factor")["Location"] == "/sign-in"


@pytest.mark.usefixtures("db")
def test_a_code_works_once_and_none_before_it_works_after_it(officer, app_of):
    code = app_of(officer)

    assert factors.code_is_right(officer, code(), address=ADDRESS)
    assert not factors.code_is_right(officer, code(), address=ADDRESS)
    assert not factors.code_is_right(officer, code(-1), address=ADDRESS)
    assert factors.code_is_right(officer, code(1), address=ADDRESS)
    assert not factors.code_is_right(officer, code(2), address=ADDRESS)


@pytest.mark.usefixtures("real_connections")
def test_of_four_who_send_the_same_code_at_once_one_is_right(officer, app_of, in_threads):
    code = app_of(officer)()

    right = in_threads(lambda _: factors.code_is_right(officer, code, address=ADDRESS), [1, 2, 3, 4])

    assert right.count(True) == 1


@pytest.mark.usefixtures("real_connections")
def test_of_four_who_send_the_same_recovery_code_at_once_one_is_right(officer, app_of, in_threads):
    app_of(officer)
    code = factors.make_recovery_codes(officer, actor=person_of(officer))[3]

    right = in_threads(lambda _: factors.code_is_right(officer, code.upper(), address=ADDRESS), [1, 2, 3, 4])

    assert right.count(True) == 1


@pytest.mark.usefixtures("db")
def test_codes_of_rfc_6238_are_right_at_its_times(officer):
    """Appendix B, SHA-1, the last 6 digits of 8."""
    import base64
    from datetime import UTC, datetime

    from django.utils import timezone

    from waymark.core.clock import FixedClock

    secret = base64.b32encode(b"12345678901234567890").decode()
    AuthenticatorApp.objects.create(
        account=officer, secret=factors._hidden(secret), created_at=timezone.now(), confirmed_at=timezone.now()
    )
    for seconds, code in ((59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")):
        clock = FixedClock(datetime.fromtimestamp(seconds, UTC))
        assert factors.code_is_right(officer, code, address=ADDRESS, clock=clock)


@pytest.mark.usefixtures("db")
def test_guessing_codes_has_to_wait_whatever_browser_they_come_from(officer, app_of):
    code = app_of(officer)
    for guess in range(FREE["factor"]):
        assert not factors.code_is_right(officer, f"{guess:06}", address=f"address:{guess}")

    with pytest.raises(TooManyAttempts):
        factors.code_is_right(officer, code(), address=ADDRESS)


@pytest.mark.usefixtures("db")
def test_the_right_password_does_not_clear_guesses_at_the_code(client, sign_in, officer, app_of):
    app_of(officer)
    for _ in range(FREE["factor"]):
        sign_in(officer.email)
        client.post("/sign-in/second-factor", {"code": "000000"})

    sign_in(officer.email)
    assert client.post("/sign-in/second-factor", {"code": "000000"}).status_code == 429


@pytest.mark.usefixtures("db")
def test_what_opens_the_app_and_the_codes_cannot_be_read_from_the_tables(officer, app_of):
    app_of(officer)
    secret = factors._readable(AuthenticatorApp.objects.get().secret)
    codes = factors.make_recovery_codes(officer, actor=person_of(officer))

    kept = str(list(AuthenticatorApp.objects.values())) + str(list(RecoveryCode.objects.values()))
    assert secret not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


@pytest.mark.usefixtures("db")
def test_a_secret_of_before_the_servers_key_was_changed_is_still_read(officer, app_of, settings):
    code = app_of(officer)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"

    assert factors.code_is_right(officer, code(), address=ADDRESS)


@pytest.mark.usefixtures("db")
def test_removing_the_last_factor_leaves_sessions_of_one_factor(client_as, gangs_officer, officer, app_of):
    app_of(officer)
    client = client_as(gangs_officer)
    assert _actor(client) == gangs_officer

    client.post("/account/app/remove")

    assert _actor(client) is None
    assert client.get("/")["Location"] == "/sign-in"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "address", ["/account/password", "/account/app", "/account/passkeys/new", "/account/app/remove"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_matters_asks_once_more_who_one_is_when_that_was_long_ago(
    address, method, client_as, worker, allocated_worker, app_of
):
    from waymark.accounts.models import Credential

    app_of(worker)
    before = Credential.objects.get(account=worker).password
    client = client_as(allocated_worker)
    Token.objects.update(proved_at="2020-01-01T00:00Z")

    response = getattr(client, method)(address, {"password": "a new long password", "code": "1"})

    assert response["Location"].startswith("/account/confirm")
    assert Credential.objects.get(account=worker).password == before
    assert AuthenticatorApp.objects.exists()


@pytest.mark.usefixtures("db")
def test_proving_it_with_the_password_or_a_code_leads_back(client_as, worker, allocated_worker, app_of):
    client = client_as(allocated_worker)
    Token.objects.update(proved_at="2020-01-01T00:00Z")

    wrong = client.post("/account/confirm", {"password": "wrong", "next": "/account/password"})
    right = client.post("/account/confirm", {"password": PASSWORD, "next": "/account/password"})

    assert "Password is not right" in text_of(wrong)
    assert right["Location"] == "/account/password"
    assert client.get("/account/password").status_code == 200
    code = app_of(worker)
    assert "Enter your password" not in text_of(client.post("/account/confirm", {"password": PASSWORD}))
    assert client.post("/account/confirm", {"code": code()})["Location"] == "/account"


@pytest.mark.usefixtures("db")
def test_a_session_of_one_factor_cannot_add_a_factor_to_an_account_that_has_one(client, sign_in, worker, app_of):
    sign_in(worker.email)
    app_of(worker)

    assert client.get("/account/passkeys/new").status_code == 404
    assert client.post("/account/recovery-codes").status_code == 404


@pytest.mark.usefixtures("db")
def test_whoever_had_one_taken_away_sets_up_a_new_one_first_whatever_their_role(client, sign_in, worker, app_of):
    from waymark.accounts.services.links import remove_second_factors
    from waymark.core.actor import Actor

    app_of(worker)
    remove_second_factors(worker, actor=Actor.system("tests"))
    sign_in(worker.email)

    assert client.get("/sign-in/acting-as")["Location"] == "/account/second-factor"
    assert _actor(client) is None
    assert "If you did not ask for this" in text_of(client.get("/account/second-factor"))
    client.get("/account/app")
    secret = factors._readable(AuthenticatorApp.objects.get().secret)
    client.post("/account/app", {"code": pyotp.TOTP(secret).now()})
    client.get("/sign-in/acting-as")
    assert _actor(client).account_id == worker.pk
