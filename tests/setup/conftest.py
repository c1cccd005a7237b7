"""A whole demo, started as a person starts it, with data of its own."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from waymark.setup import assets, paths
from waymark.setup.postgres import free_port

SECONDS = 120


def clean_environment(**more: str) -> dict[str, str]:
    """Our environment without what says which database to use."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")} | more


class Demo:
    """`./waymark demo`, with its output as it comes."""

    def __init__(self, var: Path, *arguments: str, port: int | None = None) -> None:
        self.var = var
        self.port = port or free_port()
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "waymark.cli", "demo", "--port", str(self.port), *arguments],
            env=clean_environment(WAYMARK_VAR=str(var)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith("Ctrl-C stops it"):
                self._ready.set()
        self._ready.set()

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return "".join(self.lines)

    def wait_until_ready(self) -> "Demo":
        """Wait for the last line of its greeting."""
        assert self._ready.wait(SECONDS), self.output
        assert "Ctrl-C stops it" in self.output, self.output
        return self

    def get(self, path: str) -> int:
        """The status of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def processes(self) -> list[int]:
        """Everything that it runs: the children of the launcher, and theirs."""
        listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in map(str.split, listing.splitlines())}
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found[1:]

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End the launcher with a signal; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended; its exit status."""
        status = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return status


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A `var` folder of its own, in which the front-end files are ready."""
    with tempfile.TemporaryDirectory(prefix="waymark-", ignore_cleanup_errors=False) as name:
        folder = Path(name)
        folder.chmod(0o755)  # or root's PostgreSQL, which runs as another user, would have to move out
        assets.ensure_assets(testing=True)
        shutil.copytree(paths.ASSETS, folder / "assets")
        shutil.copy(assets.MADE, folder / "assets.made")
        yield folder


@pytest.fixture
def demo(var: Path) -> Iterator[Demo]:
    """A running demo. Its data stays for the next test of the file."""
    running = Demo(var).wait_until_ready()
    yield running
    running.stop()


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of the checkout with nothing installed in it."""
    with tempfile.TemporaryDirectory(prefix="waymark-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for file in filter(None, listing.split("\0")):
            if (paths.ROOT / file).exists():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(paths.ROOT / file, folder / file)
        yield folder
