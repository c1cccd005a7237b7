"""What the trail says of those who asked for what they may not have: enough to tell what was tried, and no more."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from tests.support.routes import routes
from waymark.audit.models import Entry
from waymark.core.permissions import Permission

pytestmark = pytest.mark.usefixtures("db")

OF_RECORDS = sorted(route.name for address, route in routes() if "<uuid:case_id>" in address)


FOR_LEADS = {Permission.ANSWER_SUBJECT_ACCESS, Permission.MANAGE_RETENTION, Permission.APPROVE_DISPOSAL}
"""What data protection leads need, who answer for every record of their authority."""


ASKERS = ("colleague", "gangs_officer", "placements_officer", "keyworker", "housing_officer")
"""People of whom each page is for one at least; the first whom it is for asks."""


def _route(name):
    return next(route for _, route in routes() if route.name == name)


@pytest.fixture
def asker(route, request):
    """Somebody whose role may open the page, and who has nothing to do with the record."""
    needed = _route(route).callback.permission
    if needed in FOR_LEADS:
        return request.getfixturevalue("other_data_lead")
    return next(actor for actor in map(request.getfixturevalue, ASKERS) if actor.may(needed))


def _address(name, case_id):
    """The address of a route for one record; whatever else it names is not there."""
    route = _route(name)
    others = {
        parameter: uuid.uuid4() if "UUID" in type(converter).__name__ else "team_changed"
        for parameter, converter in route.pattern.converters.items()
    }
    return reverse(name, kwargs=others | {"case_id": case_id})


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", OF_RECORDS)
def test_whoever_asks_for_the_record_of_somebody_they_do_not_work_with_leaves_which_page_they_asked_for(
    route, method, client_as, asker, other_young_person
):
    response = getattr(client_as(asker), method)(_address(route, other_young_person.case_id))

    assert response.status_code == 404
    entry = Entry.objects.get(action="refusal")
    assert (entry.membership_id, entry.case_id) == (asker.membership_id, other_young_person.case_id)
    assert entry.detail == {"exists": True, "page": route}
    assert entry.purpose


@pytest.mark.parametrize("route", OF_RECORDS)
def test_an_address_that_leads_to_nobody_leaves_the_page_and_nothing_of_the_address(route, client_as, asker):
    nobody = uuid.uuid4()

    assert client_as(asker).get(_address(route, nobody)).status_code == 404

    entry = Entry.objects.get(action="refusal")
    assert entry.detail == {"exists": False, "page": route}
    assert (entry.case_id, entry.object_id) == (None, "")
    assert str(nobody) not in f"{entry.detail} {entry.purpose} {entry.kind}"


def test_whoever_asks_for_what_their_role_may_not_do_leaves_which_page_and_which_permission(
    client_as, keyworker, young_person
):
    response = client_as(keyworker).get(_address("waive", young_person.case_id))

    assert response.status_code == 403
    entry = Entry.objects.get(action="refusal")
    assert entry.detail == {"permission": "WAIVE_DUTY", "page": "waive"}


def test_what_one_request_asked_for_is_not_said_of_the_next(client_as, keyworker, young_person, system):
    """Processes keep their threads: a refusal outside a request must not carry the page of the last one."""
    from waymark.core import trail

    client_as(keyworker).get("/records")
    trail.refused(system, "cases.Case")

    assert Entry.objects.get(action="refusal").detail == {}
