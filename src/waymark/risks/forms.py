"""What is asked when something is recorded of a young person, or put into a register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from waymark.access.services import NotAsAsked
from waymark.accommodation.areas import as_district
from waymark.accommodation.models import Scheme
from waymark.cases.models import Case, Kind
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.formats import LONDON
from waymark.core.permissions import Permission
from waymark.govuk.fields import DateField, Option, RadiosField, SelectField, TextField, WordsField
from waymark.govuk.forms import Form
from waymark.risks.models import (
    AssociationKind,
    Direction,
    ExcludedArea,
    ExclusionReason,
    Group,
    Marker,
    MarkerKind,
    PersonOfConcern,
    Shape,
    Strength,
)
from waymark.risks.models.links import CATEGORY_OF_MARKER, ONE_WAY

TOLD_BY = "A job or a service, such as school nurse. Never the name of a source."
NOTE = 1000


def source() -> TextField:
    """Who told us."""
    return TextField(label="Who told us?", hint=TOLD_BY, missing="Enter who told us", max_length=200)


def note(label: str = "What is known", hint: str = "") -> WordsField:
    """More about it, in words; may be left out."""
    return WordsField(label=label, hint=hint, max_length=NOTE)


def strength() -> RadiosField:
    """How sure it is."""
    options = [Option(*choice) for choice in Strength.choices]
    return RadiosField(label="How sure is it?", options=options, missing="Select how sure it is", inline=True)


class MarkerForm(Form):
    """What a young person brings with them. Offers what the actor may write."""

    def __init__(self, actor: Actor, case: Case, data: Any = None) -> None:
        super().__init__(data)
        kinds = [
            kind
            for kind in MarkerKind
            if actor.may(Permission.RECORD_RISK, Marker(case=case, category=CATEGORY_OF_MARKER[kind]))
        ]
        self.fields["kind"] = RadiosField(
            label="What is the risk?",
            options=[Option(kind.value, kind.label) for kind in kinds],
            meanings={kind.value: kind for kind in kinds},
            missing="Select what the risk is",
        )
        self.fields["note"] = note(hint="What happened, when it happens, what helps.")
        self.fields["source"] = source()


class ShapeForm(Form):
    """How a place is to be described."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        hints = {
            Shape.DISTRICT: "The first half of a postcode, like N7",
            Shape.RADIUS: "So many metres around somebody's home or school, say",
            Shape.SCHEME: "One of the schemes where we place young people",
            Shape.ADDRESS: "One house",
        }
        self.fields["shape"] = RadiosField(
            label="What is it?",
            options=[Option(shape.value, shape.label, hints[shape]) for shape in Shape],
            meanings={shape.value: shape for shape in Shape},
            missing="Select what it is",
        )


class AreaForm(Form):
    """A place where somebody must not live, of a shape that was chosen before; and why."""

    def __init__(self, actor: Actor, case: Case, shape: Shape, data: Any = None) -> None:
        super().__init__(data)
        self.shape = shape
        self.schemes = {str(one.pk): one for one in _schemes(actor)} if shape == Shape.SCHEME else {}
        self.fields.update(PLACE_QUESTIONS[shape](self.schemes))
        self.fields["outside"] = RadiosField(
            label="Is it outside the borough?",
            options=[Option("yes", "Yes"), Option("no", "No")],
            meanings={"yes": True, "no": False},
            missing="Select whether it is outside the borough",
            inline=True,
        )
        self.fields["last_day"] = DateField(label="Until which day?", hint="Leave empty until further notice.")
        self.fields["why"] = note("Why?", "Everybody who searches sees that the place is excluded. Who reads why?")
        self.fields["readers"] = _readers(actor, case)
        self.fields["source"] = source()

    def clean_district(self) -> str:
        """The district in capitals."""
        return _or_problem(as_district, self.cleaned_data["district"])

    def clean_latitude(self) -> float:
        """Degrees north."""
        return degrees(self.cleaned_data["latitude"], 90, "Latitude")

    def clean_longitude(self) -> float:
        """Degrees east."""
        return degrees(self.cleaned_data["longitude"], 180, "Longitude")

    def clean_metres(self) -> int:
        """A whole number of metres."""
        said = self.cleaned_data["metres"].replace(",", "").strip()
        if not said.isascii() or not said.isdigit() or not 0 < int(said[:7]) <= 20_000:
            raise ValidationError("Enter how many metres, from 1 to 20,000")
        return int(said)

    def until(self) -> datetime | None:
        """When it ends: as the last day ends in London."""
        last = self.cleaned_data["last_day"]
        return None if last is None else datetime.combine(last + timedelta(days=1), time(), LONDON)

    def place(self) -> dict[str, Any]:
        """What was said of the place, for `NewExclusion`."""
        place = {name: self.cleaned_data[name] for name in PLACE_QUESTIONS[self.shape](self.schemes)}
        return place | {"scheme": self.schemes[place["scheme"]]} if "scheme" in place else place


