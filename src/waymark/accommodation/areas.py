"""Postcode districts: the first half of a postcode, by which people speak of areas."""

from __future__ import annotations

import re

from waymark.access.services import NotAsAsked

DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
"""The first half of a postcode: N7, EC1V, SE1."""
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?) ?[0-9][A-Z]{2}\b")


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
