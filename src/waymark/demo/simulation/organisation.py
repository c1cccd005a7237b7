"""Who works in the demo borough and where its young people live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from waymark.demo.simulation import names
from waymark.demo.simulation.worktime import local_day, moment, months_later, working_day_on_or_after
from waymark.demo.simulation.world import Agency, Borough, Member, Provider, Scheme, Team, Unit, identifier

HISTORY_MONTHS = 14
KEYWORKER_CASELOAD = 8

# One row a scheme: kind, cover, need level, units. 14 schemes of 6 providers, 140 units.
PROVIDER_SHAPES: tuple[tuple[bool, bool, tuple[tuple[str, str, str, int], ...]], ...] = (
    (
        True,
        False,
        (
            ("hostel", "24_hour", "high", 14),
            ("foyer", "24_hour", "medium", 16),
            ("shared", "visiting", "low", 6),
        ),
    ),
    (
        True,
        False,
        (
            ("foyer", "24_hour", "medium", 14),
            ("shared", "visiting", "low", 6),
            ("self_contained", "visiting", "low", 10),
        ),
    ),
    (True, False, (("assessment_centre", "24_hour", "high", 12), ("hostel", "24_hour", "medium", 12))),
    (False, False, (("shared", "24_hour", "high", 8), ("self_contained", "visiting", "high", 8))),
    (False, True, (("shared", "visiting", "medium", 8), ("shared", "24_hour", "medium", 8))),
    (False, False, (("self_contained", "visiting", "low", 8), ("foyer", "24_hour", "medium", 10))),
)
SCHEMES_EACH_BLOCK = sum(len(shape[2]) for shape in PROVIDER_SHAPES)
LATE_OPENING = SCHEMES_EACH_BLOCK - 1
"""The last scheme of each block opens some weeks into the history."""

# Role, job title, team, how many. Those of the first table serve the whole borough, however large.
BOROUGH_POSTS = (
    ("head_of_service", "Head of Service, Children's Social Care", "leadership", 1),
    ("service_manager", "Service Manager, Next Steps leaving care", "leadership", 1),
    ("gangs_coordinator", "Gangs Safeguarding Coordinator", "gangs", 1),
    ("temporary_accommodation", "Temporary accommodation officer", "temporary_accommodation", 1),
    ("any_professional", "Exploitation, missing and trafficking coordinator", "exploitation", 1),
)
LATER_POSTS = (("data_protection_lead", "Data protection lead", "information_governance", 1),)
"""Posts that came later: who fills them changes nothing about anybody else."""
BLOCK_POSTS = (
    ("social_worker", "Social worker", "children_in_need", 1),
    ("social_worker", "Social worker", "looked_after", 1),
    ("social_worker", "Young person's adviser", "leaving_care", 6),
    ("deputy_team_manager", "Deputy team manager", "looked_after", 1),
    ("deputy_team_manager", "Deputy team manager", "leaving_care", 1),
    ("placements_team", "Placements officer", "placements", 2),
    ("sp_referrals", "SP Referrals officer", "sp_referrals", 2),
    ("commissioning", "Commissioning officer", "commissioning", 2),
    ("gangs_team", "Gangs worker", "gangs", 3),
    ("yos_worker", "Youth Offending Service worker", "yos", 2),
    ("duty_team", "Emergency Duty Team social worker", "duty", 2),
    ("iro", "Independent Reviewing Officer", "reviewing", 1),
    ("police", "Police officer, gangs unit", "gangs_police", 2),
    ("safer_neighbourhood", "Safer Neighbourhoods officer", "safer_neighbourhoods", 4),
)
TEAMS = {
    "leadership": ("Children's Services leadership", "head_of_service"),
    "children_in_need": ("Children in Need team", "social_worker"),
    "looked_after": ("Children Looked After team", "social_worker"),
    "leaving_care": ("Next Steps leaving care team", "social_worker"),
    "placements": ("Placements Team", "placements_team"),
    "sp_referrals": ("SP Referrals Team", "sp_referrals"),
    "commissioning": ("Commissioning Team", "commissioning"),
    "gangs": ("Integrated Gangs Team", "gangs_team"),
    "yos": ("Youth Offending Service", "yos_worker"),
    "duty": ("Emergency Duty Team", "duty_team"),
    "reviewing": ("Independent Reviewing Service", "iro"),
    "temporary_accommodation": ("Temporary Accommodation Team", "temporary_accommodation"),
    "exploitation": ("Exploitation and missing service", "any_professional"),
    "information_governance": ("Information governance", "data_protection_lead"),
    "gangs_police": ("Police gangs unit", "police"),
    "safer_neighbourhoods": ("Safer Neighbourhoods Team", "safer_neighbourhood"),
}
POLICE_TEAMS = ("gangs_police", "safer_neighbourhoods")


@dataclass(slots=True)
class Block:
    """One share of the borough: six providers, fourteen schemes and the staff around them.

    A borough of scale 1 is one block. `members` holds everyone by role; `head` is the first block, whose few
    borough-wide posts all blocks share.
    """

    number: int
    borough: Borough
    agencies: list[Agency] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    providers: list[Provider] = field(default_factory=list)
    schemes: list[Scheme] = field(default_factory=list)
    head: Block | None = None

    def with_role(self, role: str) -> list[Member]:
        """Everyone in this block in that role; borough-wide posts are found in the first block."""
        found = [member for member in self.members if member.role == role]
        if not found and self.head is not None:
            return self.head.with_role(role)
        return found

    def keyworkers(self, scheme: Scheme) -> list[Member]:
        """The keyworkers of one scheme."""
        return [member for member in self.members if member.role == "housing_keyworker" and scheme.id in member.schemes]

    def manager(self, provider: Provider) -> Member:
        """The manager of one provider."""
        return next(
            member for member in self.members if member.role == "provider_manager" and member.provider == provider.id
        )

    def officer(self, scheme: Scheme) -> Member:
        """The Safer Neighbourhoods officer who looks after one scheme."""
        officers = self.with_role("safer_neighbourhood")
        return officers[self.schemes.index(scheme) % len(officers)]

    @property
    def units(self) -> list[Unit]:
        """Every unit of the block, scheme by scheme."""
        return [unit for scheme in self.schemes for unit in scheme.units]


def history_begins(present: datetime) -> date:
    """The working day on which the borough adopted the protocol, fourteen months before the present."""
    return working_day_on_or_after(months_later(local_day(present), -HISTORY_MONTHS))


class Builder:
    """Makes one block of the borough from one stream of chance."""

    def __init__(self, number: int, *, seed: int, begins: date, head: Block | None) -> None:
        self.random = Random(f"{seed}/block/{number}")
        self.begins = begins
        self.key = (seed, number)
        self.taken: set[tuple[str, str]] = set()
        borough = head.borough if head else make_borough(seed, begins)
        self.block = Block(number=number, borough=borough, head=head)
        self._team_ids: dict[str, str] = {}

    def build(self) -> Block:
        """The block with its agencies, teams, staff, providers, schemes and units."""
        self._agencies()
        self._teams()
        if self.block.head is None:
            self._staff(BOROUGH_POSTS)
        self._staff(BLOCK_POSTS)
        for place, shape in enumerate(PROVIDER_SHAPES):
            self._provider(place, *shape)
        if self.block.head is None:
            drawn = self.random.getstate()
            self._staff(LATER_POSTS)
            self.random.setstate(drawn)
        return self.block

    def _agencies(self) -> None:
        seed = self.key[0]
        council = Agency(identifier(seed, "council"), names.COUNCIL, "council", names.COUNCIL_DOMAIN)
        police = Agency(identifier(seed, "police"), names.POLICE, "police", names.POLICE_DOMAIN)
        self.block.agencies = self.block.head.agencies[:2] if self.block.head else [council, police]

    def _teams(self) -> None:
        """Every team, numbered from the second block on; those of borough-wide posts are made once."""
        council, police = self.block.agencies[:2]
        number = self.block.number
        for key, (name, role) in TEAMS.items():
            if number and key not in {team for _, _, team, _ in BLOCK_POSTS}:
                continue
            team = Team(
                id=identifier(*self.key, "team", key),
                name=f"{name} {number + 1}" if number else name,
                agency=(police if key in POLICE_TEAMS else council).id,
                role=role,
            )
            self.block.teams.append(team)
            self._team_ids[key] = team.id

    def _staff(self, posts: tuple[tuple[str, str, str, int], ...]) -> None:
        for role, job, team, count in posts:
            agency = self.block.agencies[1 if team in POLICE_TEAMS else 0]
            for _ in range(count):
                self._member(role, job, agency, team=self._team_ids[team])

    def _member(
        self,
        role: str,
        job: str,
        agency: Agency,
        *,
        team: str | None = None,
        provider: Provider | None = None,
        schemes: tuple[str, ...] = (),
        joined_at: datetime | None = None,
    ) -> Member:
        given, family = names.given_and_family(self.random, self.taken)
        suffix = str(self.block.number) if self.block.number else ""
        shift = provider.punctuality if provider else 0.0
        member = Member(
            id=identifier(*self.key, "member", len(self.block.members)),
            name=f"{given} {family}",
            email=names.email(given, family, agency.domain, suffix),
            phone=names.mobile(self.random),
            agency=agency.id,
            role=role,
            job=job,
            team=team,
            punctuality=min(0.985, self.random.uniform(0.855, 0.96) + shift),
            thoroughness=min(0.995, self.random.uniform(0.972, 0.997)),
            provider=provider.id if provider else None,
            schemes=schemes,
            joined_at=joined_at,
        )
        self.block.members.append(member)
        return member

    def _provider(
        self, place: int, block_contract: bool, out_of_borough: bool, shapes: tuple[tuple[str, str, str, int], ...]
    ) -> None:
        number = self.block.number * len(PROVIDER_SHAPES) + place
        name = names.provider_name(number)
        agency = Agency(identifier(*self.key, "agency", place), name, "provider", names.domain_of(name))
        provider = Provider(
            id=identifier(*self.key, "provider", place),
            agency=agency,
            block_contract=block_contract,
            several_tiers=len({need for _, _, need, _ in shapes}) > 1,
            out_of_borough=out_of_borough,
            punctuality=(0.03, 0.0, -0.02, 0.01, -0.05, 0.02)[place],
        )
        self.block.agencies.append(agency)
        self.block.providers.append(provider)
        self.block.teams.append(
            Team(identifier(*self.key, "provider-team", place), f"{name} keyworkers", agency.id, "housing_keyworker")
        )
        self._member("provider_manager", "Service manager", agency, provider=provider)
        for shape in shapes:
            self._scheme(provider, *shape)
        self._keyworker("Relief keyworker", provider, (), self._joining_date(self.block.schemes[-1]))

    def _scheme(self, provider: Provider, kind: str, cover: str, need: str, size: int) -> None:
        place = len(self.block.schemes)
        opens = self.begins
        if place == LATE_OPENING:
            opens = working_day_on_or_after(opens + timedelta(days=70))
        scheme = Scheme(
            id=identifier(*self.key, "scheme", place),
            name=names.scheme_name(self.block.number * SCHEMES_EACH_BLOCK + place),
            provider=provider,
            kind=kind,
            cover=cover,
            need_level=need,
            address=names.street_address(self.random),
            phone=names.landline(self.random),
            opened_at=moment(opens, 10),
        )
        label = "Flat" if kind == "self_contained" else "Room"
        scheme.units = [
            Unit(identifier(*self.key, "unit", place, n), f"{label} {n}", scheme.id) for n in range(1, size + 1)
        ]
        self.block.schemes.append(scheme)
        self._keyworkers(provider, scheme, size)

    def _keyworkers(self, provider: Provider, scheme: Scheme, size: int) -> None:
        """Enough keyworkers for the scheme; the second of a large one joined during the history."""
        for place in range(max(1, round(size * 0.86 / KEYWORKER_CASELOAD))):
            joined = self._joining_date(scheme) if place else None
            self._keyworker("Housing keyworker", provider, (scheme.id,), joined)

    def _keyworker(self, job: str, provider: Provider, schemes: tuple[str, ...], joined_at: datetime | None) -> None:
        self._member(
            "housing_keyworker",
            job,
            provider.agency,
            team=self.block.teams[-1].id,
            provider=provider,
            schemes=schemes,
            joined_at=joined_at,
        )

    def _joining_date(self, scheme: Scheme) -> datetime:
        day = scheme.opened_at.date() + timedelta(days=self.random.randrange(12, 300))
        return moment(working_day_on_or_after(day), 9, 5)


def make_borough(seed: int, begins: date) -> Borough:
    """The borough, which adopted the protocol on the morning its history begins."""
    return Borough(identifier(seed, "borough"), names.BOROUGH, names.COUNCIL, moment(begins, 9))
