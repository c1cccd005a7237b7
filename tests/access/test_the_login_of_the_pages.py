"""What somebody could do who managed to run SQL of their own in a page: over a true connection of the `web` login."""

from __future__ import annotations

import psycopg
import pytest

from waymark.people.models import YoungPerson
from waymark.setup.database import LOGINS

pytestmark = pytest.mark.usefixtures("real_connections")


def test_the_pages_connect_as_themselves(attack):
    assert attack("select session_user::text, current_user::text") == [(LOGINS["web"], LOGINS["web"])]


def test_the_holder_of_a_session_reads_what_they_are_involved_in_and_nothing_else(
    attack, keyworker, token_of, young_person, other_young_person
):
    rows = attack("select given_name from people_youngperson", token=token_of(keyworker))

    assert rows == [("Amira",)]


@pytest.mark.parametrize("token", ["", "guess", "' or true --", "a" * 10_000])
def test_a_token_that_nobody_holds_reads_nothing(attack, keyworker, young_person, token):
    assert attack("select * from people_youngperson", token=token) == []


def test_the_digest_of_a_token_is_not_a_token(attack, keyworker, young_person, token_of):
    from waymark.accounts.services import digest_of

    assert attack("select * from people_youngperson", token=digest_of(token_of(keyworker))) == []


@pytest.mark.parametrize("setting", ["waymark.actor", "waymark.membership", "waymark.team", "application_name"])
def test_no_setting_but_the_token_says_who_acts(attack, keyworker, young_person, setting):
    sql = f"select set_config('{setting}', %s, true), public.waymark_actor()"

    assert attack(sql, str(keyworker.membership_id))[0][1] is None


@pytest.mark.parametrize(
    "sql",
    [
        "select * from accounts_token",
        "select digest from accounts_token",
        "select * from audit_entry",
        "select * from audit_text",
        "select * from audit_seal",
        "insert into audit_text (entry_id, salt, text) values (gen_random_uuid(), '', 'x')",
        "select * from procrastinate_jobs",
        "update people_youngperson set given_name = 'x'",
        "delete from access_involvement",
        "insert into access_involvement (id, role, starts_at) values (gen_random_uuid(), 'x', now())",
        "insert into events_event (id) values (gen_random_uuid())",
        "truncate people_youngperson",
        "select nextval('cases_reference')",
        "alter table people_youngperson disable row level security",
        "create policy mine on people_youngperson using (true)",
        "drop policy web_reads on people_youngperson",
        "create or replace function public.waymark_actor() returns uuid language sql as 'select gen_random_uuid()'",
        "create or replace view public.access_reach as select id as case_id from cases_case",
        "create table public.mine (id int)",
        "create temporary table people_youngperson (id int)",
        "create function public.leak(text) returns boolean language sql as 'select true'",
        "set local role waymark_service",
        "set local role waymark_owner",
        "set session authorization waymark_owner",
        "set local session_replication_role = replica",
        "select pg_read_file('/etc/hostname')",
        "copy people_youngperson to program 'cat'",
        "copy people_youngperson to '/tmp/people'",
        "set role pg_read_all_data",
        "create schema mine",
        "create function pg_temp.leak(text) returns boolean language sql as 'select true'",
        "create temporary view people_youngperson as select 1",
        "do $$ begin raise notice 'a block of code of their own'; end $$",
        "select query from pg_stat_activity",
        "select * from pg_locks",
        "select n_live_tup from pg_stat_user_tables",
        "select idx_tup_fetch from pg_stat_xact_user_tables",
        "select idx_tup_read from pg_stat_user_indexes",
        "select heap_blks_read from pg_statio_user_tables",
        "select pg_relation_size('people_youngperson')",
        "select query_to_xml('select * from people_youngperson', true, true, '')",
        "select pg_terminate_backend(1)",
        "select pg_advisory_lock(1)",
        "select pg_notify('procrastinate_any_queue', '{}')",
        "select pg_sleep(1)",
        "select lo_from_bytea(0, 'x')",
        "select lo_get(1)",
        "select * from pg_statistic",
        "select * from pg_authid",
        "select * from pg_largeobject",
        "select public.procrastinate_fetch_job_v2(array['default'], 1)",
        "select public.waymark_append_only()",
        "select email from accounts_account",
        "alter role waymark_web set track_activities = on",
        "lock table people_youngperson in exclusive mode",
    ],
)
def test_what_the_pages_never_do_is_refused(attack, keyworker, young_person, token_of, sql):
    with pytest.raises(psycopg.Error, match="permission denied|must be owner|not permitted|may not|must be"):
        attack(sql, token=token_of(keyworker))


def test_switching_row_security_off_is_an_error_and_shows_nothing(attack, keyworker, young_person, token_of):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        attack("set local row_security = off; select * from people_youngperson", token=token_of(keyworker))


def test_an_error_message_cannot_carry_a_row_out(attack, stranger, young_person, token_of):
    """A condition that fails on a value is asked only of rows that the reader may see."""
    assert attack("select 1 from people_youngperson where (given_name || 'x')::int = 1", token=token_of(stranger)) == []


@pytest.mark.parametrize("who", ["keyworker", "nobody"])
def test_the_trail_takes_an_entry_of_ones_own_reading_only(who, attack, keyworker, other_keyworker, token_of):
    """Nobody's, somebody else's, one among those of another agency, and what only services say, are refused."""
    sql = """
        insert into audit_entry
            (id, action, membership_id, account_id, agency_id, who, role, kind, object_id, purpose, detail)
        values (gen_random_uuid(), %s, %s, %s, %s, 'x', '', '', '', '', '{}')
    """
    token = token_of(keyworker) if who == "keyworker" else ""
    own = ("read", keyworker.membership_id, keyworker.account_id, keyworker.agency_id)
    other = ("write", other_keyworker.membership_id, other_keyworker.account_id, other_keyworker.agency_id)
    wrong = [(*own[:place], said, *own[place + 1 :]) for place, said in enumerate(other)]
    wrong += [("sign_in", *own[1:]), ("read", None, None, None), ("write", None, *own[2:])]
    if token:
        attack(sql, *own, token=token)

    for entry in wrong if token else [own, *wrong]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            attack(sql, *entry, token=token)


@pytest.mark.parametrize(
    ("column", "value"),
    [("at", "now() - interval '1 day'"), ("transaction", "'1'::xid8"), ("sequence", "1"), ("words_digest", "'x'")],
)
def test_nobody_dates_an_entry_or_says_where_in_the_trail_it_stands(attack, keyworker, token_of, column, value):
    sql = f"""
        insert into audit_entry (id, action, who, role, membership_id, kind, object_id, purpose, detail, {column})
        values (gen_random_uuid(), 'read', 'x', '', %s, '', '', '', '{{}}', {value})
    """

    with pytest.raises(psycopg.Error, match="permission denied|GENERATED ALWAYS"):
        attack(sql, keyworker.membership_id, token=token_of(keyworker))


def test_a_token_is_forgotten_with_the_transaction(attack, keyworker, young_person, token_of):
    assert attack("select * from people_youngperson", token=token_of(keyworker)) != []
    assert attack("select * from people_youngperson") == []


def test_the_service_sees_the_whole_case(young_person, other_young_person):
    assert YoungPerson.objects.count() == 2


def test_the_owner_reads_no_young_person_without_meaning_to(young_person):
    assert YoungPerson.objects.using("owner").count() == 0
