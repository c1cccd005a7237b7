import json
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from tests.setup.conftest import Demo, clean_environment
from waymark.setup.database import login_urls, with_login

pytestmark = pytest.mark.setup


def owner_connection(var):
    """The demo's database, as the owner of its tables."""
    stored = json.loads((var / "secrets.json").read_text())
    superuser = with_login(f"postgresql://127.0.0.1:{stored['port']}/postgres", "postgres", stored["superuser"])
    return psycopg.connect(login_urls(superuser, stored)["owner"], autocommit=True)


def still_running(pids, seconds=20):
    """Those of `pids` that have not ended within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        listing = subprocess.run(
            ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True
        ).stdout
        left = [line for line in listing.splitlines() if "Z" not in line.split()[1]]
        if not left:
            return []
        time.sleep(0.1)
    return left


def test_the_demo_reaches_a_working_page_and_names_the_people_to_sign_in_as(demo):
    assert demo.get("/") < 400
    assert demo.get("/assets/govuk-frontend.min.css") == 200
    assert f"Waymark runs at http://127.0.0.1:{demo.port}/" in demo.output
    people = demo.output.partition("Waymark runs at")[2].splitlines()[1:-1]
    assert len([line for line in people if line.strip()]) >= 3, demo.output


def test_a_second_demo_of_the_same_folder_is_refused_while_one_runs(demo, var):
    second = Demo(var)

    assert second.wait() == 2
    assert "A demo of this checkout is running already" in second.output


def test_other_commands_use_the_server_that_the_demo_runs(demo, var):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "waymark.cli", "manage", "showmigrations", "--database=owner"],
        env=clean_environment(WAYMARK_VAR=str(var)),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "[X] 0001_initial" in done.stdout
    assert demo.process.poll() is None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_of_stopping_leaves_nothing_behind(var, how):
    demo = Demo(var).wait_until_ready()
    running = demo.processes()

    assert demo.stop(how) == 0
    assert len(running) >= 4  # PostgreSQL, gunicorn and its processes, the worker
    assert still_running(running, seconds=1) == []
    assert "Stopped. The data is kept" in demo.output


def test_killing_the_launcher_outright_stops_everything_and_the_next_start_works(var):
    killed = Demo(var).wait_until_ready()
    running = killed.processes()
    killed.stop(signal.SIGKILL)

    assert still_running(running) == []
    assert Demo(var).wait_until_ready().stop() == 0


def test_a_second_start_takes_seconds_and_keeps_the_data(var):
    demo = Demo(var).wait_until_ready()
    with owner_connection(var) as connection:
        connection.execute("create table if not exists kept (a int)")
    demo.stop()

    began = time.monotonic()
    demo = Demo(var).wait_until_ready()
    seconds = time.monotonic() - began
    with owner_connection(var) as connection:
        found = connection.execute("select to_regclass('kept') is not null").fetchone()
    demo.stop()

    assert found == (True,)
    assert seconds < 20, f"{seconds:.1f} s, and it should be about 3 on a machine with nothing else to do"


def test_fresh_begins_again(var):
    demo = Demo(var).wait_until_ready()
    with owner_connection(var) as connection:
        connection.execute("create table if not exists kept (a int)")
    demo.stop()

    demo = Demo(var, "--fresh").wait_until_ready()
    with owner_connection(var) as connection:
        found = connection.execute("select to_regclass('kept') is not null").fetchone()
    demo.stop()

    assert found == (False,)
    assert "Making up a borough" in demo.output


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("django worker", "The worker has ended (status -9), so everything is stopped"),
        ("gunicorn", "The web server has ended (status -9), so everything is stopped"),
        ("bin/postgres", "PostgreSQL has ended (status -9), so everything is stopped"),
    ],
)
def test_when_one_part_dies_the_demo_says_which_and_stops_the_rest(demo, program, said):
    running = demo.processes()
    for pid in running[:3]:  # the launcher's own children come first
        command = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
        if program in command:
            os.kill(pid, signal.SIGKILL)
            break

    assert demo.wait() == 2
    assert said in demo.output
    assert still_running(running) == []


def test_a_taken_port_is_refused_before_anything_is_started(demo, tmp_path):
    second = Demo(tmp_path, port=demo.port)

    assert second.wait() == 2
    assert f"Port {demo.port} is taken by another program" in second.output
    assert not (tmp_path / "postgres").exists()


def test_fresh_never_touches_a_server_of_somebody_elses(tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "waymark.cli", "demo", "--fresh"],
        env=clean_environment(WAYMARK_VAR=str(tmp_path), DATABASE_URL="postgresql://a:b@127.0.0.1:1/live"),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
    assert "never a server of yours" in done.stderr
