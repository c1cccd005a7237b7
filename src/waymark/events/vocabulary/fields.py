"""Fields that many event types share, so that each is asked in the same words everywhere."""

from __future__ import annotations

from waymark.events.vocabulary.content import item_choices
from waymark.events.vocabulary.types import Choices, Field

HOW: Choices = (
    ("phone", "By telephone"),
    ("in_person", "In person"),
    ("writing", "In writing (email, letter or form)"),
)


def has(event_type: str, label: str = "What it holds") -> Field:
    """The content items that an event of this type may hold."""
    return Field("has", label, "items", item_choices(event_type))


def told_to(label: str = "Who was told", *, asked: bool = False) -> Field:
    """The roles that something was sent or said to."""
    return Field("to", label, "roles", asked=asked)


def sent_how(label: str = "How") -> Field:
    """By what means something was said or sent; more than one may be true."""
    return Field("how", label, "choices", HOW)


def attended(hint: str = "") -> Field:
    """The roles that were there."""
    return Field("attended", "Who was there", "roles", hint=hint)


def chair(hint: str = "") -> Field:
    """The role that chaired."""
    return Field("chair", "Who chaired", "role", hint=hint)


def scheduled_for(label: str = "When it will be", *, required: bool = True) -> Field:
    """The instant something is arranged for. Required by default, since deadlines count from it."""
    return Field("scheduled_for", label, "datetime", required=required)


def flag(name: str, label: str, hint: str = "", *, asked: bool = False) -> Field:
    """A question answered yes or no."""
    return Field(name, label, "flag", hint=hint, asked=asked)


def words(name: str, label: str, hint: str = "", *, shows: str = "") -> Field:
    """A few words of text; `shows` is the content item that they are."""
    return Field(name, label, "text", hint=hint, shows=shows)


def choice(name: str, label: str, *choices: tuple[str, str], hint: str = "", asked: bool = False) -> Field:
    """One of the given choices."""
    return Field(name, label, "choice", choices, hint=hint, asked=asked)
