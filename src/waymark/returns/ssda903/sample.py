"""Made-up returns, for tests, benchmarks and trying the import: any size, any year's codes, nobody real.

A sample is consistent as the Department's checks demand: episodes follow each other, reviews fall within care,
absences do not overlap. Its young people are as various as a council's, and none of them exists.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from waymark.duties.engine.calendar import add_months, age_on
from waymark.returns.ssda903 import codes
from waymark.returns.ssda903.checks import written
from waymark.returns.ssda903.layouts import LAYOUTS, FileKind
from waymark.returns.ssda903.records import ChildRecord
from waymark.returns.ssda903.rows import CareLeaverRow, EpisodeRow, MissingRow, ReviewRow, UnaccompaniedRow

ETHNICITIES = ("WBRI", "WOTH", "BAFR", "BCRB", "MWBC", "ABAN", "AOTH", "OOTH")
ELSEWHERE = ("U4", "U6", "U1", "K2", "R3", "P1", "S1")
URN_NEEDED = frozenset({"K3", "H5", "K2", "U1", "U4", "U6", "R3"})
LEGAL_STATUSES = ("V2", "V2", "V2", "C2", "C1", "J1")
GROWN_UP = ("E5", "E6", "E17", "E4A", "E9", "E8")
YOUNGER = ("E4A", "E13", "E11", "E47")


@dataclass(frozen=True, slots=True)
class Year:
    """The shape of one year's return: its first day, its codes, and what its Header calls the sexes."""

    begins: date
    supported: tuple[str, ...]
    sexes: tuple[str, str]
    has_urn: bool = True

    @property
    def ends(self) -> date:
        """The last day of the year."""
        return date(self.begins.year + 1, 3, 31)


YEARS = {
    "2013-14": Year(date(2013, 4, 1), ("H5", "P2"), ("1", "2"), has_urn=False),
    "2016-17": Year(date(2016, 4, 1), ("H5", "P2", "Z1"), ("1", "2")),
    "2023-24": Year(date(2023, 4, 1), ("H5", "P2", "Z1"), ("1", "2")),
    "2024-25": Year(date(2024, 4, 1), ("K3", "H5", "P2", "Z1"), ("M", "F")),
    "2025-26": Year(date(2025, 4, 1), ("K3",), ("M", "F")),
}


def sample_children(count: int, *, seed: int, year: str = "2025-26") -> list[ChildRecord]:
    """`count` made-up children of one year's return, of all ages; the same seed gives the same children."""
    rng = random.Random(seed)  # noqa: S311 (made-up people, not secrets)
    shape = YEARS[year]
    first = rng.randrange(100_000, 400_000)
    return [_child(rng, str(first + number * 7), shape) for number in range(count)]


