"""Sharing through the ledger: opening a line that no involvement makes, ending it, changing until when it holds.

Every service here locks the case first and then asks the ledger, as recording does: whoever is saving while a line is
ended comes before its end, or is refused; of two people who share the same at once, the second is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from waymark.access.golden_rules import unanswered
from waymark.access.models import (
    Agency,
    Basis,
    Conflict,
    Consent,
    Grant,
    Membership,
    Reason,
    RestrictedRecord,
    Team,
)
from waymark.access.roles import INVOLVABLE
from waymark.access.rules import RULES
from waymark.access.services import NotAsAsked, acting_as
from waymark.access.whose_share import decided, refuse_anothers_share
from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service

LONGEST = timedelta(days=367)
"""How long an explicit share may last: twelve months, to the end of the last day."""
OF_THEIR_OWN = (Reason.INVOLVEMENT, Reason.EMERGENCY)
"""Reasons whose lines have services of their own to open and end them."""
NOT_TO_BE_CHOSEN = "Choose somebody else"


@dataclass(frozen=True, slots=True)
class RoleAt:
    """Everyone who has a role at an agency, whoever comes and goes."""

    agency: Agency
    role: str


Holder = Membership | Team | RoleAt


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a line says beside who and why: which categories, on what basis, until when (None: until it is ended).

    `rules` are answers to the seven golden rules (`access.golden_rules`), `conditions` how it is to be handled, and
    `onward` whether its holder may pass it on.
    """

    reads: Collection[Category]
    writes: Collection[Category] = ()
    basis: Basis
    purpose: str
    until: datetime | None
    onward: bool = False
    conditions: str = ""
    consent: Consent = Consent.NOT_ASKED
    consent_note: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)


class SharedAlready(NotAsAsked):
    """The same holder has a share of this record already: `line`. It can be changed, which replaces it."""

    def __init__(self, line: Grant) -> None:
        self.line = line
        super().__init__("This record is shared with them already")


def in_force(case: Case | UUID, *, now: datetime | None = None) -> QuerySet[Grant]:
    """The lines of a record that hold, or will; not those that have ended."""
    return Grant.objects.filter(case=case).filter(Q(ends_at=None) | Q(ends_at__gt=now or Now()))


def may_pass_on(
    actor: Actor, case: Case, *, lasting: Q | None = None
) -> tuple[frozenset[Category], frozenset[Category]]:
    """What `actor` may share of a record: the categories that they read, and those of them that they write, by their
    own work there or by what was shared with them to be passed on; of the latter only what is `lasting`, if given.
    """
    lines = Grant.objects.opening_for(actor).filter(case=case)
    return lines.filter(Q(reason=Reason.INVOLVEMENT) | (Q(onward=True) & (lasting or Q()))).categories()


@service
def share(
    *,
    actor: Actor,
    case: Case,
    holder: Holder,
    terms: Terms,
    id: UUID | None = None,
    replaces: UUID | None = None,
    clock: Clock = system_clock,
) -> Grant:
    """Share a record, or a part of it, with `holder` until `terms.until`: an explicit share, with its golden rules.

    The same `id` again from the same person gives the line stored before, so that a double click shares once. Raises
    `SharedAlready` while the holder has a share here, unless `replaces` names it: that line then ends as this begins.
    Raises `NotAsAsked`, saying why, for what cannot be shared or not with them, and `Refused` for who may not share.
    """
    case, id = locked(case.pk), id or uuid4()
    actor.require(Permission.SHARE, case)
    before = Grant.objects.filter(pk=id, case=case, decided_by=actor.membership_id, reason=Reason.SHARE).first()
    if before is not None:
        return before
    if missing := unanswered(terms.rules):
        raise ValueError(f"The golden rules have no answer to {', '.join(missing)}.")
    _check_consent(terms)
    now = clock.now()
    current = in_force(case, now=now).filter(_held(holder), reason=Reason.SHARE).order_by("-starts_at").first()
    if current is not None and current.pk != replaces:
        raise SharedAlready(current)
    if current is not None:
        refuse_anothers_share(current, actor, case)
        _end(current, actor, now, "Replaced by a new line, which says what holds now")
    return _open(case=case, holder=holder, terms=terms, actor=actor, now=now, reason=Reason.SHARE, starts_at=now, id=id)


