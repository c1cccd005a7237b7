"""What is asked when something is put into a register of the specialists."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from waymark.access.services import NotAsAsked
from waymark.accommodation.areas import as_district
from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.govuk.fields import Option, SelectField, TextField
from waymark.govuk.forms import Form
from waymark.risks import services
from waymark.risks.forms import groups_of, note, of_concern, person_in_words, source


class RegisterForm(Form):
    """A form that puts something into the register of a borough. `store` does it."""

    heading = button = ""

    def __init__(self, actor: Actor, authority: Case, data: Any = None) -> None:
        super().__init__(data)
        self.actor, self.authority = actor, authority
        self.groups = {str(one.pk): one for one in groups_of(actor)}
        self.ask()
        self.fields["source"] = source()

    def ask(self) -> None:
        """Add the questions."""
        raise NotImplementedError

    def store(self) -> None:
        """Put what was said into the register. Raises `NotAsAsked`."""
        raise NotImplementedError

    def group_question(self, label: str, missing: str = "") -> SelectField:
        """Which group of the register."""
        options = [Option(key, one.name) for key, one in self.groups.items()]
        return SelectField(label=label, options=options, missing=missing)


class GroupForm(RegisterForm):
    """A gang or a group."""

    heading, button = "Add a group", "Add the group"

    def ask(self) -> None:
        """What it is called."""
        self.fields["name"] = TextField(
            label="What is it called?", missing="Enter what the group is called", max_length=100
        )
        self.fields["note"] = note()

    def store(self) -> None:
        """Put it into the register."""
        services.add_group(actor=self.actor, authority=self.authority, **self.cleaned_data)


class RivalryForm(RegisterForm):
    """Two groups that are against each other."""

    heading, button = "Add groups that are rivals", "Add the rivals"

    def ask(self) -> None:
        """Which two."""
        self.fields["group"] = self.group_question("Which group?", "Select a group")
        self.fields["rival"] = self.group_question("And against which group?", "Select the other group")
        self.fields["note"] = note()

    def clean(self) -> dict[str, Any]:
        """Two different groups."""
        said = super().clean() or {}
        if said.get("group") and said.get("group") == said.get("rival"):
            self.add_error("rival", "Select another group than the first")
        return said

    def store(self) -> None:
        """Put it into the register."""
        said = self.cleaned_data
        services.add_rivalry(
            actor=self.actor,
            group=self.groups[said["group"]],
            rival=self.groups[said["rival"]],
            note=said["note"],
            source=said["source"],
        )


class PersonForm(RegisterForm):
    """Somebody who puts young people at risk and is no young person here."""

    heading, button = "Add a person of concern", "Add the person"

    def ask(self) -> None:
        """Who they are."""
        self.fields["name"] = TextField(label="Name", missing="Enter a name", max_length=200)
        self.fields["known_as"] = TextField(label="Other names they are known by", max_length=200)
        self.fields["group"] = self.group_question("Which group do they belong to, if any?")
        self.fields["note"] = note()

    def store(self) -> None:
        """Put them into the register."""
        said = self.cleaned_data | {"group": self.groups.get(self.cleaned_data["group"])}
        services.add_person_of_concern(actor=self.actor, authority=self.authority, **said)


class PlaceForm(RegisterForm):
    """Where a person of concern is found."""

    heading, button = "Add where a person of concern is found", "Add the place"

    def ask(self) -> None:
        """Who, and one place."""
        self.people = {str(one.pk): one for one in of_concern(self.actor)}
        schemes = Scheme.objects.visible_to(self.actor).select_related("provider").order_by("name", "provider__name")
        self.schemes = {str(one.pk): one for one in schemes}
        self.fields["person"] = SelectField(
            label="Who?",
            options=[Option(key, person_in_words(one)) for key, one in self.people.items()],
            missing="Select who",
        )
        self.fields["scheme"] = SelectField(
            label="At which scheme?",
            hint="Say one place: a scheme, a postcode district or an address.",
            options=[Option(key, f"{one.name}, {one.provider.name}") for key, one in self.schemes.items()],
        )
        self.fields["district"] = TextField(
            label="Or in which postcode district?", hint="Such as N7.", max_length=10, classes="govuk-input--width-5"
        )
        self.fields["address"] = TextField(
            label="Or at which address?", hint="House number and street.", max_length=300
        )

    def clean_district(self) -> str:
        """The district in capitals."""
        said: str = self.cleaned_data["district"].strip()
        try:
            return as_district(said) if said else ""
        except NotAsAsked as problem:
            raise ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        """One place."""
        said = super().clean() or {}
        places = [said.get(name) for name in ("scheme", "district", "address")]
        if not self.errors.keys() & {"scheme", "district", "address"} and sum(map(bool, places)) != 1:
            self.add_error("scheme", "Say one place: a scheme, a postcode district or an address")
        return said

    def store(self) -> None:
        """Put it into the register."""
        said = self.cleaned_data
        services.add_place_of(
            actor=self.actor,
            person=self.people[said["person"]],
            scheme=self.schemes.get(said["scheme"]),
            district=said["district"],
            address=said["address"],
            source=said["source"],
        )


FORMS: dict[str, type[RegisterForm]] = {
    "group": GroupForm,
    "rivals": RivalryForm,
    "person": PersonForm,
    "place": PlaceForm,
}
"""What can be put into a register, by its name in the address."""
