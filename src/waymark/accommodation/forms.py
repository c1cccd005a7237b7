"""The forms of schemes, units, what is out of service, and voids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from waymark.access.services import NotAsAsked
from waymark.accommodation.areas import as_district, district_in
from waymark.accommodation.choices import (
    Accessibility,
    Contract,
    Gender,
    NeedLevel,
    OfstedCategory,
    OutOfServiceCause,
    SchemeKind,
    Staffing,
    VoidCause,
)
from waymark.accommodation.models import Provider, Scheme, Unit
from waymark.govuk.fields import (
    CheckboxesField,
    DateField,
    Option,
    RadiosField,
    SelectField,
    TextField,
    WordsField,
    yes_or_no,
)
from waymark.govuk.forms import Form

NO_NAMES = "Everybody who is signed in can read this: name nobody."
LONGEST_WORDS = 500
NOT_A_POINT = "Enter latitude and longitude with a comma between, like 51.5557, -0.1174"


def options_of(choices: type[TextChoices]) -> list[Option]:
    """The choices as options of a field."""
    return [Option(str(value), str(label)) for value, label in choices.choices]


class WholeNumberField(TextField):
    """A whole number from `lowest` to `highest`, or None."""

    def __init__(self, *, lowest: int, highest: int, **kwargs: Any) -> None:
        super().__init__(classes="govuk-input--width-3", max_length=6, **kwargs)
        self.lowest, self.highest = lowest, highest

    def clean(self, value: Any) -> Any:
        """The number."""
        text = super().clean(value)
        if not text:
            return None
        if not (text.isascii() and text.isdigit()) or not self.lowest <= int(text) <= self.highest:
            raise ValidationError(f"{self.label} must be a whole number from {self.lowest} to {self.highest}")
        return int(text)

    def prepare_value(self, value: Any) -> Any:
        """A number already known, nought too, as it is typed."""
        return "" if value is None else str(value)


class PointField(TextField):
    """Latitude and longitude with a comma between, as maps give them; a pair, or None."""

    def clean(self, value: Any) -> Any:
        """The pair of degrees."""
        text = super().clean(value)
        if not text:
            return None
        parts = text.split(",")
        try:
            latitude, longitude = (float(part) for part in parts)
        except ValueError as problem:
            raise ValidationError(
                "Enter latitude and longitude with a comma between, like 51.5557, -0.1174"
            ) from problem
        if not (49 <= latitude <= 61 and -9 <= longitude <= 2):
            raise ValidationError("That point is not in the United Kingdom: enter latitude first, then longitude")
        return (latitude, longitude)


class SchemeForm(Form):
    """What is said of a scheme."""

    name = TextField(label="Name", missing="Enter the name of the scheme", max_length=200)
    address = TextField(label="Address", hint="With its postcode.", missing="Enter the address", max_length=300)
    area = TextField(
        label="Area",
        hint="The first half of the postcode, like N7. Leave it empty when the address says it.",
        classes="govuk-input--width-5",
        required=False,
        max_length=10,
    )
    point = PointField(
        label="Where it is on the map",
        hint="Latitude and longitude, like 51.5557, -0.1174. Distances are worked out from it.",
        classes="govuk-input--width-20",
        required=False,
        max_length=40,
    )
    host_authority = TextField(
        label="Council, if it is outside the borough", hint="Leave it empty for a scheme here.", required=False,
        max_length=200,
    )  # fmt: skip
    kind = RadiosField(label="Kind", options=options_of(SchemeKind), missing="Select the kind of scheme")
    need_level = RadiosField(
        label="Need level", options=options_of(NeedLevel), missing="Select the need level", inline=True
    )
    staffing = RadiosField(
        label="Staff", options=options_of(Staffing), missing="Select when staff are there", inline=True
    )
    curfew_capable = yes_or_no(label="Can it run a curfew?", missing="Select whether it can run a curfew")
    contract = RadiosField(label="Contract", options=options_of(Contract), missing="Select the contract", inline=True)
    ofsted_number = TextField(
        label="Ofsted number",
        hint="Needed before a 16 or 17 year-old lives there.",
        classes="govuk-input--width-10",
        required=False,
        max_length=20,
    )
    ofsted_category = RadiosField(label="Ofsted category", options=options_of(OfstedCategory), required=False)
    gender = RadiosField(
        label="Who can live there?", options=[Option("everybody", "Everybody"), *options_of(Gender)],
        missing="Select who can live there",
    )  # fmt: skip
    lowest_age = WholeNumberField(label="Lowest age", lowest=16, highest=25, required=False)
    highest_age = WholeNumberField(label="Highest age", lowest=16, highest=25, required=False)
    accessibility = CheckboxesField(label="Accessibility", options=options_of(Accessibility), required=False)
    opened_on = DateField(label="Open since", hint="Leave it empty when it was always there.", required=False)

    def clean_area(self) -> str:
        """A postcode district, or nothing."""
        text = self.cleaned_data["area"]
        try:
            return as_district(text) if text else ""
        except NotAsAsked as problem:
            raise ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        """Ages in order; an Ofsted number with its category; the area that the address says."""
        said = super().clean() or {}
        lowest, highest = said.get("lowest_age"), said.get("highest_age")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error("highest_age", "The highest age must be the lowest or above")
        if said.get("ofsted_number") and not said.get("ofsted_category"):
            self.add_error("ofsted_category", "Select the category in which Ofsted has registered it")
        if not said.get("area") and "area" not in self.errors and "address" in said:
            said["area"] = district_in(said["address"])
            if not said["area"]:
                self.add_error("area", "Enter the first half of the postcode: the address does not say it")
        return said

    def said(self) -> dict[str, Any]:
        """What was said, as the services take it."""
        said = dict(self.cleaned_data)
        said["latitude"], said["longitude"] = said.pop("point") or (None, None)
        said["gender"] = "" if said["gender"] == "everybody" else said["gender"]
        said["ofsted_category"] = said["ofsted_category"] or ""
        return said

    @classmethod
    def of(cls, scheme: Scheme, data: Mapping[str, Any] | None) -> SchemeForm:
        """The form filled in with what is known."""
        known = {name: getattr(scheme, name) for name in cls.base_fields if hasattr(scheme, name)}
        known["gender"] = scheme.gender or "everybody"
        if scheme.latitude is not None:
            known["point"] = f"{scheme.latitude}, {scheme.longitude}"
        return cls(data, initial=known)


class NewSchemeForm(SchemeForm):
    """A scheme to be added, with its units."""

    provider = SelectField(label="Provider", options=(), missing="Select the provider")
    units = WordsField(
        label="Units",
        hint="One on each line, such as Room 1. More can be added later.",
        missing="Enter at least one unit",
        max_length=4_000,
    )
    field_order = ("provider",)

    def __init__(self, providers: Sequence[Provider], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        field = self.fields["provider"]
        assert isinstance(field, SelectField)
        field.options = tuple(Option(str(one.pk), one.name) for one in providers)
        field.choices = [(option.value, option.label) for option in field.options]

    def clean_units(self) -> list[str]:
        """The labels, each once."""
        labels = [" ".join(line.split()) for line in self.cleaned_data["units"].splitlines() if line.strip()]
        if len(set(labels)) < len(labels):
            raise ValidationError("Each unit needs a name of its own")
        if any(len(label) > 40 for label in labels):
            raise ValidationError("Shorten each unit's name to 40 characters or fewer")
        return labels


AS_SCHEME = "as the scheme"


class UnitForm(Form):
    """What is said of a unit where it differs from its scheme."""

    label = TextField(label="Name", hint="Such as Room 3.", missing="Enter the name of the unit", max_length=40)
    own_need_level = RadiosField(
        label="Need level", options=[Option(AS_SCHEME, "As the scheme"), *options_of(NeedLevel)],
        missing="Select the need level", inline=True,
    )  # fmt: skip
    own_gender = RadiosField(
        label="Who can live there?", options=[Option(AS_SCHEME, "As the scheme"), *options_of(Gender)],
        missing="Select who can live there",
    )  # fmt: skip
    as_accessible = yes_or_no(
        label="Is it as accessible as the scheme?", missing="Select whether it is as accessible as the scheme"
    )
    own_accessibility = CheckboxesField(
        label="If not, what does it have?", options=options_of(Accessibility), required=False
    )
    turnaround_days = WholeNumberField(
        label="Days to make it ready after somebody leaves",
        missing="Enter how many days it takes to make it ready; 0 for none",
        lowest=0,
        highest=28,
    )

    def said(self) -> dict[str, Any]:
        """What was said, as the services take it."""
        said = dict(self.cleaned_data)
        as_scheme = said.pop("as_accessible")
        for name in ("own_need_level", "own_gender"):
            said[name] = "" if said[name] == AS_SCHEME else said[name]
        said["own_accessibility"] = None if as_scheme else said["own_accessibility"]
        return said

    @classmethod
    def of(cls, unit: Unit | None, data: Mapping[str, Any] | None) -> UnitForm:
        """The form filled in with what is known; of a new unit, as its scheme."""
        unit = unit or Unit()
        known = {
            "label": unit.label,
            "own_need_level": unit.own_need_level or AS_SCHEME,
            "own_gender": unit.own_gender or AS_SCHEME,
            "as_accessible": unit.own_accessibility is None,
            "own_accessibility": unit.own_accessibility or [],
            "turnaround_days": unit.turnaround_days,
        }
        return cls(data, initial=known)


class OutOfServiceForm(Form):
    """From when until when nobody can live in a unit, and why."""

    first = DateField(label="From which day?", missing="Enter the day from which it is out of service")
    back_on = DateField(
        label="Back in service on",
        hint="Leave it empty when nobody knows: then somebody brings it back.",
        required=False,
    )
    cause = RadiosField(label="Why?", options=options_of(OutOfServiceCause), missing="Select why it is out of service")
    reason = WordsField(
        label="What is wrong, and what is being done?", hint=NO_NAMES, required=False, max_length=LONGEST_WORDS
    )

    def clean(self) -> dict[str, Any]:
        """Back after it went out."""
        said = super().clean() or {}
        _in_order(self, said, "first", "back_on", "The day it is back must be after the day it goes out of service")
        return said


class BackForm(Form):
    """When a unit is back in service."""

    on = DateField(
        label="Back in service on",
        hint="The first day on which somebody can move in.",
        missing="Enter the day on which it is back in service",
    )


class VoidForm(Form):
    """Why a unit stands empty."""

    cause = RadiosField(label="Why is it empty?", options=options_of(VoidCause), missing="Select why it is empty")
    first = DateField(
        label="Since when, for this cause?", missing="Enter the day since which it is empty for this cause"
    )
    ready_on = DateField(
        label="When should somebody be able to move in?", hint="Leave it empty when nobody knows.", required=False
    )
    doing = WordsField(label="What is being done about it?", hint=NO_NAMES, required=False, max_length=LONGEST_WORDS)

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Empty by now, and ready after that."""
        said = super().clean() or {}
        first, ready = said.get("first"), said.get("ready_on")
        if first is not None and first > self.today:
            self.add_error("first", "The day since which it is empty must be today or in the past")
        if first is not None and ready is not None and ready < first:
            self.add_error("ready_on", "The day on which somebody can move in must not be before the unit was empty")
        return said


class CloseVoidForm(Form):
    """When a unit stopped being empty for a cause."""

    on = DateField(
        label="Ready since", hint="The first day on which this cause held no longer.", missing="Enter the day"
    )


def _in_order(form: forms.Form, said: Mapping[str, Any], first: str, then: str, problem: str) -> None:
    if said.get(first) is not None and said.get(then) is not None and said[then] <= said[first]:
        form.add_error(then, problem)
