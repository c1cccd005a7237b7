"""Recording what is known, ending it, and who may read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from waymark.access.services import NotAsAsked
from waymark.audit.models import Entry
from waymark.core.errors import Refused
from waymark.risks import services
from waymark.risks.models import (
    SPECIALISTS,
    Affiliation,
    Association,
    AssociationKind,
    Direction,
    ExcludedArea,
    ExclusionReason,
    Frequents,
    Group,
    Marker,
    MarkerKind,
    PersonOfConcern,
    Rivalry,
    Shape,
    Strength,
)

pytestmark = pytest.mark.usefixtures("db")
ABOUT_PEOPLE = (Affiliation, Association, Marker, ExcludedArea, ExclusionReason)
REGISTERS = (Group, Rivalry, PersonOfConcern, Frequents)


def seen(actor, reading_as, models):
    """How many rows of each table an actor is shown, by the code as a service and by the database as a page."""
    by_code = [model.objects.visible_to(actor).count() for model in models]
    with reading_as(actor):
        by_database = [model.objects.count() for model in models]
    assert by_code == by_database
    return by_code


def test_who_reads_intelligence_on_both_records_reads_all_of_it(risks, on_both, reading_as):
    assert seen(on_both, reading_as, ABOUT_PEOPLE) == [2, 2, 2, 1, 1]
    assert seen(on_both, reading_as, REGISTERS) == [2, 1, 1, 1]


def test_who_works_on_one_of_two_records_does_not_read_what_is_between_them(risks, on_one, reading_as):
    assert seen(on_one, reading_as, ABOUT_PEOPLE) == [1, 1, 1, 1, 1]
    assert list(Association.objects.visible_to(on_one)) == [risks.concern]


def test_a_worker_reads_that_an_area_is_excluded_and_not_why(risks, allocated_worker, keyworker, reading_as):
    for worker in (allocated_worker, keyworker):
        assert seen(worker, reading_as, ABOUT_PEOPLE) == [0, 1, 1, 1, 0]


def test_nobody_but_a_boroughs_specialists_reads_its_registers(risks, allocated_worker, stranger, reading_as):
    for other in (allocated_worker, stranger):
        assert seen(other, reading_as, REGISTERS) == [0, 0, 0, 0]


def test_a_specialist_of_another_borough_reads_no_register_here(risks, stranger, member, actor_of, reading_as):
    from waymark.access.models import Agency

    elsewhere = Agency.objects.get(pk=stranger.agency_id)
    officer = actor_of(member("Ottoline Brisk", elsewhere, "gangs_team"))

    assert seen(officer, reading_as, REGISTERS) == [0, 0, 0, 0]
    with pytest.raises(Refused):
        services.end_in_register(risks.group, actor=officer)


def test_who_is_a_specialist_is_the_same_in_the_database_as_in_the_table_of_roles():
    from importlib import import_module

    function = import_module("waymark.risks.migrations.0002_row_level_security").SPECIALIST
    assert f"m.role in {SPECIALISTS}" in function


def test_what_is_held_back_is_read_by_its_named_readers_only(risks, allocated_worker, reading_as):
    from waymark.access.models import HeldBack

    before = seen(allocated_worker, reading_as, (Marker,))
    HeldBack.objects.create(
        case=risks.marker.case, item=risks.marker.pk, why="told in confidence", starts_at=risks.marker.starts_at
    )
    assert (before, seen(allocated_worker, reading_as, (Marker,))) == ([1], [0])


def test_recording_needs_the_right_to_write_that_kind_of_information(risks, young_person, allocated_worker, stranger):
    marker = services.record_marker(actor=allocated_worker, case=young_person.case, kind=MarkerKind.ARSON)
    assert Entry.objects.filter(object_id=str(marker.pk), action="write", case_id=young_person.case_id).exists()

    with pytest.raises(Refused):
        services.record_marker(actor=stranger, case=young_person.case, kind=MarkerKind.VIOLENCE)
    with pytest.raises(Refused):
        services.record_affiliation(actor=allocated_worker, case=young_person.case, group=risks.rival)


def test_nobody_names_a_young_person_whose_record_they_do_not_work_on(on_one, young_person, other_young_person):
    new = services.NewAssociation(case=young_person.case, other=other_young_person.case, kind=AssociationKind.CONFLICT)
    with pytest.raises(NotAsAsked, match="whose record you work on"):
        services.record_association(new, actor=on_one)


def test_what_is_recorded_twice_is_stored_once_from_whichever_side(risks, on_both, young_person, other_young_person):
    one, other = young_person.case, other_young_person.case
    before = Association.objects.count()
    for case, second in ((one, other), (other, one)):
        again = services.NewAssociation(case=case, other=second, kind=AssociationKind.CONFLICT)
        assert services.record_association(again, actor=on_both).pk == risks.association.pk
    towards = services.NewAssociation(
        case=one, other=other, kind=AssociationKind.SEXUAL_HARM, direction=Direction.TOWARDS
    )
    turned = services.NewAssociation(case=other, other=one, kind=AssociationKind.SEXUAL_HARM, direction=Direction.FROM)
    first = services.record_association(towards, actor=on_both)

    assert services.record_association(turned, actor=on_both).pk == first.pk
    assert Association.objects.count() == before + 1


def test_a_group_that_becomes_certain_leaves_what_was_suspected_as_history(risks, on_both, young_person):
    known = {"actor": on_both, "case": young_person.case, "group": risks.rival}
    suspected = services.record_affiliation(**known, strength=Strength.SUSPECTED)
    certain = services.record_affiliation(**known, strength=Strength.CONFIRMED)

    suspected.refresh_from_db()
    assert (suspected.ends_at, certain.ends_at) == (certain.starts_at, None)


def test_what_ended_stays_as_history_and_ends_once(risks, on_both):
    for row in (risks.marker, risks.association, risks.affiliation, risks.area):
        services.end(row, actor=on_both, why="found not to be so")
        row.refresh_from_db()
        ended = row.ends_at
        services.end(row, actor=on_both)
        row.refresh_from_db()
        assert row.ends_at == ended is not None


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ({"shape": Shape.DISTRICT, "district": "seven"}, "first half of a postcode"),
        ({"shape": Shape.SCHEME}, "Select a scheme"),
        ({"shape": Shape.ADDRESS, "address": " "}, "street address"),
        ({"shape": Shape.RADIUS, "latitude": 51.5, "longitude": -0.1}, "how far"),
        ({"shape": Shape.RADIUS, "latitude": 151.5, "longitude": -0.1, "metres": 5}, "on the map"),
    ],
)
def test_an_area_that_is_no_place_is_not_excluded(place, problem, young_person, system):
    with pytest.raises(NotAsAsked, match=problem):
        services.exclude_area(services.NewExclusion(case=young_person.case, **place), actor=system)


def test_a_reason_that_its_writer_could_not_read_is_not_taken(young_person, allocated_worker, reading_as):
    new = {"case": young_person.case, "shape": Shape.DISTRICT, "district": "n7 6qp", "why": "a cousin lives there"}
    with pytest.raises(Refused):
        services.exclude_area(services.NewExclusion(**new), actor=allocated_worker)

    area = services.exclude_area(services.NewExclusion(**new, why_is_open=True), actor=allocated_worker)
    assert area.district == "N7"
    assert seen(allocated_worker, reading_as, (ExcludedArea, ExclusionReason)) == [1, 1]


def test_the_database_refuses_what_no_service_would_store(risks, young_person):
    wrong = [
        lambda: Marker.objects.filter(pk=risks.marker.pk).update(ends_at=risks.marker.starts_at - timedelta(days=1)),
        lambda: Association.objects.filter(pk=risks.association.pk).update(other=young_person.case),
        lambda: Association.objects.filter(pk=risks.association.pk).update(person=risks.person),
        lambda: Affiliation.objects.filter(pk=risks.affiliation.pk).update(category="identity"),
        lambda: ExcludedArea.objects.filter(pk=risks.area.pk).update(district="N7"),
        lambda: Rivalry.objects.filter(pk=risks.rivalry.pk).update(rival=risks.group),
        lambda: Frequents.objects.filter(pk=risks.place.pk).update(district=""),
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
