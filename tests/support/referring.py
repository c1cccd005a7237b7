"""A referral of Amira's, and the teams that take part in it. For tests of referrals and of what follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.support.cast import LONG_AGO
from tests.support.remembering import remembered


@remembered
def placements_officer(member: Any, actor_of: Any, borough: Any, council: Any, system: Any) -> Any:
    """An officer of the Placements Team, which works on nobody's record yet."""
    from waymark.access.services import add_team

    team = add_team(actor=system, agency=council, name="Placements", role="placements_team", borough=borough)
    return actor_of(member("Ines Calloway", council, "placements_team", team))


@remembered
def pathway_officer(member: Any, actor_of: Any, borough: Any, council: Any, system: Any) -> Any:
    """An officer of the SP Referrals Team, which works on nobody's record yet."""
    from waymark.access.services import add_team

    team = add_team(actor=system, agency=council, name="SP Referrals", role="sp_referrals", borough=borough)
    return actor_of(member("Tom Ashgrove", council, "sp_referrals", team))


@remembered
def coordinator(member: Any, actor_of: Any, council: Any, gangs_team: Any) -> Any:
    """A Gangs Safeguarding Coordinator who works on nobody's record yet."""
    return actor_of(member("Yewande Cole", council, "gangs_coordinator", gangs_team))


@remembered
def yos_worker(member: Any, actor_of: Any, borough: Any, council: Any, system: Any) -> Any:
    """A worker of the Youth Offending Service."""
    from waymark.access.services import add_team

    team = add_team(actor=system, agency=council, name="Youth Offending Service", role="yos_worker", borough=borough)
    return actor_of(member("Bram Okafor", council, "yos_worker", team))


@remembered
def referral(adopted: Any, young_person: Any, allocated_worker: Any) -> Any:
    """A referral of Amira's that her worker has started."""
    from waymark.referrals.writing import start

    return start(young_person.case, actor=allocated_worker, id=uuid4())


def whole(section: Any) -> dict[str, Any]:
    """Answers that make a section complete; a risk is answered with no."""
    said: dict[str, Any] = {}
    for question in section.questions:
        if not question.applies(said):
            continue
        if question.kind == "answer":
            said[question.name] = "no"
        elif question.kind in ("choice", "choices"):
            first = question.choices[0][0]
            said[question.name] = first if question.kind == "choice" else [first]
        elif question.kind == "districts":
            said[question.name] = "N1, N7"
        elif question.kind == "date":
            said[question.name] = "2026-03-27"
        else:
            said[question.name] = f"{question.label} said"
    return said


@pytest.fixture
def written(allocated_worker: Any) -> Callable[..., Any]:
    """Write in a referral as its worker: `written(referral, "risk-gangs", known="no")`; complete by itself."""
    from waymark.referrals.models import SectionVersion
    from waymark.referrals.sections import SECTIONS
    from waymark.referrals.writing import save_section

    def make(referral: Any, key: str, **answers: Any) -> Any:
        section = SECTIONS[key]
        before = SectionVersion.objects.filter(referral=referral, section=key).count()
        return save_section(referral, section, answers or whole(section), based_on=before, actor=allocated_worker)

    return make


@remembered
def complete_referral(referral: Any, allocated_worker: Any, system: Any) -> Any:
    """Amira's referral with every section written. She is looked after, and at no risk that holds a gate."""
    from waymark.core.clock import system_clock
    from waymark.events.services import record
    from waymark.referrals.sections import SECTIONS
    from waymark.referrals.writing import save_section

    record(
        "facts_recorded",
        case=referral.case,
        actor=allocated_worker,
        occurred_at=system_clock.now(),
        data={"status": "cla"},
    )
    for section in SECTIONS.values():
        save_section(referral, section, whole(section), based_on=0, actor=allocated_worker)
    return referral


@remembered
def sent_referral(complete_referral: Any, placements_officer: Any, allocated_worker: Any) -> Any:
    """Amira's referral, sent to the Placements Team without a care plan."""
    from waymark.referrals.sending import submit

    return submit(complete_referral, actor=allocated_worker, id=uuid4(), left_out="The plan is being rewritten")


class Referred(dict[str, Any]):
    """Identifiers in addresses. What is made of them is made afresh for others (`pk`)."""

    @property
    def pk(self) -> Any:
        """What tells one from another."""
        return self["referral"]


