"""A hundred people who sign in and read at once, as many at a time as the web server has threads."""

from __future__ import annotations

import html
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.utils import timezone

from tests.support.requests import Sent, cookies, send
from waymark.access.models import Membership
from waymark.accounts.models import Account, Credential, Token
from waymark.core.database import SERVICE, WEB
from waymark.people.services import NewYoungPerson, add_young_people

PEOPLE, THREADS, RECORDS = 100, 16, 4
PASSWORD = "otters juggle teapots"  # noqa: S105
SECRET = "a" * 32
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Somebody of one of the teams, each of which works with one young person."""

    number: int
    name: str
    email: str
    membership: str
    own: str
    other: str


class Browser:
    """Keeps cookies between its requests. Each comes from an address of its own."""

    def __init__(self, person: Person) -> None:
        self.kept = {"csrftoken": SECRET}
        self.sender = f"198.51.100.{person.number}"

    def send(self, address: str, **values: str) -> Sent:
        form = "&".join(f"{name}={value}" for name, value in values.items())
        body = f"csrfmiddlewaretoken={SECRET}&{form}".encode() if values else b""
        answer = send(
            address, method="POST" if values else "GET", body=body, headers=cookies(**self.kept), sender=self.sender
        )
        self.kept |= answer.cookies
        return answer


@pytest.fixture
def people(real_connections, council, borough, system, involved):
    """A hundred social workers in four teams; each team works with one young person."""
    from waymark.access.services import add_team

    teams = [
        add_team(actor=system, agency=council, name=f"Team {number}", role="social_worker", borough=borough)
        for number in range(RECORDS)
    ]
    new = [
        NewYoungPerson(
            authority=borough,
            given_name=f"Robin{number}",
            family_name="Ashdown",
            date_of_birth=datetime(2008, 1, 1 + number, tzinfo=UTC).date(),
            starts_at=LONG_AGO,
        )
        for number in range(RECORDS)
    ]
    records = add_young_people(new, actor=system)
    for team, record in zip(teams, records, strict=True):
        involved(record, "deputy_team_manager", team=team)
    made = [Account(name=f"Worker{number:03}x", email=f"worker{number}@waymark.example") for number in range(PEOPLE)]
    accounts = Account.objects.bulk_create(made)
    hashed = make_password(PASSWORD)
    Credential.objects.bulk_create(
        [Credential(account=account, password=hashed, changed_at=timezone.now()) for account in accounts]
    )
    members = Membership.objects.bulk_create(
        [
            Membership(
                account=account, agency=council, role="social_worker", team=teams[number % RECORDS], starts_at=LONG_AGO
            )
            for number, account in enumerate(accounts)
        ]
    )
    return [
        Person(
            number,
            account.name,
            account.email,
            str(member.pk),
            str(records[number % RECORDS].case_id),
            str(records[(number + 1) % RECORDS].case_id),
        )
        for number, (account, member) in enumerate(zip(accounts, members, strict=True))
    ]


def _by_password(browser: Browser, person: Person) -> list[Sent]:
    """Every fifth types a wrong password first."""
    tries = ["a wrong one"] * (person.number % 5 == 0) + [PASSWORD]
    sent = [browser.send("/sign-in", email=person.email.replace("@", "%40"), password=one) for one in tries]
    return [*sent, browser.send("/sign-in/acting-as")]


def _in_the_demo(browser: Browser, person: Person) -> list[Sent]:
    return [browser.send("/sign-in", person=person.membership)]


@pytest.mark.parametrize(("sign_in", "demo"), [(_by_password, False), (_in_the_demo, True)])
def test_a_hundred_people_sign_in_and_read_at_once_and_each_sees_their_own(
    sign_in, demo, people, settings, database_server
):
    settings.DEMO = demo
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Credential.objects.update(password=make_password(PASSWORD))
    everybody = {person.name for person in people}
    people = people[:40] if demo else people

    def a_day(person: Person) -> list[Sent]:
        browser = Browser(person)
        signed_in = sign_in(browser, person)
        page, own, other = (
            browser.send(to) for to in ("/records", f"/records/{person.own}", f"/records/{person.other}")
        )
        assert (page.status, own.status, other.status) == (200, 200, 404), person
        assert {name for name in everybody if name in html.unescape(page.text + own.text)} == {person.name}
        assert "Robin" not in other.text
        if person.number % 10 == 0:
            Token.objects.filter(account__name=person.name).update(expires_at=timezone.now() - timedelta(seconds=1))
            assert browser.send(f"/records/{person.own}").status == 302
        return [*signed_in, page, own, other]

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        answers = [answer for day in pool.map(a_day, people) for answer in day]
        with psycopg.connect(database_server.superuser, autocommit=True) as watching:
            used = watching.execute(
                "select count(*) from pg_stat_activity where datname = %s and usename = any(%s)",
                [settings.DATABASES[WEB]["NAME"], ["waymark_web", "waymark_service"]],
            ).fetchone()[0]
        list(pool.map(lambda _: connections.close_all(), range(THREADS * 4)))

    assert [answer.status for answer in answers if answer.status >= 500] == []
    assert used <= 2 * THREADS + 2, "a connection of each login for each thread, and this test's own"
    assert Token.objects.filter(membership_id__isnull=False).count() >= len(people)
    assert connections[SERVICE].is_usable()
