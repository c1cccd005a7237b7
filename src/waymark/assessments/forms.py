"""The forms of the provider's side, and of the worker who answers an offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from waymark.accommodation.choices import NeedLevel
from waymark.assessments.interviews import why_not_held
from waymark.assessments.models import RefusalReason
from waymark.core.clock import system_clock
from waymark.core.formats import LONDON, day
from waymark.events.vocabulary import ROLES
from waymark.govuk.fields import CheckboxesField, DateField, DateTimeField, Option, RadiosField, TextField, WordsField
from waymark.placements.models import Approach
from waymark.referrals.forms import SectionForm, TicketForm
from waymark.referrals.questions import Answers, Section

PEOPLE = (
    "young_person",
    "social_worker",
    "deputy_team_manager",
    "housing_keyworker",
    "provider_manager",
    "placements_team",
    "yos_worker",
    "parent",
    "other_professional",
)
"""Who comes to an interview, of the roles that the protocol knows."""
LEAST_DAYS, MOST_DAYS = 1, 28


def today() -> date:
    """The day in London."""
    return system_clock.now().astimezone(LONDON).date()


class PartForm(SectionForm):
    """A part of an assessment. `source` is the number of the version of the referral that stands beside it."""

    source = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput, required=False)

    def __init__(
        self, part: Section, data: Any = None, *, answers: Answers | None = None, number: int = 0, source: int = 0
    ) -> None:
        super().__init__(part, data, answers=answers, number=number)
        self.initial["source"] = source

    @property
    def seen(self) -> int:
        """The version of the referral that whoever filled this in had beside it."""
        return int(self.cleaned_data.get("source") or 0)


class BookForm(TicketForm):
    """Booking an interview, or moving it."""

    starts_at = DateTimeField(
        label="Day and time",
        hint="For example, 27 3 2026 at 14:30. Agree it with the young person and their worker first.",
        missing="Enter the day and time of the interview",
    )
    place = TextField(label="Place", max_length=300, missing="Say where it is")

    def clean_starts_at(self) -> datetime:
        """A time to come."""
        found: datetime = self.cleaned_data["starts_at"]
        if found <= system_clock.now():
            raise ValidationError("Day and time must be in the future", params={"parts": DateTimeField.parts})
        return found


class HeldForm(TicketForm):
    """An interview that was held and not booked here."""

    starts_at = DateTimeField(
        label="Day and time it was held",
        hint="For example, 27 3 2026 at 14:30.",
        missing="Enter the day and time of the interview",
    )
    place = TextField(label="Place", max_length=300, missing="Say where it was")

    def __init__(self, data: Any = None, *, approach: Approach) -> None:
        super().__init__(data)
        self._approach = approach
        self.fields["attended"] = _who_was_there(missing="Select who was there")
        self.fields["note"] = _to_remember()

    def clean_starts_at(self) -> datetime:
        """A time since the provider has the referral."""
        found: datetime = self.cleaned_data["starts_at"]
        if problem := why_not_held(self._approach, found, system_clock.now()):
            raise ValidationError(problem, params={"parts": DateTimeField.parts})
        return found


def _who_was_there(missing: str = "") -> CheckboxesField:
    people = [Option(role, ROLES[role]) for role in PEOPLE if role in ROLES]
    return CheckboxesField(label="Who was there?", options=people, missing=missing)


def _to_remember() -> WordsField:
    return WordsField(label="Anything to remember (optional)", max_length=2_000)


class OutcomeForm(TicketForm):
    """What became of an interview."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["outcome"] = RadiosField(
            label="Was it held?",
            options=[Option("held", "Yes"), Option("missed", "No, the young person did not come")],
            missing="Select yes, or that they did not come",
        )
        self.fields["attended"] = _who_was_there()
        self.fields["note"] = _to_remember()
        self.fields["why"] = WordsField(label="What happened, and who was told?", max_length=2_000)

    def questions(self) -> list[forms.BoundField]:
        """What became of it; the others hang on that."""
        return [self["outcome"]]

    def following(self, name: str) -> dict[str, list[forms.BoundField]]:
        """The questions that belong to each outcome."""
        if name != "outcome":
            return {}
        return {"held": [self["attended"], self["note"]], "missed": [self["why"]]}

    def clean(self) -> dict[str, Any]:
        """Each outcome asks for its own words."""
        said = super().clean() or {}
        if said.get("outcome") == "held" and not said.get("attended"):
            self.add_error("attended", "Select who was there")
        if said.get("outcome") == "missed" and not said.get("why"):
            self.add_error("why", "Say what happened, and who was told")
        return said


class CompleteForm(TicketForm):
    """Completing an assessment, with a reason where something is left out."""

    def __init__(self, data: Any = None, *, lacks: bool = False) -> None:
        super().__init__(data)
        if lacks:
            self.fields["left_out"] = WordsField(
                label="Why is it completed without these?",
                max_length=1_000,
                missing="Say why it is completed without these, or go back and write them",
            )


