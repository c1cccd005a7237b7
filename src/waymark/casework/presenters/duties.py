"""Duties in words: how each stands, how pressing it is, who owes it and what would meet it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import BooleanField, Func, OuterRef, QuerySet, Subquery
from django.urls import reverse

from waymark.access.emergency import EMERGENCY_REVIEWED
from waymark.casework.finding import is_identifier, name_of, people_named
from waymark.casework.presenters.owners import Owners, owners_of
from waymark.casework.presenters.parts import Link, Tag
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.duties import presenting
from waymark.duties.engine.calendar import local_date, start_of_day
from waymark.duties.engine.wording import due_text, listed, lower_first, part_text, plain
from waymark.duties.models import Duty, State
from waymark.duties.presenting import Doing
from waymark.events.models import Event
from waymark.events.vocabulary import ROLES
from waymark.referrals.own_pages import page_for, words_for

TODAY_BY = "Today by"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

OUTSTANDING = (State.OPEN, State.BREACHED)
NEVER_ASSUMED = frozenset({"attended", "how"})
"""What a form never fills in beforehand: who was there, and by what means, is for the person to say."""


@dataclass(frozen=True, slots=True)
class ToRecord:
    """What would meet a duty: what the link says, what of it is owed, and where it is done.

    `own_page` is for those who see it although they record nothing else: they may do just this. `is_a_step` where it is
    done on a page of its own, and `text` says what is done there.
    """

    text: str
    owed: str
    href: str
    own_page: bool = False
    is_a_step: bool = False

    @property
    def action(self) -> str:
        """What somebody is to do, for a link that stands alone."""
        return self.text if self.is_a_step else f"Record: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """A duty as a page shows it.

    `due` is how pressing it is, `due_by` the date where `due` does not say it; `done` when it was done, and `remedy`
    what can be done about what was not as the protocol says. `bring_in` leads to where somebody is brought in who would
    owe it.
    """

    duty: Duty
    who_it_is_about: Link
    title: str
    modality: str
    part: str
    tag: Tag
    due: str
    due_by: str
    owners: list[str]
    missing: list[str]
    to_record: list[ToRecord]
    escalated: str
    why: str = ""
    may_be_waived: bool = False
    done: str = ""
    remedy: str = ""
    bring_in: Sequence[Link] = ()

    @property
    def owed_by(self) -> str:
        """Who owes it, in the middle of a sentence: `housing keyworker: Joel Abara`."""
        return "; ".join(map(lower_first, self.owners)) or "those present"


def duty_rows(duties: Iterable[Duty], *, actor: Actor, now: datetime, explain: bool = False) -> list[DutyRow]:
    """Duties as rows. What they concern is asked for in two queries, however many they are."""
    duties = list(duties)
    owners = owners_of(duties)
    names = people_named(actor, {duty.part for duty in duties if duty.part})
    may_review = actor.may(Permission.REVIEW_EMERGENCY)
    return [_duty_row(duty, owners, names, now, explain=explain, may_review=may_review) for duty in duties]


def _duty_row(
    duty: Duty, owners: Owners, names: Mapping[str, str], now: datetime, *, explain: bool, may_review: bool
) -> DutyRow:
    clause = presenting.clause_of(duty)
    part = part_words(duty.part, names)
    outstanding = duty.state in OUTSTANDING
    failed = outstanding and not duty.timed
    doings = presenting.doings(duty) if outstanding else []
    due, due_by = due_words(duty, now)
    return DutyRow(
        duty=duty,
        who_it_is_about=Link(name_of(duty.case), reverse("case", args=[duty.case_id])),
        title=clause.title,
        modality=clause.modality,
        part=part,
        tag=state_tag(duty, now),
        due=due,
        due_by=due_by,
        owners=owners.words(duty),
        missing=presenting.owed(duty) if outstanding else [],
        to_record=[_to_record(duty, doing) for doing in doings if may_review or not _is_review(doing)],
        escalated=" and ".join(ROLES.get(role, role) for role in duty.escalated_to),
        why=presenting.sentence(duty, part=part) if explain else "",
        may_be_waived=_may_be_waived(duty, now),
        done=_when_done(duty),
        remedy=REMEDIES[duty.kind] if failed else "",
        bring_in=[_bring_in(duty, role) for role in owners.to_bring_in(duty)] if outstanding and duty.timed else [],
    )


def _may_be_waived(duty: Duty, now: datetime) -> bool:
    in_time = duty.due is None or duty.due > now
    return duty.state == State.OPEN and duty.timed and in_time and not duty.trigger.stands


REMEDIES = {
    "gate": "If it did happen before, record it with the time when it happened.",
    "content": "If it was only left out of the entry, withdraw the entry and record it again with what was left out.",
    "rule": "If the entry says it wrongly, withdraw it and record what happened as it was.",
}
"""What can be done, by kind of clause, where something was not as the protocol says. If it is true, it stays so."""


def with_when_done(duties: QuerySet[Duty]) -> QuerySet[Duty]:
    """Duties with `done_at`: when the last of what met them happened, if anything did."""
    last = Event.objects.filter(IsAmong("pk", OuterRef("met_by"))).order_by("-occurred_at").values("occurred_at")[:1]
    return duties.annotate(done_at=Subquery(last))


class IsAmong(Func):
    """Whether a value is in an array: `IsAmong("pk", OuterRef("met_by"))`."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _when_done(duty: Duty) -> str:
    """When it was done, of duties that were asked for with it (`with_when_done`)."""
    done_at: datetime | None = getattr(duty, "done_at", None)
    return formats.moment(done_at) if done_at and duty.state == State.MET else ""


