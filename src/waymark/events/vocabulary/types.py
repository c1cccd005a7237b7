"""The shapes of the vocabulary: an event type, the fields it may carry, a fact, a content item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Choices = tuple[tuple[str, str], ...]

FIELD_KINDS = frozenset(
    {
        "text",  # words
        "flag",  # yes or no
        "answer",  # yes, no or not known
        "date",  # a local calendar day
        "datetime",  # an instant with its offset
        "month",  # a calendar month, as 2026-02
        "role",  # one of ROLES
        "roles",  # one or more of ROLES
        "choice",  # one of the field's choices
        "choices",  # one or more of the field's choices
        "items",  # content items of the event type
        "person",  # one case identifier
        "people",  # a list of case identifiers
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing an event may say about itself, kept in its `data` under `name`.

    `label` is what a form asks; `choices` are pairs of value and label, for the kinds that choose.
    `required` only where a deadline counts from the value: what a protocol wants to see is its own business.
    `asked` where a clause begins, or does not, by the answer: a form insists on one, so that no duty is lost because a
    question was passed over. What comes from elsewhere (an import, a trace) is accepted without.
    `shows` names the content item that an answer is: what was written is then not ticked too. `within_months` is how
    soon the day that is given must come for that, 0 for any.
    `nobody` is the answer, where one is asked for, that says that no person is meant.
    """

    name: str
    label: str
    kind: str
    choices: Choices = ()
    required: bool = False
    hint: str = ""
    asked: bool = False
    shows: str = ""
    within_months: int = 0
    nobody: str = ""


@dataclass(frozen=True, slots=True)
class Implied:
    """What one answer settles of another: where `name` is one of `values`, `then` can only be `answer`.

    `because` ends the sentence, begun with the first answer, that a form says to whoever answers otherwise.
    """

    name: str
    values: tuple[str, ...]
    then: str
    answer: bool
    because: str


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of thing that happens in casework.

    `refs` are the kinds of ref of which an event needs at least one to be about anything; empty when it is
    about the case itself. `optional_refs` may be added. `begins` are the kinds of ref that such an event may
    be the first to name, so a form offers "a new one". `by` are the roles that usually record it, the
    likeliest first. `implied` are answers that a form refuses because another answer rules them out.
    `once_of` is the kind of ref of which such an event happens once: a form asks whether another is meant.
    `when_hint` says which moment "when it happened" asks for, where that is not plain. `stands` is for what
    others watch over a colleague by: nobody withdraws it, holds it back or waives what it began.
    """

    name: str
    group: str
    label: str
    refs: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    by: tuple[str, ...] = ()
    hint: str = ""
    optional_refs: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    implied: tuple[Implied, ...] = ()
    once_of: str = ""
    when_hint: str = ""
    stands: bool = False

    def field(self, name: str) -> Field | None:
        """The field called `name`, or None when this type has no such field."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def required_fields(self) -> tuple[str, ...]:
        """Names of the fields an event of this type cannot be recorded without."""
        return tuple(field.name for field in self.fields if field.required)

    @property
    def shown_items(self) -> Mapping[str, Field]:
        """The content items that the answer to another question shows, each with that question."""
        return {field.shows: field for field in self.fields if field.shows}

    @property
    def all_refs(self) -> tuple[str, ...]:
        """Every kind of ref an event of this type may name, those it needs first."""
        return self.refs + self.optional_refs


@dataclass(frozen=True, slots=True)
class Fact:
    """Something true of a case until it changes, recorded by `facts_recorded` and read at a clause's trigger.

    `risk` marks the facts that a protocol treats as a known danger; "not known" counts as yes for them.
    """

    name: str
    label: str
    kind: str
    choices: Choices = ()
    hint: str = ""
    risk: bool = False


@dataclass(frozen=True, slots=True)
class ContentItem:
    """Something a record may hold, ticked in `data.has`, with the event types that carry it."""

    name: str
    label: str
    events: tuple[str, ...]
