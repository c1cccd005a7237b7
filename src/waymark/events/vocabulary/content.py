"""What records may hold: the items a person ticks, and a content clause looks for, in `data.has`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waymark.events.vocabulary.types import Choices, ContentItem

REFERRAL = "referral_submitted"
ASSESSMENT = "housing_assessment_completed"
ASSESSMENT_SHARED = "housing_assessment_shared"
MEETING = "planning_meeting_held"
PLAN = "support_plan_written"
REVIEW = "review_held"
SHARE = "information_shared"

_ALL = (
    ContentItem("specification_form", "Placement request and specification form", (REFERRAL,)),
    ContentItem("sp_referrals_form", "SP Referrals form", (REFERRAL,)),
    ContentItem("camden_form", "Camden pathway form", (REFERRAL,)),
    ContentItem("risk_assessment", "Social care risk assessment", (REFERRAL,)),
    ContentItem(
        "young_person_view",
        "The young person's own view of their strengths, needs, risks and wanted outcomes",
        (REFERRAL,),
    ),
    ContentItem("why_supported_accommodation", "Why supported accommodation is right for them", (REFERRAL,)),
    ContentItem(
        "risk_detail",
        "For each known risk and vulnerability: its history, what is needed now and what sets it off",
        (REFERRAL,),
    ),
    ContentItem("safety_plans", "Safety plans now in place and measures for the placement", (REFERRAL,)),
    ContentItem("absence_alert_arrangements", "How to alert the worker to absences", (REFERRAL,)),
    ContentItem("duty_team_use", "When the Emergency Duty Team is to be used", (REFERRAL,)),
    ContentItem("asset_explanations", "Asset+ explanations and conclusions", (REFERRAL,)),
    ContentItem("yos_pathway_plan", "Youth Offending Service pathway plan", (REFERRAL,)),
    ContentItem("care_or_pathway_plan", "Care plan or pathway plan", (REFERRAL,)),
    ContentItem("personal_education_plan", "Personal education plan", (REFERRAL,)),
    ContentItem(
        "built_on_social_care_risk_assessment",
        "Built on the social care risk assessment, so that nobody repeats their story",
        (ASSESSMENT,),
    ),
    ContentItem(
        "risk_matching",
        "Risk matching against the others in the setting",
        (ASSESSMENT, ASSESSMENT_SHARED),
    ),
    ContentItem("need_level", "Level of need (high, medium or low) and the setting that suits it", (ASSESSMENT,)),
    ContentItem(
        "monitoring_sharing",
        "How monitoring information and risky behaviour will be shared",
        (ASSESSMENT,),
    ),
    ContentItem("unit_risk_plan", "Unit risk management plan", (ASSESSMENT, ASSESSMENT_SHARED)),
    ContentItem("explanation", "A clear explanation of the refusal", ("refusal_made",)),
    ContentItem("purpose", "Purpose of the placement", (MEETING,)),
    ContentItem("length", "How long it is meant to last", (MEETING,)),
    ContentItem("longer_term_housing", "The longer-term housing they are working towards", (MEETING,)),
    ContentItem("support_range", "The range of support they need", (MEETING,)),
    ContentItem(
        "incident_response",
        "Incidents to expect, the response, and what is shared when",
        (MEETING,),
    ),
    ContentItem("outcomes", "Outcomes to work towards", (MEETING, PLAN)),
    ContentItem("support_frequency", "How often support is given, and of what type", (MEETING,)),
    ContentItem("worker_actions", "Which parts of the plan the worker is responsible for", (MEETING,)),
    ContentItem("partner_actions", "Which parts of the plan partners are responsible for", (MEETING,)),
    ContentItem("review_dates", "Dates of all the 3-monthly reviews", (MEETING,)),
    ContentItem("safety_plan", "Safety and risk plan", (MEETING, PLAN)),
    ContentItem(
        "risk_indicators",
        "Signs that risk is rising, the response to them and who gives it",
        (MEETING,),
    ),
    ContentItem(
        "missing_arrangements",
        "When to report missing: to the police, to the worker, and to the Emergency Duty Team",
        (MEETING,),
    ),
    ContentItem("missing_history", "Earlier missing episodes and the risk of going missing", (MEETING,)),
    ContentItem("yos_updates", "What the Youth Offending Service worker is told and when", (MEETING,)),
    ContentItem("curfew", "A curfew", (MEETING,)),
    ContentItem("information_agreement", "What information is to be shared, and when", (MEETING,)),
    ContentItem("timeframes", "Time frames for outcomes and actions", (PLAN,)),
    ContentItem("actions", "Actions that support the outcomes", (PLAN,)),
    ContentItem("responsible", "Who is responsible for each action", (PLAN,)),
    ContentItem("review_date", "The date of the next review, within 3 months", (PLAN,)),
    ContentItem("outcomes_achieved", "Outcomes achieved", (REVIEW,)),
    ContentItem("changed_needs_and_risks", "Changed strengths, needs and risks", (REVIEW,)),
    ContentItem("milestones", "Milestones reached", (REVIEW,)),
    ContentItem("amended_outcomes", "New or amended outcomes", (REVIEW,)),
    ContentItem("move_on_plans", "Plans for move-on", (REVIEW,)),
    ContentItem("necessary", "Necessary and proportionate", (SHARE,)),
    ContentItem("relevant", "Relevant", (SHARE,)),
    ContentItem("adequate", "Adequate", (SHARE,)),
    ContentItem("accurate", "Accurate", (SHARE,)),
    ContentItem("timely", "Timely", (SHARE,)),
    ContentItem("secure", "Secure", (SHARE,)),
    ContentItem("justification", "Why weekly logs are needed (court, level of risk)", ("weekly_log_requested",)),
    ContentItem("details", "As much detail as possible for the police", ("reported_missing",)),
    ContentItem(
        "context",
        "Context: bedding taken, how they were on return, whether under the influence",
        ("episode_ended",),
    ),
    ContentItem("learning", "Learning and contributory factors", ("incident_report_submitted",)),
)

CONTENT_ITEMS: Mapping[str, ContentItem] = MappingProxyType({item.name: item for item in _ALL})
"""Every content item by name."""


def item_choices(event_type: str) -> Choices:
    """The content items an event of this type may hold: pairs of value and label, in the order to show."""
    return tuple((item.name, item.label) for item in _ALL if event_type in item.events)
