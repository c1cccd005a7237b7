"""What a child's rows say in the words of the record: facts and events (events.md), and nothing the return leaves out.

The return gives days, not times. A fact holds from the start of its day, so that it is there whatever else happened
that day; what happened is put at noon in London, the time furthest from both midnights, so that no clock change can
move it to another day. Every deadline that counts days comes out the same whatever the time was.

Each event has a `slot`: its place in the child's story, by which the next import recognises it. See
docs/guides/import-ssda903.md for the reasons behind each choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from waymark.duties.engine.calendar import LONDON, start_of_day
from waymark.returns.ssda903 import codes
from waymark.returns.ssda903.checks import written
from waymark.returns.ssda903.records import ChildRecord
from waymark.returns.ssda903.rows import EpisodeRow, MissingRow

NAMESPACE = UUID("6f1d2c1e-3f0b-5d53-9c5e-7d1f4a0a9030")
"""The root of every identifier made from a return. Changing it would make every import a new one."""

ONE_DAY = timedelta(days=1)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event that the return tells of, before it is recorded. `day` is a local day; `noon` is false for facts."""

    slot: str
    type: str
    day: date
    noon: bool = True
    refs: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    def occurred_at(self, now: datetime) -> datetime:
        """The instant to record (UTC): start of the day, or noon; never after `now`, the instant of the import."""
        if not self.noon:
            return start_of_day(self.day)
        return min(datetime.combine(self.day, NOON, LONDON).astimezone(UTC), now)


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """A young person as the return knows them. There is no name in a return; `display_name` stands in for it."""

    child_id: str
    date_of_birth: date
    sex: str
    looked_after: bool
    unaccompanied: bool

    @property
    def display_name(self) -> str:
        """What screens call someone whose name nobody has entered yet."""
        return f"Child {self.child_id}"


@dataclass(frozen=True, slots=True)
class Stay:
    """One placement in supported accommodation. `ended` is None while it lasts, and when the return cannot say.

    `start_known` is false when the first episode on record continues an earlier one: it began on or before `began`.
    """

    began: date
    episodes: tuple[EpisodeRow, ...]
    start_known: bool
    ended: date | None = None
    why_ended: str = ""

    @property
    def ref_slot(self) -> str:
        """What the placement's identifier is made from."""
        return f"placement:{self.began.isoformat()}"


@dataclass(frozen=True, slots=True)
class Casework:
    """A young person and everything that happened, in order."""

    person: ImportedPerson
    events: tuple[PlannedEvent, ...]
    still_absent_since: date | None
    """The day of an absence that had not ended when the return was made."""


def casework(record: ChildRecord, *, authority: str, covered_from: date) -> Casework:
    """What follows from a child's record. `authority` is the council's reference, `covered_from` the `--from` day."""
    birthday = record.sixteenth_birthday
    stays = [stay for stay in supported_stays(record.episodes) if stay.ended is None or stay.ended > birthday]
    last = record.episodes[-1] if record.episodes else None
    events = [
        _birth(record, stays, covered_from),
        *_statuses(record),
        *_placements(record, stays, authority),
        *_reviews(record),
        *_absences(record, stays, authority),
    ]
    events.sort(key=lambda event: (event.day, event.noon, _ORDER.get(event.type, 1)))
    open_absence = next((row.began for row in record.absences if row.ended is None), None)
    return Casework(
        person=ImportedPerson(
            child_id=record.child,
            date_of_birth=record.born,
            sex=record.sex,
            looked_after=last is not None and last.ended is None and last.legal_status not in codes.SHORT_BREAKS,
            unaccompanied=record.unaccompanied is not None,
        ),
        events=tuple(events),
        still_absent_since=open_absence,
    )


_ORDER = {"placement_ended": 0, "case_closed": 2}
"""On one day an old placement ends before a new one starts, and closing comes last."""


def identifier(authority: str, child: str, slot: str) -> UUID:
    """The identifier that this council's child always has for this slot."""
    return uuid5(NAMESPACE, f"{authority}|{child}|{slot}")