class OfferForm(TicketForm):
    """Offering a unit. The letter is looked at before it is sent."""

    def __init__(
        self,
        data: Any = None,
        *,
        units: Iterable[tuple[str, str, str]],
        first_days: Mapping[str, date] | None = None,
        address: str = "",
        level: str = "",
        move_in: date | None = None,
    ) -> None:
        super().__init__(data)
        units = list(units)
        self.labels = {value: label for value, label, _ in units}
        self.first_days = first_days or {}
        self.initial.update({"address": address, "need_level": level, "days": "7", "move_in": move_in})
        self.fields["unit"] = RadiosField(
            label="Unit",
            options=[Option(value, label, hint) for value, label, hint in units],
            missing="Select the unit that you offer",
        )
        self.fields["address"] = TextField(
            label="Address", hint="As it stands in the letter.", max_length=300, missing="Enter the address"
        )
        self.fields["move_in"] = DateField(
            label="Possible move-in date", hint="For example, 27 3 2026", missing="Enter the possible move-in date"
        )
        self.fields["need_level"] = RadiosField(
            label="Level of help",
            options=[Option(value, label) for value, label in NeedLevel.choices],
            missing="Select the level of help",
            inline=True,
        )
        self.fields["days"] = TextField(
            label="For how many days is the unit held?",
            hint="For an answer. Once they say yes it is kept until they move in.",
            max_length=2,
            missing="Enter for how many days the unit is held",
            classes="govuk-input--width-2",
        )

    def clean_move_in(self) -> date:
        """Today, or a day to come."""
        found: date = self.cleaned_data["move_in"]
        if found < today():
            raise ValidationError("Possible move-in date must be today or in the future")
        return found

    def clean(self) -> dict[str, Any]:
        """A unit is offered from the first day on which it can be held until further notice."""
        said = super().clean() or {}
        first = self.first_days.get(said.get("unit", ""))
        move_in = said.get("move_in")
        if first is not None and move_in is not None and move_in < first:
            label = self.labels[said["unit"]]
            self.add_error("move_in", f"{label} is free from {day(first)}. Enter that day or a later one")
        return said

    def clean_days(self) -> int:
        """A few days."""
        said = str(self.cleaned_data["days"]).strip()
        if not (said.isascii() and said.isdigit() and LEAST_DAYS <= int(said) <= MOST_DAYS):
            raise ValidationError(f"The unit can be held for {LEAST_DAYS} to {MOST_DAYS} days")
        return int(said)


class RefuseForm(TicketForm):
    """Refusing. The letter is looked at before it is sent."""

    reason = RadiosField(
        label="Why can you not offer a place?",
        options=[Option(value, label) for value, label in RefusalReason.choices],
        missing="Select why you cannot offer a place",
    )
    explanation = WordsField(
        label="Explain it to the young person",
        hint="In plain words. This stands in the letter. Say nothing about anybody else who lives there.",
        max_length=4_000,
        missing="Explain why you cannot offer a place",
    )
    evidence = WordsField(
        label="What does it rest on?",
        hint="What you know, and how: the worker reads this, and may challenge it.",
        max_length=4_000,
        missing="Say what the refusal rests on",
    )


class WhyForm(TicketForm):
    """One question: why."""

    def __init__(self, data: Any = None, *, label: str, missing: str) -> None:
        super().__init__(data)
        self.fields["why"] = WordsField(label=label, max_length=2_000, missing=missing)


class AnswerForm(TicketForm):
    """The worker's answer to an offer."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["answer"] = RadiosField(
            label="What do you and the young person say?",
            options=[Option("accept", "Yes, we take the place"), Option("decline", "No")],
            missing="Select yes or no",
        )
        self.fields["why"] = WordsField(
            label="Why not, in their own words?", hint="The provider reads this.", max_length=2_000
        )

    def questions(self) -> list[forms.BoundField]:
        """The answer; why not hangs on it."""
        return [self["answer"]]

    def following(self, name: str) -> Mapping[str, list[forms.BoundField]]:
        """What a no brings with it."""
        return {"decline": [self["why"]]} if name == "answer" else {}

    def clean(self) -> dict[str, Any]:
        """A no says why."""
        said = super().clean() or {}
        if said.get("answer") == "decline" and not said.get("why"):
            self.add_error("why", "Say why not")
        return said


class MovedInForm(TicketForm):
    """The day on which somebody moved in."""

    on = DateField(label="On which day did they move in?", missing="Enter the day on which they moved in")

    def __init__(self, data: Any = None, *, on: date) -> None:
        super().__init__(data)
        if on <= today():
            self.initial["on"] = on

    def clean_on(self) -> date:
        """Today, or a day that is over."""
        found: date = self.cleaned_data["on"]
        if found > today():
            raise ValidationError("The day on which they moved in must be today or in the past")
        return found


class FamilyForm(TicketForm):
    """A family with a child was placed out of borough (HAS-11)."""

    on = DateField(label="Since when are they there?", missing="Enter since when they are there")

    def clean_on(self) -> date:
        """Today, or a day that is over."""
        found: date = self.cleaned_data["on"]
        if found > today():
            raise ValidationError("The day must be today or in the past")
        return found
