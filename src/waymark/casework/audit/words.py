"""Entries of the trail as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.apps import apps

from waymark.audit.models import Entry
from waymark.core.trail import Action
from waymark.events.vocabulary import EVENT_TYPES

ACTIONS = {
    Action.READ: "Opened",
    Action.WRITE: "Recorded or changed",
    Action.LIST: "Was shown a list",
    Action.SEARCH: "Searched",
    Action.EXPORT: "Took a copy",
    Action.REFUSAL: "Was refused",
    Action.SIGN_IN: "Signed in",
    Action.SIGN_OUT: "Signed out",
}
"""What each action is called in a filter and in a table."""

SEEN = {
    "duties": "to see duties",
    "events": "to see what happened",
    "event": "to see an entry",
    "facts": "to see what we know",
    "team": "to see who works on it",
    "what is closed": "to see what is closed",
    "who can see it": "to see who can see it",
    "who has looked": "to see who has looked",
}
"""What the purposes that are nouns mean; most others say what somebody came to do: `withdraw an entry`."""
DOING = (
    *("add", "bring", "change", "choose", "close", "end", "hand", "hold", "lift", "look", "name", "open", "record"),
    *("release", "restrict", "review", "say", "share", "take", "waive", "withdraw"),
)
"""How the purposes that say what somebody came to do begin."""
OF_A_CASE = ("cases.Case", "people.YoungPerson")
CALLED = {
    "access.Grant": "line of who can see it",
    "access.Appointment": "appointment that takes two people",
    "accounts.Account": "account",
    "accounts.Token": "session",
    "audit.Entry": "entry of the audit trail",
    "events.Event": "entry",
}
"""What kinds are called where the program's own name for them says little."""
SEVERAL = {
    "record": "records",
    "line of who can see it": "lines of who can see it",
    "account": "accounts",
    "session": "sessions",
    "entry of the audit trail": "entries of the audit trail",
    "entry": "entries",
}
"""What several of them are called."""
MORE_NAMED = 12
"""How many records of a list are named in its sentence."""


def because(purpose: str) -> str:
    """Why, as the end of a sentence: `to see duties`; "" for no purpose."""
    if not purpose or purpose in SEEN:
        return SEEN.get(purpose, "")
    return f"to {purpose}" if purpose.split()[0] in DOING else f"for: {purpose}"


def thing(kind: str) -> str:
    """What a kind is called: `case` is a record."""
    if kind in OF_A_CASE:
        return "record"
    if kind in CALLED:
        return CALLED[kind]
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):  # a kind of before, or one that is no model
        return kind or "page"


def things(kind: str, number: int) -> str:
    """How many of a kind: `1 record`, `no duties`."""
    one = thing(kind)
    if number == 1:
        return f"1 {one}"
    count = f"{number:,}" if number else "no"
    try:
        return f"{count} {SEVERAL.get(one) or apps.get_model(kind)._meta.verbose_name_plural}"
    except (LookupError, ValueError):  # as in `thing`
        return f"{count} of {one}"


def sentence(entry: Entry, references: Mapping[UUID, str]) -> str:
    """What an entry says: `Joel Abara, housing keyworker at Northlight Housing, opened the record of YP12, to see
    duties`. `references` are what cases are called."""
    action = Action(entry.action)
    does = _DOES[action](entry, _about(entry, references))
    why = because(entry.purpose)
    return f"{entry.who}, {does}{', ' + why if why else ''}"


def shown_in(entry: Entry, references: Mapping[UUID, str]) -> tuple[list[str], int]:
    """The records that a list showed: what those are called that the reader may know of, and how many others."""
    cases = entry.cases or []
    named = sorted(references[case] for case in cases if case in references)
    return named, len(cases) - len(named)


def _about(entry: Entry, references: Mapping[UUID, str]) -> str:
    """`the record of YP12`, `an event in the record of YP12`, `a team`."""
    name = references.get(entry.case_id, "somebody") if entry.case_id else ""
    what = thing(entry.kind)
    if entry.kind in OF_A_CASE:
        return f"the record of {name}" if name else "a record"
    article = "an" if what[:1].lower() in "aeiou" else "a"
    return f"{article} {what}" + (f" in the record of {name}" if name else "")


def _listed(entry: Entry, references: Mapping[UUID, str]) -> str:
    named, others = shown_in(entry, references)
    told = named[:MORE_NAMED]
    rest = others + len(named) - len(told)
    if rest:
        told = [*told, f"{rest} other{'' if rest == 1 else 's'}"]
    return ", ".join(told)


def list_of(entry: Entry, references: Mapping[UUID, str]) -> str:
    """Whose records a list showed, for the end of its line; "" when it showed nobody's."""
    return _listed(entry, references)


def _wrote(entry: Entry, about: str) -> str:
    recorded = EVENT_TYPES.get(str(entry.detail.get("type", "")))
    if entry.kind == "events.Event" and recorded:
        return f"recorded “{recorded.label}”, {about}"
    return f"recorded or changed {about}"


def _refused(entry: Entry, about: str) -> str:
    if entry.kind == "accounts.Account":
        return f"could not sign in: {entry.detail.get('why', 'refused')}"
    if entry.detail.get("exists") is False:
        return "asked for what is not there and was refused"
    return f"asked for {about} and was refused"


def _signed_in(entry: Entry, about: str) -> str:
    return "signed in"


def _signed_out(entry: Entry, about: str) -> str:
    return "signed out"


def _was_shown_a_list(entry: Entry, about: str) -> str:
    rows = entry.detail.get("rows")
    what = f" of {things(entry.kind, rows)}" if isinstance(rows, int) else f": {thing(entry.kind)}"
    return f"was shown a list{what}"


def _searched(entry: Entry, about: str) -> str:
    rows = entry.detail.get("rows")
    return f"searched, and was shown {things(entry.kind, rows) if isinstance(rows, int) else 'what was found'}"


_DOES = {
    Action.READ: lambda entry, about: f"opened {about}",
    Action.WRITE: _wrote,
    Action.LIST: _was_shown_a_list,
    Action.SEARCH: _searched,
    Action.EXPORT: lambda entry, about: f"took a copy of {about}",
    Action.REFUSAL: _refused,
    Action.SIGN_IN: _signed_in,
    Action.SIGN_OUT: _signed_out,
}
