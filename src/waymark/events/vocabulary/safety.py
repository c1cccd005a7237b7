"""Keeping people safe: exploitation, going missing, serious incidents."""

from __future__ import annotations

from waymark.events.vocabulary.fields import choice, flag, has, scheduled_for, sent_how, told_to, words
from waymark.events.vocabulary.types import Choices, EventType, Field, Implied

WORKER = ("social_worker",)
KEYWORKER = ("housing_keyworker",)
PROVIDER = ("provider_manager", "housing_keyworker")

EXPLOITATION = "exploitation"
EXPLOITATION_EVENTS = (
    EventType(
        "exploitation_concern_raised",
        EXPLOITATION,
        "Concern about exploitation raised",
        refs=("concern",),
        fields=(words("concern", "What the concern is"),),
        by=("housing_keyworker", "social_worker"),
        begins=("concern",),
    ),
    EventType(
        "exploitation_meeting_convened",
        EXPLOITATION,
        "Exploitation strategy or professionals meeting called",
        refs=("meeting",),
        fields=(scheduled_for("When the meeting will be"),),
        by=WORKER,
        begins=("meeting",),
    ),
    EventType(
        "keyworker_invited",
        EXPLOITATION,
        "Keyworker invited to a meeting",
        refs=("meeting",),
        fields=(
            choice(
                "kind",
                "What kind of meeting",
                ("exploitation", "Exploitation strategy or professionals meeting"),
                ("missing", "Missing panel, strategy or professionals meeting"),
                ("mapping", "Mapping meeting"),
                asked=True,
            ),
            scheduled_for("When the meeting will be"),
        ),
        by=WORKER,
        begins=("meeting",),
    ),
    EventType(
        "meeting_attended",
        EXPLOITATION,
        "Meeting attended",
        refs=("meeting",),
        fields=(Field("role", "Who attended", "roles"),),
        by=KEYWORKER,
    ),
    EventType(
        "threshold_decided",
        EXPLOITATION,
        "Decision on the exploitation threshold made",
        refs=("concern",),
        fields=(
            flag("met", "Is the threshold met?"),
            flag("police", "Must the police be told?"),
        ),
        by=WORKER,
        hint="Together with the specialist exploitation worker.",
    ),
    EventType(
        "mapping_meeting_held",
        EXPLOITATION,
        "Mapping meeting held",
        by=WORKER,
        optional_refs=("meeting",),
        begins=("meeting",),
    ),
)

