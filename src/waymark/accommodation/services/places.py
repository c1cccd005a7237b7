"""Adding and changing providers, schemes and units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from waymark.access.models import AgencyKind
from waymark.access.services import NotAsAsked, add_agency
from waymark.accommodation.areas import district_in
from waymark.accommodation.choices import Contract
from waymark.accommodation.models import Provider, Scheme, Unit
from waymark.accommodation.rules import require_at
from waymark.cases.models import Case, Kind
from waymark.cases.services import open_case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.database import SERVICE
from waymark.core.permissions import Permission
from waymark.core.services import service

SAID_OF_A_SCHEME = frozenset(
    {
        "accessibility",
        "area",
        "contract",
        "gender",
        "highest_age",
        "host_authority",
        "kind",
        "latitude",
        "longitude",
        "lowest_age",
        "need_level",
        "ofsted_category",
        "ofsted_number",
        "opened_on",
        "staffing",
    }
)
"""What can be said of a scheme besides its name, its address and whether it can run a curfew."""
OF_A_SCHEME = SAID_OF_A_SCHEME | {"name", "address", "curfew_capable"}
OF_A_UNIT = frozenset({"label", "own_need_level", "own_gender", "own_accessibility", "turnaround_days"})


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
    turnaround_days: int = 0,
    reference: str = "",
    **said: Any,
) -> Scheme:
    """Add a scheme of `provider` with its case; `units` are the labels of its units.

    `said` is what else is known of it (`SAID_OF_A_SCHEME`); the area follows from the address unless it is given.
    Raises `NotAsAsked` for a name that the provider has already.
    """
    actor.require(Permission.MANAGE_ACCOMMODATION)
    _only(said, SAID_OF_A_SCHEME)
    case = open_case(actor=actor, kind=Kind.SCHEME, authority=provider.case.authority, reference=reference)
    said["area"] = said.get("area") or district_in(address)
    scheme = Scheme(case=case, provider=provider, name=name, address=address, curfew_capable=curfew_capable, **said)
    _saved(scheme, "This provider has a scheme of that name already")
    Unit.objects.bulk_create([Unit(scheme=scheme, label=label, turnaround_days=turnaround_days) for label in units])
    _follow_contracts(provider)
    trail.wrote(actor, scheme, units=len(units))
    return scheme


@service
def change_scheme(scheme: Scheme, *, actor: Actor, **changes: Any) -> Scheme:
    """Change what is said of a scheme. Raises `NotAsAsked` for a name that the provider has already, and `Refused`."""
    require_at(actor, Permission.MANAGE_ACCOMMODATION, scheme)
    _only(changes, OF_A_SCHEME)
    fresh = Scheme.objects.select_for_update(of=("self",)).select_related("provider").get(pk=scheme.pk)
    changed = _set(fresh, changes)
    _saved(fresh, "This provider has a scheme of that name already")
    _follow_contracts(fresh.provider)
    trail.wrote(actor, fresh, fields=changed)
    return fresh


@service
def add_unit(scheme: Scheme, *, actor: Actor, **said: Any) -> Unit:
    """Add a unit to a scheme. Raises `NotAsAsked` for a label that the scheme has already, and `Refused`."""
    require_at(actor, Permission.MANAGE_UNITS, scheme)
    _only(said, OF_A_UNIT)
    unit = Unit(scheme=scheme, **said)
    _saved(unit, "This scheme has a unit of that name already")
    trail.wrote(actor, unit)
    return unit


@service
def change_unit(unit: Unit, *, actor: Actor, **changes: Any) -> Unit:
    """Change what is said of a unit. Raises `NotAsAsked` for a label that the scheme has already, and `Refused`.

    Days of turnaround count for holds that come after; those that are known keep theirs.
    """
    require_at(actor, Permission.MANAGE_UNITS, unit.scheme)
    _only(changes, OF_A_UNIT)
    fresh = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    changed = _set(fresh, changes)
    _saved(fresh, "This scheme has a unit of that name already")
    trail.wrote(actor, fresh, fields=changed)
    return fresh


def _only(given: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := given.keys() - known:
        raise ValueError(f"Nothing is known of {', '.join(sorted(unknown))}.")


def _set(record: Scheme | Unit, changes: Mapping[str, Any]) -> list[str]:
    changed = sorted(name for name, value in changes.items() if getattr(record, name) != value)
    for name in changed:
        setattr(record, name, changes[name])
    return changed


def _saved(record: Scheme | Unit, taken: str) -> None:
    adding = record._state.adding
    try:
        with transaction.atomic(using=SERVICE):
            record.save(force_insert=adding, force_update=not adding)
    except IntegrityError as error:
        if "_once_" not in str(error):
            raise
        raise NotAsAsked(taken) from error


def _follow_contracts(provider: Provider) -> None:
    """A provider has a block contract when one of its schemes has; nothing changes while no contract is known."""
    contracts = set(Scheme.objects.filter(provider=provider).exclude(contract="").values_list("contract", flat=True))
    if contracts:
        provider.block_contract = Contract.BLOCK in contracts
        provider.save(force_update=True, update_fields=["block_contract"])
