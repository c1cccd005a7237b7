"""The commands that need no database: `protocol check | explain | trace | coverage` and `calendar due`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from tqdm import tqdm

from waymark.duties.coverage import coverage_table
from waymark.duties.engine import EngineError, Pack, england_and_wales, load_pack
from waymark.duties.engine.calendar import Duration, local_date, parse_instant
from waymark.duties.engine.errors import UnreadableError, printable
from waymark.duties.engine.explain import explain_clause, explain_pack
from waymark.duties.engine.history import as_date
from waymark.duties.trace_reading import read_trace
from waymark.duties.tracing import table_rows, trace_lines

WRONG_INPUT = 2
WITH_A_DATABASE = {
    "adopt": "have a borough work by a pack from a day on",
    "export": "write everything recorded of one case as events that trace reads",
}
"""The members of `protocol` that the command line hands to Django, listed here with the others."""
A_MOMENT = 5  # seconds that work may take before it shows how far it is, where nobody sits at a terminal


def main(arguments: Sequence[str]) -> int:
    """Run `protocol …` or `calendar …`; returns the exit status, 2 for input that cannot be used."""
    try:
        options = _parser().parse_args(arguments)
        status: int = options.run(options)
    except EngineError as problem:
        print(problem, file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:
        sys.stderr.close()  # the reader has seen enough; nothing is left to say
        return 0
    return status


class Parser(argparse.ArgumentParser):
    """A value that cannot be used gets one line, like everything else that cannot be used; the rest the usage too."""

    def error(self, message: str) -> NoReturn:
        if message.startswith("argument ") and "invalid choice" not in message:
            self.exit(WRONG_INPUT, f"{self.prog}: {printable(message)}\n")
        super().error(message)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="./waymark")
    groups = parser.add_subparsers(required=True)
    protocol = groups.add_parser("protocol", help="read, check and try a protocol pack").add_subparsers(required=True)

    check = protocol.add_parser("check", help="say whether a pack is well formed, or what is wrong and where")
    check.add_argument("pack", type=Path)
    check.set_defaults(run=_check)

    explain = protocol.add_parser("explain", help="read a pack back in plain English")
    explain.add_argument("pack", type=Path)
    explain.add_argument("--clause", help="only this clause, such as PPM-02")
    explain.set_defaults(run=_explain)

    coverage = protocol.add_parser("coverage", help="list each clause and how it is realised")
    coverage.add_argument("pack", type=Path)
    coverage.set_defaults(run=_coverage)

    trace = protocol.add_parser("trace", help="work out every duty from a file of events")
    trace.add_argument("packs", type=Path, nargs="+", metavar="PACK", help="one pack, or its successive versions")
    trace.add_argument("events", type=Path, metavar="EVENTS.jsonl")
    trace.add_argument("--now", type=_instant, help="judge as at this time, such as 2026-03-20T09:00:00+00:00")
    trace.add_argument("--json", action="store_true", help="one JSON object a line instead of a table")
    trace.add_argument("--switch", type=_setting, action="append", default=[], metavar="NAME=CHOICE")
    trace.add_argument("--term", type=_setting, action="append", default=[], metavar="NAME=LENGTH")
    trace.add_argument(
        "--ignore-adoptions",
        action="store_true",
        help="judge by the packs given, each from its own day, whatever the events say a borough adopted and when",
    )
    trace.set_defaults(run=_trace)

    for name, purpose in WITH_A_DATABASE.items():
        protocol.add_parser(name, help=purpose, add_help=False).set_defaults(run=_elsewhere, name=name)

    calendar = groups.add_parser("calendar", help="count days as the protocol does").add_subparsers(required=True)
    due = calendar.add_parser("due", help="the last day for something owed within a time of a day")
    due.add_argument("day", type=_day)
    due.add_argument("within", type=_duration)
    due.set_defaults(run=_calendar_due)
    return parser


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _day(text: str) -> date:
    day = as_date(text)
    if day is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day such as 2023-04-27")
    return day


def _duration(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except UnreadableError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def _check(options: argparse.Namespace) -> int:
    pack = load_pack(options.pack)
    print(
        f"{pack.title}, version {pack.version}: {len(pack.clauses)} clauses, of which {len(pack.executable)} execute."
    )
    return 0


def _explain(options: argparse.Namespace) -> int:
    pack = load_pack(options.pack)
    if options.clause is None:
        print("\n\n".join(explain_pack(pack)))
        return 0
    if options.clause not in pack.clauses:
        raise EngineError(f"there is no clause {options.clause} in this pack", file=options.pack.name)
    print(explain_clause(pack.clauses[options.clause]))
    return 0


def _coverage(options: argparse.Namespace) -> int:
    for row in coverage_table(load_pack(options.pack)):
        print(row)
    return 0


def _trace(options: argparse.Namespace) -> int:
    packs = _packs(options)
    now = options.now or datetime.now().astimezone()
    with _bar("Reading", _size(options.events), unit="B", unit_scale=True) as bar:
        trace = read_trace(options.events, packs, bar.update, ignore_adoptions=options.ignore_adoptions)
    trace.in_use.check(trace.cases)
    for note in trace.in_use.notes:
        print(f"Note: {printable(note)}.", file=sys.stderr)
    if not trace.cases:
        print(f"{printable(options.events.name)} has no events, so there is nothing to judge.", file=sys.stderr)
        return 0
    with _bar("Evaluating", trace.count, unit=" events") as bar:
        lines = trace_lines(trace, packs, now, bar.update)
        for line in lines if options.json else table_rows(lines):
            print(line)
    return 0


def _elsewhere(options: argparse.Namespace) -> int:
    raise EngineError(f"needs the database: run it as ./waymark protocol {options.name}")


def _bar(doing: str, total: int, **options: Any) -> tqdm[NoReturn]:
    """Progress on standard error: at once on a terminal, elsewhere when it takes long, and only now and then."""
    if sys.stderr.isatty():
        return tqdm(total=total, desc=doing, leave=False, **options)
    return tqdm(total=total, desc=doing, delay=A_MOMENT, mininterval=A_MOMENT, leave=False, ascii=True, **options)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading it says what is wrong


def _packs(options: argparse.Namespace) -> list[Pack]:
    return [load_pack(path, terms=dict(options.term), switches=dict(options.switch)) for path in options.packs]


def _calendar_due(options: argparse.Namespace) -> int:
    calendar = england_and_wales()
    if options.within.unit in ("hour", "minute"):
        raise EngineError("hours are counted from a time, not from a day: give days, weeks, months or working days")
    due = calendar.due_after_day(options.day, options.within)
    last_day = local_date(due.at - timedelta(microseconds=1))
    print(f"{last_day}{' (provisional: the bank holidays that far ahead are not known)' if due.provisional else ''}")
    return 0
