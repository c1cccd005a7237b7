"""The forms of a challenge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from waymark.accommodation.choices import NeedLevel
from waymark.assessments.models import Refusal
from waymark.challenges.models import Ended, Kind
from waymark.govuk.fields import CheckboxesField, DateField, Option, RadiosField, WordsField
from waymark.govuk.forms import Form
from waymark.referrals.forms import TicketForm
from waymark.referrals.sections import SECTIONS

LONGEST = 4_000
NOT_RESOLVED, CONTRACT = "not_resolved", "contract"


class RefusalForm(TicketForm):
    """Accepting a refusal, or challenging it. Asks which one where several providers have refused."""

    def __init__(self, refusals: Iterable[Refusal], sections: Iterable[str], data: Any = None) -> None:
        super().__init__(data)
        self.known = {str(one.pk): one for one in refusals}
        if len(self.known) > 1:
            options = [Option(key, _named(one)) for key, one in self.known.items()]
            self.fields["refusal"] = RadiosField(label="Which refusal?", options=options, missing="Select a refusal")
        self.fields["decision"] = RadiosField(
            label="What do you do about it?",
            options=[
                Option("challenge", "Challenge it: the evidence is thin"),
                Option("accept", "Accept it: the search goes on"),
            ],
            missing="Select whether you challenge it or accept it",
        )
        self.fields["missing"] = WordsField(
            label="Which evidence is missing, or what do you see otherwise?",
            hint="The provider reads this, and answers it.",
            max_length=LONGEST,
        )
        self.fields["sections"] = CheckboxesField(
            label="Which parts of the referral speak against the refusal?",
            options=[Option(key, SECTIONS[key].title) for key in sections],
        )

    def questions(self) -> list[forms.BoundField]:
        """Which refusal and what to do; the others hang on that."""
        return [self[name] for name in ("refusal", "decision") if name in self.fields]

    def following(self, name: str) -> dict[str, list[forms.BoundField]]:
        """What is asked of a challenge."""
        return {"challenge": [self["missing"], self["sections"]]} if name == "decision" else {}

    def refusal(self) -> Refusal | None:
        """The one that was chosen, or the only one."""
        if len(self.known) == 1:
            return next(iter(self.known.values()))
        return self.known.get(self.cleaned_data.get("refusal", ""))

    def clean(self) -> dict[str, Any]:
        """A challenge says what is missing."""
        said = super().clean() or {}
        if said.get("decision") == "challenge" and not said.get("missing") and "missing" not in self.errors:
            self.add_error("missing", "Say which evidence is missing, or what you see otherwise")
        return said


def _named(refusal: Refusal) -> str:
    provider = refusal.approach.provider
    return f"{provider.name if provider else 'A provider'}: {refusal.get_reason_display().lower()}"


class AnswerForm(TicketForm):
    """The provider's answer (CHA-05)."""

    decision = RadiosField(
        label="What do you decide now?",
        options=[
            Option("stays", "We stay with our decision", "Explain what is at odds with the worker's assessment."),
            Option("changes", "We change our mind", "The referral comes back to you once the worker has read this."),
        ],
        missing="Select what you decide",
    )
    text = WordsField(
        label="Your answer, with the evidence", max_length=LONGEST, missing="Write your answer, with the evidence"
    )


class SayForm(TicketForm):
    """Anything else that is asked, given or said."""

    kind = RadiosField(
        label="What is it?",
        options=[
            Option(Kind.ASKED, "I ask for evidence"),
            Option(Kind.GIVEN, "I give evidence"),
            Option(Kind.SAID, "Something that was said"),
        ],
        missing="Select what it is",
    )
    text = WordsField(label="What?", max_length=LONGEST, missing="Write what is asked for, given or said")


class DecideForm(TicketForm):
    """How a challenge goes on, for whoever's turn it is."""

    def __init__(self, options: list[Option], data: Any = None) -> None:
        super().__init__(data)
        self.fields["decision"] = RadiosField(
            label="How does it go on?", options=options, missing="Select how it goes on"
        )
        self.fields["text"] = WordsField(
            label="Why? What was looked at, and what was agreed?", max_length=LONGEST, missing="Say why"
        )


OVERTURNED = Option(Ended.OVERTURNED, "Resolved: the provider considers the referral again", "It goes back to them.")
UPHELD = Option(Ended.UPHELD, "Resolved: the refusal stands", "The search goes on.")
WITHDRAWN = Option(Ended.WITHDRAWN, "I withdraw the challenge", "The refusal is accepted, and the search goes on.")


class FurtherForm(TicketForm):
    """A provider takes it further."""

    text = WordsField(label="What stays unresolved?", max_length=LONGEST, missing="Say what stays unresolved")


class LevelForm(TicketForm):
    """The level that was agreed, and why."""

    level = RadiosField(
        label="Which level of need was agreed?",
        options=[Option(value, label) for value, label in NeedLevel.choices],
        missing="Select the level that was agreed",
    )
    text = WordsField(label="Between whom, and why?", max_length=LONGEST, missing="Say between whom, and why")


class DisputeForm(TicketForm):
    """The provider sees another level of need (CHA-06)."""

    level = RadiosField(
        label="Which level of need do you see?",
        options=[Option(value, label) for value, label in NeedLevel.choices],
        missing="Select the level that you see",
    )
    why = WordsField(label="Why?", hint="The worker reads this.", max_length=LONGEST, missing="Say why")


class PeriodForm(Form):
    """From which day until which refusals are counted."""

    since = DateField(label="From")
    until = DateField(label="Until")

    def clean(self) -> dict[str, Any]:
        """The first day comes first."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if isinstance(since, date) and isinstance(until, date) and since > until:
            self.add_error("until", "Until: enter a day that is not before the first")
        return said
