"""What we know: the facts that clauses read, as they are now, and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Field as DjangoField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.cases.models import Case, Kind
from waymark.casework.entries import Filled
from waymark.casework.history import FACTS
from waymark.casework.presenters import value_text
from waymark.casework.record_form import RecordForm
from waymark.casework.services import record_facts
from waymark.casework.setting import Setting
from waymark.casework.views.case import fetch, identity, tabs_of
from waymark.casework.views.recording import outcome_words, setting_for
from waymark.casework.writing import writable
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.events.categories import of_fact
from waymark.events.errors import RecordRefused
from waymark.events.vocabulary import EVENT_TYPES, EventType
from waymark.govuk.resend import keeps_what_was_typed
from waymark.people.models import Status

OF_PLACES: Mapping[str, tuple[str, ...]] = {
    Kind.PROVIDER: ("block_contract", "several_tiers"),
    Kind.SCHEME: ("curfew_capable",),
    Kind.BOROUGH: (),
}
"""What is known of places. A placement brings it over to the young person, so nobody is asked for it twice."""


def facts_asked(case: Case, actor: Actor) -> list[str]:
    """The facts that this person may record of this record, in the order they are asked."""
    own = OF_PLACES.get(Kind(case.kind))
    open_to_them = writable(actor, case)
    if own is not None:
        return [name for name in own if of_fact(name) in open_to_them]
    brought = {name for names in OF_PLACES.values() for name in names}
    names = (field.name for field in EVENT_TYPES[FACTS].fields if field.name not in brought)
    asked = [name for name in names if of_fact(name) in open_to_them]
    if "status" in asked and status_follows(case, actor):
        asked.remove("status")
    return asked if actor.may(Permission.MANAGE_PEOPLE, case) else [name for name in asked if name != "date_of_birth"]


def status_follows(case: Case, actor: Actor) -> bool:
    """Whether the legal status follows from the statuses on the record, so that nobody is asked for it twice."""
    return Status.objects.visible_to(actor).filter(case=case).exists()


class FactsForm(RecordForm):
    """Asks for what is known, filled in with what was known before; only what was changed is recorded."""

    when_label = "From when this was so"
    when_hint = "Leave the time empty if it is so from now on. Otherwise give the time too, for example 14:30."

    def __init__(self, setting: Setting, data: Any = None) -> None:
        full = EVENT_TYPES[FACTS]
        asked = facts_asked(setting.case, setting.actor)
        fields = tuple(field for field in full.fields if field.name in asked)
        super().__init__(EventType(full.name, full.group, full.label, fields=fields, by=full.by), setting, data)

    def _questions(self) -> dict[str, DjangoField]:
        found = super()._questions()
        found.pop("by", None)
        return found

    def _initial(self, wanted: Mapping[str, list[str]]) -> dict[str, Any]:
        known = {name: _as_day(name, value) for name, value in self.setting.history.facts.items()}
        if self.setting.case.kind == Kind.YOUNG_PERSON:
            known.setdefault("date_of_birth", self.setting.case.young_person.date_of_birth)
        return super()._initial(wanted) | {f"data-{name}": value for name, value in known.items()}

    def _data(self, on: date) -> dict[str, Any]:
        """Only what differs from what was known."""
        known = self.setting.history.facts
        return {name: value for name, value in super()._data(on).items() if known.get(name) != value}

    def clean(self) -> dict[str, Any]:
        """Something must have changed."""
        cleaned = super().clean()
        if not self.errors and not self.filled().data:
            raise ValidationError("Nothing here differs from what is recorded already")
        return cleaned


def _as_day(name: str, value: Any) -> Any:
    """A fact that is a day, as a day."""
    field = EVENT_TYPES[FACTS].field(name)
    return date.fromisoformat(value) if field is not None and field.kind == "date" and value else value


@keeps_what_was_typed
@permission(Permission.RECORD_EVENT)
def facts(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is known of a record, and what of it has changed."""
    case = fetch(request, case_id, "facts")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    setting = setting_for(actor, case)
    form = FactsForm(setting, request.POST or None)
    if form.is_valid():
        filled: Filled = form.filled()
        try:
            outcome = record_facts(filled, actor=actor, case=case)
            messages.success(request, f"Recorded. {outcome_words(outcome)}")
            return HttpResponseRedirect(reverse("event", args=[case.pk, outcome.event.pk]))
        except RecordRefused as problem:
            form.add_error(None, problem.problem[:1].upper() + problem.problem[1:])
    page = {
        "here": "records",
        "case": case,
        "identity": identity(actor, case, setting.history),
        "tabs": tabs_of(actor, case, "facts"),
        "form": form,
        "brought": _brought(setting),
        "status_follows": status_follows(case, actor),
    }
    return render(request, "casework/record/facts.jinja2", page, status=200 if not form.errors else 422)


def _brought(setting: Setting) -> list[tuple[str, str]]:
    """What a young person's placement has brought over from its provider and scheme."""
    if setting.case.kind != Kind.YOUNG_PERSON:
        return []
    names = [name for names in OF_PLACES.values() for name in names if name in setting.history.facts]
    fields = {name: EVENT_TYPES[FACTS].field(name) for name in names}
    return [
        (field.label, value_text(field, setting.history.facts[name], {})) for name, field in fields.items() if field
    ]
