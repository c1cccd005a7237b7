"""Which setting is right for one young person: every scheme with a free unit, with reasons for and against it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waymark.access.services import NotAsAsked
from waymark.accommodation.areas import as_district
from waymark.accommodation.choices import Accessibility, Gender, NeedLevel, SchemeKind, Staffing
from waymark.accommodation.models import Scheme
from waymark.accommodation.rules import works_with
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import system_clock
from waymark.core.formats import LONDON
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.govuk.fields import CheckboxesField, DateField, Option, SelectField, TextField
from waymark.govuk.forms import Form
from waymark.risks.matching.showing import NO_KNOWN_CONFLICT
from waymark.risks.models import ExcludedArea
from waymark.risks.searching import Wanted, options
from waymark.risks.views.record import TAB, fetch

MOST_AREAS = 20


class WantedForm(Form):
    """What is looked for. Nothing has to be said: then it is a home from today until further notice."""

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        mine = Scheme.objects.visible_to(actor).filter(works_with(actor), latitude__isnull=False)
        self.places = {str(one.pk): one for one in mine.order_by("name", "pk")}
        self.fields["first"] = DateField(label="First night", hint="Leave empty for tonight.")
        self.fields["until"] = DateField(label="Day of leaving", hint="Leave empty until further notice.")
        self.fields["need"] = SelectField(label="Level of need", options=_options(NeedLevel))
        self.fields["staffing"] = SelectField(label="Staff", options=_options(Staffing))
        self.fields["kind"] = CheckboxesField(label="Kind of home", options=_options(SchemeKind))
        self.fields["area"] = TextField(
            label="Areas", hint="Postcode districts, such as N7, N1.", max_length=120, classes="govuk-input--width-20"
        )
        near = [Option(key, one.name) for key, one in self.places.items()]
        self.fields["near"] = SelectField(label="Near", hint="The home they know, say.", options=near)
        self.fields["km"] = TextField(label="Within how many kilometres?", max_length=6, classes="govuk-input--width-5")
        self.fields["gender"] = SelectField(label="Homes only for", options=_options(Gender))
        self.fields["access"] = CheckboxesField(label="What they need to get about", options=_options(Accessibility))

    def clean_area(self) -> frozenset[str]:
        """Postcode districts in capitals."""
        said = self.cleaned_data["area"].replace(",", " ").split()
        try:
            return frozenset(as_district(one) for one in said[:MOST_AREAS])
        except NotAsAsked:
            self.add_error("area", "Areas: enter the first halves of postcodes, such as N7, N1")
            return frozenset()

    def clean_km(self) -> float | None:
        """Kilometres; None where nothing was said."""
        said = self.cleaned_data["km"].strip()
        if not said:
            return None
        try:
            found = float(said)
        except ValueError:
            found = float("nan")
        if not 0 < found <= 500:
            self.add_error("km", "Within how many kilometres: enter a number up to 500, like 2 or 2.5")
            return None
        return found

    def clean(self) -> dict[str, Any]:
        """Somebody leaves after they came."""
        said = super().clean() or {}
        first = said.get("first") or today()
        if said.get("until") and said["until"] <= first:
            self.add_error("until", "Day of leaving must be after the first night")
        return said

    def wanted(self) -> Wanted:
        """What was asked for, once it is valid."""
        said = self.cleaned_data
        return Wanted(
            first=said["first"] or today(),
            until=said["until"],
            need_level=said["need"],
            kinds=frozenset(said["kind"]),
            areas=said["area"],
            near=self.places.get(said["near"]),
            kilometres=said["km"],
            accessibility=frozenset(said["access"]),
            gender=said["gender"],
            staffing=said["staffing"],
        )


def today() -> Any:
    """The day in London."""
    return system_clock.now().astimezone(LONDON).date()


def _options(choices: Any) -> list[Option]:
    return [Option(value, label) for value, label in choices.choices]


@permission(Permission.MATCH_SETTINGS)
def matching(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The schemes with a free unit for the nights that are wanted, the fewest reasons against first."""
    case = fetch(request, case_id, "check settings")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.MATCH_SETTINGS, ExcludedArea(case=case, category=Category.RISK))
    form = WantedForm(actor, request.GET)
    page = {**frame(request, case, TAB), "form": form, "no_known_conflict": NO_KNOWN_CONFLICT}
    if not form.is_valid():
        return render(request, "risks/matching.jinja2", page, status=422)
    wanted = form.wanted()
    page |= {"wanted": wanted, "found": options(actor=actor, case=case, wanted=wanted)}
    return render(request, "risks/matching.jinja2", page)
