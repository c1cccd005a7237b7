"""Providers, schemes and units. Who lives where is not here: placements say that."""

from __future__ import annotations

from django.db import models

from waymark.access.models import Agency
from waymark.cases.models import Case
from waymark.core.models import BaseModel, SharedQuerySet


class Provider(BaseModel):
    """An organisation that runs schemes. The answers below are copied as facts when a placement concerns it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="provider")
    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="provider")
    name = models.CharField(max_length=200)
    block_contract = models.BooleanField(default=False)
    several_tiers = models.BooleanField(default=False)

    objects = SharedQuerySet["Provider"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="provider_name_once", fields=["name"])]

    def __str__(self) -> str:
        return self.name


class Scheme(BaseModel):
    """A building or group of units that a provider runs."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="scheme")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="schemes")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    curfew_capable = models.BooleanField(default=False)

    objects = SharedQuerySet["Scheme"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="scheme_name_once_at_a_provider", fields=["provider", "name"])]

    def __str__(self) -> str:
        return self.name


class Unit(BaseModel):
    """A room or flat for one person."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="units")
    label = models.CharField(max_length=40)

    objects = SharedQuerySet["Unit"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="unit_label_once_in_a_scheme", fields=["scheme", "label"])]

    def __str__(self) -> str:
        return self.label
