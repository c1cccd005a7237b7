"""The provider's assessment, its answer, and challenge of that answer."""

from __future__ import annotations

from waymark.events.vocabulary.fields import attended, choice, has, scheduled_for, sent_how, told_to, words
from waymark.events.vocabulary.types import EventType, Field

WORKER = ("social_worker",)
PROVIDER = ("provider_manager", "housing_keyworker")

ASSESSMENT = "housing assessment"
ASSESSMENT_EVENTS = (
    EventType(
        "provider_received_referral",
        ASSESSMENT,
        "Provider received the referral",
        refs=("referral",),
        by=PROVIDER,
    ),
    EventType(
        "assessment_interview_arranged",
        ASSESSMENT,
        "Assessment interview arranged",
        refs=("referral",),
        fields=(scheduled_for("When the interview will be"),),
        by=PROVIDER,
    ),
    EventType(
        "assessment_interview_held",
        ASSESSMENT,
        "Assessment interview held",
        refs=("referral",),
        fields=(attended(),),
        by=PROVIDER,
        once_of="referral",
    ),
    EventType(
        "housing_assessment_completed",
        ASSESSMENT,
        "Housing assessment completed",
        refs=("referral",),
        fields=(has("housing_assessment_completed", "What the assessment holds"),),
        by=PROVIDER,
    ),
    EventType(
        "housing_assessment_shared",
        ASSESSMENT,
        "Housing assessment shared",
        refs=("referral",),
        fields=(
            told_to("Who it was sent to", asked=True),
            has("housing_assessment_shared", "What was sent with it"),
        ),
        by=PROVIDER,
    ),
    EventType(
        "offer_made",
        ASSESSMENT,
        "Placement offered",
        refs=("referral",),
        fields=(
            sent_how("How the young person and worker were told"),
            words("address", "Address offered"),
            Field("move_in", "Possible move-in date", "date"),
        ),
        by=PROVIDER,
    ),
    EventType(
        "offer_declined",
        ASSESSMENT,
        "Offer declined by the young person",
        refs=("referral",),
        optional_refs=("placement",),
        fields=(words("reason", "What they say"),),
        by=("social_worker", *PROVIDER),
    ),
    EventType(
        "offer_withdrawn",
        ASSESSMENT,
        "Offer withdrawn by the provider",
        refs=("referral",),
        optional_refs=("placement",),
        fields=(words("reason", "Why it was withdrawn"),),
        by=("provider_manager",),
    ),
    EventType(
        "refusal_discussed",
        ASSESSMENT,
        "Possible refusal discussed with the worker",
        refs=("referral",),
        by=PROVIDER,
    ),
    EventType(
        "refusal_made",
        ASSESSMENT,
        "Placement refused",
        refs=("referral",),
        fields=(
            sent_how("How the young person and worker were told"),
            has("refusal_made"),
            words("reason", "Why the placement was refused", shows="explanation"),
        ),
        by=PROVIDER,
        hint="Discuss it with the worker first.",
    ),
    EventType(
        "saved_to_case_file",
        ASSESSMENT,
        "Document saved to the case file",
        refs=("referral", "placement", "review"),
        fields=(
            Field(
                "document",
                "What was saved",
                "choices",
                (
                    ("housing_assessment", "Housing assessment"),
                    ("offer_letter", "Offer or confirmation letter"),
                    ("support_plan", "Placement support plan"),
                    ("review", "Review notes and revised plan"),
                ),
            ),
        ),
        by=WORKER,
    ),
    EventType(
        "host_authority_consulted",
        ASSESSMENT,
        "Social work team in the host authority consulted",
        refs=("placement",),
        by=("social_worker", "placements_team"),
        begins=("placement",),
    ),
    EventType(
        "unit_risk_plan_requested",
        ASSESSMENT,
        "Unit risk management plan requested from the provider",
        refs=("placement",),
        by=("social_worker", "placements_team"),
        begins=("placement",),
    ),
    EventType(
        "family_placed_out_of_borough",
        ASSESSMENT,
        "Family placed out of borough",
        refs=("placement",),
        by=("temporary_accommodation",),
        begins=("placement",),
    ),
    EventType(
        "childrens_social_care_notified",
        ASSESSMENT,
        "Children's social care notified",
        refs=("placement",),
        by=("temporary_accommodation",),
    ),
    EventType(
        "placement_confirmed",
        ASSESSMENT,
        "Placement and move-in date confirmed in writing",
        refs=("placement",),
        fields=(Field("move_in", "Move-in date", "date"), sent_how("How it was confirmed")),
        by=PROVIDER,
    ),
)

CHALLENGE = "challenge"
CHALLENGE_EVENTS = (
    EventType(
        "challenge_raised",
        CHALLENGE,
        "Decision challenged with the provider",
        refs=("referral", "challenge"),
        by=WORKER,
        hint="Name both the referral and the challenge, so that the refusal and the reply are tied together.",
        begins=("challenge",),
    ),
    EventType("provider_responded", CHALLENGE, "Provider answered the challenge", refs=("challenge",), by=PROVIDER),
    EventType(
        "challenge_unresolved",
        CHALLENGE,
        "Challenge not resolved",
        refs=("challenge",),
        fields=(
            choice(
                "stage",
                "With whom it could not be resolved",
                ("provider", "The provider"),
                ("placements", "The Placements Team"),
                asked=True,
            ),
        ),
        by=("social_worker", "placements_team"),
    ),
    EventType(
        "escalated",
        CHALLENGE,
        "Challenge taken further",
        refs=("challenge",),
        fields=(told_to("Who it was taken to", asked=True),),
        by=("social_worker", "placements_team", "provider_manager"),
    ),
    EventType(
        "challenge_resolved",
        CHALLENGE,
        "Challenge resolved",
        refs=("challenge",),
        fields=(
            words("outcome", "What was agreed"),
            choice(
                "ended",
                "How it ended",
                ("overturned", "The provider considers the referral again"),
                ("upheld", "The refusal stands"),
                ("withdrawn", "The challenge was withdrawn"),
                ("agreed", "The level of need was agreed"),
            ),
        ),
        by=("placements_team", "social_worker", "commissioning"),
        once_of="challenge",
    ),
    EventType(
        "contract_challenge_recorded",
        CHALLENGE,
        "Provider challenged on its contract",
        refs=("challenge",),
        by=("commissioning",),
    ),
    EventType("refusal_accepted", CHALLENGE, "Refusal accepted", refs=("referral",), by=WORKER),
    EventType(
        "need_level_disputed",
        CHALLENGE,
        "Level of need disputed",
        refs=("challenge",),
        by=PROVIDER,
        begins=("challenge",),
        optional_refs=("referral",),
    ),
    EventType(
        "need_level_agreed",
        CHALLENGE,
        "Level of need agreed",
        refs=("challenge",),
        fields=(choice("level", "Level agreed", ("high", "High"), ("medium", "Medium"), ("low", "Low")),),
        by=("provider_manager", "social_worker"),
    ),
)

EVENTS = ASSESSMENT_EVENTS + CHALLENGE_EVENTS
