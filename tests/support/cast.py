"""The people who appear in tests, and what each stands for.

| fixture           | who                                                       | sees the young person |
| ----------------- | --------------------------------------------------------- | --------------------- |
| allocated_worker  | social worker, involved themselves                        | yes                   |
| colleague         | deputy manager in the allocated worker's team, which is involved | yes, through the team |
| keyworker         | keyworker at the scheme, involved themselves              | yes                   |
| other_keyworker   | keyworker of another provider                             | no                    |
| gangs_officer     | in the gangs team, which is not involved                  | no                    |
| gangs_coordinator | the council's Gangs Safeguarding Coordinator, involved themselves | yes             |
| on_call          | of the emergency duty team                                | no, but in an emergency |
| stranger          | social worker of another borough                          | no                    |

All invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.support.remembering import remembered

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""When memberships and involvements of the cast began."""


@pytest.fixture
def system() -> Any:
    """The system, acting for the tests."""
    from waymark.core.actor import Actor

    return Actor.system("tests")


@remembered
def borough(some_database: None, system: Any) -> Any:
    """The case of the borough that everything here belongs to."""
    from waymark.cases.models import Kind
    from waymark.cases.services import open_case

    return open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B1", starts_at=LONG_AGO)


@remembered
def council(borough: Any, system: Any) -> Any:
    """The borough's council, an agency."""
    from waymark.access.models import AgencyKind
    from waymark.access.services import add_agency

    return add_agency(actor=system, name="Elmbridge Vale Council", kind=AgencyKind.LOCAL_AUTHORITY, case=borough)


@remembered
def leaving_care_team(council: Any, borough: Any, system: Any) -> Any:
    """The allocated worker's team. It is involved with the young person."""
    from waymark.access.services import add_team

    return add_team(actor=system, agency=council, name="Leaving Care", role="social_worker", borough=borough)


@remembered
def gangs_team(council: Any, borough: Any, system: Any) -> Any:
    """A team that is not involved with anybody yet."""
    from waymark.access.services import add_team

    return add_team(actor=system, agency=council, name="Integrated Gangs Team", role="gangs_team", borough=borough)


@remembered
def provider(borough: Any, system: Any) -> Any:
    """The provider of the scheme where the young person lives."""
    from waymark.accommodation.services import add_provider

    return add_provider(actor=system, authority=borough, name="Northlight Housing", reference="PR1")


@remembered
def other_provider(borough: Any, system: Any) -> Any:
    """A provider that has nothing to do with the young person."""
    from waymark.accommodation.services import add_provider

    return add_provider(actor=system, authority=borough, name="Southgate Homes", reference="PR2")


@remembered
def scheme(provider: Any, system: Any) -> Any:
    """Where the young person lives: four units."""
    from waymark.accommodation.services import add_scheme

    return add_scheme(
        actor=system,
        provider=provider,
        name="Tanner House",
        address="1 Tanner Row",
        units=["1", "2", "3", "4"],
        reference="S1",
    )


@remembered
def young_person(borough: Any, system: Any) -> Any:
    """Amira, 17, whose case is YP1."""
    from waymark.people.services import NewYoungPerson, add_young_person

    return add_young_person(
        NewYoungPerson(
            authority=borough,
            given_name="Amira",
            family_name="Sesay",
            date_of_birth=date(2008, 5, 14),
            reference="YP1",
            starts_at=LONG_AGO,
        ),
        actor=system,
    )


@remembered
def other_young_person(borough: Any, system: Any) -> Any:
    """Tobias, with whom nobody of the cast is involved. His case is YP2."""
    from waymark.people.services import NewYoungPerson, add_young_person

    return add_young_person(
        NewYoungPerson(
            authority=borough,
            given_name="Tobias",
            family_name="Marlow",
            date_of_birth=date(2007, 2, 28),
            reference="YP2",
            starts_at=LONG_AGO,
        ),
        actor=system,
    )


@pytest.fixture
def member(some_database: None, system: Any) -> Callable[..., Any]:
    """Make a member: `member("Name", agency, "role", team=None)` gives the membership."""
    from waymark.access.services import add_member

    def make(name: str, agency: Any, role: str, team: Any = None) -> Any:
        email = f"{name.lower().replace(' ', '.')}@waymark.example"
        return add_member(actor=system, name=name, email=email, agency=agency, role=role, team=team, starts_at=LONG_AGO)

    return make


