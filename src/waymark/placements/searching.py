"""Looking for a place: the list of options, telling the worker, approaching somebody, and what SP Referrals decides."""

from __future__ import annotations

from uuid import UUID

from waymark.access.calling_in import call_in, call_in_agency
from waymark.accommodation.models import Scheme
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import record
from waymark.placements.following import end
from waymark.placements.models import Approach, Option, Outcome, Route
from waymark.referrals.models import Referral, State
from waymark.referrals.steps import NotNow, locked_referral, own_id, record_step

SEARCHED = frozenset({State.SEARCHING, State.PATHWAY, State.RETURNED, State.PASSED, State.OFFERED, State.REFUSED})
"""States in which Placements looks for a place, and may approach several at a time."""
TO_A_PROVIDER = (Route.ASSESSMENT_CENTRE, Route.SPOT)
"""Routes on which Placements sends the referral to a provider itself."""


def asked_pathway(referral: Referral) -> bool:
    """Whether the pathway was asked: nothing is tried before it (SEA-09). One sent to SP Referrals asks it by that."""
    if referral.route == "sp_referrals":
        return True
    return Approach.objects.filter(referral=referral, route=Route.PATHWAY).exists()


@service
def add_option(referral: Referral, scheme: Scheme, *, actor: Actor, why: str, clock: Clock = system_clock) -> Option:
    """Put a scheme on the list of a referral. One that is there already stays as it is."""
    referral = _searched(referral, actor)
    there = Option.objects.there().filter(referral=referral, scheme=scheme).first()
    if there is not None:
        return there
    option = Option.objects.create(
        case=referral.case,
        referral=referral,
        scheme=scheme,
        why=why,
        added_by_id=actor.membership_id,
        added_at=clock.now(),
    )
    trail.wrote(actor, option)
    return option


@service
def remove_option(option: Option, *, actor: Actor, clock: Clock = system_clock) -> None:
    """Take a scheme off the list. It stays as history."""
    _searched(option.referral, actor)
    Option.objects.there().filter(pk=option.pk).update(removed_at=clock.now())
    trail.wrote(actor, option, removed=True)


def addresses_of_options(referral: Referral, actor: Actor) -> list[str]:
    """The addresses on the list that the worker was told of, as the actor may read them."""
    listed = Option.objects.visible_to(actor).there().filter(referral=referral).exclude(shared_at=None)
    found = listed.exclude(scheme__address="").order_by("added_at", "pk")
    return list(found.values_list("scheme__address", flat=True))


