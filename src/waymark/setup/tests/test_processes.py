import signal
import subprocess
import sys
import time

import pytest

from waymark.setup import paths, processes
from waymark.setup.errors import SetupError
from waymark.setup.processes import Stopped, refuse_dead, start_child, stop_children, stoppable, watch

SLEEP = [sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('begun', flush=True); time.sleep(60)",
]


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start children whose logs are in a folder of the test's own; end them all."""
    monkeypatch.setattr(paths, "VAR", tmp_path)
    children = []

    def start_one(name, command):
        child = start_child(name, command)
        children.append(child)
        deadline = time.monotonic() + 20
        while "begun" not in child.last_words() and child.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return child

    yield start_one
    for child in children:
        child.process.kill()
        child.process.wait()


def test_children_end_when_asked(start):
    children = [start("one", SLEEP), start("two", SLEEP)]

    stop_children(children)

    assert [child.process.returncode for child in children] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_child_that_does_not_listen_is_ended_by_force(start, monkeypatch):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    child = start("stubborn", STUBBORN)

    stop_children([child])

    assert child.process.returncode == -signal.SIGKILL


def test_a_child_that_ended_is_an_error_with_its_last_words(start):
    child = start("worker", [sys.executable, "-c", "raise SystemExit('out of luck')"])
    child.process.wait()

    with pytest.raises(SetupError, match=r"The worker has ended \(status 1\), so everything is stopped\.(.|\n)*luck"):
        watch([child], None)


def test_a_database_server_that_ended_is_an_error(start):
    child, server = start("web", SLEEP), start("database", SLEEP)
    server.process.kill()
    server.process.wait()

    with pytest.raises(SetupError, match=r"PostgreSQL has ended \(status -9\)"):
        watch([child], server.process)


def test_children_that_run_are_no_error(start):
    child = start("web", SLEEP)

    refuse_dead([child])

    assert child.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_of_asking_to_stop_is_heard(number):
    handler = signal.signal(number, signal.SIG_DFL)  # whoever started the tests may have it ignored
    try:
        with pytest.raises(Stopped, match=number.name), stoppable():
            signal.raise_signal(number)
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, handler)


def test_cleaning_up_is_not_interrupted_by_a_second_ctrl_c():
    cleaned = []

    with pytest.raises(Stopped), stoppable():
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            cleaned.append(True)

    assert cleaned


def test_a_demo_started_with_nohup_outlives_its_terminal():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_child_is_ended_when_its_parent_is_killed(tmp_path):
    script = (
        "import os, pathlib, sys, time; from waymark.setup import paths, processes\n"
        "paths.VAR = pathlib.Path(sys.argv[1])\n"
        "child = processes.start_child('child', [sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())

    parent.kill()
    parent.communicate()

    deadline = time.monotonic() + 20
    while running(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not running(child)


def running(pid):
    listing = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(listing.strip()) and not listing.strip().startswith("Z")
