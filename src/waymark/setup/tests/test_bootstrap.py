import os
import shutil
import subprocess

import pytest

from waymark.setup import bootstrap, paths
from waymark.setup.errors import SetupError

# What pip 23 and 25 print, shortened.
OUT_OF_REACH = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<HTTPS
Connection object>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/django/
ERROR: Could not find a version that satisfies the requirement django==5.2.19 (from versions: none)
ERROR: No matching distribution found for django==5.2.19
"""
WRONG_HASH = """\
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, ...
"""
DISK_FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
NOT_OURS = "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '.venv/lib/x'\n"
OUT_OF_REACH_AT_ONCE = """\
ERROR: Could not find a version that satisfies the requirement asgiref==3.13.0 (from versions: none)
ERROR: No matching distribution found for asgiref==3.13.0
"""
NO_WHEEL = """\
ERROR: Could not find a version that satisfies the requirement django==5.2.19 (from versions: 4.2, 5.1)
ERROR: No matching distribution found for django==5.2.19
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with a lock file and an environment that was made from it."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VAR", tmp_path / "var")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.lock").write_text("django==5.2.19\n")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "installed-run").write_text(f"{tmp_path}\ndjango==5.2.19\n")
    return tmp_path


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (OUT_OF_REACH, "The Python package registry is out of reach. Check the network"),
        (OUT_OF_REACH_AT_ONCE, "The Python package registry is out of reach. Check the network"),
        (WRONG_HASH, "is not the one that was locked"),
        (DISK_FULL, "is full. Free about 1 GB"),
        (NOT_OURS, "Run Waymark as the user who owns the checkout"),
        (NO_WHEEL, "pip could not install the requirements: ERROR: Could not find a version"),
    ],
)
def test_a_failure_of_pip_is_explained(said, told, tmp_path):
    assert told in bootstrap.explain_pip(said, tmp_path / "install.log")


def test_a_disk_that_filled_up_is_recognised_even_when_nobody_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 100, 0))
    lost = "Error: Command '.venv/bin/python3 -m ensurepip' returned non-zero exit status 1."

    assert "is full. Free about 1 GB" in bootstrap.explain_venv(lost)
    assert "is full. Free about 1 GB" in bootstrap.explain_pip("Killed", tmp_path / "install.log")


def test_a_python_without_its_venv_module_is_told_what_to_install():
    said = "The virtual environment was not created successfully because ensurepip is not available."

    assert "apt install python3-venv" in bootstrap.explain_venv(said)


def test_an_environment_made_from_the_same_lock_in_the_same_folder_is_used_as_it_is(checkout):
    assert bootstrap.is_installed("run")


def test_an_environment_made_from_another_lock_is_not_enough(checkout):
    (checkout / "requirements" / "run.lock").write_text("django==5.2.20\n")

    assert not bootstrap.is_installed("run")


def test_an_environment_that_was_copied_with_its_checkout_is_not_used(checkout):
    (checkout / ".venv" / "installed-run").write_text("/elsewhere\ndjango==5.2.19\n")

    assert not bootstrap.is_installed("run")


def test_the_environment_for_running_is_not_enough_for_testing(checkout):
    (checkout / "requirements" / "test.lock").write_text("pytest==9\n")

    assert not bootstrap.is_installed("test")


def test_a_checkout_of_another_user_is_an_error_that_names_both(checkout, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(SetupError, match=r"it belongs to \S+ and you are \S+\. Run Waymark as the owner"):
        bootstrap.install("run")


@pytest.mark.parametrize(
    ("version", "status", "said"),
    [
        ((3, 9), 2, "Waymark needs Python 3.11 or newer, and found Python 3.9.2. Install a newer one"),
        ((3, 10), 2, "Waymark needs Python 3.11 or newer"),
    ],
)
def test_a_python_that_is_too_old_is_refused_before_anything_is_made(tmp_path, version, status, said):
    old = tmp_path / "python-old"
    old.write_text(f'#!/bin/sh\n[ "$1" = -V ] && echo "Python {version[0]}.{version[1]}.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    (tmp_path / "requirements").mkdir()
    script = tmp_path / "waymark"
    script.write_bytes((paths.ROOT / "waymark").read_bytes())

    done = subprocess.run(
        ["bash", script, "demo"], env=os.environ | {"WAYMARK_PYTHON": str(old)}, capture_output=True, text=True
    )

    assert done.returncode == status
    assert said in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_machine_without_python_is_told_what_to_install(tmp_path):
    script = tmp_path / "waymark"
    script.write_bytes((paths.ROOT / "waymark").read_bytes())

    done = subprocess.run(
        ["bash", script, "demo"], env=os.environ | {"WAYMARK_PYTHON": "no-such"}, capture_output=True, text=True
    )

    assert done.returncode == 2
    assert "found no Python. Install a newer one" in done.stderr
