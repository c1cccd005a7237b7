"""What people write in the demo: short, plausible, about nobody. A record is for facts, so it stays dry."""

from __future__ import annotations

GANG_CONCERNS = (
    "Older visitors the young person seems afraid of",
    "Asked to be walked to the bus stop two evenings running",
    "Came home without coat and phone and would not say how",
    "Will no longer go to college by way of the market",
    "Two people asked for the young person by a street name",
)
INTELLIGENCE = (
    "Seen with others in a tense part of the borough",
    "Named in a dispute between two groups; no threat known",
    "Stopped in a car with someone the young person is to keep away from",
    "Likely target of a robbery last weekend",
)
OBSERVATIONS = (
    ("disruption", "A grey car waits outside most evenings"),
    ("disruption", "Dropped off by the same taxi firm after midnight, three times this week"),
    ("disruption", "A visitor gave two different names at the door"),
    ("concern", "A third new phone this month"),
    ("concern", "New trainers and a watch, with no change in income"),
    ("concern", "A bruise on the wrist, said to be from the gym"),
)
HARM = (
    "Injuries that do not fit the account given",
    "Said that someone older has told them not to eat at home",
    "Has stopped eating and will not see a doctor",
    "Told a keyworker that a relative hits them on visits",
)
RISK_INFORMATION = (
    "An older associate is back in the area",
    "A former partner has been given the new address",
    "Bail conditions of someone known to them have changed",
    "The college has seen a change in who collects them",
)
SAFEGUARDING = (
    "The young person spoke of pressure from a former partner",
    "A friend who visits is under 16 and was there overnight",
    "Money goes missing on the day it is paid",
    "The young person has stopped taking prescribed medicine",
)
EXPLOITATION = (
    "Gifts from someone not named",
    "Messages late at night asking for photographs",
    "Collected by car by adults not known to staff",
    "Carries two phones and answers one at any hour",
)
CHANGES = (
    "Lost their job",
    "A new relationship",
    "A bereavement in the family",
    "Started college",
    "Expecting a baby",
    "Arrested; no charge so far",
)
RETURNS = (
    "Tired and hungry, in clean clothes",
    "Quiet; would not say where",
    "Cheerful; had been with cousins",
    "Under the influence; slept until noon",
    "Came for their weekly money and stayed",
)
ACTIONS = (
    "Fit a door viewer",
    "Agree visiting hours",
    "Refer to a mentoring scheme",
    "Go through the safety plan with the night team",
)
OUTCOMES = (
    "Curfew checks kept; lifts home from college",
    "Move to another part of the borough to be looked at",
    "Weekly call between worker and keyworker",
)
INCIDENT_RESPONSES = ("Discussed with the manager", "Learning taken to the provider forum", "Night cover increased")
LOG_THEMES = (
    "Move-on is slow",
    "Fewer incidents at night",
    "Two rooms wait for repairs",
    "Support plans behind for new arrivals",
    "Nothing to follow up",
)
WEEKLY_LOG_REASONS = ("Court in two months", "Risk has risen since the last review", "First weeks after a move")
REFUSALS = (
    "Risk to another resident that the setting cannot manage",
    "Needs staff at night, which this scheme does not have",
    "The last vacancy has been taken",
)
