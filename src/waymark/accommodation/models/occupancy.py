"""Who or what holds a unit for which nights. The database refuses two holds of a unit for one night."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Subquery, Value

from waymark.access.models import Membership
from waymark.accommodation.choices import Cancelled, OccupancyKind, OutOfServiceCause
from waymark.accommodation.models.places import Unit
from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.ledger import current_ledger
from waymark.core.models import BaseModel

if TYPE_CHECKING:
    from waymark.core.actor import Actor


def just(column: str) -> Func:
    """The range of one identifier: an exclusion constraint compares ranges without any extension."""
    return Func(F(column), F(column), Value("[]"), function="uuidrange")


def _end_of(column: str, name: str) -> Func:
    return Func(F(column), function=name, output_field=models.DateField())


WITH_TURNAROUND = Func(
    _end_of("nights", "lower"),
    Func(
        _end_of("nights", "upper"),
        F("turnaround_days"),
        template="(%(expressions)s)",
        arg_joiner=" + ",
        output_field=models.DateField(),
    ),
    function="daterange",
    output_field=DateRangeField(),
)
"""The nights and the days of turnaround after them."""


class OccupancyQuerySet(models.QuerySet["Occupancy"]):
    """Holds as people ask for them."""

    def visible_to(self, actor: Actor) -> Self:
        """Units out of service, and who lives where on records whose placement is open to the actor."""
        if actor.is_system:
            return self.all()
        if actor.membership_id is None:
            return self.none()
        opened = current_ledger().open_in(actor, OuterRef("case"), Category.PLACEMENT)
        hidden = current_ledger().items_held_back_from(actor).filter(item=OuterRef("pk"))
        return self.alias(opened_by=Subquery(opened.values("pk")[:1]), held_back=Subquery(hidden[:1])).filter(
            Q(case=None) | Q(opened_by__isnull=False, held_back=None)
        )

    def counting(self, now: datetime) -> Self:
        """Those that hold their unit: not cancelled, and no reservation that has lapsed."""
        return self.filter(cancelled_at=None).filter(Q(lapses_at=None) | Q(lapses_at__gt=now))

    def stays(self) -> Self:
        """Placements that were not cancelled."""
        return self.filter(kind=OccupancyKind.PLACEMENT, cancelled_at=None)

    def on(self, night: date) -> Self:
        """Those that hold this night."""
        return self.filter(nights__contains=night)

    def between(self, first: date, until: date | None) -> Self:
        """Those that hold a night from `first` to before `until` (None: without end)."""
        return self.filter(nights__overlap=(first, until))


class Occupancy(BaseModel):
    """A unit is held: somebody lives there (placement), is to (reservation), or nobody can (out of service).

    `nights` go from the day of arrival until the day of leaving, which is not slept; no end is until further notice.
    `held` adds the days of turnaround, which other people's nights may not touch; a unit may be out of service in them.
    `ref` is the placement or offer in the events. `main` is False for a second home, such as a stay elsewhere for some
    nights. A row that was cancelled or has lapsed counts no longer, and stays as history.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="occupancies")
    kind = models.CharField(max_length=14, choices=OccupancyKind.choices)
    nights = DateRangeField()
    turnaround_days = models.IntegerField(default=0)
    held = models.GeneratedField(expression=WITH_TURNAROUND, output_field=DateRangeField(), db_persist=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="occupancies")
    ref = models.UUIDField(null=True, blank=True)
    main = models.BooleanField(default=True)
    lapses_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=13, choices=OutOfServiceCause.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_how = models.CharField(max_length=9, choices=Cancelled.choices, blank=True)
    recorded_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    category = Category.PLACEMENT
    """The kind of information it is, whoever it is about."""

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "occupancies"
        constraints = [
            ExclusionConstraint(
                name="occupancy_one_hold_of_a_unit_a_night",
                expressions=[(just("unit"), "&&"), ("nights", "&&")],
                condition=Q(cancelled_at=None),
            ),
            ExclusionConstraint(
                name="occupancy_turnaround_between_people",
                expressions=[(just("unit"), "&&"), ("held", "&&")],
                condition=Q(cancelled_at=None) & ~Q(kind=OccupancyKind.OUT_OF_SERVICE),
            ),
            ExclusionConstraint(
                name="occupancy_one_main_placement_a_night",
                expressions=[(just("case"), "&&"), ("nights", "&&")],
                condition=Q(cancelled_at=None, kind=OccupancyKind.PLACEMENT, main=True),
            ),
            models.CheckConstraint(
                name="occupancy_has_nights", condition=Q(nights__isempty=False, nights__startswith__isnull=False)
            ),
            models.CheckConstraint(name="occupancy_turnaround_after", condition=Q(turnaround_days__range=(0, 28))),
            models.CheckConstraint(
                name="occupancy_is_of_somebody_or_of_nobody",
                condition=Q(kind=OccupancyKind.OUT_OF_SERVICE, case=None, ref=None, turnaround_days=0, lapses_at=None)
                | (
                    ~Q(kind=OccupancyKind.OUT_OF_SERVICE)
                    & Q(case__isnull=False, ref__isnull=False, cause="", reason="")
                ),
            ),
            models.CheckConstraint(
                name="occupancy_only_reservations_lapse",
                condition=Q(lapses_at=None) | Q(kind=OccupancyKind.RESERVATION),
            ),
            models.CheckConstraint(
                name="occupancy_cancelled_in_some_way",
                condition=Q(cancelled_at=None, cancelled_how="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancelled_how="")),
            ),
            models.UniqueConstraint(
                name="occupancy_once_for_a_ref", fields=["ref", "unit"], condition=Q(cancelled_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.nights}"

    @property
    def arrives_on(self) -> date:
        """The first night."""
        return self.nights.lower  # type: ignore[no-any-return]

    @property
    def leaves_on(self) -> date | None:
        """The day of leaving, which is not slept; None until further notice."""
        return self.nights.upper  # type: ignore[no-any-return]
