"""Hand-written SQL over a true connection of the pages' login: every table, view and column that there is.

All are found in the catalog, so a new one joins by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections

from tests.support.risks import risks_of
from tests.support.vacancies import lives_in, units_in_use
from waymark.access.closing import declare_conflict, restrict_record
from waymark.access.models import Grant, Membership
from waymark.accounts.models import Account, Credential
from waymark.core.database import OWNER
from waymark.events.services import record
from waymark.setup.database import with_database

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)

OPEN_TO_EVERYONE = {
    "access_adoption": "which protocol a borough works by is on the protocol's page",
    "access_agency": "who works where is for everyone in a role: records name them",
    "access_membership": "who works where is for everyone in a role: records name them",
    "access_team": "who works where is for everyone in a role: records name them",
    "accounts_account": "names of those who work somewhere; their addresses are a column that pages may not read",
}
"""Tables without `visible_to` that everybody who is signed in reads: none has a row about a young person."""

HIDDEN = ("Tobias", "Marlow", "sesame-hash", "@waymark.example")
"""Words that stand in rows that nobody of this file may read: another's name, a password's hash, addresses."""


@pytest.fixture
def full(young_person, other_young_person, scheme, system, keyworker, other_keyworker, involved):
    """Something in many tables, about both of the young people, and statistics of it all in the server's catalogs."""
    for one in (young_person, other_young_person):
        record("missing_risk_identified", case=one.case, actor=system, occurred_at=AT)
    risks_of(young_person, other_young_person, scheme, system)
    units_in_use(scheme, young_person, system, "empty")
    lives_in(scheme.units.get(label="4"), other_young_person, system)
    involved(other_young_person, "housing_keyworker", actor=other_keyworker)
    Credential.objects.create(account_id=keyworker.account_id, password="sesame-hash", changed_at=AT)
    restrict_record(actor=system, case=other_young_person.case, why="of the staff's family", named=[])
    connections[OWNER].cursor().execute("analyze")
    connections[OWNER].close()
    return young_person


@pytest.fixture
def readers(
    full, keyworker, other_keyworker, stranger, colleague, gangs_officer, gangs_team, involved, system, token_of
):
    """Sessions by what became of their holders since they began: (actor, token)."""
    involved(full, "gangs_team", team=gangs_team)
    found = {
        "keyworker": keyworker,
        "stranger": stranger,
        "suspended": colleague,
        "shut out": other_keyworker,
        "conflicted": gangs_officer,
    }
    sessions = {who: (actor, token_of(actor)) for who, actor in found.items()}
    now = datetime.now(UTC)
    Membership.objects.filter(pk=colleague.membership_id).update(suspended_at=now - timedelta(minutes=1))
    declare_conflict(
        actor=system, case=full.case, account=Account.objects.get(pk=gangs_officer.account_id), why="a cousin"
    )
    return sessions


def _relations(attack) -> list[str]:
    """Every table, view and foreign table of which the pages' login may read a column, in whatever schema.

    Not those of the information schema, which say again what stands in the catalog.
    """
    found = attack("""
        select format('%I.%I', nspname, relname) from pg_class c join pg_namespace n on n.oid = relnamespace
        where relkind in ('r', 'v', 'm', 'p', 'f') and has_schema_privilege(n.oid, 'usage')
            and has_any_column_privilege(c.oid, 'select') and nspname <> 'information_schema'
        order by 1
    """)
    return [name for (name,) in found]


def _columns(attack, relation: str) -> str:
    """The columns of a relation that the login may read, as a list in SQL."""
    found = attack(
        "select string_agg(format('t.%%I', attname), ', ' order by attnum) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and has_column_privilege(attrelid, attnum, 'select')",
        relation,
    )
    return found[0][0]


def _everything(attack, relations: list[str], token: str) -> str:
    """All that a holder of `token` reads of all relations by `select`, as one text."""
    said = []
    for relation in relations:
        try:
            rows = attack(f"select row({_columns(attack, relation)})::text from {relation} t", token=token)
        except psycopg.errors.InsufficientPrivilege:  # the server's own views that stand on functions we closed
            assert relation.startswith("pg_catalog.")
            continue
        said += [text for (text,) in rows]
    return "\n".join(said)


