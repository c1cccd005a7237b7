"""The questions that ask for the fields of an event: one maker for each kind of field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms import Field as DjangoField

from waymark.casework.setting import Setting
from waymark.duties.engine.calendar import add_months, local_date
from waymark.duties.engine.wording import lower_first
from waymark.events.vocabulary import ROLES
from waymark.events.vocabulary import Field as EventField
from waymark.govuk import fields as govuk
from waymark.govuk.fields import Option

USUAL_ROLES = (
    "young_person",
    "social_worker",
    "housing_keyworker",
    "provider_manager",
    "deputy_team_manager",
    "placements_team",
)
"""Whom a form offers first when no clause says whom it looks for."""
ONE_LINE = frozenset({"unit", "reference", "staff", "course"})
"""Text that is a few words at most."""
MONTHS_OFFERED = 24
ROLE_KINDS = ("role", "roles")


def question(one: EventField, setting: Setting, looked: Mapping[str, str]) -> DjangoField:
    """The question that asks for a field. `looked` are values that a clause looks for, each with its clause."""
    shared: dict[str, Any] = {"label": one.label, "hint": _hint(one.hint, looked), "required": False}
    if one.required or one.asked:
        shared |= {"missing": _missing(one), "required": True}
    return _MAKERS[one.kind](one, setting, looked, shared)


def _missing(one: EventField) -> str:
    """What is said when an answer that is needed was left out."""
    if one.kind in ("flag", "answer"):
        return f"Select yes or no: {lower_first(one.label)}"
    if one.choices or one.kind in ROLE_KINDS:
        return f"Select an answer: {lower_first(one.label)}"
    return f"Enter an answer to: {one.label}"


def _text(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    make = govuk.TextField if one.name in ONE_LINE else govuk.WordsField
    return make(max_length=20_000, **shared)


def _choice(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    return govuk.RadiosField(options=_options(one.choices, looked), **shared)


def _choices(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    return govuk.CheckboxesField(options=_options(one.choices, looked), **shared)


def _roles(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    first = tuple(looked) or USUAL_ROLES
    ordered = sorted(ROLES, key=lambda role: role not in first)
    options = [Option(role, _label(ROLES[role], looked, role), aside=role not in first) for role in ordered]
    return govuk.CheckboxesField(options=options, aside_label="Somebody else", **shared)


def _role(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    return govuk.SelectField(options=[Option(role, label) for role, label in ROLES.items()], **shared)


def _month(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    first = local_date(setting.now).replace(day=1)
    months = [add_months(first, -back) for back in range(MONTHS_OFFERED)]
    return govuk.SelectField(options=[Option(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months], **shared)


def _people(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    options = [Option(case, name) for case, name in setting.young_people]
    return (
        govuk.CheckboxesField(options=options, **shared)
        if one.kind == "people"
        else govuk.SelectField(options=options, **shared)
    )


def _options(choices: Iterable[tuple[str, str]], looked: Mapping[str, str]) -> list[Option]:
    return [Option(value, _label(label, looked, value)) for value, label in choices]


def _label(label: str, looked: Mapping[str, str], value: str) -> str:
    """A choice, with the clause that looks for it."""
    return f"{label} ({looked[value]})" if value in looked else label


def _hint(hint: str, looked: Mapping[str, str]) -> str:
    """A question's hint, and what the clauses beside the choices mean."""
    return f"{hint} The protocol looks for those with a clause beside them.".strip() if looked else hint


Maker = Callable[[EventField, Setting, Mapping[str, str], dict[str, Any]], DjangoField]
_MAKERS: Mapping[str, Maker] = {
    "text": _text,
    "flag": lambda one, setting, looked, shared: govuk.yes_or_no(**shared),
    "answer": lambda one, setting, looked, shared: govuk.yes_or_no(not_known=True, **shared),
    "date": lambda one, setting, looked, shared: govuk.DateField(**shared),
    "datetime": lambda one, setting, looked, shared: govuk.DateTimeField(**shared),
    "month": _month,
    "role": _role,
    "roles": _roles,
    "choice": _choice,
    "choices": _choices,
    "items": _choices,
    "person": _people,
    "people": _people,
}
