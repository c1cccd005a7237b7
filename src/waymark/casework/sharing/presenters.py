"""What the pages show of the lines of a record: by agency, and by kind of information."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from waymark.access.golden_rules import GOLDEN_RULES
from waymark.access.models import Grant, Membership, Reason
from waymark.cases.models import Case
from waymark.casework.presenters import Tag
from waymark.casework.sharing import words
from waymark.casework.sharing.queries import Sight
from waymark.core import formats
from waymark.core.categories import Category
from waymark.events.vocabulary import ROLES

MOST_MEMBERS = 40
"""How many names of a team's members stand on the page."""
NOT_AT_PRESENT = "Cannot open it at present"
"""For somebody suspended and for somebody with a conflict of interest: the page does not say which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line in words. `state` says where it opens nothing now, or not yet."""

    line: Grant
    name: str
    role: str
    writes: list[str]
    reads: list[str]
    not_open: list[str]
    why: str
    facts: list[tuple[str, str]]
    rules: list[tuple[str, str]]
    state: Tag | None = None
    is_group: bool = False
    is_over: bool = False
    members: list[str] = field(default_factory=list)
    more_members: int = 0
    may_end: bool = False


@dataclass(frozen=True, slots=True)
class AgencyGroup:
    """The lines held by people and teams of one agency."""

    name: str
    rows: list[LineRow]


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One kind of information: who may write it, and who may only read it."""

    label: str
    writers: list[str]
    readers: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page says of a record."""

    current: list[AgencyGroup]
    to_come: list[AgencyGroup]
    ended: list[LineRow]
    categories: list[CategoryRow]
    opening: int


def page_of(case: Case, sight: Sight, now: datetime, *, may_end: Callable[[Grant], bool]) -> Page:
    """The lines of `sight` as the page shows them; `may_end` says of which the reader is offered to end them."""
    make = _Maker(sight, now, may_end)
    rows = [make.row(line) for line in sight.lines]
    current = [row for row in rows if row.line.starts_at <= now]
    responsible = case.authority_id or case.pk
    groups = _by_agency(current, responsible)
    opening = [row for group in groups for row in group.rows if row.state is None]
    return Page(
        current=groups,
        to_come=_by_agency([row for row in rows if row.line.starts_at > now], responsible),
        ended=[make.row(line) for line in sight.ended],
        categories=list(_by_category(opening)),
        opening=len({row.line.holder for row in opening}),
    )


class _Maker:
    """Puts lines into words, with what was asked once for all of them."""

    def __init__(self, sight: Sight, now: datetime, may_end: Callable[[Grant], bool]) -> None:
        self.sight, self.now, self.may_end = sight, now, may_end
        self.in_team: dict[object, list[str]] = defaultdict(list)
        for member in sight.members:
            if member.team_id:
                self.in_team[member.team_id].append(_with_role(member))
            self.in_team[(member.agency_id, member.role)].append(member.account.name)

    def row(self, line: Grant) -> LineRow:
        """One line in words."""
        over = line.ends_at is not None and line.ends_at <= self.now
        members = [] if over or line.membership_id else self._members(line)
        return LineRow(
            line=line,
            name=words.holder_name(line),
            role=_role_of(line),
            writes=words.labels(line.writes),
            reads=words.labels(set(line.reads) - set(line.writes)),
            not_open=[category.label for category in Category if category not in line.reads],
            why=why(line, self.now),
            facts=list(_facts(line, self.now)),
            rules=list(_rules(line)),
            state=None if over else self._state(line),
            is_group=line.membership_id is None,
            is_over=over,
            members=members[:MOST_MEMBERS],
            more_members=max(0, len(members) - MOST_MEMBERS),
            may_end=not over and self.may_end(line),
        )

    def _members(self, line: Grant) -> list[str]:
        return self.in_team[line.team_id] if line.team_id else self.in_team[(line.agency_id, line.role)]

    def _state(self, line: Grant) -> Tag | None:
        """Why a line opens nothing now; None for one that does."""
        member = line.membership
        if line.starts_at > self.now:
            return Tag("Not yet", "blue")
        if member is not None and member.ends_at is not None and member.ends_at <= self.now:
            return Tag("No longer works there", "grey")
        if member is not None and not self._may_open(member):
            return Tag(NOT_AT_PRESENT, "grey")
        if self.sight.restriction is not None and not line.named:
            return Tag("Not among the named people", "grey")
        return None

    def _may_open(self, member: Membership) -> bool:
        return (
            member.suspended_at is None
            and member.account.is_active
            and member.starts_at <= self.now
            and member.account_id not in self.sight.conflicts
        )


