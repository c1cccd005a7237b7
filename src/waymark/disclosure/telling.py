"""What was gathered, in plain words, grouped as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from waymark.access.models import Adoption, Basis, Consent, Outcome, Reason
from waymark.audit.models import Entry
from waymark.casework.audit.words import sentence
from waymark.casework.presenters import value_text
from waymark.core import formats
from waymark.core.categories import LABELS, Category
from waymark.disclosure.gathering import Gathered, Part, Row
from waymark.disclosure.marks import Mark
from waymark.duties.engine.calendar import local_date
from waymark.duties.engine.wording import due_text, event_text, part_text, plain
from waymark.duties.models import NoticeKind, State
from waymark.duties.packs import pack_of
from waymark.events.errors import RecordRefused
from waymark.events.schemas import event_type
from waymark.events.vocabulary import ROLES

LEFT_OUT = "[left out: it may be about somebody else]"
LONGEST_IN_DIGITS = 100
"""Bytes that are written out; of what is longer, such as a document, it is said how long it is."""


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text, with what has to be looked at before it goes out."""

    text: str
    mark: Mark | None = None
    label: str = ""


Cell = Sequence[Said]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, a sentence below it, and a table."""

    title: str
    about: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    nothing: str = "Nothing is held."


class Teller:
    """Puts rows into words. `names` are what identifiers are called."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self.names = gathered.names
        self._adoptions = {row.values["adoption_id"] for row in gathered.rows("duties.Duty")}

    @cached_property
    def clauses(self) -> Mapping[str, str]:
        """What the clauses of the protocols say that duties were owed under, by their number."""
        adoptions = Adoption.objects.filter(pk__in=self._adoptions)
        return {number: clause.title for one in adoptions for number, clause in pack_of(one).clauses.items()}

    def clause(self, number: str) -> str:
        """`Hold the placement planning meeting (PPM-02)`."""
        title = self.clauses.get(number)
        return f"{title} ({number})" if title else number

    def name(self, identifier: Any) -> str:
        """Who or what an identifier stands for; "" for none."""
        return self.names.get(str(identifier), "") if identifier else ""

    def said(self, row: Row, place: str, text: str | None = None, *, label: str = "") -> Said:
        """What stands at a place, with its mark; `text` is how it reads, where it is not text itself."""
        if place in row.left_out:
            return Said(LEFT_OUT, label=label)
        words = _at(row.values, place) if text is None else text
        return Said(str(words), row.marks.get(place), label)

    def table(self, model: str, columns: Callable[[Row], Sequence[Cell]]) -> list[Sequence[Cell]]:
        """The rows of a table, each with the mark of the whole row in front."""
        return [self.marked(row, columns(row)) for row in self.gathered.rows(model)]

    def marked(self, row: Row, cells: Sequence[Cell]) -> Sequence[Cell]:
        """The cells with the mark of the whole row in front of the first."""
        if row.mark is None:
            return cells
        return [[Said("", row.mark), *cells[0]], *cells[1:]]

    def holder(self, row: Row) -> str:
        """Who holds a line or works on a record: a person, a team, or a role at an agency."""
        values = row.values
        name = self.name(values.get("membership_id")) or self.name(values.get("team_id"))
        role = ROLES.get(values["role"], plain(values["role"])) if values["role"] else ""
        at = self.name(values.get("agency_id"))
        return name or f"everybody in the role {role} at {at}"


def chapters(gathered: Gathered) -> list[Chapter]:
    """The chapters of the report, in order. A table that has no words of its own is told column by column."""
    teller = Teller(gathered)
    told = [make(teller) for make in CHAPTERS.values()]
    others = [part for part in gathered.parts if part.held.model not in TOLD]
    plainly = [_plainly(teller, part) for part in others if part.rows or not gathered.for_release]
    return [_without_denying(one) if gathered.for_release else one for one in (*told, *plainly)]


def _without_denying(chapter: Chapter) -> Chapter:
    """In what is handed out, a chapter without rows does not say that there are none: they may have been left out."""
    return replace(chapter, nothing="There is nothing to show here.")


def _who(teller: Teller) -> Chapter:
    gathered = teller.gathered
    (record,), people = gathered.rows("cases.Case"), gathered.rows("people.YoungPerson")
    rows: list[Sequence[Cell]] = [_pair("Reference", teller.said(record, "reference"))]
    for person in people:
        rows += [
            _pair(label, teller.said(person, column, _text(person.values.get(column))))
            for column, label in PERSON.items()
            if person.values.get(column) or column in person.left_out
        ]
    rows += [
        _pair(f"Number in {row.values['kind']}", teller.said(row, "value"))
        for row in gathered.rows("people.Identifier")
    ]
    for row in gathered.rows("cases.CaseAuthority"):
        council = teller.name(row.values["authority_id"])
        rows.append(_pair("Responsible council", Said(f"{council}, {_period(row.values)}")))
    return Chapter("Who you are", "What you are called and known by.", ("What", "What is held"), rows)


