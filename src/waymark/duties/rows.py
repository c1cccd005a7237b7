"""Duties as rows: read, compared and written many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from django.db import connections

from waymark.core.database import current_login
from waymark.duties.engine import Event, Instance
from waymark.duties.engine.wording import ROLE_JOIN


class Identity(NamedTuple):
    """What tells a duty apart within its case. Identifiers of events are text here, as the engine has them."""

    clause: str
    trigger: str
    part: str


class Values(NamedTuple):
    """Everything else that a duty's row says, in the order of the columns."""

    adoption: UUID
    kind: str
    refs: dict[str, str]
    roles: list[str]
    state: str
    since: datetime
    due: datetime | None
    timed: bool
    provisional: bool
    late: bool
    breach_noticed_at: datetime | None
    met_by: list[str]
    missing: list[str]
    escalated_to: list[str]
    next_change: datetime | None
    protocol_from: datetime | None


Rows = dict[Identity, Values]

COLUMNS = ", ".join(("clause", "trigger_id", "part", "adoption_id", *Values._fields[1:]))
RECORD = """
    id uuid, case_id uuid, clause text, trigger_id uuid, part text, adoption_id uuid, kind text, refs jsonb,
    roles text[], state text, since timestamptz, due timestamptz, timed boolean, provisional boolean, late boolean,
    breach_noticed_at timestamptz, met_by uuid[], missing text[], escalated_to text[], next_change timestamptz,
    protocol_from timestamptz
"""
UPSERT = f"""
    insert into duties_duty (id, case_id, {COLUMNS}, category)
    select id, case_id, {COLUMNS}, (select category from events_event where events_event.id = new.trigger_id)
    from jsonb_to_recordset(%s::jsonb) as new ({RECORD})
    on conflict on constraint duty_once_for_a_trigger do update set
    {", ".join(f"{name} = excluded.{name}" for name in ("adoption_id", *Values._fields[1:]))}
"""  # noqa: S608 (column names of ours)
DELETE = """
    delete from duties_duty
    using unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[]) as old (of_case, clause, trigger, part)
    where case_id = old.of_case and duties_duty.clause = old.clause and trigger_id = old.trigger
        and duties_duty.part = old.part
"""
AS_TEXT = {"trigger_id": "trigger_id::text", "refs": "refs::text", "met_by": "met_by::text[]"}
READ = ", ".join(AS_TEXT.get(name, name) for name in COLUMNS.split(", "))
SELECT = f"select case_id, {READ} from duties_duty where case_id = any(%s)"  # noqa: S608 (column names of ours)
EVENTS = """
    select id::text, case_id, type, occurred_at, recorded_at, refs::text, by, data::text, sequence from events_event
    where case_id = any(%s)
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One duty that is to be otherwise than its row says; `before` or `after` is None where there is none."""

    case_id: UUID
    identity: Identity
    before: Values | None
    after: Values | None


def values_of(instance: Instance) -> tuple[Identity, Values]:
    """The row that an instance makes."""
    adoption = instance.under.adoption
    assert adoption is not None  # versions in the database come from adoptions
    identity = Identity(instance.clause.id, instance.trigger.id, instance.part or "")
    return identity, Values(
        adoption=adoption,
        kind=instance.clause.kind,
        refs=dict(instance.refs),
        roles=instance.who.split(ROLE_JOIN) if instance.who else [],
        state=instance.state,
        since=instance.since,
        due=instance.due,
        timed=instance.deadline is not None,
        provisional=instance.provisional,
        late=instance.late,
        breach_noticed_at=instance.breach_noticed_at,
        met_by=list(instance.met_by),
        missing=list(instance.missing),
        escalated_to=list(instance.escalated_to),
        next_change=instance.next_change,
        protocol_from=instance.protocol_from,
    )


def stored(cases: Sequence[UUID], clauses: Iterable[str] | None) -> dict[UUID, Rows]:
    """The rows of some cases (of these clauses, or all), by case."""
    found: dict[UUID, Rows] = {case_id: {} for case_id in cases}
    sql = SELECT
    parameters: list[Any] = [list(cases)]
    if clauses is not None:
        sql, parameters = f"{SELECT} and clause = any(%s)", [*parameters, list(clauses)]
    lines = fetched(sql, parameters)
    all_refs = _read([row[6] for row in lines])
    for (case_id, clause, trigger, part, adoption, kind, _, *rest), refs in zip(lines, all_refs, strict=True):
        found[case_id][Identity(clause, trigger, part)] = Values(adoption, kind, refs, *rest)
    return found


def _read(texts: Iterable[str]) -> list[Any]:
    """What JSON texts hold. Read as one: a call for each of hundreds of thousands is most of the time."""
    found: list[Any] = json.loads(f"[{','.join(texts)}]")
    return found


def events_of(cases: Sequence[UUID], types: Iterable[str] | None) -> dict[UUID, list[Event]]:
    """The events of some cases (of these types, or all) as the engine reads them, by case, in no order."""
    found: dict[UUID, list[Event]] = {case_id: [] for case_id in cases}
    sql = EVENTS
    parameters: list[Any] = [list(cases)]
    if types is not None:
        sql, parameters = f"{EVENTS} and type = any(%s)", [*parameters, list(types)]
    names = {case_id: str(case_id) for case_id in cases}
    lines = fetched(sql, parameters)
    read = zip(lines, _read([row[5] for row in lines]), _read([row[7] for row in lines]), strict=True)
    for (event_id, case_id, kind, occurred_at, recorded_at, _, by, _, sequence), refs, data in read:
        found[case_id].append(
            Event(
                id=event_id,
                case=names[case_id],
                type=kind,
                occurred_at=occurred_at,
                recorded_at=recorded_at,
                refs=refs,
                by=by or None,
                data=data,
                position=sequence,
            )
        )
    return found


def fetched(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query, in the database's binary form: for instants and identifiers several times as fast as text.

    Django's own cursors only ask for text.
    """
    with connections[current_login()].cursor() as opened, psycopg.Cursor(opened.cursor.connection) as cursor:
        return cursor.execute(sql, parameters, binary=True).fetchall()


def differences(case_id: UUID, before: Rows, after: Rows) -> list[Change]:
    """What must change for the rows of one case to say what they should."""
    changes = [
        Change(case_id, identity, before.get(identity), values)
        for identity, values in after.items()
        if before.get(identity) != values
    ]
    gone = [Change(case_id, identity, values, None) for identity, values in before.items() if identity not in after]
    return changes + gone


def write(changes: Sequence[Change]) -> None:
    """Make the rows say what they should."""
    new = [_record(change, change.after) for change in changes if change.after is not None]
    old = [(change.case_id, *change.identity) for change in changes if change.after is None]
    with connections[current_login()].cursor() as cursor:
        if old:
            cursor.execute(DELETE, [list(column) for column in zip(*old, strict=True)])
        if new:
            cursor.execute(UPSERT, [json.dumps(new, default=_plain)])


def _record(change: Change, values: Values) -> Mapping[str, Any]:
    record = values._asdict()
    record["adoption_id"] = record.pop("adoption")
    clause, trigger, part = change.identity
    return {"id": uuid4(), "case_id": change.case_id, "clause": clause, "trigger_id": trigger, "part": part, **record}


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{value!r} cannot stand in a row")
