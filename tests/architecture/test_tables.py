"""What holds for every table, whoever adds it."""

from __future__ import annotations

import io
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from waymark.core.database import OWNER, SERVICE, WEB, database_role

PUBLIC_TABLES = {
    "django_migrations": "which migrations ran",
    "procrastinate_events": "messages hold identifiers only, and pages have no right to them at all",
    "procrastinate_jobs": "messages hold identifiers only, and pages have no right to them at all",
    "procrastinate_periodic_defers": "times of periodic work",
    "procrastinate_workers": "heartbeats of workers",
}
"""Tables that hold nothing about anybody, and why. Any other table must be under row-level security."""

APPEND_ONLY = {"events_event", "audit_entry", "audit_seal", "disclosure_certificate"}

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
LAYERS = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
RANK = {app: -place for place, layer in enumerate(LAYERS) for app in re.findall(r"\w+", layer)}
"""How far right an app stands in the order of imports."""


def _rows(sql: str, *parameters: object) -> list[tuple]:
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


@pytest.mark.usefixtures("db")
def test_every_table_that_is_not_public_is_under_row_level_security_for_its_owner_too():
    tables = _rows("""
        select relname, relrowsecurity and relforcerowsecurity from pg_class
        where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
    """)

    open_tables = {name for name, protected in tables if not protected}
    assert open_tables - PUBLIC_TABLES.keys() == set(), "protect() these in a migration, or say why they are public"
    assert "people_youngperson" in {name for name, protected in tables if protected}


@pytest.mark.usefixtures("db")
def test_pages_have_no_right_to_public_tables_and_no_right_to_change_any_table():
    rights = set(
        _rows(
            """
            select relname, privilege_type from pg_class, aclexplode(relacl)
            where relnamespace = 'public'::regnamespace and grantee in (0, %s::regrole)
            union
            select relname, a.privilege_type from pg_attribute join pg_class c on c.oid = attrelid, aclexplode(attacl) a
            where relnamespace = 'public'::regnamespace and a.grantee in (0, %s::regrole)
            """,
            database_role(WEB),
            database_role(WEB),
        )
    )

    assert {table for table, _ in rights} & PUBLIC_TABLES.keys() == set()
    assert {right for right in rights if right[1] != "SELECT"} == {("audit_entry", "INSERT")}
    assert ("people_youngperson", "SELECT") in rights
    assert {("accounts_token", "SELECT"), ("audit_entry", "SELECT")} & rights == set()


@pytest.mark.usefixtures("db")
def test_every_table_lets_the_service_see_all_and_nobody_but_the_three_logins_anything():
    policies = _rows("select tablename, unnest(roles)::text from pg_policies where schemaname = 'public'")
    protected = _rows("select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace")

    logins = {alias: database_role(alias) for alias in (WEB, SERVICE, OWNER)}
    assert {role for _, role in policies} <= set(logins.values())
    assert {table for table, role in policies if role == logins[SERVICE]} == {table for (table,) in protected}


@pytest.mark.usefixtures("db")
def test_no_login_may_step_around_row_level_security():
    names = [database_role(alias) for alias in (WEB, SERVICE, OWNER)]

    assert _rows("select rolname from pg_roles where rolname = any(%s) and (rolsuper or rolbypassrls)", names) == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_an_append_only_table_gives_nobody_the_right_to_change_or_remove_rows(table):
    for alias in (WEB, SERVICE):
        rights = _rows(
            "select p, has_table_privilege(%s, %s, p) from unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p",
            database_role(alias),
            table,
        )
        assert [right for right, held in rights if held] == []


@pytest.mark.usefixtures("db")
def test_every_function_that_runs_with_the_owners_rights_has_a_fixed_search_path_and_is_not_for_everyone():
    functions = _rows("""
        select proname, proconfig, has_function_privilege('public', oid, 'execute') from pg_proc
        where prosecdef and pronamespace = 'public'::regnamespace
    """)

    assert {name for name, _, _ in functions} >= {"waymark_actor", "waymark_team"}
    for name, settings, for_everyone in functions:
        assert settings == ["search_path=pg_catalog, pg_temp"], name
        assert not for_everyone, name


def test_foreign_keys_point_only_to_apps_that_come_earlier():
    ours = [model for model in apps.get_models() if model.__module__.startswith("waymark.")]
    wrong = [
        f"{model._meta.label}.{field.name} points to {field.related_model._meta.label}"
        for model in ours
        for field in model._meta.get_fields()
        if field.many_to_one or (field.one_to_one and field.concrete)
        if RANK[field.related_model._meta.app_label] > RANK[model._meta.app_label]
    ]

    assert wrong == []
    assert len(ours) >= 15


@pytest.mark.usefixtures("db")
def test_no_migration_is_missing():
    said = io.StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1, skip_checks=True)

    assert "No changes detected" in said.getvalue()


def test_the_migrations_of_an_app_stand_in_one_line():
    """Two migrations that both follow the same one would be applied in an order that nobody chose."""
    graph = MigrationLoader(None).graph

    for config in apps.get_app_configs():
        names = sorted(name for app, name in graph.nodes if app == config.label and config.name.startswith("waymark."))
        for before, after in pairwise(names):
            parents = {key for key in graph.node_map[(config.label, after)].parents if key[0] == config.label}
            assert {key.key for key in parents} == {(config.label, before)}, after
