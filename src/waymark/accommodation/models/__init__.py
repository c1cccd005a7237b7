"""Providers, schemes and units, who or what holds a unit for which nights, and why one stands empty."""

from waymark.accommodation.models.occupancy import Occupancy
from waymark.accommodation.models.places import Provider, Scheme, Unit
from waymark.accommodation.models.voids import Void

__all__ = ["Occupancy", "Provider", "Scheme", "Unit", "Void"]
