"""Providers, schemes and units."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from waymark.access.models import Agency
from waymark.accommodation.choices import (
    Accessibility,
    Contract,
    Gender,
    NeedLevel,
    OfstedCategory,
    SchemeKind,
    Staffing,
)
from waymark.cases.models import Case
from waymark.core.models import BaseModel, SharedQuerySet


class Provider(BaseModel):
    """An organisation that runs schemes. The answers below are copied as facts when a placement concerns it.

    `block_contract` follows the contracts of its schemes, as soon as they are known.
    """

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
    """A building or group of units that a provider runs. What is left empty has not been said yet.

    `area` is a postcode district ("N7"); `latitude` and `longitude` are degrees (WGS 84). `host_authority` names the
    council where it stands when that is another than the borough it works for. Ages are in years, both included.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="scheme")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="schemes")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    area = models.CharField(max_length=4, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    host_authority = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=SchemeKind.choices, blank=True)
    need_level = models.CharField(max_length=6, choices=NeedLevel.choices, blank=True)
    staffing = models.CharField(max_length=13, choices=Staffing.choices, blank=True)
    contract = models.CharField(max_length=9, choices=Contract.choices, blank=True)
    ofsted_number = models.CharField(max_length=20, blank=True)
    ofsted_category = models.CharField(max_length=17, choices=OfstedCategory.choices, blank=True)
    curfew_capable = models.BooleanField(default=False)
    gender = models.CharField(max_length=5, choices=Gender.choices, blank=True)
    lowest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    accessibility = ArrayField(models.CharField(max_length=16, choices=Accessibility.choices), default=list, blank=True)
    opened_on = models.DateField(null=True, blank=True)

    objects = SharedQuerySet["Scheme"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="scheme_name_once_at_a_provider", fields=["provider", "name"]),
            models.CheckConstraint(
                name="scheme_ages_in_order",
                condition=Q(lowest_age=None) | Q(highest_age=None) | Q(lowest_age__lte=F("highest_age")),
            ),
            models.CheckConstraint(
                name="scheme_stands_at_a_whole_point",
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_borough(self) -> bool:
        """Whether it stands in the borough it works for."""
        return not self.host_authority


class Unit(BaseModel):
    """A room or flat for one person. What is said here differs from its scheme; what is not, is as the scheme says.

    `own_accessibility` None is as the scheme; a list, also an empty one, is the unit's own. `turnaround_days` are kept
    free after somebody leaves.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="units")
    label = models.CharField(max_length=40)
    own_need_level = models.CharField(max_length=6, choices=NeedLevel.choices, blank=True)
    own_gender = models.CharField(max_length=5, choices=Gender.choices, blank=True)
    own_accessibility = ArrayField(
        models.CharField(max_length=16, choices=Accessibility.choices), null=True, blank=True
    )
    turnaround_days = models.PositiveSmallIntegerField(default=0)

    objects = SharedQuerySet["Unit"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unit_label_once_in_a_scheme", fields=["scheme", "label"]),
            models.CheckConstraint(name="unit_turnaround_is_short", condition=Q(turnaround_days__lte=28)),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def need_level(self) -> str:
        """Its own, or its scheme's."""
        return self.own_need_level or self.scheme.need_level

    @property
    def gender(self) -> str:
        """Whom it is for: its own limit, or its scheme's; empty for everybody."""
        return self.own_gender or self.scheme.gender

    @property
    def accessibility(self) -> list[str]:
        """Its own features, or its scheme's."""
        return list(self.scheme.accessibility if self.own_accessibility is None else self.own_accessibility)
