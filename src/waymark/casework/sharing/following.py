"""What can follow a share: it ends before its time, ends on another day, or is no longer agreed to."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from waymark.access.models import Basis
from waymark.casework.sharing.forms import EVERYONE_READS, LONGEST_MONTHS, last_day
from waymark.govuk.fields import CheckboxesField, DateField, Option, RadiosField, WordsField
from waymark.govuk.forms import Form


class EndForm(Form):
    """Why a share ends."""

    why = WordsField(label="Why does it end?", hint=EVERYONE_READS, missing="Enter why it ends", max_length=400)


class ChangeEndForm(Form):
    """Until when it lasts instead."""

    until = DateField(
        label="Last day",
        hint=f"It ends at the end of that day, within {LONGEST_MONTHS} months from now.",
        missing="Enter the last day",
    )
    why = WordsField(label="Why is it changed?", hint=EVERYONE_READS, missing="Enter why it is changed", max_length=370)

    def clean_until(self) -> date:
        """From today, for a year at most."""
        return last_day(self.cleaned_data["until"])


class WithdrawnForm(Form):
    """To what they no longer agree, and what follows. `shares` are (identifier, words)."""

    def __init__(self, shares: list[tuple[UUID, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["lines"] = CheckboxesField(
            label="To what do they no longer agree?",
            options=[Option(str(identifier), words) for identifier, words in shares],
            missing="Select what they no longer agree to",
        )
        self.fields["follows"] = RadiosField(
            label="What follows?",
            options=[
                Option("end", "It ends now"),
                *(
                    Option(basis.value, f"It goes on without consent. Lawful basis: {basis.label}")
                    for basis in Basis
                    if basis != Basis.CONSENT
                ),
            ],
            missing="Select what follows",
        )
        self.fields["note"] = WordsField(
            label="Who did they tell, and what was decided?",
            hint=f"If it goes on, say who decided that and why. {EVERYONE_READS}",
            missing="Enter who they told, and what was decided",
            max_length=1_000,
        )

    def clean_lines(self) -> list[UUID]:
        """The shares' identifiers."""
        return [UUID(identifier) for identifier in self.cleaned_data["lines"]]

    def clean_follows(self) -> Basis | None:
        """The basis on which it goes on; None when it ends."""
        chosen = self.cleaned_data["follows"]
        return None if chosen == "end" else Basis(chosen)
