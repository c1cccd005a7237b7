"""A referral of Amira's, and the teams that take part in it. For tests of referrals and of what follows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

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
def gangs_coordinator(member: Any, actor_of: Any, council: Any, gangs_team: Any) -> Any:
    """The Gangs Safeguarding Coordinator, a post of one."""
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
