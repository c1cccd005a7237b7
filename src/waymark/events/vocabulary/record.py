"""Keeping the record itself right: facts, corrections, waivers."""

from __future__ import annotations

from waymark.events.vocabulary.facts import FACTS
from waymark.events.vocabulary.fields import words
from waymark.events.vocabulary.roles import REF_KINDS
from waymark.events.vocabulary.types import EventType, Field

RECORD = "record"
EVENTS = (
    EventType(
        "facts_recorded",
        RECORD,
        "Facts recorded",
        fields=tuple(Field(fact.name, fact.label, fact.kind, fact.choices, hint=fact.hint) for fact in FACTS.values()),
        by=("social_worker", "housing_keyworker", "placements_team"),
        hint="In force from the time given until changed. Leave blank what has not changed.",
        optional_refs=("referral", "placement", "challenge"),
    ),
    EventType(
        "event_retracted",
        RECORD,
        "Mistaken entry withdrawn",
        fields=(
            Field("event", "Which entry was a mistake", "text", required=True),
            words("reason", "What was wrong with it"),
        ),
        by=("any_professional",),
        hint="What the entry opened or met is worked out afresh.",
        optional_refs=tuple(REF_KINDS),
    ),
    EventType(
        "duty_waived",
        RECORD,
        "Duty waived",
        fields=(
            Field("clause", "Which clause", "text", required=True),
            Field("reason", "Why it need not be done", "text", required=True),
        ),
        by=("service_manager", "head_of_service", "deputy_team_manager"),
        optional_refs=tuple(REF_KINDS),
    ),
)
