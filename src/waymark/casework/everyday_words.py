"""What people call things when they look for what to record: words beside those of the list."""

from __future__ import annotations

from collections.abc import Mapping

EVERYDAY_WORDS: Mapping[str, str] = {
    # Missing
    "absence_recorded": "missing absent away not home not back not come home late awol run away runaway ran off gone",
    "reported_missing": "absent not home not come home awol run away runaway ran off gone police called 101 misper",
    "episode_ended": "back returned come home came home found safe",
    "return_expected": "back later staying out rang phoned",
    "duty_team_contacted": "edt out of hours night weekend missing",
    "missing_risk_identified": "run away runaway awol going missing",
    # Incidents
    "incident_recorded": "fight assault attack violence threat police called ambulance hospital fire self-harm overdose"
    " suicide drugs alcohol drunk cannabis weapon knife stabbed theft damage accident injury death arrest bullying",
    "incident_reported": "told manager told worker notified",
    "incident_report_submitted": "incident form report sent",
    # Placement and moving
    "placement_started": "moved in arrived move-in new home",
    "placement_ended": "moved out left evicted eviction notice gone leaving",
    "planning_meeting_held": "move-in meeting moving in ppm",
    "planning_meeting_arranged": "move-in meeting moving in booked ppm",
    "handbook_given": "welcome pack house rules induction",
    "support_plan_written": "key work keywork plan goals",
    "review_held": "six week meeting progress",
    "significant_change_recorded": "pregnant ill illness mental health worse new risk job college",
    "move_made": "moved room flat transfer",
    "extension_requested": "stay longer more time",
    # Concerns
    "harm_concern_raised": "safeguarding worried worry abuse neglect disclosure hurt",
    "gang_concern_raised": "county lines knife weapon drugs postcode worried",
    "exploitation_concern_raised": "county lines grooming cse cce sexual trafficking modern slavery worried",
    "observation_recorded": "note seen noticed visitor log",
    "concern_shared": "safeguarding referral mash social care told",
    # The team
    "team_changed": "new keyworker new social worker left joined mentor handover",
    "case_closed": "end finished no longer",
}
"""For the commonest event types, what else they are found by."""


def words_for(event_type: str) -> str:
    """Other words for an event type, separated by spaces; none for most."""
    return EVERYDAY_WORDS.get(event_type, "")