@service
def open_line(
    *,
    actor: Actor,
    case: Case,
    holder: Holder,
    reason: Reason,
    terms: Terms,
    needs: Permission = Permission.SHARE,
    decided_by: Membership | None = None,
    named: bool = False,
    starts_at: datetime | None = None,
    id: UUID | None = None,
    clock: Clock = system_clock,
) -> Grant:
    """Write a line of the ledger that no involvement makes: for a referral, a placement, a panel item, a statutory
    duty, or a share (`share` asks the golden rules first). From `starts_at` (None: now) until `terms.until`.

    What is checked, whoever calls:

    - `actor` holds `needs` on the case. Services for referrals or placements name their own permission.
    - Identity is always read, and nothing is written that is not read.
    - **Nobody opens more than they have.** A person opens what they may pass on (`may_pass_on`), and what was shared
      with them for no longer than they have it themselves. The system opens what
      the rule of the holder's role reads and writes (`access.rules`), and nothing that `decided_by`, the member for
      whom it acts, does not read.
    - The holder works there now, in a role that can open records, and is not the actor. Who has a conflict of interest
      is refused in the same words as somebody who has left.
    - On a restricted record the line is `named`, which needs `Permission.RESTRICT`, and is held by one person.
    - A share ends, within twelve months.

    Raises `Refused`; `NotAsAsked` with words for whoever asked; `ValueError` where the caller is wrong.
    """
    case = locked(case.pk)
    actor.require(needs, case)
    if decided_by is not None and not actor.is_system:
        raise ValueError("Only the system acts for somebody else.")
    now = clock.now()
    return _open(
        case=case,
        holder=holder,
        terms=terms,
        actor=actor,
        now=now,
        reason=reason,
        named=named,
        decided_by=decided_by,
        starts_at=starts_at or now,
        id=id or uuid4(),
    )


@service
def end_line(
    line: Grant, *, actor: Actor, why: str, needs: Permission = Permission.SHARE, clock: Clock = system_clock
) -> None:
    """End a line now, for a reason in words; one that was to begin later never does. Lines of an involvement or of an
    emergency end with it, by its own service.

    Raises `NotAsAsked` when it has ended already, for what somebody else shared (`whose_share`), and `Refused`.
    """
    line = _locked_line(line, actor, needs)
    if line.reason in OF_THEIR_OWN:
        raise ValueError(f"A line for {line.reason} has a service of its own.")
    if line.reason == Reason.SHARE:
        refuse_anothers_share(line, actor, line.case)
    _end(line, actor, _in_time(line, clock), why)


@service
def change_end(line: Grant, *, actor: Actor, until: datetime, why: str, clock: Clock = system_clock) -> Grant:
    """Let a share last until another time. The line as it was ends, and a new one says what holds; returns that.

    To make it last longer is to share again: only what the actor may pass on, and only with who may be chosen.
    """
    line = _locked_line(line, actor, Permission.SHARE)
    now = _in_time(line, clock)
    if line.reason != Reason.SHARE:
        raise ValueError("Only what was shared explicitly has an end that can be changed.")
    refuse_anothers_share(line, actor, line.case)
    _check_times(Reason.SHARE, max(now, line.starts_at), until, now)
    if line.ends_at is None or until > line.ends_at:
        holder = holder_of(line)
        _check_may_open(actor, line.case, set(line.reads), set(line.writes), until)
        _check_holder(actor, line.case, holder, Reason.SHARE)
    return _replace(line, actor, now, f"Until another day: {why}", ends_at=until)


@service
def consent_withdrawn(
    *, actor: Actor, case: Case, lines: Sequence[UUID], note: str, keep: Basis | None, clock: Clock = system_clock
) -> list[Grant]:
    """The young person no longer agrees to some shares. They end, unless `keep` names the lawful basis on which they
    go on; `note` then says who decided that and why. Returns the lines that go on.

    Raises `NotAsAsked` when one of `lines` is no share that holds (somebody ended it since), or somebody else's.
    """
    case = locked(case.pk)
    actor.require(Permission.SHARE, case)
    if keep == Basis.CONSENT:
        raise ValueError("What goes on without consent cannot rest on it.")
    now = clock.now()
    shares = in_force(case, now=now).filter(pk__in=lines, reason=Reason.SHARE)
    found = list(shares.select_related("decided_by__account").order_by("pk"))
    if len(found) != len(set(lines)):
        raise NotAsAsked("One of these has ended since you looked")
    for line in found:
        refuse_anothers_share(line, actor, case)
    kept = []
    for line in found:
        if keep is None:
            line.consent, line.consent_note = Consent.WITHDRAWN, note
            line.save(update_fields=["consent", "consent_note"])
            _end(line, actor, now, "They no longer agree to it")
        else:
            said = {"consent": Consent.WITHDRAWN, "consent_note": note, "basis": keep}
            kept.append(_replace(line, actor, now, "They no longer agree to it; it goes on without consent", **said))
    return kept


