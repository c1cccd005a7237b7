"""Storing the trail. Services and views write to it through `waymark.core.trail`, whose functions stand here too."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connections

from waymark.audit.models import Words
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.database import current_login
from waymark.core.permissions import Permission
from waymark.core.requests import request_id
from waymark.core.services import service
from waymark.core.trail import Entry, exported, listed, read, refused, searched, wrote

__all__ = ["empty_words", "exported", "listed", "read", "refused", "searched", "store", "words_digest", "wrote"]

# `web` may insert and not select, so nothing is asked to be returned. The time and the transaction are the database's
# defaults, which no login may name: nobody can backdate.
COLUMNS = (
    "id, action, who, role, membership_id, account_id, agency_id, kind, object_id, case_id, cases, request_id, purpose,"
    " detail"
)
GIVEN = """
    unnest(
        %s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[],
        %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[]{more}
    ) with ordinality as new (
        id, action, who, role, membership_id, account_id, agency_id, kind, object_id, case_id, cases, request_id,
        purpose, detail{named}, place
    )
"""
SELECTED = COLUMNS.replace("cases", "cases::uuid[]").replace("detail", "detail::jsonb")

INSERT = f"""
    insert into audit_entry ({COLUMNS}) select {SELECTED} from {GIVEN.format(more="", named="")} order by place
"""  # noqa: S608

# What was typed goes beside the entries in the same statement. Pages have no right to that table: a reason is typed
# into a form, and a form leads to a service.
INSERT_WITH_WORDS = f"""
    with given as (
        select * from {GIVEN.format(more=", %s::text[], %s::bytea[], %s::text[]", named=", words_digest, salt, words")}
    ), spoken as (
        insert into audit_text (entry_id, salt, text) select id, salt, words from given where words <> ''
    )
    insert into audit_entry ({COLUMNS}, words_digest) select {SELECTED}, words_digest from given order by place
"""  # noqa: S608


def store(entries: Iterable[Entry]) -> None:
    """Insert entries with the login in use, in the transaction that is open: one statement, however many there are.

    Errors are the caller's to fail with.
    """
    found = list(entries)
    if not found:
        return
    rows = [_columns(entry) for entry in found]
    statement = INSERT
    if any(entry.words for entry in found):
        statement = INSERT_WITH_WORDS
        rows = [(*row, *_words(entry)) for row, entry in zip(rows, found, strict=True)]
    with connections[current_login()].cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _columns(entry: Entry) -> tuple[Any, ...]:
    actor = entry.actor or Actor(name="Nobody signed in")
    return (
        uuid4(),
        entry.action.value,
        describe(actor),
        actor.role,
        actor.membership_id,
        actor.account_id,
        actor.agency_id,
        entry.kind,
        entry.object_id[:80],
        entry.case_id,
        f"{{{','.join(sorted(map(str, entry.cases)))}}}" if entry.cases else None,
        request_id.get(),
        entry.purpose,
        json.dumps(dict(entry.detail)),
    )


def _words(entry: Entry) -> tuple[str, bytes, str]:
    if not entry.words:
        return "", b"", ""
    salt = secrets.token_bytes(16)
    return words_digest(salt, entry.words), salt, entry.words


def words_digest(salt: bytes, text: str) -> str:
    """What an entry keeps of words that were typed: it tells whether they were changed, and not what they said."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def describe(actor: Actor) -> str:
    """The person as people would name them: name, role, team and agency; or the system and why it acts."""
    if actor.reason:
        return f"{actor.name}, {actor.reason}"[:400]
    role = actor.role.replace("_", " ")
    place = " at ".join(part for part in (actor.team_name, actor.agency_name) if part)
    where = f"{'in' if actor.team_name else 'at'} {place}" if place else ""
    return ", ".join(part for part in (actor.name, f"{role} {where}".strip()) if part)[:400]


@service
def empty_words(*, actor: Actor, before: datetime) -> int:
    """Remove what people typed into the trail before an instant. Returns how many. Entries and seals stay whole."""
    actor.require(Permission.MANAGE_RETENTION)
    removed, _ = Words.objects.filter(at__lt=before).delete()
    done = trail.Entry(
        action=trail.Action.WRITE,
        actor=actor,
        kind="audit.Words",
        purpose="retention",
        detail={"removed": removed, "before": before.isoformat()},
    )
    trail.write(done)
    return removed
