"""Living in a placement: planning it, reviewing it, and moving on from it."""

from __future__ import annotations

from waymark.events.vocabulary.fields import attended, chair, choice, flag, has, scheduled_for, told_to, words
from waymark.events.vocabulary.types import EventType, Field

WORKER = ("social_worker",)
KEYWORKER = ("housing_keyworker", "social_worker")
PROVIDER = ("provider_manager", "housing_keyworker")

PLACEMENT = "placement"
PLACEMENT_EVENTS = (
    EventType(
        "placement_agreed",
        PLACEMENT,
        "Placement agreed",
        refs=("placement",),
        fields=(words("unit", "Unit or room"), Field("move_in", "Agreed move-in date", "date")),
        by=("placements_team", "provider_manager"),
        optional_refs=("referral", "scheme", "provider"),
        begins=("placement",),
        once_of="placement",
    ),
    EventType(
        "placement_started",
        PLACEMENT,
        "Placement started",
        refs=("placement",),
        fields=(words("unit", "Unit or room"),),
        by=KEYWORKER,
        hint="The day the young person moved in.",
        optional_refs=("referral", "scheme", "provider"),
        begins=("placement",),
        once_of="placement",
    ),
    EventType(
        "placement_ended",
        PLACEMENT,
        "Placement ended",
        refs=("placement",),
        fields=(words("reason", "Why it ended"),),
        by=KEYWORKER,
        once_of="placement",
    ),
    EventType(
        "planning_meeting_arranged",
        PLACEMENT,
        "Placement planning meeting arranged",
        refs=("placement",),
        fields=(scheduled_for("When the meeting will be", required=False),),
        by=WORKER,
        begins=("placement",),
    ),
    EventType(
        "planning_meeting_held",
        PLACEMENT,
        "Placement planning meeting held",
        refs=("placement",),
        fields=(
            chair("The worker at 16 or 17, the keyworker at 18 or over."),
            attended("The keyworker, the worker (or their managers) and the young person must be there."),
            flag("at_placement", "Was it held at the placement?"),
            has("planning_meeting_held", "What was agreed"),
            choice(
                "curfew_basis",
                "If there is a curfew, what it rests on",
                ("scheme", "The rules of a scheme with staff 24 hours a day"),
                ("yos_order", "A youth offending order"),
                ("court", "A court order"),
                ("bail", "Bail conditions"),
            ),
        ),
        by=KEYWORKER,
        begins=("placement",),
        once_of="placement",
    ),
    EventType(
        "handbook_given",
        PLACEMENT,
        "Moving-in handbook given",
        refs=("placement",),
        by=("housing_keyworker",),
        hint="With a word on what each can expect of the other.",
        begins=("placement",),
    ),
    EventType(
        "support_plan_written",
        PLACEMENT,
        "Placement support plan written",
        refs=("placement",),
        fields=(
            has("support_plan_written", "What the plan holds"),
            Field("review_on", "Date of the next review", "date", shows="review_date", within_months=3),
        ),
        by=KEYWORKER,
    ),
    EventType(
        "meeting_notes_sent",
        PLACEMENT,
        "Notes of the planning meeting sent",
        refs=("placement",),
        fields=(told_to("Who they were sent to"),),
        by=KEYWORKER,
    ),
    EventType(
        "support_plan_sent",
        PLACEMENT,
        "Placement support plan sent",
        refs=("placement",),
        fields=(told_to("Who it was sent to", asked=True),),
        by=("housing_keyworker",),
    ),
)

REVIEW = "review"
REVIEW_EVENTS = (
    EventType(
        "review_scheduled",
        REVIEW,
        "Placement review arranged",
        refs=("review",),
        fields=(
            scheduled_for("When the review will be"),
            flag("combined", "Will it be part of a care or pathway plan review?"),
        ),
        by=KEYWORKER,
        optional_refs=("placement",),
        begins=("review",),
    ),
    EventType(
        "review_held",
        REVIEW,
        "Placement review held",
        refs=("placement", "review"),
        fields=(
            chair("The worker under 18, or when it is part of a care or pathway plan review."),
            attended(),
            flag("combined", "Was it part of a care or pathway plan review?", asked=True),
            has("review_held", "What was reviewed"),
        ),
        by=KEYWORKER,
        hint="Name both the placement and the review.",
        begins=("review",),
        once_of="review",
    ),
    EventType(
        "review_notes_sent",
        REVIEW,
        "Review notes and revised plan sent",
        refs=("review",),
        fields=(told_to("Who they were sent to", asked=True),),
        by=KEYWORKER,
        optional_refs=("placement",),
    ),
    EventType(
        "statutory_review_scheduled",
        REVIEW,
        "Care or pathway plan review arranged",
        fields=(scheduled_for("When the review will be", required=False),),
        by=("social_worker", "iro"),
        optional_refs=("review", "placement"),
        begins=("review",),
    ),
    EventType(
        "statutory_review_held",
        REVIEW,
        "Care or pathway plan review held",
        fields=(attended(),),
        by=("iro", "social_worker"),
        hint="Name the placement review that feeds into it.",
        optional_refs=("review", "placement"),
        begins=("review",),
    ),
    EventType(
        "significant_change_recorded",
        REVIEW,
        "Significant change in needs or risks recorded",
        fields=(words("change", "What changed"),),
        by=("housing_keyworker", "social_worker"),
        optional_refs=("placement",),
    ),
    EventType(
        "early_review_not_needed",
        REVIEW,
        "Earlier review found not needed",
        refs=("placement",),
        fields=(words("reason", "Why it can wait"),),
        by=KEYWORKER,
    ),
)

MOVE = "move on"
MOVE_EVENTS = (
    EventType(
        "move_proposed",
        MOVE,
        "Move proposed",
        fields=(flag("internal", "Is it between schemes of the same provider?"),),
        by=PROVIDER,
        optional_refs=("move", "placement"),
        begins=("move",),
    ),
    EventType(
        "move_agreed",
        MOVE,
        "Move agreed",
        refs=("move",),
        fields=(
            Field("by", "Who agreed to it", "roles"),
            flag("internal", "Is it between schemes of the same provider?", asked=True),
        ),
        by=PROVIDER,
        optional_refs=("placement",),
        begins=("move",),
    ),
    EventType(
        "move_made",
        MOVE,
        "Move made",
        refs=("move",),
        fields=(flag("internal", "Was it between schemes of the same provider?", asked=True),),
        by=PROVIDER,
        optional_refs=("placement",),
        begins=("move",),
        once_of="move",
    ),
    EventType(
        "move_notified",
        MOVE,
        "Others told of the move",
        refs=("move",),
        fields=(told_to(),),
        by=PROVIDER,
    ),
    EventType(
        "extension_requested",
        MOVE,
        "Extension of the tenancy requested",
        refs=("placement",),
        by=("housing_keyworker", "young_person", "social_worker"),
    ),
    EventType(
        "extension_checked",
        MOVE,
        "Extension checked with the provider",
        refs=("placement",),
        fields=(
            flag("engaging", "Is the young person engaging?"),
            words("planned_work", "Work planned and outcomes expected, or need for the adult pathway"),
        ),
        by=("sp_referrals",),
    ),
    EventType(
        "extension_decided",
        MOVE,
        "Extension decided",
        fields=(
            flag("granted", "Was it granted?"),
            Field("until", "Until when", "date"),
        ),
        by=("sp_referrals",),
        optional_refs=("placement",),
    ),
)

EVENTS = PLACEMENT_EVENTS + REVIEW_EVENTS + MOVE_EVENTS