def _to_record(duty: Duty, doing: Doing) -> ToRecord:
    own = page_for(doing.event_type, duty.case_id, doing.refs)
    if own:
        return ToRecord(words_for(doing.event_type), listed(doing.owed), own, is_a_step=True)
    return ToRecord(doing.label, listed(doing.owed), record_address(duty.case_id, doing), own_page=_is_review(doing))


def _is_review(doing: Doing) -> bool:
    """Whether it is the review of an emergency: on a page of its own, for those who may review."""
    return doing.event_type == EMERGENCY_REVIEWED and is_identifier(doing.refs.get("concern", ""))


def _bring_in(duty: Duty, role: str) -> Link:
    address = reverse("bring_in", args=[duty.case_id])
    return Link(f"Bring somebody in: {ROLES.get(role, plain(role))}", f"{address}?{urlencode({'role': role})}")


def part_words(part: str, names: Mapping[str, str]) -> str:
    """What a part is called: a month, a young person's name, or its own word."""
    if part in names:
        return names[part]
    return "a young person" if is_identifier(part) else plain(part_text(part))


def state_tag(duty: Duty, now: datetime) -> Tag:
    """How a duty stands, in words: late is late from the minute, whether or not it has been noticed."""
    if duty.state == State.MET:
        return Tag("Done late", "yellow") if duty.late else Tag("Done", "green")
    if duty.state in OUTSTANDING and not duty.timed:
        return Tag("Not as the protocol says", "orange")
    if is_late(duty, now):
        return Tag("Late", "red")
    if duty.state == State.OPEN:
        return Tag("To do", "blue")
    words = {State.WAIVED: "Waived", State.ENDED: "No longer needed", State.UNKNOWN: "Not known"}
    return Tag(words[State(duty.state)], "grey")


def is_late(duty: Duty, now: datetime) -> bool:
    """Whether a duty is outstanding and its time is over."""
    return duty.state in OUTSTANDING and duty.due is not None and duty.due <= now


def due_words(duty: Duty, now: datetime) -> tuple[str, str]:
    """How pressing it is, and the date: `2 days late`, `End of Thu 5 Mar 2026`; while it is far off, only the date."""
    if duty.due is None:
        return ("No date yet" if duty.timed and duty.state in OUTSTANDING else ""), ""
    at = due_text(duty.due).removeprefix("the ")
    by = at[:1].upper() + at[1:]
    if is_late(duty, now):
        return f"{length(now - duty.due)} late", by
    pressing = _pressing(duty.due, now) if duty.state in OUTSTANDING else ""
    if pressing.startswith(TODAY_BY):  # it says all that the date would
        return pressing, ""
    return (pressing, by) if pressing else (by, "")


def _pressing(due: datetime, now: datetime) -> str:
    today = local_date(now)
    if due == start_of_day(today + DAY):
        return "By the end of today"
    if local_date(due) == today:
        return f"{TODAY_BY} {due.astimezone(formats.LONDON):%H:%M}"
    return "Tomorrow" if due <= start_of_day(today + 2 * DAY) else ""


def length(time: timedelta) -> str:
    """A length of time in its largest whole unit: `2 days`, `1 hour`, `5 minutes`."""
    for unit, name in ((DAY, "day"), (HOUR, "hour")):
        if time >= unit:
            return _count(time // unit, name)
    return _count(max(1, time // MINUTE), "minute")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def record_address(case_id: UUID, doing: Doing) -> str:
    """Where the form is that records this, with its refs and data filled in; a review of an emergency has its own."""
    if _is_review(doing):
        return reverse("review_emergency", args=[case_id, doing.refs["concern"]])
    query: dict[str, Sequence[str] | str] = {f"ref-{kind}": ref for kind, ref in doing.refs.items()}
    query |= {f"data-{name}": values for name, values in doing.data.items() if name not in NEVER_ASSUMED}
    address = reverse("record_event", args=[case_id, doing.event_type])
    return f"{address}?{urlencode(query, doseq=True)}" if query else address
