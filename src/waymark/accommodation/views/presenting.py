"""Schemes and units in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from waymark.accommodation.choices import Accessibility, Gender, NeedLevel
from waymark.accommodation.models import Scheme
from waymark.accommodation.vacancies import Standing, State
from waymark.core.formats import day

NOT_SAID = "Not recorded"
COLOURS = {
    State.FREE: "green",
    State.TURNAROUND: "turquoise",
    State.RESERVED: "purple",
    State.OCCUPIED: "blue",
    State.OUT_OF_SERVICE: "red",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit on the page of its scheme."""

    standing: Standing
    today: date
    manages: bool

    @property
    def state(self) -> dict[str, str]:
        """Its state as a tag."""
        return {"text": self.standing.state.value, "classes": f"govuk-tag--{COLOURS[self.standing.state]}"}

    @property
    def now(self) -> str:
        """What more is known of the state it is in."""
        standing = self.standing
        if standing.out is not None:
            reason = f". {standing.out.reason}" if standing.out.reason else ""
            return f"{standing.out.get_cause_display()}{_until(standing.until)}{reason}"
        if standing.void is not None:
            ready = f", ready on {day(standing.void.ready_on)}" if standing.void.ready_on else ""
            doing = f". {standing.void.doing}" if standing.void.doing else ""
            return f"{standing.void.get_cause_display()}{ready}{doing}"
        if standing.state is State.RESERVED and standing.lapses_at is not None:
            return f"Lapses on {day(standing.lapses_at)}"
        if standing.state is State.FREE:
            return "Cause not recorded"
        if standing.until is None:
            return ""
        return f"Until {day(standing.until)}"

    @property
    def next(self) -> str:
        """What comes after."""
        standing = self.standing
        if standing.free_from is None:
            return "No day of leaving is known"
        if standing.is_free:
            return f"Held again from {day(standing.free_until)}" if standing.free_until else "Nothing is planned"
        then = f", held again from {day(standing.free_until)}" if standing.free_until else ""
        return f"Free from {day(standing.free_from)}{then}"

    @property
    def differs(self) -> str:
        """Where it is not as its scheme."""
        unit = self.standing.unit
        said = [NeedLevel(unit.own_need_level).label + " need"] if unit.own_need_level else []
        said += [Gender(unit.own_gender).label] if unit.own_gender else []
        if unit.own_accessibility is not None:
            said.append(features(unit.own_accessibility) or "No accessibility features")
        return ". ".join(said)

    @property
    def links(self) -> list[Link]:
        """What whoever looks after it can do."""
        if not self.manages:
            return []
        standing, unit = self.standing, self.standing.unit
        found = []
        if standing.out is not None:
            found.append(Link("Bring back", reverse("back_in_service", args=[standing.out.pk])))
        elif standing.free_from is not None:
            found.append(Link("Out of service", reverse("out_of_service", args=[unit.pk])))
        if standing.state is not State.OCCUPIED:
            found.append(Link("Say why it is empty", reverse("record_void", args=[unit.pk])))
        if standing.void is not None:
            found.append(Link("It is ready", reverse("close_void", args=[standing.void.pk])))
        return [*found, Link("Change", reverse("edit_unit", args=[unit.pk]))]


def facts_of(scheme: Scheme) -> list[tuple[str, str]]:
    """What is known of a scheme, line by line."""
    ofsted = scheme.ofsted_number and f"{scheme.ofsted_number}, {scheme.get_ofsted_category_display().lower()}"
    return [
        ("Provider", scheme.provider.name),
        ("Address", scheme.address or NOT_SAID),
        ("Area", _area(scheme)),
        ("Kind", scheme.get_kind_display() or NOT_SAID),
        ("Need level", scheme.get_need_level_display() or NOT_SAID),
        ("Staff", scheme.get_staffing_display() or NOT_SAID),
        ("Curfew", "Can run one" if scheme.curfew_capable else "Cannot run one"),
        ("Contract", scheme.get_contract_display() or NOT_SAID),
        ("Ofsted", ofsted or "No registration is recorded: nobody under 18 may live there"),
        ("For whom", f"{scheme.get_gender_display() or 'Everybody'}{_ages(scheme)}"),
        ("Accessibility", features(scheme.accessibility) or NOT_SAID),
    ]


def features(values: Iterable[str]) -> str:
    """`Step-free, lift`."""
    return ", ".join(Accessibility(value).label for value in values).capitalize()


def _area(scheme: Scheme) -> str:
    area = scheme.area or NOT_SAID
    return area if scheme.in_borough else f"{area}, outside the borough ({scheme.host_authority})"


def _ages(scheme: Scheme) -> str:
    lowest, highest = scheme.lowest_age, scheme.highest_age
    if lowest is not None and highest is not None:
        return f", aged {lowest} to {highest}"
    if lowest is not None:
        return f", aged {lowest} or over"
    return f", aged up to {highest}" if highest is not None else ""


def _until(end: date | None) -> str:
    return f", until {day(end)}" if end else ", no end known"
