"""Programs that run beside the command that started them, and end with it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from waymark.setup import paths
from waymark.setup.errors import SetupError
from waymark.setup.files import cannot_write, make_folder
from waymark.setup.parents import end_with_parent

STOP_SECONDS = 20.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):  # noqa: N818 (a request, not an error)
    """Somebody asked us to stop: Ctrl-C, a signal, a closed terminal."""


@dataclass
class Child:
    """A running program and where its output goes."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def last_words(self, lines: int = 12) -> str:
        """The end of its output."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def start_child(name: str, command: Sequence[str], *, when_orphaned: int = signal.SIGTERM) -> Child:
    """Start `command` with its output in `var/log/NAME.log`. On Linux it is ended when we die, however we die.

    `when_orphaned` is the signal it then gets: `SIGKILL` for what would first wait for a database that has gone too.
    """
    log = paths.VAR / "log" / f"{name.replace(' ', '-')}.log"
    make_folder(log.parent)
    try:
        output = log.open("wb")
    except OSError as error:
        raise cannot_write(log, error) from error
    with output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(when_orphaned),
        )
    return Child(name, process, log)


def stop_children(children: Sequence[Child]) -> None:
    """Ask all to end, wait, and end by force those that do not."""
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def refuse_dead(children: Sequence[Child]) -> None:
    """Raise `SetupError` when one of `children` has ended."""
    for child in children:
        status = child.process.poll()
        if status is not None:
            raise SetupError(
                f"The {child.name} has ended (status {status}), so everything is stopped. "
                f"The end of its log, {child.log}:\n{child.last_words()}"
            )


def watch(children: Sequence[Child], database: "subprocess.Popen[bytes] | None") -> None:
    """Wait until asked to stop (`Stopped`); raise `SetupError` when a child or the database server ends first."""
    while True:
        refuse_dead(children)
        if database is not None and database.poll() is not None:
            raise SetupError(
                f"PostgreSQL has ended (status {database.returncode}), so everything is stopped. Its log is "
                "server.log in its folder. Start again; the data is kept."
            )
        time.sleep(0.2)


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block Ctrl-C, SIGTERM and SIGHUP raise `Stopped`, once: cleaning up is not interrupted."""

    def stop(number: int, _: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    ignored = {signal.SIGHUP} if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else set()  # nohup
    before = {number: signal.signal(number, stop) for number in SIGNALS if number not in ignored}
    try:
        yield
    finally:
        sys.stdout.flush()
        for number, handler in before.items():
            signal.signal(number, handler)