def may_be_ended_here(line: Grant, actor: Actor, *, all_shares: bool) -> bool:
    """Whether this line is ended by hand, and by the actor: a share of their own, or any where they decide on all."""
    return line.reason == Reason.SHARE and (all_shares or decided(actor, line))


def holder_of(line: Grant) -> Holder:
    """Whoever holds a line."""
    if line.membership is not None:
        return line.membership
    if line.team is not None:
        return line.team
    if line.agency is None:
        raise ValueError(f"{line} has no holder.")
    return RoleAt(line.agency, line.role)


def _open(
    *,
    case: Case,
    holder: Holder,
    terms: Terms,
    actor: Actor,
    now: datetime,
    reason: Reason,
    starts_at: datetime,
    id: UUID,
    named: bool = False,
    decided_by: Membership | None = None,
) -> Grant:
    """Store a line on a record that is locked, once everything is as `open_line` says."""
    if reason in OF_THEIR_OWN:
        raise ValueError(f"A line for {reason} has a service of its own.")
    _check_times(reason, starts_at, terms.until, now)
    _check_categories(actor, case, holder, terms, decided_by)
    _check_holder(actor, case, holder, reason)
    _check_restriction(actor, case, holder, named=named)
    line = Grant(
        id=id,
        **_held_fields(holder),
        case=case,
        reads=_in_order(terms.reads),
        writes=_in_order(terms.writes),
        reason=reason,
        basis=terms.basis,
        purpose=terms.purpose,
        decided_by_id=decided_by.pk if decided_by else actor.membership_id,
        decided_at=now,
        starts_at=starts_at,
        ends_at=terms.until,
        named=named,
        onward=terms.onward,
        conditions=terms.conditions,
        consent=terms.consent,
        consent_note=terms.consent_note,
        rules=dict(terms.rules),
    )
    line.save(force_insert=True)
    trail.wrote(actor, line, **_told(line))
    return line


# What is checked


def _check_times(reason: Reason, starts_at: datetime, until: datetime | None, now: datetime) -> None:
    if reason == Reason.SHARE and until is None:
        raise ValueError("A share ends: say when.")
    if until is not None and until <= max(starts_at, now):
        raise NotAsAsked("It must end after now")
    if reason == Reason.SHARE and until is not None and until - now > LONGEST:
        raise NotAsAsked("It must end within 12 months. It can be shared again then")


def _check_categories(actor: Actor, case: Case, holder: Holder, terms: Terms, decided_by: Membership | None) -> None:
    reads, writes = set(terms.reads), set(terms.writes)
    if Category.IDENTITY not in reads or not writes <= reads:
        raise ValueError("A line reads identity, and writes only what it reads.")
    if not actor.is_system:
        _check_may_open(actor, case, reads, writes, terms.until)
        return
    rule = RULES[holder.role]
    if not (reads <= set(rule.reads) and writes <= set(rule.writes)):
        raise ValueError(f"The rule of {holder.role} opens less than that.")
    if decided_by is not None and not reads <= _read_by(decided_by, case):
        raise NotAsAsked("Only what they read themselves can be opened for others")


def _check_may_open(
    actor: Actor, case: Case, reads: Collection[str], writes: Collection[str], until: datetime | None
) -> None:
    """Whoever opens a line has what it opens; what was shared with them, for as long as they have it."""
    if actor.is_system:
        return
    readable, writable = may_pass_on(actor, case)
    if not readable:
        raise NotAsAsked("What was shared with you may not be passed on")
    if not set(reads) <= readable or not set(writes) <= writable:
        raise NotAsAsked("You may share only what you may read yourself, and let others write only what you write")
    lasting = Q(ends_at=None) if until is None else Q(ends_at=None) | Q(ends_at__gte=until)
    readable, writable = may_pass_on(actor, case, lasting=lasting)
    if not set(reads) <= readable or not set(writes) <= writable:
        raise NotAsAsked("What was shared with you ends before that. Choose a day on which you still have it")


def _read_by(member: Membership, case: Case) -> frozenset[Category]:
    reads, _ = Grant.objects.current().held_by(acting_as(member)).filter(case=case).categories()
    return reads


