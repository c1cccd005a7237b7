"""Retention: what is due for disposal and why, legal holds, the decision of a second person, and certificates."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.models import Membership
from waymark.audit.reading import not_found
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.disclosure import certifying, retention
from waymark.disclosure.forms import DecisionForm, EndHoldForm, HoldForm
from waymark.disclosure.models import Certificate, LegalHold, Proposal
from waymark.disclosure.periods import RULES
from waymark.disclosure.retention import MOST_DUE, PURPOSE, Kept, NotNowError
from waymark.govuk.resend import keeps_what_was_typed

HERE = "retention"


@permission(Permission.APPROVE_DISPOSAL)
def overview(request: HttpRequest) -> HttpResponse:
    """What is due for disposal, what waits for a decision, the certificates, and how long what is kept."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = retention.overview(actor=actor)
    page = {
        "here": HERE,
        "found": found,
        "rules": RULES.values(),
        "most": MOST_DUE,
        "may_find": actor.may(Permission.ANSWER_SUBJECT_ACCESS),
    }
    return render(request, "disclosure/retention.jinja2", page)


@keeps_what_was_typed
@permission(Permission.APPROVE_DISPOSAL)
def record(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How long one record is kept, why, and what holds it; whoever may proposes that it is disposed of."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    problem = ""
    if request.method == "POST":
        try:
            proposal = retention.propose(case_id, actor=actor)
        except NotNowError as refused:
            problem = str(refused)
        else:
            if proposal is None:
                raise not_found(request, Case, purpose=PURPOSE, pk=case_id)
            messages.success(request, "Proposed. Another data protection lead or the head of service decides.")
            return HttpResponseRedirect(request.path)
    found = retention.kept(case_id, actor=actor)
    if found is None:
        raise not_found(request, Case, purpose=PURPOSE, pk=case_id)
    page = {**_about(actor, found), "problem": problem}
    return render(request, "disclosure/kept.jinja2", page, status=422 if problem else 200)


def _about(actor: Actor, found: Kept) -> dict[str, object]:
    return {
        "here": HERE,
        "found": found,
        "person": found.case.young_person,
        "may_manage": actor.may(Permission.MANAGE_RETENTION),
    }


@keeps_what_was_typed
@permission(Permission.MANAGE_RETENTION)
def place_hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keep a record whatever its time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = HoldForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            hold = retention.place_hold(case_id, actor=actor, **form.cleaned_data)
        except NotNowError as refused:
            form.add_error("until", str(refused))
        else:
            if hold is None:
                raise not_found(request, Case, purpose=PURPOSE, pk=case_id)
            messages.success(request, "The record is held. It cannot be disposed of.")
            return HttpResponseRedirect(reverse("retention_record", args=[case_id]))
    found = retention.kept(case_id, actor=actor)
    if found is None:
        raise not_found(request, Case, purpose=PURPOSE, pk=case_id)
    page = {**_about(actor, found), "form": form}
    return render(request, "disclosure/hold.jinja2", page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.MANAGE_RETENTION)
def end_hold(request: HttpRequest, legalhold_id: UUID) -> HttpResponse:
    """End a hold that somebody placed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    hold = retention.hold(legalhold_id, actor=actor)
    if hold is None:
        raise not_found(request, LegalHold, purpose=PURPOSE, pk=legalhold_id)
    form = EndHoldForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        retention.end_hold(legalhold_id, actor=actor, why=form.cleaned_data["why"])
        messages.success(request, "The hold has ended.")
        return HttpResponseRedirect(reverse("retention_record", args=[hold.case_id]))
    page = {"here": HERE, "hold": hold, "person": hold.case.young_person, "form": form}
    return render(request, "disclosure/end_hold.jinja2", page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.APPROVE_DISPOSAL)
def decide(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Whether a record that somebody else proposed is disposed of."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = retention.proposed(proposal_id, actor=actor)
    if found is None and (kept := retention.kept_after(proposal_id, actor=actor)):
        messages.info(request, "It was decided already to keep this record.")
        return HttpResponseRedirect(reverse("retention_record", args=[kept]))
    if found is None or found.proposal is None:
        raise not_found(request, Proposal, purpose=PURPOSE, pk=proposal_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _decided(request, proposal_id, form)
        except NotNowError as refused:
            form.add_error(None, str(refused))
    own = Membership.objects.filter(account=actor.account_id, pk=found.proposal.proposed_by_id).exists()
    page = {**_about(actor, found), "form": form, "own": own}
    return render(request, "disclosure/decide.jinja2", page, status=422 if form.errors else 200)


def _decided(request: HttpRequest, proposal_id: UUID, form: DecisionForm) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if form.cleaned_data["decision"] == "turn_down":
        if retention.turn_down(proposal_id, actor=actor, why=form.cleaned_data["why"]) is None:
            raise not_found(request, Proposal, purpose=PURPOSE, pk=proposal_id)
        messages.success(request, "The record is kept.")
        return HttpResponseRedirect(reverse("retention"))
    certificate = retention.approve(proposal_id, actor=actor)
    if certificate is None:
        raise not_found(request, Proposal, purpose=PURPOSE, pk=proposal_id)
    messages.success(request, "The record is gone. This is the certificate.")
    return HttpResponseRedirect(reverse("certificate", args=[certificate.pk]))


@permission(Permission.APPROVE_DISPOSAL)
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """What is left of a record that was disposed of."""
    found = _certificate(request, certificate_id)
    page = {"here": HERE, "certificate": found, "facts": certifying.facts(found)}
    return render(request, "disclosure/certificate.jinja2", page)


@permission(Permission.APPROVE_DISPOSAL)
def certificate_file(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate as a PDF file."""
    content = certifying.as_pdf(_certificate(request, certificate_id))
    headers = {"Content-Disposition": f'attachment; filename="certificate-{certificate_id}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _certificate(request: HttpRequest, certificate_id: UUID) -> Certificate:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = retention.certificate(certificate_id, actor=actor)
    if found is None:
        raise not_found(request, Certificate, purpose=PURPOSE, pk=certificate_id)
    return found
