import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.setup.conftest import clean_environment

pytestmark = pytest.mark.setup

NO_REGISTRY = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_FIND_LINKS": "",
    "PIP_NO_CACHE_DIR": "1",
    "PIP_RETRIES": "0",
    "npm_config_registry": "http://127.0.0.1:9",
}


def waymark(checkout, *arguments, **environment):
    """Run `./waymark` of a copied checkout."""
    return subprocess.run(
        ["bash", str(checkout / "waymark"), *arguments],
        env=clean_environment(WAYMARK_PYTHON=sys.executable, **environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def start(checkout):
    return subprocess.Popen(
        ["bash", str(checkout / "waymark"), "calendar", "due", "2023-04-27", "10 working days"],
        env=clean_environment(WAYMARK_PYTHON=sys.executable),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_an_installation_that_was_killed_is_done_again_once_by_two_that_start_together(checkout):
    killed = start(checkout)
    for line in killed.stdout:
        if line.startswith("Installing Python packages"):
            time.sleep(1)
            break
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert (checkout / "var" / "installing").exists()

    both = [start(checkout), start(checkout)]
    said = [process.communicate()[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert all(text.endswith("2023-05-15\n") for text in said)
    assert sum("Installing Python packages" in text for text in said) == 1
    assert sum("Another ./waymark is installing. Waiting for it" in text for text in said) == 1
    assert not (checkout / "var" / "installing").exists()

    began = time.monotonic()
    again = waymark(checkout, "calendar", "due", "2023-04-27", "10 working days")
    assert again.stdout == "2023-05-15\n"
    assert time.monotonic() - began < 5

    installed = {path.name.lower() for path in checkout.glob(".venv/lib/python*/site-packages/*")}
    assert "django" in installed
    assert installed & {"pytest", "ruff", "mypy", "hypothesis"} == set()


def test_a_python_registry_out_of_reach_is_one_paragraph_and_status_2(checkout):
    done = waymark(checkout, "help", **NO_REGISTRY)

    assert done.returncode == 2
    assert "waymark: The Python package registry is out of reach. Check the network" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_npm_registry_out_of_reach_is_one_paragraph_and_status_2(checkout):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "waymark.cli", "demo"],
        env=clean_environment(PYTHONPATH=str(checkout / "src"), **NO_REGISTRY),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
    assert "waymark: The npm registry is out of reach. Check the network" in done.stderr
    assert not (checkout / "var" / "assets").exists()


def test_a_folder_that_may_not_be_written_is_one_paragraph_and_status_2(checkout):
    command = ["bash", str(checkout / "waymark"), "help"]
    if os.geteuid() == 0:  # root, without root's power to write everywhere
        command = [shutil.which("setpriv"), "--bounding-set=-all", "--inh-caps=-all", *command]
    checkout.chmod(0o555)
    done = subprocess.run(command, env=clean_environment(WAYMARK_PYTHON=sys.executable), capture_output=True, text=True)
    checkout.chmod(0o755)

    assert done.returncode == 2
    assert f"waymark: Cannot write into {checkout}: it belongs to" in done.stderr
    assert "git clone" in done.stderr
    assert not (checkout / ".venv").exists()