def _check_holder(actor: Actor, case: Case, holder: Holder, reason: Reason) -> None:
    """In the same words for who has left, who cannot open records, and who is kept from this one."""
    if holder.role not in INVOLVABLE:
        raise NotAsAsked(NOT_TO_BE_CHOSEN)
    if isinstance(holder, Team) and holder.closed_at is not None:
        raise NotAsAsked(NOT_TO_BE_CHOSEN)
    if not isinstance(holder, Membership):
        return
    if reason == Reason.SHARE and holder.account_id == actor.account_id:
        raise NotAsAsked("You cannot share with yourself")
    if not may_be_chosen(case).filter(pk=holder.pk).exists():
        raise NotAsAsked(NOT_TO_BE_CHOSEN)


def may_be_chosen(case: Case) -> QuerySet[Membership]:
    """Members with whom a record may be shared: they work there now, and have no conflict of interest here."""
    conflicts = Conflict.objects.current().filter(case=case)
    current = Membership.objects.current().filter(account__is_active=True, role__in=INVOLVABLE)
    return current.exclude(account__in=conflicts.values("account"))


def _check_restriction(actor: Actor, case: Case, holder: Holder, *, named: bool) -> None:
    if named:
        actor.require(Permission.RESTRICT, case)
        if not isinstance(holder, Membership):
            raise ValueError("A restricted record names people, not teams or roles.")
    elif RestrictedRecord.objects.current().filter(case=case).exists():
        raise NotAsAsked("Only named people may open this record. Whoever restricted it names another")


def _check_consent(terms: Terms) -> None:
    if terms.basis == Basis.CONSENT and terms.consent != Consent.GIVEN:
        raise NotAsAsked("It cannot rest on consent that was not given")
    if terms.consent != Consent.GIVEN and not terms.consent_note.strip():
        raise NotAsAsked("Say who decided to share without their agreement, and why")


# How lines are stored


def _locked_line(line: Grant, actor: Actor, needs: Permission) -> Grant:
    """The line as it is now, once nobody else changes anything on the record."""
    actor.require(needs, locked(line.case_id))
    names = ("case", "membership", "team", "agency", "decided_by__account")
    return Grant.objects.select_related(*names).get(pk=line.pk)


def _in_time(line: Grant, clock: Clock) -> datetime:
    """The present, read once the record is locked: what was saved before is before the end."""
    now = clock.now()
    if line.ends_at is not None and line.ends_at <= now:
        raise NotAsAsked("This had ended already")
    return now


def _end(line: Grant, actor: Actor, now: datetime, why: str) -> None:
    line.ends_at = max(now, line.starts_at)
    line.ended_by_id = actor.membership_id
    line.end_reason = why[: Grant._meta.get_field("end_reason").max_length]
    line.save(update_fields=["ends_at", "ended_by", "end_reason"])
    trail.wrote(actor, line, words=why, ended=True)


def _replace(line: Grant, actor: Actor, now: datetime, why: str, **changes: Any) -> Grant:
    """End a line and open one that says the same but for `changes`."""
    skipped = {"id", "holder", "ended_by", "end_reason"}
    same = {
        one.attname: getattr(line, one.attname) for one in Grant._meta.concrete_fields if one.attname not in skipped
    }
    same = {name: value for name, value in same.items() if name != "ended_by_id"}
    starts_at = max(now, line.starts_at)
    _end(line, actor, now, why)
    who = {"id": uuid4(), "decided_by_id": actor.membership_id, "decided_at": now, "starts_at": starts_at}
    new = Grant(**same | who | changes)
    new.save(force_insert=True)
    trail.wrote(actor, new, replaces=str(line.pk), **_told(new))
    return new


def _held(holder: Holder) -> Q:
    return Q(**_held_fields(holder))


def _held_fields(holder: Holder) -> dict[str, Any]:
    if isinstance(holder, Membership):
        return {"membership": holder}
    if isinstance(holder, Team):
        return {"team": holder}
    return {"agency": holder.agency, "role": holder.role}


def _in_order(categories: Collection[Category]) -> list[str]:
    return [category.value for category in Category if category in categories]


def _told(line: Grant) -> dict[str, Any]:
    """What the trail says of a new line: what it opens, and no words of a person's."""
    until = line.ends_at.isoformat() if line.ends_at else None
    return {"reason": line.reason, "reads": line.reads, "writes": line.writes, "basis": line.basis, "until": until}
