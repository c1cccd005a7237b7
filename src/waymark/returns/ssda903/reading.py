"""Reading a whole return: every row of the files that are used, for everyone of 16 and over.

Rows of children under 16 are passed over unread (their age is all that is looked at), so that an error in a baby's
adoption cannot hold up a care leaver. When a Header or Episodes row is refused, that young person is left out whole:
half a history would say that a placement began or ended when it did not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from waymark.duties.engine.calendar import age_on
from waymark.returns.ssda903 import checks, codes
from waymark.returns.ssda903.checks import Contradiction
from waymark.returns.ssda903.files import Progress, ReturnError, ReturnFolder, open_folder
from waymark.returns.ssda903.layouts import REQUIRED, USED, FileKind
from waymark.returns.ssda903.records import ChildRecord, Told
from waymark.returns.ssda903.rows import (
    CareLeaverRow,
    Cells,
    EpisodeRow,
    HeaderRow,
    MissingRow,
    Refusal,
    ReviewRow,
    UnaccompaniedRow,
    read_care_leaver,
    read_episode,
    read_header,
    read_missing,
    read_review,
    read_unaccompanied,
    shown,
)

YOUNGEST = 16
YEAR_BEGINS = (4, 1)
NOTHING_TO_FOLLOW = "left care before 16, or known only by short breaks or a Header row"
TOO_YOUNG = "under 16"
LEFT_OUT = "left out because a Header or Episodes row is refused"

Row = TypeVar("Row", EpisodeRow, ReviewRow, MissingRow, CareLeaverRow, UnaccompaniedRow)


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A file of the folder, how many rows it holds and whether they are used (None when nobody counted)."""

    name: str
    kind: FileKind
    rows: int | None
    used: bool


@dataclass(frozen=True, slots=True)
class Return:
    """A return as read. `last_day` is the latest that an accepted row tells of, `year_begins` the 1 April before it.

    `incomplete` are, for each kind of file, the children of whom a row in it is refused, or may be.
    """

    files: tuple[FileSummary, ...]
    passed_over: tuple[str, ...]
    young_people: tuple[ChildRecord, ...]
    refusals: tuple[Refusal, ...]
    not_imported: Counter[str]
    year_begins: date
    last_day: date
    incomplete: Mapping[FileKind, Collection[str]]

    def told(self, kind: FileKind, child: str) -> Told:
        """How much the return tells of a child in the file of this kind."""
        if not any(file.kind is kind for file in self.files):
            return Told.NOTHING
        return Told.IN_PART if child in self.incomplete.get(kind, ()) else Told.ALL


@dataclass(slots=True)
class _Gathered:
    """What is read so far. `outside` says why a child of the Header is not read on; `broken` have a refused episode."""

    headers: dict[str, HeaderRow] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    episodes: dict[str, list[EpisodeRow]] = field(default_factory=lambda: defaultdict(list))
    reviews: dict[str, list[ReviewRow]] = field(default_factory=lambda: defaultdict(list))
    absences: dict[str, list[MissingRow]] = field(default_factory=lambda: defaultdict(list))
    care_leavers: dict[str, list[CareLeaverRow]] = field(default_factory=lambda: defaultdict(list))
    unaccompanied: dict[str, list[UnaccompaniedRow]] = field(default_factory=lambda: defaultdict(list))
    refusals: list[Refusal] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    incomplete: dict[FileKind, set[str]] = field(default_factory=lambda: defaultdict(set))
    counts: Counter[FileKind] = field(default_factory=Counter)


def read_return(folder: Path, *, today: date, covered_from: date, progress: Progress | None = None) -> Return:
    """Read the return in `folder`.

    `today` is the day of the import, `covered_from` the day from which the record is to count as complete. Someone is
    taken in if they were 16 by the later of `covered_from` and the last day the return tells of. Raises `ReturnError`
    for a file that cannot be used; a row that cannot be used is in `refusals`.
    """
    return read_files(open_folder(folder), today=today, covered_from=covered_from, progress=progress)


