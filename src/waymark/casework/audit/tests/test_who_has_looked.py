"""Who has looked at a record: for those who answer for it, by day and person, with who tried and could not."""

from __future__ import annotations

import pytest
from tests.support.pages import text_of

from waymark.audit.models import Entry
from waymark.core import trail
from waymark.core.clock import system_clock

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def looked(client_as, allocated_worker, young_person):
    """The page as the allocated worker reads it, as text."""

    def page(**query):
        response = client_as(allocated_worker).get(f"/records/{young_person.case_id}/looked", query)
        assert response.status_code == 200
        return text_of(response)

    return page


def test_whoever_opened_it_is_named_with_what_they_came_for_and_how_often(
    looked, client_as, keyworker, young_person, allocated_worker
):
    client = client_as(keyworker)
    for page in ("", "", "/events", "/team", "/access", "/closed/conflict"):
        client.get(f"/records/{young_person.case_id}{page}")

    page = looked()

    assert "Joel Abara Housing keyworker at Northlight Housing" in page
    assert "Opened it to see duties (2 times) Opened it to see what happened Opened it to see who works on it" in page
    assert "Opened it to see who can see it Opened it to say who has a conflict of interest" in page


def test_a_list_in_which_it_stood_counts_as_looking(looked, client_as, keyworker):
    client = client_as(keyworker)
    client.get("/records")
    client.get("/records?q=amira")
    client.get("/records?q=nobody")

    page = looked()

    assert "Found it by searching Saw it named on a page or in a list" in page


def test_a_refusal_shows_who_tried(looked, client_as, other_keyworker, young_person):
    client_as(other_keyworker).get(f"/records/{young_person.case_id}")

    assert "Nell Ferris Refused Housing keyworker at Southgate Homes" in looked()
    assert "was refused" in looked()


def test_an_emergency_is_marked_and_says_why(looked, gangs_officer, young_person):
    from waymark.access.emergency import break_glass

    break_glass(young_person.case, actor=gangs_officer, why="missing since nine and police ask", hours=1)

    page = looked()

    assert "Marcus Oyelaran Emergency" in page
    assert "Why it could not wait: missing since nine and police ask" in page
    assert "Opened it in an emergency" in page


def test_whoever_reviews_an_emergency_is_not_marked_as_having_opened_it(
    looked, client_as, data_lead, gangs_officer, young_person
):
    from waymark.access.emergency import break_glass, review
    from waymark.access.models import Outcome

    opened = break_glass(young_person.case, actor=gangs_officer, why="missing since nine and police ask", hours=1)
    review(opened, actor=data_lead, outcome=Outcome.JUSTIFIED, note="They found her by it")

    page = looked()

    assert "Reviewed or ended an emergency" in page
    assert page.count("Emergency") == 1


def test_a_copy_taken_by_a_command_shows(looked, young_person):
    from waymark.duties.exporting import export

    export(young_person.case)

    assert "export of events from the command line" in looked()
    assert "Took a copy" in looked()


def test_the_data_protection_lead_who_asked_for_it_in_the_trail_has_looked_too(
    looked, client_as, data_lead, keyworker, young_person
):
    trail.read(keyworker, young_person.case)
    client = client_as(data_lead)
    client.get("/audit?reference=YP1")
    client.get(f"/audit/{Entry.objects.get(action='read').pk}")

    assert "Read of it in the audit trail Looked for it in the audit trail" in looked()


def test_what_was_done_with_others_does_not_show(looked, stranger, other_young_person):
    trail.read(stranger, other_young_person.case)
    trail.listed(stranger, "duties.Duty", cases=[other_young_person.case_id])

    assert "Sasha Lindqvist" not in looked()


def test_days_before_are_on_pages_before(looked, keyworker, young_person, time_machine):
    trail.read(keyworker, young_person.case, purpose="duties")
    today = system_clock.now().date()

    assert "Joel Abara" in looked()
    assert "Joel Abara" in looked(to=today.isoformat())
    assert "Joel Abara" not in looked(to=today.replace(year=today.year - 1).isoformat())
    assert "Nobody looked in these days" in looked(to="2020-01-01")


@pytest.mark.parametrize("text", ["", "x", "2020-13-01", "9999-12-31", "0001-01-01", "２０２０-01-01"])
def test_a_day_that_is_none_means_today(looked, keyworker, young_person, text):
    trail.read(keyworker, young_person.case, purpose="duties")

    assert "Joel Abara" in looked(to=text)


@pytest.mark.parametrize(
    ("who", "status"), [("allocated_worker", 200), ("colleague", 200), ("keyworker", 403), ("stranger", 404)]
)
def test_who_may_see_it(who, status, request, client_as, young_person):
    actor = request.getfixturevalue(who)
    client, record = client_as(actor), f"/records/{young_person.case_id}"

    assert client.get(f"{record}/looked").status_code == status
    if status != 404:
        assert (f'href="{record}/looked"' in client.get(record).content.decode()) is (status == 200)


def test_looking_at_who_has_looked_is_kept_too(looked, allocated_worker):
    looked()

    entry = Entry.objects.get(action="read")
    assert (entry.membership_id, entry.purpose) == (allocated_worker.membership_id, "who has looked")


def test_the_number_of_queries_does_not_grow_with_those_who_looked(
    client_as, allocated_worker, keyworker, other_keyworker, gangs_officer, young_person, queries
):
    client, address = client_as(allocated_worker), f"/records/{young_person.case_id}/looked"
    client.get(address)
    with queries() as few:
        client.get(address)
    for actor in (keyworker, other_keyworker, gangs_officer) * 3:
        trail.read(actor, young_person.case)
    with queries() as many:
        client.get(address)

    assert len(many) == len(few)
