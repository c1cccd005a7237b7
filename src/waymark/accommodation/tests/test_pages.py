"""Vacancies, schemes, the calendar, and the month's summary, as people see them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.support.pages import Filler, text_of

from waymark.accommodation.choices import OccupancyKind, VoidCause
from waymark.accommodation.models import Occupancy, Scheme, Unit, Void
from waymark.accommodation.services import NewVoid, add_scheme, change_scheme, record_void
from waymark.accommodation.tests.conftest import june
from waymark.events.models import Event

pytestmark = pytest.mark.usefixtures("db", "first_of_june")
PLACEMENT, RESERVATION = OccupancyKind.PLACEMENT, OccupancyKind.RESERVATION


@pytest.fixture
def first_of_june():
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC), tick=False):
        yield


def _date(name, number):
    """A day of June as a browser sends it."""
    day = june(number)
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def test_the_list_says_what_is_free_from_when_and_what_to_do(client_as, commissioner, unit, holding, system):
    holding(PLACEMENT, -20, 15)
    record_void(
        NewVoid(unit=unit.scheme.units.get(label="2"), cause=VoidCause.REPAIRS, first=june(-3), ready_on=june(9)),
        actor=system,
    )

    page = client_as(commissioner).get("/vacancies")

    said = text_of(page)
    assert "4 units free or free within 8 weeks, 2 of them now" in said
    assert said.index("3, Tanner House") < said.index("2, Tanner House") < said.index("1, Tanner House")
    assert "Free from 15 June 2026 Occupied Plan the next move-in now" in said
    assert "Free from 9 June 2026 Repairs, ready on 9 June 2026" in said
    assert "Free now Empty, cause not recorded Say why it is empty" in said


def test_it_never_says_who_is_there(client_as, commissioner, holding):
    holding(PLACEMENT, 1, 15)
    client = client_as(commissioner)

    for address in ("/vacancies", f"/schemes/{Scheme.objects.get().pk}"):
        assert "Tobias" not in text_of(client.get(address))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", 4),
        ("need_level=high", 3),
        ("need_level=low", 1),
        ("kind=foyer", 4),
        ("kind=hostel", 0),
        ("area=N7", 4),
        ("staffing=visiting", 4),
        ("contract=spot", 4),
        ("contract=block", 0),
        ("accessibility=step_free", 3),
        ("accessibility=lift", 1),
        ("accessibility=lift&accessibility=step_free", 0),
        ("from_day-day=3&from_day-month=6&from_day-year=2026", 4),
        ("need_level=low&accessibility=lift", 1),
    ],
)
def test_it_is_filtered(client_as, commissioner, scheme, system, asked, found):
    change_scheme(scheme, actor=system, need_level="high", kind="foyer", area="N7", staffing="visiting",
                  contract="spot", accessibility=["step_free"])  # fmt: skip
    scheme.units.filter(label="4").update(own_need_level="low", own_accessibility=["lift"])

    page = client_as(commissioner).get(f"/vacancies?{asked}")

    assert (f"{found} unit" in text_of(page)) is (found > 0)
    assert ("No unit like this" in text_of(page)) is (found == 0)


def test_a_day_that_is_none_is_said_to_be_wrong(client_as, commissioner, scheme):
    page = client_as(commissioner).get("/vacancies?from_day-day=40&from_day-month=6&from_day-year=2026")

    assert page.status_code == 422
    assert "There is a problem" in text_of(page)
    assert "4 units" in text_of(page)


def test_a_provider_sees_its_own_units_and_no_others(client_as, manager, other_manager, keyworker, scheme):
    address = f"/schemes/{scheme.pk}"
    for actor, sees in ((manager, True), (keyworker, True), (other_manager, False)):
        client = client_as(actor)
        assert ("Tanner House" in text_of(client.get("/vacancies"))) is sees
        assert (client.get(address).status_code == 200) is sees
        assert client.get(address).status_code in (200, 404)


def test_a_social_worker_has_no_such_page(client_as, allocated_worker):
    assert client_as(allocated_worker).get("/vacancies").status_code == 403


def _queries(client, address):
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


@pytest.mark.parametrize("address", ["/vacancies", "/schemes", "/vacancies/summary", "/schemes/{}"])
def test_no_page_asks_more_of_the_database_for_more_units(
    client_as, commissioner, scheme, provider, system, holding, address
):
    client, address = client_as(commissioner), address.format(scheme.pk)
    holding(PLACEMENT, -20, 15)
    _queries(client, address)
    before = _queries(client, address)

    add_scheme(actor=system, provider=provider, name="Second House", reference="S9", units=[str(n) for n in range(12)])
    Unit.objects.bulk_create([Unit(scheme=scheme, label=f"more {n}") for n in range(20)])

    assert _queries(client, address) == before


def test_the_calendar_names_those_whose_placement_the_reader_may_read(
    client_as, keyworker, young_person, holding, unit, audited
):
    holding(PLACEMENT, 1, 11, case=young_person.case)
    holding(RESERVATION, 11, 21)
    holding("out_of_service", 21, 26)

    page = client_as(keyworker).get(f"/schemes/{unit.scheme_id}")

    assert "1 to 10: Amira Sesay 11 to 20: Reserved 21 to 25: Out of service 26 to 30: Free" in text_of(page)
    assert "Tobias" not in text_of(page)
    assert audited("occupancy calendar") == {young_person.case_id}


def test_the_calendar_goes_to_the_next_month_and_the_one_before(client_as, manager, holding, unit):
    holding(PLACEMENT, 1, 34)
    client, address = client_as(manager), f"/schemes/{unit.scheme_id}"

    assert "Who is here in July 2026" in text_of(client.get(f"{address}?month=2026-07"))
    assert "1 to 3: O Occupied 4 to 31: Free" in text_of(client.get(f"{address}?month=2026-07"))
    assert text_of(client.get(f"{address}?month=2026-05")).count("1 to 31: Free") == 4
    for nonsense in ("2026-13", "x", "99999-01", "0001-01", "9999-12", ""):
        assert client.get(f"{address}?month={nonsense}").status_code == 200


@pytest.fixture
def audited():
    """The cases that entries of a purpose name."""
    from waymark.audit.models import Entry

    def cases(purpose):
        return {case for entry in Entry.objects.filter(purpose=purpose) for case in entry.cases}

    return cases


def test_a_manager_takes_a_unit_out_of_service_and_brings_it_back(client_as, manager, unit):
    client = client_as(manager)
    form = Filler(client, f"/units/{unit.pk}/out-of-service")
    sent = form.send(cause="repairs", reason="New boiler", **_date("back_on", 20))
    assert sent.status_code == 302
    row = Occupancy.objects.get()
    assert (row.arrives_on, row.leaves_on, row.cause, row.reason) == (june(1), june(20), "repairs", "New boiler")
    assert "Repairs, until 20 June 2026. New boiler" in text_of(client.get(f"/schemes/{unit.scheme_id}"))

    Filler(client, f"/out-of-service/{row.pk}/back").send(**_date("on", 5))
    assert Occupancy.objects.get().leaves_on == june(5)


def test_a_unit_that_somebody_lives_in_cannot_be_taken_out_and_the_page_says_from_when(
    client_as, manager, unit, holding
):
    holding(PLACEMENT, -5, 15)

    sent = Filler(client_as(manager), f"/units/{unit.pk}/out-of-service").send(cause="repairs", **_date("back_on", 3))

    assert sent.status_code == 422
    assert "for so many nights it is free from 15 June 2026" in text_of(sent)
    assert "Tobias" not in text_of(sent)


def test_why_a_unit_is_empty_is_said_and_said_again(client_as, manager, unit):
    client, address = client_as(manager), f"/units/{unit.pk}/void"

    assert Filler(client, address).send(cause="cleaning", doing="Deep clean").status_code == 302
    assert Filler(client, address).send(cause="nomination", doing="").status_code == 302

    assert [(void.cause, void.doing) for void in Void.objects.all()] == [("nomination", "")]
    Void.objects.update(days=(june(-4), None))
    void = Void.objects.get()
    assert Filler(client, f"/voids/{void.pk}/close").send().status_code == 302
    assert Void.objects.get().days.upper == june(1)


def test_what_is_wrong_with_a_void_is_said_at_its_field(client_as, manager, unit):
    sent = Filler(client_as(manager), f"/units/{unit.pk}/void").send(**_date("first", 9), **_date("ready_on", 2))

    assert sent.status_code == 422
    said = text_of(sent)
    assert "Select why it is empty" in said
    assert "The day since which it is empty must be today or in the past" in said
    assert "The day on which somebody can move in must not be before the unit was empty" in said


SAID = {
    "name": "Quay House",
    "address": "4 Rope Walk, Elmbridge N7 6QA",
    "kind": "foyer",
    "need_level": "medium",
    "staffing": "day_and_night",
    "curfew_capable": "yes",
    "contract": "block",
    "gender": "everybody",
    "units": "Room 1\nRoom 2\n",
}


def test_commissioning_adds_a_scheme_with_its_units(client_as, commissioner, provider):
    sent = Filler(client_as(commissioner), "/schemes/new").send(provider=str(provider.pk), point="51.55, -0.11", **SAID)

    added = Scheme.objects.get(name="Quay House")
    assert sent.url == f"/schemes/{added.pk}"
    assert (added.area, added.latitude, added.longitude, added.curfew_capable) == ("N7", 51.55, -0.11, True)
    assert [unit.label for unit in added.units.order_by("label")] == ["Room 1", "Room 2"]
    assert Filler(client_as(commissioner), "/schemes/new").send(provider=str(provider.pk), **SAID).status_code == 422


def test_what_is_wrong_with_a_scheme_is_said_at_its_field(client_as, commissioner, provider):
    wrong = {"address": "4 Rope Walk", "lowest_age": "21", "highest_age": "18", "point": "north", "ofsted_number": "25",
             "units": "A\nA"}  # fmt: skip
    sent = Filler(client_as(commissioner), "/schemes/new").send(provider=str(provider.pk), **{**SAID, **wrong})

    assert sent.status_code == 422
    for said in (
        "The highest age must be the lowest or above",
        "Select the category in which Ofsted has registered it",
        "Enter the first half of the postcode: the address does not say it",
        "Enter latitude and longitude with a comma between",
        "Each unit needs a name of its own",
    ):
        assert said in text_of(sent)


def test_two_people_change_one_unit_and_the_second_loses_nothing(client_as, manager, commissioner, unit):
    address = f"/units/{unit.pk}/change"
    first, second = Filler(client_as(manager), address), Filler(client_as(commissioner), address)

    assert first.send(turnaround_days="3").status_code == 302
    refused = second.send(own_need_level="low")

    assert refused.status_code == 422
    assert "Somebody else has changed this since you opened the page" in text_of(refused)
    stored = Unit.objects.get(pk=unit.pk)
    assert (stored.turnaround_days, stored.own_need_level) == (3, "")


def test_the_month_is_counted_by_cause_and_recorded_once_for_commissioning(
    client_as, referrals_officer, borough, unit, holding, system
):
    holding(PLACEMENT, -40, -20)  # left on 11 May
    record_void(NewVoid(unit=unit, cause=VoidCause.CLEANING, first=june(-20)), actor=system)
    for label in ("2", "3", "4"):
        empty = unit.scheme.units.get(label=label)
        record_void(NewVoid(unit=empty, cause=VoidCause.HARD_TO_LET, first=june(-60)), actor=system)
    client = client_as(referrals_officer)

    said = text_of(client.get("/vacancies/summary"))
    assert "Voids and move-ons in May 2026" in said
    assert "4 units were empty for a night or more, 114 of 124 nights were not slept" in said
    assert "and 1 young person moved on" in said
    assert "Hard to let 93 Cleaning 21" in said

    for _ in range(2):
        Filler(client, "/vacancies/summary").send()
    event = Event.objects.get(type="voids_summary_sent")
    assert (event.case_id, event.data) == (borough.pk, {"month": "2026-05"})
    assert "Commissioning were given this summary on 1 June 2026" in text_of(client.get("/vacancies/summary"))


def test_only_sp_referrals_says_that_commissioning_have_it_and_only_when_the_month_is_over(
    client_as, referrals_officer, commissioner, scheme
):
    assert "Record that Commissioning have" not in text_of(client_as(commissioner).get("/vacancies/summary"))
    client = client_as(referrals_officer)
    assert "Record that Commissioning have" not in text_of(client.get("/vacancies/summary?month=2026-06"))
    token = {"HTTP_ORIGIN": "http://testserver"}
    assert client.post("/vacancies/summary?month=2026-06", **token).status_code == 404
    assert client_as(commissioner).post("/vacancies/summary", **token).status_code == 404
    assert Event.objects.count() == 0


def test_an_empty_borough_is_told_what_to_do(client_as, commissioner):
    client = client_as(commissioner)

    assert "There is no unit here yet. Add a scheme" in text_of(client.get("/vacancies"))
    assert "There is no scheme here yet. Add the first one." in text_of(client.get("/schemes"))
