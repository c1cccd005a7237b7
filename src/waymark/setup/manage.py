"""Django's management commands, with a database under them."""

import contextlib
import os
import time
from collections.abc import Iterator, Sequence

import psycopg

from waymark.setup import paths, postgres
from waymark.setup.database import database_urls, login_urls
from waymark.setup.errors import ServerInUseError, SetupError
from waymark.setup.files import locked, shared
from waymark.setup.logins import connect, ensure_database, ensure_logins
from waymark.setup.passwords import load_secrets

SETTINGS = "waymark.config.settings"
USERS = paths.VAR / "postgres.users"
"""Held shared by each command that uses a server which another command runs."""
WAIT_SECONDS = 60.0
WATCHES_THE_SCHEMA = frozenset(
    {
        "worker",
        "runserver",
        "import_ssda903",
        "duties_rebuild",
        "adopt_protocol",
        "export_events",
        "demo_borough",
        "audit_seal",
        "audit_verify",
        "audit_restart",
    }
)


OWNER = "owner"
"""The database alias that migrates."""


def run_management_command(arguments: Sequence[str]) -> int:
    """Run `django-admin ARGUMENTS` with the database up. Returns its exit status."""
    if arguments[:1] == ["migrate"] and not any(given.startswith("--database") for given in arguments):
        arguments = [*arguments, f"--database={OWNER}"]
    with database_up():
        configure_django()
        if arguments and arguments[0] in WATCHES_THE_SCHEMA:
            refuse_pending_migrations()
        from django.core.management import execute_from_command_line

        try:
            execute_from_command_line(["waymark", *arguments])
        except SystemExit as ending:
            return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    return 0


@contextlib.contextmanager
def database_up() -> Iterator[None]:
    """The database answers for the length of the block, with its three logins.

    A server named in the environment is checked. The embedded one is used when it runs, else started, and
    stopped at the end once no other command uses it.
    """
    if uses_outside_server():
        check_outside_server()
        yield
        return
    deadline = time.monotonic() + WAIT_SECONDS
    while (server := _start_unless_running()) is None:
        with shared(USERS):
            if _answers(database_urls()["owner"]):
                yield
                return
        if time.monotonic() > deadline:
            raise SetupError("Another ./waymark command runs the database, and it does not answer. Stop that one.")
        time.sleep(0.1)
    with server:
        prepare_embedded(server)
        yield
        _wait_for_users()


def uses_outside_server() -> bool:
    """Whether the environment names a server instead of the embedded one."""
    return any(os.environ.get(name) for name in ("DATABASE_URL", "DATABASE_URL_OWNER"))


def check_outside_server() -> None:
    """Connect as each of the three logins; with `DATABASE_URL`, make what is missing first."""
    superuser = os.environ.get("DATABASE_URL")
    urls = database_urls()
    if superuser and not os.environ.get("DATABASE_URL_OWNER") and not all(map(_answers, urls.values())):
        ensure_logins(superuser, urls)
        ensure_database(superuser)
    for url in urls.values():
        connect(url).close()


def prepare_embedded(server: postgres.Server) -> None:
    """Make the logins and the database of the embedded server when they are missing."""
    if not all(map(_answers, database_urls().values())):
        ensure_logins(server.superuser_url, login_urls(server.superuser_url, load_secrets()))
        ensure_database(server.superuser_url)


def configure_django() -> None:
    """Make Django ready to be used in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def refuse_pending_migrations() -> None:
    """Raise `SetupError` when the database is older than the code: pages would fail in strange ways."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    connection = connections[OWNER]
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    if plan:
        first = f"{plan[0][0].app_label}.{plan[0][0].name}"
        raise SetupError(
            f"The database is older than this version of Waymark: {len(plan)} migrations are pending, the first "
            f"is {first}. Run ./waymark manage migrate, then start again."
        )


def _start_unless_running() -> postgres.Server | None:
    try:
        return postgres.start()
    except ServerInUseError:
        return None


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_for_users() -> None:
    with locked(USERS, waiting="Another Waymark command is using the database. It stays up until that one ends ..."):
        return
