"""What the tests of the commands share: packs and traces as files, and what a command printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from waymark.duties.commands import main
from waymark.duties.engine.tests.kit import pack_text

NOW = "2026-03-20T09:00:00+00:00"
PLANNING = """[duty.PPM-02]
title = "Hold the placement planning meeting"
cite = "Placement planning (at move-in): When"
modality = "must"
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
unless = "placement_ended"
"""
GOOD_PACK = pack_text(PLANNING)
STARTED = {
    "id": "e1",
    "case": "YP1",
    "type": "placement_started",
    "occurred_at": "2026-03-02T10:00:00+00:00",
    "refs": {"placement": "P1"},
}
HELD = STARTED | {"id": "e2", "type": "planning_meeting_held", "occurred_at": "2026-03-04T10:00:00+00:00"}


@dataclass(frozen=True)
class Printed:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output."""
        return [json.loads(line) for line in self.out.split("\n") if line]


Command = Callable[..., Printed]


def as_text(*events: dict[str, Any]) -> str:
    """Events as a trace."""
    return "".join(json.dumps(event) + "\n" for event in events)


def run_with(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Printed:
    """Run a command in this process. Options that argparse itself refuses end in status 2 too."""
    capsys.readouterr()
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as stopped:
        assert isinstance(stopped.code, int)
        status = stopped.code
    printed = capsys.readouterr()
    return Printed(status, printed.out, printed.err)


def refused(printed: Printed, *words: str) -> str:
    """Check that input was refused as promised: status 2, one message, nothing on standard output."""
    assert (printed.status, printed.out) == (2, "")
    message = printed.err.strip()
    assert message.count("\n") == 0
    assert "Traceback" not in message
    for word in words:
        assert word in message, f"'{word}' is not in: {message}"
    return message
