"""The cast against every table that holds something about a young person: through the code, and by hand-written SQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connections

from waymark.access.models import Involvement
from waymark.access.services import end_involvement
from waymark.cases.models import Case, Kind
from waymark.core.actor import Actor
from waymark.core.database import WEB
from waymark.core.models import CaseBoundQuerySet
from waymark.events.models import Event
from waymark.events.services import record
from waymark.people.models import Identifier, YoungPerson
from waymark.people.services import NewYoungPerson, add_young_person

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)

SEES = {
    "allocated_worker": True,
    "colleague": True,
    "keyworker": True,
    "other_keyworker": False,
    "gangs_officer": False,
    "stranger": False,
}
"""Who of the cast reads the young person's record, and so every row that hangs on it."""


@pytest.fixture
def record_of_amira(young_person, system):
    """Her record, with something in each table: an event, an identifier."""
    record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT)
    Identifier.objects.create(
        case=young_person.case, authority=young_person.case.authority, kind="ssda903", value="1234"
    )
    return young_person


def _by_sql(table: str, column: str, case: Case) -> int:
    """How many rows of the case the login of the pages finds, whatever the code would have filtered by."""
    with connections[WEB].cursor() as cursor:
        cursor.execute(f"select count(*) from {table} where {column} = %s", [case.pk])
        return cursor.fetchone()[0]


def _readable_by_pages() -> set[str]:
    """Tables and views of which the login of the pages may read at least a column, whatever rows it then sees."""
    with connections[WEB].cursor() as cursor:
        cursor.execute("""
            select relname from pg_class where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace
            and has_any_column_privilege(oid, 'select')
        """)
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize(("who", "sees"), SEES.items())
def test_each_of_the_cast_sees_all_of_the_record_or_nothing(who, sees, request, record_of_amira, reading_as):
    actor: Actor = request.getfixturevalue(who)
    case = record_of_amira.case

    with reading_as(actor):
        for model in (YoungPerson, Event, Identifier):
            assert model.objects.visible_to(actor).filter(case=case).exists() is sees, model
            assert model.objects.filter(case=case).exists() is sees, f"{model} without a filter"
            assert (_by_sql(model._meta.db_table, "case_id", case) > 0) is sees, f"{model} by SQL"
        assert Case.objects.visible_to(actor).filter(pk=case.pk).exists() is sees
        assert (_by_sql("cases_case", "id", case) > 0) is sees
        assert (_by_sql("cases_caseauthority", "case_id", case) > 0) is sees
        assert (_by_sql("access_involvement", "case_id", case) > 0) is sees


@pytest.mark.parametrize(("who", "sees"), SEES.items())
def test_the_code_filters_by_itself_where_the_database_would_show_all(who, sees, request, record_of_amira):
    """Services ask `visible_to` as a login that sees everything."""
    actor: Actor = request.getfixturevalue(who)

    for model in (YoungPerson, Event, Identifier, Involvement):
        assert model.objects.visible_to(actor).filter(case=record_of_amira.case).exists() is sees, model
    assert Case.objects.visible_to(actor).filter(pk=record_of_amira.case_id).exists() is sees


@pytest.mark.parametrize("who", SEES)
def test_nobody_sees_a_young_person_with_whom_they_are_not_involved(who, request, other_young_person, reading_as):
    actor = request.getfixturevalue(who)

    with reading_as(actor):
        assert not YoungPerson.objects.filter(case=other_young_person.case).exists()
        assert not YoungPerson.objects.visible_to(actor).filter(case=other_young_person.case).exists()


def test_every_case_bound_model_shows_the_same_through_the_code_and_through_the_database(
    allocated_worker, record_of_amira, other_young_person, reading_as
):
    """Row-level security stands behind `visible_to`, not in front of it: neither shows what the other hides."""
    readable = _readable_by_pages()
    bound = [model for model in apps.get_models() if isinstance(model._default_manager.all(), CaseBoundQuerySet)]

    with reading_as(allocated_worker):
        for model in bound:
            if model._meta.db_table not in readable:  # the worker's own
                continue
            everything = set(model._default_manager.values_list("pk", flat=True))
            visible = set(model._default_manager.visible_to(allocated_worker).values_list("pk", flat=True))
            assert everything == visible, model
    assert {Case, Event, Identifier, Involvement, YoungPerson} <= set(bound)


def test_a_page_without_anybody_signed_in_reads_no_row_of_any_table(record_of_amira, scheme, keyworker, reading_as):
    readable = _readable_by_pages()
    assert {"people_youngperson", "accommodation_scheme", "access_reach"} <= readable

    with reading_as(None):
        for table in readable:
            with connections[WEB].cursor() as cursor:
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone()[0] == 0, table


def test_schemes_and_providers_are_there_for_everyone_in_a_role_but_what_happened_there_is_not(
    keyworker, scheme, system, reading_as
):
    record("scheme_opened", case=scheme.case, actor=system, occurred_at=AT, refs={"scheme": "S1"})

    with reading_as(keyworker):
        assert Case.objects.visible_to(keyworker).filter(kind=Kind.SCHEME).exists()
        assert type(scheme).objects.visible_to(keyworker).exists()
        assert not Event.objects.filter(case=scheme.case).exists()


def test_an_involvement_of_the_team_is_enough_until_it_ends(
    gangs_officer, gangs_team, young_person, involved, reading_as, system
):
    with reading_as(gangs_officer):
        assert not YoungPerson.objects.exists()

    involvement = involved(young_person, "gangs_team", team=gangs_team)
    with reading_as(gangs_officer):
        assert YoungPerson.objects.visible_to(gangs_officer).get() == young_person
        assert YoungPerson.objects.get() == young_person

    end_involvement(involvement, actor=system, at=datetime.now(UTC) - timedelta(seconds=1))
    with reading_as(gangs_officer):
        assert not YoungPerson.objects.exists()
        assert not YoungPerson.objects.visible_to(gangs_officer).exists()
        assert not Involvement.objects.exists(), "nor that the team was involved"


def test_an_involvement_that_has_not_begun_shows_nothing(stranger, young_person, involved, reading_as):
    involved(young_person, "social_worker", actor=stranger, starts_at=datetime.now(UTC) + timedelta(days=1))

    assert not YoungPerson.objects.visible_to(stranger).exists()
    with reading_as(stranger):
        assert not Involvement.objects.exists()
        assert not YoungPerson.objects.exists()
        assert not YoungPerson.objects.visible_to(stranger).exists()


def test_whoever_adds_a_young_person_sees_them(stranger, borough, reading_as):
    added = add_young_person(
        NewYoungPerson(authority=borough, given_name="Leon", family_name="Brack", date_of_birth=AT.date()),
        actor=stranger,
    )

    with reading_as(stranger):
        assert YoungPerson.objects.visible_to(stranger).get() == added


def test_the_system_sees_everything(young_person, other_young_person, system):
    assert YoungPerson.objects.visible_to(system).count() == 2


def test_somebody_without_a_membership_sees_nothing(young_person):
    nobody = Actor(name="Nobody")

    assert not YoungPerson.objects.visible_to(nobody).exists()
    assert not Case.objects.visible_to(nobody).exists()
