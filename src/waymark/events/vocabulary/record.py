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
    EventType(
        "emergency_access_opened",
        RECORD,
        "Record opened in an emergency",
        refs=("concern",),
        fields=(
            words("why", "Why it could not wait"),
            Field("until", "Until when it is open to them", "datetime"),
        ),
        by=("duty_team", "social_worker", "police"),
        begins=("concern",),
        stands=True,
    ),
    EventType(
        "emergency_access_reviewed",
        RECORD,
        "Opening in an emergency reviewed",
        refs=("concern",),
        fields=(
            Field(
                "outcome",
                "What the review found",
                "choice",
                (
                    ("justified", "It was right to open the record"),
                    ("not_justified", "It was not right to open the record"),
                ),
                required=True,
            ),
            words("note", "What was found, and what follows"),
        ),
        by=("data_protection_lead",),
        stands=True,
    ),
    EventType(
        "paragraph_held_back",
        RECORD,
        "Paragraph for named people only",
        fields=(
            Field("event", "Which entry it belongs to", "text", required=True),
            Field("text", "What only they may read", "text", required=True),
        ),
        by=("any_professional",),
        optional_refs=tuple(REF_KINDS),
    ),
)
