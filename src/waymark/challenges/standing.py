"""Where a challenge stands, worked out from what was recorded of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from waymark.challenges.models import Ended, Stage, Subject
from waymark.events.models import Event

RAISED, DISPUTED = "challenge_raised", "need_level_disputed"
ANSWERED, UNRESOLVED, ESCALATED = "provider_responded", "challenge_unresolved", "escalated"
RESOLVED, CONTRACT, AGREED = "challenge_resolved", "contract_challenge_recorded", "need_level_agreed"
CLOSED = "case_closed"
TELLING = (RAISED, DISPUTED, ANSWERED, UNRESOLVED, ESCALATED, RESOLVED, CONTRACT, AGREED)
SUBJECTS: Mapping[str, Subject] = MappingProxyType({RAISED: Subject.REFUSAL, DISPUTED: Subject.NEED_LEVEL})
FAILED: Mapping[str, str] = MappingProxyType({"provider": "provider_failed_at", "placements": "placements_failed_at"})
TAKEN_TO: Mapping[str, str] = MappingProxyType(
    {"placements_team": "placements_at", "commissioning": "commissioning_at"}
)
TIMES = ("answered_at", "placements_at", "commissioning_at", "contract_at", *FAILED.values())


def standing_of(events: Iterable[Event]) -> dict[str, Any] | None:
    """The fields of a challenge that follow the record, after these entries in the order in which they happened; None
    when none begins it. One that has ended stays so.
    """
    told: dict[str, Any] = {}
    for event in events:
        if not told and event.type in SUBJECTS:
            told = {"subject": SUBJECTS[event.type], "stage": Stage.PROVIDER, "ended": "", **dict.fromkeys(TIMES)}
            told |= {"raised_at": event.occurred_at, "since": event.occurred_at}
        elif told and told["stage"] not in (Stage.RESOLVED, Stage.CLOSED):
            _after(told, event)
    return told or None


def _after(told: dict[str, Any], event: Event) -> None:
    at = event.occurred_at
    for name in _times(event):
        told[name] = told[name] or at
    stage = _stage(told, event)
    if stage != told["stage"]:
        told |= {"stage": stage, "since": at}
    if event.type == RESOLVED:
        told["ended"] = _ended(event.data.get("ended"))
    elif event.type == AGREED:
        told["ended"] = Ended.AGREED


def _ended(said: object) -> str:
    return str(said) if said in Ended.values else ""


def _times(event: Event) -> list[str]:
    if event.type == ANSWERED:
        return ["answered_at"]
    if event.type == CONTRACT:
        return ["contract_at"]
    if event.type == UNRESOLVED:
        stage = str(event.data.get("stage"))
        return [FAILED[stage]] if stage in FAILED else []
    if event.type == ESCALATED:
        return [TAKEN_TO[role] for role in event.data.get("to", ()) if role in TAKEN_TO]
    return []


def _stage(told: dict[str, Any], event: Event) -> Stage:
    if event.type in (RESOLVED, AGREED):
        return Stage.RESOLVED
    if event.type == CLOSED:
        return Stage.CLOSED
    if told["commissioning_at"]:
        return Stage.COMMISSIONING
    return Stage.PLACEMENTS if told["placements_at"] else Stage.PROVIDER
