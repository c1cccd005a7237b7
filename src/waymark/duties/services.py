"""Keeping the duties what the protocol says of the events: after each recording, when time passes, and from scratch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from waymark.access.models import Adoption
from waymark.cases.models import Case
from waymark.core.services import service
from waymark.duties import notices, rows
from waymark.duties.engine import Evaluation, Versions, evaluate
from waymark.duties.engine.events import CONTROL_TYPES, DUTY_WAIVED, EVENT_RETRACTED, FACTS_RECORDED
from waymark.duties.engine.pack import CASE
from waymark.duties.engine.pack import Duty as DutyClause
from waymark.duties.models import CaseWake, Duty
from waymark.duties.packs import versions_of
from waymark.events.errors import RecordRefused
from waymark.events.models import Event

COVERED_FROM = "covered_from"
CASES_AT_A_TIME = 200


def on_events(case: Case, events: list[Event], now: datetime) -> None:
    """The handler that `record` calls: work out afresh what new events of one case can change."""
    refresh([case], now, touched={case.pk: events})


def on_many_events(batch: Sequence[tuple[Case, list[Event]]], now: datetime) -> None:
    """The same for many cases at once."""
    for some in _batches(batch):
        refresh([case for case, _ in some], now, touched={case.pk: events for case, events in some})


@service
def refresh(
    cases: Sequence[Case], now: datetime, *, touched: Mapping[UUID, Sequence[Event]] | None = None
) -> list[rows.Change]:
    """Work out the duties of cases that are locked, and write what differs. Returns the differences.

    `touched` limits the work to the clauses that these new events can change; None works out everything.
    """
    versions = versions_of(cases)
    clauses = _touched_clauses(versions, touched)
    changes: list[rows.Change] = []
    wakes: dict[UUID, datetime | None] = {}
    for evaluation, case_id, change in _worked_out(cases, versions, clauses, now):
        changes += change
        if evaluation is not None and evaluation.clauses & _monthly(versions[case_id]):
            wakes[case_id] = evaluation.wake_at
    rows.write(changes)
    _keep_wakes(wakes)
    notices.notice(changes, now)
    return changes


def foresee(cases: Sequence[Case], adoption: Adoption, now: datetime) -> list[rows.Change]:
    """What adopting another version would change, without changing anything."""
    versions = versions_of(cases, also=[adoption])
    return [change for _, _, changes in _worked_out(cases, versions, None, now) for change in changes]


Worked = tuple[Evaluation | None, UUID, list[rows.Change]]


def _worked_out(
    cases: Sequence[Case], versions: Mapping[UUID, Versions | None], clauses: frozenset[str] | None, now: datetime
) -> Iterator[Worked]:
    """For each case its evaluation and how its rows differ from it. A case without a protocol has no duties."""
    if clauses is not None and not clauses:
        return
    ids = [case.pk for case in cases]
    before = rows.stored(ids, clauses)
    events = rows.events_of(ids, _types_read(versions.values(), clauses))
    for case_id in ids:
        in_force = versions[case_id]
        evaluation = evaluate(events[case_id], in_force, now, clauses=clauses) if in_force else None
        after = dict(rows.values_of(instance) for instance in evaluation.instances) if evaluation else {}
        yield evaluation, case_id, rows.differences(case_id, before[case_id], after)


def _touched_clauses(
    versions: Mapping[UUID, Versions | None], touched: Mapping[UUID, Sequence[Event]] | None
) -> frozenset[str] | None:
    """The clauses that new events can change, with what is needed to work them out; None for all of them."""
    if touched is None:
        return None
    clauses: set[str] = set()
    for case_id, events in touched.items():
        in_force = versions[case_id]
        for event in events if in_force else ():
            if event.type == DUTY_WAIVED:
                _check_waiver(event, in_force)
            found = _touched_by(event, in_force)
            if found is None:
                return None
            clauses |= found
    return frozenset().union(*(in_force.with_causes(clauses) for in_force in set(versions.values()) if in_force))


def _check_waiver(event: Event, versions: Versions | None) -> None:
    """A waiver names a clause that gives duties, and says for which placement, referral or other thing."""
    clauses = {
        clause.id: clause for version in (versions.all if versions else ()) for clause in version.pack.executable
    }
    clause = clauses.get(event.data["clause"])
    if not isinstance(clause, DutyClause):
        raise RecordRefused("data.clause", f"{event.data['clause']} is not a clause that gives duties")
    if clause.about != CASE and clause.about not in event.refs:
        raise RecordRefused(f"refs.{clause.about}", f"say which {clause.about} the duty is about")


def _touched_by(event: Event, versions: Versions | None) -> frozenset[str] | None:
    packs = [version.pack for version in versions.all] if versions else []
    if event.type == EVENT_RETRACTED or (event.type == FACTS_RECORDED and COVERED_FROM in event.data):
        return None
    if event.type == DUTY_WAIVED:
        return frozenset({event.data["clause"]})
    if event.type == FACTS_RECORDED:
        return frozenset().union(*(pack.touched_by_fact.get(fact, ()) for pack in packs for fact in event.data))
    return frozenset().union(*(pack.touched_by.get(event.type, ()) for pack in packs))


def _types_read(versions: Iterable[Versions | None], clauses: frozenset[str] | None) -> frozenset[str] | None:
    if clauses is None:
        return None
    packs = {id(version.pack): version.pack for in_force in versions if in_force for version in in_force.all}
    return CONTROL_TYPES.union(*(pack.reads.get(clause, ()) for pack in packs.values() for clause in clauses))


def _monthly(versions: Versions | None) -> frozenset[str]:
    """The clauses of which a new instance begins with a month."""
    return frozenset().union(*(version.pack.monthly for version in versions.all)) if versions else frozenset()


def _keep_wakes(wakes: Mapping[UUID, datetime | None]) -> None:
    """Remember when each case must be looked at again though nothing falls due; None forgets it."""
    if not wakes:
        return
    new = [CaseWake(case_id=case_id, at=at) for case_id, at in wakes.items() if at is not None]
    CaseWake.objects.filter(case__in=wakes.keys() - {wake.case_id for wake in new}).delete()
    CaseWake.objects.bulk_create(new, update_conflicts=True, unique_fields=["case"], update_fields=["at"])


@service
def sweep(now: datetime, *, most: int = CASES_AT_A_TIME) -> int:
    """Work out the cases in which time has changed something by `now`. Returns how many were done; 0 when none is left.

    Cases that another worker has locked are passed over, so that any number of workers share the work.
    """
    while ids := _due(now, most * 4):
        locked = Case.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=ids).order_by("pk")[:most]
        cases = {case.pk: case for case in locked}
        if not cases:
            return 0  # other workers have them all
        still = _due(now, most, among=cases)  # one that another had done by the time we locked it is left alone
        if still:
            refresh([cases[case_id] for case_id in cases if case_id in still], now)
            return len(still)
    return 0


def _due(now: datetime, most: int, *, among: Iterable[UUID] | None = None) -> set[UUID]:
    """Cases in which time has changed something, those that have waited longest first."""
    duties = Duty.objects.filter(next_change__lte=now).order_by("next_change")
    wakes = CaseWake.objects.filter(at__lte=now)
    if among is not None:
        duties, wakes = duties.filter(case__in=among).order_by(), wakes.filter(case__in=among)
        return set(duties.values_list("case", flat=True)) | set(wakes.values_list("case", flat=True))
    return set(duties.values_list("case", flat=True)[:most]) | set(wakes.values_list("case", flat=True)[:most])


@service
def rebuild(cases: Sequence[UUID], now: datetime) -> list[rows.Change]:
    """Work everything out from the events alone, and write what differs. There should be nothing."""
    locked = Case.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk")
    return refresh(list(locked), now)


def _batches(items: Iterable[tuple[Case, list[Event]]]) -> Iterator[list[tuple[Case, list[Event]]]]:
    iterator = iter(items)
    while batch := list(islice(iterator, CASES_AT_A_TIME)):
        yield batch
