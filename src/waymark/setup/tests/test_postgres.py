import os
import signal
import socket
import subprocess
import sys
import time

import psycopg
import pytest

from waymark.setup import accounts, postgres
from waymark.setup.errors import ServerInUseError, SetupError, WrongPasswordError
from waymark.setup.postgres import start_cluster

pytestmark = pytest.mark.database


def alive(pid):
    """Whether process `pid` still runs (a zombie does not)."""
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


def test_data_is_kept_from_one_start_to_the_next(home):
    with start_cluster(home) as server, psycopg.connect(server.superuser_url) as connection:
        connection.execute("create table kept as select 42 as answer")
    with start_cluster(home) as server, psycopg.connect(server.superuser_url) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_it_listens_on_this_machine_only_and_asks_for_a_password(home):
    with start_cluster(home) as server:
        with psycopg.connect(server.superuser_url) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
            assert connection.execute("show unix_socket_directories").fetchone() == ("",)
            assert connection.execute("show max_connections").fetchone() == ("300",)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(f"postgresql://postgres:wrong@127.0.0.1:{server.port}/postgres")


def test_text_sorts_the_same_on_every_machine(home):
    with start_cluster(home) as server, psycopg.connect(server.superuser_url) as connection:
        locale = connection.execute("select datcollate from pg_database where datname = 'postgres'").fetchone()

    assert locale == ("C.UTF-8",)


def test_a_second_start_on_the_same_data_is_refused(home):
    with start_cluster(home), pytest.raises(ServerInUseError):
        start_cluster(home)


def test_stopping_leaves_no_process_behind(home):
    server = start_cluster(home)
    server.stop()

    assert not alive(server.process.pid)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_server_stops_when_its_launcher_is_ended_and_starts_again(home, how):
    script = (
        "import pathlib, sys, time; from waymark.setup.postgres import start_cluster; "
        "server = start_cluster(pathlib.Path(sys.argv[1])); print(server.process.pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True)
    server_process = int(launcher.stdout.readline())
    launcher.send_signal(how)
    launcher.communicate()

    wait_until(lambda: not alive(server_process))
    with start_cluster(home) as server:
        psycopg.connect(server.superuser_url).close()


def test_a_server_that_lost_its_launcher_is_stopped_before_the_next_start(home, monkeypatch):
    leftover = start_cluster(home)
    os.close(leftover.lock)  # as if its launcher were gone and the server had not noticed

    with start_cluster(home) as server:
        assert leftover.process.wait(20) == 0
        psycopg.connect(server.superuser_url).close()


def test_a_data_folder_that_was_only_half_made_is_made_again(scratch):
    home = scratch / "postgres"
    (home / "data.new" / "base").mkdir(parents=True)

    with start_cluster(home) as server:
        psycopg.connect(server.superuser_url).close()
    postgres.erase(home)

    assert not home.exists()


def test_the_note_of_a_crashed_server_does_not_stop_the_next_one(home):
    with start_cluster(home) as server:
        data = server.home / "data"
    user = accounts.server_user(home)
    as_the_server = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    other = subprocess.Popen(["sleep", "60"], **as_the_server)  # by now the number in the note is this one's
    (data / "postmaster.pid").write_text(f"{other.pid}\n{data}\n")

    with start_cluster(home) as server:
        psycopg.connect(server.superuser_url).close()
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_taken_port_is_not_fought_over(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with start_cluster(home, port=taken) as server:
            assert server.port != taken


def test_a_port_is_kept_when_it_is_still_free(home):
    wish = postgres.free_port()
    with start_cluster(home, port=wish) as server:
        assert server.port == wish


def test_lost_passwords_are_an_error_that_says_what_to_do(home, monkeypatch):
    monkeypatch.setattr(
        postgres, "embedded_superuser_url", lambda port: f"postgresql://postgres:lost@127.0.0.1:{port}/postgres"
    )
    with pytest.raises(WrongPasswordError, match="--fresh"):
        start_cluster(home)


def test_data_of_a_version_we_do_not_bring_is_an_error_that_says_what_to_do(scratch):
    data = scratch / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")

    with pytest.raises(SetupError, match=r"made by PostgreSQL 9, and this version of Waymark brings .*18"):
        postgres.find_binaries(data)


def test_a_server_that_cannot_start_shows_the_end_of_its_log(home, monkeypatch):
    monkeypatch.setitem(postgres.SETTINGS, "max_connections", "none")

    with pytest.raises(SetupError, match=r"PostgreSQL did not start: .*max_connections"):
        start_cluster(home)


def test_a_full_disk_is_called_that(home):
    trouble = postgres._trouble("PostgreSQL did not start", "FATAL: could not write: No space left on device", home)

    assert "is full. Free about 1 GB" in str(trouble)


def test_root_moves_the_server_out_of_a_folder_that_nobody_else_can_enter(scratch, monkeypatch):
    monkeypatch.setattr(accounts, "OUTSIDE", scratch / "outside")
    closed = scratch / "closed"
    closed.mkdir(mode=0o700)

    with start_cluster(closed / "postgres") as server:
        inside = server.home == closed / "postgres"
        psycopg.connect(server.superuser_url).close()
    postgres.erase(closed / "postgres")

    assert inside == (os.geteuid() != 0)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not server.home.exists()


def test_programs_can_be_copied_to_where_everybody_can_run_them(scratch, monkeypatch):
    monkeypatch.setattr(accounts, "OUTSIDE", scratch / "outside")
    programs = postgres.find_binaries()

    copy = accounts.programs_outside(postgres._wheel(), "test", programs)

    said = subprocess.run([copy / "postgres", "--version"], capture_output=True, text=True).stdout
    assert said == subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True).stdout
    assert accounts.programs_outside(postgres._wheel(), "test", programs) == copy
