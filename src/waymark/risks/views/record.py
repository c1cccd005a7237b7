"""A young person's risks and excluded areas: what is known, adding to it, and ending what holds no longer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.services import NotAsAsked
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import system_clock
from waymark.core.ledger import current_ledger
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed
from waymark.risks import services
from waymark.risks.forms import AffiliationForm, AreaForm, AssociationForm, EndForm, MarkerForm, ShapeForm, may_exclude
from waymark.risks.models import Affiliation, Association, Direction, ExcludedArea, Marker
from waymark.risks.presenting import known_of

TAB = "risks"


def fetch(request: HttpRequest, case_id: UUID, purpose: str) -> Case:
    """A young person's record, if the reader works on it. The reading is audited, and so is asking for another."""
    within = current_ledger().cases_within_reach(request.actor)  # type: ignore[attr-defined]
    found = Case.objects.of_kind(Kind.YOUNG_PERSON).filter(pk__in=within).select_related("young_person")
    return read_or_404(request, found, pk=case_id, purpose=purpose)


@permission(Permission.VIEW_CASE)
def risks(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is known, as far as the reader may read it."""
    case = fetch(request, case_id, "risks")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    known = known_of(case, actor, system_clock.now())
    if known.named:
        trail.listed(actor, "risks.Association", purpose="risks", cases=known.named)
    about = Affiliation(case=case, category=Category.INTELLIGENCE)
    page = {
        **frame(request, case, TAB),
        "known": known,
        "may_read_groups": actor.may(Permission.VIEW_CASE, about),
        "may_record": may_exclude(actor, case),
        "may_affiliate": actor.may(Permission.RECORD_ASSOCIATION, about),
        "may_associate": actor.may(Permission.RECORD_ASSOCIATION, Association(case=case, category=Category.RISK)),
        "may_match": actor.may(Permission.MATCH_SETTINGS),
    }
    return render(request, "risks/risks.jinja2", page)


@keeps_what_was_typed
@permission(Permission.RECORD_RISK)
def add_marker(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Record what a young person brings with them."""
    case = fetch(request, case_id, "add a risk")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RECORD_RISK, ExcludedArea(case=case, category=Category.RISK))
    form = MarkerForm(actor, case, request.POST or None)
    if form.is_valid():
        services.record_marker(actor=actor, case=case, **form.cleaned_data)
        return _saved(request, case, "The risk is recorded.")
    return asked(request, case, form, "Add a risk", "Add the risk")


