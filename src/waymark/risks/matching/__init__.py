"""Whether it is safe for a young person to live in a setting: found on all that is known, shown at a reader's level."""

from waymark.risks.matching.conflicts import MOST_OF_ONE_GROUP, Cause, Conflict, Side
from waymark.risks.matching.finding import match
from waymark.risks.matching.showing import NO_KNOWN_CONFLICT, Shown, show

__all__ = ["MOST_OF_ONE_GROUP", "NO_KNOWN_CONFLICT", "Cause", "Conflict", "Shown", "Side", "match", "show"]
