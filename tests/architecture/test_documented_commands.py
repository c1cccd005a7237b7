"""Every command that the README and the guides tell people to type is one that there is, with the options it takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from waymark import cli
from waymark.duties import commands
from waymark.setup import paths

PAGES = [paths.ROOT / "README.md", *sorted((paths.ROOT / "docs").rglob("*.md"))]
TYPED = re.compile(r"(?:^|`)(?:[A-Z_]+=\S+ )?\./waymark ([^`\n]+)", re.MULTILINE)
MEMBERS = {"audit": "audit_{}", "duties": "duties_{}", "import": "import_{}", "protocol": "{}"}


def typed() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        for found in TYPED.finditer(page.read_text()):
            if "…" not in found[1] and "COMMAND" not in found[1]:
                yield page.name, shlex.split(re.split(r"[>|]", found[1])[0], comments=True)


DOCUMENTED = list(dict.fromkeys((page, " ".join(map(shlex.quote, words))) for page, words in typed()))


@pytest.fixture
def _files_of_the_guides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the files that the guides name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "protocols").symlink_to(paths.ROOT / "protocols")
    (tmp_path / "PACK").symlink_to(paths.ROOT / "protocols" / "islington.toml")
    (tmp_path / "var").mkdir()
    for events in ("events.jsonl", "var/events.jsonl"):
        (tmp_path / events).write_text("")


@pytest.mark.usefixtures("_files_of_the_guides")
@pytest.mark.parametrize(("page", "line"), DOCUMENTED)
def test_a_documented_command_is_one_that_there_is(page: str, line: str) -> None:
    name, *arguments = shlex.split(line)
    assert name in cli.COMMANDS or name in cli.HELP
    if name in ("protocol", "calendar") and arguments[0] not in cli.WITH_A_DATABASE:
        assert commands.main([name, *arguments]) == 0
    elif name in (*MEMBERS, "manage"):
        member = cli.WITH_A_DATABASE.get(arguments[0], MEMBERS.get(name, "{}").format(arguments[0]))
        accepts(member, arguments[1:])


def accepts(command: str, arguments: list[str]) -> None:
    """Whether a management command takes these arguments; argparse ends the test where it does not."""
    app = get_commands()[command]
    assert isinstance(app, str)
    load_command_class(app, command).create_parser("", command).parse_args(arguments)


def test_the_pages_tell_people_to_type_something() -> None:
    assert len(DOCUMENTED) > 15
