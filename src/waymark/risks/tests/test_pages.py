"""The pages of a young person's risks, and of the registers."""

from __future__ import annotations

import pytest
from tests.support.pages import Filler, text_of

from waymark.risks.models import Affiliation, Association, ExcludedArea, ExclusionReason, Frequents, Group, Marker

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def page(client_as, young_person):
    """The page of Amira's risks as somebody is shown it."""
    return lambda actor: text_of(client_as(actor).get(f"/records/{young_person.case_id}/risks"))


def test_everybody_is_shown_what_they_may_read_and_told_of_nothing_else(risks, page, on_both, allocated_worker):
    worker, specialist = page(allocated_worker), page(on_both)
    assert "Tanner House Not shown to you" in worker
    assert "Groups they belong to" not in worker
    assert "Conflict with Tobias" not in worker
    assert "Is exploited by somebody known to the gangs team" in worker
    assert ("Quayside said so" in specialist, "Conflict with Tobias Marlow" in specialist) == (True, True)
    assert "Is exploited by Corin said so" in specialist


def test_a_worker_records_a_risk_and_ends_it(client_as, young_person, allocated_worker, page):
    browser, address = client_as(allocated_worker), f"/records/{young_person.case_id}/risks"
    form = Filler(browser, f"{address}/add")
    assert "Select what the risk is" in text_of(form.send(source="school nurse"))
    for _ in range(2):  # a double click
        assert form.send(kind="arson", note="Twice at school", source="school nurse").status_code == 302
    assert "Fire setting Twice at school school nurse" in page(allocated_worker)

    end = Filler(browser, f"{address}/marker/{Marker.objects.get().pk}/end")
    assert "Enter why it holds no longer" in text_of(end.send())
    assert end.send(why="It was somebody else").status_code == 302
    assert "What is over" in page(allocated_worker)


def test_a_worker_excludes_an_area_with_a_reason_for_all_and_may_not_hold_it_back(
    client_as, young_person, allocated_worker
):
    browser, address = client_as(allocated_worker), f"/records/{young_person.case_id}/risks/area"
    assert "What is it?" in text_of(browser.get(address))
    form = Filler(browser, f"{address}?shape=district")
    assert "Those who read intelligence" not in form.page
    said = {"outside": "no", "why": "An uncle", "readers": "all", "source": "her mother"}
    assert "first half of a postcode" in text_of(form.send(district="somewhere", **said))
    assert "Select one of the choices" in text_of(form.send(district="N7", **said | {"readers": "few"}))
    assert form.send(district="n7 6qp", **said).status_code == 302

    area = ExcludedArea.objects.get()
    assert (area.district, area.reason.category, area.reason.why) == ("N7", "risk", "An uncle")


@pytest.mark.parametrize(
    ("shape", "place"),
    [
        ("radius", {"label": "the bus garage", "latitude": "51.5574", "longitude": "-0.1089", "metres": "1,600"}),
        ("address", {"address": "3  Mill Row"}),
        ("scheme", {"scheme": "Tanner House"}),
    ],
)
def test_a_specialist_excludes_any_kind_of_place_and_holds_back_why(
    client_as, young_person, gangs_coordinator, scheme, shape, place
):
    form = Filler(client_as(gangs_coordinator), f"/records/{young_person.case_id}/risks/area?shape={shape}")
    place = place | {"scheme": str(scheme.pk)} if shape == "scheme" else place
    said = {"outside": "yes", "why": "A debt", "readers": "few", "source": "police", **place}
    assert form.send(**said, **{"last_day-day": "1"}).status_code == 422
    assert form.send(**said).status_code == 302
    assert ExclusionReason.objects.get(area__shape=shape).category == "intelligence"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("latitude", "north", "Latitude: enter degrees"),
        ("longitude", "nan", "Longitude: enter degrees"),
        ("metres", "0", "from 1 to 20,000"),
        ("metres", "9" * 7, "from 1 to 20,000"),
        ("metres", "½", "from 1 to 20,000"),
    ],
)
def test_a_circle_that_is_none_is_told_where_it_is_wrong(
    client_as, young_person, allocated_worker, name, value, problem
):
    form = Filler(client_as(allocated_worker), f"/records/{young_person.case_id}/risks/area?shape=radius")
    said = {"label": "x", "latitude": "51", "longitude": "0", "metres": "5", "outside": "no", "readers": "all"}
    assert problem in text_of(form.send(source="police", **said | {name: value}))


def test_a_specialist_records_what_is_between_two_people(client_as, young_person, on_both, risks):
    form = Filler(client_as(on_both), f"/records/{young_person.case_id}/risks/association")
    said = {"kind": "exploits", "strength": "suspected", "held": "few", "source": "police"}
    assert "Enter a reference, or select a person" in text_of(form.send(direction="towards", **said))
    assert "No record that you work on" in text_of(form.send(reference="YP99", direction="towards", **said))
    assert "Select who puts whom at risk" in text_of(form.send(reference="yp2", **said))
    assert form.send(reference="yp2", direction="towards", **said).status_code == 302
    assert form.send(person=str(risks.person.pk), **said | {"kind": "conflict"}).status_code == 302

    new = Association.objects.get(kind="exploits", other__isnull=False)
    assert (new.category, new.direction, new.strength) == ("intelligence", "towards", "suspected")


