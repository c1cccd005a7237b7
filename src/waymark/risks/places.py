"""Places as they are compared: postcode districts, street addresses and distances."""

from __future__ import annotations

import math
import re

from waymark.access.services import NotAsAsked

DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
"""The first half of a postcode: N7, EC1V, SE1."""
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?) ?[0-9][A-Z]{2}\b")
METRES_IN_A_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""


def as_district(text: str) -> str:
    """A postcode district in capitals, also from a whole postcode. `NotAsAsked` for anything else."""
    said = " ".join(text.upper().split())
    whole = POSTCODE.fullmatch(said)
    district = whole[1] if whole else said.replace(" ", "")
    if not DISTRICT.fullmatch(district):
        raise NotAsAsked("Enter the first half of a postcode, like N7 or EC1V")
    return district


def district_in(address: str) -> str:
    """The postcode district of an address that ends with a postcode or holds one; "" when there is none."""
    found = POSTCODE.findall(" ".join(address.upper().split()))
    return found[-1] if found else ""


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
