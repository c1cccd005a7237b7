"""A referral that Placements search for, the provider's manager, and the managers who decide on money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.support.remembering import remembered


@remembered
def accepted_referral(sent_referral: Any, placements_officer: Any) -> Any:
    """Amira's referral, checked and good enough to search with."""
    from waymark.referrals.models import Referral
    from waymark.referrals.sending import accept

    accept(sent_referral, actor=placements_officer, id=uuid4(), fostering="No carer was found")
    return Referral.objects.get(pk=sent_referral.pk)


@remembered
def provider_manager(member: Any, actor_of: Any, provider: Any) -> Any:
    """The manager of Amira's provider, who works on nobody's record yet."""
    return actor_of(member("Hetty Marsh", provider.agency, "provider_manager"))


@remembered
def other_scheme(other_provider: Any, system: Any) -> Any:
    """A scheme of the provider that has nothing to do with Amira."""
    from waymark.accommodation.services.places import add_scheme

    return add_scheme(
        actor=system, provider=other_provider, name="Quay Lodge", address="3 Quay Lane", units=["A"], reference="S2"
    )


@remembered
def other_manager(member: Any, actor_of: Any, other_provider: Any) -> Any:
    """The manager of the other provider."""
    return actor_of(member("Silas Dunmore", other_provider.agency, "provider_manager"))


@remembered
def service_manager(member: Any, actor_of: Any, council: Any) -> Any:
    """The council's service manager."""
    return actor_of(member("Gwen Alder", council, "service_manager"))


@remembered
def searched(
    referred: dict[str, Any], scheme: Any, placements_officer: Any, pathway_officer: Any, head_of_service: Any
) -> dict[str, Any]:
    """A referral for which an option is on the list, the pathway is asked, and money is to be decided on and bought."""
    from waymark.placements.models import Decision, Route, SpendingKind
    from waymark.placements.searching import add_option, approach
    from waymark.placements.spending import Wanted, decide, propose
    from waymark.referrals.models import Referral
    from waymark.referrals.sending import accept

    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    referral, officer = Referral.objects.get(pk=referred["searched"]), placements_officer
    accept(referral, actor=officer, id=uuid4(), fostering=long)
    add_option(referral, scheme, actor=officer, why=long)
    approach(referral, Route.PATHWAY, actor=officer, id=uuid4())
    wanted = Wanted(kind=SpendingKind.EXTRA_HOURS, weekly_cost=Decimal("99999.99"), weeks=104, hours=168, why=long)
    first, second = (propose(referral, wanted, actor=officer, id=uuid4()) for _ in range(2))
    decide(second, Decision.APPROVED, actor=head_of_service, id=uuid4(), why=long)
    return {"referral": referral.pk, "spending": first.pk, "person": referred["person"]}


def placing_visits(visit: Callable[..., Any], made: dict[str, Any], send_empty: Any) -> Iterator[Any]:
    """Each page of the search in each state, and each form sent empty."""
    referral = f"/referrals/{made['referral']}"
    yield visit("looking for a place", "placements_officer", f"{referral}/search")
    yield visit("looking for a place wrong", "placements_officer", f"{referral}/search?km=far")
    yield visit("options to read", "colleague", f"{referral}/search")
    yield visit("ask the other pathway", "placements_officer", f"{referral}/ask/camden")
    yield visit("ask for a spot purchase wrong", "placements_officer", f"{referral}/ask/spot", send_empty)
    yield visit("the pathway decides", "pathway_officer", f"{referral}/pathway")
    yield visit("the pathway decides wrong", "pathway_officer", f"{referral}/pathway", send_empty)
    yield visit("money", "placements_officer", f"{referral}/money")
    yield visit("money to read", "colleague", f"{referral}/money")
    yield visit("ask for money", "placements_officer", f"{referral}/money/ask")
    yield visit("ask for money wrong", "placements_officer", f"{referral}/money/ask", send_empty)
    yield visit("decide on money", "head_of_service", f"/money/{made['spending']}")
    yield visit("decide on money wrong", "head_of_service", f"/money/{made['spending']}", send_empty)
    yield visit("housing record", "keyworker", f"/records/{made['person']}/housing-record")
    yield visit("housing record wrong", "keyworker", f"/records/{made['person']}/housing-record", send_empty)
