"""The user that PostgreSQL runs as. It refuses to run as root; as anybody else it simply runs as them."""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from waymark.setup.errors import SetupError
from waymark.setup.files import cannot_write

OUTSIDE = Path("/var/lib/waymark")
"""Where the server lives when root set it up in a folder that nobody else can enter."""


def server_user(home: Path) -> pwd.struct_passwd | None:
    """None when we are an ordinary user; else whoever owns the data, the checkout, or a system user."""
    if os.geteuid() != 0:
        return None
    for path in (home / "data", home, home.parent):
        owner = path.stat().st_uid if path.exists() else 0
        if owner:
            return _named(owner)
    wished = os.environ.get("WAYMARK_POSTGRES_USER")
    for name in [wished] if wished else ["postgres", "nobody"]:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError(
        "PostgreSQL does not run as root, and there is no user to run it as. "
        "Set WAYMARK_POSTGRES_USER to an ordinary user of this machine, or run Waymark as one."
    )


def _named(number: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(number)
    except KeyError as error:
        raise SetupError(
            f"PostgreSQL's data belongs to user number {number}, which this machine does not know. "
            "Give it to an ordinary user (chown) and run the same command again."
        ) from error


def can_run(user: pwd.struct_passwd, program: Path) -> bool:
    """Whether `user` can run `program`, through all the folders above it."""
    return _succeeds(user, [str(program), "--version"])


def can_enter(user: pwd.struct_passwd, folder: Path) -> bool:
    """Whether `user` can enter `folder`, through all the folders above it."""
    return _succeeds(user, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])


def home_outside(home: Path) -> Path:
    """Where a server lives instead of `home`."""
    _make_outside()
    return OUTSIDE / hashlib.sha256(str(home).encode()).hexdigest()[:12]


def programs_outside(package: Path, version: str, programs: Path) -> Path:
    """A copy, for all to run, of the `programs` of an installed `package` with the libraries beside it."""
    _make_outside()
    copy = OUTSIDE / f"{package.name}-{version}"
    try:
        if not copy.exists():
            scratch = copy.with_name(f"{copy.name}.{os.getpid()}")
            for folder in (package, *package.parent.glob(f"{package.name}.libs")):
                shutil.copytree(folder, scratch / folder.name, symlinks=True)
            _open_to_all(scratch)
            scratch.rename(copy)
    except OSError as error:
        raise cannot_write(OUTSIDE, error) from error
    return copy / programs.relative_to(package.parent)


def _make_outside() -> None:
    try:
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        OUTSIDE.chmod(0o755)  # whatever root's mask
    except OSError as error:
        raise cannot_write(OUTSIDE, error) from error


def _succeeds(user: pwd.struct_passwd, command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/", capture_output=True
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _open_to_all(folder: Path) -> None:
    """Readable to all whatever the mask of whoever installed it."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
