"""The forms of a walk-in: the first fits on a phone, and takes less than a minute."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from waymark.events.vocabulary.fields import HOW
from waymark.govuk.fields import MomentField, Option, RadiosField, TextField, WordsField
from waymark.placements.forms import NumberField
from waymark.referrals.forms import TicketForm


class LogForm(TicketForm):
    """Who turned up."""

    who = TextField(
        label="First name or initials", hint="No surname is needed.", max_length=60, missing="Enter a name or initials"
    )
    age = NumberField(most=30, label="Age, if they say it")
    home_authority = TextField(
        label="Which council looks after them?", max_length=120, missing="Enter the council, or 'not known'"
    )
    social_worker = TextField(
        label="Is there a social worker, and how do you reach them?", hint="Leave it empty if not.", max_length=300
    )
    said = WordsField(label="What did they say?", max_length=2_000, missing="Write what they said, in short")
    tonight = TextField(
        label="Where are they going tonight?", max_length=300, missing="Enter where they are going, or 'not known'"
    )
    advice = WordsField(label="What did you advise, and whom did you call?", max_length=2_000)


class ToldForm(TicketForm):
    """The home authority was told."""

    whom = TextField(label="Whom did you tell, and where?", max_length=300, missing="Enter whom you told")
    how = RadiosField(
        label="How?", options=[Option(value, label) for value, label in HOW], missing="Select how you told them"
    )

    def __init__(self, today: date, data: Any = None) -> None:
        super().__init__(data)
        self.fields["at"] = MomentField(label="When?", hint="Leave it empty for just now.", today=today, required=False)

    def at(self) -> datetime:
        """When they were told."""
        said = self.cleaned_data["at"]
        return said if isinstance(said, datetime) else datetime.now(UTC)


class FollowUpForm(TicketForm):
    """What was done or learnt."""

    text = WordsField(label="What was done, or what do you know now?", max_length=2_000, missing="Write what was done")


class CloseForm(TicketForm):
    """It is over."""

    outcome = WordsField(
        label="Where are they now, and who answers for them?", max_length=2_000, missing="Say where they are now"
    )