def test_a_specialist_records_a_group(client_as, young_person, on_one, risks):
    form = Filler(client_as(on_one), f"/records/{young_person.case_id}/risks/group")
    assert form.send(group=str(risks.rival.pk), strength="suspected", source="police").status_code == 302
    assert Affiliation.objects.filter(case=young_person.case, group=risks.rival, strength="suspected").exists()


@pytest.mark.parametrize("page", ["add", "area", "association", "group"])
def test_who_may_not_write_there_is_refused_and_a_stranger_finds_nothing(
    client_as, young_person, stranger, iro, risks, page
):
    address = f"/records/{young_person.case_id}/risks/{page}"
    assert client_as(iro).get(address).status_code == 403
    assert client_as(stranger).get(address).status_code == (404 if page in ("add", "area") else 403)


@pytest.fixture
def iro(member, actor_of, council, involved, young_person):
    """A reviewing officer, who reads risks and writes none."""
    membership = member("Ferdinand Opoku", council, "iro")
    involved(young_person, "iro", membership=membership)
    return actor_of(membership)


def test_what_cannot_be_read_cannot_be_ended_either(client_as, risks, young_person, allocated_worker, iro):
    record = f"/records/{young_person.case_id}/risks"
    assert client_as(allocated_worker).get(f"{record}/group/{risks.affiliation.pk}/end").status_code == 404
    assert client_as(allocated_worker).get(f"{record}/nothing/{risks.affiliation.pk}/end").status_code == 404
    assert client_as(iro).post(f"{record}/marker/{risks.marker.pk}/end", {"why": "because"}).status_code == 403


def test_specialists_keep_the_registers_and_nobody_else_finds_them(client_as, gangs_officer, allocated_worker, scheme):
    browser = client_as(gangs_officer)
    assert "No group is in the register yet" in text_of(browser.get("/registers"))
    for name in ("Quayside", "Ropewalk"):
        assert Filler(browser, "/registers/add/group").send(name=name, source="police").status_code == 302
    one, other = (str(group.pk) for group in Group.objects.order_by("name"))
    rivals = Filler(browser, "/registers/add/rivals")
    assert "another group than the first" in text_of(rivals.send(group=one, rival=one, source="police"))
    assert rivals.send(group=one, rival=other, source="police").status_code == 302
    person = Filler(browser, "/registers/add/person")
    assert person.send(name="Corin Vass", known_as="Vee", group=other, source="police").status_code == 302
    place = Filler(browser, "/registers/add/place")
    who = place.page.split('name="person"')[1].split('<option value="')[2].split('"')[0]
    assert "Say one place" in text_of(place.send(person=who, district="N7", scheme=str(scheme.pk), source="police"))
    assert place.send(person=who, district="n7", source="police").status_code == 302

    told = text_of(browser.get("/registers"))
    assert ("Quayside and Ropewalk" in told, "Known as Vee. In Ropewalk." in told, "N7" in told) == (True, True, True)
    end = f"/registers/place/{Frequents.objects.get().pk}/end"
    assert "Corin Vass is found at N7" in text_of(browser.get(end))
    assert browser.post(end).status_code == 302
    assert "No place is recorded" in text_of(browser.get("/registers"))
    assert [client_as(allocated_worker).get(address).status_code for address in ("/registers", end)] == [403, 403]


def test_a_specialist_of_another_borough_finds_an_empty_register(client_as, risks, stranger, member, actor_of):
    from waymark.access.models import Agency

    officer = actor_of(member("Ottoline Brisk", Agency.objects.get(pk=stranger.agency_id), "police"))
    browser = client_as(officer)
    told = text_of(browser.get("/registers"))
    assert ("Quayside" in told, "works for no borough" in told) == (False, True)
    assert browser.get(f"/registers/group/{risks.group.pk}/end").status_code == 404
    assert browser.get("/registers/add/group").status_code == 404


def test_a_search_asks_what_is_wanted_and_says_what_speaks_for_and_against(
    client_as, young_person, allocated_worker, scheme, system
):
    from waymark.accommodation.services import change_scheme

    about = {"area": "N7", "need_level": "low", "lowest_age": 21, "latitude": 51.55, "longitude": -0.1, "kind": "foyer"}
    change_scheme(scheme, actor=system, **about)
    browser, address = client_as(allocated_worker), f"/records/{young_person.case_id}/matching"
    asked = f"?need=high&area=n1,+n7&near={scheme.pk}&km=2&kind=hostel&access=lift&gender=women"
    told = text_of(browser.get(address + asked))
    for reason in (
        "No free unit for high need",
        "In N7",
        "0.0 km away",
        "Foyer: not what was asked for",
        "Not recorded as lift",
        "Takes 21 and over: they are ",
        "No known conflict",
    ):
        assert reason in told
    assert "enter a number up to 500" in text_of(browser.get(f"{address}?km=far"))
    assert "must be after the first night" in text_of(
        browser.get(f"{address}?until-day=1&until-month=1&until-year=2020")
    )
