import os

import pytest

from waymark.setup import browser, suite
from waymark.setup.errors import SetupError
from waymark.setup.suite import Result


@pytest.fixture
def steps(monkeypatch):
    """Run the suite with each step only noted; `steps.statuses` says how each is to end."""

    class Steps(list):
        statuses: dict[str, int] = {}

    noted = Steps()

    class Done:
        def __init__(self, returncode):
            self.returncode = returncode

    def run(command, **_):
        text = " ".join(map(str, command))
        noted.append(text)
        return Done(next((status for part, status in noted.statuses.items() if part in text), 0))

    monkeypatch.setattr(suite.subprocess, "run", run)
    monkeypatch.setattr(suite, "start_test_server", lambda: None)
    monkeypatch.setattr(suite, "ensure_assets", lambda testing: None)
    monkeypatch.setattr(suite, "ensure_chromium", lambda: "/usr/bin/chromium")
    noted.statuses = {}
    return noted


def test_everything_passing_is_status_0_and_a_time_for_each_step(steps, capsys):
    assert suite.main([]) == 0

    said = capsys.readouterr().out
    for name in ("ruff check", "ruff format", "mypy", "import-linter", "tests without a browser", "in a browser"):
        assert name in said
    assert "tests of set-up" in said
    assert said.splitlines()[-1].endswith("s  in all")


def test_tests_without_a_browser_run_before_those_with_one(steps):
    suite.main([])

    groups = [step.partition("pytest ")[2] for step in steps if "pytest" in step]
    assert [group.partition("-m ")[2] for group in groups] == [
        "not browser and not setup",
        "browser",
        "setup and not browser --dist loadfile",
    ]
    assert all(f"-n {len(os.sched_getaffinity(0))} " in group for group in groups)


@pytest.mark.parametrize("broken", ["ruff check", "ruff format", "mypy", "lint-imports", "not browser", "-m browser"])
def test_one_failing_step_fails_the_whole_and_the_rest_still_runs(steps, broken, capsys):
    steps.statuses = {broken: 1}

    assert suite.main([]) == 1
    assert len(steps) == 7
    assert "FAILED" in capsys.readouterr().out.splitlines()[-1]


def test_a_machine_without_chromium_fails_the_browser_tests_out_loud(steps, monkeypatch, capsys):
    def refuse():
        raise SetupError("The browser tests need Chromium. Install it.")

    monkeypatch.setattr(suite, "ensure_chromium", refuse)

    assert suite.main([]) == 1
    said = capsys.readouterr().out
    assert "The browser tests need Chromium. Install it." in said
    assert "tests in a browser (not run: no Chromium)" in said


def test_a_whole_run_in_which_a_group_holds_no_test_fails(steps):
    steps.statuses = {"-m browser": suite.NO_TESTS}

    assert suite.main([]) == 1


def test_named_tests_run_without_the_linters_and_wherever_they_are_found(steps):
    steps.statuses = {"-m browser": suite.NO_TESTS, "-m setup": suite.NO_TESTS}

    assert suite.main(["tests/access", "-x"]) == 0
    assert all("pytest" in step and step.endswith("tests/access -x") for step in steps)


def test_named_tests_that_are_found_nowhere_are_a_failure(steps):
    steps.statuses = {"pytest": suite.NO_TESTS}

    assert suite.main(["-k", "nonsense"]) == 1


def test_a_marker_of_the_persons_own_is_obeyed(steps):
    assert suite.main(["-m", "database", "-n", "1"]) == 0
    assert len(steps) == 1
    assert steps[0].endswith("-m pytest -m database -n 1")


def test_a_folder_without_postgresql_is_an_error_that_says_what_to_install(steps, tmp_path):
    with pytest.raises(SetupError, match=r"no PostgreSQL in .* apt-get install postgresql"):
        suite.main(["--server", str(tmp_path)])


def test_an_ordinary_user_is_told_how_to_get_chromium(monkeypatch):
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)

    with pytest.raises(SetupError, match=r"need Chromium\. Install it .* WAYMARK_CHROMIUM"):
        browser.ensure_chromium()


def test_a_browser_named_in_the_environment_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setenv(browser.VARIABLE, "/no/such/browser")

    with pytest.raises(SetupError, match="WAYMARK_CHROMIUM is /no/such/browser, and there is no such program"):
        browser.ensure_chromium()


def test_the_summary_names_what_failed():
    lines = []

    status = suite._summarise([Result("mypy", True, 9.5), Result("ruff", False, 0.5)], 10.0, lines.append)

    assert status == 1
    assert lines[1:] == ["passed     9.5 s  mypy", "FAILED     0.5 s  ruff", "FAILED    10.0 s  in all: ruff"]
