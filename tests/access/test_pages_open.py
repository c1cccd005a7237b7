"""No page of a record opens to anybody of the cast who may not read it; a new route joins with its visit."""

from __future__ import annotations

import pytest
from django.urls import resolve

from tests.support.world import visits

pytestmark = pytest.mark.usefixtures("db")

OTHERS = ("stranger", "other_keyworker", "gangs_officer")


def test_no_page_of_a_record_opens_to_those_who_may_not_read_it(world, client_as, request):
    """That each opens to whoever it is for is seen where the pages are looked at, and where the trail is."""
    clients = {who: client_as(request.getfixturevalue(who)) for who in OTHERS}
    of_the_record = {visit.address for visit in visits(world) if visit.address.startswith(f"/records/{world.person}")}
    wrong = []
    for place, address in enumerate(sorted(of_the_record)):
        who = OTHERS[place % len(OTHERS)]
        response = clients[who].get(address)
        if response.status_code not in (403, 404) or "Amira" in response.content.decode():
            wrong.append(f"{address} as {who}: {response.status_code}")

    assert wrong == []
    assert {resolve(address.split("?")[0]).url_name for address in of_the_record} > {"case", "closed", "case_access"}
