"""A family placed out of borough, and that children's social care was notified (HAS-11)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.assessments.families import families_of, notified, placed
from waymark.assessments.forms import FamilyForm
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals.models import Referral
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import actor_of


def _case(request: HttpRequest, case_id: UUID) -> Case:
    visible = Case.objects.visible_to(actor_of(request)).filter(kind=Kind.YOUNG_PERSON)
    case = read_or_404(request, visible, pk=case_id, purpose="family placed out of borough")
    actor_of(request).require(Permission.NOTIFY_FAMILIES, Referral(case=case))
    return case


@keeps_what_was_typed
@permission(Permission.NOTIFY_FAMILIES)
def family(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The families of a record that were placed out of borough, and a form for one more."""
    case = _case(request, case_id)
    actor = actor_of(request)
    form = FamilyForm(request.POST or None)
    if form.is_valid():
        try:
            placed(case, actor=actor, id=form.cleaned_data["ticket"], on=form.cleaned_data["on"])
        except NotNow as problem:
            form.add_error("on", str(problem))
        else:
            messages.success(request, "Recorded. Next: notify children's social care.")
            return HttpResponseRedirect(reverse("family_placed", args=[case.pk]))
    page = {**frame(request, case, "referrals"), "form": form, "rows": families_of(case, actor)}
    return render(request, "assessments/family.jinja2", page, status=422 if form.errors else 200)


@permission(Permission.NOTIFY_FAMILIES)
def notify(request: HttpRequest, case_id: UUID, placement: str) -> HttpResponse:
    """Say in one press that children's social care was notified."""
    case = _case(request, case_id)
    if request.method == "POST":
        try:
            notified(case, placement, actor=actor_of(request))
            messages.success(request, "Recorded that children's social care was notified.")
        except NotNow as problem:
            messages.info(request, f"{problem}.")
    return HttpResponseRedirect(reverse("family_placed", args=[case.pk]))
