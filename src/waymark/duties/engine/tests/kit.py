"""What the engine's tests share: small packs, events in a line each, results as `protocol trace` prints them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings

from waymark.duties.engine import Event, Pack, VersionInForce, evaluate, parse_pack
from waymark.duties.tracing import as_line
from waymark.events.vocabulary import REF_KINDS

LONDON = ZoneInfo("Europe/London")
Line = dict[str, Any]

_examples = os.environ.get("WAYMARK_EXAMPLES")
fast = settings(
    max_examples=int(_examples or 50),
    deadline=None,
    database=None,
    derandomize=_examples is None,  # the same examples each time; set WAYMARK_EXAMPLES to search further
    suppress_health_check=[HealthCheck.too_slow],
)
"""The profile of the suite's property tests."""

HEAD = """
[protocol]
id = "test-protocol"
title = "A small protocol"
version = "{version}"
in_force = {in_force}
source = "Written for a test"

[term.promptly]
means = "1 working day"
decided_by = "local default: the document gives no number"

[term.immediately]
means = "1 hour"
decided_by = "document says immediately; the number is local"
"""


def pack_of(*clauses: str, version: str = "1", in_force: str = "2000-01-01") -> Pack:
    """A pack of these clauses. One that does not state cite and modality gets them."""
    return parse_pack(pack_text(*clauses, version=version, in_force=in_force).encode(), file="test.toml")


def pack_text(*clauses: str, version: str = "1", in_force: str = "2000-01-01") -> str:
    """The same as text."""
    return HEAD.format(version=version, in_force=in_force) + "".join(_complete(clause) for clause in clauses)


def _complete(clause: str) -> str:
    heading, _, rest = clause.strip().partition("\n")
    given = {line.partition("=")[0].strip() for line in rest.splitlines()}
    usual = {"title": "Do what is owed", "cite": "Where it says so", "modality": "should"}
    added = "".join(f'{key} = "{value}"\n' for key, value in usual.items() if key not in given)
    return f"\n{heading}\n{added}{rest}\n"


def instant(text: str) -> datetime:
    """A time in London unless the text gives an offset (or `Z`)."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)


def event(
    event_id: str,
    event_type: str,
    at: str,
    *,
    recorded: str | None = None,
    by: str | None = None,
    case: str = "YP1",
    position: int = 0,
    data: dict[str, Any] | None = None,
    **refs_and_data: Any,
) -> Event:
    """An event: names of kinds of ref become refs (`placement="P1"`), other names become data."""
    refs = {name: value for name, value in refs_and_data.items() if name in REF_KINDS}
    said = {name: value for name, value in refs_and_data.items() if name not in REF_KINDS}
    return Event(
        id=event_id,
        case=case,
        type=event_type,
        occurred_at=instant(at),
        recorded_at=instant(recorded or at),
        refs=refs,
        by=by,
        data=said | (data or {}),
        position=position,
    )


def facts(event_id: str, at: str, *, recorded: str | None = None, **values: Any) -> Event:
    """Facts recorded at a time."""
    return event(event_id, "facts_recorded", at, recorded=recorded, data=values)


def retracted(event_id: str, target: str, at: str) -> Event:
    """The event `target` withdrawn."""
    return event(event_id, "event_retracted", at, data={"event": target})


def waived(event_id: str, clause: str, at: str, **refs: str) -> Event:
    """A clause waived for what `refs` name."""
    return event(event_id, "duty_waived", at, data={"clause": clause, "reason": "Agreed with the manager"}, **refs)


def in_order(events: Iterable[Event]) -> list[Event]:
    """The same events with positions in the order given."""
    return [replace(one, position=place) for place, one in enumerate(events, start=1)]


def judge(
    packs: Pack | Sequence[Pack], events: Iterable[Event], now: str, *, clauses: Collection[str] | None = None
) -> list[Line]:
    """Every line that `protocol trace` would print for one case."""
    versions = [packs] if isinstance(packs, Pack) else packs
    in_force = [VersionInForce(pack, pack.in_force_from) for pack in versions]
    found = evaluate(in_order(events), in_force, instant(now), clauses=clauses)
    return [as_line(instance) for instance in found.instances]


def the_line(packs: Pack | Sequence[Pack], events: Iterable[Event], now: str, **wanted: Any) -> Line:
    """The only line, or the only one whose fields are as `wanted`."""
    lines = judge(packs, events, now)
    found = [line for line in lines if all(line[name] == value for name, value in wanted.items())]
    assert len(found) == 1, f"expected one line, found {len(found)} in {lines}"
    return found[0]


def shown(lines: Iterable[Line], *fields: str) -> list[tuple[Any, ...]]:
    """Some fields of each line."""
    return [tuple(line[field] for field in fields) for line in lines]
