"""Storing the trail. Services and views write to it through `waymark.core.trail`, whose functions stand here too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.db import connections

from waymark.core.actor import Actor
from waymark.core.database import current_login
from waymark.core.requests import request_id
from waymark.core.trail import Entry, listed, read, refused, searched, wrote

__all__ = ["listed", "read", "refused", "searched", "store", "wrote"]

# `web` may insert and not select, so nothing is asked to be returned. The time is the database's: nobody can backdate.
INSERT = """
    insert into audit_entry (
        id, at, action, who, role, membership_id, account_id, agency_id, kind, object_id, case_id, request_id, purpose,
        detail
    )
    select id, clock_timestamp(), action, who, role, membership_id, account_id, agency_id, kind, object_id, case_id,
        request_id, purpose, detail::jsonb
    from unnest(
        %s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[],
        %s::uuid[], %s::uuid[], %s::text[], %s::text[]
    ) with ordinality as new (
        id, action, who, role, membership_id, account_id, agency_id, kind, object_id, case_id, request_id, purpose,
        detail, place
    )
    order by place
"""


def store(entries: Iterable[Entry]) -> None:
    """Insert entries with the login in use, in the transaction that is open. Errors are the caller's to fail with."""
    rows = [_columns(entry) for entry in entries]
    if rows:
        with connections[current_login()].cursor() as cursor:
            cursor.execute(INSERT, [list(column) for column in zip(*rows, strict=True)])


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
        request_id.get(),
        entry.purpose,
        json.dumps(dict(entry.detail)),
    )


def describe(actor: Actor) -> str:
    """The person as people would name them: name, role, team and agency; or the system and why it acts."""
    parts = [actor.name, actor.role.replace("_", " "), actor.team_name, actor.agency_name, actor.reason]
    return ", ".join(part for part in parts if part)[:400]
