"""The questions of a share, one form for each page; and those of ending it and of consent that is withdrawn.

The forms of a share read what the pages before them said, and what the ledger says of the sharer now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from waymark.access.golden_rules import GOLDEN_RULES, IDENTITIES, LAWFUL, LONGEST_ANSWER
from waymark.access.models import Agency, Basis, Consent
from waymark.access.sharing import Holder, Terms, may_pass_on
from waymark.cases.models import Case
from waymark.casework.sharing.choosing import Choice, agencies, holders
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import system_clock
from waymark.duties.engine.calendar import add_months, end_of_day, local_date
from waymark.govuk.fields import CheckboxesField, DateField, Option, RadiosField, WordsField, yes_or_no
from waymark.govuk.forms import Form

LONGEST_MONTHS = 12
SUGGESTED_MONTHS: Mapping[Basis, int] = MappingProxyType(
    {
        Basis.VITAL_INTERESTS: 1,
        Basis.CRIME: 3,
        Basis.CONSENT: 6,
        Basis.SAFEGUARDING: 6,
        Basis.PUBLIC_TASK: 12,
        Basis.LEGAL_OBLIGATION: 12,
    }
)
"""For how long a share is suggested, by its lawful basis: the more pressing the need, the sooner it is looked at."""
EVERYONE_READS = "Everyone who can open this record can read what you write here."


@dataclass
class Sharing:
    """A share being made: by whom, of which record, what was answered so far, and what was typed to find somebody."""

    actor: Actor
    case: Case
    answers: Mapping[str, Mapping[str, list[str]]]
    search: str = ""
    _cleaned: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    @cached_property
    def may_share(self) -> tuple[frozenset[Category], frozenset[Category]]:
        """What the sharer may let others read, and write."""
        return may_pass_on(self.actor, self.case)

    def sent(self, step: str) -> MultiValueDict[str, str] | None:
        """What was sent on a page, as its form reads it; None before that."""
        return MultiValueDict(self.answers[step]) if step in self.answers else None

    def cleaned(self, step: str) -> dict[str, Any] | None:
        """What a page's answers mean; None when it has none, or none that still hold."""
        if step not in self._cleaned:
            sent = self.sent(step)
            form = FORMS[step](self, sent) if sent is not None else None
            self._cleaned[step] = form.cleaned_data if form is not None and form.is_valid() else None
        return self._cleaned[step]

    def first_open(self) -> str | None:
        """The first page without an answer that holds; None when all have one."""
        return next((step for step in FORMS if self.cleaned(step) is None), None)

    @property
    def agency(self) -> Agency | None:
        """The agency that was chosen."""
        return (self.cleaned("agency") or {}).get("agency")

    @property
    def holder(self) -> Holder | None:
        """With whom."""
        return (self.cleaned("who") or {}).get("who")

    @property
    def basis(self) -> Basis | None:
        """The lawful basis that was chosen."""
        return (self.cleaned("why") or {}).get("basis")

    def terms(self) -> Terms:
        """What the line will say, once every page is answered."""
        said: dict[str, Any] = {}
        for step in FORMS:
            said |= self.cleaned(step) or {}
        return Terms(
            reads=[Category.IDENTITY, *said["reads"]],
            writes=said["writes"],
            basis=said["basis"],
            purpose=said["purpose"],
            until=end_of_day(said["until"]),
            onward=said["onward"],
            conditions=said["conditions"],
            consent=said["consent"],
            consent_note=said["consent_note"],
            rules={name: said[name] for name in GOLDEN_RULES},
        )


class StepForm(Form):
    """One page of a share."""

    def __init__(self, sharing: Sharing, data: Any = None) -> None:
        super().__init__(data)
        self.sharing = sharing
        self.ask()

    def ask(self) -> None:
        """Add the questions that hang on what was said before."""

    def suggested(self) -> dict[str, Any]:
        """What stands in the form before anybody has answered."""
        return {}

    def sent(self) -> dict[str, list[str]]:
        """What is to be kept of what was sent: the answers, and nothing else."""
        data = cast("MultiValueDict[str, str]", self.data)
        names = [name for name in data if name in self.fields or name.rpartition("-")[0] in self.fields]
        return {name: data.getlist(name) for name in names}


