"""The audit trail as every app writes to it; the `audit` app keeps it.

Apps that come before `audit` write too, so they write through this module, and `audit` registers itself here when the
system starts. Entries never hold the text of a record: only what kind of thing, which one, and names of what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Model

from waymark.core.actor import Actor
from waymark.core.errors import NotWiredError
from waymark.core.requests import page_asked


class Action(StrEnum):
    """What was done to a record."""

    WRITE = "write"
    READ = "read"
    LIST = "list"
    SEARCH = "search"
    EXPORT = "export"
    REFUSAL = "refusal"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the trail, before it is stored.

    `purpose` is ours, a few words of the code's. What a person typed goes into `words`: it is kept apart from the
    entry, where retention may remove it, and only a service may write it. `cases` are those that a list showed.
    """

    action: Action
    actor: Actor | None
    kind: str
    object_id: str = ""
    case_id: UUID | None = None
    purpose: str = ""
    words: str = ""
    cases: Collection[UUID] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


Writer = Callable[[Iterable[Entry]], None]


class _Registered:
    writer: Writer | None = None


def register_writer(writer: Writer | None) -> None:
    """Called once by the `audit` app at start-up."""
    _Registered.writer = writer


def writer_is_registered() -> bool:
    """For the system check."""
    return _Registered.writer is not None


def write(*entries: Entry) -> None:
    """Store entries in the transaction that is open, with the login in use. Failing to store them fails the caller."""
    if _Registered.writer is None:
        raise NotWiredError("No audit trail is registered: is waymark.audit installed?")
    _Registered.writer(entries)


def wrote(actor: Actor, about: Model, *, purpose: str = "", words: str = "", **detail: Any) -> None:
    """The actor made or changed `about`. `detail` names what changed, never the free text itself.

    `words` are a reason that the actor typed, where the trail is to keep it.
    """
    write(written(actor, about, purpose=purpose, words=words, **detail))


def written(actor: Actor, about: Model, *, purpose: str = "", words: str = "", **detail: Any) -> Entry:
    """The entry that `wrote` would store, for services that store many in one go through `write`."""
    return _entry(Action.WRITE, actor, about, purpose, detail, words=words)


def read(actor: Actor, about: Model, *, purpose: str = "", cases: Iterable[UUID] = (), **detail: Any) -> None:
    """The actor was shown the record `about`, and on the same page the names of those whose `cases` are given."""
    write(_entry(Action.READ, actor, about, purpose, detail, cases=cases))


def listed(actor: Actor, kind: str, *, purpose: str = "", cases: Iterable[UUID] = (), **detail: Any) -> None:
    """The actor was shown a list of `kind` ("duties.Duty"). `detail` holds the filters and how many rows were shown.

    `cases` are the cases whose names or other details stood in the list, however often.
    """
    shown = frozenset(cases)
    write(Entry(action=Action.LIST, actor=actor, kind=kind, purpose=purpose, cases=shown, detail=detail))


def searched(actor: Actor, kind: str, *, purpose: str = "", cases: Iterable[UUID] = (), **detail: Any) -> None:
    """The actor searched for `kind`. `detail` holds how many rows were found, not the words looked for.

    `cases` are those that were found and shown.
    """
    shown = frozenset(cases)
    write(Entry(action=Action.SEARCH, actor=actor, kind=kind, purpose=purpose, cases=shown, detail=detail))


def exported(actor: Actor, about: Model | str, *, purpose: str = "", cases: Iterable[UUID] = (), **detail: Any) -> None:
    """What is held left for a file or a screen outside the pages: of one record, or of a kind ("audit.Entry").

    `cases` are those of whom something is in it.
    """
    if isinstance(about, Model):
        write(_entry(Action.EXPORT, actor, about, purpose, detail, cases=cases))
    else:
        shown = frozenset(cases)
        write(Entry(action=Action.EXPORT, actor=actor, kind=about, purpose=purpose, cases=shown, detail=detail))


def refused(
    actor: Actor | None,
    kind: str,
    *,
    object_id: object = "",
    case_id: UUID | None = None,
    purpose: str = "",
    words: str = "",
    **detail: Any,
) -> None:
    """The actor asked for what they may not have. Call it outside the transaction that the refusal rolls back.

    The entry says which page was asked for, by the name of its route: what stands in an address is nobody's record yet.
    """
    page = {"page": page_asked.get()} if page_asked.get() else {}
    write(
        Entry(
            action=Action.REFUSAL,
            actor=actor,
            kind=kind,
            object_id=str(object_id),
            case_id=case_id,
            purpose=purpose,
            words=words,
            detail=detail | page,
        )
    )


def kind_of(about: Model) -> str:
    """The name of a record's kind in the trail: `people.YoungPerson`."""
    return str(about._meta.label)


def case_id_of(about: Any) -> UUID | None:
    """The identifier of the case that a record belongs to or is; None when it belongs to none."""
    identifier = about.pk if kind_of(about) == "cases.Case" else getattr(about, "case_id", None)
    return identifier if isinstance(identifier, UUID) else None


def _entry(
    action: Action,
    actor: Actor,
    about: Model,
    purpose: str,
    detail: Mapping[str, Any],
    *,
    words: str = "",
    cases: Iterable[UUID] = (),
) -> Entry:
    return Entry(
        action=action,
        actor=actor,
        kind=kind_of(about),
        object_id=str(about.pk),
        case_id=case_id_of(about),
        purpose=purpose,
        words=words,
        cases=frozenset(cases),
        detail=detail,
    )
