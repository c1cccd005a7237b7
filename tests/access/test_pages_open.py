"""Every page opens to those whose it is, and to nobody else of the cast; a new route joins with its visit."""

from __future__ import annotations

import re

import pytest
from django.urls import resolve

from tests.support.world import visits

pytestmark = pytest.mark.usefixtures("db")

PROBLEMS = ("not found", "not theirs", "not for the role", "not text")
OTHERS = ("stranger", "other_keyworker", "gangs_officer", "on_call")


def test_every_page_opens_to_whoever_it_is_for_and_none_of_a_record_to_anybody_else(world, client_as, request):
    """Pages of the demo, as they open. Whoever opened the record in an emergency may open a part of it."""
    clients = {}
    wrong = []
    addresses = {}
    for visit in visits(world):
        if visit.who and visit.demo:
            addresses.setdefault((visit.address, visit.who), visit.state)
    for (address, who), state in addresses.items():
        actor = request.getfixturevalue(who)
        client = clients.setdefault(who, client_as(actor))
        status = client.get(address).status_code
        expected = {404, 403, 400} if state in PROBLEMS and "?q=" not in address else {200, 400, 422}
        if status not in expected and not 300 <= status < 400:
            wrong.append(f"{address} as {who}: {status}")
    for address in sorted({address for address, _ in addresses if re.match(rf"/records/{world.person}", address)}):
        for who in OTHERS[:3]:
            client = clients.setdefault(who, client_as(request.getfixturevalue(who)))
            response = client.get(address)
            if response.status_code not in (403, 404) or "Amira" in response.content.decode():
                wrong.append(f"{address} as {who}: {response.status_code}")

    assert wrong == []
    assert len(addresses) > 100
    assert {resolve(address.split("?")[0]).url_name for address, _ in addresses} > {"case", "closed", "case_access"}
