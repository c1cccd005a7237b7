"""Opening cases and moving them between authorities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from waymark.cases.models import Case, CaseAuthority, Kind
from waymark.cases.services import NewCase, change_authority, open_case, open_cases
from waymark.core.database import SERVICE
from waymark.core.errors import Refused

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_case_gets_a_reference_that_says_what_it_is_and_that_no_other_has(borough, system):
    cases = open_cases([NewCase(kind=Kind.YOUNG_PERSON, authority=borough) for _ in range(3)], actor=system)

    assert len({case.reference for case in cases}) == 3
    assert all(case.reference.startswith("YP") for case in cases)


def test_a_reference_of_ones_own_is_kept(borough, system):
    case = open_case(actor=system, kind=Kind.SCHEME, authority=borough, reference="Tanner House")

    assert Case.objects.get(pk=case.pk).reference == "Tanner House"


def test_two_cases_of_an_authority_never_have_the_same_reference_but_two_authorities_may(borough, system):
    other = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2")
    open_case(actor=system, kind=Kind.YOUNG_PERSON, authority=borough, reference="YP1")
    open_case(actor=system, kind=Kind.YOUNG_PERSON, authority=other, reference="YP1")

    with pytest.raises(IntegrityError, match="case_reference_once"):
        open_case(actor=system, kind=Kind.YOUNG_PERSON, authority=borough, reference="YP1")


@pytest.mark.parametrize(("kind", "with_authority"), [(Kind.YOUNG_PERSON, False), (Kind.BOROUGH, True)])
def test_every_case_but_a_boroughs_has_an_authority(kind, with_authority, borough, system):
    with pytest.raises(IntegrityError, match="case_borough_has_no_authority"):
        open_case(actor=system, kind=kind, authority=borough if with_authority else None)


def test_which_authority_was_responsible_when_is_kept(borough, system):
    other = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2")
    case = open_case(actor=system, kind=Kind.YOUNG_PERSON, authority=borough, starts_at=AT)

    change_authority(actor=system, case=case, authority=other, at=AT + timedelta(days=30))

    assert Case.objects.get(pk=case.pk).authority == other
    assert list(case.authorities.order_by("starts_at").values_list("authority", "starts_at", "ends_at")) == [
        (borough.pk, AT, AT + timedelta(days=30)),
        (other.pk, AT + timedelta(days=30), None),
    ]


def test_a_case_has_one_authority_at_a_time(borough, system):
    case = open_case(actor=system, kind=Kind.YOUNG_PERSON, authority=borough, starts_at=AT)

    with pytest.raises(IntegrityError, match="case_has_one_authority_now"), transaction.atomic(using=SERVICE):
        CaseAuthority.objects.create(case=case, authority=borough, starts_at=AT)


def test_a_keyworker_may_not_open_a_case(borough, keyworker):
    with pytest.raises(Refused, match="You may not start a record"):
        open_case(actor=keyworker, kind=Kind.YOUNG_PERSON, authority=borough)