MISSING = "missing"
MISSING_EVENTS = (
    EventType(
        "missing_risk_identified",
        MISSING,
        "Risk of going missing identified",
        fields=(words("reason", "What points to it"),),
        by=WORKER,
    ),
    EventType("missing_risk_assessed", MISSING, "Missing risk assessment completed", by=WORKER),
    EventType(
        "missing_meeting_convened",
        MISSING,
        "Missing panel or strategy meeting called",
        refs=("meeting",),
        fields=(scheduled_for("When the meeting will be"),),
        by=WORKER,
        begins=("meeting",),
    ),
    EventType(
        "absence_recorded",
        MISSING,
        "Absence recorded",
        refs=("episode",),
        fields=(
            Field(
                "agreed_report_by",
                "Report to the police by",
                "datetime",
                required=True,
                hint="The time agreed at the planning meeting or since. If nothing was agreed, your manager or the "
                "out-of-hours team decides. Put now when they should be reported at once. If in doubt, report missing.",
            ),
        ),
        by=KEYWORKER,
        optional_refs=("placement",),
        begins=("episode",),
        when_hint="The time when they were expected back, or were found gone.",
    ),
    EventType(
        "worker_notified",
        MISSING,
        "Allocated worker told of the absence",
        refs=("episode",),
        fields=(sent_how("How they were told"),),
        by=KEYWORKER,
    ),
    EventType(
        "duty_team_contacted",
        MISSING,
        "Emergency Duty Team contacted",
        refs=("episode",),
        fields=(
            choice(
                "reason",
                "Why",
                ("crisis", "A crisis"),
                ("serious_incident", "A serious incident"),
                ("advice", "Advice on a serious incident"),
                ("absence", "To tell them of an absence"),
                hint="News of an absence goes to the allocated worker, never to the Emergency Duty Team.",
            ),
        ),
        by=KEYWORKER,
        begins=("episode",),
    ),
    EventType(
        "reported_missing",
        MISSING,
        "Reported missing to the police",
        refs=("episode",),
        fields=(
            has("reported_missing", "What the police were given"),
            words("reference", "Police reference"),
        ),
        by=KEYWORKER,
        begins=("episode",),
    ),
    EventType(
        "episode_ended",
        MISSING,
        "Missing young person returned or found",
        refs=("episode",),
        fields=(has("episode_ended", "What was recorded"), words("context", "What was noticed", shows="context")),
        by=KEYWORKER,
        once_of="episode",
    ),
    EventType(
        "return_expected",
        MISSING,
        "Expected return recorded",
        refs=("episode",),
        fields=(Field("expected_at", "When they are expected", "datetime"),),
        by=KEYWORKER,
        hint="For example to collect their weekly money. Plan how to use the visit.",
    ),
    EventType(
        "worker_told_of_return",
        MISSING,
        "Worker told of the return",
        refs=("episode",),
        fields=(sent_how("How they were told"),),
        by=KEYWORKER,
    ),
)

INCIDENTS = "incidents"
SERIOUS_INCIDENTS: Choices = (
    ("crime_or_violence", "Serious crime or violence"),
    ("threats", "Serious threats"),
    ("death_or_injury", "Unexpected death or serious injury"),
    ("hospital_admission", "Unexpected emergency admission to hospital"),
    ("service_disruption", "Serious disruption of the service (fire, flood, loss of power)"),
    ("safeguarding_alert", "An incident that led to a safeguarding alert"),
    ("exploitation", "Exploitation"),
)
OTHER_INCIDENT = "other"
INCIDENT_EVENTS = (
    EventType(
        "incident_recorded",
        INCIDENTS,
        "Incident recorded",
        refs=("incident",),
        fields=(
            choice(
                "category",
                "What kind of incident",
                *SERIOUS_INCIDENTS,
                (OTHER_INCIDENT, "Something else"),
                asked=True,
            ),
            flag("serious", "Is it serious?", asked=True),
            flag("out_of_hours", "Did it happen out of hours?"),
            flag("changes_risk", "Does it point to new or changed risk?", asked=True),
            words("summary", "What happened"),
        ),
        by=PROVIDER,
        hint="Every kind listed but the last is serious. Tell the worker or their manager at once.",
        optional_refs=("placement", "scheme"),
        begins=("incident",),
        implied=(
            Implied(
                "category",
                tuple(kind for kind, _ in SERIOUS_INCIDENTS),
                "serious",
                answer=True,
                because="is always serious. Select yes, or another kind of incident",
            ),
        ),
    ),
    EventType(
        "incident_reported",
        INCIDENTS,
        "Incident reported",
        refs=("incident",),
        fields=(told_to("Who it was reported to"), sent_how("How it was reported")),
        by=PROVIDER,
    ),
    EventType(
        "incident_report_submitted",
        INCIDENTS,
        "Incident report sent to Commissioning",
        refs=("incident",),
        fields=(has("incident_report_submitted", "What the report holds"),),
        by=("provider_manager",),
    ),
    EventType(
        "incident_response_recorded",
        INCIDENTS,
        "Response to an incident recorded",
        fields=(words("response", "What was done"),),
        by=("commissioning",),
        optional_refs=("incident",),
    ),
)

EVENTS = EXPLOITATION_EVENTS + MISSING_EVENTS + INCIDENT_EVENTS