@pytest.fixture
def involved(system: Any) -> Callable[..., Any]:
    """Involve a membership, a team or an actor: `involved(about, role, membership=...)`; `about` is or has a case."""
    from waymark.access.models import Membership
    from waymark.access.services import involve

    def make(about: Any, role: str, *, actor: Any = None, starts_at: datetime = LONG_AGO, **holder: Any) -> Any:
        if actor is not None:
            holder["membership"] = Membership.objects.get(pk=actor.membership_id)
        case = getattr(about, "case", about)
        return involve(actor=system, case=case, role=role, starts_at=starts_at, **holder)

    return make


@pytest.fixture
def actor_of() -> Callable[[Any], Any]:
    """The actor that the person of a membership is."""
    from waymark.access.services import acting_as

    return acting_as


@remembered
def allocated_worker(
    member: Any, actor_of: Any, involved: Any, council: Any, leaving_care_team: Any, young_person: Any
) -> Any:
    """The young person's social worker."""
    membership = member("Dana Whitlock", council, "social_worker", leaving_care_team)
    involved(young_person, "social_worker", membership=membership)
    return actor_of(membership)


@remembered
def colleague(
    member: Any, actor_of: Any, involved: Any, council: Any, leaving_care_team: Any, young_person: Any
) -> Any:
    """The allocated worker's deputy team manager, who sees what the team is involved in."""
    involved(young_person, "deputy_team_manager", team=leaving_care_team)
    return actor_of(member("Priya Solanki", council, "deputy_team_manager", leaving_care_team))


@remembered
def keyworker(member: Any, actor_of: Any, involved: Any, provider: Any, young_person: Any) -> Any:
    """The young person's keyworker at the scheme."""
    membership = member("Joel Abara", provider.agency, "housing_keyworker")
    involved(young_person, "housing_keyworker", membership=membership)
    return actor_of(membership)


@remembered
def other_keyworker(member: Any, actor_of: Any, other_provider: Any) -> Any:
    """A keyworker of another provider."""
    return actor_of(member("Nell Ferris", other_provider.agency, "housing_keyworker"))


@remembered
def gangs_officer(member: Any, actor_of: Any, council: Any, gangs_team: Any) -> Any:
    """An officer whose team is not involved."""
    return actor_of(member("Marcus Oyelaran", council, "gangs_team", gangs_team))


@remembered
def gangs_coordinator(member: Any, actor_of: Any, involved: Any, council: Any, young_person: Any) -> Any:
    """The coordinator, who works on the young person's record."""
    membership = member("Ottilie Brandt", council, "gangs_coordinator")
    involved(young_person, "gangs_coordinator", membership=membership)
    return actor_of(membership)


@remembered
def on_call(member: Any, actor_of: Any, council: Any) -> Any:
    """Somebody of the emergency duty team, which works on no record."""
    return actor_of(member("Orla Fenwick", council, "duty_team"))


@remembered
def stranger(member: Any, actor_of: Any, system: Any) -> Any:
    """A social worker of another borough."""
    from waymark.access.models import AgencyKind
    from waymark.access.services import add_agency

    elsewhere = add_agency(actor=system, name="Harrowdene Council", kind=AgencyKind.LOCAL_AUTHORITY)
    return actor_of(member("Sasha Lindqvist", elsewhere, "social_worker"))


@pytest.fixture
def token_of() -> Callable[[Any], str]:
    """Open a session as an actor; gives the token that their browser would hold."""
    from waymark.accounts.models import Account
    from waymark.accounts.services import open_session
    from waymark.accounts.services.sessions import Proof

    def make(actor: Any) -> str:
        account = Account.objects.get(pk=actor.account_id)
        proof = Proof(how="password", second_factor=True, browser="Firefox on Windows")
        return open_session(account, actor=actor, membership_id=actor.membership_id, proof=proof)

    return make


@pytest.fixture
def client_as(some_database: None, token_of: Any, settings: Any) -> Callable[[Any], Any]:
    """A browser signed in as an actor: `client_as(keyworker).get("/")`."""
    from django.test import Client

    from waymark.access.middleware import SESSION_KEY

    def make(actor: Any) -> Any:
        client = Client()
        session = client.session
        session[SESSION_KEY] = token_of(actor)
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return make


@pytest.fixture
def reading_as(token_of: Any) -> Callable[[Any], AbstractContextManager[None]]:
    """Query as a page would for an actor (None: nobody signed in): `with reading_as(keyworker): ...`."""
    from django.db import transaction

    from waymark.access.middleware import tell_token
    from waymark.core.database import WEB, login

    @contextmanager
    def reading(actor: Any) -> Iterator[None]:
        token = token_of(actor) if actor else ""
        with login(WEB), transaction.atomic(using=WEB):
            tell_token(token)
            yield

    return reading