def _birth(record: ChildRecord, stays: Sequence[Stay], covered_from: date) -> PlannedEvent:
    """Date of birth, known at any later trigger, and the day from which the record counts as complete.

    Where a placement's beginning is not known, its record is complete only from the day after, whatever `--from` says:
    nothing that hangs on a beginning nobody knows may be called late.
    """
    unknown = [stay.began + ONE_DAY for stay in stays if not stay.start_known]
    data = {"date_of_birth": record.born.isoformat(), "covered_from": max([covered_from, *unknown]).isoformat()}
    return PlannedEvent("facts:birth", "facts_recorded", record.born, noon=False, data=data)


def _statuses(record: ChildRecord) -> Iterator[PlannedEvent]:
    """When they were looked after and became a care leaver. Time in care that ended before 16 is left out."""
    told = False
    for first, last in periods_of_care(record.episodes):
        if last.ended and last.ended <= record.sixteenth_birthday:
            continue
        told = True
        yield _status("cla", first.began)
        if last.ended and last.ending in codes.NOT_CARE_LEAVERS:
            why = {"reason": f"{codes.ENDINGS[last.ending]} ({last.ending})"}
            yield PlannedEvent(f"closed:{last.ended.isoformat()}", "case_closed", last.ended, data=why)
        elif last.ended:
            yield _status("care_leaver", last.ended)
    row, since = record.care_leaver, record.care_leaver_since
    if row and since and not told and row.in_touch != codes.DIED_AFTER_CARE:
        # OC3 has no date: with no episode in the year, they had left before it began.
        yield _status("care_leaver", max(since, record.sixteenth_birthday))


def _status(status: str, day: date) -> PlannedEvent:
    slot = f"facts:status:{status}:{day.isoformat()}"
    return PlannedEvent(slot, "facts_recorded", day, noon=False, data={"status": status})


def periods_of_care(episodes: Sequence[EpisodeRow]) -> Iterator[tuple[EpisodeRow, EpisodeRow]]:
    """The first and last episode of each time looked after without a break. Short breaks (V3, V4) are none."""
    first: EpisodeRow | None = None
    for row in episodes:
        if row.legal_status in codes.SHORT_BREAKS:
            continue
        first = first or row
        if row.ending != codes.EPISODE_CONTINUES:
            yield first, row
            first = None


def supported_stays(episodes: Sequence[EpisodeRow]) -> Iterator[Stay]:
    """The placements in supported accommodation: each a run of episodes in which the young person did not move.

    A change of legal status alone (RNE L) is no move. A change of placement with the same carers (T, U) at the same
    postcode is none either: the setting registered with Ofsted, or its code or number changed. New carers (P, B),
    another postcode or a new time in care (S) is one. A temporary absence (T0 to T4) from which they return to the same
    postcode leaves the placement standing.
    """
    run: list[EpisodeRow] = []
    away: EpisodeRow | None = None
    start_known = True
    for place, row in enumerate(episodes):
        if run and row.place in codes.TEMPORARY and (away or run[-1]).ended == row.began:
            away = row
        elif run and _same_home(run[-1], away, row):
            run.append(row)
            away = None
        else:
            if run:
                yield _stay(run, away, start_known)
            run, away = [], None
            if row.place in codes.SUPPORTED_ACCOMMODATION and row.legal_status not in codes.SHORT_BREAKS:
                run = [row]
                follows = place > 0 and episodes[place - 1].ended == row.began
                start_known = follows or row.reason in _BEGINS_A_PLACEMENT
    if run:
        yield _stay(run, away, start_known)


_BEGINS_A_PLACEMENT = codes.NEW_PLACE_AND_CARERS | {codes.STARTED}


def _same_home(last: EpisodeRow, away: EpisodeRow | None, row: EpisodeRow) -> bool:
    """Whether an episode goes on where the last one of a placement was, `away` having come between them or not."""
    if (away or last).ended != row.began or row.place not in codes.SUPPORTED_ACCOMMODATION:
        return False
    if away:
        return row.postcode == last.postcode
    if row.reason == codes.LEGAL_STATUS_ONLY:
        return True
    return row.reason in codes.NEW_PLACE_SAME_CARERS and row.postcode == last.postcode


