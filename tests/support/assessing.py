"""Amira's referral with her provider, and with another: for tests of what providers do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.remembering import remembered


@remembered
def passed(
    accepted_referral: Any, scheme: Any, provider_manager: Any, placements_officer: Any, pathway_officer: Any
) -> Any:
    """Amira's referral, passed to her provider by Placements for Tanner House, once the pathway was asked."""
    from waymark.placements.models import Approach, Route
    from waymark.placements.searching import approach

    approach(accepted_referral, Route.PATHWAY, actor=placements_officer, id=uuid4())
    given = approach(accepted_referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=scheme)
    return Approach.objects.select_related("referral__case", "case", "provider", "scheme").get(pk=given.pk)


@remembered
def other_passed(passed: Any, other_scheme: Any, other_manager: Any, placements_officer: Any) -> Any:
    """The same referral, with the other provider for Quay Lodge too."""
    from waymark.placements.models import Approach, Route
    from waymark.placements.searching import approach

    given = approach(passed.referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=other_scheme)
    return Approach.objects.select_related("referral__case", "case", "provider", "scheme").get(pk=given.pk)


def in_days(days: int) -> date:
    """A day to come, in London."""
    from waymark.accommodation.vacancies import london_day
    from waymark.core.clock import system_clock

    return london_day(system_clock.now()) + timedelta(days=days)


@pytest.fixture
def terms() -> Callable[..., Any]:
    """What is offered: `terms(unit)`, in seven days, held for ten."""
    from waymark.assessments.offers import Terms

    def make(unit: Any, *, days: int = 10, move_in: date | None = None) -> Any:
        return Terms(
            unit=unit,
            address=unit.scheme.address or unit.scheme.name,
            need_level="medium",
            move_in=move_in or in_days(7),
            days=days,
        )

    return make


@remembered
def offered(passed: Any, scheme: Any, provider_manager: Any) -> Any:
    """Unit 1 of Tanner House, offered to Amira for in a week."""
    from waymark.accommodation.models import Unit
    from waymark.assessments.offers import Terms, make_offer

    unit = Unit.objects.select_related("scheme__provider").get(scheme=scheme, label="1")
    offer = Terms(unit=unit, address="1 Tanner Row", need_level="medium", move_in=in_days(7), days=10)
    return make_offer(passed, offer, actor=provider_manager, id=uuid4())


@pytest.fixture
def here(provider_manager: Any) -> Callable[..., Any]:
    """Write in an assessment as the provider's manager: `here(approach, "need")`; complete by itself."""
    from tests.support.referring import whole
    from waymark.assessments.models import PartVersion
    from waymark.assessments.parts import PARTS
    from waymark.assessments.writing import save_part

    def make(approach: Any, key: str, **answers: Any) -> Any:
        before = PartVersion.objects.filter(approach=approach, part=key).count()
        said = answers or whole(PARTS[key])
        return save_part(approach, PARTS[key], said, based_on=before, source=99, actor=provider_manager)

    return make


@pytest.fixture
def seen(provider_manager: Any) -> Callable[..., Any]:
    """An interview that was booked for a time that has come: `seen(approach)`."""
    from datetime import UTC, datetime

    from waymark.assessments.interviews import book
    from waymark.assessments.models import Interview

    def make(approach: Any) -> Any:
        now = datetime.now(UTC)
        one = book(
            approach, actor=provider_manager, id=uuid4(), starts_at=now + timedelta(hours=1), place="Tanner House"
        )
        Interview.objects.filter(pk=one.pk).update(starts_at=now - timedelta(minutes=1))
        return Interview.objects.select_related("approach", "case", "referral").get(pk=one.pk)

    return make


@remembered
def housing_officer(member: Any, actor_of: Any, council: Any) -> Any:
    """Somebody of the Temporary Accommodation Team, which works on nobody's record yet."""
    return actor_of(member("Lorna Peake", council, "temporary_accommodation"))


