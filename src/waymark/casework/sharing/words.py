"""The lines of the sharing ledger in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from waymark.access.models import Agency, Grant, Membership, Team
from waymark.core import formats
from waymark.core.categories import Category
from waymark.duties.engine.wording import lower_first
from waymark.events.vocabulary import ROLES


def until_words(ends_at: datetime | None) -> str:
    """`the end of 3 May 2027` for a line that ends at midnight, else with the time; "" for none."""
    return formats.until(ends_at) if ends_at else ""


def sentence(text: str) -> str:
    """A text with a capital letter first."""
    return text[:1].upper() + text[1:]


def labels(categories: Collection[str]) -> list[str]:
    """What people call categories, in their order."""
    return [category.label for category in Category if category in categories]


def listed(words: Iterable[str]) -> str:
    """`Risk, health and finance`: the first as it is written, the others in small letters."""
    found = [word if place == 0 else word[:1].lower() + word[1:] for place, word in enumerate(words)]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""


def role_words(role: str) -> str:
    """A role as it stands inside a sentence: `housing keyworker`, but `Head of Service`."""
    return lower_first(ROLES.get(role, role))


def holder_name(line: Grant) -> str:
    """Whoever holds a line: a person's name, a team's, or everyone in a role."""
    if line.membership is not None:
        return line.membership.account.name
    return name_of_holder(line.team, line.agency, line.role)


def name_of_holder(team: Team | None, agency: Agency | None, role: str) -> str:
    """What a team, or everyone in a role at an agency, is called."""
    return team.name if team is not None else f"Everyone who is {role_words(role)} at {agency}"


def agency_of(line: Grant) -> Agency:
    """The agency of whoever holds a line."""
    holder = line.membership or line.team
    found = holder.agency if holder is not None else line.agency
    if found is None:
        raise ValueError(f"{line} has no holder.")
    return found


def member_words(member: Membership | None) -> str:
    """Somebody with their role and agency; the system where it was nobody."""
    if member is None:
        return "Waymark"
    return f"{member.account.name}, {role_words(member.role)}, {member.agency.name}"
