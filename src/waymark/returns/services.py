"""Bringing a council's return into the record: whole or not at all, and as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import OperationalError

from waymark.access.models import Involvement, Team
from waymark.access.services import involve_many
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.duties.engine.calendar import start_of_day
from waymark.events.models import RETRACTED
from waymark.events.services import NewEvent, record_many
from waymark.people.models import Identifier, YoungPerson
from waymark.people.services import NewYoungPerson, add_young_people, change_details
from waymark.returns.models import ImportedChild
from waymark.returns.ssda903.casework import Casework, casework
from waymark.returns.ssda903.changes import Changes, changes
from waymark.returns.ssda903.layouts import FileKind
from waymark.returns.ssda903.reading import Return
from waymark.returns.ssda903.records import ChildRecord, merge

IDENTIFIER = "ssda903"
"""The kind of identifier (`people.Identifier`) under which a young person has the council's number."""

AT_A_TIME = 500
WITHDRAWN = "The SSDA903 return says otherwise now."


class RowsRefused(Exception):  # noqa: N818 (what happened, as `Refused` and `RecordRefused`)
    """Some rows of the return are refused and nobody said to import the rest; nothing is stored."""


class ImportRunning(Exception):  # noqa: N818
    """Another import for the same authority has not finished; nothing is stored."""


@dataclass(slots=True)
class ImportResult:
    """What an import did. `still_absent` are those missing or away when the return was made, and since when."""

    added: int = 0
    known: int = 0
    recorded: int = 0
    withdrawn: int = 0
    still_absent: list[tuple[str, date]] = field(default_factory=list)


@service
def import_return(
    found: Return,
    *,
    actor: Actor,
    authority: Case,
    teams: Sequence[Team],
    covered_from: date,
    accept_partial: bool = False,
    clock: Clock = system_clock,
    progress: Callable[[int], None] = lambda young_people: None,
) -> ImportResult:
    """Store the young people of a return with what happened to them, in one transaction.

    `teams` are the council's teams whose young people they are: they are involved with everyone who is new. Duties that
    began before `covered_from` are unknown. The same return again stores nothing; a later one, or one put right, adds
    what is new and withdraws what it no longer says. `progress` hears how many more young people are done.

    Raises `RowsRefused` when rows were refused and `accept_partial` is not set, `ImportRunning` while another import
    for this authority runs.
    """
    if found.refusals and not accept_partial:
        raise RowsRefused
    actor.require(Permission.MANAGE_PEOPLE)
    _lock(authority)
    result = ImportResult()
    for start in range(0, len(found.young_people), AT_A_TIME):
        records = found.young_people[start : start + AT_A_TIME]
        batch = _Batch(found, records, actor, authority, teams, covered_from, clock)
        batch.store(result)
        progress(len(records))
    detail: dict[str, Any] = {"added": result.added, "recorded": result.recorded, "withdrawn": result.withdrawn}
    trail.wrote(actor, authority, purpose="import of an SSDA903 return", refused=len(found.refusals), **detail)
    return result


def boroughs() -> dict[str, Case]:
    """Every borough by its reference."""
    return {case.reference: case for case in Case.objects.filter(kind=Kind.BOROUGH).order_by("reference")}


def teams_of(authority: Case) -> list[Team]:
    """The teams that work for a borough, by name."""
    return list(Team.objects.open().filter(borough=authority).order_by("name"))


