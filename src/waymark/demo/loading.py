"""Puts a simulated borough into the database, through the same services that people's screens use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied

from waymark.access.models import Agency, AgencyKind, Involvement, Membership, Team
from waymark.access.services import add_agency, add_member, add_team, involve_many
from waymark.accommodation.models import Unit
from waymark.accommodation.services import add_holds, add_provider, add_scheme, add_voids
from waymark.cases.models import Case, Kind
from waymark.cases.services import open_case
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.services import service
from waymark.demo.describing import describe
from waymark.demo.occupancy import Occupied, about_scheme
from waymark.demo.referring import add_unplaced, write_referrals
from waymark.demo.risks import tell_risks
from waymark.demo.simulation import Part, Simulation
from waymark.demo.simulation import world as made_up
from waymark.demo.walking_in import log_walk_ins
from waymark.duties.adopting import adopt_proposal, propose
from waymark.duties.engine.calendar import local_date
from waymark.events.services import NewEvent, record_many
from waymark.people.services import NewYoungPerson, add_young_people
from waymark.people.statuses import FACTS, STATUS
from waymark.setup import paths

PACK = paths.ROOT / "protocols" / "islington.toml"
EVENTS_AT_A_TIME = 4_000
AGENCY_KINDS = {"council": AgencyKind.LOCAL_AUTHORITY, "police": AgencyKind.POLICE, "provider": AgencyKind.PROVIDER}
LOOKED_AT_AGO = timedelta(weeks=5)
NOT_LOOKED_AT = 9
"""Every ninth member has not been looked at."""
PLACES = ("scheme", "provider", "borough")
"""Refs that name a case."""

Progress = Callable[[str], None]


@dataclass(slots=True)
class Loaded:
    """How much was loaded."""

    young_people: int = 0
    members: int = 0
    events: int = 0


@service
def load(simulation: Simulation, *, tell: Progress, clock: Clock = system_clock) -> Loaded:
    """Load the whole borough in one transaction, so that a demo that is cut short leaves nothing half done.

    `tell` is called with a line for each long step. Raises `PermissionDenied` where this is not a demo.
    """
    if not settings.DEMO:
        raise PermissionDenied("A made-up borough is loaded only where WAYMARK_DEMO is on.")
    loader = Loader(simulation, Actor.system("demo borough"), clock)
    for number, part in enumerate(simulation.parts(), start=1):
        loader.load_organisation(part)
        loader.load_people(part)
        loader.describe_people(part)
        loader.load_occupancy(part)
        if simulation.scale == 1:
            tell(f"  {loader.loaded.young_people:,} young people and {loader.loaded.members:,} members of staff")
        for total in loader.load_events(part):
            if simulation.scale == 1:
                tell(f"  {total:,} events, and the duties that follow from them")
        loader.load_referrals(part)
        if simulation.scale > 1:
            people, events = loader.loaded.young_people, loader.loaded.events
            tell(f"  part {number} of {simulation.scale}: {people:,} young people, {events:,} events and their duties")
    return loader.loaded


@dataclass(slots=True)
class Loader:
    """Turns simulated things into stored ones, and remembers which became which."""

    simulation: Simulation
    actor: Actor
    clock: Clock
    loaded: Loaded = field(default_factory=Loaded)
    cases: dict[str, Case] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    members: dict[str, Membership] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    administered: set[str] = field(default_factory=set)

    def load_organisation(self, part: Part) -> None:
        """The borough and its protocol (once), agencies, teams, staff, providers and schemes."""
        block = part.block
        if block.head is None:
            self._borough(block.borough)
        for agency in block.agencies:
            if agency.id not in self.agencies and agency.kind != "provider":
                self._agency(agency, block.borough)
        for provider in block.providers:
            self._provider(provider)
        for team in block.teams:
            if team.id not in self.teams:
                self._team(team, block.borough)
        for scheme in block.schemes:
            self._scheme(scheme)
        for member in block.members:
            self._member(member, block.borough.adopted_at)
        self._look_at_most()

    def load_people(self, part: Part) -> None:
        """Young people with a record, and who works on which case."""
        borough = self.cases[part.block.borough.id]
        known = [resident for resident in part.residents if part.events[resident.id]]
        new = [
            NewYoungPerson(
                authority=borough,
                given_name=resident.first_name,
                family_name=resident.last_name,
                date_of_birth=resident.date_of_birth,
                starts_at=min(event.occurred_at for event in part.events[resident.id]),
            )
            for resident in known
        ]
        people = add_young_people(new, actor=self.actor, clock=self.clock)
        self.cases.update((resident.id, person.case) for resident, person in zip(known, people, strict=True))
        self.loaded.young_people += len(people)
        wanted = [self._involvement(one) for one in (*part.place_involvements, *part.involvements)]
        involve_many(wanted, actor=self.actor)

    def describe_people(self, part: Part) -> None:
        """Their statuses over time, as their facts tell; and of a few what they say of themselves."""
        facts = {
            identifier: [(local_date(event.occurred_at), str(event.data[STATUS])) for event in _about_status(events)]
            for identifier, events in part.events.items()
        }
        known = [(resident, self.cases[resident.id]) for resident in part.residents if resident.id in self.cases]
        few = known if self.simulation.scale == 1 else []
        describe(known, few, facts, actor=self.actor, clock=self.clock)

    def load_occupancy(self, part: Part) -> None:
        """Who lives where, what is reserved or out of service, and why units are empty."""
        occupied = Occupied(part, self.units, self.cases, self.clock.now())
        add_holds(list(occupied.holds()), actor=self.actor, clock=self.clock)
        add_voids(list(occupied.voids()), actor=self.actor, clock=self.clock)
        if self.simulation.scale == 1:
            borough = self.cases[part.block.borough.id]
            tell_risks(part, self.cases, borough, actor=self.actor, clock=self.clock)

    def load_events(self, part: Part) -> Iterable[int]:
        """Record what happened, whole cases together; gives the running total after each batch."""
        batch: list[NewEvent] = []
        for events in part.events.values():
            batch += [self._event(event) for event in events]
            if len(batch) >= EVENTS_AT_A_TIME:
                yield self._record(batch)
                batch = []
        if batch:
            yield self._record(batch)

    def load_referrals(self, part: Part) -> None:
        """What the referrals under way say, and in the first block somebody who waits for the first step."""
        cases = [self.cases[resident.id] for resident in part.residents if part.events[resident.id]]
        write_referrals(cases, actor=self.actor, clock=self.clock)
        if part.block.head is None:
            workers = [
                member for member in part.block.with_role("social_worker") if "Next Steps" in self._team_of(member)
            ]
            worker = self.members[min(workers, key=lambda member: member.name).id]
            add_unplaced(self.cases[part.block.borough.id], worker, actor=self.actor, clock=self.clock)
            self.loaded.young_people += 1
            keyworkers = sorted(part.block.with_role("housing_keyworker"), key=lambda member: member.name)
            log_walk_ins([self.members[member.id] for member in keyworkers], clock=self.clock)

    def _team_of(self, member: made_up.Member) -> str:
        return self.teams[member.team].name if member.team else ""

    def _record(self, batch: list[NewEvent]) -> int:
        self.loaded.events += len(record_many(batch, actor=self.actor, clock=self.clock).stored)
        return self.loaded.events

    def _borough(self, borough: made_up.Borough) -> None:
        case = open_case(
            actor=self.actor, kind=Kind.BOROUGH, authority=None, starts_at=borough.adopted_at, clock=self.clock
        )
        self.cases[borough.id] = case
        starts_on = borough.adopted_at.date().replace(day=1)
        proposal = propose(authority=case, content=PACK.read_bytes(), file=PACK.name, starts_on=starts_on)
        adopt_proposal(proposal, actor=self.actor, clock=self.clock)

    def _agency(self, agency: made_up.Agency, borough: made_up.Borough) -> None:
        case = self.cases[borough.id] if agency.kind == "council" else None
        kind = AGENCY_KINDS[agency.kind]
        self.agencies[agency.id] = add_agency(actor=self.actor, name=agency.name, kind=kind, case=case)

    def _team(self, team: made_up.Team, borough: made_up.Borough) -> None:
        self.teams[team.id] = add_team(
            actor=self.actor,
            agency=self.agencies[team.agency],
            name=team.name,
            role=team.role,
            borough=self.cases[borough.id],
        )

    def _provider(self, provider: made_up.Provider) -> None:
        stored = add_provider(
            actor=self.actor,
            authority=next(iter(self.cases.values())),
            name=provider.name,
            block_contract=provider.block_contract,
            several_tiers=provider.several_tiers,
        )
        self.cases[provider.id] = stored.case
        self.agencies[provider.agency.id] = stored.agency

    def _scheme(self, scheme: made_up.Scheme) -> None:
        stored = add_scheme(
            actor=self.actor,
            provider=self.cases[scheme.provider.id].provider,
            name=scheme.name,
            address=scheme.address,
            curfew_capable=scheme.curfew_capable,
            units=[unit.name for unit in scheme.units],
            **about_scheme(scheme),
        )
        self.cases[scheme.id] = stored.case
        by_label = {unit.label: unit for unit in stored.units.all()}
        self.units.update((unit.id, by_label[unit.name]) for unit in scheme.units)

    def _member(self, member: made_up.Member, since: datetime) -> None:
        self.members[member.id] = add_member(
            actor=self.actor,
            name=member.name,
            email=member.email,
            agency=self.agencies[member.agency],
            role=member.role,
            team=self.teams[member.team] if member.team else None,
            starts_at=member.joined_at or since,
            administers=member.agency not in self.administered,
        )
        self.administered.add(member.agency)  # the first of each agency: its manager, where it has one
        self.loaded.members += 1

    def _look_at_most(self) -> None:
        """Most people were looked at some weeks ago ("still right?"); the others are due for it."""
        looked_at = [member.pk for place, member in enumerate(self.members.values()) if place % NOT_LOOKED_AT]
        weeks_ago = self.clock.now() - LOOKED_AT_AGO
        Membership.objects.filter(pk__in=looked_at, starts_at__lt=weeks_ago).update(reviewed_at=weeks_ago)

    def _involvement(self, one: made_up.Involvement) -> Involvement:
        return Involvement(
            case=self.cases[one.case],
            role=one.role,
            membership=self.members[one.member] if one.member else None,
            team=self.teams[one.team] if one.team else None,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
        )

    def _event(self, event: made_up.Event) -> NewEvent:
        return NewEvent(
            id=UUID(event.id),
            type=event.type,
            case=self.cases[event.case],
            occurred_at=event.occurred_at,
            recorded_at=event.recorded_at,
            recorded_by=self.members[event.member].pk if event.member else None,
            by=event.by,
            refs={kind: self._stored(ref) if kind in PLACES else ref for kind, ref in event.refs.items()},
            data=self._data(event.data),
        )

    def _data(self, data: dict[str, Any]) -> dict[str, Any]:
        """The data of an event with the stored cases in place of the simulated ones."""
        if "young_people" in data:
            return data | {"young_people": [self._stored(case) for case in data["young_people"]]}
        if "young_person" in data:
            return data | {"young_person": self._stored(data["young_person"])}
        return data

    def _stored(self, case: str) -> str:
        return str(self.cases[case].pk)


def _about_status(events: Iterable[made_up.Event]) -> list[made_up.Event]:
    """What was recorded of a young person's status."""
    return [event for event in events if event.type == FACTS and STATUS in event.data]
