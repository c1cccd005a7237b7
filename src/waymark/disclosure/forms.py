"""The forms of these pages."""

from __future__ import annotations

from typing import Any

from waymark.govuk.fields import DateField, Option, RadiosField, TextField, WordsField
from waymark.govuk.forms import Form

LONGEST_CODES = 200_000


class FindForm(Form):
    """Whose data are asked for: by reference, or by name and date of birth."""

    reference = TextField(label="Reference", hint="Such as YP12.", required=False, max_length=40)
    given_name = TextField(label="First name", hint="As it is spelt on their papers.", required=False, max_length=100)
    family_name = TextField(label="Last name", required=False, max_length=100)
    born = DateField(label="Date of birth", required=False)

    def clean(self) -> dict[str, Any]:
        """The reference alone will do; otherwise all of the rest."""
        said = super().clean() or {}
        if said.get("reference"):
            return said
        if not any(said.get(name) for name in ("given_name", "family_name", "born")) and not self.errors:
            self.add_error("reference", "Enter their reference, or their name and date of birth")
            return said
        for name, missing in (("given_name", "first name"), ("family_name", "last name"), ("born", "date of birth")):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, f"Enter their {missing}, or their reference")
        return said


class ClearedForm(Form):
    """What of the marked may go out."""

    cleared = WordsField(
        label="Codes of what may go out",
        hint="Paste them from the files for review, one on each line or with other words between.",
        required=False,
        max_length=LONGEST_CODES,
    )


LONGEST_REASON = 1_000


class HoldForm(Form):
    """Why a record is kept whatever its time, and until when."""

    why = WordsField(
        label="Why must the record be kept?",
        hint="For example: a claim, an inquiry, a complaint, a request by the police.",
        missing="Enter why the record must be kept",
        max_length=LONGEST_REASON,
    )
    until = DateField(
        label="Last day of the hold", hint="Leave empty when nobody knows: then somebody ends it.", required=False
    )


class EndHoldForm(Form):
    """Why a record need not be held any more."""

    why = WordsField(
        label="Why need it not be held any more?",
        missing="Enter why it need not be held any more",
        max_length=LONGEST_REASON,
    )


class DecisionForm(Form):
    """Whether a record is disposed of."""

    decision = RadiosField(
        label="Dispose of this record?",
        options=[
            Option("approve", "Yes, remove it for good", "Nobody can bring it back."),
            Option("turn_down", "No, keep it"),
        ],
        missing="Select whether to dispose of it",
    )
    why = WordsField(label="If you keep it, why?", required=False, max_length=LONGEST_REASON)

    def clean(self) -> dict[str, Any]:
        """Keeping it needs a reason."""
        said = super().clean() or {}
        if said.get("decision") == "turn_down" and not (said.get("why") or "").strip() and "why" not in self.errors:
            self.add_error("why", "Enter why the record is kept")
        return said
