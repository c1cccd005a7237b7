"""What risk matching against the others in the setting finds, at the reader's level (HAS-02)."""

from __future__ import annotations

from django.db.backends.postgresql.psycopg_any import DateRange

from waymark.accommodation.vacancies import london_day
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.placements.models import Approach
from waymark.risks.matching import Shown, match, show
from waymark.risks.matching.showing import CLEAR
from waymark.risks.models import ExcludedArea
from waymark.risks.searching import whole_months


def may_match(actor: Actor, approach: Approach) -> bool:
    """Whether the reader may ask for a risk match of this young person."""
    return actor.may(Permission.MATCH_SETTINGS, ExcludedArea(case=approach.case, category=Category.RISK))


@service
def matched(approach: Approach, *, actor: Actor, clock: Clock = system_clock) -> Shown:
    """What stands against the setting that was approached, from this month until further notice, as the actor may read
    it. Who asked is on the trail. Raises `Refused` for whoever may not match.
    """
    actor.require(Permission.MATCH_SETTINGS, ExcludedArea(case=approach.case, category=Category.RISK))
    if approach.scheme_id is None:
        return CLEAR
    nights = whole_months(DateRange(london_day(clock.now()), None))
    found = match(approach.case, nights=nights, schemes=[approach.scheme_id], clock=clock)
    shown = show(found, actor=actor).get(approach.scheme_id, CLEAR)
    trail.searched(
        actor, "accommodation.Scheme", purpose="risk matching", cases={approach.case_id, *shown.named}, options=1
    )
    return shown
