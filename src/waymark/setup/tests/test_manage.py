import contextlib
import os
import subprocess
import sys

import pytest

from waymark.setup import manage, postgres
from waymark.setup.database import with_database
from waymark.setup.errors import SetupError

VARIABLES = ("DATABASE_URL", "DATABASE_URL_OWNER", "DATABASE_URL_WEB", "DATABASE_URL_SERVICE")


def waymark(*arguments, **environment):
    """Run the command line with only the given variables about the database."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-m", "waymark.cli", *arguments], env=clean | environment, capture_output=True, text=True
    )


def test_a_database_that_is_down_is_one_paragraph_and_status_2():
    done = waymark("manage", "showmigrations", DATABASE_URL=f"postgresql://a:secret@127.0.0.1:{postgres.free_port()}/w")

    assert done.returncode == 2
    assert done.stderr.startswith("waymark: No connection to the database at postgresql://")
    assert "Check that the server runs and that DATABASE_URL names it" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.database
@pytest.mark.parametrize("command", [["serve", "--port", "1"], ["worker"]])
def test_nothing_is_served_from_a_database_older_than_the_code(command, server, database):
    if command[0] == "serve":
        command = ["serve", "--port", str(postgres.free_port())]
    urls = {
        f"DATABASE_URL_{purpose.upper()}": with_database(getattr(server, purpose), database)
        for purpose in ("owner", "web", "service")
    }

    done = waymark(*command, **urls)

    assert done.returncode == 2
    assert "The database is older than this version of Waymark" in done.stderr
    assert "Run ./waymark manage migrate, then start again." in done.stderr


def test_migrating_uses_the_login_that_owns_the_tables(monkeypatch):
    run = []
    monkeypatch.setattr(manage, "configure_django", lambda: None)
    monkeypatch.setattr("waymark.setup.manage.database_up", contextlib.nullcontext)
    monkeypatch.setattr("django.core.management.execute_from_command_line", run.append)

    manage.run_management_command(["migrate"])
    manage.run_management_command(["migrate", "--database=default"])

    assert run == [["waymark", "migrate", "--database=owner"], ["waymark", "migrate", "--database=default"]]


@pytest.mark.parametrize(("ending", "status"), [(0, 0), (3, 3), ("text", 1), (None, 0)])
def test_a_management_command_hands_on_its_exit_status(ending, status, monkeypatch):
    def leave(_):
        raise SystemExit(ending)

    monkeypatch.setattr(manage, "configure_django", lambda: None)
    monkeypatch.setattr("waymark.setup.manage.database_up", contextlib.nullcontext)
    monkeypatch.setattr("django.core.management.execute_from_command_line", leave)

    assert manage.run_management_command(["anything"]) == status


@pytest.fixture
def embedded(home, monkeypatch):
    """`database_up` on a server of this file's own, without anything about a database in the environment."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(manage.postgres, "start", lambda: postgres.start_cluster(home, durable=False))
    monkeypatch.setattr(manage, "USERS", home.parent / "users")
    port = []

    def prepare(server):
        port.append(server.port)

    monkeypatch.setattr(manage, "prepare_embedded", prepare)
    monkeypatch.setattr(manage, "database_urls", lambda: {"owner": postgres.embedded_superuser_url(port[-1])})
    return home


@pytest.mark.database
def test_the_embedded_server_runs_for_the_length_of_a_command(embedded):
    with manage.database_up():
        assert postgres.is_running(embedded)
    assert not postgres.is_running(embedded)


@pytest.mark.database
def test_a_second_command_uses_the_server_that_the_first_one_runs(embedded):
    with manage.database_up():
        with manage.database_up():
            assert postgres.is_running(embedded)
        assert postgres.is_running(embedded)


@pytest.mark.database
def test_a_first_command_waits_for_the_second_before_it_stops_the_server(embedded, capsys):
    script = (
        "import pathlib, sys, time; from waymark.setup.files import shared\n"
        "with shared(pathlib.Path(sys.argv[1])): print('using', flush=True); time.sleep(1)"
    )
    with manage.database_up():
        second = subprocess.Popen([sys.executable, "-c", script, str(manage.USERS)], stdout=subprocess.PIPE, text=True)
        assert second.stdout.readline() == "using\n"
    second.wait(1)

    assert "It stays up until that one ends" in capsys.readouterr().out


def test_a_missing_address_beside_the_others_is_an_error(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL_OWNER", "postgresql://o:1@127.0.0.1/w")

    with pytest.raises(SetupError, match="DATABASE_URL_WEB and DATABASE_URL_SERVICE not set"), manage.database_up():
        pass
