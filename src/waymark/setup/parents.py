"""Children that do not outlive their parent.

Standard library only: `bootstrap.py` runs before anything is installed.
"""

import ctypes
import os
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def end_with_parent(signal_number: int) -> Callable[[], None] | None:
    """What a child runs before its program, so that it gets `signal_number` when its parent dies (Linux)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork: loading is not safe after it
    parent = os.getpid()

    def run_in_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # it died before we asked to be told
            os._exit(1)

    return run_in_child
