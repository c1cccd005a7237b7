"""Random protocols: as data for the oracle, and as the text of a pack for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

TYPES = ("asked", "agreed", "told", "met_up", "noted")
"""Event types of these protocols' own, which name a placement."""

RECIPIENTS = ("social_worker", "young_person")
LENGTHS = (
    (90, "minute"),
    (1, "hour"),
    (2, "hour"),
    (24, "hour"),
    (48, "hour"),
    (1, "day"),
    (2, "day"),
    (5, "day"),
    (1, "week"),
    (2, "week"),
    (1, "month"),
    (1, "working day"),
    (2, "working day"),
    (5, "working day"),
)
HEAD = """
[protocol]
id = "random"
title = "A random protocol"
version = "1"
in_force = 2020-01-01
source = "made up"
"""
EVENT = """
[event.{}]
label = "{}"
refs = ["placement"]
"""


@dataclass(frozen=True)
class Need:
    """One event that is named: its type and, where it matters, whom it was for."""

    type: str
    to: str | None = None

    def __str__(self) -> str:
        return f"{self.type}{{to={self.to}}}" if self.to else self.type


Alternatives = tuple[tuple[Need, ...], ...]
"""Any one of these, each of which is several things that must all be there."""


def either(alternatives: Alternatives) -> str:
    """The pattern, as a pack writes it."""
    return ", ".join(" + ".join(map(str, needs)) for needs in alternatives)


@dataclass(frozen=True)
class Part:
    """One deadline of a duty: a length of time, or None for the instant that the trigger's `data.due` names."""

    name: str | None
    length: tuple[int, str] | None
    done_by: Alternatives


@dataclass(frozen=True)
class Duty:
    """A duty clause. `after` are the events that begin it, or the clause whose breach does."""

    id: str
    about: str
    after: tuple[Need, ...] | str
    parts: tuple[Part, ...]
    until: tuple[Need, ...] = ()
    recurs: bool = False
    may_come_before: bool = False
    at_risk_only: bool = False


@dataclass(frozen=True)
class Gate:
    """A gate clause: before what, and what must have happened."""

    id: str
    about: str
    before: tuple[Need, ...]
    needs: Alternatives
    at_risk_only: bool = False


@dataclass(frozen=True)
class Protocol:
    """A protocol of duties and gates."""

    clauses: tuple[Duty | Gate, ...]

    @property
    def text(self) -> str:
        """The same as a pack."""
        events = "".join(EVENT.format(name, name.capitalize()) for name in (*TYPES, "closed"))
        return HEAD + events + "".join(_duty(one) if isinstance(one, Duty) else _gate(one) for one in self.clauses)


def _duty(duty: Duty) -> str:
    after = f"breach of {duty.after}" if isinstance(duty.after, str) else ", ".join(map(str, duty.after))
    lines = [*_shared("duty", duty), f'after = "{after}"']
    lines += [f'until = "{", ".join(map(str, duty.until))}"'] if duty.until else []
    lines += ["may_come_before = true"] if duty.may_come_before else []
    for part in duty.parts:
        lines += [f"[[duty.{duty.id}.part]]", f'name = "{part.name}"'] if part.name else []
        key = "every" if duty.recurs else "within"
        lines.append(f'{key} = "{part.length[0]} {part.length[1]}s"' if part.length else 'by = "data.due"')
        lines.append(f'done_by = "{either(part.done_by)}"')
    return "\n".join(lines) + "\n"


def _gate(gate: Gate) -> str:
    lines = [
        *_shared("gate", gate),
        f'before = "{", ".join(map(str, gate.before))}"',
        f'needs = "{either(gate.needs)}"',
    ]
    return "\n".join(lines) + "\n"


def _shared(kind: str, clause: Duty | Gate) -> list[str]:
    lines = [f"\n[{kind}.{clause.id}]", 'title = "Do it"', 'cite = "Made up"', 'modality = "must"']
    lines += [f'about = "{clause.about}"', 'who = "social_worker"']
    return lines + (['when = "gang_risk"'] if clause.at_risk_only else [])


def random_protocol(random: Random) -> Protocol:
    """A protocol of one to four clauses, each of any kind; an escalating one stands after the one it waits for."""
    clauses: list[Duty | Gate] = []
    for number in range(1, random.randint(1, 4) + 1):
        clause = random.choice(_KINDS)(random, f"C-{number}")
        clauses.append(clause)
        if isinstance(clause, Duty) and _may_escalate(clause) and random.random() < 0.3:
            clauses.append(_escalation(random, f"E-{number}", clause))
    return Protocol(tuple(clauses))


def _may_escalate(duty: Duty) -> bool:
    return not duty.recurs and len(duty.parts) == 1 and duty.parts[0].length is not None


def _plain(random: Random, name: str) -> Duty:
    """As most duties are: one deadline, and often nothing that ends it."""
    part = Part(None, random.choice(LENGTHS), _singles(random, 1 + (random.random() < 0.2)))
    until = _some(random, 1) if random.random() < 0.3 else ()
    return Duty(name, _about(random), _some(random, 1), (part,), until, at_risk_only=random.random() < 0.15)


def _rich(random: Random, name: str) -> Duty:
    """Alternatives of several things, two deadlines, evidence that may come first, an ending."""
    names = ("voice", "writing") if random.random() < 0.3 else (None,)
    parts = tuple(Part(one, random.choice(LENGTHS), _alternatives(random)) for one in names)
    return Duty(
        name,
        _about(random),
        _some(random, random.randint(1, 2)),
        parts,
        _endings(random),
        may_come_before=random.random() < 0.3,
        at_risk_only=random.random() < 0.2,
    )


def _recurring(random: Random, name: str) -> Duty:
    part = Part(None, random.choice(LENGTHS[4:]), _singles(random, random.randint(1, 2)))
    return Duty(name, _about(random), _some(random, 1), (part,), _endings(random), recurs=True)


def _arranged(random: Random, name: str) -> Duty:
    """Due at an instant that the trigger names; arranging it again counts instead."""
    part = Part(None, None, _singles(random, 1))
    return Duty(name, "placement", _some(random, 1), (part,), _endings(random))


def _escalation(random: Random, name: str, duty: Duty) -> Duty:
    part = Part(None, random.choice(LENGTHS), _singles(random, 1))
    return Duty(name, duty.about, duty.id, (part,), _endings(random))


def _gated(random: Random, name: str) -> Gate:
    return Gate(name, _about(random), _some(random, 1), _alternatives(random), at_risk_only=random.random() < 0.2)


_KINDS = (_plain, _plain, _rich, _rich, _recurring, _arranged, _gated)


def _about(random: Random) -> str:
    return "case" if random.random() < 0.2 else "placement"


def _need(random: Random) -> Need:
    return Need(random.choice(TYPES), random.choice(RECIPIENTS) if random.random() < 0.25 else None)


def _some(random: Random, many: int) -> tuple[Need, ...]:
    return tuple(dict.fromkeys(_need(random) for _ in range(many)))


def _singles(random: Random, many: int) -> Alternatives:
    return tuple((need,) for need in _some(random, many))


def _alternatives(random: Random) -> Alternatives:
    return tuple(_some(random, random.randint(1, 2)) for _ in range(random.randint(1, 2)))


def _endings(random: Random) -> tuple[Need, ...]:
    return random.choice(((), (Need("closed"),), _some(random, 1), (Need("closed"), *_some(random, 1))))
