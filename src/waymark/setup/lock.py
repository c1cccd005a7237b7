"""`./waymark lock`: makes the locked requirements anew from `pyproject.toml` and `package.json`.

No host and no folder of this machine gets into the files, so that they serve behind any mirror.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from waymark.setup import bootstrap, paths
from waymark.setup.assets import npm_command
from waymark.setup.errors import SetupError

GROUPS = {
    "run": ("build",),
    "test": ("build", "lint", "test"),
    "benchmarks": ("build", "benchmarks"),
    "node": ("node",),
    "lock": ("lock",),
}
"""The lock files, in the order in which they are made, with the dependency groups that go into each."""


def main(arguments: Sequence[str]) -> int:
    """Make all lock files. Pinned versions stay as they are unless they no longer fit, or `--upgrade` is given."""
    parser = argparse.ArgumentParser(prog="./waymark lock", description="Make the locked requirements anew.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")
    options = parser.parse_args(arguments)
    bootstrap.install("lock")
    for name in GROUPS:
        print(f"Locking requirements/{name}.lock ...", flush=True)
        _run(_uv_command(name, options.upgrade), "uv")
    print("Locking package-lock.json ...", flush=True)
    _run([*npm_command(), "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], "npm")
    for file in [*(paths.REQUIREMENTS / f"{name}.lock" for name in GROUPS), paths.ROOT / "package-lock.json"]:
        refuse_hosts(file)
    return 0


def refuse_hosts(file: Path) -> None:
    """Raise `SetupError` when a lock file names a host or a folder of this machine."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(r"https?://|file:|--(extra-)?index-url|--find-links|(?<![\w@.-])/\w+/", line):
            raise SetupError(f"{file}, line {number}: a lock file must name no host and no folder: {line.strip()}")


def _uv_command(name: str, upgrade: bool) -> list[str]:
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
        *("--python-version", "3.11", "--no-emit-index-url", "--custom-compile-command", "./waymark lock"),
        *("--output-file", f"requirements/{name}.lock"),
    ]
    for group in GROUPS[name]:
        command += ["--group", f"pyproject.toml:{group}"]
    if name not in bootstrap.WITHOUT_PROJECT:
        command.append("pyproject.toml")
        if name != "run":
            command += ["--constraints", "requirements/run.lock"]
    return [*command, "--upgrade"] if upgrade else command


def _run(command: list[str], tool: str) -> None:
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SetupError(f"{tool} could not make the lock file:\n{(done.stderr or done.stdout).strip()}")
