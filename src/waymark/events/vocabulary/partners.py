"""Boroughs, providers and schemes: adopting a protocol, contracts, visits, forums, staff and training."""

from __future__ import annotations

from waymark.events.vocabulary.fields import attended, choice, flag, words
from waymark.events.vocabulary.types import EventType, Field

COMMISSIONING = ("commissioning",)

FORUMS = "forums and contracts"
EVENTS = (
    EventType(
        "protocol_adopted",
        FORUMS,
        "Protocol adopted",
        refs=("borough",),
        by=("commissioning", "head_of_service"),
        begins=("borough",),
    ),
    EventType(
        "template_published",
        FORUMS,
        "Monthly log template supplied to providers",
        refs=("borough",),
        by=("commissioning", "placements_team"),
    ),
    EventType(
        "provider_contracted",
        FORUMS,
        "Provider contracted",
        refs=("provider",),
        fields=(choice("kind", "Kind of contract", ("block", "Block contract"), ("spot", "Spot purchase")),),
        by=("commissioning", "placements_team"),
        begins=("provider",),
    ),
    EventType("provider_ended", FORUMS, "Contract with the provider ended", refs=("provider",), by=COMMISSIONING),
    EventType(
        "scheme_opened",
        FORUMS,
        "Scheme opened",
        refs=("scheme",),
        by=COMMISSIONING,
        optional_refs=("provider",),
        begins=("scheme",),
    ),
    EventType("scheme_closed", FORUMS, "Scheme closed", refs=("scheme",), by=COMMISSIONING),
    EventType(
        "provider_meeting_held",
        FORUMS,
        "Gangs team met the provider",
        refs=("provider",),
        fields=(attended(),),
        by=("gangs_team",),
    ),
    EventType(
        "police_visit_recorded",
        FORUMS,
        "Neighbourhood police visited the scheme",
        refs=("scheme",),
        by=("safer_neighbourhood", "provider_manager"),
    ),
    EventType(
        "linked_officer_named",
        FORUMS,
        "Linked police officer named for the scheme",
        refs=("scheme",),
        by=("safer_neighbourhood",),
    ),
    EventType(
        "linked_officer_advice_recorded",
        FORUMS,
        "Linked police officer gave advice",
        refs=("provider",),
        fields=(words("advice", "What the advice was"),),
        by=("housing_keyworker", "provider_manager"),
        hint="On what counts as police intelligence and what to do with it.",
    ),
    EventType(
        "provider_forum_held",
        FORUMS,
        "Provider forum held",
        refs=("borough",),
        fields=(attended(), words("themes", "Themes and follow-up")),
        by=("commissioning", "placements_team"),
    ),
    EventType(
        "contract_review_held",
        FORUMS,
        "Contract review held",
        refs=("provider",),
        fields=(attended(), words("themes", "Themes and follow-up")),
        by=("commissioning", "placements_team"),
    ),
    EventType(
        "staff_joined",
        FORUMS,
        "Member of staff joined",
        refs=("provider",),
        fields=(words("staff", "Who joined"),),
        by=("provider_manager",),
    ),
    EventType(
        "training_recorded",
        FORUMS,
        "Training recorded",
        refs=("provider",),
        fields=(
            words("course", "What it covered"),
            Field("completed_on", "When it was completed", "date"),
            flag("police_intelligence", "Did it cover police intelligence?"),
        ),
        by=("provider_manager", "housing_keyworker"),
    ),
)
