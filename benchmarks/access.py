"""What it costs to show each reader only what they may see: `./waymark benchmark access`.

150,000 young people and 3,000,000 lines of the sharing ledger. The queries are the product's own, taken from it as they
leave for the database, and run as pages run them: by the login of pages, under row-level security, with the session of
a reader. Beside each, in turns, the same by a superuser, whom no policy holds back: there only the code's own filter,
`visible_to`, is left. docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg

from _database import fresh_database, server, settings, settle
from _measuring import Bars, heading, machine, quantile, stop_if
from _sharing import LINES, PEOPLE, Reader, a_long_record, fill, readers, superuser

PROMISED, SHARE, AT_LEAST = 20, 25, 1
"""Milliseconds for a list at p95; what row-level security may cost: a share in per cent, or so many milliseconds."""

Ask = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a page asks. `list_of_50`: the promise is about it."""

    title: str
    ask: Ask
    list_of_50: bool = False


def questions() -> list[Question]:
    """The list of records, the events of a long record, and a search: as the pages ask."""
    from waymark.casework import finding
    from waymark.casework.views.records import RECORDS_ON_A_PAGE
    from waymark.events.models import Event
    from waymark.govuk.pages import slice_of

    def page(number: int) -> Ask:
        start = (number - 1) * RECORDS_ON_A_PAGE
        return lambda actor: list(finding.young_people(actor)[start : start + RECORDS_ON_A_PAGE])

    def lives(actor: Any) -> object:
        people = finding.young_people(actor)[:RECORDS_ON_A_PAGE]
        return finding.living(actor, cases=[person.case_id for person in people])

    def count(actor: Any) -> object:
        return slice_of(finding.young_people(actor), number=1, size=RECORDS_ON_A_PAGE)

    def events(actor: Any) -> object:
        return list(Event.objects.visible_to(actor).filter(case=case).order_by("-occurred_at")[:25])

    case = a_long_record()
    return [
        Question("young people by name, first 50", page(1), list_of_50=True),
        Question("young people by name, 451 to 500", page(10), list_of_50=True),
        Question("how many, up to more than 500", count),
        Question("the first 50 and where they live", lives),
        Question("25 of a record's 200 events", events),
        Question("a search for a name", lambda actor: list(finding.by_name(finding.matching(actor, "Clovenmer"))[:50])),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure lists under row-level security, beside the same without.")
    parser.add_argument("--runs", type=int, default=200, help="how often each is asked (200)")
    options = parser.parse_args()
    print("\n".join(machine()))
    bars = Bars()
    with server():
        fresh_database()
        begun = time.perf_counter()
        fill()
        settle()
        heading(f"Lists of {PEOPLE:,} young people by {LINES:,} lines of the ledger ({settings()})")
        print(f"  made in {time.perf_counter() - begun:,.0f} s; load of the machine {os.getloadavg()[0]:.1f}")
        for reader in readers():
            measure(reader, options.runs, bars)
        print(f"\n  load of the machine at the end {os.getloadavg()[0]:.1f}")
    if bars.missed:
        print("\nMissed:\n" + "\n".join(f"  {what}" for what in bars.missed))
    return 1 if bars.missed else 0


def measure(reader: Reader, runs: int, bars: Bars) -> None:
    """Ask everything as one reader, under row-level security and without."""
    heading(f"{reader.title.capitalize()}: ms in the database, planning included, at the median and p95 of {runs}")
    for question in questions():
        statements = taken(question.ask, reader)
        with page_login() as guarded, superuser() as free:
            for connection in (guarded, free):
                connection.execute("select set_config('waymark.token', %s, true)", [reader.token])
            times = in_turns(statements, guarded, free, runs if question.list_of_50 else max(20, runs // 4))
        told(question, reader, *times, bars=bars)


def taken(ask: Ask, reader: Reader) -> list[bytes]:
    """The statements that a page sends to the database to ask this."""
    from django.db import connections, transaction

    from waymark.access.middleware import tell_token
    from waymark.core.database import WEB, login

    statements: list[bytes] = []

    def listen(execute: Any, text: str, parameters: Any, many: bool, context: Any) -> Any:
        statements.append(psycopg.ClientCursor(context["connection"].connection).mogrify(text, parameters).encode())
        return execute(text, parameters, many, context)

    with login(WEB), transaction.atomic(using=WEB):
        tell_token(reader.token)
        with connections[WEB].execute_wrapper(listen):
            ask(reader.actor)
    return statements


Times = list[list[float]]
"""Seconds of each statement of a question, a list for each time that it was asked."""


def in_turns(
    statements: Sequence[bytes], guarded: psycopg.Connection[Any], free: psycopg.Connection[Any], runs: int
) -> tuple[Times, Times]:
    """How long the statements take, by the one login and by the other; stops unless both are shown the same."""
    times: tuple[Times, Times] = ([], [])
    for turn in range(runs + 5):
        shown = []
        for connection, found in zip((guarded, free), times, strict=True):
            taken_now, results = [], []
            for statement in statements:
                begun = time.perf_counter()
                results.append(connection.pgconn.exec_(statement))
                taken_now.append(time.perf_counter() - begun)
            if turn >= 5:  # the first few warm up
                found.append(taken_now)
            shown.append([rows_of(result) for result in results])
        stop_if(shown[0] != shown[1], "The login of pages is shown something else than the code's own filter shows.")
    return times


def rows_of(result: Any) -> list[tuple[bytes | None, ...]]:
    """What came back, in an order of its own: some statements ask for none."""
    stop_if(bool(result.error_message), result.error_message.decode())
    rows = [tuple(result.get_value(row, column) for column in range(result.nfields)) for row in range(result.ntuples)]
    return sorted(rows, key=repr)


def told(question: Question, reader: Reader, guarded: Times, free: Times, *, bars: Bars) -> None:
    """Say what all the statements of a question took together; what row-level security costs is judged of each."""
    with_it, without = ([sum(each) * 1000 for each in times] for times in (guarded, free))
    costs = median(with_it) - median(without)
    print(
        f"  {question.title:<36}{median(with_it):9.2f} {quantile(with_it, 0.95):9.2f}   without row-level security"
        f" {median(without):9.2f} {quantile(without, 0.95):9.2f}   it costs {costs:7.2f}"
    )
    if not question.list_of_50:
        return
    about = f"{reader.title}, {question.title}"
    bars.at_most(f"{about}, at p95", quantile(with_it, 0.95), PROMISED, " ms")
    base, costs, allowed = dearest(guarded, free)
    dear = f"row-level security on its dearest query of {base:.2f} ms (25 % or 1 ms: {allowed:.2f} ms)"
    bars.at_most(f"{about}, {dear}", costs, allowed, " ms")


def dearest(guarded: Times, free: Times) -> tuple[float, float, float]:
    """Of the query on which row-level security costs most of what it may: ms without it, what it adds, and may add."""
    found = []
    for one, same in zip(zip(*guarded, strict=True), zip(*free, strict=True), strict=True):
        base = median(same) * 1000
        found.append((base, median(one) * 1000 - base, max(AT_LEAST, base * SHARE / 100)))
    return max(found, key=lambda each: each[1] / each[2])


def page_login() -> psycopg.Connection[Any]:
    """A connection of the login that serves pages."""
    return psycopg.connect(os.environ["DATABASE_URL_WEB"])


if __name__ == "__main__":
    sys.exit(main())
