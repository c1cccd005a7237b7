"""Gathering what is held on a person who asks for it, or for whom somebody asks (UK GDPR, Article 15)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.disclosure.answering import case_answered_for
from waymark.disclosure.files import File, make
from waymark.disclosure.gathering import Gathered, gather

PURPOSE = "subject access"


@service
def what_is_held(case_id: UUID, *, actor: Actor, clock: Clock = system_clock) -> Gathered | None:
    """What is held on a person, to be shown by kind and number only; None when the actor does not answer for them."""
    actor.require(Permission.ANSWER_SUBJECT_ACCESS)
    case = case_answered_for(actor, case_id)
    if case is None:
        return None
    trail.read(actor, case, purpose=PURPOSE)
    return gather(case, clock.now())


@service
def files_of(
    case_id: UUID, *keys: str, actor: Actor, cleared: Collection[str] = (), clock: Clock = system_clock
) -> list[File] | None:
    """The files of a report that `keys` stand for, made now and kept nowhere; each is noted as a copy taken.

    None when the actor does not answer for the person. Raises `NotAnItemError` for a code that no marked item has.
    """
    actor.require(Permission.ANSWER_SUBJECT_ACCESS)
    case = case_answered_for(actor, case_id)
    if case is None:
        return None
    gathered = gather(case, clock.now())
    files = [make(key, gathered, cleared) for key in keys]
    for file in files:
        trail.exported(actor, case, purpose=PURPOSE, file=file.name, cleared=len(cleared))
    return files
