"""What a young person says of themselves and needs, and the people around them: recorded as history, row after row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.duties.engine.calendar import local_date
from waymark.people.models import Needs, OwnWords, Supporter
from waymark.people.statuses import NotPossible

Said = TypeVar("Said", OwnWords, Needs)

WORDS = ("gender", "ethnicity", "religion", "language", "interpreter", "reach", "not_reach")
NEEDS = ("communication", "access")


class ChangedMeanwhile(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """Somebody else has changed it since the page was opened: `now` is what it says now."""

    def __init__(self, now: OwnWords | Needs) -> None:
        self.now = now
        super().__init__("Somebody else has changed this since you opened the page")


@service
def say_own_words(
    case: Case, said: Mapping[str, str], *, actor: Actor, seen: UUID | None, clock: Clock = system_clock
) -> OwnWords | None:
    """Record who they say they are and how to reach them. `seen` is the row that the page showed (None: none yet).

    None when nothing differs. Raises `ChangedMeanwhile` when somebody else was quicker.
    """
    return _say(OwnWords, WORDS, case, said, actor=actor, seen=seen, clock=clock)


@service
def say_needs(
    case: Case, said: Mapping[str, str], *, actor: Actor, seen: UUID | None, clock: Clock = system_clock
) -> Needs | None:
    """Record what they need to take part. As `say_own_words`."""
    return _say(Needs, NEEDS, case, said, actor=actor, seen=seen, clock=clock)


@service
def add_supporter(case: Case, said: Mapping[str, Any], *, actor: Actor, clock: Clock = system_clock) -> Supporter:
    """Record somebody who matters to them, from a day. The same person again is the row that is there.

    Raises `NotPossible` for a day that is to come.
    """
    actor.require(Permission.MANAGE_PEOPLE, case)
    locked(case.pk)
    if said["starts_on"] > local_date(clock.now()):
        raise NotPossible("The first day must be today or in the past", "starts_on")
    same = Supporter.objects.filter(case=case, ends_on=None, **said).first()
    if same is not None:
        return same
    supporter = Supporter(case=case, recorded_by_id=actor.membership_id, recorded_at=clock.now(), **said)
    supporter.save(force_insert=True)
    trail.wrote(actor, supporter, relation=supporter.relation)
    return supporter


@service
def end_supporter(supporter: Supporter, *, on: date, actor: Actor, clock: Clock = system_clock) -> Supporter:
    """Record the last day on which somebody was around. Raises `NotPossible`."""
    actor.require(Permission.MANAGE_PEOPLE, supporter)
    supporter = Supporter.objects.select_for_update().get(pk=supporter.pk)
    if supporter.ends_on is not None:
        raise NotPossible("This has ended already")
    if on < supporter.starts_on:
        raise NotPossible("The last day must not be before the first", "ends_on")
    if on > local_date(clock.now()):
        raise NotPossible("The last day must be today or in the past", "ends_on")
    supporter.ends_on = on
    supporter.save(force_update=True, update_fields=["ends_on"])
    trail.wrote(actor, supporter, ended=True)
    return supporter


def _say(
    model: type[Said],
    names: tuple[str, ...],
    case: Case,
    said: Mapping[str, str],
    *,
    actor: Actor,
    seen: UUID | None,
    clock: Clock,
) -> Said | None:
    new = model(case=case, **{name: said[name].strip() for name in names}, recorded_by_id=actor.membership_id)
    actor.require(Permission.MANAGE_PEOPLE, new)
    locked(case.pk)
    before = model._default_manager.filter(case=case, ends_at=None).first()
    changed = [name for name in names if getattr(new, name) != (getattr(before, name) if before else "")]
    if not changed:
        return None
    if before is not None and before.pk != seen:
        raise ChangedMeanwhile(before)
    now = clock.now()
    if before is not None:
        before.ends_at = now
        before.save(force_update=True, update_fields=["ends_at"])
    new.starts_at = now
    new.save(force_insert=True)
    trail.wrote(actor, new, fields=changed)
    return new
