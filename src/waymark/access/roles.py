"""Which role may do what. One table, to be read aloud; whether it holds for one record is the ledger's to say."""

from __future__ import annotations

from waymark.core.actor import Actor
from waymark.core.permissions import Permission

READING = {
    Permission.SIGNED_IN,
    Permission.VIEW_MY_WORK,
    Permission.VIEW_CASE,
    Permission.VIEW_PROTOCOL,
}
WORKING = READING | {Permission.RECORD_EVENT, Permission.RETRACT_EVENT, Permission.ADD_DOCUMENT}
INVOLVING = {Permission.MANAGE_INVOLVEMENT}
SHARING = {Permission.SHARE, Permission.SEE_WHO_LOOKED}
MANAGING = (
    WORKING
    | INVOLVING
    | SHARING
    | {Permission.WAIVE_DUTY, Permission.RESTRICT, Permission.DECLARE_CONFLICT, Permission.RELEASE_DOCUMENT}
    | {Permission.MERGE_RECORDS}
)
LISTING = {Permission.VIEW_REFERRALS}
REFERRING = LISTING | {Permission.REFER, Permission.CHALLENGE}
"""The worker, and whoever stands in for them (protocol: Process from referral to placement)."""
HOUSING = {Permission.ADD_HOUSING_ENTRY}
DESK = LISTING | HOUSING | {Permission.CHECK_REFERRAL, Permission.SEARCH_PLACEMENT}
ASSESSING = {Permission.ASSESS}
ANSWERING = ASSESSING | {Permission.OFFER, Permission.ANSWER_CHALLENGE}
"""The provider's side of a referral: its keyworkers, and its manager (protocol: Placement planning)."""
COUNTING = {Permission.COUNT_REFUSALS}
REVIEWING_CHALLENGES = COUNTING | {Permission.REVIEW_CHALLENGE}
"""CHA-03: Placements."""
AT_THE_DOOR = {Permission.VIEW_WALK_INS, Permission.LOG_WALK_IN}
WALK_INS = {Permission.VIEW_WALK_INS, Permission.COUNT_WALK_INS}
SPENDING = {Permission.PROPOSE_SPENDING}
PAYING = {Permission.APPROVE_SPENDING}
"""SEA-10: the Head of Service and the Service Manager."""
CHECKING = LISTING | {Permission.ANSWER_CHECK}
EMERGENCY = {Permission.BREAK_GLASS}
REVIEWING = {Permission.REVIEW_EMERGENCY}
APPROVING = {Permission.APPROVE_DISPOSAL}
AGREEING = {Permission.AGREE_TO_APPOINTMENT}
PROTECTING = (
    REVIEWING
    | APPROVING
    | AGREEING
    | {
        Permission.VIEW_AUDIT,
        Permission.ANSWER_SUBJECT_ACCESS,
        Permission.MANAGE_RETENTION,
    }
)
ADMINISTERING = {Permission.MANAGE_OWN_AGENCY} | AGREEING
"""What somebody who administers an agency may do besides, whatever their role."""
OPENING = {Permission.OPEN_CASE, Permission.MANAGE_PEOPLE}
ADOPTING = {Permission.ADOPT_PROTOCOL}
RISKS = {Permission.RECORD_RISK}
MATCHING = {Permission.MATCH_SETTINGS}
INTELLIGENCE = RISKS | {Permission.RECORD_ASSOCIATION, Permission.KEEP_REGISTERS}
"""What those keep who gather intelligence: who is in which group, who is against whom, and people of concern."""
VACANCIES = {Permission.VIEW_VACANCIES}
PLACING = VACANCIES | {Permission.HOLD_UNIT}
UPKEEP = VACANCIES | {Permission.MANAGE_UNITS}
CONTRACTING = {Permission.OPEN_CASE, Permission.MANAGE_ACCOMMODATION, Permission.MANAGE_AGENCIES}

ROLE_PERMISSIONS: dict[str, set[Permission]] = {
    # The authority's own staff
    "social_worker": WORKING
    | REFERRING
    | OPENING
    | SHARING
    | EMERGENCY
    | RISKS
    | MATCHING
    | {Permission.DECLARE_CONFLICT},
    "deputy_team_manager": MANAGING | REFERRING | OPENING | EMERGENCY | RISKS | MATCHING,
    "service_manager": MANAGING | PAYING | REFERRING | OPENING | EMERGENCY | REVIEWING,
    "head_of_service": MANAGING | PAYING | REFERRING | ADOPTING | EMERGENCY | REVIEWING | APPROVING | AGREEING,
    "placements_team": WORKING
    | WALK_INS
    | REVIEWING_CHALLENGES
    | SPENDING
    | DESK
    | PLACING
    | OPENING
    | INVOLVING
    | RISKS
    | MATCHING,
    "sp_referrals": WORKING | DESK | PLACING | INVOLVING | MATCHING,
    "commissioning": WORKING
    | WALK_INS
    | COUNTING
    | {Permission.CHALLENGE_CONTRACT}
    | LISTING
    | UPKEEP
    | CONTRACTING
    | ADOPTING,
    "duty_team": WORKING | EMERGENCY | RISKS,
    "iro": WORKING,
    "data_protection_lead": READING | PROTECTING,
    "temporary_accommodation": WORKING | {Permission.NOTIFY_FAMILIES},
    # Housing providers
    "housing_keyworker": WORKING | AT_THE_DOOR | ASSESSING | HOUSING | LISTING | VACANCIES | RISKS,
    "provider_manager": WORKING
    | AT_THE_DOOR
    | ANSWERING
    | HOUSING
    | LISTING
    | PLACING
    | UPKEEP
    | INVOLVING
    | RISKS
    | MATCHING,
    # Gangs, police, youth offending
    "gangs_team": WORKING | CHECKING | EMERGENCY | INTELLIGENCE | MATCHING,
    "gangs_coordinator": WORKING | CHECKING | EMERGENCY | INTELLIGENCE | MATCHING,
    "exploitation_worker": WORKING | RISKS | {Permission.RECORD_ASSOCIATION},
    "police": WORKING | EMERGENCY | INTELLIGENCE,
    "safer_neighbourhood": WORKING | INTELLIGENCE,
    "yos_worker": WORKING | CHECKING | RISKS,
    # Others
    "any_professional": WORKING,
    "young_person": {Permission.SIGNED_IN},
}


def permissions_of(actor: Actor) -> set[Permission]:
    """What somebody may do: by their role, and because they administer their agency."""
    held = ROLE_PERMISSIONS.get(actor.role, set())
    return held | ADMINISTERING if actor.administers else held


INVOLVABLE = tuple(role for role, held in ROLE_PERMISSIONS.items() if Permission.VIEW_CASE in held)
"""Roles in which somebody may be brought in to work on a record."""
