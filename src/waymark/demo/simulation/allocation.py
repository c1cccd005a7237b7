"""Who is responsible for whom: workers' caseloads, and the roles that people and teams have on a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from waymark.demo.simulation.organisation import Block
from waymark.demo.simulation.population import Life
from waymark.demo.simulation.story import Story
from waymark.demo.simulation.world import Event, Involvement, Member

BOROUGH_TEAMS = ("police", "commissioning", "placements_team", "sp_referrals", "gangs_team", "head_of_service")
PROVIDER_TEAMS = ("commissioning", "placements_team", "gangs_team", "head_of_service")
SCHEME_TEAMS = ("commissioning", "placements_team", "sp_referrals", "head_of_service")
TEAMS_BROUGHT_IN = ("gangs_team", "commissioning", "temporary_accommodation")
"""Teams that work on a young person's case once they are needed there, beside those that always do."""

ASKS = {"address_check_requested": "gangs_team", "area_check_requested": "gangs_team"}
"""Events that ask a team to do something."""

OPEN_PATHS = ("stayed", "arrived", "waiting")


def allocate_workers(lives: list[Life], block: Block) -> None:
    """Share the young people out evenly: the youngest to the social workers, the rest to young person's advisers."""
    workers = block.with_role("social_worker")
    still_open = [life for life in lives if life.path in OPEN_PATHS]
    others = [life for life in lives if life.path not in OPEN_PATHS]
    for group in (still_open, others):
        youngest_first = sorted(group, key=lambda life: (life.resident.date_of_birth, life.resident.id), reverse=True)
        for place, life in enumerate(youngest_first):
            life.worker = place * len(workers) // len(youngest_first)


def involvements_of(story: Story) -> list[Involvement]:
    """Everyone with a role on a young person's case, from when and to when, as far as it has come."""
    events = story.journal.events
    if not events:
        return []
    begins = min(event.recorded_at for event in events)
    ended = _ended_at(story)
    found = _workers(story, begins, ended)
    found += _around_placements(story, begins)
    found += _teams(story, begins, ended)
    found += _while_looking(story, ended)
    return found


def _ended_at(story: Story) -> datetime | None:
    """When the case was closed, if it was; otherwise none, even after the last placement."""
    closed = [event.occurred_at for event in story.journal.events if event.type == "case_closed"]
    return max(closed) if closed else None


def _held(story: Story, member: Member, role: str, starts: datetime, ends: datetime | None) -> Involvement:
    return Involvement(story.life.resident.id, role, member.id, None, starts, ends)


def _workers(story: Story, begins: datetime, ended: datetime | None) -> list[Involvement]:
    """The allocated worker (and the one before), and their deputy team manager."""
    changes = story.worker_changes_at
    present = story.present
    worker = story.worker(present)
    found = [_held(story, story.deputy(present), "deputy_team_manager", begins, ended)]
    former = story.former_worker
    if former is not None and former is not worker and changes is not None and begins < changes < (ended or present):
        found.append(_held(story, former, "social_worker", begins, changes))
        found.append(_held(story, worker, "social_worker", changes, ended))
    else:
        found.append(_held(story, worker, "social_worker", begins, ended))
    return found


def _around_placements(story: Story, begins: datetime) -> list[Involvement]:
    """The keyworker and the provider's manager of each placement."""
    found: list[Involvement] = []
    for stay in story.stays:
        starts = max(begins, stay.started_at)
        ends = stay.ended_at
        if starts >= story.present:
            continue
        keyworkers = [story.keyworker(stay, starts), story.keyworker(stay, story.present)]
        joined = keyworkers[1].joined_at
        if keyworkers[0] is not keyworkers[1] and joined is not None and (ends is None or joined < ends):
            found.append(_held(story, keyworkers[0], "housing_keyworker", starts, joined))
            found.append(_held(story, keyworkers[1], "housing_keyworker", joined, ends))
        else:
            found.append(_held(story, keyworkers[0], "housing_keyworker", starts, ends))
        found.append(_held(story, story.manager(stay.scheme), "provider_manager", starts, ends))
    return found


