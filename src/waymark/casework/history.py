"""One record's events as a story: what was withdrawn, what is known now, and the things that events are about.

A thing is a placement, a referral, a missing episode: what events name in their `refs`. It has no row of its own; it is
whatever events say of it, and forms and pages call it by the words made here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from waymark.cases.models import Case
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.duties.engine.calendar import parse_instant
from waymark.duties.engine.wording import event_text, lower_first, month_text
from waymark.events.models import RETRACTED, Event
from waymark.events.vocabulary import EVENT_TYPES, REF_KINDS

FACTS = "facts_recorded"
PLACES = ("scheme", "provider", "borough")
"""Kinds of ref that name a record of their own, by its identifier."""

ENDINGS: Mapping[str, tuple[str, ...]] = {
    "placement": ("placement_ended",),
    "referral": ("referral_withdrawn", "case_closed", "placement_started", "referral_returned"),
    "episode": ("episode_ended",),
    "challenge": ("challenge_resolved", "refusal_accepted"),
    "panel": ("panel_held", "panel_cancelled"),
    "action": ("action_done", "action_withdrawn"),
    "move": ("move_made",),
}
"""The events after which somebody is less likely to mean a thing; it can be chosen all the same."""

LONGEST_QUOTE = 60


@dataclass(slots=True)
class Thing:
    """What events of one record are about: its kind and identifier, its events in order, and whether it is over."""

    kind: str
    ref: str
    events: list[Event] = field(default_factory=list)
    is_over: bool = False

    def first(self, *types: str) -> Event | None:
        """The first event of these types about it; of any type when none is named."""
        return next((event for event in self.events if not types or event.type in types), None)

    def last(self, *types: str) -> Event | None:
        """The last event of these types about it."""
        return next((event for event in reversed(self.events) if event.type in types), None)


class History:
    """The events of one record that stand, in order; `withdrawn` says which entry took back one that does not."""

    def __init__(self, events: Iterable[Event]) -> None:
        ordered = sorted(events, key=lambda event: (event.occurred_at, event.recorded_at, event.sequence))
        self.withdrawn = withdrawals(ordered)
        self.events = [event for event in ordered if str(event.pk) not in self.withdrawn]
        self.facts: dict[str, Any] = {}
        self.facts_from: dict[str, Event] = {}
        self.things: dict[tuple[str, str], Thing] = {}
        for event in self.events:
            self._read(event)

    def _read(self, event: Event) -> None:
        if event.type == FACTS:
            self.facts |= event.data
            self.facts_from |= dict.fromkeys(event.data, event)
        for kind, ref in event.refs.items():
            thing = self.things.setdefault((kind, ref), Thing(kind, ref))
            thing.events.append(event)
            thing.is_over = thing.is_over or event.type in ENDINGS.get(kind, ())

    def of_kind(self, kind: str) -> list[Thing]:
        """The things of one kind: those that go on first, the latest first."""
        found = [thing for thing in self.things.values() if thing.kind == kind]
        found.reverse()
        return sorted(found, key=lambda thing: thing.is_over)

    def placement(self) -> Thing | None:
        """Where the young person lives now: the latest placement that has started and not ended."""
        started = [
            thing for thing in self.of_kind("placement") if not thing.is_over and thing.first("placement_started")
        ]
        return max(started, key=lambda thing: _start(thing), default=None)


def _start(thing: Thing) -> datetime:
    event = thing.first("placement_started")
    assert event is not None  # only placements that have started are compared
    return event.occurred_at


def withdrawals(events: Iterable[Event]) -> dict[str, Event]:
    """For each withdrawn entry (by identifier) the entry that withdrew it. A withdrawn withdrawal withdraws nothing."""
    retractions = sorted(
        (event for event in events if event.type == RETRACTED),
        key=lambda event: (event.recorded_at, event.sequence),
        reverse=True,
    )
    found: dict[str, Event] = {}
    for retraction in retractions:
        if str(retraction.pk) not in found:
            found[str(retraction.data.get("event"))] = retraction
    return found


def history_of(actor: Actor, case: Case) -> History:
    """The history of a record that `actor` may read, in one query."""
    return History(Event.objects.visible_to(actor).filter(case=case))


When = Callable[[datetime], str]
"""How a description writes an instant: as its day, or with the time where the day is not enough."""


class Describer:
    """Puts things into words, so that no two of one kind on one record are called the same.

    `places` are names of schemes, providers and boroughs by their record's identifier; `things` the record's things.
    """

    def __init__(self, places: Mapping[str, str], things: Iterable[Thing] = ()) -> None:
        self.places = places
        self._names: dict[tuple[str, str], str] = {}
        for kind, of_kind in _by_kind(things).items():
            names = _told_apart(of_kind, [self._how_to_tell(thing) for thing in of_kind])
            self._names |= {(kind, thing.ref): name for thing, name in zip(of_kind, names, strict=True)}

    def describe(self, thing: Thing) -> str:
        """`Placement at Mill House from 2 March 2026`."""
        if thing.kind in PLACES:
            return self.places.get(thing.ref, REF_KINDS[thing.kind])
        return self._names.get((thing.kind, thing.ref)) or self._text(thing, formats.day)

    def place_of(self, thing: Thing) -> str:
        """The name of the scheme, or else the provider, where a placement is; "" when nothing says."""
        for kind in ("scheme", "provider"):
            for event in reversed(thing.events):
                if event.refs.get(kind) in self.places:
                    return self.places[event.refs[kind]]
        return ""

    def _text(self, thing: Thing, when: When) -> str:
        make = _DESCRIPTIONS.get(thing.kind)
        text = make(self, thing, when) if make else ""
        return text or _plainly(thing, when)

    def _how_to_tell(self, thing: Thing) -> Sequence[str]:
        """What a thing may be called, the shortest first: by its day, its time, and what was said of it."""
        timed, said = self._text(thing, formats.moment), _first_said(thing)
        return self._text(thing, formats.day), timed, f"{timed}, {said}" if said else timed


def _by_kind(things: Iterable[Thing]) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {}
    for thing in things:
        if thing.kind not in PLACES:
            found.setdefault(thing.kind, []).append(thing)
    return found


def _told_apart(things: Sequence[Thing], ways: Sequence[Sequence[str]]) -> list[str]:
    """For each thing the shortest of its names that no other has; what nothing tells apart is numbered, in order."""
    names = [shortest for shortest, *_ in ways]
    for longer in zip(*(more for _, *more in ways), strict=True):
        shared = _shared(names)
        names = [more if name in shared else name for name, more in zip(names, longer, strict=True)]
    shared, told = _shared(names), Counter[str]()
    for place, name in enumerate(names):
        if name in shared:
            told[name] += 1
            names[place] = f"{name}, number {told[name]}"
    return names


def _shared(names: Iterable[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count > 1}


def _first_said(thing: Thing) -> str:
    """The first thing in words that was said of it: what was chosen, or the beginning of what was written."""
    for event in thing.events:
        known = EVENT_TYPES.get(event.type)
        for field_ in known.fields if known else ():
            value = event.data.get(field_.name)
            if value and field_.kind in ("text", "choice"):
                return shortened(lower_first(dict(field_.choices).get(value, str(value))))
    return ""


def _plainly(thing: Thing, when: When) -> str:
    """`Referral: referral submitted on 2 March 2026`, from the first that was recorded of it."""
    event = thing.first()
    assert event is not None  # a thing is made from its first event
    return f"{REF_KINDS[thing.kind]}: {lower_first(event_text(event.type))} on {when(event.occurred_at)}"


def _placement(describer: Describer, thing: Thing, when: When) -> str:
    place = describer.place_of(thing)
    at = f"Placement at {place}" if place else "Placement"
    started, ended = thing.first("placement_started"), thing.last("placement_ended")
    if started is None:
        first = thing.first()
        return f"{at}, not started; first recorded on {when(first.occurred_at)}" if first else at
    until = f" to {when(ended.occurred_at)}" if ended else ""
    return f"{at} from {when(started.occurred_at)}{until}"


def _referral(describer: Describer, thing: Thing, when: When) -> str:
    first = thing.first()
    return f"Referral of {when(first.occurred_at)}" if first else ""


def _review(describer: Describer, thing: Thing, when: When) -> str:
    held = thing.last("review_held", "statutory_review_held")
    if held:
        return f"Review held on {when(held.occurred_at)}"
    arranged = _scheduled(thing)
    return f"Review arranged for {formats.moment(arranged)}" if arranged else ""


def _episode(describer: Describer, thing: Thing, when: When) -> str:
    first, ended = thing.first(), thing.last("episode_ended")
    if first is None:
        return ""
    until = f" to {formats.moment(ended.occurred_at)}" if ended else ", not ended"
    return f"Missing episode from {formats.moment(first.occurred_at)}{until}"


def _log(describer: Describer, thing: Thing, when: When) -> str:
    sent = thing.first("monthly_log_submitted")
    return f"Monthly log for {month_text(str(sent.data.get('month')))}" if sent else ""


def _meeting(describer: Describer, thing: Thing, when: When) -> str:
    first, arranged = thing.first(), _scheduled(thing)
    if first is None or arranged is None:
        return ""
    kind = "Panel" if thing.kind == "panel" else "Meeting"
    return f"{kind} on {formats.moment(arranged)} ({lower_first(event_text(first.type))})"


def _quoting(*names: str) -> Callable[[Describer, Thing, When], str]:
    """A description that quotes what was written first, to tell apart things of one day."""

    def describe(describer: Describer, thing: Thing, when: When) -> str:
        first = thing.first()
        words = next((str(first.data[name]) for name in names if first.data.get(name)), "") if first else ""
        return f"{_plainly(thing, when)}: {shortened(words)}" if words else ""

    return describe


def _scheduled(thing: Thing) -> datetime | None:
    for event in reversed(thing.events):
        if event.data.get("scheduled_for"):
            return parse_instant(event.data["scheduled_for"])
    return None


def shortened(words: str) -> str:
    """The beginning of a text, cut between words."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


_DESCRIPTIONS: Mapping[str, Callable[[Describer, Thing, When], str]] = {
    "placement": _placement,
    "referral": _referral,
    "review": _review,
    "episode": _episode,
    "log": _log,
    "meeting": _meeting,
    "panel": _meeting,
    "concern": _quoting("concern", "summary", "observed"),
    "incident": _quoting("summary"),
    "intelligence": _quoting("summary"),
    "action": _quoting("action"),
    "challenge": _quoting("reason"),
}
