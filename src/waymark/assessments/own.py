"""Whose approach it is, and how it stands: asked inside services, and by pages before they offer a button."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model

from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.events.models import Event
from waymark.placements.models import Approach
from waymark.referrals.models import Referral
from waymark.referrals.steps import NotNow, own_id


def is_theirs(actor: Actor, approach: Approach) -> bool:
    """Whether somebody works for the provider that was approached."""
    if actor.is_system:
        return True
    return approach.provider is not None and approach.provider.agency_id == actor.agency_id


def may(actor: Actor, permission: Permission, approach: Approach) -> bool:
    """Whether somebody may do this for the provider that was approached, while it may answer."""
    about = Referral(case_id=approach.case_id)
    return (
        approach.ended_at is None
        and approach.passed_at is not None
        and is_theirs(actor, approach)
        and actor.may(Permission.RECORD_EVENT, about)
        and actor.may(permission, about)
    )


def fresh(approach: Approach) -> Approach:
    """The approach as it stands now, with its case locked until the transaction ends."""
    lock(approach.case_id)
    return read(approach.pk)


def lock(case_id: UUID) -> None:
    """Lock a case until the transaction ends (`cases.services.locked`); what is kept with it locks it once more."""
    list(Case.objects.select_for_update(no_key=True).filter(pk=case_id))


def read(identifier: UUID) -> Approach:
    """An approach with what stands around it."""
    found = Approach.objects.select_related("case", "referral__case", "provider__case", "scheme__case")
    return found.get(pk=identifier)


def begin(approach: Approach, permission: Permission, actor: Actor) -> Approach:
    """The approach, locked, for a step of its provider. Raises as `theirs`."""
    lock(approach.case_id)
    return theirs(approach, permission, actor)


def theirs(approach: Approach, permission: Permission, actor: Actor) -> Approach:
    """The approach, for a step of its provider, in a case that is locked. Raises `Refused` for anybody else, `NotNow`
    once it is over.
    """
    approach = read(approach.pk)
    about = Referral(case_id=approach.case_id)
    actor.require(permission, about)
    actor.require(Permission.RECORD_EVENT, about)
    if not is_theirs(actor, approach):
        raise Refused(actor, permission, about)
    if approach.passed_at is None or approach.ended_at is not None or not approach.referral.is_open:
        raise NotNow("This referral is not with you any more")
    return approach


def own_id_of(model: type[Model], id: UUID, approach: Approach) -> UUID:
    """The identifier of what a form makes of an approach, and of the entry that says so (`steps.own_id`)."""
    rows: Any = model._base_manager
    return own_id(id, approach.pk, rows.exclude(approach=approach), Event.objects.exclude(case=approach.case_id))
