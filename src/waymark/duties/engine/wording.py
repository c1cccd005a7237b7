"""Plain words for dates, roles and event types."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import takewhile

from waymark.events.vocabulary import CONTENT_ITEMS, EVENT_TYPES, ROLES
from waymark.events.vocabulary.parts import PARTS

from .calendar import LONDON

MOMENT = timedelta(microseconds=1)
ROLE_JOIN = " and "
WITHOUT_ARTICLE = ("everyone", "another")
"""How the names of those begin who are called by no `the`."""


def _name_in(label: str) -> str:
    """The words of a role's label that are a name: `Youth Offending Service` of `Youth Offending Service worker`.

    `Head of Service` is one as a whole; `Housing keyworker`, with one capital, is none.
    """
    words = label.split()
    capitals = list(takewhile(lambda word: word[:1].isupper(), words))
    if len(capitals) > 1:
        return " ".join(capitals)
    return label if any(word[:1].isupper() for word in words[1:]) else ""


NAMES = tuple(filter(None, map(_name_in, ROLES.values())))
"""Names of teams and posts, which keep their capital wherever they stand."""


def day_text(day: date) -> str:
    """`Sat 7 Mar 2026`."""
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def month_text(part: str) -> str:
    """`February 2026` for the part `2026-02`; any other part as it is."""
    try:
        return f"{date.fromisoformat(part + '-01'):%B %Y}"
    except ValueError:
        return part


def part_text(part: str) -> str:
    """What a part of a clause is called: `in writing` for `writing`, `February 2026` for a month."""
    return PARTS.get(part) or month_text(part)


def instant_text(instant: datetime) -> str:
    """`Mon 2 Mar 2026 at 10:00`, London time."""
    local = instant.astimezone(LONDON)
    return f"{day_text(local.date())} at {local:%H:%M}"


def due_text(due: datetime) -> str:
    """`the end of Sat 7 Mar 2026` for an exclusive midnight, otherwise the instant."""
    local = due.astimezone(LONDON)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return f"the end of {day_text((local - MOMENT).date())}"
    return instant_text(due)


def role_text(role: str | None) -> str:
    """`the housing keyworker`; `those present` where the protocol names nobody."""
    if role is None:
        return "those present"
    return ROLE_JOIN.join(_with_article(lower_first(ROLES.get(name, plain(name)))) for name in role.split(ROLE_JOIN))


def _with_article(label: str) -> str:
    return label if label.startswith(WITHOUT_ARTICLE) else f"the {label}"


def event_text(event_type: str) -> str:
    """The label of an event type: `Placement started`."""
    known = EVENT_TYPES.get(event_type)
    return known.label if known else plain(event_type).capitalize()


def owed_text(label: str) -> str:
    """What a result names as missing, in words: `to the young person`, `the young person's own view`."""
    field, colon, value = label.partition(": ")
    if colon and field in ("to", "by"):
        return f"{field} {listed((role_text(role) for role in value.split(' or ')), 'or')}"
    if colon:
        return f"{plain(field)} {plain(value)}"
    return listed((name_text(name) for name in label.split(" or ")), "or")


def name_text(name: str) -> str:
    """An event type, content item or role by its label in mid-sentence; any other name as words."""
    if name in EVENT_TYPES:
        return lower_first(EVENT_TYPES[name].label)
    if name in CONTENT_ITEMS:
        return lower_first(CONTENT_ITEMS[name].label)
    return role_text(name) if name in ROLES else plain(name)


def plain(name: str) -> str:
    """A name in code as words."""
    return name.replace("_", " ")


def lower_first(text: str) -> str:
    """A sentence's words to go in mid-sentence; names such as `SP Referrals` or `Integrated Gangs Team` keep theirs."""
    is_name = text[1:2].isupper() or any(_begins_with(text, name) for name in NAMES)
    return text if is_name else text[:1].lower() + text[1:]


def _begins_with(text: str, name: str) -> bool:
    return text.startswith(name) and not text[len(name) : len(name) + 1].isalnum()


def upper_first(text: str) -> str:
    """Words to begin a line with."""
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str], joiner: str = "and") -> str:
    """`a, b and c`."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"
