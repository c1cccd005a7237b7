"""Two hundred accept one bed in the same moment, with real threads and real connections: one of them has it."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connections

from waymark.accommodation.choices import OccupancyKind
from waymark.accommodation.errors import NotFree
from waymark.accommodation.models import Occupancy
from waymark.accommodation.services import hold
from waymark.people.services import NewYoungPerson, add_young_people

AT_ONCE = 200


@pytest.fixture
def people(real_connections, borough, system):
    new = [
        NewYoungPerson(authority=borough, given_name=f"Person {place}", date_of_birth=date(2008, 1, 1))
        for place in range(AT_ONCE)
    ]
    return add_young_people(new, actor=system)


def test_two_hundred_acceptances_of_one_bed_give_exactly_one_winner(people, scheme, system):
    unit = scheme.units.select_related("scheme").get(label="1")
    ready, told = Barrier(AT_ONCE), []

    def accept(case):
        try:
            ready.wait()
            nights = (date(2026, 6, 1), None)
            row = hold(unit, actor=system, case=case, ref=uuid4(), nights=nights, kind=OccupancyKind.PLACEMENT)
            told.append(row)
        except NotFree as refused:
            told.append(str(refused))
        finally:
            connections.close_all()

    threads = [Thread(target=accept, args=[person.case], daemon=True) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winners = [one for one in told if isinstance(one, Occupancy)]
    assert len(told) == AT_ONCE
    assert winners == list(Occupancy.objects.all())
    assert len(winners) == 1
    losers = {one for one in told if isinstance(one, str)}
    assert losers == {
        "1 at Tanner House is not free for those nights: no day is known from which it is free for so long"
    }