class _ChoiceForm(StepForm):
    """One of those that were found, or that had been chosen before."""

    name = ""
    label = ""
    missing = ""
    found: Choice[Any]

    def _ask(self, found: Choice[Any]) -> None:
        self.found = found
        field = RadiosField(label=self.label, options=found.options, missing=self.missing)
        field.error_messages["invalid_choice"] = "Select one on the list: whoever you chose cannot be chosen now"
        self.fields[self.name] = field

    def _chosen(self) -> str:
        return str(self.data.get(self.name, "")) if self.is_bound else ""


class AgencyForm(_ChoiceForm):
    """For which agency they work."""

    name, label, missing = "agency", "Agencies", "Select an agency"

    def ask(self) -> None:
        """Agencies that were found."""
        self._ask(agencies(self.sharing.actor, self.sharing.case, self.sharing.search, self._chosen()))

    def clean_agency(self) -> Agency:
        """The agency itself."""
        return self.found.meaning[self.cleaned_data["agency"]]  # type: ignore[no-any-return]


class WhoForm(_ChoiceForm):
    """Which team, role or person there."""

    name, label, missing = "who", "Teams, roles and people", "Select a team, a role or a person"

    def ask(self) -> None:
        """Whoever may be chosen at the agency."""
        sharing = self.sharing
        self._ask(holders(sharing.actor, sharing.case, sharing.agency, sharing.search, self._chosen()))

    def clean_who(self) -> Holder:
        """The team, role or person."""
        return self.found.meaning[self.cleaned_data["who"]]  # type: ignore[no-any-return]


class ReadsForm(StepForm):
    """What they may read."""

    def ask(self) -> None:
        """What the sharer may read themselves; identity comes with anything."""
        readable, _ = self.sharing.may_share
        options = [Option(one.value, one.label) for one in Category if one in readable and one is not Category.IDENTITY]
        self.fields["reads"] = CheckboxesField(
            label="Besides identity and contact, they may read",
            hint="Identity and contact are always shared. Choose only what they need.",
            options=options,
        )

    def clean_reads(self) -> list[Category]:
        """The categories."""
        return [Category(name) for name in self.cleaned_data["reads"]]


class WritesForm(StepForm):
    """What they may write."""

    def ask(self) -> None:
        """Of what they are to read, what the sharer may write themselves."""
        _, writable = self.sharing.may_share
        shared = {Category.IDENTITY, *(self.sharing.cleaned("reads") or {}).get("reads", ())}
        options = [Option(one.value, one.label) for one in Category if one in writable and one in shared]
        self.fields["writes"] = CheckboxesField(
            label="They may write",
            hint="Leave all of these empty if they are only to read.",
            options=options,
        )

    def clean_writes(self) -> list[Category]:
        """The categories."""
        return [Category(name) for name in self.cleaned_data["writes"]]


class WhyForm(StepForm):
    """For what purpose, and on what lawful basis."""

    purpose = WordsField(
        label="What do they need it for?", hint=EVERYONE_READS, missing="Enter what they need it for", max_length=400
    )
    basis = RadiosField(
        label="What is the lawful basis?",
        options=[
            Option(
                basis.value,
                basis.label,
                "Only where they are free to say no. It ends when they change their mind."
                if basis == Basis.CONSENT
                else "",
            )
            for basis in Basis
        ],
        meanings={basis.value: basis for basis in Basis},
        missing="Select the lawful basis",
    )


class UntilForm(StepForm):
    """The last day."""

    until = DateField(label="Last day", missing="Enter the last day")

    def ask(self) -> None:
        """Say what is suggested, and why."""
        months = SUGGESTED_MONTHS[self.sharing.basis or Basis.CONSENT]
        self.fields["until"].help_text = (
            f"It ends by itself at the end of that day, within {LONGEST_MONTHS} months. "
            f"For the lawful basis you chose we suggest {months} month{'' if months == 1 else 's'}."
        )

    def suggested(self) -> dict[str, Any]:
        """The last day by the lawful basis."""
        return {"until": add_months(_today(), SUGGESTED_MONTHS[self.sharing.basis or Basis.CONSENT])}

    def clean_until(self) -> date:
        """From today, for a year at most."""
        return last_day(self.cleaned_data["until"])


