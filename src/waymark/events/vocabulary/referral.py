"""From a need to a provider: the referral and the search for a placement."""

from __future__ import annotations

from waymark.events.vocabulary.fields import (
    choice,
    has,
    told_to,
    words,
)
from waymark.events.vocabulary.types import EventType

WORKER = ("social_worker",)
PLACEMENTS = ("placements_team",)
PROVIDER = ("provider_manager", "housing_keyworker")
GANGS_TEAM = ("gangs_team",)

REFERRAL = "referral"
REFERRAL_EVENTS = (
    EventType(
        "need_identified",
        REFERRAL,
        "Need for supported accommodation identified",
        refs=("referral",),
        by=WORKER,
        begins=("referral",),
    ),
    EventType("referral_started", REFERRAL, "Referral started", refs=("referral",), by=WORKER, begins=("referral",)),
    EventType(
        "risk_assessment_updated",
        REFERRAL,
        "Risk assessment updated",
        refs=("referral",),
        fields=(words("summary", "What was added"),),
        by=WORKER,
    ),
    EventType(
        "name_check_requested",
        REFERRAL,
        "Check of the name requested",
        refs=("referral",),
        fields=(words("question", "What to look for"),),
        by=WORKER,
        hint="Asks the gangs team, before the referral is complete, whether the name is known to them.",
    ),
    EventType(
        "name_check_completed",
        REFERRAL,
        "Check of the name completed",
        refs=("referral",),
        fields=(words("result", "What the worker was told"),),
        by=GANGS_TEAM,
    ),
    EventType(
        "gangs_consultation_requested",
        REFERRAL,
        "Gangs Safeguarding Coordinator asked",
        refs=("referral",),
        fields=(words("question", "What was asked"),),
        by=WORKER,
    ),
    EventType(
        "gangs_coordinator_consulted",
        REFERRAL,
        "Gangs Safeguarding Coordinator consulted",
        refs=("referral",),
        fields=(words("result", "What they advised"),),
        by=("social_worker", "gangs_coordinator"),
    ),
    EventType(
        "area_check_requested",
        REFERRAL,
        "Check of unsafe areas requested",
        refs=("referral",),
        fields=(words("question", "What to look at"),),
        by=("gangs_coordinator", "social_worker"),
        hint="Asks the gangs team for parts of the borough where the young person should not live.",
    ),
    EventType(
        "area_check_not_needed",
        REFERRAL,
        "Check of unsafe areas found not needed",
        refs=("referral",),
        fields=(words("reason", "Why it is not needed"),),
        by=("gangs_coordinator",),
    ),
    EventType(
        "area_check_completed",
        REFERRAL,
        "Check of unsafe areas completed",
        refs=("referral",),
        fields=(words("result", "What the worker was told"),),
        by=GANGS_TEAM,
    ),
    EventType(
        "yos_consultation_requested",
        REFERRAL,
        "Youth Offending Service worker asked",
        refs=("referral",),
        fields=(words("question", "What was asked"),),
        by=WORKER,
    ),
    EventType(
        "yos_consulted",
        REFERRAL,
        "Youth Offending Service worker consulted",
        refs=("referral",),
        fields=(words("result", "What they told"),),
        by=("social_worker", "yos_worker"),
        hint="Up-to-date detail of the order, and of risk to the young person and to others.",
    ),
    EventType(
        "referral_submitted",
        REFERRAL,
        "Referral submitted",
        refs=("referral",),
        fields=(
            choice(
                "route",
                "Where it was sent",
                ("placements_team", "Placements Team"),
                ("sp_referrals", "SP Referrals Team"),
                hint="A child in need: SP Referrals. A looked-after child or care leaver: Placements.",
                asked=True,
            ),
            has("referral_submitted", "What the referral holds"),
            words("left_out", "Why something was left out"),
        ),
        by=WORKER,
        begins=("referral",),
    ),
    EventType(
        "referral_withdrawn",
        REFERRAL,
        "Referral withdrawn",
        refs=("referral", "placement"),
        fields=(words("reason", "Why it was withdrawn"),),
        by=("social_worker", "placements_team"),
    ),
    EventType(
        "case_closed",
        REFERRAL,
        "Case closed",
        fields=(words("reason", "Why it was closed"),),
        by=WORKER,
        optional_refs=("referral", "placement"),
    ),
)