PERSON = {
    "given_name": "Given name",
    "family_name": "Family name",
    "preferred_name": "Preferred name",
    "date_of_birth": "Date of birth",
    "pronouns": "Pronouns",
}


def _happened(teller: Teller) -> Chapter:
    return Chapter(
        "What happened",
        "What was recorded about you, the earliest first.",
        ("When", "What", "What was said"),
        teller.table("events.Event", lambda row: _event(teller, row)),
    )


def _event(teller: Teller, row: Row) -> Sequence[Cell]:
    values = row.values
    by = ROLES.get(values["by"], plain(values["by"])) if values["by"] else "Waymark"
    writer = teller.name(values["actor"])
    what = [Said(event_text(values["type"])), Said(f"by {by}{f', written down by {writer}' if writer else ''}")]
    if values["case_id"] != teller.gathered.case.pk:
        what.append(Said(f"in the record of {teller.name(values['case_id']) or 'a place'}"))
    return [[Said(formats.moment(values["occurred_at"]))], what, _answers(teller, row)]


def _answers(teller: Teller, row: Row) -> Cell:
    try:
        fields = {field.name: field for field in event_type(row.values["type"]).fields}
    except RecordRefused:  # a type that only an earlier version of a protocol knew
        fields = {}
    left_out = [place.removeprefix("data.") for place in sorted(row.left_out) if place.startswith("data.")]
    answers = {**row.values["data"], **dict.fromkeys(left_out, "")}
    found = []
    for name, value in answers.items():
        field = fields.get(name)
        text = value_text(field, value, teller.names) if name not in left_out else ""
        label = field.label if field else plain(name).capitalize()
        found.append(teller.said(row, f"data.{name}", text, label=label))
    return found


def _duties(teller: Teller) -> Chapter:
    return Chapter(
        "What was to be done",
        "What people had to do for you under the protocol, and how it stands.",
        ("What", "How it stands", "From", "Due"),
        teller.table("duties.Duty", lambda row: _duty(teller, row)),
    )


def _duty(teller: Teller, row: Row) -> Sequence[Cell]:
    values = row.values
    who = ", ".join(ROLES.get(role, plain(role)) for role in values["roles"])
    part = "" if values["part"] == str(teller.gathered.case.pk) else values["part"]
    clause = [
        Said(f"{teller.clause(values['clause'])}{f': {part_text(part)}' if part else ''}"),
        Said(f"owed by {who}" if who else ""),
    ]
    state = str(State(values["state"]).label) + (", late" if values["late"] else "")
    due = due_text(values["due"]) if values["due"] else ""
    return [clause, [Said(state)], [Said(_text(values["since"]))], [Said(due)]]


def _notices(teller: Teller) -> Chapter:
    def cells(row: Row) -> Sequence[Cell]:
        values = row.values
        kind = str(NoticeKind(values["kind"]).label)
        return [[Said(formats.moment(values["noticed_at"]))], [Said(teller.clause(values["clause"]))], [Said(kind)]]

    return Chapter(
        "What was noticed as late",
        "When something was not done in time, or was taken further.",
        ("When", "What", "What was noticed"),
        teller.table("duties.Notice", cells),
    )


def _workers(teller: Teller) -> Chapter:
    def cells(row: Row) -> Sequence[Cell]:
        role = ROLES.get(row.values["role"], plain(row.values["role"]))
        return [[Said(teller.holder(row))], [Said(role)], [Said(_period(row.values))]]

    return Chapter(
        "Who works with you",
        "People and teams who worked on your record, and in which role.",
        ("Who", "Role", "When"),
        teller.table("access.Involvement", cells),
    )


def _ledger(teller: Teller) -> Chapter:
    return Chapter(
        "Who could see what",
        "Each line opened a part of your record to somebody.",
        ("Who", "What they could see", "Why", "When"),
        teller.table("access.Grant", lambda row: _line(teller, row)),
    )


def _line(teller: Teller, row: Row) -> Sequence[Cell]:
    values = row.values
    why = [
        Said(f"{Reason(values['reason']).label}. {Basis(values['basis']).label}."),
        teller.said(row, "purpose"),
        Said(f"{Consent(values['consent']).label}."),
    ]
    for column, label in (
        ("consent_note", "About consent"),
        ("conditions", "Conditions"),
        ("rules", "Golden rules"),
        ("end_reason", "Why it ended"),
    ):
        if values.get(column) or column in row.left_out:
            why.append(teller.said(row, column, _text(values.get(column)), label=label))
    reads = ", ".join(LABELS[Category(name)] for name in values["reads"])
    writes = ", ".join(LABELS[Category(name)] for name in values["writes"])
    seen = [Said(reads), Said(f"and could add to: {writes}" if writes else "")]
    decided = teller.name(values["decided_by_id"])
    when = [Said(_period(values)), Said(f"decided by {decided}" if decided else "")]
    return [[Said(teller.holder(row))], seen, why, when]


