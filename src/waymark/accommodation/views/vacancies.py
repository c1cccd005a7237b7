"""Vacancies: which units are free or become free, and what to do about each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from waymark.accommodation.choices import Accessibility, Contract, NeedLevel, SchemeKind, Staffing
from waymark.accommodation.forms import options_of
from waymark.accommodation.models import Scheme
from waymark.accommodation.rules import works_with
from waymark.accommodation.vacancies import Standing, State, Wanted, london_day, vacancies
from waymark.accommodation.views.common import actor_of, show
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.formats import day
from waymark.core.permissions import Permission, permission
from waymark.govuk.fields import CheckboxesField, DateField, Option, SelectField
from waymark.govuk.forms import Form
from waymark.govuk.pages import Slice, asked_page, pagination, to_a_page_there_is, with_page

ON_A_PAGE = 50


class FilterForm(Form):
    """What somebody looks for."""

    need_level = SelectField(label="Need level", options=options_of(NeedLevel), required=False)
    kind = SelectField(label="Kind", options=options_of(SchemeKind), required=False)
    area = SelectField(label="Area", options=(), required=False)
    staffing = SelectField(label="Staff", options=options_of(Staffing), required=False)
    contract = SelectField(label="Contract", options=options_of(Contract), required=False)
    from_day = DateField(label="Free on", required=False)
    accessibility = CheckboxesField(label="Accessibility", options=options_of(Accessibility), required=False)

    def __init__(self, areas: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, SelectField)
        field.options = tuple(Option(area, area) for area in areas)
        field.choices = [(area, area) for area in areas]

    def wanted(self, today: date) -> Wanted:
        """What is looked for; of a part that is wrong, nothing."""
        said: dict[str, Any] = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if self.is_bound and not self.is_valid():
            said = self.cleaned_data
        return Wanted(
            from_day=max(said.get("from_day") or today, today),
            accessibility=tuple(said.get("accessibility") or ()),
            **{name: said.get(name) or "" for name in ("need_level", "kind", "area", "staffing", "contract")},
        )

    def fields_in_a_row(self) -> list[forms.BoundField]:
        """The short questions."""
        return [self[name] for name in self.fields if name not in ("accessibility", "from_day")]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next about a unit; a link where there is a page for it."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class VacancyRow:
    """A line of the list."""

    standing: Standing
    actor: Actor
    today: date

    @cached_property
    def manages(self) -> bool:
        """Whether the reader looks after units."""
        return self.actor.may(Permission.MANAGE_UNITS)

    @property
    def sort(self) -> str:
        """What sort of home it is."""
        unit = self.standing.unit
        said = [unit.scheme.get_kind_display(), unit.need_level and f"{unit.need_level} need"]
        said += [unit.scheme.get_staffing_display().lower(), unit.scheme.get_contract_display().lower()]
        return ", ".join(part for part in said if part) or "Not recorded"

    @property
    def when(self) -> str:
        """From when somebody can arrive, and until when."""
        standing = self.standing
        if standing.is_free:
            text = "Free now" if standing.day == self.today else f"Free on {day(standing.day)}"
        else:
            assert standing.free_from is not None
            text = f"Free from {day(standing.free_from)}"
        return f"{text}, until {day(standing.free_until)}" if standing.free_until else text

    @property
    def why(self) -> str:
        """Why it is empty, or how it is held."""
        standing = self.standing
        if standing.void is not None:
            ready = standing.void.ready_on
            return f"{standing.void.get_cause_display()}{f', ready on {day(ready)}' if ready else ''}"
        if standing.out is not None:
            return f"Out of service: {standing.out.get_cause_display().lower()}"
        if standing.state is State.FREE:
            return "Empty, cause not recorded"
        return str(standing.state.value)

    @property
    def next_step(self) -> Step:
        """What to do next."""
        standing, unit = self.standing, self.standing.unit
        void = standing.void
        if self.manages and standing.state is State.FREE and void is None and standing.day == self.today:
            return Step("Say why it is empty", reverse("record_void", args=[unit.pk]))
        if self.manages and void is not None and void.ready_on is not None and void.ready_on < self.today:
            return Step("The ready date has passed: say what holds it up", reverse("record_void", args=[unit.pk]))
        if self.manages and standing.out is not None:
            return Step("Check that it will be back by then", reverse("back_in_service", args=[standing.out.pk]))
        if standing.state is State.RESERVED and standing.lapses_at is not None:
            return Step(f"Reserved: lapses on {day(standing.lapses_at)} unless the move goes ahead")
        if standing.is_free and not standing.free_until:
            provider = unit.scheme.provider
            if self.actor.agency_id == provider.agency_id:
                return Step("Ask SP Referrals for a nomination")
            return Step(f"Ask {provider.name} about it")
        if standing.is_free:
            return Step("Only for a short stay: somebody comes after")
        return Step("Plan the next move-in now")


@permission(Permission.VIEW_VACANCIES)
def list_vacancies(request: HttpRequest) -> HttpResponse:
    """The units that are free, or become free within eight weeks, the soonest first."""
    actor, now = actor_of(request), system_clock.now()
    today = london_day(now)
    own = Scheme.objects.visible_to(actor).filter(works_with(actor))
    areas = sorted(set(own.exclude(area="").values_list("area", flat=True)))
    form = FilterForm(areas, request.GET or None)
    wanted = form.wanted(today)
    found = vacancies(wanted, actor=actor, now=now)
    shown = Slice(asked_page(request), ON_A_PAGE, len(found.rows))
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    rows = [VacancyRow(row, actor, today) for row in found.rows[shown.start : shown.start + shown.size]]
    trail.listed(actor, "accommodation.Unit", rows=len(rows))
    page = {
        "form": form,
        "filtered": any(key != "page" for key in request.GET),
        "wanted": wanted,
        "today": today,
        "rows": rows,
        "free_now": sum(row.is_free for row in found.rows),
        "others": found.others,
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
        "may_add": actor.may(Permission.MANAGE_ACCOMMODATION),
    }
    return show(request, "vacancies", page)
