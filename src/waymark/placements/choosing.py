"""The schemes that a referral may be passed to, as choices: those on the list first, then those with a free unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from waymark.accommodation.models import Scheme, Unit
from waymark.accommodation.vacancies import london_day, standing_of
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.govuk.fields import Option as Choice
from waymark.placements.models import Option
from waymark.referrals.models import Referral, SectionVersion
from waymark.referrals.questions import Answers
from waymark.referrals.sections import REQUEST


@dataclass(frozen=True, slots=True)
class Choices:
    """Schemes to choose from. `on_the_list` are those that Placements put there, `free` counts units by scheme.

    `day` is the day on which units are counted: free from then until further notice.
    """

    schemes: Mapping[str, Scheme]
    on_the_list: frozenset[UUID]
    free: Mapping[UUID, int]
    day: date

    def scheme(self, key: str) -> Scheme:
        """The scheme that was chosen."""
        return self.schemes[key]

    @property
    def listed(self) -> list[Scheme]:
        """What Placements put on the list, of those that can be chosen."""
        return [scheme for scheme in self.schemes.values() if scheme.pk in self.on_the_list]

    def options(self) -> list[Choice]:
        """As choices of a form, in their order."""
        return [Choice(key, self._words(scheme)) for key, scheme in self.schemes.items()]

    def _words(self, scheme: Scheme) -> str:
        number = self.free.get(scheme.pk, 0)
        free = f"{number or 'no'} {'unit' if number == 1 else 'units'} free"
        listed = "on the list, " if scheme.pk in self.on_the_list else ""
        return f"{scheme.name}, {scheme.provider.name} ({listed}{free})"


def to_choose_from(actor: Actor, referral: Referral, schemes: Iterable[Scheme], clock: Clock = system_clock) -> Choices:
    """The schemes as choices, the likeliest first: on the list, then with a free unit, then by name."""
    known = list(schemes)
    listed = Option.objects.visible_to(actor).there().filter(referral=referral).values_list("scheme_id", flat=True)
    on_the_list = frozenset(listed)
    now = clock.now()
    day = needed_from(what_is_asked_for(actor, referral), london_day(now))
    units = Unit.objects.visible_to(actor).filter(scheme__in=known).select_related("scheme")
    rows = standing_of(units, day=day, now=now)
    free = Counter(row.unit.scheme_id for row in rows if row.open_from is not None and row.open_from <= day)
    known.sort(key=lambda scheme: (scheme.pk not in on_the_list, not free[scheme.pk], scheme.name, str(scheme.pk)))
    return Choices({str(scheme.pk): scheme for scheme in known}, on_the_list, free, day)


def what_is_asked_for(actor: Actor, referral: Referral) -> Answers:
    """The newest answers of the placement request, as far as the actor may read them (REF-03)."""
    found = SectionVersion.objects.visible_to(actor).filter(referral=referral, section=REQUEST.key)
    newest = found.order_by("-number").first()
    return newest.answers if newest else {}


def needed_from(said: Answers, today: date) -> date:
    """The day from which a place is needed: that of the request, unless it is over or was not said."""
    day = said.get("needed_from")
    return max(date.fromisoformat(day), today) if isinstance(day, str) and day else today
