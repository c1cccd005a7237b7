"""Records whose time is over, in each state of their disposal, and visits of the pages about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.support.cast import LONG_AGO
from tests.support.remembering import remembered


@pytest.fixture
def grown_up(borough: Any, system: Any) -> Callable[..., Any]:
    """Somebody with a record of long ago: `grown_up(born, reference="YP9")`."""
    return lambda born, reference="YP9": _grown_up(borough, system, born, reference)


@remembered
def head_of_service(member: Any, actor_of: Any, council: Any) -> Any:
    """The council's head of service."""
    return actor_of(member("Oona Castellan", council, "head_of_service"))


def _grown_up(borough: Any, system: Any, born: date, reference: str) -> Any:
    from waymark.people.services import NewYoungPerson, add_young_person

    new = NewYoungPerson(
        authority=borough,
        given_name="Winifred",
        family_name="Osgood",
        date_of_birth=born,
        reference=reference,
        identifiers={"ssda903": f"903-{reference}"},
        starts_at=LONG_AGO,
    )
    return add_young_person(new, actor=system)


def happened_on(person: Any, day: date, kind: str, system: Any, **data: Any) -> Any:
    """Record what happened on a day, as if it had been written down then."""
    from waymark.events.services import NewEvent, record_many

    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    new = NewEvent(type=kind, case=person.case, occurred_at=at, recorded_at=at, data=data, by="")
    return record_many([new], actor=system).stored[0]


def records_to_keep(person: Any, borough: Any, system: Any, data_lead: Any, head: Any, words: str) -> dict[str, Any]:
    """One due, one proposed, one disposed of, and a hold on `person`."""
    from waymark.disclosure import retention

    made: dict[str, Any] = {"person": person.case_id}
    for name in ("due", "proposed", "own", "gone"):
        old = _grown_up(borough, system, date(1980, 3, 2), f"YP-{name}")
        happened_on(old, date(2001, 1, 1), "facts_recorded", system, status="cin")
        happened_on(old, date(2008, 1, 1), "case_closed", system)
        made[name] = old.case_id
        if name != "due":
            made[f"{name} proposal"] = retention.propose(old.case_id, actor=data_lead).pk
    made["certificate"] = retention.approve(made["gone proposal"], actor=head).pk
    made["hold"] = retention.place_hold(person.case_id, actor=data_lead, why=words * 2).pk
    return made


def keeping_visits(visit: Callable[..., Any], made: dict[str, Any], send_empty: Any) -> Iterator[Any]:
    """Each page in each state, and each form sent empty."""
    yield visit("retention", "data_lead", "/retention")
    yield visit("record that is due", "data_lead", f"/retention/records/{made['due']}")
    yield visit("record that is proposed", "data_lead", f"/retention/records/{made['proposed']}")
    yield visit("record that is held", "data_lead", f"/retention/records/{made['person']}")
    proposal = f"/retention/proposals/{made['proposed proposal']}"
    for state, who, address in (
        ("hold", "data_lead", f"/retention/records/{made['due']}/hold"),
        ("end hold", "data_lead", f"/retention/holds/{made['hold']}/end"),
        ("decide", "head_of_service", proposal),
    ):
        yield visit(state, who, address)
        yield visit(f"{state} wrong", who, address, send_empty)
    yield visit("decide their own", "data_lead", proposal)
    yield visit("certificate", "data_lead", f"/retention/certificates/{made['certificate']}")