def _readers(actor: Actor, case: Case) -> RadiosField:
    """Who reads why: held back, where the actor may write what is held back."""
    may_hold_back = actor.may(Permission.RECORD_RISK, ExclusionReason(case=case, category=Category.INTELLIGENCE))
    few = Option("few", "Gangs team, police and others who read intelligence here")
    everybody = Option("all", "Everybody who sees that the place is excluded")
    return RadiosField(
        label="Who may read why, and who told us?",
        options=[few, everybody] if may_hold_back else [everybody],
        meanings={"few": False, "all": True},
        missing="Select who may read why",
    )


def _scheme_question(schemes: Mapping[str, Scheme]) -> dict[str, Any]:
    question = SelectField(
        label="Which scheme?",
        options=[Option(key, f"{one.name}, {one.provider.name}") for key, one in schemes.items()],
        missing="Select a scheme",
    )
    return {"scheme": question}


def _schemes(actor: Actor) -> Iterable[Scheme]:
    return Scheme.objects.visible_to(actor).select_related("provider").order_by("name", "provider__name")


def _label_question() -> TextField:
    return TextField(label="What is there?", hint="As people call it, such as the bus garage.", max_length=200)


PLACE_QUESTIONS: Mapping[Shape, Callable[[Mapping[str, Scheme]], dict[str, Any]]] = {
    Shape.DISTRICT: lambda schemes: {
        "district": TextField(
            label="Which postcode district?",
            hint="The first half of a postcode, like N7 or EC1V.",
            missing="Enter a postcode district",
            max_length=10,
            classes="govuk-input--width-5",
        ),
        "label": _label_question(),
    },
    Shape.RADIUS: lambda schemes: {
        "label": TextField(
            label="Around what?",
            hint="As people call it, such as the bus garage. Everybody who searches reads it.",
            missing="Enter what it is around",
            max_length=200,
        ),
        "latitude": TextField(
            label="Latitude",
            hint="A map on your phone or computer shows it: press on the point for a while. Like 51.5574.",
            missing="Enter the latitude",
            max_length=12,
            classes="govuk-input--width-10",
        ),
        "longitude": TextField(
            label="Longitude",
            hint="Like -0.1089.",
            missing="Enter the longitude",
            max_length=12,
            classes="govuk-input--width-10",
        ),
        "metres": TextField(
            label="How many metres around it?",
            hint="A mile is 1,600 metres.",
            missing="Enter how many metres",
            max_length=7,
            classes="govuk-input--width-5",
        ),
    },
    Shape.SCHEME: _scheme_question,
    Shape.ADDRESS: lambda schemes: {
        "address": TextField(
            label="Which address?",
            hint="House number and street, and the postcode if you know it.",
            missing="Enter the address",
            max_length=300,
        ),
    },
}
"""What is asked of a place, by its shape. `schemes` are those to choose from."""