def _emergencies(teller: Teller) -> Chapter:
    def cells(row: Row) -> Sequence[Cell]:
        values = row.values
        outcome = str(Outcome(values["outcome"]).label) if values["outcome"] else "Not reviewed yet"
        review = [Said(outcome)]
        if values.get("review_note") or "review_note" in row.left_out:
            review.append(teller.said(row, "review_note", label="What was found"))
        return [[teller.said(row, "why")], review, [Said(_text(values["reviewed_at"]))]]

    return Chapter(
        "Opened in an emergency",
        "When somebody opened your record because it could not wait.",
        ("Why", "What the review found", "Reviewed"),
        teller.table("access.EmergencyAccess", cells),
        nothing="Your record was not opened in an emergency.",
    )


def _restrictions(teller: Teller) -> Chapter:
    def cells(row: Row) -> Sequence[Cell]:
        why = [] if "why" in row.left_out else [teller.said(row, "why")]
        return [[Said(_period(row.values))], why or [Said("")]]

    return Chapter(
        "When your record was open to named people only",
        "Your record can be closed to all but people named one by one.",
        ("When", "Why"),
        teller.table("access.RestrictedRecord", cells),
        nothing="It was not.",
    )


def _looked(teller: Teller) -> Chapter:
    return Chapter(
        "Who looked, and what they did",
        "Each time somebody opened, listed or changed your record. What one person did several times on a day is one "
        "line; the other file has each.",
        ("Day", "Who and what", "How often"),
        _looks(teller),
    )


def _looks(teller: Teller) -> list[Sequence[Cell]]:
    references = {teller.gathered.case.pk: str(teller.gathered.rows("cases.Case")[0].values["reference"])}
    counted: dict[tuple[date, str, str], tuple[Row, int]] = {}
    for row in teller.gathered.rows("audit.Entry"):
        entry = Entry(**{name: value for name, value in row.values.items() if name in ENTRY})
        key = (local_date(row.values["at"]), sentence(entry, references), row.mark.reason if row.mark else "")
        first, times = counted.get(key, (row, 0))
        counted[key] = (first, times + 1)
    return [
        teller.marked(row, [[Said(formats.day(day))], [Said(text)], [Said(str(times))]])
        for (day, text, _why), (row, times) in counted.items()
    ]


ENTRY = ("action", "who", "role", "kind", "object_id", "case_id", "cases", "purpose", "detail")


def _plainly(teller: Teller, part: Part) -> Chapter:
    """A table that has no chapter of its own: each row, column by column."""
    rows = [teller.marked(row, [[Said(str(number))], _columns(teller, row)]) for number, row in enumerate(part.rows, 1)]
    return Chapter(part.held.title, "Held column by column.", ("Number", "What is held"), rows)


def _columns(teller: Teller, row: Row) -> Cell:
    columns = {**row.values, **dict.fromkeys(sorted(row.left_out), "")}
    found = []
    for column, value in columns.items():
        text = teller.name(value) if isinstance(value, UUID) else _text(value)
        if text or column in row.left_out:
            found.append(teller.said(row, column, text, label=plain(column.removesuffix("_id")).capitalize()))
    return found or [Said("")]


def _pair(label: str, said: Said) -> Sequence[Cell]:
    return [[Said(label)], [said]]


def _period(values: Mapping[str, Any]) -> str:
    """`from 2 March 2026 to 4 May 2026`."""
    until = f" to {formats.day(values['ends_at'])}" if values["ends_at"] else ""
    return f"from {formats.day(values['starts_at'])}{until}"


def _text(value: Any) -> str:
    """A value of the database as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return "; ".join(f"{plain(str(name))}: {_text(one)}" for name, one in value.items())
    if isinstance(value, bytes | memoryview):
        large = len(value) > LONGEST_IN_DIGITS
        return f"a file of {len(value):,} bytes, whole in the JSON file" if large else bytes(value).hex()
    return str(value)


def _at(values: Mapping[str, Any], place: str) -> Any:
    column, _, name = place.partition(".")
    return values[column][name] if name else values[column]


CHAPTERS: Mapping[Iterable[str], Callable[[Teller], Chapter]] = {
    ("cases.Case", "people.YoungPerson", "people.Identifier", "cases.CaseAuthority"): _who,
    ("events.Event",): _happened,
    ("duties.Duty",): _duties,
    ("duties.Notice",): _notices,
    ("access.Involvement",): _workers,
    ("access.Grant",): _ledger,
    ("access.EmergencyAccess",): _emergencies,
    ("access.RestrictedRecord",): _restrictions,
    ("audit.Entry",): _looked,
}
"""Which tables each chapter tells of."""
TOLD = {model for models in CHAPTERS for model in models}
