"""Places as they are compared: street addresses and distances. Postcode districts are `accommodation.areas`."""

from __future__ import annotations

import math
import re

from waymark.accommodation.areas import POSTCODE

METRES_IN_A_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""


def as_address(text: str) -> str:
    """An address with single spaces, as it is shown."""
    return " ".join(text.split())


def key_of(address: str) -> str:
    """What two ways of writing one street address have in common: its words in small letters, without the postcode."""
    without = POSTCODE.sub(" ", address.upper())
    return " ".join(re.findall(r"[0-9A-Z]+", without)).lower()


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The distance in metres, as if the earth were flat between the two: right to a few metres across a city."""
    north = (other_latitude - latitude) * METRES_IN_A_DEGREE
    middle = math.radians((latitude + other_latitude) / 2)
    east = (other_longitude - longitude) * METRES_IN_A_DEGREE * math.cos(middle)
    return math.hypot(north, east)
