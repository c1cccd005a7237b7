"""The questions that ask for the fields of an event: one maker for each kind of field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.forms import Field as DjangoField

from waymark.casework.setting import Setting
from waymark.duties.engine.calendar import add_months, local_date
from waymark.duties.engine.wording import lower_first
from waymark.duties.presenting import looked_for
from waymark.events.vocabulary import CONTENT_ITEMS, ROLES, EventType
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
HAS = "has"
"""The field that holds the content items of an event."""
ROLE_KINDS = ("role", "roles")
NOBODY = "nobody"
"""The answer that no person is meant; it is not recorded."""


def questions(schema: EventType, setting: Setting) -> dict[str, DjangoField]:
    """The questions that ask for what an event of a type holds. What one answer shows is not asked for twice."""
    looked = looked_for(setting.pack, schema.name, setting.known) if setting.pack else {}
    found: dict[str, DjangoField] = {}
    for field in schema.fields:
        one, values = field, looked.get(field.name, {})
        if field.kind == "items":
            one = replace(field, choices=tuple(pair for pair in field.choices if pair[0] not in schema.shown_items))
            values = {value: values[value] for value, _ in one.choices if value in values}
        elif field.shows:
            label = _label(field.label, looked.get(HAS, {}), field.shows)
            one = replace(field, label=label, hint=field.hint or CONTENT_ITEMS[field.shows].label)
        if one.kind != "items" or one.choices:
            found[f"data-{field.name}"] = question(one, setting, values)
    return found


def items_shown(schema: EventType, cleaned: Mapping[str, Any], on: date) -> list[str]:
    """The content items that were not ticked but written down: by answers to other questions, on a day."""
    return [
        item for item, field in schema.shown_items.items() if _is_shown(field, cleaned.get(f"data-{field.name}"), on)
    ]


def _is_shown(field: EventField, value: Any, on: date) -> bool:
    if not field.within_months or not isinstance(value, date):
        return bool(value)
    return value <= add_months(on, field.within_months)


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
    if one.kind == "people":
        return f"Select at least one, or “{one.nobody}”: {lower_first(one.label)}"
    return f"{_ENTER.get(one.kind, 'Enter an answer')}: {lower_first(one.label)}"


_ENTER: Mapping[str, str] = {
    "date": "Enter the date",
    "datetime": "Enter the date and time",
    "month": "Select a month",
    "person": "Select who it is",
}


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
    """The months that are over, the last first; then the one that is not."""
    first = local_date(setting.now).replace(day=1)
    months = [add_months(first, -back) for back in range(1, MONTHS_OFFERED)]
    options = [Option(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months]
    options.append(Option(f"{first:%Y-%m}", f"{first:%B %Y} (not over yet)"))
    return govuk.SelectField(options=options, **shared)


def _people(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    options = [Option(case, name) for case, name in setting.young_people()]
    if one.nobody:
        options.append(Option(NOBODY, one.nobody))
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
