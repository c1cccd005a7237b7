"""Adopting a version of a protocol: first what it would change, then the change itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from waymark.access.models import Adoption
from waymark.access.services import adopt
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.duties.engine import Pack, PackError, parse_pack
from waymark.duties.engine.calendar import is_within_calendar
from waymark.duties.rows import Change
from waymark.duties.services import CASES_AT_A_TIME, foresee, refresh
from waymark.events.vocabulary.limits import FIRST_YEAR, LAST_YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A version of a protocol that an authority may adopt from a day, with its own terms and choices."""

    authority: Case
    text: str
    pack: Pack
    starts_on: date
    terms: Mapping[str, str]
    switches: Mapping[str, str]

    def as_adoption(self, at: datetime) -> Adoption:
        """The adoption it would be; not stored."""
        return Adoption(
            authority=self.authority,
            pack_id=self.pack.id,
            version=self.pack.version,
            text=self.text,
            digest=hashlib.sha256(self.text.encode()).hexdigest(),
            starts_on=self.starts_on,
            terms=dict(self.terms),
            switches=dict(self.switches),
            adopted_at=at,
        )


def propose(
    *,
    authority: Case,
    content: bytes,
    file: str,
    starts_on: date,
    terms: Mapping[str, str] | None = None,
    switches: Mapping[str, str] | None = None,
) -> Proposal:
    """Check the pack and the day and make a proposal of it. Raises PackError naming file, line and what is wrong."""
    pack = parse_pack(content, file=file, terms=terms, switches=switches)
    if problem := _day_problem(authority, pack, starts_on):
        raise PackError(problem, file=file)
    return Proposal(
        authority=authority,
        text=content.decode("utf-8"),
        pack=pack,
        starts_on=starts_on,
        terms=terms or {},
        switches=switches or {},
    )


def _day_problem(authority: Case, pack: Pack, day: date) -> str:
    """Why a version cannot be adopted from a day; empty when it can."""
    if not is_within_calendar(day):
        return f"{day} is outside the years {FIRST_YEAR} to {LAST_YEAR}"
    if day < pack.in_force:
        return f"version {pack.version} is in force from {pack.in_force}, so it cannot be adopted from {day}"
    before = Adoption.objects.filter(authority=authority, pack_id=pack.id, starts_on=day).first()
    return f"{authority.reference} has adopted version {before.version} from {day} already" if before else ""


@service
def dry_run(proposal: Proposal, *, actor: Actor, clock: Clock = system_clock) -> list[tuple[Case, Change]]:
    """Which duties of which cases would change if the authority adopted this. Nothing is changed."""
    actor.require(Permission.ADOPT_PROTOCOL)
    now = clock.now()
    adoption = proposal.as_adoption(now)
    found: list[tuple[Case, Change]] = []
    for cases in _batches(proposal.authority):
        by_id: dict[UUID, Case] = {case.pk: case for case in cases}
        found += [(by_id[change.case_id], change) for change in foresee(cases, adoption, now)]
    return found


@service
def adopt_proposal(proposal: Proposal, *, actor: Actor, clock: Clock = system_clock) -> Adoption:
    """Adopt it, and work out afresh every case of the authority, in one transaction.

    What was triggered before `starts_on` stays with the version it was triggered under.
    """
    adoption = adopt(
        actor=actor,
        authority=proposal.authority,
        pack_id=proposal.pack.id,
        version=proposal.pack.version,
        text=proposal.text,
        starts_on=proposal.starts_on,
        terms=proposal.terms,
        switches=proposal.switches,
        clock=clock,
    )
    now = clock.now()
    for cases in _batches(proposal.authority):
        locked = Case.objects.select_for_update(no_key=True).filter(pk__in=[case.pk for case in cases]).order_by("pk")
        refresh(list(locked), now)
    return adoption


def _batches(authority: Case) -> Iterator[list[Case]]:
    """Every case the authority is or was responsible for, and its own, some at a time."""
    cases = Case.objects.filter(pk=authority.pk) | Case.objects.filter(authorities__authority=authority)
    ids = sorted(set(cases.values_list("pk", flat=True)))
    for start in range(0, len(ids), CASES_AT_A_TIME):
        yield list(Case.objects.filter(pk__in=ids[start : start + CASES_AT_A_TIME]).order_by("pk"))
