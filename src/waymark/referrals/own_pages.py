"""Which steps of a referral have pages of their own, and where: for lists of what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.urls import reverse

OWN_STEPS = frozenset(
    {
        "referral_started",
        "referral_submitted",
        "referral_withdrawn",
        "referral_accepted",
        "further_information_requested",
        "route_approached",
        "referral_passed_to_provider",
        "referral_returned",
        "spot_purchase_approved",
        "spot_purchase_made",
        "extra_hours_agreed",
    }
)
"""What is recorded there and nowhere else: a form of its own would pass the gates by."""

_PAGES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "referral_submitted": ("referral_send", ()),
        "risk_assessment_updated": ("referral_section", ("risk-assessment",)),
        "gangs_coordinator_consulted": ("next_of_check", ("consultation",)),
        "yos_consulted": ("next_of_check", ("youth_justice",)),
        "area_check_requested": ("ask_for_check", ("area",)),
        "area_check_not_needed": ("referral_checks", ()),
        "area_check_completed": ("next_of_check", ("area",)),
        "name_check_completed": ("next_of_check", ("name",)),
        "address_check_requested": ("ask_for_check", ("address",)),
        "address_check_completed": ("next_of_check", ("address",)),
        "information_shared": ("referral_checks", ()),
        "options_shared": ("referral_search", ()),
        "options_shortlisted": ("referral_search", ()),
        "documents_shared": ("referral_search", ()),
        "referral_passed_to_provider": ("pathway_decides", ()),
        "referral_returned": ("pathway_decides", ()),
        "spot_purchase_approved": ("referral_money", ()),
        "assessment_interview_arranged": ("provider_step", ("assessment_interview_arranged",)),
        "assessment_interview_held": ("provider_step", ("assessment_interview_held",)),
        "housing_assessment_completed": ("provider_step", ("housing_assessment_completed",)),
        "housing_assessment_shared": ("provider_step", ("housing_assessment_shared",)),
        "offer_made": ("provider_step", ("offer_made",)),
        "offer_declined": ("provider_step", ("offer_declined",)),
        "offer_withdrawn": ("provider_step", ("offer_withdrawn",)),
        "refusal_discussed": ("provider_step", ("refusal_discussed",)),
        "refusal_made": ("provider_step", ("refusal_made",)),
        "challenge_raised": ("referral_refusal", ()),
        "refusal_accepted": ("referral_refusal", ()),
        "referral_accepted": ("referral_desk", ()),
        "further_information_requested": ("referral_desk", ()),
    }
)
_OF_A_CHALLENGE = frozenset(
    {
        "provider_responded",
        "challenge_unresolved",
        "escalated",
        "challenge_resolved",
        "contract_challenge_recorded",
        "need_level_agreed",
    }
)


_OF_A_PLACEMENT = frozenset({"placement_confirmed", "host_authority_consulted", "unit_risk_plan_requested"})
"""Steps of a placement that an offer has led to."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "referral_started": "Start the referral",
        "referral_submitted": "Send the referral",
        "risk_assessment_updated": "Update the risk assessment",
        "gangs_coordinator_consulted": "Consult the Gangs Safeguarding Coordinator",
        "yos_consulted": "Ask the Youth Offending Service",
        "area_check_requested": "Ask for a check of areas",
        "area_check_not_needed": "Say that no check of areas is needed",
        "area_check_completed": "Answer the check of areas",
        "name_check_completed": "Answer the check of the name",
        "address_check_requested": "Ask for a check of addresses",
        "address_check_completed": "Answer the check of addresses",
        "information_shared": "Tell Placements what was found",
        "referral_accepted": "Check the referral and accept it",
        "further_information_requested": "Ask the worker for more",
        "options_shortlisted": "Put settings on the list",
        "options_shared": "Tell the worker the options",
        "documents_shared": "Ask for a place, and so share the documents",
        "referral_passed_to_provider": "Pass it to a provider",
        "referral_returned": "Send it back",
        "spot_purchase_approved": "Decide on the spot purchase",
        "assessment_interview_arranged": "Book the interview",
        "assessment_interview_held": "Say what became of the interview",
        "housing_assessment_completed": "Complete the housing assessment",
        "housing_assessment_shared": "Send the housing assessment",
        "offer_made": "Offer a place",
        "offer_declined": "Say no to the offer",
        "offer_withdrawn": "Withdraw the offer",
        "refusal_discussed": "Discuss the refusal with the worker",
        "refusal_made": "Refuse in writing",
        "refusal_accepted": "Accept the refusal",
        "challenge_raised": "Challenge the refusal",
        "provider_responded": "Answer the challenge",
        "challenge_unresolved": "Say that it is not resolved",
        "escalated": "Take it further",
        "challenge_resolved": "Say how it was resolved",
        "contract_challenge_recorded": "Say what the contract led to",
        "need_level_agreed": "Agree on the level of need",
        "placement_confirmed": "Confirm the place in writing",
        "host_authority_consulted": "Consult the authority there",
        "unit_risk_plan_requested": "Ask for the unit risk management plan",
        "saved_to_case_file": "Save it to the case file",
    }
)
"""What somebody does on those pages, as the link to them says it."""


def page_for(event_type: str, case_id: UUID, refs: Mapping[str, str]) -> str:
    """The address of the page on which such an entry of a referral is made; "" where it is a form like any other."""
    if event_type == "referral_started":
        return reverse("referral_start", args=[case_id])
    if event_type in _OF_A_PLACEMENT and _is_identifier(refs.get("placement", "")):
        return reverse("placement_step", args=[case_id, refs["placement"], event_type])
    if event_type == "saved_to_case_file" and _is_identifier(refs.get("referral", "")):
        return reverse("documents", args=[case_id])
    if event_type in _OF_A_CHALLENGE and _is_identifier(refs.get("challenge", "")):
        return reverse("challenge", args=[refs["challenge"]])
    if event_type not in _PAGES or not _is_identifier(refs.get("referral", "")):
        return ""
    name, more = _PAGES[event_type]
    return reverse(name, args=[refs["referral"], *more])


def words_for(event_type: str) -> str:
    """What is done on the page that `page_for` names."""
    return _WORDS[event_type]


def _is_identifier(ref: str) -> bool:
    try:
        UUID(ref)
    except ValueError:
        return False
    return True