@remembered
def referred(
    adopted: Any,
    borough: Any,
    system: Any,
    involved: Any,
    allocated_worker: Any,
    colleague: Any,
    keyworker: Any,
    gangs_officer: Any,
    coordinator: Any,
    placements_officer: Any,
) -> Referred:
    """Somebody with a referral in which a section was saved twice, with a draft, and checks asked. Words are long."""
    from datetime import date

    from waymark.core.clock import system_clock
    from waymark.events.services import record
    from waymark.people.services import NewYoungPerson, add_young_person
    from waymark.referrals.checks import ask, write_down
    from waymark.referrals.models import CheckKind, Referral
    from waymark.referrals.sections import SECTIONS
    from waymark.referrals.writing import keep_draft, save_section, start

    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    person = add_young_person(
        NewYoungPerson(
            authority=borough,
            given_name="Kofi",
            family_name=long,
            date_of_birth=date(2009, 2, 3),
            reference="YP7",
            starts_at=LONG_AGO,
        ),
        actor=system,
    )
    worker = allocated_worker
    for actor in (allocated_worker, colleague, keyworker):
        involved(person, actor.role, actor=actor)
    referral = start(person.case, actor=worker, id=uuid4())
    for number, said in enumerate((long, f"{long} and more")):
        save_section(referral, SECTIONS["why"], {"why": said, "ready": said}, based_on=number, actor=worker)
    save_section(referral, SECTIONS["risk-mental-health"], {"known": "yes", "history": long}, based_on=0, actor=worker)
    keep_draft(referral, "support", [("who", long)], based_on=0, actor=colleague)
    area = ask(referral, CheckKind.AREA, actor=worker, id=uuid4(), question=long)
    address = ask(referral, CheckKind.ADDRESS, actor=worker, id=uuid4(), question=long, places=[long, "9 Mill Lane"])
    write_down(referral, CheckKind.CONSULTATION, actor=worker, id=uuid4(), told=long)
    sent = uuid4()
    data = {"route": "placements_team"}
    refs = {"referral": str(sent)}
    now = system_clock.now()
    record("referral_submitted", case=person.case, actor=worker, occurred_at=now, refs=refs, data=data)
    consultation = ask(Referral.objects.get(pk=sent), CheckKind.CONSULTATION, actor=worker, id=uuid4(), question=long)
    searched = uuid4()
    refs = {"referral": str(searched)}
    record("referral_submitted", case=person.case, actor=worker, occurred_at=now, refs=refs, data=data)
    involved(person, "placements_team", actor=placements_officer)
    return Referred(
        sent=sent,
        searched=searched,
        referral=referral.pk,
        area=area.pk,
        address=address.pk,
        consultation=consultation.pk,
        person=person.case_id,
    )


def referral_visits(visit: Callable[..., Any], made: dict[str, Any], send_empty: Any) -> Iterator[Any]:
    """Each page of a referral in each state, and each form sent empty."""
    record, referral = f"/records/{made['person']}", f"/referrals/{made['referral']}"
    for show in ("mine", "others", "over"):
        yield visit(f"referrals: {show}", "colleague", f"/referrals?show={show}")
    yield visit("referrals to read", "keyworker", "/referrals")
    yield visit("no referrals", "stranger", "/referrals")
    yield visit("referrals of a record", "colleague", f"{record}/referrals")
    yield visit("task list", "colleague", referral)
    yield visit("task list to read", "keyworker", referral)
    for key in ("request", "why", "risk-mental-health", "support"):
        yield visit(f"section {key}", "colleague", f"{referral}/sections/{key}")
    yield visit("known risks", "colleague", f"{referral}/known-risks")
    yield visit("section to read", "keyworker", f"{referral}/sections/why")
    yield visit("section nobody has written", "keyworker", f"{referral}/sections/absence")
    yield visit("two versions", "colleague", f"{referral}/sections/why/versions")
    yield visit("one version", "colleague", f"{referral}/sections/risk-mental-health/versions")
    yield visit("what holds it", "colleague", f"{referral}/send")
    yield visit("whole referral", "colleague", f"{referral}/whole")
    yield visit("checks", "colleague", f"{referral}/checks")
    for state, page in (
        ("start a referral", f"{record}/referrals/start"),
        ("withdraw a referral", f"{referral}/withdraw"),
        ("ask for a check of areas", f"{referral}/checks/ask/area"),
        ("ask for a check of addresses", f"{referral}/checks/ask/address"),
        ("write down what was said", f"{referral}/checks/said/consultation"),
    ):
        yield visit(state, "colleague", page)
        if state != "start a referral":
            yield visit(f"{state} wrong", "colleague", page, send_empty)
    yield visit("desk", "placements_officer", f"/referrals/{made['sent']}/desk")
    yield visit("desk wrong", "placements_officer", f"/referrals/{made['sent']}/desk", send_empty)
    yield visit("checks to answer", "gangs_officer", f"{referral}/checks")
    yield visit("answer a check of areas", "gangs_officer", f"/checks/{made['area']}")
    yield visit("answer a check of addresses", "gangs_officer", f"/checks/{made['address']}")
    yield visit("answer a check wrong", "gangs_officer", f"/checks/{made['address']}", send_empty)
    yield visit("answer a consultation", "coordinator", f"/checks/{made['consultation']}")
    yield visit("answer a consultation wrong", "coordinator", f"/checks/{made['consultation']}", send_empty)
    yield visit("no check is needed", "gangs_officer", f"{referral}/checks/not-needed")
