"""Groups, people of concern, and what is known between the young people of the made-up borough.

Enough that a search for a setting shows something of each kind: for those who wait for a home most of all. It draws
from a stream of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from waymark.accommodation.areas import district_in
from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.clock import Clock
from waymark.demo.simulation import Part
from waymark.demo.simulation.world import Resident
from waymark.risks import services
from waymark.risks.models import AssociationKind, Direction, Group, MarkerKind, PersonOfConcern, Shape, Strength

GROUPS = ("Basin", "Tollgate", "Ferry Road", "Mill Lane")
RIVALS = ((0, 1), (2, 3), (1, 2))
OF_CONCERN = (("Corin Vasey", "Vee", 1), ("Dale Ruskin", "", None), ("Orrin Slade", "O", 3))
EXCLUDED = "Her cousin was attacked there in the spring, and those who did it still meet outside the chicken shop."
BETWEEN = (
    (AssociationKind.CONFLICT, Direction.BOTH, "A fight at the bus stop. Neither will say what it was about."),
    (AssociationKind.INCIDENT, Direction.BOTH, "A door was kicked in at the last place they both lived."),
    (AssociationKind.CO_EXPLOITED, Direction.BOTH, "Found together at a flat out of the borough, twice."),
    (AssociationKind.EXPLOITS, Direction.FROM, "Owes money for a phone, and carries to pay it off."),
    (AssociationKind.CO_OFFENDS, Direction.BOTH, "Stopped together on a moped."),
    (AssociationKind.NOT_TOGETHER, Direction.BOTH, "Asked for by both of their workers."),
    (AssociationKind.SEXUAL_HARM, Direction.FROM, "Told her teacher what happened at school."),
    (AssociationKind.POSITIVE, Direction.BOTH, "Boxing club together. Calm when they are with each other."),
)
MARKERS = (
    (MarkerKind.VULNERABLE_TO_EXPLOITATION, "Says yes to whoever is kind."),
    (MarkerKind.VIOLENCE, "Twice, after being woken at night. Knocking first helps."),
    (MarkerKind.SEXUAL_HARM, "Towards younger girls. Works with a specialist since the summer."),
    (MarkerKind.VULNERABLE_TO_SEXUAL_HARM, "Harmed by somebody she lived with."),
    (MarkerKind.ARSON, "Bins, at thirteen. None since."),
    (MarkerKind.EXPLOITS_OTHERS, "Has asked others in the house to hold packages."),
    (MarkerKind.VULNERABLE_TO_VIOLENCE, "Bullied at the last two places."),
)


def tell_risks(part: Part, cases: Mapping[str, Case], authority: Case, *, actor: Actor, clock: Clock) -> None:
    """Store the registers, and what is known of some who live in a scheme and of those who wait for a home."""
    _Teller(part, cases, authority, actor, clock).tell()


class _Teller:
    def __init__(self, part: Part, cases: Mapping[str, Case], authority: Case, actor: Actor, clock: Clock) -> None:
        self.random = Random(f"{part.block.borough.id}/{part.block.number}/risks")
        self.cases, self.authority, self.actor, self.clock = cases, authority, actor, clock
        known = [one for one in part.residents if one.id in cases]
        self.living = [one for one in known if any(stay.ended_at is None for stay in one.stays)]
        self.waiting = [one for one in known if not one.stays]
        self.schemes: Sequence[Scheme] = list(Scheme.objects.order_by("name", "pk"))
        self.random.shuffle(self.living)
        worked_with = {one.case for one in part.involvements if one.role in ("gangs_team", "gangs_coordinator")}
        self.living.sort(key=lambda one: one.id not in worked_with)  # the specialists have something to look at

    def tell(self) -> None:
        """Everything, in an order that does not change."""
        groups = self._groups()
        people = self._of_concern(groups)
        for place, resident in enumerate(self.living[: 3 * len(GROUPS)]):
            strength = Strength.SUSPECTED if place % 3 == 2 else Strength.CONFIRMED
            self._joins(resident, groups[place % len(groups)], strength)
        for place, resident in enumerate(self.living[6 : 6 + 2 * len(MARKERS)]):
            self._marker(resident, place)
        for place, resident in enumerate(self.waiting[:-1] + self.living[:4]):
            self._about(resident, place, groups, people)

    def _groups(self) -> list[Group]:
        said: dict[str, Any] = {"actor": self.actor, "clock": self.clock, "source": "Integrated Gangs Team"}
        groups = [services.add_group(authority=self.authority, name=name, **said) for name in GROUPS]
        for one, other in RIVALS:
            services.add_rivalry(group=groups[one], rival=groups[other], **said)
        return groups

    def _of_concern(self, groups: Sequence[Group]) -> list[PersonOfConcern]:
        said: dict[str, Any] = {"actor": self.actor, "clock": self.clock, "source": "police"}
        people = []
        for place, (name, known_as, group) in enumerate(OF_CONCERN):
            person = services.add_person_of_concern(
                authority=self.authority,
                name=name,
                known_as=known_as,
                group=None if group is None else groups[group],
                **said,
            )
            services.add_place_of(person=person, scheme=self.schemes[(4 * place + 1) % len(self.schemes)], **said)
            people.append(person)
        return people

    def _about(self, resident: Resident, place: int, groups: Sequence[Group], people: list[PersonOfConcern]) -> None:
        """What a search for them is to meet: others, a group, somebody of concern, and where they must not live."""
        case = self.cases[resident.id]
        self._exclude(case, place)
        self._marker(resident, place)
        for number in range(3):
            kind, direction, note = BETWEEN[(3 * place + number) % len(BETWEEN)]
            near = self.living[: 12 if number % 2 else len(self.living)]
            other = self.random.choice([one for one in near if one is not resident])
            self._between(case, kind, direction, note, other=self.cases[other.id])
        if place % 2:
            self._joins(resident, groups[place % len(groups)], Strength.CONFIRMED)
        else:
            concern = people[place // 2 % len(people)]
            note = "Picks them up in a grey car."
            self._between(case, AssociationKind.EXPLOITS, Direction.FROM, note, person=concern)

    def _exclude(self, case: Case, place: int) -> None:
        scheme = self.schemes[place % len(self.schemes)]
        places: list[dict[str, Any]] = [
            {"shape": Shape.DISTRICT, "district": scheme.area or district_in(scheme.address)},
            {
                "shape": Shape.RADIUS,
                "label": "the bus garage",
                "latitude": scheme.latitude,
                "longitude": scheme.longitude,
                "metres": 700,
            },
            {"shape": Shape.SCHEME, "scheme": scheme},
            {"shape": Shape.ADDRESS, "address": "14 Harrow Yard", "outside": True},
        ]
        said = places[place % len(places)]
        new = services.NewExclusion(case=case, why=EXCLUDED, source="Integrated Gangs Team", **said)
        services.exclude_area(new, actor=self.actor, clock=self.clock)

    def _joins(self, resident: Resident, group: Group, strength: Strength) -> None:
        services.record_affiliation(
            actor=self.actor,
            case=self.cases[resident.id],
            group=group,
            strength=strength,
            source="Integrated Gangs Team",
            clock=self.clock,
        )

    def _marker(self, resident: Resident, place: int) -> None:
        kind, note = MARKERS[place % len(MARKERS)]
        services.record_marker(
            actor=self.actor,
            case=self.cases[resident.id],
            kind=kind,
            note=note,
            source="social worker",
            clock=self.clock,
        )

    def _between(
        self,
        case: Case,
        kind: AssociationKind,
        direction: Direction,
        note: str,
        *,
        other: Case | None = None,
        person: PersonOfConcern | None = None,
    ) -> None:
        new = services.NewAssociation(
            case=case, other=other, person=person, kind=kind, direction=direction, note=note, source="police"
        )
        services.record_association(new, actor=self.actor, clock=self.clock)
