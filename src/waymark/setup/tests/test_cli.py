import subprocess
import sys

import pytest

from waymark import cli
from waymark.setup.errors import SetupError


def test_a_command_that_does_not_exist_is_refused_with_the_list_of_those_that_do(capsys):
    assert cli.main(["dmeo"]) == 2

    said = capsys.readouterr().err
    assert "there is no command 'dmeo'" in said
    assert "  demo " in said


def test_no_command_at_all_is_refused_with_the_list(capsys):
    assert cli.main([]) == 2
    assert "say which command" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["help", "-h", "--help"])
def test_help_lists_every_command(asked, capsys):
    assert cli.main([asked]) == 0

    said = capsys.readouterr().out
    assert [name for name in cli.COMMANDS if f"  {name} " not in said] == []


def test_trouble_that_the_person_can_put_right_is_one_paragraph_and_status_2(capsys, monkeypatch):
    def fail(_):
        raise SetupError("Port 80 is taken. Choose another.")

    monkeypatch.setitem(cli.COMMANDS, "demo", cli.Command("", fail))

    assert cli.main(["demo"]) == 2
    assert capsys.readouterr().err == "waymark: Port 80 is taken. Choose another.\n"


def test_arguments_after_the_command_are_handed_on(monkeypatch):
    given = []
    monkeypatch.setitem(cli.COMMANDS, "demo", cli.Command("", lambda arguments: given.append(arguments) or 7))

    assert cli.main(["demo", "--port", "9000"]) == 7
    assert given == [["--port", "9000"]]


@pytest.mark.parametrize(("command", "member"), [("duties", "rebuild"), ("import", "ssda903")])
def test_a_command_with_members_asks_which(command, member, capsys):
    assert cli.main([command]) == 2
    assert cli.main([command, "nonsense"]) == 2

    assert capsys.readouterr().err.count(f"say which: ./waymark {command} {member}") == 2


@pytest.mark.parametrize(("command", "member"), [("duties", "rebuild"), ("import", "ssda903")])
def test_help_on_a_command_with_members_lists_them(command, member, capsys):
    assert cli.main([command, "-h"]) == 0

    assert f"  {member}  " in capsys.readouterr().out


def test_help_on_the_protocol_lists_the_members_that_need_the_database_too(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["protocol", "-h"])

    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert [
        name for name in ("check", "explain", "coverage", "trace", "adopt", "export") if f"    {name} " not in said
    ] == []
    assert said.startswith("usage: ./waymark protocol ")


@pytest.mark.parametrize(
    ("arguments", "run"),
    [
        (["duties", "rebuild", "--quick"], ["duties_rebuild", "--quick"]),
        (["import", "ssda903", "DIR", "--from", "2025-04-01"], ["import_ssda903", "DIR", "--from", "2025-04-01"]),
        (["protocol", "adopt", "PACK", "--from", "2026-04-01"], ["adopt_protocol", "PACK", "--from", "2026-04-01"]),
        (["protocol", "export", "YP1"], ["export_events", "YP1"]),
        (["worker", "--once"], ["worker", "--once"]),
        (["manage", "migrate"], ["migrate"]),
    ],
)
def test_commands_that_need_the_database_become_management_commands(arguments, run, monkeypatch):
    from waymark.setup import manage

    given = []
    monkeypatch.setattr(manage, "run_management_command", lambda arguments: given.append(arguments) or 0)

    assert cli.main(arguments) == 0
    assert given == [run]


def test_a_due_date_is_worked_out_without_django_and_without_a_database():
    script = (
        "import sys; from waymark.cli import main\n"
        "status = main(['calendar', 'due', '2023-04-27', '10 working days'])\n"
        "print(status, sorted({'django', 'psycopg', 'procrastinate'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.stdout == "2023-05-15\n0 []\n"


def test_a_reader_that_has_gone_is_not_a_traceback():
    script = "import sys; from waymark.cli import main; sys.exit(main(['help']))"
    process = subprocess.Popen([sys.executable, "-u", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()

    assert process.stderr.read() == b""
    assert process.wait() == 1
