"""Small returns written by hand, for tests that say in a line or two what the council sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from waymark.returns.ssda903.layouts import LAYOUTS, FileKind
from waymark.returns.ssda903.reading import Return, read_return
from waymark.returns.ssda903.records import ChildRecord
from waymark.returns.ssda903.rows import Refusal

TODAY = date(2026, 5, 1)
FROM = date(2025, 4, 1)

COLUMNS = {kind: next(layout.columns for layout in LAYOUTS if layout.kind is kind) for kind in FileKind}

ALEX = {"CHILD": "A1", "SEX": "M", "DOB": "10/06/2008"}
"""Turns 16 on 10 June 2024 and 18 on 10 June 2026."""
BABY = {"CHILD": "B2", "SEX": "F", "DOB": "01/02/2024"}

MOVED_IN = {
    "CHILD": "A1",
    "DECOM": "03/05/2025",
    "RNE": "S",
    "LS": "V2",
    "CIN": "N1",
    "PLACE": "K3",
    "PLACE_PROVIDER": "PR4",
    "PL_POST": "ZZ1 2AB",
    "URN": "2700001",
}
"""Alex's first day looked after, in supported accommodation."""

Cells = Mapping[str, str]


def text_of(kind: FileKind, *rows: Cells) -> str:
    """A file as CSV text; cells that a row does not name are empty."""
    columns = COLUMNS[kind]
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    return "".join(f"{line}\r\n" for line in lines)


def write(folder: Path, rows: Mapping[FileKind, list[Cells]]) -> Path:
    """A folder with these files, under names that say nothing."""
    for number, (kind, cells) in enumerate(rows.items()):
        (folder / f"file{number}.csv").write_text(text_of(kind, *cells), encoding="utf-8", newline="")
    return folder


def name_of(rows: Mapping[FileKind, list[Cells]], kind: FileKind) -> str:
    """The name that `write` gives the file of a kind."""
    return f"file{list(rows).index(kind)}.csv"


def read(
    folder: Path,
    *,
    header: list[Cells] | None = None,
    episodes: list[Cells] | None = None,
    today: date = TODAY,
    covered_from: date = FROM,
    **others: list[Cells],
) -> Return:
    """Read a return with these rows; by default Alex and the day they moved in. `others` by kind: `REVIEWS=[...]`."""
    rows: dict[FileKind, list[Cells]] = {
        FileKind.HEADER: [ALEX] if header is None else header,
        FileKind.EPISODES: [MOVED_IN] if episodes is None else episodes,
        **{FileKind[name]: cells for name, cells in others.items()},
    }
    return read_return(write(folder, rows), today=today, covered_from=covered_from)


def only_refusal(found: Return) -> Refusal:
    """The one row that was refused."""
    (refusal,) = found.refusals
    return refusal


def only_child(found: Return) -> ChildRecord:
    """The one young person taken in, from a return with nothing wrong."""
    assert found.refusals == ()
    (record,) = found.young_people
    return record


NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
CHARLIE = {"CHILD": "C3", "SEX": "F", "DOB": "20/12/2008"}
CHARLIE_MOVED_IN = {**MOVED_IN, "CHILD": "C3", "DECOM": "07/01/2026"}
BAD_ROW = {**CHARLIE_MOVED_IN, "LS": "?"}
LEFT = {"DEC": "04/08/2025", "REC": "E5"}


def folder_with(path: Path, *, header: list[Cells], episodes: list[Cells], **others: list[Cells]) -> Path:
    return write(
        path,
        {
            FileKind.HEADER: header,
            FileKind.EPISODES: episodes,
            **{FileKind[name]: rows for name, rows in others.items()},
        },
    )


def standing(child: str = "A1") -> list[tuple[str, date]]:
    """Type and day of a child's events that nobody withdrew, in order."""
    from waymark.events.models import Event
    from waymark.people.models import Identifier

    case = Identifier.objects.get(kind="ssda903", value=child).case
    events = list(Event.objects.filter(case=case).in_order())
    withdrawn = {event.data["event"] for event in events if event.type == "event_retracted"}
    return [
        (event.type, event.occurred_at.date())
        for event in events
        if event.type != "event_retracted" and str(event.pk) not in withdrawn
    ]
