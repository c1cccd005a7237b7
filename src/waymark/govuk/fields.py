"""Questions of a form: what Django checks, shown with the GOV.UK macros.

A field knows the macro that shows it (`component`) and makes its parameters (`params`); the template
`govuk/fields.jinja2` does the rest. What was typed is shown again, whatever was wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from waymark.govuk.dates import (
    DATE_PARTS,
    DAY,
    MONTH,
    TIME,
    YEAR,
    UnreadableDate,
    date_parts,
    instant_parts,
    read_date,
    read_instant,
)

Params = dict[str, Any]
NOT_A_CHOICE = "Select one of the choices"
NOW = "now"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its value, what it says, and what is said below it. `aside` ones wait behind a link."""

    value: str
    label: str
    hint: str = ""
    aside: bool = False


class Parts(forms.Widget):
    """Reads several inputs, `name-day`, `name-month` and so on, as one value: a mapping of what was typed."""

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__()
        self.parts = tuple(parts)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        """What was typed in each part, without space around it."""
        return {part: str(data.get(f"{name}-{part}") or "").strip() for part in self.parts}


class Question(forms.Field):
    """What every question has. `missing` is what to say when it was left out and may not be."""

    component = "input"

    def __init__(self, *, hint: str = "", missing: str = "", classes: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("required", bool(missing))
        super().__init__(help_text=hint, **kwargs)
        self.classes = classes
        if missing:
            self.error_messages["required"] = missing

    def params(self, bound: forms.BoundField) -> Params:
        """What the macro is called with."""
        return {
            "id": bound.html_name,
            "name": bound.html_name,
            "label": {"text": self.label, "classes": "govuk-label--s"},
            "value": bound.value() or "",
            **self.shared(bound),
        }

    def shared(self, bound: forms.BoundField) -> Params:
        """Hint, error and classes: what every macro takes alike."""
        params: Params = {"classes": self.classes} if self.classes else {}
        if self.help_text:
            params["hint"] = {"text": self.help_text}
        if bound.errors:
            params["errorMessage"] = {"text": bound.errors[0]}
        return params

    def legend(self) -> Params:
        """The fieldset of a question with several inputs."""
        return {"legend": {"text": self.label, "classes": "govuk-fieldset__legend--s"}}

    def error_target(self, bound: forms.BoundField) -> str:
        """The identifier of the input that the error summary leads to."""
        return bound.html_name


class TextField(Question, forms.CharField):
    """A line of text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = self._too_long()

    def _too_long(self) -> str:
        asked = f"{self.label}" if str(self.label).endswith("?") else f"{self.label}:"
        return f"{asked} shorten it to {self.max_length:,} characters or fewer. It has %(show_value)d"


class WordsField(TextField):
    """A few lines of text."""

    component = "textarea"

    def params(self, bound: forms.BoundField) -> Params:
        """Small at first; the browser lets it grow."""
        return {**super().params(bound), "rows": 3}


class FileField(Question, forms.FileField):
    """A file from the machine or telephone. What it holds is for whoever takes it to judge."""

    component = "file"

    def __init__(self, *, accept: str = "", **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, **kwargs)
        self.accept = accept
        self.error_messages["invalid"] = self.error_messages["missing"] = self.error_messages["required"]

    def params(self, bound: forms.BoundField) -> Params:
        """A file input. A browser never shows again which file was chosen."""
        attributes = {"accept": self.accept} if self.accept else {}
        return {
            "id": bound.html_name,
            "name": bound.html_name,
            "label": {"text": self.label, "classes": "govuk-label--s"},
            "attributes": attributes,
            **self.shared(bound),
        }


class SelectField(Question, forms.ChoiceField):
    """One of a long list. The first line chooses nothing."""

    component = "select"

    def __init__(self, *, options: Sequence[Option], **kwargs: Any) -> None:
        super().__init__(choices=[(option.value, option.label) for option in options], **kwargs)
        self.options = tuple(options)
        self.error_messages["invalid_choice"] = NOT_A_CHOICE

    def params(self, bound: forms.BoundField) -> Params:
        """The options, after an empty line."""
        items = [{"value": option.value, "text": option.label} for option in self.options]
        return {**super().params(bound), "items": [{"value": "", "text": "Not chosen"}, *items]}


class RadiosField(Question, forms.ChoiceField):
    """One of a few choices. `meanings` turns values into what the rest of the program wants."""

    component = "radios"

    def __init__(
        self,
        *,
        options: Sequence[Option],
        meanings: Mapping[str, Any] | None = None,
        inline: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(choices=[(option.value, option.label) for option in options], **kwargs)
        self.options = tuple(options)
        self.meanings = meanings
        if inline:
            self.classes = f"{self.classes} govuk-radios--inline".strip()
        self.error_messages["invalid_choice"] = NOT_A_CHOICE

    def prepare_value(self, value: Any) -> Any:
        """The choice that stands for a value already known."""
        if self.meanings and not isinstance(value, str):
            return next((choice for choice, meaning in self.meanings.items() if meaning is value), value)
        return value

    def clean(self, value: Any) -> Any:
        """The value, or what it means; None when nothing was chosen."""
        chosen = super().clean(value)
        if not chosen:
            return None
        return self.meanings[chosen] if self.meanings else chosen

    def params(self, bound: forms.BoundField) -> Params:
        """Small radios in a fieldset."""
        return {
            "idPrefix": bound.html_name,
            "name": bound.html_name,
            "fieldset": self.legend(),
            "value": bound.value() or "",
            "items": [_item(option) for option in self.options],
            **self.shared(bound),
        }


def yes_or_no(*, not_known: bool = False, **kwargs: Any) -> RadiosField:
    """A question answered yes or no, giving True or False; with `not_known` also "unknown"."""
    options = [Option("yes", "Yes"), Option("no", "No")]
    meanings: dict[str, Any] = {"yes": True, "no": False}
    if not_known:
        options.append(Option("unknown", "Not known"))
        meanings["unknown"] = "unknown"
    return RadiosField(options=options, meanings=meanings, inline=True, **kwargs)


class CheckboxesField(Question, forms.MultipleChoiceField):
    """Any number of choices. Those marked `aside` wait behind a link, which is open when one of them is chosen."""

    component = "checkboxes"

    def __init__(self, *, options: Sequence[Option], aside_label: str = "Others", **kwargs: Any) -> None:
        super().__init__(choices=[(option.value, option.label) for option in options], **kwargs)
        self.options = tuple(options)
        self.aside_label = aside_label
        self.error_messages["invalid_choice"] = NOT_A_CHOICE
        self.error_messages["invalid_list"] = NOT_A_CHOICE

    def params(self, bound: forms.BoundField) -> Params:
        """Small checkboxes in a fieldset."""
        chosen = set(bound.value() or ())
        first = [_ticked(option, chosen) for option in self.options if not option.aside]
        aside = [_ticked(option, chosen) for option in self.options if option.aside]
        return {
            "idPrefix": bound.html_name,
            "name": bound.html_name,
            "fieldset": self.legend(),
            "items": first or aside,
            "aside": aside if first else [],
            "aside_label": self.aside_label,
            "aside_open": any(item["checked"] for item in aside),
            **self.shared(bound),
        }


def _item(option: Option) -> Params:
    item: Params = {"value": option.value, "text": option.label}
    if option.hint:
        item["hint"] = {"text": option.hint}
    return item


def _ticked(option: Option, chosen: set[str]) -> Params:
    return {**_item(option), "checked": option.value in chosen}


class DateField(Question):
    """A day, typed as day, month and year."""

    component = "date"
    parts: tuple[str, ...] = DATE_PARTS

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=Parts(self.parts), **kwargs)

    def read(self, typed: Mapping[str, str]) -> Any:
        """What the parts say; None when they are empty."""
        return read_date(typed)

    def clean(self, value: Any) -> Any:
        """The day, or None when it was left out and may be."""
        found = read_typed(self, value, self.read)
        if found is None and self.required:
            raise ValidationError(self.error_messages["required"], params={"parts": self.parts})
        return found

    def prepare_value(self, value: Any) -> Any:
        """A value already known, as its parts are typed. An address that asks for text as a date asks for nothing."""
        if isinstance(value, datetime):
            return instant_parts(value)
        if isinstance(value, date):
            return date_parts(value)
        return value if isinstance(value, dict) else {}

    def params(self, bound: forms.BoundField) -> Params:
        """A date input whose wrong parts are marked."""
        return {
            "id": bound.html_name,
            "namePrefix": bound.html_name,
            "fieldset": {**self.legend(), "attributes": {"role": "group"}},
            "items": part_items(bound, self.parts),
            **self.shared(bound),
        }

    def error_target(self, bound: forms.BoundField) -> str:
        """The first part that is wrong."""
        wrong = wrong_parts(bound)
        return f"{bound.html_name}-{wrong[0] if wrong else self.parts[0]}"


class DateTimeField(DateField):
    """A day and a time of day in London, giving an instant in UTC."""

    parts = (*DATE_PARTS, TIME)

    def read(self, typed: Mapping[str, str]) -> Any:
        """The instant that the parts say."""
        return read_instant(typed)


class MomentField(DateTimeField):
    """When something happened. Today without a time is just now: `clean` gives NOW, or the instant that was typed."""

    def __init__(self, *, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today

    def read(self, typed: Mapping[str, str]) -> Any:
        """NOW for today without a time; otherwise the instant."""
        day = read_date(typed)
        return NOW if not typed.get(TIME) and day in (None, self.today) else read_instant(typed)


def read_typed(field: Question, typed: Mapping[str, str] | None, read: Any) -> Any:
    """What `read` makes of the parts, or a ValidationError that begins with the question."""
    try:
        return read(typed or {})
    except UnreadableDate as problem:
        raise ValidationError(f"{field.label} {problem.problem}", params={"parts": problem.parts}) from problem


def wrong_parts(bound: forms.BoundField) -> tuple[str, ...]:
    """The parts that the first error is about."""
    errors = bound.errors.as_data()
    params = (errors[0].params or {}) if errors else {}
    return tuple(params.get("parts", ()))


PART_LABELS = {DAY: "Day", MONTH: "Month", YEAR: "Year", TIME: "Time"}
PART_WIDTHS = {DAY: 2, MONTH: 2, YEAR: 4, TIME: 5}


def part_items(bound: forms.BoundField, parts: Sequence[str]) -> list[Params]:
    """The inputs of a date, each with what was typed."""
    typed, wrong = bound.value() or {}, wrong_parts(bound)
    return [
        {
            "name": part,
            "label": PART_LABELS[part],
            "classes": f"govuk-input--width-{PART_WIDTHS[part]}{' govuk-input--error' if part in wrong else ''}",
            "value": typed.get(part, ""),
        }
        for part in parts
    ]