def _team(story: Story, role: str, starts: datetime, ends: datetime | None) -> Involvement:
    member = story.one_of(role)
    return Involvement(story.life.resident.id, role, None, member.team, starts, ends)


def _teams(story: Story, begins: datetime, ended: datetime | None) -> list[Involvement]:
    """Teams and specialists that work on the case, or wait for it in their queue."""
    present = story.present
    found = [_team(story, "head_of_service", begins, ended)]
    for event in story.journal.events:
        if event.type == "extension_requested":  # MOV-06
            decided = event.occurred_at + timedelta(days=30)
            found.append(_team(story, "sp_referrals", event.occurred_at, decided))
    if story.at_risk_of("gang_risk", present):
        found.append(_team(story, "gangs_team", begins, ended))
        found.append(_held(story, story.one_of("gangs_coordinator"), "gangs_coordinator", begins, ended))
    if story.fact("yos_order", present) is True:
        found.append(_held(story, story.one_of("yos_worker"), "yos_worker", begins, ended))
    if story.fact("status", present) == "cla":
        found.append(_held(story, story.one_of("iro"), "iro", begins, ended))
    for role in TEAMS_BROUGHT_IN:
        first = _brought_in(story, role)
        if first is not None and not any(involvement.role == role for involvement in found):
            found.append(_team(story, role, first, ended))
    return found


def _brought_in(story: Story, role: str) -> datetime | None:
    """When a team first did something on the case, or was first asked to."""
    asked = [event.occurred_at for event in story.journal.events if event.by == role or ASKS.get(event.type) == role]
    asked += [event.occurred_at for event in story.journal.events if role in _taken_to(event)]
    return min(asked, default=None)


def _taken_to(event: Event) -> list[str]:
    return list(event.data.get("to", [])) if event.type == "escalated" else []


def _while_looking(story: Story, ended: datetime | None) -> list[Involvement]:
    """Placements, SP Referrals and the providers that have the referral, until the young person has moved in."""
    needed = [event.occurred_at for event in story.journal.events if event.type == "need_identified"]
    if not needed:
        return []
    until = story.stays[0].started_at if story.stays else ended
    found = [_team(story, role, needed[0], until) for role in ("placements_team", "sp_referrals")]
    refusing = ("refusal_made", "challenge_resolved")
    refused = [event.occurred_at for event in story.journal.events if event.type in refusing]
    for event in story.journal.events:
        if event.type == "provider_received_referral":
            ends = max((at for at in refused if at > event.occurred_at), default=until)
            found.append(Involvement(event.case, "provider_manager", event.member, None, event.occurred_at, ends))
    return found


def involvements_of_places(block: Block) -> list[Involvement]:
    """Who has a role on the cases of schemes, providers and the borough itself."""
    starts = block.borough.adopted_at
    found: list[Involvement] = []
    if block.head is None:
        found += [_of_team(block, block.borough.id, role, starts) for role in BOROUGH_TEAMS]
    for provider in block.providers:
        manager = block.manager(provider)
        found.append(Involvement(provider.id, "provider_manager", manager.id, None, starts))
        found += [_of_team(block, provider.id, role, starts) for role in PROVIDER_TEAMS]
        relief = [m for m in block.members if m.provider == provider.id and m.role == "housing_keyworker"]
        found.append(Involvement(provider.id, "housing_keyworker", None, relief[0].team, starts))
    for scheme in block.schemes:
        opened = scheme.opened_at
        people = [block.manager(scheme.provider), block.officer(scheme), *block.keyworkers(scheme)]
        found += [Involvement(scheme.id, m.role, m.id, None, max(opened, m.joined_at or opened)) for m in people]
        found += [_of_team(block, scheme.id, role, opened) for role in SCHEME_TEAMS]
    return found


def _of_team(block: Block, case: str, role: str, starts: datetime) -> Involvement:
    return Involvement(case, role, None, block.with_role(role)[0].team, starts)
