"""The browser that tests drive: Debian's Chromium, installed when we may."""

import os
import shutil
import subprocess
from collections.abc import Callable

from waymark.setup.errors import SetupError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "WAYMARK_CHROMIUM"
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", "chromium", "chromium-sandbox", "fonts-liberation")


def find_chromium() -> str | None:
    """The path of Chromium: what `WAYMARK_CHROMIUM` says, else the first one on the PATH."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure_chromium(say: Callable[[str], None] = print) -> str:
    """The path of Chromium, installed from Debian's packages when it is missing and we are root.

    Raises `SetupError` that says what to install when we may not, or when it fails.
    """
    found = find_chromium()
    if found:
        return found
    if os.environ.get(VARIABLE):
        raise SetupError(f"{VARIABLE} is {os.environ[VARIABLE]}, and there is no such program.")
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(
            "The browser tests need Chromium. Install it (on Debian: apt-get install chromium, as root), or set "
            f"{VARIABLE} to the path of one, and run ./waymark test again."
        )
    say("Installing Chromium from Debian's packages ...")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update"), INSTALL):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            last = " ".join((done.stdout + done.stderr).strip().splitlines()[-2:])
            raise SetupError(
                f"Chromium for the browser tests could not be installed: {' '.join(command)} said: {last} "
                f"Install it by hand, or set {VARIABLE} to the path of one."
            )
    installed = find_chromium()
    if installed is None:
        raise SetupError(f"Chromium was installed and is not on the PATH. Set {VARIABLE} to where it is.")
    return installed
