"""Makes `.venv` from a locked list of requirements.

Run by `./waymark` with whatever Python the machine has, before anything is installed: the standard library
and this package's own modules that need no more are all there is.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from waymark.setup.errors import SetupError
from waymark.setup.files import cannot_write, disk_full, locked, make_folder
from waymark.setup.parents import end_with_parent
from waymark.setup.paths import ROOT, VAR

INCLUDES = {"run": (), "test": ("run",), "benchmarks": ("run",), "lock": (), "node": ()}
"""What is installed by the way with each list of requirements."""
WITHOUT_PROJECT = ("lock", "node")

OUT_OF_REACH = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|ConnectTimeout|"
    r"Read timed out|ProxyError|Connection refused|Connection reset|Network is unreachable|Max retries exceeded|"
    r"from versions: none|SSLError|CERTIFICATE_VERIFY_FAILED|HTTP error 5\d\d|\b(407|503) "
)


def main(arguments: Sequence[str]) -> int:
    """Install the list of requirements named by the only argument. Exit status 0, 2 for trouble, 130 for Ctrl-C."""
    try:
        install(arguments[0])
    except SetupError as error:
        print(f"waymark: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nwaymark: stopped. The next start begins the installation again.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our progress has gone
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 (for the flush at exit)
        return 1
    return 0


def install(level: str) -> None:
    """Bring `.venv` to what `requirements/LEVEL.lock` says. Waits for another command that is doing so.

    An installation that was cut short is done again from nothing: pip takes a half-unpacked package for a
    whole one.
    """
    check_writable()
    with locked(VAR / "install.lock", waiting="Another ./waymark is installing. Waiting for it ...") as lock:
        if is_installed(level):
            return
        unfinished = VAR / "installing"
        environment = ROOT / ".venv"
        if unfinished.exists() or not _usable(environment):
            _remove(environment)
        _write(unfinished, "If this file is still here, an installation was cut short.\n")
        if not (environment / "bin" / "python").exists():
            _make_environment(environment, lock)
        _install_locked(environment, level)
        unfinished.unlink()


def is_installed(level: str) -> bool:
    """Whether `.venv` holds what the lock file says, and was made in this folder."""
    try:
        return _stamp(level).read_text(encoding="utf-8") == _stamp_text(level)
    except OSError:
        return False


def check_writable() -> None:
    """Raise `SetupError` when this user may not write into the checkout."""
    for folder in (ROOT, ROOT / ".venv", VAR):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise SetupError(
                f"Cannot write into {folder}: it belongs to {_name(folder.stat().st_uid)} and you are "
                f"{_name(os.geteuid())}. Run Waymark as the owner, or make a copy of the checkout of your own "
                "(git clone) and run it there."
            )


def explain_venv(output: str) -> str:
    """What to tell the person when Python's venv has failed with `output`."""
    if "No space left on device" in output or _nothing_free():  # its child's words are lost
        return str(disk_full(ROOT))
    if "ensurepip is not available" in output:
        return (
            "This Python has no venv module with pip. Install it (on Debian and Ubuntu: apt install "
            "python3-venv) and run the same command again."
        )
    return f"Python could not make {ROOT / '.venv'}: {' '.join(output.split())[-300:]}"


def explain_pip(output: str, log: Path) -> str:
    """What to tell the person when pip has failed with `output`."""
    if "No space left on device" in output or _nothing_free():
        return str(disk_full(ROOT))
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "A package from the registry is not the one that was locked (its hash differs), so it was not "
            f"installed. Try again later; if it stays so, someone must look into it. The details are in {log}."
        )
    if "Permission denied" in output:
        return f"Cannot write into {ROOT / '.venv'}. Run Waymark as the user who owns the checkout."
    if OUT_OF_REACH.search(output):
        return (
            "The Python package registry is out of reach. Check the network; behind a proxy set HTTPS_PROXY, "
            f"for a mirror set PIP_INDEX_URL, and run the same command again. The details are in {log}."
        )
    last = [line for line in output.strip().splitlines() if line.strip()][-2:]
    return f"pip could not install the requirements: {' '.join(last)} The details are in {log}."


def _make_environment(environment: Path, lock: int) -> None:
    """`lock` is inherited: should we be killed, the next attempt waits until this one's venv has ended."""
    with _Step("Making a Python environment in .venv"):
        command = [sys.executable, "-m", "venv", str(environment)]
        done = subprocess.run(command, capture_output=True, text=True, pass_fds=[lock])
        if done.returncode:
            raise SetupError(explain_venv(done.stdout + done.stderr))


def _install_locked(environment: Path, level: str) -> None:
    lock = ROOT / "requirements" / f"{level}.lock"
    stamps = {name: _stamp_text(name) for name in (level, *INCLUDES[level])}
    for old in environment.glob("installed-*"):
        if level not in WITHOUT_PROJECT or old.name == f"installed-{level}":
            old.unlink()
    count = len(re.findall(r"^[\w.-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    with _Step(f"Installing Python packages: {count} for {level}"):
        _pip(environment, ["--require-hashes", "-r", str(lock)], count)
    if level not in WITHOUT_PROJECT:
        with _Step("Installing Waymark itself"):
            _pip(environment, ["--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)])
    for name, text in stamps.items():
        _write(_stamp(name), text)


def _pip(environment: Path, arguments: list[str], count: int = 0) -> None:
    log = VAR / "log" / "install.log"
    make_folder(log.parent)
    command = [
        *(str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"),
        *("install", "--progress-bar", "off", *arguments),
    ]
    lines: list[str] = []
    try:
        with (
            log.open("a", encoding="utf-8") as copy,
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                preexec_fn=end_with_parent(signal.SIGKILL),  # or it would go on beside the next attempt
            ) as pip,
        ):
            assert pip.stdout is not None
            fetched = 0
            for line in pip.stdout:
                lines.append(line)
                copy.write(line)
                fetched += line.startswith("Collecting ")
                if count and sys.stdout.isatty():
                    print(f"\r  {min(fetched, count)} of {count}", end="\r", flush=True)
    except OSError as error:
        raise cannot_write(log, error) from error
    if pip.returncode:
        raise SetupError(explain_pip("".join(lines), log))


def _nothing_free() -> bool:
    return shutil.disk_usage(ROOT).free < 10_000_000


def _usable(environment: Path) -> bool:
    """Whether `.venv` can be built upon: its Python runs, and it was not copied here from another folder."""
    python = environment / "bin" / "python"
    if not python.exists():
        return False
    runs = subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0
    stamps = [stamp.read_text(encoding="utf-8") for stamp in environment.glob("installed-*")]
    return runs and all(stamp.startswith(f"{ROOT}\n") for stamp in stamps)


def _remove(environment: Path) -> None:
    if environment.exists():
        try:
            shutil.rmtree(environment)
        except OSError as error:
            raise cannot_write(environment, error) from error


def _stamp(level: str) -> Path:
    return ROOT / ".venv" / f"installed-{level}"


def _stamp_text(level: str) -> str:
    return f"{ROOT}\n" + (ROOT / "requirements" / f"{level}.lock").read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    make_folder(path.parent)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise cannot_write(path, error) from error


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user number {number}"


class _Step:
    """A line when a long step begins, and how long it took when it is done."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        self.began = time.monotonic()
        print(f"{self.what} ...", flush=True)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            print(f"  done in {time.monotonic() - self.began:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
