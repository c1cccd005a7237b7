"""Running the commands on packs and traces written to a folder of the test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .kit import GOOD_PACK, NOW, Command, Printed, as_text, run_with


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command by its arguments."""

    def run(*arguments: str | Path) -> Printed:
        return run_with(capsys, *arguments)

    return run


@pytest.fixture
def trace(run: Command, tmp_path: Path) -> Command:
    """Run `protocol trace --json` on events (or on the raw text or bytes of a trace) with a pack or packs."""

    def trace(
        *events: dict[str, Any],
        raw: str | bytes | None = None,
        packs: tuple[str, ...] = (GOOD_PACK,),
        now: str = NOW,
        options: tuple[str, ...] = ("--json",),
    ) -> Printed:
        paths = []
        for number, pack in enumerate(packs, start=1):
            paths.append(tmp_path / f"pack{number}.toml")
            paths[-1].write_text(pack, encoding="utf-8")
        content = as_text(*events) if raw is None else raw
        file = tmp_path / "trace.jsonl"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return run("protocol", "trace", *paths, file, "--now", now, *options)

    return trace


@pytest.fixture
def check(run: Command, tmp_path: Path) -> Command:
    """Run `protocol check` on the text or bytes of a pack."""

    def check(pack: str | bytes) -> Printed:
        file = tmp_path / "pack.toml"
        file.write_bytes(pack.encode() if isinstance(pack, str) else pack)
        return run("protocol", "check", file)

    return check