def test_no_table_of_the_server_shows_anybody_what_is_hidden_from_them(attack, readers):
    relations = _relations(attack)
    assert len([name for name in relations if name.startswith("public.")]) >= 23
    assert len([name for name in relations if name.startswith("pg_catalog.")]) > 50

    of_the_server = [name for name in relations if not name.startswith("public.")]
    read = _everything(attack, of_the_server, readers["keyworker"][1])
    assert [word for word in (*HIDDEN, "Amira") if word in read] == []

    ours = [name for name in relations if name.startswith("public.")]
    for who, (actor, token) in {**readers, "nobody": (None, "")}.items():
        read = _everything(attack, ours, token)
        assert [word for word in HIDDEN if word in read] == [], who
        assert ("Amira" in read) is (who == "keyworker"), who
        assert bool(actor and actor.name in read) is (who not in ("nobody", "suspended")), who
        assert token == "" or token not in read


def test_every_table_shows_by_hand_what_the_code_shows_and_nothing_else(attack, readers):
    models = {f"public.{model._meta.db_table}": model for model in apps.get_models()}
    relations = [name for name in _relations(attack) if name.startswith("public.") and name != "public.access_reach"]

    for who, (actor, token) in readers.items():
        for relation in relations:
            model = models[relation]
            shown = {key for (key,) in attack(f"select {model._meta.pk.column} from {relation}", token=token)}
            if who == "suspended":
                expected = set()
            elif relation.removeprefix("public.") in OPEN_TO_EVERYONE:
                expected = set(model._default_manager.values_list("pk", flat=True))
            else:
                expected = set(model._default_manager.all().visible_to(actor).values_list("pk", flat=True))
            assert shown == expected, (who, relation)


KEEP_A_CATEGORY = """
    select count(*) from access_reach where set_config('waymark.kept', reads[1], true) is null;
    select current_setting('waymark.kept', true)
"""
"""As cheap a condition as can be, so that the planner would gladly ask it first."""


def test_the_view_of_what_is_within_reach_holds_the_readers_own_lines_only(attack, readers):
    for who, (actor, token) in readers.items():
        own = Grant.objects.filter(membership=actor.membership_id).values_list("case_id", flat=True)
        expected = set(own) if who == "keyworker" else set()
        assert {case for (case,) in attack("select case_id from access_reach", token=token)} == expected, who
        kept = attack(KEEP_A_CATEGORY, token=token)[0][0] or ""
        assert bool(kept) is bool(expected), f"{who}: asked before the view's own conditions"


def test_a_condition_with_a_side_effect_is_never_asked_of_a_row_that_is_hidden(attack, readers, full):
    """A function that keeps whatever it is called with, in the condition of a query."""
    keeps = "set_config('waymark.kept', concat(current_setting('waymark.kept', true), row({})::text), true)"
    relations = [name for name in _relations(attack) if name.startswith("public.")]

    for who, (_, token) in readers.items():
        kept = ""
        for relation in relations:
            condition = keeps.format(_columns(attack, relation))
            counted = f"select count(*) from {relation} t where {condition} <> ''"
            kept += attack(f"{counted}; select current_setting('waymark.kept', true)", token=token)[0][0] or ""
        assert [word for word in HIDDEN if word in kept] == [], who
        assert ("Amira" in kept) is (who == "keyworker"), who
        assert (str(full.case_id) in kept) is (who == "keyworker"), who


