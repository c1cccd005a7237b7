"""Closing a record, or a part of it, to people whom the ledger would let in: the services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, QuerySet

from waymark.access.models import (
    Basis,
    Conflict,
    EmergencyAccess,
    Grant,
    HeldBack,
    HeldBackReader,
    Involvement,
    Membership,
    Reason,
    RestrictedRecord,
    Team,
)
from waymark.access.models.agencies import MembershipQuerySet
from waymark.access.roles import ROLE_PERMISSIONS, permissions_of
from waymark.access.services import REVIEWER, NotAsAsked, acting_as
from waymark.accounts.models import Account
from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.models import not_over
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import record

PARAGRAPH = "paragraph_held_back"
"""The event that holds a paragraph which only named people may read, of the entry in its `data.event`."""

NOT_RESTRICTED = "This record is not restricted"
WATCHING = frozenset({Permission.RESTRICT, Permission.REVIEW_EMERGENCY})
"""What those may do who watch over how a record is used."""
ON_A_RESTRICTED_RECORD = "Named as one of those who may open this restricted record"


@service
def restrict_record(
    *, actor: Actor, case: Case, why: str, named: Sequence[Membership], clock: Clock = system_clock
) -> RestrictedRecord:
    """Let nobody but the people `named` open a record (staff's own family, somebody well known), from now on.

    Each of them must be able to open it now; whoever decides is always one of them, and whoever has an emergency there
    to review. Raises `NotAsAsked` otherwise, and when it is restricted already.
    """
    case = locked(case.pk)
    actor.require(Permission.RESTRICT, case)
    if not why.strip():
        raise NotAsAsked("Say why only named people may open this record")
    if RestrictedRecord.objects.current().filter(case=case).exists():
        raise NotAsAsked("This record is restricted already")
    now = clock.now()
    Grant.objects.filter(not_over(), case=case).update(named=False)  # whoever was named another time is not named now
    deciding = Membership.objects.filter(pk__in=_identifiers(actor))
    for member in {one.pk: one for one in [*named, *deciding, *_reviewing(case)]}.values():
        _name(actor, case, member, now)
    restricted = RestrictedRecord.objects.create(
        case=case, why=why.strip(), decided_by_id=actor.membership_id, starts_at=now
    )
    trail.wrote(actor, restricted, named=len(named))
    return restricted


@service
def named_in_any_case(*, actor: Actor, case: Case) -> list[Membership]:
    """Who besides `actor` may open the record however it is restricted: whoever has an emergency there to review."""
    actor.require(Permission.RESTRICT, case)
    return list(_reviewing(case).exclude(pk__in=_identifiers(actor)))


def _reviewing(case: Case) -> MembershipQuerySet:
    """Who has to review why a record was opened in an emergency, until somebody has: nobody restricts that away."""
    waiting = EmergencyAccess.objects.filter(case=case, reviewed_at=None)
    here = Involvement.objects.current().filter(Exists(waiting), case=case, role=REVIEWER)
    conflicts = Conflict.objects.current().filter(case=case)
    return here.workers().select_related("account", "agency", "team").exclude(account__in=conflicts.values("account"))


@service
def name_reader(*, actor: Actor, case: Case, member: Membership, clock: Clock = system_clock) -> None:
    """Let somebody open a restricted record, who must have a line in its ledger. Raises `NotAsAsked` otherwise, for a
    record that is not restricted, and for whoever has a conflict of interest there.
    """
    case = locked(case.pk)
    actor.require(Permission.RESTRICT, case)
    if not RestrictedRecord.objects.current().filter(case=case).exists():
        raise NotAsAsked(NOT_RESTRICTED)
    _name(actor, case, member, clock.now())


@service
def unname_reader(*, actor: Actor, case: Case, member: Membership, clock: Clock = system_clock) -> None:
    """Let somebody no longer open a restricted record. Nobody can do that to themselves: somebody must be left."""
    case = locked(case.pk)
    actor.require(Permission.RESTRICT, case)
    if member.pk == actor.membership_id:
        raise NotAsAsked("Have somebody else who is named take your own name off")
    named = Grant.objects.current().filter(case=case, membership=member, named=True)
    if not named.exists():
        raise NotAsAsked(f"{member.account.name} is not named")
    if _reviewing(case).filter(pk=member.pk).exists():
        raise NotAsAsked(f"{member.account.name} has to review first why this record was opened in an emergency")
    _end_lines_like_theirs(named, actor, clock.now())
    named.update(named=False)
    trail.wrote(actor, case, unnamed=str(member.pk))


def _end_lines_like_theirs(named: QuerySet[Grant], actor: Actor, now: datetime) -> None:
    """End what only stood for a team's or a role's line while the record was restricted: that one holds again."""
    made = named.filter(reason=Reason.SHARE, purpose=ON_A_RESTRICTED_RECORD)
    made.update(ends_at=now, ended_by=actor.membership_id, end_reason="The record is not restricted any more")


@service
def lift_restriction(*, actor: Actor, case: Case, clock: Clock = system_clock) -> None:
    """Let everybody whom the ledger lets in open the record again, and nobody else: who was named for it as one of a
    team reads through the team again.
    """
    case = locked(case.pk)
    actor.require(Permission.RESTRICT, case)
    restricted = RestrictedRecord.objects.current().filter(case=case).first()
    if restricted is None:
        raise NotAsAsked(NOT_RESTRICTED)
    now = clock.now()
    RestrictedRecord.objects.filter(pk=restricted.pk).update(ends_at=now)
    _end_lines_like_theirs(Grant.objects.current().filter(case=case), actor, now)
    trail.wrote(actor, restricted, ended=True)


def _name(actor: Actor, case: Case, member: Membership, now: datetime) -> None:
    """Mark the member's own lines; whoever only reads through a team or a role gets one that says the same."""
    if Conflict.objects.current().filter(case=case, account=member.account_id).exists():
        raise NotAsAsked(f"{member.account.name} has a conflict of interest here")
    own = Grant.objects.current().filter(case=case, membership=member)
    if own.exists():
        own.update(named=True)
    else:
        _line_like_theirs(actor, case, member, now)
    trail.wrote(actor, case, named=str(member.pk))


def _line_like_theirs(actor: Actor, case: Case, member: Membership, now: datetime) -> None:
    reads, writes = Grant.objects.current().held_by(acting_as(member)).filter(case=case).categories()
    if not reads:
        raise NotAsAsked(f"{member.account.name} could not open this record before. Bring them in or share it first")
    Grant.objects.create(
        case=case,
        membership=member,
        reads=sorted(reads),
        writes=sorted(writes),
        reason=Reason.SHARE,
        basis=Basis.PUBLIC_TASK,
        purpose=ON_A_RESTRICTED_RECORD,
        decided_by_id=actor.membership_id,
        starts_at=now,
        named=True,
    )


@service
def declare_conflict(*, actor: Actor, case: Case, account: Account, why: str, clock: Clock = system_clock) -> Conflict:
    """Close a record to a person because of a conflict of interest, whatever their role; what they do there ends.

    Anybody who reads a record may say so of themselves; of somebody else whoever `may`, but nobody shuts out those who
    watch over them: of a manager a manager says so, of the data protection lead whoever reviews emergencies too. Raises
    `NotAsAsked` for those, when nobody would be left who works on it, and when it has been said already.
    """
    case = locked(case.pk)
    of_oneself = account.pk == actor.account_id
    actor.require(Permission.VIEW_CASE if of_oneself else Permission.DECLARE_CONFLICT, case)
    if not why.strip():
        raise NotAsAsked("Say what the conflict of interest is")
    if not of_oneself:
        _refuse_of_those_above(actor, account)
    if Conflict.objects.current().filter(case=case, account=account).exists():
        raise NotAsAsked("This conflict of interest is recorded already")
    now = clock.now()
    own = Involvement.objects.current().filter(case=case, membership__account=account)
    if not Involvement.objects.current().filter(case=case).exclude(pk__in=own.values("pk")).exists():
        raise NotAsAsked("Nobody else works on this record. Bring somebody in first, or nobody could open it")
    conflict = Conflict.objects.create(
        case=case, account=account, why=why.strip(), decided_by_id=actor.membership_id, starts_at=now
    )
    _end_what_they_do(actor, own, now)
    trail.wrote(actor, conflict, of=str(account.pk))
    return conflict


def _refuse_of_those_above(actor: Actor, account: Account) -> None:
    """Whoever restricts records, or reviews why they were opened, is shut out by those who may do the same."""
    theirs = Membership.objects.not_ended().filter(account=account).values_list("role", flat=True)
    watching = {one for role in theirs for one in ROLE_PERMISSIONS.get(role, set()) if one in WATCHING}
    if not actor.is_system and not watching <= permissions_of(actor):
        raise NotAsAsked("They watch over how records are used. Ask a service manager or the head of service to say so")


def _end_what_they_do(actor: Actor, own: Iterable[Involvement], now: datetime) -> None:
    """End involvements and their lines without asking again: whoever has a conflict may just have lost the right."""
    ending = list(own)
    Involvement.objects.filter(pk__in=[one.pk for one in ending]).update(ends_at=now)
    Grant.objects.filter(involvement__in=ending).update(
        ends_at=now, ended_by=actor.membership_id, end_reason="Conflict of interest"
    )
    trail.write(*(trail.written(actor, one, ended=True) for one in ending))


@service
def end_conflict(conflict: Conflict, *, actor: Actor, clock: Clock = system_clock) -> None:
    """There is no conflict any more. Nobody says so of themselves. What they did on the record does not begin again."""
    case = locked(conflict.case_id)
    actor.require(Permission.DECLARE_CONFLICT, case)
    if conflict.account_id == actor.account_id:
        raise NotAsAsked("Have somebody else say that your conflict of interest is over")
    Conflict.objects.filter(pk=conflict.pk, ends_at=None).update(ends_at=clock.now())
    trail.wrote(actor, conflict, ended=True)


@service
def hold_back(
    item: Event, *, actor: Actor, why: str, readers: Sequence[Membership | Team], clock: Clock = system_clock
) -> HeldBack:
    """Let nobody but `readers`, whoever decides, and whoever wrote it, see one entry and what hangs on it, from now on.

    Whoever works on the record and may write its category may do so: not somebody for whom it is only open, for a time
    or in an emergency, who would leave an entry that nobody sees. Raises `NotAsAsked` for them, for an entry that
    stands (`EventType.stands`), and when it is held back already.
    """
    locked(item.case_id)
    actor.require(Permission.RECORD_EVENT, item)
    if item.stands:
        raise NotAsAsked("Nobody holds back that a record was opened in an emergency, or what was found of it")
    if not may_hold_back(actor, item):
        raise NotAsAsked("Only somebody who works on this record can hold an entry back")
    if HeldBack.objects.current().filter(item=item.pk).exists():
        raise NotAsAsked("This entry is held back already")
    return _held_back(item, actor, why, readers, clock.now())


def may_hold_back(actor: Actor, item: Event) -> bool:
    """Whether it is for the actor to say that only named people see an entry: it is part of their own work there, or
    they are named on a restricted record.
    """
    if item.stands:
        return False
    lines = Grant.objects.opening_for(actor).filter(case=item.case_id, writes__contains=[item.category])
    own_work = lines.exclude(reason=Reason.EMERGENCY).exclude(reason=Reason.SHARE, named=False)
    return actor.is_system or own_work.exists()


def _identifiers(actor: Actor) -> set[UUID]:
    """The membership of whoever decides; none for the system."""
    return {actor.membership_id} if actor.membership_id else set()


def _held_back(item: Event, actor: Actor, why: str, readers: Sequence[Membership | Team], now: datetime) -> HeldBack:
    if not why.strip():
        raise NotAsAsked("Say why only named people may see this")
    held = HeldBack.objects.create(
        case=item.case, item=item.pk, why=why.strip(), decided_by_id=actor.membership_id, starts_at=now
    )
    members = {one.pk for one in readers if isinstance(one, Membership)} | _identifiers(actor)
    if item.actor is not None and item.actor not in members:  # nobody loses sight of what they wrote
        members |= {*Membership.objects.filter(pk=item.actor).values_list("pk", flat=True)}
    teams = {one.pk for one in readers if isinstance(one, Team)}
    HeldBackReader.objects.bulk_create(
        [
            *(HeldBackReader(held_back=held, case=item.case, membership_id=one) for one in members),
            *(HeldBackReader(held_back=held, case=item.case, team_id=one) for one in teams),
        ]
    )
    trail.wrote(actor, held, item=str(item.pk), readers=len(members) + len(teams))
    return held


@service
def release(held: HeldBack, *, actor: Actor, clock: Clock = system_clock) -> None:
    """Let everybody see an entry again who may read its category. Only one of its readers can do that."""
    locked(held.case_id)
    item = Event.objects.get(pk=held.item)
    actor.require(Permission.RECORD_EVENT, item)
    HeldBack.objects.filter(pk=held.pk, ends_at=None).update(ends_at=clock.now())
    trail.wrote(actor, held, ended=True)


@service
def add_paragraph(
    entry: Event,
    text: str,
    *,
    actor: Actor,
    why: str,
    readers: Sequence[Membership | Team],
    clock: Clock = system_clock,
) -> Event:
    """Add to an entry a paragraph that only `readers`, and whoever writes it, may see; the rest is read as before.

    Raises `NotAsAsked` for a paragraph of a paragraph, and for what the same person has added in the same words.
    """
    locked(entry.case_id)
    actor.require(Permission.RECORD_EVENT, entry)
    if entry.type == PARAGRAPH:
        raise NotAsAsked("This is itself a paragraph for named people. Add yours to the entry that it belongs to")
    if _stands_already(entry, text, actor):
        raise NotAsAsked("You have added this paragraph already")
    if not may_hold_back(actor, entry):
        raise NotAsAsked("Only somebody who works on this record can write for named people alone")
    paragraph = record(
        PARAGRAPH,
        case=entry.case,
        actor=actor,
        occurred_at=clock.now(),
        data={"event": str(entry.pk), "text": text},
        category=Category(entry.category),
        clock=clock,
    )
    _held_back(paragraph, actor, why, readers, clock.now())
    return paragraph


def _stands_already(entry: Event, text: str, actor: Actor) -> bool:
    """Whether the actor has added these words to the entry: the button pressed again after going back."""
    same = Event.objects.filter(
        case=entry.case_id, type=PARAGRAPH, actor=actor.membership_id, data__event=str(entry.pk), data__text=text
    )
    return same.not_withdrawn().exists()
