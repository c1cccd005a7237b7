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


def can_reach(user: pwd.struct_passwd, folder: Path, program: Path) -> bool:
    """Whether `user` can enter `folder` and run `program`, through all the folders above them."""
    for command in ([str(program), "--version"], ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]):
        try:
            done = subprocess.run(
                command, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/", capture_output=True
            )
        except PermissionError:
            return False
        if done.returncode:
            return False
    return True


def move_out(home: Path, installation: Path) -> tuple[Path, Path]:
    """A home for the server outside the checkout, and a copy of PostgreSQL's programs beside it."""
    key = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    away = OUTSIDE / key
    programs = OUTSIDE / f"programs-{hashlib.sha256(str(installation).encode()).hexdigest()[:12]}"
    try:
        OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not programs.exists():
            scratch = programs.with_name(f"{programs.name}.{os.getpid()}")
            shutil.copytree(installation, scratch, symlinks=True)
            _open_to_all(scratch)
            scratch.rename(programs)
    except OSError as error:
        raise cannot_write(OUTSIDE, error) from error
    return away, programs


def _open_to_all(folder: Path) -> None:
    """Readable to all whatever the mask of whoever installed it."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