class HandlingForm(StepForm):
    """Whether they may pass it on, and how it is to be handled."""

    onward = yes_or_no(
        label="May they pass on what they read here?",
        hint="If not, and somebody else needs it, they ask you.",
        missing="Select whether they may pass it on",
    )
    conditions = WordsField(
        label="How are they to handle it? (optional)",
        hint=f"For example: not to be left as a message, or not to be spoken of before a relative. {EVERYONE_READS}",
        max_length=400,
    )


class ConsentForm(StepForm):
    """What the young person said; and who decided, where they did not agree."""

    consent = RadiosField(
        label="Did they agree?",
        options=[Option(one.value, one.label) for one in Consent],
        meanings={one.value: one for one in Consent},
        missing="Select whether they agreed",
    )
    consent_note = WordsField(
        label="If they did not agree, or were not asked: who decided to share all the same, and why?",
        hint=f"Leave this empty if they agreed. {EVERYONE_READS}",
        max_length=1_000,
    )

    def clean(self) -> dict[str, Any]:
        """Consent that was not given is no basis; without it somebody has decided."""
        said: dict[str, Any] = self.cleaned_data
        consent = said.get("consent")
        if consent is None or consent == Consent.GIVEN:
            return said
        if self.sharing.basis == Basis.CONSENT:
            self.add_error("consent", "You chose consent as the lawful basis. If they did not agree, choose another")
        if not said.get("consent_note") and "consent_note" not in self.errors:
            self.add_error("consent_note", "Enter who decided to share it all the same, and why")
        return said


class RulesForm(StepForm):
    """The seven golden rules."""

    def ask(self) -> None:
        """One question for each rule, with the rule itself as its hint."""
        for place, rule in enumerate(GOLDEN_RULES.values(), 1):
            asked: dict[str, Any] = {"label": f"{place}. {rule.asks}", "hint": rule.says}
            if rule.answers:
                options = [Option(value, text) for value, text in rule.answers.items()]
                self.fields[rule.name] = RadiosField(options=options, missing=f"Answer question {place}", **asked)
            else:
                asked["hint"] = f"{rule.says} {EVERYONE_READS}"
                missing = "Enter why you decided to share it"
                self.fields[rule.name] = WordsField(missing=missing, max_length=LONGEST_ANSWER, **asked)

    def clean(self) -> dict[str, Any]:
        """Answers that what was said before rules out."""
        said: dict[str, Any] = self.cleaned_data
        rests_on_consent, lawful = self.sharing.basis == Basis.CONSENT, said.get(LAWFUL)
        if lawful == "no" and not rests_on_consent:
            self.add_error(LAWFUL, "The lawful basis that you chose is not consent. Change one of the two")
        if lawful == "yes" and rests_on_consent:
            self.add_error(LAWFUL, "You chose consent as the lawful basis. Change one of the two")
        handling = self.sharing.cleaned("handling") or {}
        if said.get(IDENTITIES) == "protected" and not handling.get("conditions"):
            self.add_error(IDENTITIES, "There are no handling conditions yet. Go back and say how they are protected")
        return said


FORMS: Mapping[str, type[StepForm]] = MappingProxyType(
    {
        "agency": AgencyForm,
        "who": WhoForm,
        "reads": ReadsForm,
        "writes": WritesForm,
        "why": WhyForm,
        "until": UntilForm,
        "handling": HandlingForm,
        "consent": ConsentForm,
        "rules": RulesForm,
    }
)
"""The pages of a share in their order."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "agency": "Which agency do they work for?",
        "who": "Who is it to be shared with?",
        "reads": "What may they read?",
        "writes": "What may they write?",
        "why": "Why is it shared?",
        "until": "Until when?",
        "handling": "How are they to handle it?",
        "consent": "Does the young person agree?",
        "rules": "The seven golden rules",
    }
)


def last_day(day: date) -> date:
    """A day from today on, within a year; a ValidationError otherwise."""
    today = _today()
    if day < today:
        raise ValidationError("Last day must be today or later")
    if day > add_months(today, LONGEST_MONTHS):
        raise ValidationError(f"Last day must be within {LONGEST_MONTHS} months. It can be shared again then")
    return day


def _today() -> date:
    return local_date(system_clock.now())