class AssociationForm(Form):
    """What is between a young person and another, or a person of concern."""

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        self.actor = actor
        self.people = {str(one.pk): one for one in of_concern(actor)}
        self.fields["reference"] = TextField(
            label="Reference of the other young person",
            hint="Such as YP12, of somebody whose record you work on. Leave empty for a person of concern.",
            max_length=40,
            classes="govuk-input--width-10",
        )
        if self.people:
            self.fields["person"] = SelectField(
                label="Or a person of concern",
                options=[Option(key, person_in_words(one)) for key, one in self.people.items()],
            )
        self.fields["kind"] = RadiosField(
            label="What is between them?",
            options=[Option(kind.value, kind.label) for kind in AssociationKind],
            meanings={kind.value: kind for kind in AssociationKind},
            missing="Select what is between them",
        )
        self.fields["direction"] = RadiosField(
            label="Who puts whom at risk?",
            hint="Asked where one exploits the other, or of harmful sexual behaviour.",
            options=[Option(way.value, way.label) for way in Direction],
            meanings={way.value: way for way in Direction},
        )
        self.fields["strength"] = strength()
        self.fields["held"] = RadiosField(
            label="Who may read it?",
            options=[
                Option("few", "Those who read intelligence on both records"),
                Option("more", "Whoever may read this kind of information on both records"),
            ],
            meanings={"few": True, "more": False},
            missing="Select who may read it",
        )
        self.fields["note"] = note()
        self.fields["source"] = source()

    def clean(self) -> dict[str, Any]:
        """One other person, and a direction where the kind asks for one."""
        said = super().clean() or {}
        reference, person = said.get("reference", "").strip(), said.get("person", "")
        if bool(reference) == bool(person):
            self.add_error("reference", "Enter a reference, or select a person of concern")
        elif reference:
            said["other"] = self._other(reference)
        said["of_concern"] = self.people.get(person)
        if said.get("kind") in ONE_WAY and not said.get("direction"):
            self.add_error("direction", "Select who puts whom at risk")
        return said

    def _other(self, reference: str) -> Case | None:
        found = Case.objects.visible_to(self.actor).of_kind(Kind.YOUNG_PERSON).filter(reference__iexact=reference)
        several = list(found[:2])
        if len(several) != 1:
            self.add_error("reference", "No record that you work on has this reference")
            return None
        return several[0]


class AffiliationForm(Form):
    """Which group of the register somebody belongs to."""

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        self.groups = {str(one.pk): one for one in groups_of(actor)}
        self.fields["group"] = SelectField(
            label="Which group?",
            options=[Option(key, one.name) for key, one in self.groups.items()],
            missing="Select a group",
        )
        self.fields["strength"] = strength()
        self.fields["note"] = note()
        self.fields["source"] = source()


class EndForm(Form):
    """Why something holds no longer."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["why"] = WordsField(
            label="Why does it hold no longer?",
            hint="It stays in the record as history.",
            missing="Enter why it holds no longer",
            max_length=400,
        )


def groups_of(actor: Actor) -> Iterable[Group]:
    """The groups of the register that the actor keeps, by name."""
    return Group.objects.visible_to(actor).not_ended().order_by("name", "pk")


def of_concern(actor: Actor) -> Iterable[PersonOfConcern]:
    """The people of concern in the register that the actor keeps, by name."""
    return PersonOfConcern.objects.visible_to(actor).not_ended().order_by("name", "pk")


def person_in_words(person: PersonOfConcern) -> str:
    """A name, and what else they are known as."""
    return f"{person.name} ({person.known_as})" if person.known_as else person.name


def degrees(said: str, most: int, what: str) -> float:
    """Degrees as a map gives them. ValidationError for anything else."""
    try:
        value = float(said)
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise ValidationError(f"{what}: enter degrees as a map gives them, like 51.5574 or -0.1089")
    return value


def _or_problem(read: Callable[[str], str], said: str) -> str:
    try:
        return read(said)
    except NotAsAsked as problem:
        raise ValidationError(str(problem)) from problem


def may_exclude(actor: Actor, case: Case) -> bool:
    """Whether the actor may say where this young person must not live."""
    return actor.may(Permission.RECORD_RISK, ExcludedArea(case=case, category=Category.RISK))
