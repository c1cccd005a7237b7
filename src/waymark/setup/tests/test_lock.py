import re
import tomllib

import pytest

from waymark.setup import lock, paths
from waymark.setup.errors import SetupError

LOCKS = [paths.REQUIREMENTS / f"{name}.lock" for name in lock.GROUPS]
PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())


def locked_names(name):
    text = (paths.REQUIREMENTS / f"{name}.lock").read_text()
    return {found.lower() for found in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def asked_names(requirements):
    return {re.match(r"[\w.-]+", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("file", [*LOCKS, paths.ROOT / "package-lock.json"], ids=lambda file: file.name)
def test_a_lock_file_names_no_host_and_no_folder_of_this_machine(file):
    lock.refuse_hosts(file)


@pytest.mark.parametrize("line", ['"resolved": "https://host/a.tgz"', "--find-links /wheels", "a @ file:///a.whl"])
def test_a_lock_file_that_names_a_host_or_a_folder_is_refused(tmp_path, line):
    (tmp_path / "bad.lock").write_text(f"good==1\n{line}\n")

    with pytest.raises(SetupError, match=r"bad\.lock, line 2: a lock file must name no host"):
        lock.refuse_hosts(tmp_path / "bad.lock")


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.name)
def test_every_package_is_locked_with_its_hashes(file):
    text = file.read_text()
    packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]

    assert packages
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_everything_the_project_asks_for_is_locked():
    assert asked_names(PROJECT["project"]["dependencies"]) - locked_names("run") == set()


@pytest.mark.parametrize("name", lock.GROUPS)
def test_every_group_that_a_lock_file_is_made_from_is_in_it(name):
    groups = PROJECT["dependency-groups"]
    asked = set().union(*(asked_names(groups[group]) for group in lock.GROUPS[name]))

    assert asked - locked_names(name) == set()


def test_the_demo_is_not_burdened_with_what_only_tests_need():
    groups = PROJECT["dependency-groups"]

    assert locked_names("run") & (asked_names(groups["test"]) | asked_names(groups["lint"])) == set()


def test_tests_run_on_the_same_versions_as_the_demo():
    pins = {
        name: set(re.findall(r"^([\w.-]+==\S+)", (paths.REQUIREMENTS / f"{name}.lock").read_text(), re.MULTILINE))
        for name in ("run", "test")
    }

    assert pins["run"] - pins["test"] == set()
