"""A referral that Placements search for, the provider's manager, and the managers who decide on money."""

from __future__ import annotations

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
