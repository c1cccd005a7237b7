"""Finding records that somebody may read: by name or reference, by scheme; and what each is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Upper

from waymark.access.models import Agency
from waymark.accommodation.models import Provider, Scheme
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.ledger import current_ledger
from waymark.events.models import Event
from waymark.people.models import BY_NAME, Merge, YoungPerson

MOST_FOUND = 500
"""How many records a search leads to; a wider one is no search."""

NAMES = ("young_person", "scheme__provider", "provider", "agency")
"""What `select_related` must bring for `name_of` to ask nothing more."""


def records(actor: Actor) -> QuerySet[Case]:
    """The records whose duties and events `actor` may read: a young person's, a scheme's, a provider's, a borough's."""
    return Case.objects.filter(pk__in=current_ledger().cases_within_reach(actor)).select_related(*NAMES)


def young_people(actor: Actor) -> QuerySet[YoungPerson]:
    """The young people whose record `actor` may read, by name."""
    return YoungPerson.objects.listed_for(actor).order_by(*BY_NAME).prefetch_related("case")


def name_of(case: Case) -> str:
    """What a record is called: the young person's name, or the scheme's, provider's or council's."""
    if case.kind == Kind.YOUNG_PERSON:
        found = getattr(case, "young_person", None)
    elif case.kind == Kind.SCHEME:
        found = getattr(case, "scheme", None)
    elif case.kind == Kind.PROVIDER:
        found = getattr(case, "provider", None)
    else:
        found = getattr(case, "agency", None)
    return str(found or case.reference)


def matching(actor: Actor, words: str) -> QuerySet[Case]:
    """Records that a search means: each word begins a name, or is the reference.

    Whoever is called so is found first, and then whether the actor may read their record: few are called so.
    Of two records that are said to be about one person, the one to go on with is found.
    """
    found = Case.objects.visible_one_by_one(actor).select_related(*NAMES)
    for word in words.split()[:5]:
        found = found.filter(pk__in=_called(word))
    doubles = Merge.objects.visible_to(actor).standing().filter(case=OuterRef("pk"), into__in=found.values("pk"))
    return found.exclude(Exists(doubles))


def _called(word: str) -> QuerySet[Any, Any]:
    """The cases of everybody and everything of such a name, or with that reference."""
    places = [
        model._base_manager.filter(case__isnull=False, name__icontains=word).values("case")
        for model in (Scheme, Provider, Agency)
    ]
    referred = Case.objects.filter(reference__in={word, word.upper()}).values("pk")
    return YoungPerson.objects.called(word).values("case").union(referred, *places)


def by_name(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Young people by family name, then places by theirs."""
    return cases.order_by(
        Upper("young_person__family_name"),
        Upper("young_person__given_name"),
        Upper("provider__name"),
        Upper("scheme__name"),
        "reference",
    )


def at_scheme(actor: Actor, scheme: Scheme) -> list[UUID]:
    """The record of a scheme, and those of the young people who live there now, as far as `actor` may read them."""
    return [scheme.case_id, *(case for case, place in living(actor, scheme=scheme.case_id).items() if place)]


def living(actor: Actor, *, scheme: UUID | None = None, cases: Iterable[UUID] | None = None) -> Mapping[UUID, str]:
    """Where young people live now: the scheme's identifier by case, of one scheme or of some cases.

    Somebody lives where their latest placement started, unless it has ended; what was withdrawn does not count.
    """
    events = Event.objects.visible_to(actor)
    started = events.filter(type="placement_started")
    if scheme is not None:
        started = started.filter(refs__scheme=str(scheme))
    if cases is not None:
        started = started.filter(case__in=list(cases))
    rows = list(started.order_by("occurred_at", "sequence").values_list("pk", "case", "refs"))
    if not rows:
        return {}
    closing = list(
        events.filter(
            type__in=("placement_ended", "event_retracted"), case__in={case for _, case, _ in rows}
        ).values_list("pk", "type", "case", "refs", "data")
    )
    withdrawn = {str(data.get("event")) for _, kind, _, _, data in closing if kind == "event_retracted"}
    ended = {
        (case, str(refs.get("placement")))
        for identifier, kind, case, refs, _ in closing
        if kind == "placement_ended" and str(identifier) not in withdrawn
    }
    return {
        case: str(refs.get("scheme", ""))
        for identifier, case, refs in rows
        if str(identifier) not in withdrawn and (case, str(refs.get("placement"))) not in ended
    }


def schemes_for(actor: Actor) -> QuerySet[Scheme]:
    """The schemes that `actor` may choose from: a provider's staff their own, everyone else all."""
    schemes = Scheme.objects.visible_to(actor).select_related("provider", "case").order_by("provider__name", "name")
    own = schemes.filter(provider__agency=actor.agency_id)
    return own if own.exists() else schemes


def people_named(actor: Actor, cases: Iterable[str]) -> Mapping[str, str]:
    """Names of young people by the identifier of their case, of those that `actor` may read.

    They are named on the page of somebody or something else, so the trail says that they were shown.
    """
    wanted = [case for case in cases if is_identifier(case)]
    if not wanted:
        return {}
    people = list(YoungPerson.objects.visible_one_by_one(actor).filter(case__in=map(UUID, wanted)))
    if people:
        shown = [person.case_id for person in people]
        trail.listed(actor, "people.YoungPerson", purpose="named on another page", cases=shown, rows=len(shown))
    return {str(person.case_id): person.name for person in people}


def place_names(actor: Actor, refs: Iterable[str]) -> dict[str, str]:
    """Names of schemes, providers and boroughs by the identifier of their record."""
    wanted = {ref for ref in refs if is_identifier(ref)}
    if not wanted:
        return {}
    cases = Case.objects.visible_to(actor).filter(pk__in=wanted).exclude(kind=Kind.YOUNG_PERSON)
    return {str(case.pk): name_of(case) for case in cases.select_related("scheme", "provider", "agency")}


def is_identifier(text: str) -> bool:
    """Whether a text is the identifier of a record."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
