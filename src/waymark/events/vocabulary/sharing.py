"""Telling each other what is known: concerns, risk information, teams, and the logs that providers keep."""

from __future__ import annotations

from waymark.events.vocabulary.fields import has, sent_how, told_to, words
from waymark.events.vocabulary.types import EventType, Field

WORKER = ("social_worker",)
KEYWORKER = ("housing_keyworker", "provider_manager")
COMMISSIONING = ("commissioning",)

SHARING = "sharing"
EVENTS = (
    EventType(
        "harm_concern_raised",
        SHARING,
        "Concern about harm raised",
        refs=("concern",),
        fields=(words("concern", "What the concern is"),),
        by=("any_professional", "housing_keyworker"),
        hint="A young person is suffering harm, or likely to. Tell children's social care at once, then in writing.",
        begins=("concern",),
    ),
    EventType(
        "concern_shared",
        SHARING,
        "Concern shared with children's social care",
        refs=("concern",),
        fields=(sent_how("How it was shared"),),
        by=("any_professional", "housing_keyworker"),
    ),
    EventType(
        "risk_information_received",
        SHARING,
        "Worker received information about risk",
        refs=("concern",),
        fields=(words("summary", "What it says"),),
        by=WORKER,
        begins=("concern",),
    ),
    EventType(
        "safeguarding_information_received",
        SHARING,
        "Placement received safeguarding information",
        refs=("concern",),
        fields=(words("summary", "What it says"),),
        by=KEYWORKER,
        begins=("concern",),
    ),
    EventType(
        "information_shared",
        SHARING,
        "Information shared",
        refs=("concern", "referral"),
        fields=(
            told_to("Who it was shared with"),
            has("information_shared", "The sharing was"),
            sent_how("How it was shared"),
        ),
        by=("social_worker", "housing_keyworker", "provider_manager"),
        begins=("concern",),
    ),
    EventType(
        "team_changed",
        SHARING,
        "Team around the young person changed",
        fields=(words("change", "Who joined or left"),),
        by=WORKER,
    ),
    EventType(
        "team_list_shared",
        SHARING,
        "List of who works with the young person shared",
        fields=(told_to("Who it was sent to"),),
        by=WORKER,
    ),
    EventType(
        "risk_assessment_reviewed",
        SHARING,
        "Risk assessment reviewed",
        fields=(Field("involved", "Who took part", "roles"),),
        by=WORKER,
        hint="With the housing keyworker and others who work with the young person.",
    ),
    EventType(
        "placement_risk_assessment_updated",
        SHARING,
        "Placement's own risk assessment and plan updated",
        by=KEYWORKER,
        optional_refs=("placement",),
    ),
    EventType(
        "monthly_log_submitted",
        SHARING,
        "Monthly log submitted",
        refs=("scheme", "log"),
        fields=(
            Field("month", "Which month it covers", "month", required=True),
            Field(
                "young_people",
                "Young people in the log",
                "people",
                asked=True,
                nobody="No young people lived there",
            ),
        ),
        by=("provider_manager", "housing_keyworker"),
        hint="Who is there, red, amber or green against the plan, behaviour, incidents and status.",
        begins=("log",),
    ),
    EventType(
        "log_entry_shared",
        SHARING,
        "Part of the monthly log passed to a worker",
        refs=("log",),
        fields=(Field("young_person", "Whose part was passed on", "person"),),
        by=("placements_team",),
    ),
    EventType(
        "log_reviewed",
        SHARING,
        "Monthly log reviewed",
        refs=("log",),
        fields=(words("themes", "Themes and follow-up"),),
        by=COMMISSIONING,
    ),
    EventType(
        "weekly_log_requested",
        SHARING,
        "Weekly log requested",
        refs=("placement",),
        fields=(
            has("weekly_log_requested", "What the request gives"),
            words("reason", "Why it is needed", shows="justification"),
        ),
        by=WORKER,
    ),
    EventType(
        "weekly_log_submitted",
        SHARING,
        "Weekly log sent to the worker",
        refs=("placement",),
        by=("housing_keyworker",),
    ),
    EventType(
        "weekly_log_ended",
        SHARING,
        "Weekly log ended",
        refs=("placement",),
        by=WORKER,
    ),
    EventType(
        "voids_summary_sent",
        SHARING,
        "Summary of voids and move-on sent to Commissioning",
        refs=("borough",),
        fields=(Field("month", "Which month it covers", "month", required=True),),
        by=("sp_referrals",),
    ),
)