def read_files(folder: ReturnFolder, *, today: date, covered_from: date, progress: Progress | None = None) -> Return:
    """The same, for a folder that is already open."""
    gathered = _Gathered()
    reading = _Reading(folder, gathered, today, progress)
    reading.headers()
    reading.rows(FileKind.EPISODES, read_episode, gathered.episodes)
    reading.rows(FileKind.REVIEWS, read_review, gathered.reviews)
    reading.rows(FileKind.MISSING, read_missing, gathered.absences)
    reading.rows(FileKind.OC3, read_care_leaver, gathered.care_leavers)
    reading.rows(FileKind.UASC, read_unaccompanied, gathered.unaccompanied)
    empty = [folder.files[kind].name for kind in REQUIRED if not gathered.counts[kind]]
    if empty:
        raise ReturnError(*(f"{name}: has a heading and no rows" for name in empty))
    _check(folder, gathered)
    return _conclude(folder, gathered, covered_from)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads file after file into what is gathered."""

    folder: ReturnFolder
    gathered: _Gathered
    today: date
    progress: Progress | None

    def headers(self) -> None:
        """Everyone in the Header who is 16 or over today."""
        gathered = self.gathered
        for cells in self._rows_of(FileKind.HEADER):
            row = read_header(cells)
            dated = not any(problem.column == "DOB" for problem in cells.problems)
            if dated and age_on(row.born, self.today) < YOUNGEST:
                gathered.outside.setdefault(row.child, TOO_YOUNG)
                continue
            if row.child in gathered.headers or row.child in gathered.outside:
                cells.refuse("CHILD", row.child, "has another row in this file")
            if cells.problems:
                gathered.refusals += cells.problems
                gathered.headers.pop(row.child, None)
                gathered.outside[row.child] = LEFT_OUT
            else:
                gathered.headers[row.child] = row

    def rows(self, kind: FileKind, read: Callable[[Cells], Row | None], into: dict[str, list[Row]]) -> None:
        """The rows of one file, if the return has it, for those who are read."""
        gathered = self.gathered
        for cells in self._rows_of(kind):
            child = cells.text("CHILD")
            if child in gathered.outside:
                continue
            header = gathered.headers.get(child)
            if header is None:
                if cells.child() == child and not cells.problems:
                    cells.refuse("CHILD", child, "is not in the Header file")
                gathered.refusals += cells.problems
                continue
            row = read(cells)
            if kind is not FileKind.EPISODES:
                _same_birth(cells, header)
            if cells.problems:
                gathered.refusals += cells.problems
                gathered.incomplete[kind].add(child)
                if kind is FileKind.EPISODES:
                    gathered.broken.add(child)
            elif row is not None:
                into[child].append(row)

    def _rows_of(self, kind: FileKind) -> Iterator[Cells]:
        file = self.folder.files.get(kind)
        if file is None:
            return
        cells = Cells(file.name, file.columns, self.today)
        for number, fields in file.records(self.progress):
            self.gathered.counts[kind] += 1
            if cells.load(number, fields):
                yield cells
            else:
                self.gathered.refusals += cells.problems
                possible = {value.strip() for value in fields}  # whose row it is cannot be known for certain
                self.gathered.incomplete[kind] |= possible
                if kind in REQUIRED:
                    self.gathered.broken |= possible  # so all it might be are left out


def _same_birth(cells: Cells, header: HeaderRow) -> None:
    born = cells.day("DOB")
    if not cells.problems and born != header.born:
        reason = f"is not the date of birth in row {header.row} of the Header file"
        cells.refuse("DOB", cells.text("DOB"), reason)


def _check(folder: ReturnFolder, gathered: _Gathered) -> None:
    """Refuse the rows that contradict each other."""
    names = {kind: file.name for kind, file in folder.files.items()}

    def refuse(kind: FileKind, found: Iterable[Contradiction]) -> set[int]:
        rows = list(found)
        if rows:
            gathered.incomplete[kind].add(child)
        gathered.refusals += [Refusal(names[kind], row.row, row.column, shown(row.value), row.reason) for row in rows]
        return {row.row for row in rows}

    for child, header in gathered.headers.items():
        episodes = gathered.episodes[child]
        episodes.sort(key=lambda row: row.began)
        if child not in gathered.broken:
            found = checks.episode_contradictions(episodes, header.born)
            if refuse(FileKind.EPISODES, found):
                gathered.broken.add(child)
        reviews, absences = gathered.reviews[child], gathered.absences[child]
        reviews.sort(key=lambda row: (row.held, row.row))
        absences.sort(key=lambda row: (row.began, row.ended or date.max, row.row))
        _drop(reviews, refuse(FileKind.REVIEWS, checks.review_contradictions(reviews, header.born)))
        _drop(absences, refuse(FileKind.MISSING, checks.absence_contradictions(absences, header.born)))
        _drop(gathered.care_leavers[child], refuse(FileKind.OC3, checks.repeated(gathered.care_leavers[child])))
        _drop(gathered.unaccompanied[child], refuse(FileKind.UASC, checks.repeated(gathered.unaccompanied[child])))


def _drop(rows: list[Row], refused: set[int]) -> None:
    if refused:
        rows[:] = [row for row in rows if row.row not in refused]


def _conclude(folder: ReturnFolder, gathered: _Gathered, covered_from: date) -> Return:
    records = [_record(header, gathered) for child, header in gathered.headers.items() if child not in gathered.broken]
    last_day = max((day for record in records for day in _days(record)), default=covered_from)
    year_begins = last_day.replace(month=YEAR_BEGINS[0], day=YEAR_BEGINS[1])
    if year_begins > last_day:
        year_begins = year_begins.replace(year=year_begins.year - 1)
    not_imported = Counter(gathered.outside.values())
    not_imported[LEFT_OUT] += sum(child in gathered.broken for child in gathered.headers)
    young_people = []
    for record in records:
        if age_on(record.born, max(last_day, covered_from)) < YOUNGEST:
            not_imported[TOO_YOUNG] += 1
        elif not _is_followed(record):
            not_imported[NOTHING_TO_FOLLOW] += 1
        else:
            young_people.append(replace(record, care_leaver_since=year_begins if record.care_leaver else None))
    return Return(
        files=tuple(
            FileSummary(file.name, kind, gathered.counts[kind] if kind in USED else None, kind in USED)
            for kind, file in sorted(folder.files.items(), key=lambda item: list(FileKind).index(item[0]))
        ),
        passed_over=folder.passed_over,
        young_people=tuple(young_people),
        refusals=tuple(sorted(gathered.refusals)),
        not_imported=+not_imported,
        year_begins=year_begins,
        last_day=last_day,
        incomplete=gathered.incomplete,
    )


def _record(header: HeaderRow, gathered: _Gathered) -> ChildRecord:
    child = header.child
    return ChildRecord(
        child=child,
        born=header.born,
        sex=header.sex,
        episodes=tuple(gathered.episodes[child]),
        reviews=tuple(gathered.reviews[child]),
        absences=tuple(gathered.absences[child]),
        care_leaver=next(iter(gathered.care_leavers[child]), None),
        unaccompanied=next(iter(gathered.unaccompanied[child]), None),
    )


def _days(record: ChildRecord) -> Iterator[date]:
    for episode in record.episodes:
        yield episode.ended or episode.began
    for review in record.reviews:
        yield review.held
    for absence in record.absences:
        yield absence.ended or absence.began


def _is_followed(record: ChildRecord) -> bool:
    """Whether they were looked after at 16 or over, short breaks apart, or are a care leaver."""
    if record.care_leaver and record.care_leaver.in_touch != codes.DIED_AFTER_CARE:
        return True
    birthday = record.sixteenth_birthday
    return any(
        row.legal_status not in codes.SHORT_BREAKS and (row.ended is None or row.ended > birthday)
        for row in record.episodes
    )
