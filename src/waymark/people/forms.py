"""The forms with which a young person is looked for, registered and described."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from waymark.govuk.fields import DateField, Option, RadiosField, SelectField, TextField, WordsField
from waymark.govuk.forms import Form
from waymark.people.models import CASE_SYSTEM, NHS, LegalStatus, Relation, Safety, StatusKind
from waymark.people.nhs_numbers import read_nhs_number
from waymark.people.searching import Sought
from waymark.people.statuses import NewStatus

NOT_YET = "The date of birth must be in the past"


def _named(choices: Any) -> list[Option]:
    return [Option(choice.value, choice.label) for choice in choices]


class SearchForm(Form):
    """Whom somebody is about to register."""

    given_name = TextField(label="Given name", max_length=100, required=False)
    family_name = TextField(label="Family name", max_length=100, required=False)
    date_of_birth = DateField(label="Date of birth", hint="For example, 14 5 2008.", required=False)
    number = TextField(
        label="NHS number, or number in your case system (optional)",
        max_length=100,
        required=False,
        classes="govuk-input--width-20",
    )

    def clean(self) -> dict[str, Any]:
        """Enough to look for: a number, both names, or a name with the date of birth."""
        cleaned = super().clean() or {}
        given, family = cleaned.get("given_name"), cleaned.get("family_name")
        enough = cleaned.get("number") or (given and family) or ((given or family) and cleaned.get("date_of_birth"))
        if not self.errors and not enough:
            self.add_error("given_name", "Enter both names, a name with the date of birth, or a number")
        return cleaned

    def sought(self) -> Sought:
        """What the search is told."""
        return Sought(**self.cleaned_data)


class RegisterForm(Form):
    """Who they are. What was searched for is filled in already."""

    given_name = TextField(label="Given name", max_length=100, missing="Enter the given name")
    family_name = TextField(
        label="Family name", hint="Leave it empty if they have none.", max_length=100, required=False
    )
    preferred_name = TextField(label="What they like to be called (optional)", max_length=100, required=False)
    date_of_birth = DateField(label="Date of birth", hint="For example, 14 5 2008.", missing="Enter the date of birth")
    pronouns = TextField(label="Pronouns, in their words (optional)", max_length=40, required=False)
    nhs_number = TextField(
        label="NHS number (optional)", max_length=20, required=False, classes="govuk-input--width-10"
    )
    case_number = TextField(
        label="Number in your case system (optional)", max_length=100, required=False, classes="govuk-input--width-20"
    )

    def __init__(self, today: date, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.today = today

    def clean_date_of_birth(self) -> date:
        """A day of a life that could be."""
        born: date = self.cleaned_data["date_of_birth"]
        if born >= self.today:
            raise ValidationError(NOT_YET)
        if self.today.year - born.year > 40:
            raise ValidationError("Check the year: they would be over 40")
        return born

    def clean_nhs_number(self) -> str:
        """Ten digits of which the last fits the others; or none."""
        typed: str = self.cleaned_data["nhs_number"]
        if not typed:
            return ""
        number = read_nhs_number(typed)
        if number is None:
            raise ValidationError("This is no NHS number: it has 10 digits. Check each, or leave it empty")
        return number

    def given(self) -> dict[str, Any]:
        """What `NewYoungPerson` is made of, but for the council."""
        said = dict(self.cleaned_data)
        numbers = {NHS: said.pop("nhs_number"), CASE_SYSTEM: said.pop("case_number")}
        return {**said, "identifiers": {kind: number for kind, number in numbers.items() if number}}


class StatusForm(Form):
    """A status that began, and perhaps ended."""

    kind = SelectField(label="Status", options=_named(StatusKind), missing="Select a status")
    legal_status = SelectField(
        label="How are they looked after?",
        hint="Only for somebody who is looked after.",
        options=_named(LegalStatus),
        required=False,
    )
    starts_on = DateField(label="First day", missing="Enter the first day")
    ends_on = DateField(label="Last day (optional)", hint="Leave it empty if it goes on.", required=False)

    def new(self) -> NewStatus:
        """What is to be recorded."""
        said = self.cleaned_data
        legal = LegalStatus(said["legal_status"]) if said["legal_status"] else None
        return NewStatus(
            kind=StatusKind(said["kind"]), legal_status=legal, starts_on=said["starts_on"], ends_on=said["ends_on"]
        )


class DoubleForm(Form):
    """Which other record is about the same person, and how that is known. This one is then the double."""

    reference = TextField(
        label="Reference of the record to go on with",
        hint="For example, YP12. Both must be open to you.",
        max_length=40,
        missing="Enter the reference of the other record",
        classes="govuk-input--width-10",
    )
    why = WordsField(
        label="How do you know that they are the same person?",
        missing="Say how you know that they are the same person",
        max_length=300,
    )


class UndoForm(Form):
    """How it is known that they are two people."""

    why = WordsField(
        label="How do you know that they are two people?",
        missing="Say how you know that they are two people",
        max_length=300,
    )


class EndForm(Form):
    """The last day of something."""

    ends_on = DateField(label="Last day", missing="Enter the last day")


OWN_WORDS_HINT = "In their words. Leave empty what they do not want to say."


class OwnWordsForm(Form):
    """Who they say they are, and how to reach them."""

    gender = TextField(label="Gender", hint=OWN_WORDS_HINT, max_length=200, required=False)
    ethnicity = TextField(label="Ethnicity", hint=OWN_WORDS_HINT, max_length=200, required=False)
    religion = TextField(label="Religion or belief", hint=OWN_WORDS_HINT, max_length=200, required=False)
    language = TextField(label="Languages they speak best", max_length=200, required=False)
    interpreter = TextField(
        label="Interpreter",
        hint="For example: Tigrinya, a woman, for anything about money. Leave empty if none is needed.",
        max_length=200,
        required=False,
    )
    reach = WordsField(
        label="How they want to be reached",
        hint="For example: text first, not before noon; 07700 900123.",
        max_length=1_000,
        required=False,
    )
    not_reach = WordsField(
        label="How not to reach them, and why",
        hint="For example: never by post to the family's address.",
        max_length=1_000,
        required=False,
    )


class NeedsForm(Form):
    """What they need to take part."""

    communication = WordsField(
        label="What helps them to understand and to be understood",
        hint="For example: short sentences, pictures, British Sign Language, time to think.",
        max_length=2_000,
        required=False,
    )
    access = WordsField(
        label="What they need to get about and to be comfortable",
        hint="For example: no stairs, a quiet room.",
        max_length=2_000,
        required=False,
    )


class SupporterForm(Form):
    """Somebody who matters to them and does not sign in here."""

    name = TextField(label="Their name", max_length=200, missing="Enter their name")
    relation = RadiosField(label="What are they to the young person?", options=_named(Relation), missing="Select one")
    what = TextField(
        label="More about that (optional)",
        hint="For example: aunt on the mother's side.",
        max_length=200,
        required=False,
    )
    reach = TextField(label="How to reach them (optional)", max_length=300, required=False)
    safety = RadiosField(
        label="Is it safe for staff to get in touch with them?",
        options=_named(Safety),
        missing="Select whether it is safe to get in touch",
    )
    safety_words = TextField(
        label="Why, and what to take care of (optional)",
        hint="For example: must not learn where the young person lives.",
        max_length=300,
        required=False,
    )
    starts_on = DateField(label="Since when are they around?", missing="Enter since when they are around")
