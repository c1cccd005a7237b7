"""What a page of the trail is asked for: the form, what an address says, and where its next page begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import QueryDict

from waymark.access.models import Agency
from waymark.casework.audit.queries import Asked, Place
from waymark.casework.audit.words import ACTIONS
from waymark.duties.engine.calendar import local_date, start_of_day
from waymark.govuk.fields import CheckboxesField, DateField, Option, SelectField, TextField
from waymark.govuk.forms import Form

DAYS = 7
"""How many days are shown when nobody asks for any."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = timedelta(days=365 * 300)
"""A time further from 1970 than this is none."""


class FilterForm(Form):
    """Who did what, with whose record, when."""

    person = TextField(label="Who did it", hint="A name, or a part of one.", required=False, max_length=100)
    reference = TextField(
        label="Young person", hint="The reference of a record, such as YP12.", required=False, max_length=40
    )
    action = SelectField(
        label="What they did",
        options=[Option(action.value, label) for action, label in ACTIONS.items()],
        required=False,
    )
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)
    refusals = CheckboxesField(label="Refusals", options=[Option("only", "Show only what was refused")], required=False)

    def __init__(self, data: Any, agencies: Sequence[Agency]) -> None:
        super().__init__(data)
        self.fields["agency"] = SelectField(
            label="Their agency", options=[Option(str(one.pk), one.name) for one in agencies], required=False
        )
        self.order_fields(["person", "reference", "action", "agency", "since", "until", "refusals"])

    def clean(self) -> dict[str, Any]:
        """The last day may not come before the first."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must not be before the first")
        return said


def asked_of(form: FilterForm, now: datetime) -> Asked:
    """What a valid form asks for: the last seven days until its last day, unless it says from when."""
    said = form.cleaned_data
    last = said.get("until") or local_date(now)
    first = said.get("since") or last - timedelta(days=DAYS - 1)
    return Asked(
        since=start_of_day(first),
        until=start_of_day(last + timedelta(days=1)),
        person=said.get("person", "").strip(),
        reference=said.get("reference", "").strip(),
        action=said.get("action", ""),
        agency=said.get("agency", ""),
        refusals=bool(said.get("refusals")),
    )


def filters_of(form: FilterForm) -> list[str]:
    """Which questions were answered, for the trail: not what was typed."""
    return sorted(name for name, value in form.cleaned_data.items() if value)


def place_written(at: datetime, sequence: int) -> str:
    """A place in the trail, as an address carries it: microseconds since 1970 and the number of the entry."""
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{sequence}"


def place_read(text: str) -> Place | None:
    """The place that an address carries; None for none, and for what is no place."""
    found = re.fullmatch(r"([0-9]{1,17})-([0-9]{1,18})", text, re.ASCII)
    if found is None:
        return None
    since = timedelta(microseconds=int(found[1]))
    return Place(EPOCH + since, int(found[2])) if since < LATEST else None


def with_place(query: QueryDict, place: str) -> str:
    """The address of the same question from a place on; "" for the beginning."""
    changed = query.copy()
    changed.pop("after", None)
    if place:
        changed["after"] = place
    return f"?{changed.urlencode()}"
