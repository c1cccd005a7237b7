"""What one or more returns say about one child, kept together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from waymark.duties.engine.calendar import add_months
from waymark.returns.ssda903 import codes
from waymark.returns.ssda903.rows import CareLeaverRow, EpisodeRow, MissingRow, ReviewRow, UnaccompaniedRow

SIXTEEN = 16 * 12


@dataclass(frozen=True, slots=True)
class ChildRecord:
    """A child's rows, episodes and the rest in the order of time. Row numbers mean nothing once it is stored."""

    child: str
    born: date
    sex: str
    episodes: tuple[EpisodeRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
    absences: tuple[MissingRow, ...] = ()
    care_leaver: CareLeaverRow | None = None
    care_leaver_since: date | None = None
    """The first day of the first return whose OC3 named them."""
    unaccompanied: UnaccompaniedRow | None = None

    @property
    def sixteenth_birthday(self) -> date:
        """The day they turn 16 (1 March for someone born on 29 February, were there no leap year)."""
        return add_months(self.born, SIXTEEN)

    def as_json(self) -> dict[str, Any]:
        """The record as plain JSON, without row numbers."""
        kept: dict[str, Any] = {
            "child": self.child,
            "born": self.born.isoformat(),
            "sex": self.sex,
            "episodes": [_episode_json(row) for row in self.episodes],
            "reviews": [[row.held.isoformat(), row.participation] for row in self.reviews],
            "absences": [[row.kind, row.began.isoformat(), _text(row.ended)] for row in self.absences],
        }
        if self.care_leaver:
            row = self.care_leaver
            kept["care_leaver"] = [row.in_touch, row.activity, row.accommodation, row.suitable]
            kept["care_leaver_since"] = _text(self.care_leaver_since)
        if self.unaccompanied:
            kept["unaccompanied"] = [_text(self.unaccompanied.ceased)]
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> ChildRecord:
        """The record that `as_json` gave."""
        child = kept["child"]
        care_leaver = kept.get("care_leaver")
        unaccompanied = kept.get("unaccompanied")
        return cls(
            child=child,
            born=date.fromisoformat(kept["born"]),
            sex=kept["sex"],
            episodes=tuple(_episode_row(child, values) for values in kept["episodes"]),
            reviews=tuple(ReviewRow(child, date.fromisoformat(held), how) for held, how in kept["reviews"]),
            absences=tuple(
                MissingRow(child, kind, date.fromisoformat(began), _day(ended))
                for kind, began, ended in kept["absences"]
            ),
            care_leaver=CareLeaverRow(child, *care_leaver) if care_leaver else None,
            care_leaver_since=_day(kept.get("care_leaver_since")),
            unaccompanied=UnaccompaniedRow(child, _day(unaccompanied[0])) if unaccompanied else None,
        )


class Told(Enum):
    """How much a return tells of one kind of row of a child."""

    NOTHING = "it has no such file"
    IN_PART = "it has, and a row of this child was refused"
    ALL = "it has, and what it does not have there was not so"


def merge(known: ChildRecord, new: ChildRecord, year_begins: date, *, reviews: Told, absences: Told) -> ChildRecord:
    """What is known of a child once a new return is in.

    A return tells everything from the first day of its year (`year_begins`), and every episode still open then. So
    what was known from that day on gives way to what the new return says, and what ended before it stays. `reviews` and
    `absences` say how much the new return tells of them: what a refused row may have said is not taken for wrong.
    """
    return replace(
        new,
        episodes=_merge_episodes(known.episodes, new.episodes, year_begins),
        reviews=_merge_reviews(known, new, _stays_before(reviews, year_begins)),
        absences=_merge_absences(known, new, _stays_before(absences, year_begins)),
        care_leaver=new.care_leaver or known.care_leaver,
        care_leaver_since=known.care_leaver_since or new.care_leaver_since,
        unaccompanied=new.unaccompanied or known.unaccompanied,
    )


def _merge_episodes(
    known: tuple[EpisodeRow, ...], new: tuple[EpisodeRow, ...], year_begins: date
) -> tuple[EpisodeRow, ...]:
    retold = {row.began for row in new}
    first = min(retold, default=None)
    kept: list[EpisodeRow] = []
    for row in known:
        if row.began in retold:
            continue
        if row.ended is None:
            if first is not None and row.began < first:
                # The new return no longer has it, so it ended when the first episode that it does have began.
                ending = "E8" if new[0].reason == codes.STARTED else codes.EPISODE_CONTINUES
                kept.append(replace(row, ended=first, ending=ending))
            elif first is None:
                kept.append(row)
        elif row.ended < year_begins or (row.ended == year_begins and row.began < year_begins):
            kept.append(row)
        # Anything else lay within the new return's year, which does not have it: it was put right there.
    return tuple(sorted((*kept, *new), key=lambda row: row.began))


def _stays_before(told: Told, year_begins: date) -> date:
    """The day before which what was known stays unless it is told again: any day, where not all is told."""
    return year_begins if told is Told.ALL else date.max


def _merge_reviews(known: ChildRecord, new: ChildRecord, stays_before: date) -> tuple[ReviewRow, ...]:
    retold = {row.held for row in new.reviews}
    stay = (row for row in known.reviews if row.held < stays_before and row.held not in retold)
    return tuple(sorted((*stay, *new.reviews), key=lambda row: row.held))


def _merge_absences(known: ChildRecord, new: ChildRecord, stays_before: date) -> tuple[MissingRow, ...]:
    retold = {row.began for row in new.absences}
    stay = (row for row in known.absences if row.began < stays_before and row.began not in retold)
    return tuple(sorted((*stay, *new.absences), key=lambda row: row.began))


def _episode_json(row: EpisodeRow) -> list[str | None]:
    began, ended = row.began.isoformat(), _text(row.ended)
    codes_and_places = [row.reason, row.legal_status, row.place, row.provider, row.ending, row.postcode, row.urn]
    return [began, ended, *codes_and_places]


def _episode_row(child: str, values: list[Any]) -> EpisodeRow:
    began, ended, reason, legal_status, place, provider, ending, postcode, urn = values
    return EpisodeRow(
        child, date.fromisoformat(began), reason, legal_status, place, provider, _day(ended), ending, postcode, urn
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