@keeps_what_was_typed
@permission(Permission.RECORD_RISK)
def add_area(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Record where somebody must not live: first what sort of place (`?shape=`), then which, and why."""
    case = fetch(request, case_id, "exclude an area")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RECORD_RISK, ExcludedArea(case=case, category=Category.RISK))
    shapes = ShapeForm(request.GET if "shape" in request.GET else None)
    heading = "Add a place where they must not live"
    if not shapes.is_valid():
        return asked(request, case, shapes, heading, "Continue", method="get")
    form = AreaForm(actor, case, shapes.cleaned_data["shape"], request.POST or None)
    if form.is_valid() and _excluded(actor, case, form):
        return _saved(request, case, "The place is excluded. Whoever searches for a setting sees it.")
    return asked(request, case, form, heading, "Exclude the place")


def _excluded(actor: Actor, case: Case, form: AreaForm) -> bool:
    """Store what the form says; whether it could be."""
    said = form.cleaned_data
    new = services.NewExclusion(
        case=case,
        shape=form.shape,
        outside=said["outside"],
        until=form.until(),
        why=said["why"],
        source=said["source"],
        why_is_open=said["readers"],
        **form.place(),
    )
    try:
        services.exclude_area(new, actor=actor)
    except NotAsAsked as problem:
        form.add_error("last_day", str(problem))
        return False
    return True


@keeps_what_was_typed
@permission(Permission.RECORD_ASSOCIATION)
def add_association(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Record what is between two young people, or one and a person of concern."""
    case = fetch(request, case_id, "add an association")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RECORD_ASSOCIATION, Association(case=case, category=Category.RISK))
    form = AssociationForm(actor, request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        new = services.NewAssociation(
            case=case,
            other=said.get("other"),
            person=said["of_concern"],
            kind=said["kind"],
            direction=said["direction"] or Direction.BOTH,
            strength=said["strength"],
            held_as_intelligence=said["held"],
            note=said["note"],
            source=said["source"],
        )
        try:
            services.record_association(new, actor=actor)
            return _saved(request, case, "The association is recorded.")
        except NotAsAsked as problem:
            form.add_error("reference", str(problem))
    return asked(request, case, form, "Add an association", "Add the association")


@keeps_what_was_typed
@permission(Permission.RECORD_ASSOCIATION)
def add_affiliation(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Record that a young person belongs to a group of the register."""
    case = fetch(request, case_id, "add a group")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RECORD_ASSOCIATION, Affiliation(case=case, category=Category.INTELLIGENCE))
    form = AffiliationForm(actor, request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        group = form.groups[said["group"]]
        services.record_affiliation(
            actor=actor, case=case, group=group, strength=said["strength"], note=said["note"], source=said["source"]
        )
        return _saved(request, case, "The group is recorded.")
    told = "" if form.groups else "There is no group in the register yet. Put it there first."
    return asked(request, case, form, "Add a group they belong to", "Add the group", told=told)


@keeps_what_was_typed
@permission(Permission.VIEW_CASE)
def end_area(request: HttpRequest, case_id: UUID, excludedarea_id: UUID) -> HttpResponse:
    """Say that a young person may live there again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _end(request, case_id, ExcludedArea.objects.visible_to(actor).filter(case=case_id), excludedarea_id)


@keeps_what_was_typed
@permission(Permission.VIEW_CASE)
def end_marker(request: HttpRequest, case_id: UUID, marker_id: UUID) -> HttpResponse:
    """Say that a risk is over."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _end(request, case_id, Marker.objects.visible_to(actor).filter(case=case_id), marker_id)


@keeps_what_was_typed
@permission(Permission.VIEW_CASE)
def end_affiliation(request: HttpRequest, case_id: UUID, affiliation_id: UUID) -> HttpResponse:
    """Say that somebody belongs to a group no longer."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _end(request, case_id, Affiliation.objects.visible_to(actor).filter(case=case_id), affiliation_id)


@keeps_what_was_typed
@permission(Permission.VIEW_CASE)
def end_association(request: HttpRequest, case_id: UUID, association_id: UUID) -> HttpResponse:
    """Say that what was between two is over."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _end(request, case_id, Association.objects.visible_to(actor).about(case_id), association_id)


def _end(request: HttpRequest, case_id: UUID, visible: QuerySet[Any], row_id: UUID) -> HttpResponse:
    """Ask why something holds no longer, and end it."""
    case = fetch(request, case_id, "end a risk")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = read_or_404(request, visible, pk=row_id, purpose="end a risk")
    form = EndForm(request.POST or None)
    if form.is_valid():
        services.end(row, actor=actor, why=form.cleaned_data["why"])
        return _saved(request, case, "It is ended, and stays in the record as history.")
    shown = next(one for one in known_of(case, actor, system_clock.now()).rows() if one.pk == row_id)
    if shown.named:
        trail.listed(actor, "risks.Association", purpose="end a risk", cases=[shown.named])
    return asked(request, case, form, "End what holds no longer", "End it", told=shown.what)


def asked(
    request: HttpRequest, case: Case, form: Form, heading: str, button: str, *, told: str = "", method: str = "post"
) -> HttpResponse:
    """A page of the record with a form."""
    page = {**frame(request, case, TAB), "form": form, "heading": heading, "button": button, "told": told}
    page |= {"method": method, "back": reverse("case_risks", args=[case.pk])}
    return render(request, "risks/form.jinja2", page, status=422 if form.errors else 200)


def _saved(request: HttpRequest, case: Case, message: str) -> HttpResponse:
    messages.success(request, message)
    return HttpResponseRedirect(reverse("case_risks", args=[case.pk]))
