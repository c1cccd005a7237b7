"""Makes the cases: a handful from each row of a table whose rows have the same shape, one from each particular row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .reading import START, Happening, alternatives, data_of, facts, happening, instant, section, trace

MINUTE = timedelta(minutes=1)
EARLIER = timedelta(days=30)

# Counted by hand from Monday 2 March 2026, 10:00. British summer time begins on 29 March.
DUE = {
    "1 hour": "2026-03-02T11:00:00+00:00",
    "24 hours": "2026-03-03T10:00:00+00:00",
    "1 working day": "2026-03-04T00:00:00+00:00",
    "1 day": "2026-03-04T00:00:00+00:00",
    "5 days": "2026-03-08T00:00:00+00:00",
    "1 week": "2026-03-10T00:00:00+00:00",
    "2 weeks": "2026-03-17T00:00:00+00:00",
    "2 months": "2026-05-02T23:00:00+00:00",
    "3 months": "2026-06-02T23:00:00+00:00",
    "at": "2026-03-10T00:00:00+00:00",
    "by": "2026-03-09T14:00:00+00:00",
}
ARRANGED_FOR = "2026-03-09T14:00:00+00:00"


@dataclass(frozen=True)
class Seen:
    """What one line of the result must say. None: the case does not look at it."""

    state: str
    part: str | None = None
    late: bool = False
    due: datetime | None = None


@dataclass(frozen=True)
class Case:
    """A trace and what a clause must give for it."""

    clause: str
    name: str
    facts: Mapping[str, Any]
    happenings: Sequence[Happening]
    now: datetime
    gives: Sequence[Seen]
    missing: tuple[str, ...] | None = None
    who: str | None = None
    other: Sequence[int] = field(default=())
    """Places of the happenings that are about something else than the rest."""
    about: str = ""

    def __str__(self) -> str:
        return f"{self.clause}: {self.name}"


def every_case() -> list[Case]:
    """All cases of `cases.md`."""
    return [*_duties(), *_recurring(), *_gates(), *_content(), *_particular()]


def _duties() -> Iterator[Case]:
    for clause, about, wanted, happens, done_by, due_text, who, ended_by in section("Duties"):
        kind, _, date_field = due_text.partition(" ") if due_text.startswith(("at ", "by ")) else (due_text, "", "")
        trigger = happening(happens)
        dates = {date_field: ARRANGED_FOR} if date_field else {}
        due = datetime.fromisoformat(DUE[kind])
        row = _Row(clause, about, facts(wanted), trigger.having(**dates), due, who, happens)
        yield from row.cases(alternatives(done_by), alternatives(ended_by) if ended_by else [])
        for name in trigger.data:
            vague = trigger.without(name).having(**dates)
            yield Case(clause, f"{happens} without {name}", row.facts, [vague], due, [])


@dataclass(frozen=True)
class _Row:
    clause: str
    about: str
    facts: Mapping[str, Any]
    trigger: Happening
    due: datetime
    who: str
    happens: str

    def cases(self, done_by: list[list[Happening]], ended_by: list[list[Happening]]) -> Iterator[Case]:
        in_time, late = self.due - MINUTE, self.due
        for needs in done_by:
            how = " and ".join(need.label for need in needs)
            done = [need.on(in_time) for need in needs]
            yield self.case(f"{self.happens}, then {how} in time", done, late, Seen("met", due=self.due))
            done = [need.on(late) for need in needs]
            yield self.case(f"{self.happens}, then {how} too late", done, late, Seen("met", late=True))
            if self.about != "case":
                other = [need.on(in_time) for need in needs]
                yield self.case(f"{how} about another {self.about}", other, late, Seen("breached"), other=True)
            for left_out in needs if len(needs) > 1 else ():
                some = [need.on(in_time) for need in needs if need is not left_out]
                name = f"{how}, without {left_out.label}"
                yield self.case(name, some, late, Seen("breached"), missing=(left_out.label,))
            yield from self.vague(needs)
        yield self.case(f"{self.happens}, not yet done", [], late - MINUTE, Seen("open", due=self.due))
        yield self.case(f"{self.happens}, not done", [], late, Seen("breached", due=self.due))
        for needs in ended_by:
            ended = [need.on(START + MINUTE) for need in needs]
            yield self.case(f"{self.happens}, then {needs[0].label}", ended, late, Seen("ended"))
        for fact in self.facts:
            without = {name: value for name, value in self.facts.items() if name != fact}
            yield Case(self.clause, f"{self.happens}, without {fact}", without, [self.trigger], late, [])

    def vague(self, needs: Sequence[Happening]) -> Iterator[Case]:
        """The right events in time, but one of them without something that it has to say."""
        for need in needs:
            for name in need.data:
                then = [(one.without(name) if one is need else one).on(self.due - MINUTE) for one in needs]
                yield self.case(f"{need.label} without saying {name}", then, self.due, Seen("breached"))

    def case(
        self,
        name: str,
        then: Sequence[Happening],
        now: datetime,
        seen: Seen,
        *,
        missing: tuple[str, ...] | None = None,
        other: bool = False,
    ) -> Case:
        happenings = [self.trigger, *then]
        places = range(1, len(happenings)) if other else ()
        who, about = self.who, self.about
        return Case(self.clause, name, self.facts, happenings, now, [seen], missing, who, places, about)


def _recurring() -> Iterator[Case]:
    for clause, about, happens, done_by, every, who, ended_by in section("Recurring duties"):
        trigger, done = happening(happens), happening(done_by)
        due = datetime.fromisoformat(DUE[every])
        row = _Row(clause, about, {}, trigger, due, who, happens)
        in_time = [done.on(due - MINUTE)]
        twice = [Seen("met", due=due), Seen("open")]
        yield Case(clause, "done in time, then due again", {}, [trigger, *in_time], due, twice, who=who)
        behind = [Seen("met", late=True, due=due), Seen("open")]
        yield Case(clause, "done too late, then due again", {}, [trigger, done.on(due)], due, behind, who=who)
        yield row.case("not yet done", [], due - MINUTE, Seen("open", due=due))
        yield row.case("not done", [], due, Seen("breached", due=due), missing=(done.label,))
        yield row.case(f"done about another {about}", in_time, due, Seen("breached"), other=True)
        for needs in alternatives(ended_by) if ended_by else []:
            ended = [need.on(START + MINUTE) for need in needs]
            yield row.case(f"{happens}, then {needs[0].label}", ended, due, Seen("ended"))


def _gates() -> Iterator[Case]:
    for clause, about, wanted, needed, then, who in section("Gates"):
        needs, gated, known = alternatives(needed)[0], happening(then), facts(wanted)
        now = START + MINUTE
        first = [need.on(START - MINUTE) for need in needs]
        names = tuple(need.label for need in needs)
        met, held = [Seen("met")], [Seen("breached")]
        yield Case(clause, "all that is needed first", known, [*first, gated], now, met, (), who)
        yield Case(clause, "nothing first", known, [gated], now, held, names, who)
        afterwards = [need.on(now) for need in needs]
        yield Case(clause, "what is needed only afterwards", known, [gated, *afterwards], now, held, names, who)
        other = [*first, gated]
        places = range(len(first))
        name = f"what is needed for another {about}"
        yield Case(clause, name, known, other, now, held, names, who, places, about)
        for left_out in needs if len(needs) > 1 else ():
            some = [need for need in first if need.label != left_out.label]
            name = f"without {left_out.label}"
            yield Case(clause, name, known, [*some, gated], now, held, (left_out.label,), who)
        for fact in (name for name, value in known.items() if value is True):
            without = {name: value for name, value in known.items() if name != fact}
            yield Case(clause, f"without {fact}", without, [gated], now, [])


def _content() -> Iterator[Case]:
    for clause, wanted, event, must_hold, who in section("Content"):
        known, carrier, held = facts(wanted), happening(event), data_of(must_hold)
        labels = {name: f"{name}: {{}}" if name == "how" else "{}" for name in held}
        everything = tuple(labels[name].format(item) for name, items in held.items() for item in items)
        yield Case(clause, "with all of it", known, [carrier.having(**held)], START, [Seen("met")], (), who or None)
        yield Case(clause, "with none of it", known, [carrier], START, [Seen("breached")], everything)
        for name, items in held.items():
            for left_out in items:
                data = {**held, name: [item for item in items if item != left_out]}
                missing = (labels[name].format(left_out),)
                given = [carrier.having(**data)]
                yield Case(clause, f"without {left_out}", known, given, START, [Seen("breached")], missing)


def _particular() -> Iterator[Case]:
    for clause, wanted, text, looked_at, gives, missing, who in section("Particular cases"):
        happenings = trace(text)
        now = instant(looked_at) if looked_at else max(one.at for one in happenings)
        seen = [] if gives == "none" else [_seen(line) for line in gives.split(",")]
        lacking = tuple(name.strip() for name in missing.split(",") if name.strip())
        name = " ".join(part for part in (text, wanted and f"({wanted})", looked_at and f"at {looked_at}") if part)
        yield Case(clause, name, facts(wanted), happenings, now, seen, lacking, who or None)


def _seen(text: str) -> Seen:
    words = text.split()
    late = words[-1] == "late"
    if late:
        words.pop()
    state = words.pop()
    return Seen(state, part=" ".join(words) or None, late=late)