@remembered
def assessed(
    adopted: Any,
    borough: Any,
    system: Any,
    involved: Any,
    allocated_worker: Any,
    colleague: Any,
    keyworker: Any,
    placements_officer: Any,
    pathway_officer: Any,
    provider_manager: Any,
    housing_officer: Any,
    scheme: Any,
) -> dict[str, Any]:
    """Five young people with the provider: one to be assessed, one to be answered, one offered a place, one to move in
    out of borough, one who lives somewhere else still. Another unit is free. Words are long.
    """
    from waymark.accommodation.services import add_unit

    add_unit(scheme, actor=system, label=LONG[:40])
    people = {}
    for place, name in enumerate(("fresh", "answered", "offered", "agreed", "waits")):
        person = invented_person(name, place, borough, system)
        for actor in (allocated_worker, colleague, keyworker, placements_officer, housing_officer):
            involved(person, actor.role, actor=actor)
        people[name] = approached(person, allocated_worker, placements_officer, scheme)
    _begun(people["fresh"], provider_manager, keyworker, allocated_worker)
    return {
        "fresh": people["fresh"].pk,
        "answered": _answered(people["answered"], provider_manager).pk,
        "offered": offer_of(people["offered"], "3", provider_manager).pk,
        "agreed": _agreed(people["agreed"], provider_manager, allocated_worker).pk,
        "waits": _waits(people["waits"], provider_manager, allocated_worker, system).pk,
        "person": people["fresh"].case_id,
        "referral": people["fresh"].referral_id,
        "family": _family(people["answered"], housing_officer),
    }


LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


def invented_person(name: str, place: int, borough: Any, system: Any) -> Any:
    """Somebody of whom the borough keeps a record."""
    from tests.support.cast import LONG_AGO
    from waymark.people.services import NewYoungPerson, add_young_person

    return add_young_person(
        NewYoungPerson(
            authority=borough,
            given_name=name.capitalize(),
            family_name=LONG if not place else "Ferrow",
            date_of_birth=date(2009, 3, 1 + place),
            reference=f"YP6{place}",
            starts_at=LONG_AGO,
        ),
        actor=system,
    )


def approached(person: Any, worker: Any, officer: Any, scheme: Any) -> Any:
    """Their referral, with the provider for this scheme."""
    from waymark.core.clock import system_clock
    from waymark.events.services import record
    from waymark.placements.models import Approach, Route
    from waymark.placements.searching import approach
    from waymark.referrals.models import Referral
    from waymark.referrals.sections import SECTIONS
    from waymark.referrals.sending import accept
    from waymark.referrals.writing import save_section, start

    referral = start(person.case, actor=worker, id=uuid4())
    known = {"known": "yes", "history": LONG, "now": LONG, "triggers": LONG}
    save_section(referral, SECTIONS["risk-anger"], known, based_on=0, actor=worker)
    now = system_clock.now()
    refs = {"referral": str(referral.pk)}
    data = {"route": "placements_team"}
    record("referral_submitted", case=person.case, actor=worker, occurred_at=now, refs=refs, data=data)
    referral = Referral.objects.get(pk=referral.pk)
    accept(referral, actor=officer, id=uuid4(), fostering="No")
    approach(referral, Route.PATHWAY, actor=officer, id=uuid4())
    given = approach(referral, Route.SPOT, actor=officer, id=uuid4(), scheme=scheme)
    return Approach.objects.select_related("referral__case", "case", "provider", "scheme").get(pk=given.pk)


def _begun(approach: Any, manager: Any, keyworker: Any, worker: Any) -> None:
    """Its interview is to be said something of, a part was saved twice, the referral says something newer, and the
    keyworker has not saved all they typed.
    """
    from datetime import UTC, datetime

    from waymark.assessments.interviews import book
    from waymark.assessments.models import Interview
    from waymark.assessments.parts import PARTS
    from waymark.assessments.writing import keep_part, save_part
    from waymark.referrals.sections import SECTIONS
    from waymark.referrals.writing import save_section

    later = datetime.now(UTC) + timedelta(hours=1)
    book(approach, actor=manager, id=uuid4(), starts_at=later, place=LONG)
    Interview.objects.filter(approach=approach).update(starts_at=later - timedelta(hours=2))
    for number, said in enumerate((LONG, f"{LONG} and more")):
        save_part(approach, PARTS["sharing"], {"monitoring": said}, based_on=number, source=0, actor=manager)
    save_part(approach, PARTS["risk-anger"], {"here": LONG}, based_on=0, source=1, actor=manager)
    known = {"known": "yes", "history": LONG * 2, "now": LONG, "triggers": LONG}
    save_section(approach.referral, SECTIONS["risk-anger"], known, based_on=1, actor=worker)
    keep_part(approach, "their-view", [("here", LONG)], based_on=0, actor=keyworker)


def _answered(approach: Any, manager: Any) -> Any:
    """The assessment is completed, a refusal was discussed."""
    from waymark.assessments.completing import complete
    from waymark.assessments.refusing import discussed

    complete(approach, actor=manager, id=uuid4(), left_out=LONG)
    discussed(approach, actor=manager, id=uuid4())
    return approach


