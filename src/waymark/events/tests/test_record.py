"""Recording what happened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from waymark.events.models import Event
from waymark.events.services import record

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_what_a_keyworker_records_is_stored_with_who_and_in_which_role(keyworker, young_person):
    event = record(
        "placement_started", case=young_person.case, actor=keyworker, occurred_at=AT, refs={"placement": "P1"}
    )

    stored = Event.objects.get(pk=event.pk)
    assert (stored.type, stored.occurred_at, stored.refs) == ("placement_started", AT, {"placement": "P1"})
    assert (stored.by, stored.actor) == ("housing_keyworker", keyworker.membership_id)
    assert stored.sequence == event.sequence