def _lock(authority: Case) -> None:
    """One import at a time for an authority; others do not wait for it, they are told."""
    try:
        Case.objects.select_for_update(no_key=True, nowait=True).get(pk=authority.pk)
    except OperationalError as error:
        raise ImportRunning from error


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some young people of a return, stored together."""

    found: Return
    records: Sequence[ChildRecord]
    actor: Actor
    authority: Case
    teams: Sequence[Team]
    covered_from: date
    clock: Clock

    def store(self, result: ImportResult) -> None:
        """Add who is new, record what is new, withdraw what is said no longer, and keep the rows for next time."""
        now = self.clock.now()
        children = [record.child for record in self.records]
        imported = {
            row.child: row
            for row in ImportedChild.objects.filter(authority=self.authority, child__in=children).select_related("case")
        }
        records = [self._with_what_was_known(record, imported.get(record.child)) for record in self.records]
        stories = [
            casework(record, authority=self.authority.reference, covered_from=self.covered_from) for record in records
        ]
        cases = self._cases(stories, result)
        differences = {
            record.child: self._difference(story, imported.get(record.child))
            for record, story in zip(records, stories, strict=True)
        }
        self._record(cases, differences, now, result)
        self._keep(records, cases, differences, imported, now)
        result.still_absent += [
            (story.person.child_id, story.still_absent_since) for story in stories if story.still_absent_since
        ]

    def _with_what_was_known(self, record: ChildRecord, row: ImportedChild | None) -> ChildRecord:
        if row is None:
            return record
        found = self.found
        known = ChildRecord.from_json(row.rows)
        reviews, absences = (found.told(kind, record.child) for kind in (FileKind.REVIEWS, FileKind.MISSING))
        return merge(known, record, found.year_begins, reviews=reviews, absences=absences)

    def _difference(self, story: Casework, row: ImportedChild | None) -> Changes:
        ledger = row.ledger if row else {}
        return changes(story.events, ledger, authority=self.authority.reference, child=story.person.child_id)

    def _cases(self, stories: Sequence[Casework], result: ImportResult) -> dict[str, Case]:
        """The case of each child: found by the council's number, or opened."""
        children = [story.person.child_id for story in stories]
        identifiers = Identifier.objects.filter(authority=self.authority, kind=IDENTIFIER, value__in=children)
        cases = {identifier.value: identifier.case for identifier in identifiers.select_related("case")}
        self._put_births_right(stories, cases)
        result.known += len(cases)
        new = [story for story in stories if story.person.child_id not in cases]
        result.added += len(new)
        people = add_young_people([self._person(story) for story in new], actor=self.actor, clock=self.clock)
        opened = {story.person.child_id: person.case for story, person in zip(new, people, strict=True)}
        starts_at = self.clock.now()
        involve_many(
            [
                Involvement(case=case, role=team.role, team=team, starts_at=starts_at)
                for case in opened.values()
                for team in self.teams
            ],
            actor=self.actor,
        )
        return cases | opened

    def _person(self, story: Casework) -> NewYoungPerson:
        """A young person without a name; the council has been responsible since the first thing that is told."""
        person = story.person
        first = min((event.day for event in story.events[1:]), default=None)
        given_name, _, family_name = person.display_name.partition(" ")
        return NewYoungPerson(
            authority=self.authority,
            given_name=given_name,
            family_name=family_name,
            date_of_birth=person.date_of_birth,
            identifiers={IDENTIFIER: person.child_id},
            starts_at=start_of_day(first) if first else None,
        )

    def _put_births_right(self, stories: Sequence[Casework], cases: Mapping[str, Case]) -> None:
        people = {person.case_id: person for person in YoungPerson.objects.filter(case__in=cases.values())}
        for story in stories:
            case = cases.get(story.person.child_id)
            person = people.get(case.pk) if case else None
            if person and person.date_of_birth != story.person.date_of_birth:
                change_details(person, actor=self.actor, date_of_birth=story.person.date_of_birth)

    def _record(
        self, cases: Mapping[str, Case], differences: Mapping[str, Changes], now: datetime, result: ImportResult
    ) -> None:
        events = [
            event for child, difference in differences.items() for event in _events(cases[child], difference, now)
        ]
        if events:
            record_many(events, actor=self.actor, clock=self.clock)
        result.recorded += sum(len(difference.record) for difference in differences.values())
        result.withdrawn += sum(len(difference.retract) for difference in differences.values())

    def _keep(
        self,
        records: Sequence[ChildRecord],
        cases: Mapping[str, Case],
        differences: Mapping[str, Changes],
        imported: Mapping[str, ImportedChild],
        now: datetime,
    ) -> None:
        new, changed = [], []
        for record in records:
            rows, ledger = (
                record.as_json(),
                {slot: list(entry) for slot, entry in differences[record.child].ledger.items()},
            )
            before = imported.get(record.child)
            if before is None:
                row = ImportedChild(case=cases[record.child], authority=self.authority, child=record.child)
                new.append(row)
            elif (before.rows, before.ledger) != (rows, ledger):
                row = before
                changed.append(row)
            else:
                continue
            row.rows, row.ledger, row.imported_at = rows, ledger, now
        ImportedChild.objects.bulk_create(new)
        ImportedChild.objects.bulk_update(changed, ["rows", "ledger", "imported_at"])


def _events(case: Case, difference: Changes, now: datetime) -> Iterator[NewEvent]:
    """Withdrawals first, so that at no point does a record say the same thing twice."""
    for withdrawn in difference.retract:
        yield NewEvent(
            id=_withdrawal(withdrawn),
            type=RETRACTED,
            case=case,
            occurred_at=now,
            by="",
            data={"event": str(withdrawn), "reason": WITHDRAWN},
        )
    for identifier, event in difference.record:
        yield NewEvent(
            id=identifier,
            type=event.type,
            case=case,
            occurred_at=event.occurred_at(now),
            refs=event.refs,
            by="",
            data=event.data,
        )


def _withdrawal(event: UUID) -> UUID:
    return uuid5(event, "withdrawn")
