"""A difference between what the duties say and what they should say, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from waymark.duties.engine.wording import due_text, listed, owed_text, role_text
from waymark.duties.rows import Change, Values

_TOLD = {"state": "state", "due": "due", "roles": "owed by", "missing": "still owed", "escalated_to": "taken to"}
"""The columns a person is told of, and what each is called. The others follow from these or from the version."""


def describe(change: Change) -> str:
    """One difference: what is new, what is gone, or what was and is."""
    what = f"{change.identity.clause} {change.identity.part}".strip()
    if change.before is None and change.after is not None:
        return f"{what}: new, {_standing(change.after)}"
    if change.after is None and change.before is not None:
        return f"{what}: gone, was {_standing(change.before)}"
    assert change.before is not None and change.after is not None  # a change has at least one side
    told = [
        f"{label} {_words(name, getattr(change.after, name))}, was {_words(name, getattr(change.before, name))}"
        for name, label in _TOLD.items()
        if getattr(change.before, name) != getattr(change.after, name)
    ]
    return f"{what}: {'; '.join(told) or 'judged by another version, otherwise the same'}"


def is_in_name_only(change: Change) -> bool:
    """Whether nothing a person is told of changes, only the version that judges."""
    if change.before is None or change.after is None:
        return False
    return all(getattr(change.before, name) == getattr(change.after, name) for name in _TOLD)


def _standing(values: Values) -> str:
    return f"{values.state}, due {_words('due', values.due)}"


def _words(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return due_text(value)
    if name == "due":
        return "without a time"
    if name in ("roles", "escalated_to"):
        return listed(role_text(role) for role in value) or "nobody"
    return listed(owed_text(item) for item in value) or "nothing" if isinstance(value, list) else str(value)
