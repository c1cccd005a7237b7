"""The vocabulary holds every word of the shared contract, and nothing a form could not ask."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from waymark.events.vocabulary import (
    CONTENT_ITEMS,
    EVENT_TYPES,
    FACTS,
    FIELD_KINDS,
    GROUPS,
    RECORDING_ROLES,
    REF_KINDS,
    ROLES,
    EventType,
    Field,
    item_choices,
)

CONTRACT = {
    "referral": """need_identified referral_started risk_assessment_updated gangs_coordinator_consulted
        area_check_requested area_check_not_needed area_check_completed yos_consulted referral_submitted
        referral_withdrawn case_closed""",
    "search": """further_information_requested referral_accepted options_shortlisted options_shared
        route_approached documents_shared address_check_requested address_check_completed
        referral_passed_to_provider referral_returned spot_purchase_proposed spot_purchase_approved
        spot_purchase_made extra_hours_agreed""",
    "housing assessment": """provider_received_referral assessment_interview_arranged
        assessment_interview_held housing_assessment_completed housing_assessment_shared offer_made
        refusal_discussed refusal_made saved_to_case_file host_authority_consulted unit_risk_plan_requested
        family_placed_out_of_borough childrens_social_care_notified placement_confirmed""",
    "challenge": """challenge_raised provider_responded challenge_unresolved escalated challenge_resolved
        contract_challenge_recorded refusal_accepted need_level_disputed need_level_agreed""",
    "placement": """placement_agreed placement_started placement_ended planning_meeting_arranged
        planning_meeting_held handbook_given support_plan_written meeting_notes_sent support_plan_sent""",
    "review": """review_scheduled review_held review_notes_sent statutory_review_scheduled
        statutory_review_held significant_change_recorded early_review_not_needed""",
    "move on": """move_proposed move_agreed move_made move_notified extension_requested extension_checked
        extension_decided""",
    "sharing": """harm_concern_raised concern_shared risk_information_received
        safeguarding_information_received information_shared team_changed team_list_shared
        risk_assessment_reviewed placement_risk_assessment_updated monthly_log_submitted log_entry_shared
        log_reviewed weekly_log_requested weekly_log_submitted weekly_log_ended voids_summary_sent""",
    "gangs": """overnight_briefing_recorded intelligence_received intelligence_passed
        strategy_meeting_convened strategy_meeting_not_needed matrix_recorded provider_informed
        gang_concern_raised concern_shared_with_worker police_informed observation_recorded""",
    "panels": """panel_invitation keyworker_consulted panel_update_provided panel_held panel_cancelled
        panel_attended case_notes_updated outcome_shared safety_plan_shared placement_file_updated
        action_assigned action_done action_withdrawn""",
    "exploitation": """exploitation_concern_raised exploitation_meeting_convened keyworker_invited
        meeting_attended threshold_decided mapping_meeting_held""",
    "missing": """missing_risk_identified missing_risk_assessed missing_meeting_convened absence_recorded
        worker_notified duty_team_contacted reported_missing episode_ended return_expected
        worker_told_of_return""",
    "incidents": """incident_recorded incident_reported incident_report_submitted
        incident_response_recorded""",
    "forums and contracts": """protocol_adopted template_published provider_contracted provider_ended
        scheme_opened scheme_closed provider_meeting_held police_visit_recorded linked_officer_named
        linked_officer_advice_recorded provider_forum_held contract_review_held staff_joined
        training_recorded""",
    "record": "facts_recorded event_retracted duty_waived",
}

DATA_FIELDS = {
    "referral_submitted": "has route",
    "route_approached": "route",
    "assessment_interview_arranged": "scheduled_for",
    "assessment_interview_held": "attended",
    "housing_assessment_completed": "has",
    "housing_assessment_shared": "to",
    "offer_made": "how",
    "refusal_made": "how has",
    "saved_to_case_file": "document",
    "challenge_unresolved": "stage",
    "escalated": "to",
    "planning_meeting_held": "chair attended has at_placement",
    "support_plan_written": "has",
    "support_plan_sent": "to",
    "review_scheduled": "scheduled_for combined",
    "review_held": "chair attended has combined",
    "review_notes_sent": "to",
    "move_proposed": "internal",
    "move_agreed": "by internal",
    "move_made": "internal",
    "move_notified": "to",
    "concern_shared": "how",
    "information_shared": "to has",
    "monthly_log_submitted": "month young_people",
    "log_entry_shared": "young_person",
    "weekly_log_requested": "has",
    "voids_summary_sent": "month",
    "intelligence_received": "relevant",
    "intelligence_passed": "to how urgent",
    "panel_invitation": "scheduled_for",
    "keyworker_consulted": "scheduled_for",
    "panel_held": "safety_plan_changed",
    "panel_attended": "role",
    "action_assigned": "due",
    "exploitation_meeting_convened": "scheduled_for",
    "keyworker_invited": "kind scheduled_for",
    "meeting_attended": "role",
    "missing_meeting_convened": "scheduled_for",
    "absence_recorded": "agreed_report_by",
    "duty_team_contacted": "reason",
    "reported_missing": "has",
    "episode_ended": "has",
    "incident_recorded": "serious category out_of_hours changes_risk",
    "incident_reported": "to",
    "incident_report_submitted": "has",
    "event_retracted": "event",
    "duty_waived": "clause reason",
}

REQUIRED = {
    "assessment_interview_arranged": ("scheduled_for",),
    "panel_invitation": ("scheduled_for",),
    "review_scheduled": ("scheduled_for",),
    "exploitation_meeting_convened": ("scheduled_for",),
    "missing_meeting_convened": ("scheduled_for",),
    "keyworker_invited": ("scheduled_for",),
    "action_assigned": ("due",),
    "absence_recorded": ("agreed_report_by",),
    "event_retracted": ("event",),
    "duty_waived": ("clause", "reason"),
    "monthly_log_submitted": ("month",),
    "voids_summary_sent": ("month",),
}

CONTENT_BY_EVENT = {
    "referral_submitted": """specification_form risk_assessment young_person_view why_supported_accommodation
        risk_detail safety_plans absence_alert_arrangements duty_team_use asset_explanations
        yos_pathway_plan""",
    "housing_assessment_completed": """built_on_social_care_risk_assessment risk_matching need_level
        monitoring_sharing""",
    "refusal_made": "explanation",
    "planning_meeting_held": """purpose length longer_term_housing support_range incident_response outcomes
        support_frequency worker_actions partner_actions review_dates safety_plan yos_updates
        information_agreement missing_history missing_arrangements""",
    "support_plan_written": "outcomes timeframes actions responsible review_date safety_plan",
    "review_held": "outcomes_achieved changed_needs_and_risks milestones amended_outcomes move_on_plans",
    "information_shared": "necessary relevant adequate accurate timely secure",
    "weekly_log_requested": "justification",
    "reported_missing": "details",
    "episode_ended": "context",
    "incident_report_submitted": "learning",
}

FACT_NAMES = """date_of_birth status gang_risk exploitation_risk missing_risk yos_order out_of_borough
    child_concern gangs_team_open block_contract curfew_capable several_tiers covered_from"""

ROLE_NAMES = """social_worker deputy_team_manager housing_keyworker provider_manager placements_team
    sp_referrals commissioning gangs_team gangs_coordinator police safer_neighbourhood head_of_service
    service_manager duty_team yos_worker iro temporary_accommodation any_professional young_person"""

REF_NAMES = """referral placement review meeting incident episode intelligence challenge panel scheme
    provider borough log move concern action"""

EVERY_TYPE = [pytest.param(event_type, id=name) for name, event_type in EVENT_TYPES.items()]


def every_field() -> Iterator[tuple[EventType, Field]]:
    return ((event_type, field) for event_type in EVENT_TYPES.values() for field in event_type.fields)


def test_every_event_type_of_the_contract_is_known_in_its_group_and_no_other_is() -> None:
    assert {name: kind.group for name, kind in EVENT_TYPES.items()} == {
        name: group for group, names in CONTRACT.items() for name in names.split()
    } | OUR_TYPES
    assert set(GROUPS) == set(CONTRACT)


@pytest.mark.parametrize(("name", "fields"), DATA_FIELDS.items())
def test_each_data_field_that_the_contract_names_can_be_recorded(name: str, fields: str) -> None:
    assert set(fields.split()) <= {field.name for field in EVENT_TYPES[name].fields}


def test_only_what_a_deadline_counts_from_or_a_correction_needs_is_required() -> None:
    required = {name: kind.required_fields for name, kind in EVENT_TYPES.items() if kind.required_fields}
    assert {name: fields for name, fields in required.items() if name not in OUR_TYPES} == REQUIRED


def test_every_field_is_of_a_known_kind_and_choices_go_with_the_kinds_that_choose() -> None:
    for event_type, field in every_field():
        where = f"{event_type.name}.{field.name}"
        assert field.kind in FIELD_KINDS, where
        assert bool(field.choices) == (field.kind in {"choice", "choices", "items"}), where


@pytest.mark.parametrize("event_type", EVERY_TYPE)
def test_no_field_or_choice_of_an_event_type_is_named_twice(event_type: EventType) -> None:
    names = [field.name for field in event_type.fields]
    assert len(names) == len(set(names))
    for field in event_type.fields:
        values = [value for value, _ in field.choices]
        assert len(values) == len(set(values)), field.name


@pytest.mark.parametrize("event_type", EVERY_TYPE)
def test_an_event_type_names_only_known_roles_and_refs(event_type: EventType) -> None:
    assert event_type.by and set(event_type.by) <= set(RECORDING_ROLES)
    assert set(event_type.all_refs) <= set(REF_KINDS)
    assert set(event_type.begins) <= set(event_type.all_refs)
    assert len(event_type.all_refs) == len(set(event_type.all_refs))


def test_every_kind_of_ref_can_be_begun_by_some_event() -> None:
    assert {ref for kind in EVENT_TYPES.values() for ref in kind.begins} == set(REF_KINDS)


def test_every_label_begins_with_a_capital_and_shows_no_code_name() -> None:
    labels = [kind.label for kind in EVENT_TYPES.values()] + [kind.hint for kind in EVENT_TYPES.values()]
    labels += [text for _, field in every_field() for text in (field.label, field.hint)]
    labels += [text for _, field in every_field() for _, text in field.choices]
    labels += [*ROLES.values(), *REF_KINDS.values()]
    labels += [item.label for item in CONTENT_ITEMS.values()] + [fact.label for fact in FACTS.values()]
    assert [text for text in labels if text and (not text[0].isupper() or "_" in text)] == []


def test_two_event_types_never_read_the_same_on_a_form() -> None:
    labels = [kind.label for kind in EVENT_TYPES.values()]
    assert len(labels) == len(set(labels))


def test_an_event_label_is_a_statement_that_a_date_can_follow() -> None:
    """As in "Placement started on Mon 2 Mar 2026"."""
    assert [kind.label for kind in EVENT_TYPES.values() if set(kind.label) & set(",.:;()")] == []


@pytest.mark.parametrize(("event_type", "items"), CONTENT_BY_EVENT.items())
def test_an_event_can_hold_each_content_item_the_contract_gives_it(event_type: str, items: str) -> None:
    assert set(items.split()) <= {value for value, _ in item_choices(event_type)}


def test_each_content_item_is_offered_by_the_event_types_that_carry_it_and_only_those() -> None:
    for name, event_type in EVENT_TYPES.items():
        field = event_type.field("has")
        assert (field.choices if field else ()) == item_choices(name)
    assert {event for item in CONTENT_ITEMS.values() for event in item.events} <= set(EVENT_TYPES)


OUR_TYPES = {
    **dict.fromkeys(("emergency_access_opened", "emergency_access_reviewed", "paragraph_held_back"), "record"),
    **dict.fromkeys(("name_check_requested", "name_check_completed"), "referral"),
    **dict.fromkeys(("gangs_consultation_requested", "yos_consultation_requested"), "referral"),
    **dict.fromkeys(("offer_declined", "offer_withdrawn"), "housing assessment"),
}
"""Events that the contract does not name, each with its group: what the sharing ledger adds to a record, asking for
what the protocol only sees answered, and an offer that leads to no placement.
"""

OUR_ROLES = {"exploitation_worker", "data_protection_lead"}
"""Roles that the contract does not name, and that people sign in with all the same."""


def test_the_facts_roles_and_refs_are_those_of_the_contract() -> None:
    assert set(FACTS) == set(FACT_NAMES.split())
    assert set(RECORDING_ROLES) == set(ROLE_NAMES.split()) | OUR_ROLES
    assert set(ROLES) >= set(RECORDING_ROLES) | {"team"}
    assert set(REF_KINDS) == set(REF_NAMES.split())


def test_a_form_for_facts_asks_every_fact_and_lets_a_risk_be_not_known() -> None:
    asked = {field.name: field.kind for field in EVENT_TYPES["facts_recorded"].fields}
    assert asked == {fact.name: fact.kind for fact in FACTS.values()}
    assert {fact.kind for fact in FACTS.values() if fact.risk} == {"answer"}


def test_events_about_the_case_itself_need_no_ref_and_others_need_one_of_theirs() -> None:
    assert EVENT_TYPES["facts_recorded"].refs == ()
    assert EVENT_TYPES["significant_change_recorded"].refs == ()
    assert EVENT_TYPES["significant_change_recorded"].optional_refs == ("placement",)
    assert EVENT_TYPES["address_check_completed"].refs == ("referral", "move")
    assert EVENT_TYPES["review_held"].refs == ("placement", "review")


def test_the_vocabulary_loads_without_django() -> None:
    script = "import sys, waymark.events.vocabulary; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
