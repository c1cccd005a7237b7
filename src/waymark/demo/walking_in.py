"""Looked-after children of other authorities who turned up at providers of the made-up borough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from waymark.access.models import Membership
from waymark.access.services import acting_as
from waymark.core.clock import Clock, FixedClock
from waymark.walk_ins.models import WalkIn
from waymark.walk_ins.services import Seen, close, follow_up, home_told, log

IDENTIFIERS = UUID("5f0d7b4e-6b0a-4f0e-9d8e-3b1c4a7d9e21")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """One who came: how long ago, and what was done since. What is empty was not done."""

    ago: timedelta
    seen: Seen
    told: str = ""
    learnt: str = ""
    outcome: str = ""


CAME = (
    _Came(
        ago=7 * HOUR,
        seen=Seen(
            who="A girl who gave the name Bryony",
            age=16,
            home_authority="Fernmoor (made up)",
            social_worker="She does not know the name; the number is in her telephone",
            said="She came by train to see friends, and cannot go back to her foster home tonight.",
            tonight="She waits in the office; a bed for the night is being asked for",
            advice="Stay here in the warm; we ring your authority's duty team together.",
        ),
    ),
    _Came(
        ago=timedelta(days=9),
        seen=Seen(
            who="A boy who gave the name Corin",
            age=17,
            home_authority="Wexcombe (made up)",
            social_worker="Duty team, children looked after",
            said="His placement ended this morning and he was told to ask for a room here.",
            tonight="With his cousin, who came for him",
            advice="You remain looked after by Wexcombe: they must find you a place. Come back if the cousin cannot.",
        ),
        told="The duty team of Wexcombe",
        learnt="Wexcombe say that a place is looked for; his social worker meets him tomorrow at his cousin's.",
    ),
    _Came(
        ago=timedelta(days=40),
        seen=Seen(
            who="A young person who gave the name Marlow",
            age=17,
            home_authority="Fernmoor (made up)",
            social_worker="Known to the out-of-hours team",
            said="Left a children's home after an argument.",
            tonight="Taken back by staff of the home",
            advice="How to complain about the home, and who may help with that.",
        ),
        told="The out-of-hours team of Fernmoor",
        learnt="Back in the home; Fernmoor sees Marlow on Monday.",
        outcome="Back in their placement. Fernmoor answers for them.",
    ),
)


def log_walk_ins(staff: Sequence[Membership], *, clock: Clock) -> None:
    """Log who came, each with one of the staff of providers, as they would have themselves."""
    for number, came in enumerate(CAME):
        _log(came, staff[number % len(staff)], number, clock)


def _log(came: _Came, membership: Membership, number: int, clock: Clock) -> None:
    actor, at = acting_as(membership), clock.now() - came.ago
    identifier = uuid5(IDENTIFIERS, str(number))
    walk_in: WalkIn = log(came.seen, actor=actor, id=identifier, clock=FixedClock(at))
    if came.told:
        home_told(walk_in, actor=actor, at=at + HOUR, whom=came.told, how="phone", clock=FixedClock(at + HOUR))
    if came.learnt:
        learnt = FixedClock(at + 20 * HOUR)
        follow_up(walk_in, came.learnt, actor=actor, id=uuid5(identifier, "learnt"), clock=learnt)
    if came.outcome:
        close(walk_in, came.outcome, actor=actor, clock=FixedClock(at + 48 * HOUR))
