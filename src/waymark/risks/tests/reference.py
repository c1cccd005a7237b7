"""Matching as somebody would do it by hand with all the files open: one setting, one resident, one row at a time.

Slow and obvious on purpose. It asks nothing of the code that it checks but the names of causes and the constants that
were decided, and works out places, times and directions by itself.
"""

from __future__ import annotations

import math
from datetime import datetime, time
from zoneinfo import ZoneInfo

from waymark.accommodation.models import Occupancy, Scheme
from waymark.people.models import Merge
from waymark.risks.matching import MOST_OF_ONE_GROUP, Cause, Conflict, Side
from waymark.risks.models import Affiliation, Association, ExcludedArea, Frequents, Marker, PersonOfConcern, Rivalry

LONDON = ZoneInfo("Europe/London")
OTHER_SIDE = {"towards": "from", "from": "towards", "both": "both"}
OFFENDING_TOGETHER = ("exploits", "co_exploited", "co_offends")
PUTS_AT_RISK = {
    "sexual_harm": ("at_sexual_harm", "exploitation"),
    "exploits_others": ("exploitation",),
    "violence": ("at_violence",),
}


def matched_by_hand(person, nights, now):
    """The conflicts of a young person by scheme, as `match` gives them."""
    by_hand = ByHand(person, nights, now)
    found = {}
    for scheme in Scheme.objects.all():
        conflicts = frozenset(by_hand.conflicts_in(scheme))
        if conflicts:
            found[scheme.pk] = conflicts
    return found


