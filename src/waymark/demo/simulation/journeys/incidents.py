"""Incidents in a placement and what follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta

from waymark.demo.simulation import phrases
from waymark.demo.simulation.journeys.reviews import review_risk
from waymark.demo.simulation.story import Refs, Story
from waymark.demo.simulation.worktime import in_office_hours
from waymark.demo.simulation.world import Stay

TIMES_A_YEAR = {"high": 3.0, "medium": 2.0, "low": 1.1}
SERIOUS = (
    "crime_or_violence",
    "threats",
    "hospital_admission",
    "safeguarding_alert",
    "death_or_injury",
    "service_disruption",
)
LIKELIHOOD = (5, 6, 4, 5, 2, 2)


def incidents(story: Story, stay: Stay) -> None:
    """Incidents, serious or not, at any hour (INC-01 to INC-05, GAN-10, CSE-04, INF-10)."""
    for at in story.now_and_then(stay, TIMES_A_YEAR[stay.scheme.need_level], night=True):
        _incident(story, stay, at)


def _incident(story: Story, stay: Stay, at: datetime) -> None:
    habits, keyworker = story.habits, story.keyworker(stay, at)
    serious = habits.chance(0.5)
    category = story.random.choices(SERIOUS, LIKELIHOOD)[0] if serious else "other"
    if serious and story.at_risk_of("exploitation_risk", at) and habits.chance(0.3):
        category = "exploitation"
    changes_risk = serious and category != "service_disruption" and habits.chance(0.4)
    refs = {"incident": story.new_ref("incident")}
    out_of_hours = not in_office_hours(at)
    story.record(
        "incident_recorded",
        at,
        keyworker,
        refs | {"placement": stay.placement, "scheme": stay.scheme.id},
        category=category,
        # INC-01: now and then someone forgets to mark a serious incident as one
        serious=serious and habits.chance(min(0.998, keyworker.thoroughness + 0.01)),
        out_of_hours=out_of_hours,
        changes_risk=changes_risk,
    )
    to = "duty_team" if out_of_hours else "social_worker"
    story.record("incident_reported", habits.at_once(keyworker, at), keyworker, refs, to=[to], how="phone")
    if category in ("crime_or_violence", "exploitation"):
        story.record("police_informed", habits.at_once(keyworker, at), keyworker, refs, how="phone")
    if serious:
        _report(story, stay, at, refs)
    if changes_risk:
        review_risk(story, stay, at)


def _report(story: Story, stay: Stay, at: datetime, refs: Refs) -> None:
    """The report to Commissioning, and now and then their response (INC-03 to INC-05)."""
    manager, commissioner = story.manager(stay.scheme), story.one_of("commissioning")
    sent = story.habits.promptly(manager, at)
    items = story.habits.complete(manager, ["learning"])
    story.record("incident_report_submitted", sent, manager, refs, has=items)
    if sent is not None and story.habits.chance(0.6):
        answered = story.habits.later(sent, 1, 6) + timedelta(minutes=5)
        story.record(
            "incident_response_recorded",
            answered,
            commissioner,
            refs,
            response=story.one_of_the(phrases.INCIDENT_RESPONSES),
        )
