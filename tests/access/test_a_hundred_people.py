"""A hundred people who sign in and read at once, as many at a time as the web server has threads."""

from __future__ import annotations

import html
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Barrier

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.utils import timezone

from tests.support.requests import Sent, cookies, send
from waymark.access.models import Membership
from waymark.accounts.models import Account, Credential, Token
from waymark.core.database import SERVICE, WEB
from waymark.people.services import NewYoungPerson, add_young_people
from waymark.setup.testing import TestServer

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


def at_once(task: Callable[[Person], list[Sent]], people: list[Person], server: TestServer) -> tuple[list[Sent], int]:
    """Do the task of each person in as many threads as the web server has; the answers, and how many connections to
    the database the threads held when all of them had done."""
    waiting: SimpleQueue[Person] = SimpleQueue()
    for person in people:
        waiting.put(person)
    done, counted = Barrier(THREADS + 1), Barrier(THREADS + 1)

    def work(_: int) -> list[Sent]:
        found: list[Sent] = []
        try:
            with suppress(Empty):
                while True:
                    found += task(waiting.get_nowait())
        finally:
            done.wait()
            counted.wait()
            connections.close_all()
        return found

    with psycopg.connect(server.superuser, autocommit=True) as watching, ThreadPoolExecutor(THREADS) as pool:
        before = _connections(watching)
        working = [pool.submit(work, number) for number in range(THREADS)]
        done.wait()
        used = _connections(watching) - before
        counted.wait()
        return [answer for one in working for answer in one.result()], used


def _connections(watching: psycopg.Connection) -> int:
    found = watching.execute(
        "select count(*) from pg_stat_activity where datname = %s and usename = any(%s)",
        [settings.DATABASES[WEB]["NAME"], ["waymark_web", "waymark_service"]],
    ).fetchone()
    assert found
    return found[0]


@pytest.mark.parametrize(("sign_in", "demo"), [(_by_password, False), (_in_the_demo, True)])
def test_a_hundred_people_sign_in_and_read_at_once_and_each_sees_their_own(
    sign_in, demo, people, settings, database_server
):
    settings.DEMO = demo
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Credential.objects.update(password=make_password(PASSWORD))
    everybody = {person.name for person in people}
    people = people[:20] if demo else people

    def a_day(person: Person) -> list[Sent]:
        browser = Browser(person)
        signed_in = sign_in(browser, person)
        own = browser.send(f"/records/{person.own}")
        assert own.status == 200, person
        assert {name for name in everybody if name in html.unescape(own.text)} == {person.name}
        answers = [*signed_in, own]
        if person.number % 4 == 0:
            answers.append(browser.send(f"/records/{person.other}"))
            assert answers[-1].status == 404, person
            assert "Robin" not in answers[-1].text
        if person.number % 10 == 0:
            Token.objects.filter(account__name=person.name).update(expires_at=timezone.now() - timedelta(seconds=1))
            assert browser.send(f"/records/{person.own}").status == 302
        return answers

    answers, used = at_once(a_day, people, database_server)

    assert [answer.status for answer in answers if answer.status >= 500] == []
    assert 0 < used <= 2 * THREADS, "one of each login for each thread"
    assert Token.objects.filter(membership_id__isnull=False).count() >= len(people)
    assert connections[SERVICE].is_usable()
