"""Locks and whole-or-nothing writes."""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from waymark.setup.errors import SetupError


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Make `folder` and its parents; raise `SetupError` when this user may not."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def cannot_write(path: Path, error: OSError) -> SetupError:
    """The message for a file or folder that could not be written."""
    if error.errno == errno.ENOSPC:
        return disk_full(path)
    return SetupError(
        f"Cannot write {path}: {error.strerror}. Run Waymark as the user who owns the checkout, "
        "or make a copy of your own and run it there."
    )


def disk_full(path: Path) -> SetupError:
    """The message for a full disk."""
    return SetupError(f"The disk that holds {path} is full. Free about 1 GB and run the same command again.")


def try_lock(path: Path) -> int | None:
    """Take the lock file at `path` for this process; None when another process has it.

    The lock ends with the process, however it ends. Close the returned descriptor to let go sooner.
    """
    descriptor = _open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextlib.contextmanager
def locked(path: Path, waiting: str = "") -> Iterator[int]:
    """Wait for the lock file at `path`, hold it for the length of the block. `waiting` is said if one must wait.

    Gives the descriptor: a child that inherits it holds the lock too, for as long as it lives.
    """
    with _held(path, fcntl.LOCK_EX, waiting) as descriptor:
        yield descriptor


@contextlib.contextmanager
def shared(path: Path) -> Iterator[None]:
    """Like `locked`, but any number of processes may hold the file so at once."""
    with _held(path, fcntl.LOCK_SH):
        yield


@contextlib.contextmanager
def _held(path: Path, how: int, waiting: str = "") -> Iterator[int]:
    descriptor = _open_lock(path)
    try:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                print(waiting, flush=True)
            fcntl.flock(descriptor, how)
        yield descriptor
    finally:
        os.close(descriptor)


def _open_lock(path: Path) -> int:
    make_folder(path.parent)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise cannot_write(path, error) from error


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write `text` to `path` so that a reader sees the old file or the new one, never half of either."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if os.geteuid() == 0:  # root at work in somebody's checkout must not lock them out of it
            os.chown(scratch, path.parent.stat().st_uid, path.parent.stat().st_gid)
        scratch.replace(path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise cannot_write(path, error) from error
