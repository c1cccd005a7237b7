"""Adding providers, schemes and units."""

from __future__ import annotations

from collections.abc import Sequence

from waymark.access.models import AgencyKind
from waymark.access.services import add_agency
from waymark.accommodation.models import Provider, Scheme, Unit
from waymark.cases.models import Case, Kind
from waymark.cases.services import open_case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.core.services import service


@service
def add_provider(
    *,
    actor: Actor,
    authority: Case,
    name: str,
    block_contract: bool = False,
    several_tiers: bool = False,
    reference: str = "",
) -> Provider:
    """Add a provider with its case and its agency. `authority` is the borough that contracts it."""
    actor.require(Permission.MANAGE_ACCOMMODATION)
    case = open_case(actor=actor, kind=Kind.PROVIDER, authority=authority, reference=reference)
    agency = add_agency(actor=actor, name=name, kind=AgencyKind.PROVIDER, case=case)
    provider = Provider.objects.create(
        case=case, agency=agency, name=name, block_contract=block_contract, several_tiers=several_tiers
    )
    trail.wrote(actor, provider)
    return provider


@service
def add_scheme(
    *,
    actor: Actor,
    provider: Provider,
    name: str,
    address: str = "",
    curfew_capable: bool = False,
    units: Sequence[str] = (),
    reference: str = "",
) -> Scheme:
    """Add a scheme of `provider` with its case; `units` are the labels of its units."""
    actor.require(Permission.MANAGE_ACCOMMODATION)
    case = open_case(actor=actor, kind=Kind.SCHEME, authority=provider.case.authority, reference=reference)
    scheme = Scheme.objects.create(
        case=case, provider=provider, name=name, address=address, curfew_capable=curfew_capable
    )
    Unit.objects.bulk_create([Unit(scheme=scheme, label=label) for label in units])
    trail.wrote(actor, scheme, units=len(units))
    return scheme
