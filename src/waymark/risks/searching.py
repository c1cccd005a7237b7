"""Looking for a setting: every scheme with a free unit for the nights, with what speaks for and against it.

`options` gives the choices with their reasons, at the level of whoever asks; a page lists them, and may put a button
beside each (a shortlist, an offer). Each search is on the trail: who looked, for whom, for which nights.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q

from waymark.accommodation.models import Occupancy, Scheme, Unit
from waymark.accommodation.rules import works_with
from waymark.cases.models import Case
from waymark.core import formats, trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.people.models import YoungPerson
from waymark.risks.matching import Shown, match, show
from waymark.risks.matching.showing import CLEAR
from waymark.risks.models import ExcludedArea
from waymark.risks.places import metres_between

ADULT = 18
METRES_IN_A_KILOMETRE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for. `first` is the first night, `until` the day of leaving (None: until further notice).

    What is left empty is not asked for. `areas` are postcode districts; `near` is a scheme, `kilometres` how far from
    it is not too far; `gender` is `women` or `men`, for homes that are only for one of them.
    """

    first: date
    until: date | None = None
    need_level: str = ""
    kinds: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    near: Scheme | None = None
    kilometres: float | None = None
    accessibility: frozenset[str] = frozenset()
    gender: str = ""
    staffing: str = ""

    @property
    def nights(self) -> DateRange:
        """The nights as a range."""
        return DateRange(self.first, self.until)


@dataclass(frozen=True, slots=True)
class Option:
    """A scheme with free units, and what speaks for and against it, for this young person and reader.

    `to_check` is what nobody but people can answer. `metres` is the distance from where it is to be near; None where
    that is not asked or not known.
    """

    scheme: Scheme
    units: Sequence[Unit]
    speaks_for: Sequence[str]
    speaks_against: Sequence[str]
    to_check: Sequence[str]
    risk: Shown
    metres: float | None

    @property
    def order(self) -> tuple[object, ...]:
        """The fewest reasons against first, then the nearest, then by name: nothing that the reader is not shown."""
        against = len(self.speaks_against) + len(self.risk.causes) + bool(self.risk.warning)
        far = float("inf") if self.metres is None else self.metres
        return against, far, self.scheme.name, str(self.scheme.pk)


@service
def options(
    *,
    actor: Actor,
    case: Case,
    wanted: Wanted,
    schemes: Collection[UUID] | None = None,
    clock: Clock = system_clock,
) -> list[Option]:
    """The schemes with a unit free on all of the nights, the best first, among those that work with the actor.

    A provider's manager is given their own schemes. Whoever asks must be allowed to match, and read risks there.
    Risk is matched for whole calendar months: no search tells on which day somebody moves in or out.
    """
    actor.require(Permission.MATCH_SETTINGS, ExcludedArea(case=case, category=Category.RISK))
    asked = Scheme.objects.filter(works_with(actor)).select_related("provider")
    if schemes is not None:
        asked = asked.filter(pk__in=schemes)
    known = list(asked)
    free = _free_units(known, wanted, clock)
    found = [scheme for scheme in known if scheme.pk in free]
    conflicts = match(case, nights=whole_months(wanted.nights), schemes=[scheme.pk for scheme in found], clock=clock)
    shown = show(conflicts, actor=actor)
    judge = _Judge(YoungPerson.objects.get(case=case), wanted)
    chosen = [judge.option(scheme, free[scheme.pk], shown.get(scheme.pk, CLEAR)) for scheme in found]
    named = {person for one in shown.values() for person in one.named}
    trail.searched(
        actor,
        "accommodation.Scheme",
        purpose="matching",
        cases={case.pk, *named},
        first=wanted.first.isoformat(),
        until=wanted.until.isoformat() if wanted.until else "",
        options=len(chosen),
    )
    return sorted(chosen, key=lambda option: option.order)


def whole_months(nights: DateRange) -> DateRange:
    """The calendar months that the nights touch."""
    last = nights.upper
    if last is not None and last.day > 1:
        last = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return DateRange(nights.lower.replace(day=1), last)


def _free_units(schemes: Sequence[Scheme], wanted: Wanted, clock: Clock) -> dict[UUID, list[Unit]]:
    """The units that nobody and nothing holds on any of the nights, turnaround included, by scheme."""
    nights = (wanted.first, wanted.until)
    held = Occupancy.objects.counting(clock.now()).filter(unit=OuterRef("pk"))
    taken = held.filter(Q(held__overlap=nights) | Q(nights__overlap=nights))
    found: dict[UUID, list[Unit]] = {}
    for unit in Unit.objects.filter(~Exists(taken), scheme__in=schemes).select_related("scheme").order_by("label"):
        found.setdefault(unit.scheme_id, []).append(unit)
    return found


