"""The data protection leads who appear in tests: of the borough's council, and of another."""

from __future__ import annotations

from typing import Any

from tests.support.remembering import remembered


@remembered
def data_lead(member: Any, actor_of: Any, council: Any) -> Any:
    """The council's data protection lead."""
    return actor_of(member("Imran Rashford", council, "data_protection_lead"))


@remembered
def other_borough(system: Any, some_database: None) -> Any:
    """Another borough's case."""
    from tests.support.cast import LONG_AGO
    from waymark.cases.models import Kind
    from waymark.cases.services import open_case

    return open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2", starts_at=LONG_AGO)


@remembered
def other_data_lead(member: Any, actor_of: Any, system: Any, other_borough: Any) -> Any:
    """The data protection lead of another borough's council."""
    from waymark.access.models import AgencyKind
    from waymark.access.services import add_agency

    kind = AgencyKind.LOCAL_AUTHORITY
    agency = add_agency(actor=system, name="Marlbrook Council", kind=kind, case=other_borough)
    return actor_of(member("Odile Brennan", agency, "data_protection_lead"))
