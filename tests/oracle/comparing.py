"""Random cases, and whether the engine says of them what the graphs say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from waymark.duties.engine import Instance, Pack, VersionInForce, evaluate, parse_pack

from .casework import Casework, random_casework
from .judging import Judgement, judged
from .protocols import Protocol, random_protocol


@dataclass(frozen=True)
class Case:
    """A protocol, what happened, and what the graphs say of it."""

    number: int
    protocol: Protocol
    pack: Pack
    casework: Casework
    judgements: list[Judgement]


@lru_cache(maxsize=1_000)
def random_case(number: int) -> Case:
    """The case of that number: always the same."""
    random = Random(number)
    protocol = random_protocol(random)
    pack = parse_pack(protocol.text.encode(), file=f"case-{number}.toml")
    casework = random_casework(random, protocol)
    return Case(number, protocol, pack, casework, judged(protocol, casework))


def agrees(case: Case) -> bool:
    """Whether the engine says the same."""
    return said_by_engine(case.pack, case.casework) == case.judgements


def said_by_engine(pack: Pack, casework: Casework) -> list[Judgement]:
    """What the engine says, in the oracle's words."""
    versions = [VersionInForce(pack, pack.in_force_from)]
    return sorted((_judgement(one) for one in evaluate(casework.events, versions, casework.now).instances), key=repr)


def _judgement(one: Instance) -> Judgement:
    return Judgement(
        clause=one.clause.id,
        part=one.part or "",
        trigger=one.trigger.id,
        ref=one.refs.get("placement", ""),
        state="late" if one.late else one.state,
        due=one.due,
        met_by=one.met_by if one.state == "met" else (),
        noticed=one.breach_noticed_at is not None,
    )


def explained(case: Case) -> str:
    """The disagreement over a case, with as little of the casework as it needs."""
    case = _shrunk(case)
    graphs, engine = set(case.judgements), set(said_by_engine(case.pack, case.casework))
    told = sorted(case.casework.events, key=lambda event: event.key)
    return "\n".join(
        [
            f"case {case.number}, looked at {case.casework.now.isoformat()}",
            case.protocol.text,
            *(f"  {one.id} {one.type} {one.occurred_at.isoformat()} {one.refs} {one.data}" for one in told),
            "only the graphs say:",
            *(f"  {one}" for one in sorted(graphs - engine, key=repr)),
            "only the engine says:",
            *(f"  {one}" for one in sorted(engine - graphs, key=repr)),
        ]
    )


def _shrunk(case: Case) -> Case:
    """The same disagreement over fewer events: each one that can go, goes."""
    smaller = True
    while smaller:
        smaller = False
        for event in case.casework.events:
            fewer = tuple(one for one in case.casework.events if one is not event)
            without = _with(case, replace(case.casework, events=fewer))
            if not agrees(without):
                case, smaller = without, True
                break
    return case


def _with(case: Case, casework: Casework) -> Case:
    return replace(case, casework=casework, judgements=judged(case.protocol, casework))
