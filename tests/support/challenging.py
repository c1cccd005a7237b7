"""Amira's provider has refused her, and that is challenged: for tests of challenges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from tests.support.remembering import remembered


@remembered
def refused(passed: Any, provider_manager: Any) -> Any:
    """Amira's provider, which has a block contract, refused her after a talk with the worker."""
    from waymark.accommodation.models import Provider
    from waymark.assessments.models import Refusal
    from waymark.assessments.refusing import Grounds, discussed, refuse

    Provider.objects.filter(pk=passed.provider_id).update(block_contract=True)
    discussed(passed, actor=provider_manager, id=uuid4())
    grounds = Grounds(reason="risk_to_others", explanation="We have no staff at night.", evidence="Rota of this month")
    given = refuse(passed, grounds, actor=provider_manager, id=uuid4())
    return Refusal.objects.select_related("approach__provider", "referral__case", "case").get(pk=given.pk)


@remembered
def challenged(refused: Any, allocated_worker: Any) -> Any:
    """That refusal, challenged by the worker."""
    from waymark.challenges.challenging import raise_challenge

    return raise_challenge(
        refused.referral,
        refused,
        actor=allocated_worker,
        id=uuid4(),
        missing="Which incidents is this about?",
        sections=["why", "nothing like it"],
    )


@remembered
def challenges_here(
    referred: dict[str, Any], involved: Any, provider_manager: Any, commissioner: Any, allocated_worker: Any
) -> dict[str, Any]:
    """A refusal that waits for an answer, one challenge with Commissioning, and a dispute over need. Words are long."""
    from waymark.challenges.challenging import add_step
    from waymark.challenges.models import Challenge, Kind
    from waymark.core.clock import system_clock
    from waymark.events.services import record
    from waymark.people.models import YoungPerson

    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    person = YoungPerson.objects.get(case=referred["person"])
    for actor in (provider_manager, commissioner):
        involved(person, actor.role, actor=actor)
    refused = uuid4()

    def tell(name: str, refs: dict[str, Any], **data: Any) -> None:
        told = {kind: str(value) for kind, value in refs.items()}
        at = system_clock.now()
        record(name, case=person.case, actor=allocated_worker, occurred_at=at, refs=told, data=data)

    tell("referral_submitted", {"referral": refused}, route="placements_team")
    tell("refusal_made", {"referral": refused}, how=["writing"], reason=long)
    far, dispute = uuid4(), uuid4()
    tell("challenge_raised", {"referral": referred["referral"], "challenge": far})
    tell("challenge_unresolved", {"challenge": far}, stage="provider")
    tell("escalated", {"challenge": far}, to=["placements_team", "commissioning"])
    tell("need_level_disputed", {"referral": referred["referral"], "challenge": dispute})
    challenge = Challenge.objects.select_related("case").get(pk=far)
    said = {"actor": allocated_worker, "id": uuid4(), "clock": system_clock, "sections": ["why"]}
    add_step(challenge, Kind.RAISED, long, **said)
    return {"refused": refused, "far": far, "dispute": dispute, "referral": referred["referral"]}


def challenge_visits(visit: Callable[..., Any], made: dict[str, Any], send_empty: Any) -> Iterator[Any]:
    """Each page of a challenge, as each who takes part sees it, and each form sent empty."""
    far, dispute = f"/challenges/{made['far']}", f"/challenges/{made['dispute']}"
    for show in ("mine", "others", "over"):
        yield visit(f"challenges: {show}", "colleague", f"/challenges?show={show}")
    yield visit("challenges of commissioning", "commissioner", "/challenges")
    yield visit("no challenges", "stranger", "/challenges")
    yield visit("refusals counted", "commissioner", "/challenges/refusals")
    yield visit("refusals counted of no day", "commissioner", "/challenges/refusals?since-day=40&since-month=1")
    yield visit("challenge", "colleague", far)
    yield visit("challenge to read", "keyworker", far)
    yield visit("challenge of commissioning", "commissioner", far)
    yield visit("decide", "commissioner", f"{far}/decide")
    yield visit("decide wrong", "commissioner", f"{far}/decide", send_empty)
    yield visit("answer a challenge", "provider_manager", f"{far}/answer")
    yield visit("answer a challenge wrong", "provider_manager", f"{far}/answer", send_empty)
    yield visit("say something wrong", "colleague", f"{far}/say", send_empty)
    yield visit("level of need wrong", "provider_manager", f"{dispute}/level", send_empty)
    yield visit("take it further", "provider_manager", f"{dispute}/further")
    referral = f"/referrals/{made['referral']}"
    yield visit("challenges of a referral", "colleague", f"{referral}/challenges")
    yield visit("answer a refusal", "colleague", f"/referrals/{made['refused']}/refusal")
    yield visit("answer a refusal wrong", "colleague", f"/referrals/{made['refused']}/refusal", send_empty)
    yield visit("dispute the level of need", "provider_manager", f"{referral}/need-level")
    yield visit("dispute the level of need wrong", "provider_manager", f"{referral}/need-level", send_empty)