def test_a_block_of_code_sees_no_more_than_a_query_even_where_the_server_allows_blocks(
    stranger, full, token_of, database_server
):
    """Some hosts do not let us take the language away. A block can catch errors and try many things in a row."""
    block = """
        do $$ declare r record; kept text := ''; begin
            for r in select t.* from people_youngperson t where (t.given_name || 'x')::int = 1 or true loop
                kept := kept || r.given_name;
            end loop;
            begin
                perform 1 from access_reach v join people_youngperson p using (case_id) where p.given_name::int = 1;
                perform 1 / length(nullif(p.given_name, 'Tobias')) from people_youngperson p;
            exception when others then
                kept := kept || sqlerrm;
            end;
            raise exception 'kept: %', kept;
        end $$
    """
    name = settings.DATABASES[OWNER]["NAME"]
    with psycopg.connect(with_database(database_server.superuser, name)) as administrator:
        administrator.execute("grant usage on language plpgsql to waymark_web")
        administrator.execute("select set_config('waymark.token', %s, true)", [token_of(stranger)])
        administrator.execute("set local role waymark_web")
        with pytest.raises(psycopg.errors.RaiseException, match=r"^kept: \n"):
            administrator.execute(block)
        administrator.rollback()


COPIES = (
    "copy people_youngperson to stdout",
    "copy (select * from people_youngperson p join cases_case c on c.id = p.case_id) to stdout",
    "copy (table people_youngperson) to stdout with (format csv)",
)


def test_a_copy_holds_what_the_reader_sees(by_hand, full, keyworker, stranger, token_of):
    for (reader, sees), sql in product(((keyworker, True), (stranger, False)), COPIES):
        with by_hand.transaction(force_rollback=True), by_hand.cursor() as cursor:
            cursor.execute("select set_config('waymark.token', %s, true)", [token_of(reader)])
            with cursor.copy(sql) as copied:
                text = b"".join(copied).decode()
        assert ("Amira" in text) is sees, sql
        assert "Tobias" not in text, sql


WAYS_OF_ASKING = (
    "table people_youngperson",
    "select p.* from people_youngperson p join cases_case c on c.id = p.case_id join events_event e using (case_id)",
    "select p.given_name from accounts_account a left join people_youngperson p on true where p.id is not null",
    "with all_of_them as materialized (select * from people_youngperson) select * from all_of_them",
    "select * from people_youngperson where case_id = any(array(select case_id from access_grant))",
    "select * from people_youngperson tablesample bernoulli (100)",
    "select * from people_youngperson for share",
    "declare c cursor with hold for select * from people_youngperson; fetch all from c",
    "prepare p as select * from people_youngperson; execute p",
    "reset role; table people_youngperson",
    "set session authorization default; table people_youngperson",
    "set local role none; table people_youngperson",
    "set local search_path = pg_temp, pg_catalog; table public.people_youngperson",
    "set local plan_cache_mode = force_generic_plan; table people_youngperson",
    "select set_config('waymark.token', '', true); table people_youngperson",
    "select set_config('row_security', 'on', true); table people_youngperson",
    "select * from people_youngperson, lateral (select public.waymark_actor()) a",
    "explain (analyze, verbose) select * from people_youngperson",
)


def test_however_it_is_asked_a_stranger_reads_nobody(attack, full, stranger, token_of):
    token, said = token_of(stranger), {}
    for sql in WAYS_OF_ASKING:
        try:
            said[sql] = str(attack(sql, token=token))
        except psycopg.errors.InsufficientPrivilege as refused:
            said[sql] = str(refused)
    assert [sql for sql, text in said.items() if any(word in text for word in (*HIDDEN, "Amira", "Sesay"))] == []


def test_no_switch_of_the_server_shows_more(by_hand, full, stranger, token_of):
    """Whatever everybody may set for themselves, turned the other way."""
    token = token_of(stranger)
    with by_hand.cursor() as cursor:
        switches = cursor.execute(
            "select name, case setting when 'on' then 'off' else 'on' end from pg_settings"
            " where context = 'user' and vartype = 'bool' and name not like 'transaction%'"
        ).fetchall()
        by_hand.rollback()
        for name, other in switches:
            with by_hand.transaction(force_rollback=True):
                cursor.execute("select set_config('waymark.token', %s, true)", [token])
                cursor.execute("select set_config(%s, %s, true)", [name, other])
                try:
                    rows = cursor.execute("select * from people_youngperson").fetchall()
                except psycopg.errors.InsufficientPrivilege as error:
                    assert name == "row_security", error
                    break
                assert rows == [], name
    assert len(switches) > 30
