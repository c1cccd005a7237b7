"""What PostgreSQL itself would tell somebody with SQL of their own in a page: by functions, messages, errors."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from waymark.access.closing import hold_back
from waymark.accounts.services.mail import SEND_RESET
from waymark.audit.models import Entry
from waymark.core.actor import Actor
from waymark.core.database import SERVICE, WEB, login
from waymark.core.services import service
from waymark.events.services import record
from waymark.outbox.services import defer
from waymark.people.models import YoungPerson

pytestmark = pytest.mark.usefixtures("real_connections")

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)

CALLABLE = {
    "waymark_actor": "the membership of whoever holds the token of this transaction",
    "waymark_account": "their account",
    "waymark_team": "their team",
    "waymark_holders": "what lines of the ledger may name them by",
    "waymark_provider_agency": "the housing provider that one works for; nothing for anybody else",
    "waymark_reach": "the cases that those lines open, as the view of them says",
    "waymark_session": "the session of the token: whose it is and whether it holds; never the token or its digest",
    "waymark_held_back": "of one item whose random identifier one knows: whether it is held back from oneself",
    "waymark_specialist_of": "the boroughs of which one reads the registers of groups and people of concern, by role",
    "waymark_sound": "how a name sounds that one says oneself: it reads nothing",
    "waymark_walk_ins_of": "of an agency and a borough: whether one reads their walk-ins, by one's own work",
    "waymark_email": "one's own address, and those of people whom one administers",
}
"""The functions of ours that pages may call, and what each tells."""

MAKERS_OF_RANGES = {"uuidrange", "uuidmultirange"}
"""What PostgreSQL makes with a type of range: they put their arguments together and read nothing."""


def test_pages_may_call_the_functions_that_are_named_here_and_no_other_of_ours(attack):
    found = attack("""
        select proname from pg_proc
        where pronamespace = 'public'::regnamespace and has_function_privilege(oid, 'execute')
    """)

    assert {name for (name,) in found} - MAKERS_OF_RANGES == CALLABLE.keys()


def test_no_function_that_runs_with_anothers_rights_may_be_called_but_ours(attack):
    found = attack("select proname from pg_proc where prosecdef and has_function_privilege(oid, 'execute')")

    assert {name for (name,) in found} <= CALLABLE.keys()


def test_our_functions_tell_nothing_without_a_token(attack, keyworker, young_person):
    calls = {
        name: "(gen_random_uuid())" if name in ("waymark_held_back", "waymark_email") else "()" for name in CALLABLE
    } | {"waymark_sound": "('')", "waymark_walk_ins_of": "(gen_random_uuid(), gen_random_uuid())"}
    for name, arguments in calls.items():
        told = attack(f"select * from public.{name}{arguments}")
        assert told in ([], [(None,)], [([],)], [(False,)], [("",)]), name


def test_whether_an_item_is_held_back_is_told_of_the_one_item_asked_about(
    attack, allocated_worker, keyworker, young_person, token_of
):
    kept, other = (
        record("missing_risk_identified", case=young_person.case, actor=allocated_worker, occurred_at=at)
        for at in (AT, AT + timedelta(days=1))
    )
    hold_back(kept, actor=allocated_worker, why="a source", readers=[])
    asked = "select public.waymark_held_back(%s)"

    assert attack(asked, kept.pk, token=token_of(keyworker)) == [(True,)]
    assert attack(asked, other.pk, token=token_of(keyworker)) == [(False,)]
    assert attack(asked, kept.pk, token=token_of(allocated_worker)) == [(False,)]
    assert attack("select item from access_heldback", token=token_of(keyworker)) == []


def test_the_numbers_that_sequences_have_reached_are_hidden(attack):
    sequences = attack("select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace")
    assert ("cases_reference",) in sequences
    for (name,) in sequences:
        for sql in (f"select last_value from {name}", f"select nextval('{name}')", f"select currval('{name}')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                attack(sql)
    assert attack("select last_value from pg_sequences where last_value is not null") == []


def test_entries_of_the_trail_that_are_sent_twice_say_nothing_of_what_is_there(
    attack, keyworker, token_of, young_person
):
    entry = uuid.uuid4()
    sql = f"""
        insert into audit_entry
            (id, action, who, role, membership_id, account_id, agency_id, kind, object_id, purpose, detail)
        values ('{entry}', 'read', 'x', '', '{keyworker.membership_id}', '{keyworker.account_id}',
            '{keyworker.agency_id}', '', '', '', '{{}}')
    """
    token = token_of(keyworker)

    for more in (" on conflict (id) do update set who = audit_entry.who", " returning sequence", " returning *"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
            attack(sql + more, token=token)
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        attack(f"{sql}; {sql}", token=token)
    assert str(refused.value).count("\n") == 0, "no detail: the login may not read the column"


def test_whoever_listens_to_the_queue_learns_that_there_is_work_and_not_what(by_hand):
    by_hand.autocommit = True
    by_hand.execute('listen "procrastinate_any_queue_v1"')

    @service
    def leave(*, actor: Actor) -> None:
        defer(SEND_RESET, account_id=uuid.uuid4())

    leave(actor=Actor.system("tests"))
    by_hand.execute("select 1")  # with its answer comes what was said meanwhile

    heard = [json.loads(message.payload) for message in by_hand.notifies(timeout=0)]
    assert heard
    assert all(message.keys() <= {"type", "job_id"} for message in heard)


def test_text_that_slips_into_a_query_of_a_page_cannot_begin_another(keyworker, young_person):
    """Pages send one statement at a time: what is part of a `select` cannot `explain`, `listen` or `set`."""
    with login(WEB), transaction.atomic(using=WEB), pytest.raises(DatabaseError, match="multiple commands"):
        list(YoungPerson.objects.extra(where=["true); select 1; --"]))
    with login(WEB), connections[WEB].cursor() as cursor, pytest.raises(DatabaseError, match="multiple commands"):
        cursor.execute("select %s; select 2", ["x"])
    with connections[SERVICE].cursor() as cursor:
        cursor.execute("select 1; select 2")


def test_what_one_request_set_for_its_session_does_not_make_the_next_one_somebody_else(
    client_as, keyworker, stranger, young_person, token_of
):
    """A connection serves many people. A token that was set for its whole length is overruled by each request."""
    with connections[WEB].cursor() as cursor:
        cursor.execute("select set_config('waymark.token', %s, false)", [token_of(keyworker)])

    address = f"/records/{young_person.case_id}"
    assert client_as(stranger).get(address).status_code == 404
    assert client_as(keyworker).get(address).status_code == 200
    assert Client().get(address).status_code == 302
    assert Entry.objects.filter(action="refusal", membership_id=stranger.membership_id).exists()
