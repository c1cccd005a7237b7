"""`./waymark test`: linters, types, and the tests, on a database server of their own.

Everything runs even when something has failed before, and the summary at the end says what did.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waymark.setup import paths
from waymark.setup.assets import ensure_assets
from waymark.setup.browser import VARIABLE, ensure_chromium
from waymark.setup.errors import SetupError
from waymark.setup.parents import end_with_parent
from waymark.setup.testing import export, start_embedded, start_test_server

NO_TESTS = 5
BROWSER, SETUP = "browser", "setup"


@dataclass
class Result:
    """How one step ended and how long it took, in seconds."""

    name: str
    passed: bool
    seconds: float
    note: str = ""


def main(arguments: Sequence[str]) -> int:
    """Run the suite. Status 0 when all of it passed, else 1."""
    options, pytest_arguments = _parse(arguments)
    began = time.monotonic()
    results: list[Result] = []
    with _database(options.server):
        ensure_assets(testing=True)
        if not pytest_arguments:
            results += [_step(name, command) for name, command in linters()]
        if any(given.startswith("-m") for given in pytest_arguments):
            results.append(_step("the tests asked for", pytest_command(pytest_arguments)))
        else:
            results += _groups(pytest_arguments)
    return _summarise(results, time.monotonic() - began)


def _parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="./waymark test",
        description="Run linters, types and tests. Arguments for pytest (paths, -k, -m, -x ...) run only those tests.",
        allow_abbrev=False,
    )
    parser.add_argument("--server", type=Path, metavar="FOLDER", help="the PostgreSQL programs to test against")
    return parser.parse_known_args(arguments)


def linters() -> list[tuple[str, list[str]]]:
    """What is checked without running anything."""
    programs = Path(sys.executable).parent
    return [
        ("ruff check", [str(programs / "ruff"), "check", "."]),
        ("ruff format", [str(programs / "ruff"), "format", "--check", "."]),
        ("mypy", [str(programs / "mypy")]),
        ("import-linter", [str(programs / "lint-imports")]),
    ]


def pytest_command(arguments: Sequence[str]) -> list[str]:
    """pytest on all the processors we may use, unless told another number."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    spread = [] if any(given.startswith("-n") for given in arguments) else ["-n", str(processors)]
    return [sys.executable, "-m", "pytest", *spread, *arguments]


def _groups(arguments: list[str]) -> Iterator[Result]:
    """Tests without a browser first, then those with one, then those that set everything up from nothing.

    When the person names tests, a group in which there are none is passed over; in a full run it is a failure.
    """
    accepted = (0, NO_TESTS) if arguments else (0,)
    quick = f"not {BROWSER} and not {SETUP}"
    results = [_step("tests without a browser", pytest_command(["-m", quick, *arguments]), accepted)]
    results.append(_browser_tests(arguments, accepted))
    setup = ["-m", f"{SETUP} and not {BROWSER}", "--dist", "loadfile", *arguments]  # a file shares one demo
    results.append(_step("tests of set-up", pytest_command(setup), accepted))
    if all(result.note for result in results):
        results[0] = Result(results[0].name, False, results[0].seconds, "no tests found")
    yield from results


def _browser_tests(arguments: list[str], accepted: Sequence[int]) -> Result:
    try:
        os.environ[VARIABLE] = ensure_chromium()
    except SetupError as error:
        print(f"\n{error}", flush=True)
        return Result("tests in a browser", False, 0.0, "not run: no Chromium")
    return _step("tests in a browser", pytest_command(["-m", BROWSER, *arguments]), accepted)


def _step(name: str, command: Sequence[str], accepted: Sequence[int] = (0,)) -> Result:
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    status = subprocess.run(
        command, cwd=paths.ROOT, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent(signal.SIGINT)
    ).returncode
    note = "no tests found" if status == NO_TESTS and NO_TESTS in accepted else ""
    return Result(name, status in accepted, time.monotonic() - began, note)


@contextmanager
def _database(server_programs: Path | None) -> Iterator[None]:
    """A server for the tests: `DATABASE_URL`'s, or an embedded one with the given programs."""
    if server_programs is None:
        start_test_server()
        yield
        return
    if not (server_programs / "postgres").exists():
        raise SetupError(
            f"There is no PostgreSQL in {server_programs}. Install it (on Debian: apt-get install postgresql)."
        )
    with start_embedded(programs=server_programs) as server:
        export(server)
        yield


def _summarise(results: Sequence[Result], seconds: float, say: Callable[[str], None] = print) -> int:
    say("")
    for result in results:
        verdict = "passed" if result.passed else "FAILED"
        say(f"{verdict}  {result.seconds:6.1f} s  {result.name}{f' ({result.note})' if result.note else ''}")
    failed = [result.name for result in results if not result.passed]
    say(f"{'FAILED' if failed else 'passed'}  {seconds:6.1f} s  in all{': ' + ', '.join(failed) if failed else ''}")
    return 1 if failed else 0
