"""Event types that an adopted pack adds to Waymark's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from waymark.access.models import Adoption
from waymark.core.clock import FixedClock
from waymark.core.database import SERVICE
from waymark.duties.adopting import adopt_proposal, propose
from waymark.duties.engine.tests.kit import pack_text
from waymark.duties.models import Duty
from waymark.events.errors import RecordRefused
from waymark.events.services import NewEvent, record_many

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
OWN = '\n[event.{name}]\nlabel = "Something of our own"\nrefs = ["placement"]\n'
CLAUSE = """[duty.OWN-01]
after = "quarterly_visit_made"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "visit_written_up"
"""

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def adopt(borough, system):
    """Adopt a pack with the borough's own event types."""

    def adopting(starts_on=date(2020, 1, 1)):
        own = "".join(OWN.format(name=name) for name in ("quarterly_visit_made", "visit_written_up"))
        content = (pack_text(CLAUSE) + own).encode()
        adopt_proposal(propose(authority=borough, content=content, file="own.toml", starts_on=starts_on), actor=system)

    return adopting


@pytest.fixture
def visits(young_person, system):
    """Record so many visits at once."""

    def visiting(many, kind="quarterly_visit_made"):
        new = [
            NewEvent(
                type=kind,
                case=young_person.case,
                occurred_at=NOW - timedelta(days=30, minutes=number),
                refs={"placement": f"P{number}"},
            )
            for number in range(many)
        ]
        return record_many(new, actor=system, clock=FixedClock(NOW)).stored

    return visiting


def asked_of_adoptions(visits, many):
    with CaptureQueriesContext(connections[SERVICE]) as made:
        visits(many)
    return sum("[event." in query["sql"] for query in made)


def test_they_are_recorded_and_begin_duties(adopt, visits):
    adopt()
    visits(1)
    assert Duty.objects.get().clause == "OWN-01"


def test_the_database_is_asked_once_about_a_type_however_many_events_are_recorded(adopt, visits):
    adopt()
    assert asked_of_adoptions(visits, 25) == 1


def test_the_answer_is_not_kept_for_the_next_recording(adopt, visits):
    with pytest.raises(RecordRefused, match="quarterly_visit_made"):
        visits(1)
    adopt()
    visits(1)
    Duty.objects.all().delete()
    Adoption.objects.all().delete()
    with pytest.raises(RecordRefused, match="quarterly_visit_made"):
        visits(2)


def test_waymarks_own_types_need_no_question(adopt, visits):
    adopt()
    with CaptureQueriesContext(connections[SERVICE]) as made:
        visits(3, kind="placement_started")
    assert not any("[event." in query["sql"] for query in made)