def offer_of(approach: Any, label: str, manager: Any) -> Any:
    """A unit offered to them for in a week."""
    from waymark.accommodation.models import Unit
    from waymark.assessments.offers import Terms, make_offer

    unit = Unit.objects.select_related("scheme__provider").get(scheme=approach.scheme, label=label)
    terms = Terms(unit=unit, address=LONG, need_level="high", move_in=in_days(7), days=10)
    return make_offer(approach, terms, actor=manager, id=uuid4())


def _agreed(approach: Any, manager: Any, worker: Any) -> Any:
    """Concerns are known, and the place is out of borough: HAS-10 holds moving in."""
    from waymark.assessments.agreeing import accept
    from waymark.core.clock import system_clock
    from waymark.events.services import record

    offer = accept(offer_of(approach, "4", manager), actor=worker, id=uuid4())
    facts = {"child_concern": True, "out_of_borough": True}
    now = system_clock.now()
    record("facts_recorded", case=approach.case, actor=worker, occurred_at=now, data=facts)
    return offer


def _waits(approach: Any, manager: Any, worker: Any, system: Any) -> Any:
    """They live somewhere else still, until two days before the room is to be theirs."""
    from waymark.accommodation.models import Unit
    from waymark.accommodation.services import hold
    from waymark.assessments.agreeing import accept

    unit = Unit.objects.select_related("scheme").get(scheme=approach.scheme, label="4")
    nights = (in_days(-20), in_days(5))
    hold(unit, actor=system, case=approach.case, ref=uuid4(), nights=nights, kind="placement")
    return accept(offer_of(approach, "1", manager), actor=worker, id=uuid4())


def _family(approach: Any, officer: Any) -> Any:
    from waymark.assessments.families import placed

    placed(approach.case, actor=officer, id=uuid4(), on=in_days(0))
    return approach.case_id


def assessing_visits(visit: Callable[..., Any], made: dict[str, Any], send_empty: Any) -> Iterator[Any]:
    """Each page of the provider's side in each state, and each form sent empty."""
    manager, here, other = "provider_manager", f"/assessments/{made['fresh']}", f"/assessments/{made['answered']}"
    yield visit("inbox", manager, "/inbox")
    yield visit("assessment", manager, here)
    yield visit("assessment to read", "colleague", here)
    for state, page in (
        ("move an interview", f"{here}/interview"),
        ("an interview that was held", f"{here}/interview/held"),
        ("what became of an interview", f"{here}/interview/outcome"),
        ("complete an assessment", f"{here}/complete"),
        ("offer a place", f"{here}/offer"),
        ("refuse", f"{other}/refuse"),
    ):
        yield visit(state, manager, page)
        yield visit(f"{state} wrong", manager, page, send_empty)
    for key in ("their-view", "risk-anger", "others", "need"):
        yield visit(f"part {key}", manager, f"{here}/parts/{key}")
    yield visit("part with what was not saved", "keyworker", f"{here}/parts/their-view")
    yield visit("risk matching to leave to the manager", "keyworker", f"{here}/parts/others")
    yield visit("two versions of a part", manager, f"{here}/parts/sharing/versions")
    yield visit("whole assessment", manager, f"{here}/whole")
    yield visit("whole assessment to send", manager, f"{other}/whole")
    yield visit("held refusal", manager, f"{here}/refuse")
    yield visit("discussed", manager, f"{here}/discussed")
    offered, agreed = f"/offers/{made['offered']}", f"/offers/{made['agreed']}"
    yield visit("offer", manager, offered)
    yield visit("offer to answer", "colleague", offered)
    yield visit("answer an offer", "colleague", f"{offered}/answer")
    yield visit("answer an offer wrong", "colleague", f"{offered}/answer", send_empty)
    yield visit("withdraw an offer", manager, f"{offered}/withdraw")
    yield visit("withdraw an offer wrong", manager, f"{offered}/withdraw", send_empty)
    yield visit("the young person has declined", manager, f"{offered}/declined")
    yield visit("the young person has declined wrong", manager, f"{offered}/declined", send_empty)
    yield visit("place agreed", "colleague", agreed)
    yield visit("give up a place", "colleague", f"{agreed}/declined")
    yield visit("take back a place", manager, f"{agreed}/withdraw")
    yield visit("take back a place wrong", manager, f"{agreed}/withdraw", send_empty)
    yield visit("confirm", manager, f"{agreed}/confirm")
    yield visit("before moving in", "colleague", f"{agreed}/before/host_authority_consulted")
    yield visit("held moving in", "keyworker", f"{agreed}/moved-in")
    yield visit("moving in while they live somewhere else", "keyworker", f"/offers/{made['waits']}/moved-in")
    yield visit("family", "housing_officer", f"/records/{made['family']}/family")
    yield visit("family wrong", "housing_officer", f"/records/{made['family']}/family", send_empty)