def write_return(folder: Path, children: Sequence[ChildRecord], *, year: str = "2025-26", seed: int = 0) -> int:
    """Write the CSV files of a return, under names that say nothing. Returns the number of rows written."""
    rng = random.Random(seed)  # noqa: S311
    folder.mkdir(parents=True, exist_ok=True)
    shape = YEARS[year]
    total = 0
    for number, (kind, rows) in enumerate(_tables(children, shape, rng), start=1):
        columns = next(
            layout.columns for layout in LAYOUTS if layout.kind is kind and ("URN" in layout.columns) <= shape.has_urn
        )
        with (folder / f"extract_{number:02}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(columns)
            for row in rows:
                writer.writerow([row.get(column, "") for column in columns])
                total += 1
    return total


def _child(rng: random.Random, child: str, year: Year) -> ChildRecord:
    age = rng.choices((rng.randrange(0, 15), 15, 16, 17, rng.randrange(18, 21)), weights=(45, 10, 15, 18, 12))[0]
    born = add_months(year.begins, -12 * age) - timedelta(days=rng.randrange(0, 360))
    record = ChildRecord(child, born, rng.choice(("M", "F")))
    eighteen = add_months(born, 216)
    if eighteen > year.begins:
        began = max(born, year.begins - timedelta(days=rng.randrange(-200, 900)))
        life = list(_life(rng, child, born, min(began, eighteen - timedelta(days=30)), year))
        record = replace(record, episodes=tuple(row for row in life if not row.ended or row.ended >= year.begins))
    record = replace(
        record,
        reviews=tuple(_reviews(rng, record, year)),
        absences=tuple(_absences(rng, record, year)),
        unaccompanied=UnaccompaniedRow(child, eighteen) if age >= 15 and rng.random() < 0.12 else None,
    )
    in_care = bool(record.episodes) and record.episodes[-1].ended is None
    if age_on(born, year.ends) >= 17 and not in_care:
        record = replace(record, care_leaver=_care_leaver(rng, child), care_leaver_since=year.begins)
    return record


def _life(rng: random.Random, child: str, born: date, began: date, year: Year) -> Iterator[EpisodeRow]:
    """Episodes from `began` until the 18th birthday or the end of the year."""
    sixteen, eighteen = add_months(born, 192), add_months(born, 216)
    row = _episode(rng, child, began, codes.STARTED, began >= sixteen, year)
    home = row
    while True:
        away = row.place in codes.TEMPORARY
        ends = min(row.began + timedelta(days=rng.randrange(2, 14) if away else rng.randrange(20, 400)), eighteen)
        if ends > year.ends:
            yield row
            return
        if ends == eighteen or (not away and rng.random() < 0.12):
            yield replace(row, ended=ends, ending=rng.choice(GROWN_UP if ends >= sixteen else YOUNGER))
            again = ends + timedelta(days=rng.randrange(5, 60))
            if ends == eighteen or rng.random() < 0.7 or again >= min(eighteen, year.ends):
                return
            row = _episode(rng, child, again, codes.STARTED, again >= sixteen, year)
        else:
            yield replace(row, ended=ends, ending=codes.EPISODE_CONTINUES)
            row = replace(home, began=ends, reason="P") if away else _next(rng, row, ends, ends >= sixteen, year)
        if row.place not in codes.TEMPORARY:
            home = row


def _episode(rng: random.Random, child: str, began: date, reason: str, grown: bool, year: Year) -> EpisodeRow:
    """An episode in a place of its own."""
    place = rng.choice(year.supported if grown and rng.random() < 0.6 else ELSEWHERE)
    needs_provider = place not in ("Z1", "P1")
    return EpisodeRow(
        child,
        began,
        reason,
        rng.choice(LEGAL_STATUSES),
        place,
        provider=rng.choice(("PR1", "PR2", "PR4", "PR4", "PR5")) if needs_provider else "",
        postcode=f"ZZ{rng.randrange(1, 30)}{rng.randrange(1, 10)}{''.join(rng.choices('ABDEFGHJLN', k=2))}",
        urn=str(rng.randrange(1_000_000, 2_800_000)) if year.has_urn and place in URN_NEEDED else "",
    )


def _next(rng: random.Random, before: EpisodeRow, day: date, grown: bool, year: Year) -> EpisodeRow:
    """What follows an episode: another legal status, another place, a stay in hospital, the same place registered."""
    roll = rng.random()
    if roll < 0.25:
        status = rng.choice([code for code in LEGAL_STATUSES if code != before.legal_status])
        return replace(before, began=day, reason=codes.LEGAL_STATUS_ONLY, legal_status=status)
    if roll < 0.32 and before.place in codes.SUPPORTED_ACCOMMODATION:
        return replace(before, began=day, reason="P", place="T1", provider="", urn="")
    if roll < 0.42 and before.place in codes.SUPPORTED_ACCOMMODATION:
        urn = str(rng.randrange(1_000_000, 2_800_000)) if year.has_urn else ""
        place = rng.choice([code for code in year.supported if code != "Z1"])
        return replace(before, began=day, reason="T", place=place, urn=urn, provider=before.provider or "PR4")
    moved = _episode(rng, before.child, day, "P", grown, year)
    if roll < 0.5:
        return replace(moved, reason="B")
    return replace(moved, legal_status=before.legal_status)


def _reviews(rng: random.Random, record: ChildRecord, year: Year) -> Iterator[ReviewRow]:
    day = year.begins + timedelta(days=rng.randrange(0, 180))
    while day <= year.ends:
        if any(row.began <= day and (row.ended is None or day < row.ended) for row in record.episodes):
            yield ReviewRow(record.child, day, rng.choice(("PN1", "PN1", "PN2", "PN5", "PN6", "PN7")))
        day += timedelta(days=rng.randrange(80, 185))


def _absences(rng: random.Random, record: ChildRecord, year: Year) -> Iterator[MissingRow]:
    if age_on(record.born, year.ends) < 12 or rng.random() < 0.6:
        return
    for row in record.episodes:
        day = max(row.began, year.begins)
        last = row.ended or year.ends
        while (day := day + timedelta(days=rng.randrange(10, 120))) < last:
            back = day + timedelta(days=rng.choice((0, 0, 1, 1, 2, 5)))
            if back > last:
                return
            kind = rng.choice((codes.MISSING, codes.AWAY))
            if row.ended is None and rng.random() < 0.03:
                yield MissingRow(record.child, kind, day)
                return
            yield MissingRow(record.child, kind, day, back)
            if rng.random() < 0.1 and back > day:
                other = codes.AWAY if kind == codes.MISSING else codes.MISSING
                yield MissingRow(record.child, other, back, back)
            day = back


def _care_leaver(rng: random.Random, child: str) -> CareLeaverRow:
    if rng.random() < 0.1:
        return CareLeaverRow(child, rng.choice(("NO", "REFU")), "0")
    activity = rng.choice(("F1", "F2", "F4", "F5", "P2", "G4", "G5", "G6"))
    return CareLeaverRow(child, "YES", activity, rng.choice("BDEKTUUUVXYZ"), rng.random() < 0.85)


def _tables(
    children: Sequence[ChildRecord], year: Year, rng: random.Random
) -> Iterator[tuple[FileKind, list[dict[str, str]]]]:
    """The rows of each file by column, in the order of the children; the files nobody uses have a row or two."""
    born = {child.child: written(child.born) for child in children}
    sexes = dict(zip(("M", "F"), year.sexes, strict=True))
    yield FileKind.HEADER, [_header_cells(rng, child, sexes) for child in children]
    yield FileKind.EPISODES, [_episode_cells(row) for child in children for row in child.episodes]
    yield (
        FileKind.REVIEWS,
        [
            {"CHILD": row.child, "DOB": born[row.child], "REVIEW": written(row.held), "REVIEW_CODE": row.participation}
            for child in children
            for row in child.reviews
        ],
    )
    yield FileKind.MISSING, [_missing_cells(row, born) for child in children for row in child.absences]
    yield FileKind.OC3, [_oc3_cells(child.care_leaver, born) for child in children if child.care_leaver]
    yield (
        FileKind.UASC,
        [
            {"CHILD": row.child, "SEX": sexes[child.sex], "DOB": born[row.child], "DUC": written(row.ceased)}
            for child in children
            if (row := child.unaccompanied)
        ],
    )
    yield FileKind.OC2, [{"CHILD": child, "DOB": day} for child, day in list(born.items())[:2]]
    if year.begins >= date(2023, 4, 1):
        yield FileKind.SOCIAL_WORKERS, [{"CHILD": child, "DOB": day} for child, day in list(born.items())[:2]]


def _header_cells(rng: random.Random, child: ChildRecord, sexes: dict[str, str]) -> dict[str, str]:
    return {
        "CHILD": child.child,
        "SEX": sexes[child.sex],
        "DOB": written(child.born),
        "ETHNIC": rng.choice(ETHNICITIES),
        "UPN": "UN5",
        "MOTHER": "0" if child.sex == "F" else "",
    }


def _episode_cells(row: EpisodeRow) -> dict[str, str]:
    return {
        "CHILD": row.child,
        "DECOM": written(row.began),
        "RNE": row.reason,
        "LS": row.legal_status,
        "CIN": "N1",
        "PLACE": row.place,
        "PLACE_PROVIDER": row.provider,
        "DEC": written(row.ended),
        "REC": row.ending,
        "REASON_PLACE_CHANGE": "OTHER" if row.ending == codes.EPISODE_CONTINUES else "",
        "HOME_POST": "ZZ1 1AA",
        "PL_POST": f"{row.postcode[:-3]} {row.postcode[-3:]}",
        "URN": row.urn,
    }


def _missing_cells(row: MissingRow, born: dict[str, str]) -> dict[str, str]:
    day, back = written(row.began), written(row.ended)
    return {"CHILD": row.child, "DOB": born[row.child], "MISSING": row.kind, "MIS_START": day, "MIS_END": back}


def _oc3_cells(row: CareLeaverRow, born: dict[str, str]) -> dict[str, str]:
    accommodation = f"{row.accommodation}{'1' if row.suitable else '2'}" if row.accommodation else codes.NOT_KNOWN
    return {
        "CHILD": row.child,
        "DOB": born[row.child],
        "IN_TOUCH": row.in_touch,
        "ACTIV": row.activity,
        "ACCOM": accommodation,
    }