SEARCH = "search"
SEARCH_EVENTS = (
    EventType(
        "further_information_requested",
        SEARCH,
        "More information requested",
        refs=("referral",),
        fields=(words("request", "What is needed"), words("parts", "Which parts of the referral")),
        by=("placements_team", "sp_referrals"),
    ),
    EventType(
        "referral_accepted",
        SEARCH,
        "Referral checked and accepted",
        refs=("referral",),
        fields=(words("fostering", "Whether fostering was considered, and what came of it"),),
        by=("placements_team", "sp_referrals"),
    ),
    EventType("options_shortlisted", SEARCH, "Placement options shortlisted", refs=("referral",), by=PLACEMENTS),
    EventType(
        "options_shared",
        SEARCH,
        "Placement options shared with the worker",
        refs=("referral",),
        by=PLACEMENTS,
        hint="With gang risk, ask the worker to get the addresses checked.",
    ),
    EventType(
        "route_approached",
        SEARCH,
        "Route to a placement approached",
        refs=("referral",),
        fields=(
            choice(
                "route",
                "Who was approached",
                ("pathway", "SP Referrals, for the housing pathway"),
                ("camden", "Camden housing pathway"),
                ("assessment_centre", "Private Housing Partnerships, for the assessment centre"),
                ("spot", "A spot purchase provider"),
                ("fostering", "Fostering"),
                asked=True,
            ),
        ),
        by=PLACEMENTS,
    ),
    EventType(
        "documents_shared",
        SEARCH,
        "Referral documents and Supported Housing Record shared",
        refs=("referral",),
        fields=(told_to("Who they were sent to"),),
        by=PLACEMENTS,
    ),
    EventType(
        "address_check_requested",
        SEARCH,
        "Check of addresses requested",
        refs=("referral", "move"),
        fields=(words("question", "Which addresses, and what to look at"),),
        by=WORKER,
    ),
    EventType(
        "address_check_completed",
        SEARCH,
        "Check of addresses completed",
        refs=("referral", "move"),
        fields=(words("result", "What the worker was told"),),
        by=GANGS_TEAM,
        hint="Looks both ways: anyone there at risk from the young person, and anyone who puts them at risk.",
    ),
    EventType(
        "referral_passed_to_provider",
        SEARCH,
        "Referral passed to a provider",
        refs=("referral",),
        by=("sp_referrals",),
        optional_refs=("provider", "scheme"),
    ),
    EventType(
        "referral_returned",
        SEARCH,
        "Referral sent back by the pathway",
        refs=("referral",),
        fields=(words("reason", "Why the pathway cannot help"),),
        by=("sp_referrals",),
    ),
    EventType(
        "spot_purchase_proposed",
        SEARCH,
        "Spot purchase proposed",
        by=PLACEMENTS,
        optional_refs=("referral",),
    ),
    EventType(
        "spot_purchase_approved",
        SEARCH,
        "Spot purchase or extra hours approved",
        refs=("referral",),
        by=("head_of_service", "service_manager"),
        hint="Head of Service for a child in need or looked after, Service Manager for a care leaver.",
    ),
    EventType("spot_purchase_made", SEARCH, "Spot purchase made", refs=("referral",), by=PLACEMENTS),
    EventType("extra_hours_agreed", SEARCH, "Extra support hours agreed", refs=("referral",), by=PLACEMENTS),
)

EVENTS = REFERRAL_EVENTS + SEARCH_EVENTS