@service
def share_options(referral: Referral, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> list[Option]:
    """Tell the worker the options on the list (SEA-03): they are shortlisted, and shared, from now on.

    The same `id` again tells nothing new. Raises `NotNow` for an empty list.
    """
    referral = _searched(referral, actor)
    options = list(Option.objects.there().filter(referral=referral).select_related("scheme"))
    if not options:
        raise NotNow("There is nothing on the list yet")
    refs = {"referral": str(referral.pk)}
    if any(option.shared_at is None for option in options):
        record("options_shortlisted", case=referral.case, actor=actor, occurred_at=clock.now(), refs=refs, clock=clock)
    record_step("options_shared", referral, actor=actor, clock=clock, id=id, data={})
    Option.objects.filter(pk__in=[option.pk for option in options], shared_at=None).update(shared_at=clock.now())
    return options


@service
def approach(
    referral: Referral,
    route: Route,
    *,
    actor: Actor,
    id: UUID,
    scheme: Scheme | None = None,
    clock: Clock = system_clock,
) -> Approach:
    """Ask for a place by a route, and give whoever is asked the whole set of documents (SEA-04): by being let in.

    Raises `NotNow` for a route that comes after the pathway while that was not asked (SEA-09), for a provider that has
    the referral already, and without a scheme where a provider is asked.
    """
    referral = _searched(referral, actor)
    id = _own_id(id, referral)
    if known := Approach.objects.filter(pk=id, referral=referral).first():
        return known
    if route not in (Route.PATHWAY, Route.FOSTERING) and not asked_pathway(referral):
        raise NotNow("Ask the housing pathway first")
    new = Approach(pk=id, case=referral.case, referral=referral, route=route, asked_at=clock.now())
    new.asked_by_id = actor.membership_id
    if route in TO_A_PROVIDER:
        if scheme is None:
            raise NotNow("Choose a scheme")
        _not_there_already(referral, scheme)
    elif Approach.objects.open().filter(referral=referral, route=route, provider=None).exists():
        raise NotNow("They are asked already, and have not answered")
    record_step("route_approached", referral, actor=actor, clock=clock, id=id, data={"route": str(route)})
    if route is Route.PATHWAY:
        call_in(referral.case, "sp_referrals", actor=actor, at=clock.now())
    new.save(force_insert=True)
    if scheme is not None and route in TO_A_PROVIDER:
        _give(new, scheme, actor, clock)
    _documents_shared(new, actor, clock)
    trail.wrote(actor, new, route=str(route))
    return new


def _documents_shared(approach: Approach, actor: Actor, clock: Clock) -> None:
    """Whoever was let in can read the referral and the Supported Housing Record from now on (SEA-04, SEA-05)."""
    told = {
        Route.PATHWAY: ["sp_referrals"],
        Route.ASSESSMENT_CENTRE: ["provider_manager"],
        Route.SPOT: ["provider_manager"],
    }
    refs = {"referral": str(approach.referral_id)}
    data = {"to": told[Route(approach.route)]} if approach.route in told else {}
    record(
        "documents_shared", case=approach.case, actor=actor, occurred_at=clock.now(), refs=refs, data=data, clock=clock
    )


def _not_there_already(referral: Referral, scheme: Scheme) -> None:
    if Approach.objects.open().filter(referral=referral, provider=scheme.provider_id).exists():
        raise NotNow(f"{scheme.provider.name} has this referral already")


def _give(approach: Approach, scheme: Scheme, actor: Actor, clock: Clock) -> None:
    """Let the provider's managers in; they have the referral from now on, and HAS-01 runs."""
    at = clock.now()
    call_in_agency(approach.case, scheme.provider.agency, "provider_manager", actor=actor, at=at)
    approach.provider, approach.scheme, approach.passed_at = scheme.provider, scheme, at
    approach.save(force_update=True, update_fields=["provider", "scheme", "passed_at"])
    refs = {"referral": str(approach.referral_id)}
    record("provider_received_referral", case=approach.case, actor=actor, occurred_at=at, refs=refs, clock=clock)


@service
def pass_on(referral: Referral, scheme: Scheme, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> Approach:
    """SP Referrals pass the referral to a provider of the pathway that has a vacancy (SEA-08)."""
    referral = _decided_by_the_pathway(referral, actor)
    id = _own_id(id, referral)
    if known := Approach.objects.filter(pk=id, referral=referral).first():
        return known
    _not_there_already(referral, scheme)
    refs = {
        "referral": str(referral.pk),
        "scheme": str(scheme.case_id),
        "provider": str(scheme.provider.case_id),
    }
    record(
        "referral_passed_to_provider", case=referral.case, actor=actor, occurred_at=clock.now(), refs=refs, clock=clock
    )
    given = Approach.objects.open().filter(referral=referral, route=Route.PATHWAY, provider=None).first()
    if given is None:
        given = Approach(pk=id, case=referral.case, referral=referral, route=Route.PATHWAY, asked_at=clock.now())
        given.asked_by_id = actor.membership_id
        given.save(force_insert=True)
    _give(given, scheme, actor, clock)
    trail.wrote(actor, given, passed=True)
    return given


@service
def send_back(referral: Referral, *, actor: Actor, id: UUID, reason: str, clock: Clock = system_clock) -> None:
    """SP Referrals send the referral back: the pathway cannot help (SEA-08). Placements look elsewhere (SEA-09)."""
    referral = _decided_by_the_pathway(referral, actor)
    record_step("referral_returned", referral, actor=actor, clock=clock, id=id, data={"reason": reason})
    for asked in Approach.objects.open().filter(referral=referral, route=Route.PATHWAY, provider=None):
        end(asked, Outcome.RETURNED, at=clock.now(), actor=actor)
    call_in(referral.case, "placements_team", actor=actor, at=clock.now())


def _own_id(id: UUID, referral: Referral) -> UUID:
    elsewhere = (Approach.objects.exclude(referral=referral), Event.objects.exclude(case=referral.case_id))
    return own_id(id, referral.pk, *elsewhere)


def _searched(referral: Referral, actor: Actor) -> Referral:
    referral = locked_referral(referral)
    actor.require(Permission.SEARCH_PLACEMENT, Approach(case=referral.case))
    if referral.state not in SEARCHED:
        raise NotNow(f"Its state now: {referral.get_state_display().lower()}")
    return referral


PATHWAY_DECIDES = (State.PATHWAY, State.SENT, State.SEARCHING, State.REFUSED)
"""States in which SP Referrals may pass the referral on: they were asked, or a provider of theirs has refused."""


def _decided_by_the_pathway(referral: Referral, actor: Actor) -> Referral:
    referral = locked_referral(referral)
    actor.require(Permission.SEARCH_PLACEMENT, Approach(case=referral.case))
    if actor.role != "sp_referrals":
        raise NotNow("SP Referrals decide this")
    if referral.state not in PATHWAY_DECIDES or not asked_pathway(referral):
        raise NotNow(f"Its state now: {referral.get_state_display().lower()}")
    return referral
