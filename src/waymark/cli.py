"""The command line: `./waymark COMMAND`.

Each command is looked up here and does its own imports, so that `protocol` and `calendar` start without
Django and without a database.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from waymark.setup.errors import SetupError

STOPPED_BY_CTRL_C = 130
HELP = ("help", "-h", "--help")


class Command(NamedTuple):
    """What a command is for, and what runs it: given the arguments after its name, it returns an exit status."""

    help: str
    run: Callable[[list[str]], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Status 2 for what the person can put right, after one paragraph that says how."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except SetupError as error:
        print(f"waymark: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return STOPPED_BY_CTRL_C
    except BrokenPipeError:  # whoever read our output, `head` perhaps, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the flush at exit would fail too
        return 1


def _run(arguments: list[str]) -> int:
    name = arguments[0] if arguments else ""
    if name in HELP:
        print(_usage())
        return 0
    command = COMMANDS.get(name)
    if command is None:
        problem = f"there is no command {name!r}" if name else "say which command"
        print(f"waymark: {problem}.\n\n{_usage()}", file=sys.stderr)
        return 2
    return command.run(arguments[1:])


def _usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items()]
    return "usage: ./waymark COMMAND [arguments]\n\n" + "\n".join(lines)


def _demo(arguments: list[str]) -> int:
    from waymark.setup.demo import main as demo

    return demo(arguments)


def _test(arguments: list[str]) -> int:
    from waymark.setup.suite import main as suite

    return suite(arguments)


def _serve(arguments: list[str]) -> int:
    from waymark.setup.serve import main as serve

    return serve(arguments)


WITH_A_DATABASE = {"adopt": "adopt_protocol", "export": "export_events"}
"""The members of `./waymark protocol` that read or write casework, and the Django command each is."""


def _protocol(arguments: list[str]) -> int:
    if arguments and arguments[0] in WITH_A_DATABASE:
        return _django(WITH_A_DATABASE[arguments[0]])(arguments[1:])
    return _engine("protocol")(arguments)


def _engine(name: str) -> Callable[[list[str]], int]:
    def run(arguments: list[str]) -> int:
        from waymark.duties.commands import main as engine

        return engine([name, *arguments])

    return run


def _django(name: str) -> Callable[[list[str]], int]:
    """A Django management command, with the database up for as long as it runs."""

    def run(arguments: list[str]) -> int:
        from waymark.setup.manage import run_management_command

        return run_management_command([name, *arguments])

    return run


def _manage(arguments: list[str]) -> int:
    from waymark.setup.manage import run_management_command

    return run_management_command(arguments)


def _family(name: str, members: Mapping[str, str]) -> Callable[[list[str]], int]:
    """`./waymark NAME MEMBER ...`, which Django knows as `NAME_MEMBER`. `members` says what each is for."""

    def run(arguments: list[str]) -> int:
        if arguments and arguments[0] in HELP:
            listed = [f"  {member}  {purpose}" for member, purpose in members.items()]
            print(f"usage: ./waymark {name} {' | '.join(members)} [arguments]\n\n" + "\n".join(listed))
            return 0
        if not arguments or arguments[0] not in members:
            raise SetupError(f"say which: ./waymark {name} {' or '.join(members)}.")
        return _django(f"{name}_{arguments[0]}")(arguments[1:])

    return run


def _benchmark(arguments: list[str]) -> int:
    from waymark.setup.benchmark import main as benchmark

    return benchmark(arguments)


def _lock(arguments: list[str]) -> int:
    from waymark.setup.lock import main as lock

    return lock(arguments)


REBUILD = "work all duties out afresh and report differences"
SSDA903 = "read a council's return"
AUDIT = {
    "seal": "seal what has been written, and print the digest to keep elsewhere",
    "verify": "say whether anything was changed, removed or put in since it was sealed",
    "restart": "go on sealing after the database was restored into another server",
}

COMMANDS = {
    "demo": Command("set everything up and run it with a made-up borough", _demo),
    "test": Command("run the tests, the linters and the type checker", _test),
    "protocol": Command("check, explain, trace, cover or adopt a pack; export a case", _protocol),
    "calendar": Command("work out a due date", _engine("calendar")),
    "duties": Command(f"rebuild: {REBUILD}", _family("duties", {"rebuild": REBUILD})),
    "import": Command(f"ssda903: {SSDA903}", _family("import", {"ssda903": SSDA903})),
    "audit": Command("seal or verify the audit trail", _family("audit", AUDIT)),
    "serve": Command("serve the pages (gunicorn)", _serve),
    "worker": Command("deliver messages, notice breaches", _django("worker")),
    "manage": Command("any Django management command", _manage),
    "benchmark": Command("run one of benchmarks/*.py", _benchmark),
    "lock": Command("make the locked requirements anew", _lock),
}


if __name__ == "__main__":
    sys.exit(main())
