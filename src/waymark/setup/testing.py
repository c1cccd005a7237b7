"""A PostgreSQL server for a run of the tests.

Several runs may go on side by side in one checkout: each takes the first data folder that nobody uses.
"""

import atexit
import os
from dataclasses import dataclass

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
    else:
        server = start_embedded()
        atexit.register(server.stop)
        superuser = server.superuser_url
        urls = login_urls(superuser, load_secrets())
    os.environ[SUPERUSER_VARIABLE] = superuser
    for purpose in PURPOSES:
        os.environ[f"DATABASE_URL_{purpose.upper()}"] = urls[purpose]
    return TestServer(superuser=superuser, **urls)


def start_embedded() -> Server:
    """An embedded server with the three logins, in the first free folder under `var/test-postgres`."""
    for number in range(1, MOST_RUNS + 1):
        home = paths.TEST_POSTGRES / str(number)
        try:
            server = start_cluster(home, durable=False)
        except ServerInUseError:
            continue
        except WrongPasswordError:  # made with passwords that are gone: nothing in it is worth keeping
            erase(home)
            server = start_cluster(home, durable=False)
        try:
            ensure_logins(server.superuser_url, login_urls(server.superuser_url, load_secrets()))
        except BaseException:
            server.stop()
            raise
        return server
    raise SetupError(f"{MOST_RUNS} runs of the tests are going on in this checkout already. Wait for one to end.")
