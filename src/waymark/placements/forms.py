"""The forms of the search: options, approaches, what the pathway decides, money, and the Supported Housing Record."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from waymark.accommodation.models import Scheme
from waymark.govuk.fields import Option, RadiosField, SelectField, TextField, WordsField
from waymark.placements.choosing import Choices
from waymark.placements.models import Decision, Route, SpendingKind
from waymark.placements.searching import TO_A_PROVIDER
from waymark.referrals.forms import TicketForm

MOST_POUNDS = Decimal("99999.99")
MOST_WEEKS = 104
MOST_HOURS = 168


def scheme_options(schemes: Iterable[Scheme]) -> list[Option]:
    """Schemes as choices, with the provider of each."""
    return [Option(str(scheme.pk), f"{scheme.name}, {scheme.provider.name}") for scheme in schemes]


class ShortlistForm(forms.Form):
    """Putting a scheme on the list: the button beside an option."""

    scheme = forms.UUIDField()
    why = forms.CharField(required=False, max_length=1_000)


class ApproachForm(TicketForm):
    """Asking for a place by a route."""

    def __init__(self, route: Route, choices: Choices, data: Any = None) -> None:
        super().__init__(data)
        self.choices = choices
        if route in TO_A_PROVIDER:
            self.fields["scheme"] = SelectField(label="Scheme", options=choices.options(), missing="Select a scheme")

    def scheme(self) -> Scheme | None:
        """The scheme that was chosen; None where a route asks for none."""
        chosen = self.cleaned_data.get("scheme", "")
        return self.choices.scheme(chosen) if chosen else None


class PathwayForm(TicketForm):
    """Whether the pathway can help (SEA-08)."""

    def __init__(self, choices: Choices, data: Any = None) -> None:
        super().__init__(data)
        self.fields["decision"] = RadiosField(
            label="Has the pathway suitable provision and a vacancy?",
            options=[Option("yes", "Yes, pass it to a provider"), Option("no", "No, send it back")],
            missing="Select yes or no",
        )
        self.fields["scheme"] = SelectField(label="Which scheme?", options=choices.options())
        self.fields["reason"] = WordsField(label="Why can the pathway not help?", max_length=2_000)

    def questions(self) -> list[forms.BoundField]:
        """The decision; the others hang on it."""
        return [self["decision"]]

    def following(self, name: str) -> dict[str, list[forms.BoundField]]:
        """The question that belongs to each decision."""
        return {"yes": [self["scheme"]], "no": [self["reason"]]} if name == "decision" else {}

    def clean(self) -> dict[str, Any]:
        """Each decision asks for its own answer."""
        said = super().clean() or {}
        if said.get("decision") == "yes" and not said.get("scheme"):
            self.add_error("scheme", "Select the scheme that it is passed to")
        if said.get("decision") == "no" and not said.get("reason"):
            self.add_error("reason", "Say why the pathway cannot help")
        return said


class MoneyField(TextField):
    """Pounds and pence."""

    def clean(self, value: Any) -> Any:
        """The amount. What is no amount of money is said."""
        said = str(super().clean(value) or "").replace(",", "").removeprefix("£").strip()
        if not said:
            return None
        try:
            amount = Decimal(said)
        except InvalidOperation as problem:
            raise ValidationError(f"{self.label}: enter an amount in pounds, like 950 or 950.50") from problem
        if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")) or not 0 < amount <= MOST_POUNDS:
            raise ValidationError(f"{self.label}: enter an amount between £0.01 and £{MOST_POUNDS:,}")
        return amount


class NumberField(TextField):
    """A whole number up to `most`."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(max_length=8, classes="govuk-input--width-4", **kwargs)
        self.most = most

    def clean(self, value: Any) -> Any:
        """The number; None when it was left out and may be."""
        said = str(super().clean(value) or "").strip()
        if not said:
            return None
        if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= self.most:
            raise ValidationError(f"{self.label}: enter a whole number from 1 to {self.most}")
        return int(said)


class SpendingForm(TicketForm):
    """Asking for money (SEA-10)."""

    def __init__(self, schemes: Iterable[Scheme], data: Any = None) -> None:
        super().__init__(data)
        self.known = {str(scheme.pk): scheme for scheme in schemes}
        self.fields["kind"] = RadiosField(
            label="What is to be paid for?",
            options=[Option(value, label) for value, label in SpendingKind.choices],
            missing="Select what is to be paid for",
        )
        self.fields["scheme"] = SelectField(label="Where?", options=scheme_options(self.known.values()))
        self.fields["weekly_cost"] = MoneyField(
            label="Cost a week, in pounds",
            missing="Enter the cost a week",
            max_length=12,
            classes="govuk-input--width-5",
        )
        self.fields["weeks"] = NumberField(most=MOST_WEEKS, label="For how many weeks", missing="Enter how many weeks")
        self.fields["hours"] = NumberField(most=MOST_HOURS, label="Extra hours a week, if that is what is paid for")
        self.fields["why"] = WordsField(
            label="Why is it needed, and what else was tried?", max_length=2_000, missing="Say why it is needed"
        )

    def clean(self) -> dict[str, Any]:
        """Extra hours are counted."""
        said = super().clean() or {}
        if said.get("kind") == SpendingKind.EXTRA_HOURS and not said.get("hours") and "hours" not in self.errors:
            self.add_error("hours", "Enter how many extra hours a week")
        return said


class DecisionForm(TicketForm):
    """Deciding on money."""

    decision = RadiosField(
        label="Do you approve it?",
        options=[Option(Decision.APPROVED, "Yes"), Option(Decision.DECLINED, "No")],
        missing="Select yes or no",
    )
    why = WordsField(label="Why?", max_length=2_000, missing="Say why")


class HousingEntryForm(TicketForm):
    """Adding to the Supported Housing Record."""

    text = WordsField(
        label="What should the next provider know?",
        hint="How it went, what helped, what did not. Everybody who reads the placements of this record can read it.",
        max_length=4_000,
        missing="Write what the next provider should know",
    )