def why(line: Grant, now: datetime) -> str:
    """Why a line stands in the ledger, in a sentence."""
    if line.involvement is not None:
        role = words.role_words(line.involvement.role)
        works = f"Works on this record as {role} since" if line.starts_at <= now else f"Is to work here as {role} from"
        return f"{works} {formats.day(line.starts_at)}. The rule for this role says what is open."
    said = {
        Reason.SHARE: "It was shared with them",
        Reason.REFERRAL: "They received a referral",
        Reason.PLACEMENT: "They provide the placement",
        Reason.PANEL: "It is an item of a panel that they are on",
        Reason.EMERGENCY: "They opened it in an emergency",
        Reason.STATUTORY: "They have a statutory duty here",
    }
    return f"{said[Reason(line.reason)]} on {formats.day(line.decided_at)}."


def _facts(line: Grant, now: datetime) -> Iterator[tuple[str, str]]:
    over = line.ends_at is not None and line.ends_at <= now
    if line.starts_at > now:
        yield "From", formats.moment(line.starts_at)
    if over and line.ends_at is not None:
        yield "Held", f"{formats.day(line.starts_at)} to {formats.moment(line.ends_at)}"
    elif line.ends_at is not None:
        yield "Until", words.sentence(words.until_words(line.ends_at))
    if line.involvement is None:
        yield "Purpose", line.purpose
        yield "Lawful basis", line.get_basis_display()
        yield "Decided by", f"{words.member_words(line.decided_by)}, on {formats.moment(line.decided_at)}"
    if line.reason == Reason.SHARE:
        yield "Consent", ". ".join(part for part in (line.get_consent_display(), line.consent_note) if part)
        yield "Passing it on", "They may pass it on" if line.onward else "They may not pass it on"
    if line.conditions:
        yield "Handling", line.conditions
    if over and (line.ended_by is not None or line.end_reason):
        by = f"{words.member_words(line.ended_by)}. " if line.ended_by is not None else ""
        yield "Ended by", f"{by}{line.end_reason}".strip()


def _rules(line: Grant) -> Iterator[tuple[str, str]]:
    """What was answered to the golden rules."""
    for rule in GOLDEN_RULES.values():
        if rule.name in line.rules:
            yield rule.asks, rule.in_words(line.rules[rule.name])


def _role_of(line: Grant) -> str:
    """Under the name: a person's role and team, or that it is a whole team."""
    member = line.membership
    if member is None:
        return "The whole team" if line.team_id else "Whoever has this role, now or later"
    team = [member.team.name] if member.team is not None else []
    return ", ".join([ROLES.get(member.role, member.role), *team])


def _with_role(member: Membership) -> str:
    return f"{member.account.name}, {words.role_words(member.role)}"


def _by_agency(rows: Iterable[LineRow], responsible: object) -> list[AgencyGroup]:
    """The responsible authority first, then by name; in each who works on the record, in the order of the roles."""
    order = list(ROLES)

    def place(row: LineRow) -> tuple[object, ...]:
        involvement = row.line.involvement
        role = order.index(involvement.role) if involvement is not None else len(order)
        return (role, row.name.upper(), row.line.starts_at)

    groups: dict[object, list[LineRow]] = defaultdict(list)
    agencies = {}
    for row in sorted(rows, key=place):
        agency = words.agency_of(row.line)
        agencies[agency.pk] = agency
        groups[agency.pk].append(row)
    ordered = sorted(agencies.values(), key=lambda one: (one.case_id != responsible, one.name.upper()))
    return [AgencyGroup(agency.name, groups[agency.pk]) for agency in ordered]


def _by_category(rows: list[LineRow]) -> Iterator[CategoryRow]:
    for category in Category:
        writers = dict.fromkeys(row.name for row in rows if category in row.line.writes)
        readers = dict.fromkeys(row.name for row in rows if category in row.line.reads)
        yield CategoryRow(category.label, list(writers), [name for name in readers if name not in writers])
