"""Providers, schemes and units."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from waymark.accommodation.models import Provider, Scheme
from waymark.accommodation.services import add_provider, add_scheme
from waymark.core.errors import Refused

pytestmark = pytest.mark.usefixtures("db")


def test_a_provider_is_an_agency_with_a_case_of_its_own(borough, system):
    provider = add_provider(actor=system, authority=borough, name="Northlight Housing", block_contract=True)

    stored = Provider.objects.get(pk=provider.pk)
    assert (stored.case.kind, stored.case.authority) == ("provider", borough)
    assert (stored.agency.name, stored.agency.kind, stored.agency.case) == (stored.name, "provider", stored.case)
    assert (stored.block_contract, stored.several_tiers) == (True, False)


def test_a_scheme_has_units_and_a_case_under_its_providers_authority(provider, borough, system):
    scheme = add_scheme(actor=system, provider=provider, name="Tanner House", units=["1", "2"], curfew_capable=True)

    assert (scheme.case.kind, scheme.case.authority) == ("scheme", borough)
    assert sorted(unit.label for unit in scheme.units.all()) == ["1", "2"]


def test_a_unit_has_a_label_that_no_other_of_the_scheme_has(provider, system):
    with pytest.raises(IntegrityError, match="unit_label_once_in_a_scheme"):
        add_scheme(actor=system, provider=provider, name="Tanner House", units=["1", "1"])
    assert not Scheme.objects.exists()


def test_commissioning_may_add_a_provider_and_a_keyworker_may_not(borough, council, member, actor_of, keyworker):
    commissioner = actor_of(member("Ines Duarte", council, "commissioning"))

    assert add_provider(actor=commissioner, authority=borough, name="Oakgate")
    with pytest.raises(Refused, match="change providers"):
        add_provider(actor=keyworker, authority=borough, name="Elsewhere")