def _stay(run: Sequence[EpisodeRow], away: EpisodeRow | None, start_known: bool) -> Stay:
    last = away or run[-1]
    stay = Stay(run[0].began, tuple(run), start_known)
    if last.ended is None or last.ending == codes.STAYED_WITH_CARERS:
        return stay
    moved = last.ending == codes.EPISODE_CONTINUES
    why = "Moved to another placement" if moved else f"{codes.ENDINGS[last.ending]} ({last.ending})"
    return replace(stay, ended=last.ended, why_ended=why)


def _placements(record: ChildRecord, stays: Sequence[Stay], authority: str) -> Iterator[PlannedEvent]:
    for stay in stays:
        refs = {"placement": str(identifier(authority, record.child, stay.ref_slot))}
        day = stay.began.isoformat()
        where = {"unit": _where(stay.episodes[0])}
        yield PlannedEvent(f"placement_started:{day}", "placement_started", stay.began, refs=refs, data=where)
        if stay.ended:
            why = {"reason": stay.why_ended}
            yield PlannedEvent(f"placement_ended:{day}", "placement_ended", stay.ended, refs=refs, data=why)


def _where(row: EpisodeRow) -> str:
    """What the return says of the place: its kind, provider, postcode and Ofsted number."""
    parts = [f"{codes.SUPPORTED_ACCOMMODATION[row.place]} ({row.place})", codes.PROVIDERS.get(row.provider, "")]
    parts += [f"postcode {_spaced(row.postcode)}"] if row.postcode else []
    parts += [f"Ofsted number {row.urn}"] if row.urn.strip("X") else []
    return ", ".join(filter(None, parts))


def _spaced(postcode: str) -> str:
    return f"{postcode[:-3]} {postcode[-3:]}" if len(postcode) > 3 else postcode


def _reviews(record: ChildRecord) -> Iterator[PlannedEvent]:
    """Statutory reviews from the 16th birthday on, with the young person among those there when PN1 to PN4 says so."""
    for row in record.reviews:
        if row.held >= record.sixteenth_birthday:
            data = {"attended": ["young_person"]} if row.participation in codes.ATTENDED else {}
            yield PlannedEvent(f"review:{row.held.isoformat()}", "statutory_review_held", row.held, data=data)


def _absences(record: ChildRecord, stays: Sequence[Stay], authority: str) -> Iterator[PlannedEvent]:
    """Returns from absences out of supported accommodation, and that the risk of going missing is not known.

    An absence itself is not recorded: the deadline for reporting it counts from what was agreed with the keyworker,
    and that a child was missing (M) does not say that the police were told. See the guide.
    """
    if record.absences:
        first = record.absences[0].began
        risk = {"missing_risk": "unknown"}
        yield PlannedEvent("facts:missing_risk", "facts_recorded", first, noon=False, data=risk)
    care_ended = {last.ended for _, last in periods_of_care(record.episodes)}
    for number, rows in _whole_absences(record.absences):
        began, ended = rows[0].began, rows[-1].ended
        stay = next((stay for stay in stays if _was_there(stay, began)), None)
        if stay is None or ended is None or ended in care_ended or ended == stay.ended:
            continue  # an absence that ends with the placement or with care is not a return
        slot = f"{began.isoformat()}:{number}"
        refs = {"episode": str(identifier(authority, record.child, f"absence:{slot}"))}
        yield PlannedEvent(f"return:{slot}", "episode_ended", ended, refs=refs, data={"context": _story(rows)})


def _was_there(stay: Stay, day: date) -> bool:
    return stay.began <= day and (stay.ended is None or day < stay.ended)


def _whole_absences(absences: Sequence[MissingRow]) -> Iterator[tuple[int, list[MissingRow]]]:
    """Absences from leaving to return: away and then missing, or the other way about, is one. Numbered within a day."""
    chains: list[list[MissingRow]] = []
    for row in absences:
        last = chains[-1][-1] if chains else None
        if last and last.ended == row.began and last.kind != row.kind:
            chains[-1].append(row)
        else:
            chains.append([row])
    for _, begun_that_day in groupby(chains, key=lambda rows: rows[0].began):
        yield from enumerate(begun_that_day, start=1)


def _story(rows: Sequence[MissingRow]) -> str:
    parts = [f"{codes.ABSENCES[row.kind]} from {written(row.began)} to {written(row.ended)}" for row in rows]
    return f"From the SSDA903 return: {', then '.join(parts)}."
