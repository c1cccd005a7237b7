"""Where settings are, found by the places where people of concern are and where a young person must not live."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from waymark.accommodation.areas import district_in
from waymark.accommodation.models import Scheme
from waymark.risks.models import ExcludedArea, Shape
from waymark.risks.places import key_of, metres_between


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scheme is, as areas are compared with it."""

    pk: UUID
    district: str
    key: str
    latitude: float | None
    longitude: float | None


class Places:
    """Where schemes are: each looked at once, however many areas are compared with them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._all = list(places)
        self._schemes = {place.pk for place in self._all}
        self._in_district: dict[str, set[UUID]] = defaultdict(set)
        self._at_address: dict[str, set[UUID]] = defaultdict(set)
        for place in self._all:
            self._in_district[place.district].add(place.pk)
            for key in _beginnings(place.key):
                self._at_address[key].add(place.pk)

    def at(self, scheme: UUID | None, district: str, address: str) -> set[UUID]:
        """The schemes that are the one, lie in the district, or have the address, however it is written: `3 Mill Row`
        begins the address `3 Mill Row, N7 6QP`.
        """
        found = {scheme} & self._schemes if scheme else set()
        if district:
            found |= self._in_district.get(district, set())
        if address:
            found |= self._at_address.get(key_of(address), set())
        return found

    def within(self, area: ExcludedArea) -> set[UUID]:
        """The schemes in an excluded area. One of which nobody knows where it is lies in no circle."""
        if area.shape == Shape.RADIUS:
            return {place.pk for place in self._all if _in_circle(place, area)}
        return self.at(area.scheme_id, area.district, area.address)


def _beginnings(key: str) -> Iterator[str]:
    """The first word of an address, the first two, and so on to the whole."""
    words = key.split()
    return (" ".join(words[:count]) for count in range(1, len(words) + 1))


def _in_circle(place: Place, area: ExcludedArea) -> bool:
    if place.latitude is None or place.longitude is None or area.latitude is None or area.longitude is None:
        return False
    return metres_between(place.latitude, place.longitude, area.latitude, area.longitude) <= (area.metres or 0)


def places_of(schemes: Collection[UUID] | None) -> Places:
    """Where the schemes are: all, or those asked for."""
    found = Scheme.objects.all() if schemes is None else Scheme.objects.filter(pk__in=schemes)
    columns = ("pk", "area", "address", "latitude", "longitude")
    return Places(
        Place(pk, area or district_in(address), key_of(address), latitude, longitude)
        for pk, area, address, latitude, longitude in found.values_list(*columns)
    )
