"""Gangs and offending: intelligence, concerns, what is observed, and the risk panels."""

from __future__ import annotations

from waymark.events.vocabulary.fields import choice, flag, scheduled_for, sent_how, told_to, words
from waymark.events.vocabulary.types import EventType, Field

WORKER = ("social_worker",)
KEYWORKER = ("housing_keyworker",)
PROVIDER = ("provider_manager", "housing_keyworker")

GANGS = "gangs"
GANGS_EVENTS = (
    EventType(
        "overnight_briefing_recorded",
        GANGS,
        "Briefing on overnight incidents given",
        refs=("borough",),
        by=("police",),
    ),
    EventType(
        "intelligence_received",
        GANGS,
        "Intelligence received",
        refs=("intelligence",),
        fields=(
            flag("relevant", "Does it bear on this young person?", asked=True),
            words("summary", "What may be passed on", "Leave out anything about a source."),
        ),
        by=("gangs_team",),
        begins=("intelligence",),
    ),
    EventType(
        "intelligence_passed",
        GANGS,
        "Intelligence passed on",
        refs=("intelligence",),
        fields=(
            told_to(asked=True),
            flag("urgent", "Is it urgent?", "Urgent: telephone. Not urgent: email within 24 hours.", asked=True),
            sent_how("How they were told"),
        ),
        by=("gangs_team", "social_worker"),
    ),
    EventType(
        "strategy_meeting_convened",
        GANGS,
        "Team or strategy meeting called",
        refs=("intelligence", "meeting"),
        fields=(scheduled_for("When the meeting will be", required=False),),
        by=WORKER,
        begins=("meeting",),
    ),
    EventType(
        "strategy_meeting_not_needed",
        GANGS,
        "Team or strategy meeting found not needed",
        refs=("intelligence",),
        fields=(words("reason", "Why it is not needed"),),
        by=WORKER,
    ),
    EventType(
        "matrix_recorded",
        GANGS,
        "Gangs matrix or special police measures recorded",
        fields=(
            choice(
                "kind",
                "Which",
                ("victim", "On the gangs matrix as a victim"),
                ("perpetrator", "On the gangs matrix as a perpetrator"),
                ("police_measures", "Special police measures, such as a quick response"),
            ),
        ),
        by=WORKER,
    ),
    EventType(
        "provider_informed",
        GANGS,
        "Provider told of the matrix or police measures",
        fields=(told_to(),),
        by=WORKER,
    ),
    EventType(
        "gang_concern_raised",
        GANGS,
        "Concern about risk from gangs raised",
        refs=("concern",),
        fields=(words("concern", "What the concern is"),),
        by=KEYWORKER,
        begins=("concern",),
    ),
    EventType(
        "concern_shared_with_worker",
        GANGS,
        "Concern shared with the worker",
        refs=("concern",),
        fields=(sent_how("How it was shared"),),
        by=KEYWORKER,
    ),
    EventType(
        "police_informed",
        GANGS,
        "Police informed",
        refs=("incident",),
        fields=(words("reference", "Police reference"), sent_how("How they were told")),
        by=PROVIDER,
    ),
    EventType(
        "observation_recorded",
        GANGS,
        "Observation recorded in a log",
        refs=("concern",),
        fields=(
            choice(
                "log",
                "Which log",
                ("disruption", "Disruption log: visitors, cars, taxi firms, photographs, CCTV"),
                ("concern", "Concern log: unaffordable clothes, gifts, injuries, changes of phone"),
            ),
            words("observed", "What was seen"),
        ),
        by=KEYWORKER,
        begins=("concern",),
    ),
)

PANELS = "panels"
PANEL_EVENTS = (
    EventType(
        "panel_invitation",
        PANELS,
        "Invitation to a risk panel received",
        refs=("panel",),
        fields=(
            scheduled_for("When the panel will be"),
            choice(
                "panel_kind",
                "Which panel",
                ("bronze", "Bronze Group"),
                ("multi_agency", "Multi-agency risk panel"),
            ),
        ),
        by=WORKER,
        begins=("panel",),
    ),
    EventType(
        "keyworker_consulted",
        PANELS,
        "Worker spoke to the keyworker before a panel",
        refs=("panel",),
        fields=(scheduled_for("When the panel will be", required=False),),
        by=WORKER,
        begins=("panel",),
    ),
    EventType(
        "panel_update_provided",
        PANELS,
        "Up-to-date information given for a panel",
        refs=("panel",),
        by=KEYWORKER,
    ),
    EventType(
        "panel_held",
        PANELS,
        "Risk panel held",
        refs=("panel",),
        fields=(flag("safety_plan_changed", "Did it change the safety plan?", asked=True),),
        by=WORKER,
        begins=("panel",),
        once_of="panel",
    ),
    EventType("panel_cancelled", PANELS, "Risk panel cancelled", refs=("panel",), by=WORKER, once_of="panel"),
    EventType(
        "panel_attended",
        PANELS,
        "Risk panel attended",
        refs=("panel",),
        fields=(Field("role", "Who attended", "roles"),),
        by=WORKER,
    ),
    EventType("case_notes_updated", PANELS, "Case notes updated", refs=("panel",), by=WORKER),
    EventType(
        "outcome_shared",
        PANELS,
        "Panel outcome shared",
        refs=("panel",),
        fields=(told_to(), words("outcome", "What was agreed, and what is asked of the provider")),
        by=WORKER,
    ),
    EventType(
        "safety_plan_shared",
        PANELS,
        "Safety plan updated and shared",
        refs=("panel",),
        fields=(told_to(),),
        by=WORKER,
    ),
    EventType("placement_file_updated", PANELS, "Placement's case file updated", refs=("panel",), by=KEYWORKER),
    EventType(
        "action_assigned",
        PANELS,
        "Action given to the provider",
        refs=("action",),
        fields=(
            words("action", "What is to be done"),
            Field("due", "By when", "datetime", required=True),
        ),
        by=WORKER,
        optional_refs=("panel",),
        begins=("action",),
    ),
    EventType("action_done", PANELS, "Action done", refs=("action",), by=KEYWORKER, once_of="action"),
    EventType(
        "action_withdrawn",
        PANELS,
        "Action withdrawn",
        refs=("action",),
        fields=(words("reason", "Why it is no longer needed"),),
        by=WORKER,
        once_of="action",
    ),
)

EVENTS = GANGS_EVENTS + PANEL_EVENTS
