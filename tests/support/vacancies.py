"""Who looks after units, units in each state, and visits of the pages about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.support.remembering import remembered


@remembered
def commissioner(member: Any, actor_of: Any, council: Any) -> Any:
    """Of the Commissioning Team, on no young person's record."""
    return actor_of(member("Rafe Dunmore", council, "commissioning"))


@remembered
def referrals_officer(member: Any, actor_of: Any, council: Any, involved: Any, borough: Any) -> Any:
    """Of the SP Referrals Team, who works on the borough's own record."""
    actor = actor_of(member("Thea Marchbank", council, "sp_referrals"))
    involved(borough, "sp_referrals", actor=actor)
    return actor


@remembered
def provider_manager(member: Any, actor_of: Any, provider: Any) -> Any:
    """The manager at the provider of the scheme."""
    return actor_of(member("Wilf Harkness", provider.agency, "provider_manager"))


@remembered
def other_commissioner(member: Any, actor_of: Any, system: Any) -> Any:
    """A commissioner of a borough in which there is no scheme yet."""
    from waymark.access.models import AgencyKind
    from waymark.access.services import add_agency
    from waymark.cases.models import Kind
    from waymark.cases.services import open_case

    borough = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B7")
    council = add_agency(actor=system, name="Saltdean Council", kind=AgencyKind.LOCAL_AUTHORITY, case=borough)
    return actor_of(member("Petra Lyndhurst", council, "commissioning"))


def lives_in(unit: Any, person: Any, system: Any) -> Any:
    """Somebody has lived in a unit for forty days, and leaves in three."""
    from waymark.accommodation.choices import OccupancyKind
    from waymark.accommodation.services import hold

    today = datetime.now(UTC).date()
    nights = (today - timedelta(days=40), today + timedelta(days=3))
    return hold(unit, actor=system, case=person.case, ref=uuid4(), nights=nights, kind=OccupancyKind.PLACEMENT)


def units_in_use(scheme: Any, person: Any, system: Any, words: str) -> dict[str, Any]:
    """Somebody lives in the first unit; the second is out of service, the third empty for a cause."""
    from waymark.accommodation.choices import OutOfServiceCause, VoidCause
    from waymark.accommodation.services import NewVoid, record_void, take_out_of_service

    today = datetime.now(UTC).date()
    first, second, third, fourth = scheme.units.select_related("scheme").order_by("label")[:4]
    lives_in(first, person, system)
    out = take_out_of_service(
        second, actor=system, first=today, back_on=None, cause=OutOfServiceCause.REPAIRS, reason=words * 3
    )
    void = record_void(
        NewVoid(unit=third, cause=VoidCause.HARD_TO_LET, first=today - timedelta(days=9), doing=words * 3), actor=system
    )
    return {"scheme": scheme.pk, "unit": third.pk, "empty": fourth.pk, "out": out.pk, "void": void.pk}


def vacancy_visits(
    visit: Callable[..., Any], units: dict[str, Any], send_empty: Callable[[Any], None]
) -> Iterator[Any]:
    """The pages of vacancies, in each state that looks different."""
    scheme, unit = f"/schemes/{units['scheme']}", f"/units/{units['unit']}"
    for who in ("commissioner", "keyworker"):
        yield visit("vacancies", who, "/vacancies")
    yield visit("vacancies filtered", "commissioner", "/vacancies?need_level=high&accessibility=lift")
    yield visit("vacancies of no day", "commissioner", "/vacancies?from_day-day=40&from_day-month=1&from_day-year=2026")
    yield visit("no schemes", "other_commissioner", "/schemes")
    yield visit("no vacancies", "other_commissioner", "/vacancies")
    yield visit("schemes", "commissioner", "/schemes")
    yield visit("a scheme", "provider_manager", scheme)
    yield visit("a scheme with names", "keyworker", scheme)
    yield visit("a scheme in another month", "commissioner", f"{scheme}?month=2026-02")
    yield visit("voids summary", "referrals_officer", "/vacancies/summary")
    yield visit("no voids summary", "other_commissioner", "/vacancies/summary")
    for state, who, address in (
        ("add a scheme", "commissioner", "/schemes/new"),
        ("change a scheme", "commissioner", f"{scheme}/change"),
        ("add a unit", "provider_manager", f"{scheme}/units/new"),
        ("out of service", "provider_manager", f"{unit}/out-of-service"),
        ("why it is empty", "provider_manager", f"/units/{units['empty']}/void"),
    ):
        yield visit(state, who, address)
        yield visit(f"{state} wrong", who, address, send_empty)
    yield visit("why it was empty before", "provider_manager", f"{unit}/void")
    yield visit("change a unit", "provider_manager", f"{unit}/change")
    yield visit("back in service", "provider_manager", f"/out-of-service/{units['out']}/back")
    yield visit("close a void", "provider_manager", f"/voids/{units['void']}/close")