class ByHand:
    """All the files, read once, for one young person and some nights."""

    def __init__(self, person, nights, now):
        self.nights, self.now = nights, now
        self.kept = {row.case_id: row.into_id for row in Merge.objects.filter(undone_at=None)}
        self.records = self.records_of(self.person_of(person.pk))
        self.associations = [row for row in Association.objects.all() if self.holds(row) and row.kind != "positive"]
        self.affiliations = [row for row in Affiliation.objects.all() if self.holds(row)]
        self.rivalries = [row for row in Rivalry.objects.all() if self.holds(row)]
        self.markers = [row for row in Marker.objects.all() if self.holds(row)]
        self.found_at = [row for row in Frequents.objects.all() if self.holds(row)]
        self.of_concern = [row for row in PersonOfConcern.objects.all() if self.holds(row)]
        self.areas = [row for row in ExcludedArea.objects.filter(case__in=self.records) if self.holds(row)]
        self.stays = list(Occupancy.objects.select_related("unit"))

    def person_of(self, record):
        """Whom a record is about, by the record that they go on with."""
        return self.kept.get(record, record)

    def records_of(self, person):
        return [person, *(double for double, kept in self.kept.items() if kept == person)]

    def holds(self, row):
        """Whether it is true at some time of the nights, and is not over by now."""
        first = datetime.combine(self.nights.lower, time(), LONDON)
        begins_too_late = False
        if self.nights.upper is not None:
            last = max(datetime.combine(self.nights.upper, time(), LONDON), self.now)
            begins_too_late = row.starts_at >= last
        over = row.ends_at is not None and (row.ends_at <= first or row.ends_at <= self.now)
        return not begins_too_late and not over

    def residents(self, scheme):
        """The records of whoever else sleeps there on one of the nights, or is to."""
        found = []
        for stay in self.stays:
            if stay.unit.scheme_id != scheme.pk or stay.kind == "out_of_service" or stay.cancelled_at is not None:
                continue
            if stay.lapses_at is not None and stay.lapses_at <= self.now:
                continue
            if stay.case_id in self.records or stay.case_id in found:
                continue
            leaves_before = stay.nights.upper is not None and stay.nights.upper <= self.nights.lower
            comes_after = self.nights.upper is not None and stay.nights.lower >= self.nights.upper
            if not leaves_before and not comes_after:
                found += self.records_of(self.person_of(stay.case_id))
        return found

    def conflicts_in(self, scheme):
        residents = self.residents(scheme)
        for resident in residents:
            for cause, side, items in (
                *self.between(resident),
                *self.rival_groups(resident),
                *self.exploitation_links(resident),
                *self.vulnerable(resident),
            ):
                yield Conflict(scheme.pk, Cause(cause), Side(side), resident, frozenset(items))
        for resident, items in self.same_group(residents):
            yield Conflict(scheme.pk, Cause.SAME_GROUP, Side.BOTH, resident, frozenset(items))
        for cause, side, items in (*self.people_of_concern(scheme), *self.excluded(scheme)):
            yield Conflict(scheme.pk, Cause(cause), Side(side), None, frozenset(items))

    def seen_from(self, somebody, row):
        """Who the other is in an association, and on which side, seen from one of the two; None for others' rows."""
        if row.case_id == somebody:
            return (row.other_id or row.person_id), row.direction
        if somebody in (row.other_id, row.person_id):
            return row.case_id, OTHER_SIDE[row.direction]
        return None

    def between(self, resident):
        for row, seen in self.own():
            if seen[0] == resident:
                yield row.kind, seen[1], [row.pk]

    def own(self):
        """The young person's own associations, each seen from them."""
        for row in self.associations:
            for record in self.records:
                seen = self.seen_from(record, row)
                if seen:
                    yield row, seen

    def groups_of(self, *records):
        return [row for row in self.affiliations if row.case_id in records]

    def rival_groups(self, resident):
        for own in self.groups_of(*self.records):
            for theirs in self.groups_of(resident):
                for rivalry in self.rivalries:
                    if {rivalry.group_id, rivalry.rival_id} == {own.group_id, theirs.group_id}:
                        yield "rival_groups", "both", [own.pk, rivalry.pk, theirs.pk]

    def same_group(self, residents):
        for own in self.groups_of(*self.records):
            alike = [
                (resident, theirs)
                for resident in residents
                for theirs in self.groups_of(resident)
                if theirs.group_id == own.group_id
            ]
            if len({self.person_of(resident) for resident, _ in alike}) + 1 > MOST_OF_ONE_GROUP:
                for resident, theirs in alike:
                    yield resident, [own.pk, theirs.pk, own.group_id]

    def exploitation_links(self, resident):
        for own, seen in self.own():
            if own.kind not in OFFENDING_TOGETHER:
                continue
            between, side = seen
            for hop in self.associations:
                theirs = self.seen_from(resident, hop)
                if not theirs or hop.kind not in OFFENDING_TOGETHER or theirs[0] != between:
                    continue
                exploits_them = own.kind == "exploits" and side in ("from", "both")
                exploits_resident = hop.kind == "exploits" and theirs[1] in ("from", "both")
                items = [own.pk, hop.pk] + ([own.person_id] if own.person_id else [])
                if exploits_them and exploits_resident:
                    yield "exploitation_link", "both", items
                elif exploits_them:
                    yield "exploitation_link", "from", items
                elif exploits_resident:
                    yield "exploitation_link", "towards", items

    def vulnerable(self, resident):
        for own in self.markers:
            for theirs in self.markers:
                if own.case_id not in self.records or theirs.case_id != resident:
                    continue
                if theirs.kind in PUTS_AT_RISK.get(own.kind, ()):
                    yield "vulnerable", "towards", [own.pk, theirs.pk]
                if own.kind in PUTS_AT_RISK.get(theirs.kind, ()):
                    yield "vulnerable", "from", [own.pk, theirs.pk]

    def people_of_concern(self, scheme):
        for place in self.found_at:
            if not is_the_place(scheme, place.scheme_id, place.district, place.address):
                continue
            for row in self.associations:
                if row.case_id in self.records and row.person_id == place.person_id:
                    yield "person_of_concern", row.direction, [row.pk, place.person_id, place.pk]
            for somebody in self.of_concern:
                for own in self.groups_of(*self.records):
                    for rivalry in self.rivalries:
                        rivals = {rivalry.group_id, rivalry.rival_id} == {own.group_id, somebody.group_id}
                        if somebody.pk == place.person_id and rivals:
                            yield "rival_of_concern", "both", [own.pk, rivalry.pk, somebody.pk, place.pk]

    def excluded(self, scheme):
        for area in self.areas:
            if area.shape == "radius":
                inside = metres(scheme, area) <= area.metres
            else:
                inside = is_the_place(scheme, area.scheme_id, area.district, area.address)
            if inside:
                yield "excluded", "from", [area.pk]


def is_the_place(scheme, other, district, address):
    """Whether it is that scheme, or its address has that postcode district, or begins with that house and street."""
    if other == scheme.pk:
        return True
    house_and_street, postcode = scheme.address.split(", London ")
    if district:
        return postcode.split(" ")[0] == district
    return bool(address) and " ".join(address.lower().split()) == house_and_street.lower()


def metres(scheme, area):
    """The distance on a sphere of 6,371 km, the long way round."""
    here, there = math.radians(scheme.latitude), math.radians(area.latitude)
    east = math.radians(area.longitude - scheme.longitude)
    cosine = math.sin(here) * math.sin(there) + math.cos(here) * math.cos(there) * math.cos(east)
    return 6_371_000 * math.acos(min(1, cosine))
