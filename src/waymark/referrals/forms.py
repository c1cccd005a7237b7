"""The forms of a referral: one for each section, made from its questions, and those of sending, checks and the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from waymark.access.services import NotAsAsked
from waymark.accommodation.areas import as_district
from waymark.govuk.fields import CheckboxesField, DateField, Option, RadiosField, TextField, WordsField
from waymark.govuk.forms import Form
from waymark.referrals.models import Verdict
from waymark.referrals.questions import ANSWERS, Answers, Question, Section

LONGEST_WORDS = 8_000
LONGEST_LINE = 300
MOST_PLACES = 30


BOTH_WAYS = "Is anybody there at risk from them, and does anybody there put them at risk?"
"""What a check of addresses starts by asking (SEA-06)."""


class DistrictsField(TextField):
    """First halves of postcodes, with commas between: "N1, N7"."""

    def clean(self, value: Any) -> Any:
        """The districts in capitals, as the search asks for them."""
        said = str(super().clean(value) or "").replace(",", " ").split()
        try:
            return ", ".join(dict.fromkeys(as_district(one) for one in said))
        except NotAsAsked as problem:
            raise ValidationError(f"{self.label}: enter the first halves of postcodes, such as N1, N7") from problem


class SectionForm(Form):
    """The questions of a section. Nothing must be answered to be saved: what is missing is said on the task list."""

    based_on = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput, required=False)

    def __init__(self, section: Section, data: Any = None, *, answers: Answers | None = None, number: int = 0) -> None:
        said = dict(answers or {})
        for question in section.questions:
            if question.kind == "date" and said.get(question.name):
                said[question.name] = date.fromisoformat(said[question.name])
        super().__init__(data, initial={"based_on": number, **said})
        self.section = section
        for question in section.questions:
            self.fields[question.name] = _field(question)

    def questions(self) -> list[forms.BoundField]:
        """Those that belong to no answer of another."""
        return [self[question.name] for question in self.section.questions if question.when is None]

    def following(self, name: str) -> dict[str, list[forms.BoundField]]:
        """For each answer to a question the questions that it brings with it."""
        found: dict[str, list[forms.BoundField]] = {}
        for question in self.section.questions:
            if question.when is not None and question.when[0] == name:
                for value in question.when[1]:
                    found.setdefault(value, []).append(self[question.name])
        return found

    @property
    def number(self) -> int:
        """The version that was before whoever filled this in."""
        return int(self.cleaned_data.get("based_on") or 0)

    def answers(self) -> dict[str, Any]:
        """What was answered, as it is stored: what is empty, or belongs to another answer, is left out."""
        said: dict[str, Any] = {}
        for question in self.section.questions:
            value = self.cleaned_data.get(question.name)
            if value and question.applies(said):
                said[question.name] = value.isoformat() if isinstance(value, date) else value
        return said


def _field(question: Question) -> forms.Field:
    label = question.label if question.needed else f"{question.label} (optional)"
    asked: dict[str, Any] = {"label": label, "hint": question.hint}
    if question.kind == "line":
        return TextField(max_length=LONGEST_LINE, **asked)
    if question.kind == "districts":
        return DistrictsField(max_length=LONGEST_LINE, **asked)
    if question.kind == "date":
        return DateField(**asked)
    if question.kind == "choices":
        return CheckboxesField(options=_options(question.choices), **asked)
    if question.kind in ("answer", "choice"):
        return RadiosField(options=_options(question.choices or ANSWERS), **asked)
    return WordsField(max_length=LONGEST_WORDS, **asked)


def _options(choices: Iterable[tuple[str, str]]) -> list[Option]:
    return [Option(value, label) for value, label in choices]


class KnownRisksForm(Form):
    """Which risks and vulnerabilities are known: one answer each, the details afterwards."""

    def __init__(self, sections: Iterable[Section], data: Any = None, *, known: Mapping[str, str]) -> None:
        super().__init__(data, initial=dict(known))
        for section in sections:
            label = section.question("known").label
            self.fields[section.key] = RadiosField(label=label, options=_options(ANSWERS), inline=True)

    def answered(self) -> dict[str, str]:
        """The answers that were given, by the key of the section."""
        return {key: value for key, value in self.cleaned_data.items() if value}


class TicketForm(Form):
    """A form with an identifier of its own, so that sent twice it counts once."""

    ticket = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"ticket": uuid4()})

    def questions(self) -> list[forms.BoundField]:
        """All but the identifier."""
        return [self[name] for name in self.fields if name != "ticket"]


class StartForm(TicketForm):
    """Starting a referral, from nothing or from an earlier one."""

    def __init__(self, data: Any = None, *, earlier: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(data)
        if options := [Option(value, label) for value, label in earlier]:
            self.fields["copy_from"] = RadiosField(
                label="What to begin with",
                options=[Option("nothing", "Empty pages"), *options],
                missing="Select what to begin with",
            )


class SendForm(TicketForm):
    """Sending it, with a reason where something is left out."""

    def __init__(self, data: Any = None, *, lacks: bool = False) -> None:
        super().__init__(data)
        if lacks:
            self.fields["left_out"] = WordsField(
                label="Why is it sent without these?",
                hint="The team that checks it reads this first.",
                max_length=1_000,
                missing="Say why it is sent without these, or go back and write them",
            )


class WithdrawForm(TicketForm):
    """Taking a referral back."""

    reason = WordsField(label="Why is it withdrawn?", max_length=1_000, missing="Say why the referral is withdrawn")


class AskForm(TicketForm):
    """Asking for a check."""

    question = WordsField(
        label="What should they look at?",
        hint="Say what worries you. They can read the risk sections of the referral.",
        max_length=2_000,
        missing="Say what they should look at",
    )


class AskAddressesForm(AskForm):
    """Asking for a check of addresses."""

    places = WordsField(
        label="Addresses",
        hint="One on each line",
        max_length=6_000,
        missing="Give at least one address",
    )

    def __init__(self, data: Any = None, *, proposed: Iterable[str] = ()) -> None:
        super().__init__(data)
        self.initial["places"] = "\n".join(proposed)
        self.initial["question"] = BOTH_WAYS

    def clean_places(self) -> list[str]:
        """The addresses, each once."""
        places = [line.strip() for line in str(self.cleaned_data["places"]).splitlines() if line.strip()]
        if len(places) > MOST_PLACES:
            raise ValidationError(f"Ask about {MOST_PLACES} addresses or fewer at a time. There are {len(places)}")
        if any(len(place) > LONGEST_LINE for place in places):
            raise ValidationError(f"Shorten each address to {LONGEST_LINE} characters or fewer")
        return list(dict.fromkeys(places))


class WriteDownForm(TicketForm):
    """What was said on the telephone or in person."""

    told = WordsField(label="What did they say?", max_length=4_000, missing="Write down what they said")


class AnswerForm(TicketForm):
    """The answer to a check, and a word on each place.

    Where areas (`areas`) or addresses are asked about, what must not be used is asked for, and why: that is kept
    apart from what the worker is told. `settles` asks besides whether areas are to be checked (REF-14).
    """

    def __init__(
        self,
        data: Any = None,
        *,
        places: Iterable[tuple[str, str]] = (),
        areas: bool = False,
        settles: bool = False,
    ) -> None:
        super().__init__(data)
        self.places = list(places)
        for key, place in self.places:
            self.fields[f"place-{key}"] = RadiosField(
                label=place,
                options=_options(Verdict.choices),
                missing=f"Say what you found about {place}",
            )
        if areas:
            self.fields["districts"] = DistrictsField(
                label="Areas where they must not live (optional)",
                hint="First halves of postcodes, with commas between. The search for a place leaves them out",
                max_length=LONGEST_LINE,
            )
        if areas or self.places:
            self.fields["why"] = WordsField(
                label="Why these must not be used (optional)",
                hint="Read by the gangs team and others who read intelligence here, and by nobody else.",
                max_length=2_000,
            )
        self.fields["told"] = WordsField(
            label="What the worker is told",
            hint="Say what to do and not to do. Why, and who told you, is not for this page.",
            max_length=4_000,
            missing="Write what the worker is told",
        )
        if settles:
            self.fields["check_areas"] = RadiosField(
                label="Should the gangs team check areas?",
                options=[Option("yes", "Yes"), Option("no", "No"), Option("later", "I say so later")],
                missing="Select yes, no, or that you say so later",
            )
            self.fields["areas_question"] = WordsField(label="What should they look at?", max_length=2_000)
            self.fields["areas_reason"] = WordsField(label="Why is no check needed?", max_length=1_000)

    def questions(self) -> list[forms.BoundField]:
        """All but those that hang on whether areas are to be checked."""
        return [bound for bound in super().questions() if bound.name not in ("areas_question", "areas_reason")]

    def following(self, name: str) -> dict[str, list[forms.BoundField]]:
        """The question that belongs to each answer on areas."""
        return {"yes": [self["areas_question"]], "no": [self["areas_reason"]]} if name == "check_areas" else {}

    def clean(self) -> dict[str, Any]:
        """Each answer on areas asks for its own words."""
        said = super().clean() or {}
        if said.get("check_areas") == "yes" and not said.get("areas_question"):
            self.add_error("areas_question", "Say what they should look at")
        if said.get("check_areas") == "no" and not said.get("areas_reason"):
            self.add_error("areas_reason", "Say why no check is needed")
        return said

    @property
    def check_areas(self) -> str:
        """Whether areas are to be checked: `yes`, `no`, `later`; "" where it was not asked."""
        return str(self.cleaned_data.get("check_areas", ""))

    def verdicts(self) -> Mapping[str, str]:
        """What is said of each place, by its key."""
        return {key: self.cleaned_data[f"place-{key}"] for key, _ in self.places}


class NotNeededForm(TicketForm):
    """No area needs to be checked."""

    reason = WordsField(label="Why is no check needed?", max_length=1_000, missing="Say why no check is needed")


class DeskForm(TicketForm):
    """What the desk decides on a referral that was sent."""

    def __init__(self, sections: Iterable[Section], data: Any = None) -> None:
        super().__init__(data)
        self.fields["decision"] = RadiosField(
            label="Is it good enough to search with?",
            options=[Option("accept", "Yes"), Option("more", "No, ask for more")],
            missing="Select yes, or that you ask for more",
        )
        self.fields["fostering"] = WordsField(
            label="Was fostering, or staying put, considered, and what came of it?", max_length=2_000
        )
        self.fields["request"] = WordsField(label="What is needed?", max_length=4_000)
        self.fields["parts"] = CheckboxesField(
            label="In which parts?",
            options=[Option(section.key, section.title) for section in sections],
        )

    def following(self, name: str) -> dict[str, list[forms.BoundField]]:
        """The questions that belong to each decision."""
        if name != "decision":
            return {}
        return {"accept": [self["fostering"]], "more": [self["request"], self["parts"]]}

    def questions(self) -> list[forms.BoundField]:
        """The decision; the others hang on it."""
        return [self["decision"]]

    def clean(self) -> dict[str, Any]:
        """Each decision asks for its own words."""
        said = super().clean() or {}
        if said.get("decision") == "accept" and not said.get("fostering"):
            self.add_error("fostering", "Say whether fostering was considered, and what came of it")
        if said.get("decision") == "more" and not said.get("request"):
            self.add_error("request", "Say what is needed")
        return said
