"""What can be said of a scheme or a unit."""

from __future__ import annotations

from django.db import models


class SchemeKind(models.TextChoices):
    """What sort of home it is."""

    HOSTEL = "hostel", "Hostel"
    SHARED = "shared", "Shared house"
    FOYER = "foyer", "Foyer"
    SELF_CONTAINED = "self_contained", "Self-contained flats"
    ASSESSMENT_CENTRE = "assessment_centre", "Assessment centre"
    SUPPORTED_LODGINGS = "supported_lodgings", "Supported lodgings"


class NeedLevel(models.TextChoices):
    """How much support is given (HAS-03)."""

    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Staffing(models.TextChoices):
    """When staff are there."""

    DAY_AND_NIGHT = "day_and_night", "Staff 24 hours"
    VISITING = "visiting", "Visiting staff"


class Contract(models.TextChoices):
    """How the borough pays. A dispute with a block-contract provider goes on to Commissioning (CHA-04)."""

    BLOCK = "block", "Block contract"
    SPOT = "spot", "Spot purchase"
    FRAMEWORK = "framework", "Framework"


class OfstedCategory(models.TextChoices):
    """The four kinds of supported accommodation for 16 and 17 year-olds that Ofsted registers.

    The Supported Accommodation (England) Regulations 2023.
    """

    SELF_CONTAINED = "self_contained", "Single occupancy: a self-contained unit"
    RING_FENCED = "ring_fenced", "Shared or group living, ring-fenced for looked-after children and care leavers"
    NOT_RING_FENCED = "not_ring_fenced", "Shared or group living, not ring-fenced"
    PRIVATE_RESIDENCE = "private_residence", "In somebody's own home, such as supported lodgings"


class Gender(models.TextChoices):
    """Whom a scheme or a unit is for; nothing is said where it is for everybody."""

    WOMEN = "women", "Young women only"
    MEN = "men", "Young men only"


class Accessibility(models.TextChoices):
    """What makes a home usable for somebody."""

    STEP_FREE = "step_free", "Step-free"
    WHEELCHAIR = "wheelchair", "Suitable for a wheelchair"
    GROUND_FLOOR = "ground_floor", "Ground floor"
    LIFT = "lift", "Lift"
    ADAPTED_BATHROOM = "adapted_bathroom", "Adapted bathroom"
    HEARING_LOOP = "hearing_loop", "Hearing loop"
    VISUAL_ALARM = "visual_alarm", "Alarm that can be seen"


class OccupancyKind(models.TextChoices):
    """What holds a unit for its nights."""

    PLACEMENT = "placement", "Placement"
    RESERVATION = "reservation", "Reservation"
    OUT_OF_SERVICE = "out_of_service", "Out of service"


class OutOfServiceCause(models.TextChoices):
    """Why nobody can live in a unit."""

    REPAIRS = "repairs", "Repairs"
    REFURBISHMENT = "refurbishment", "Refurbishment"
    DAMAGE = "damage", "Fire, flood or damage"
    SAFETY = "safety", "Not safe to live in"
    STAFFING = "staffing", "Not enough staff"
    OTHER = "other", "Something else"


class Cancelled(models.TextChoices):
    """How a row came to count no longer."""

    WITHDRAWN = "withdrawn", "Cancelled"
    LAPSED = "lapsed", "Lapsed"


class VoidCause(models.TextChoices):
    """Why a unit stands empty between stays."""

    NOMINATION = "nomination", "Waiting for a nomination"
    CLEANING = "cleaning", "Cleaning"
    REPAIRS = "repairs", "Repairs"
    REFUSED = "refused", "Offers were refused"
    HARD_TO_LET = "hard_to_let", "Hard to let"
    MATCHING = "matching", "Nobody suitable for those who live there"
    OTHER = "other", "Something else"