@dataclass(frozen=True, slots=True)
class _Judge:
    """Says what speaks for and against a scheme."""

    person: YoungPerson
    wanted: Wanted

    def option(self, scheme: Scheme, units: Sequence[Unit], risk: Shown) -> Option:
        """One choice with its reasons."""
        said = [*self._need(scheme, units), *self._place(scheme), *self._people(scheme, units), *self._access(units)]
        words = {sort: [text for kind, text in said if kind == sort] for sort in ("for", "against", "check")}
        metres = self._metres(scheme)
        return Option(scheme, units, words["for"], words["against"], words["check"], risk, metres)

    def _need(self, scheme: Scheme, units: Sequence[Unit]) -> Iterator[tuple[str, str]]:
        level = self.wanted.need_level
        if level:
            fits = [unit for unit in units if unit.need_level == level]
            known = any(unit.need_level for unit in units)
            if fits:
                yield "for", f"Support for {level} need"
            elif known:
                yield "against", f"No free unit for {level} need"
            else:
                yield "check", "Its level of need is not recorded"
        yield from self._staffing(scheme)
        if self.wanted.kinds:
            if scheme.kind in self.wanted.kinds:
                yield "for", scheme.get_kind_display()
            else:
                yield (
                    "against",
                    f"{scheme.get_kind_display()}: not what was asked for" if scheme.kind else "Kind not known",
                )

    def _staffing(self, scheme: Scheme) -> Iterator[tuple[str, str]]:
        if not self.wanted.staffing:
            return
        if scheme.staffing == self.wanted.staffing:
            yield "for", scheme.get_staffing_display()
        elif scheme.staffing:
            yield "against", f"{scheme.get_staffing_display()}: not what was asked for"
        else:
            yield "check", "When staff are there is not recorded"

    def _place(self, scheme: Scheme) -> Iterator[tuple[str, str]]:
        if self.wanted.areas:
            if scheme.area in self.wanted.areas:
                yield "for", f"In {scheme.area}"
            else:
                yield (
                    "against",
                    f"In {scheme.area or 'an area that is not recorded'}, not in {_listed(self.wanted.areas)}",
                )
        if scheme.host_authority:
            yield "check", f"Outside the borough, in {scheme.host_authority}"
        metres, far = self._metres(scheme), self.wanted.kilometres
        if self.wanted.near is not None and metres is None:
            yield "check", "Where it is has not been recorded, so its distance is not known"
        elif metres is not None:
            near_enough = far is None or metres <= far * METRES_IN_A_KILOMETRE
            yield "for" if near_enough else "against", f"{metres / METRES_IN_A_KILOMETRE:.1f} km away"

    def _people(self, scheme: Scheme, units: Sequence[Unit]) -> Iterator[tuple[str, str]]:
        age = self.person.age_on(self.wanted.first)
        low, high = scheme.lowest_age, scheme.highest_age
        if (low is not None and age < low) or (high is not None and age > high):
            yield "against", f"Takes {_ages(low, high)}: they are {age} on {formats.day(self.wanted.first)}"
        elif low is not None or high is not None:
            yield "for", f"Takes {_ages(low, high)}"
        if age < ADULT and not scheme.ofsted_number:
            yield "check", "No Ofsted number is recorded, and they are under 18"
        limits = {unit.gender for unit in units}
        if "" in limits:
            return
        if not self.wanted.gender:
            yield "check", f"For young {' or '.join(sorted(limits))} only"
        elif self.wanted.gender in limits:
            yield "for", f"For young {self.wanted.gender} only"
        else:
            yield "against", f"For young {' or '.join(sorted(limits))} only"

    def _access(self, units: Sequence[Unit]) -> Iterator[tuple[str, str]]:
        if not self.wanted.accessibility:
            return
        lacking = min((self.wanted.accessibility - set(unit.accessibility) for unit in units), key=len)
        if lacking:
            yield "against", f"Not recorded as {_listed(one.replace('_', ' ') for one in lacking)}"
        else:
            yield "for", "Has what they need to get about"

    def _metres(self, scheme: Scheme) -> float | None:
        near = self.wanted.near
        if near is None:
            return None
        known = (near.latitude, near.longitude, scheme.latitude, scheme.longitude)
        if None in known:
            return None
        return metres_between(*known)  # type: ignore[arg-type]


def _listed(names: object) -> str:
    return ", ".join(sorted(names))  # type: ignore[call-overload]


def _ages(low: int | None, high: int | None) -> str:
    if low is None:
        return f"up to {high}"
    return f"{low} to {high}" if high is not None else f"{low} and over"
