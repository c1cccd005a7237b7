"""A PostgreSQL server for a run of the tests.

Several runs may go on side by side in one checkout: each takes the first data folder that nobody uses.
"""

import atexit
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from waymark.setup import paths
from waymark.setup.database import PURPOSES, database_urls, login_urls
from waymark.setup.errors import ServerInUseError, SetupError, WrongPasswordError
from waymark.setup.logins import ensure_logins
from waymark.setup.passwords import load_secrets
from waymark.setup.postgres import Server, erase, start_cluster

MOST_RUNS = 32
SUPERUSER_VARIABLE = "DATABASE_URL_SUPERUSER"


@dataclass(frozen=True)
class TestServer:
    """Addresses of a server on which the three logins exist. The database named in them may not exist yet."""

    __test__ = False

    superuser: str
    owner: str
    web: str
    service: str


def start_test_server() -> TestServer:
    """The server for this run, started when nobody started it before us. Safe to call more than once.

    `DATABASE_URL_SUPERUSER` (set by `./waymark test`, and by this function for the processes it starts) and
    then `DATABASE_URL` name a server to use. Otherwise an embedded one starts and stops with this process.
    Sets `DATABASE_URL_OWNER`, `_WEB`, `_SERVICE` and `_SUPERUSER`, so that `database_urls()` answers with
    this server here and in every process started from here. Call it before Django reads its settings.
    """
    superuser = os.environ.get(SUPERUSER_VARIABLE) or ""
    if superuser:
        return TestServer(superuser=superuser, **database_urls())
    superuser = os.environ.get("DATABASE_URL") or ""
    if superuser:
        urls = login_urls(superuser)
        ensure_logins(superuser, urls)
        return _export(superuser, urls)
    server = start_embedded()
    atexit.register(server.stop)
    return export(server)


def start_embedded(*, programs: Path | None = None, durable: bool = False) -> Server:
    """An embedded server with the three logins, in the first free folder under `var`.

    `programs` is the folder of another PostgreSQL's programs. `durable`: writes reach the disk, as in earnest.
    """
    kind = ("benchmark" if durable else "test") + (f"-{_version(programs)}" if programs else "")
    for number in range(1, MOST_RUNS + 1):
        home = paths.VAR / f"{kind}-postgres" / str(number)
        try:
            server = start_cluster(home, durable=durable, programs=programs)
        except ServerInUseError:
            continue
        except WrongPasswordError:  # made with passwords that are gone: nothing in it is worth keeping
            erase(home)
            server = start_cluster(home, durable=durable, programs=programs)
        try:
            ensure_logins(server.superuser_url, login_urls(server.superuser_url, load_secrets()))
        except BaseException:
            server.stop()
            raise
        return server
    raise SetupError(f"{MOST_RUNS} runs of the tests are going on in this checkout already. Wait for one to end.")


def export(server: Server) -> TestServer:
    """Name `server` in the environment, for this process and those it starts."""
    return _export(server.superuser_url, login_urls(server.superuser_url, load_secrets()))


def _export(superuser: str, urls: dict[str, str]) -> TestServer:
    os.environ[SUPERUSER_VARIABLE] = superuser
    for purpose in PURPOSES:
        os.environ[f"DATABASE_URL_{purpose.upper()}"] = urls[purpose]
    return TestServer(superuser=superuser, **urls)


def _version(programs: Path) -> str:
    """The version of the PostgreSQL in `programs`, as `15.18`."""
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return said.partition(") ")[2].split()[0]
