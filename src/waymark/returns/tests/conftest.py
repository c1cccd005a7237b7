"""Bringing returns in, by the command and by the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from waymark.core.clock import FixedClock
from waymark.returns.tests.returns import FROM, NOW, read


@pytest.fixture
def run(leaving_care_team: Any, time_machine: Any) -> Callable[..., str]:
    """Run the command on a folder at 10 in the morning of 1 May 2026; gives what it says."""
    time_machine.move_to(NOW, tick=False)

    def command(folder: Path, *arguments: str) -> str:
        said = StringIO()
        call_command("import_ssda903", str(folder), "--from", "2025-04-01", *arguments, stdout=said, stderr=said)
        return said.getvalue()

    return command


@pytest.fixture
def bring_in(borough: Any, leaving_care_team: Any, system: Any, tmp_path: Path) -> Callable[..., Any]:
    """Import a return with these rows, as on 1 May 2026."""
    from waymark.returns.services import import_return

    count = iter(range(100))

    def importing(covered_from: date = FROM, now: datetime = NOW, accept_partial: bool = False, **rows: Any) -> Any:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        found = read(folder, covered_from=covered_from, **rows)
        return import_return(
            found,
            actor=system,
            authority=borough,
            teams=[leaving_care_team],
            covered_from=covered_from,
            accept_partial=accept_partial,
            clock=FixedClock(now),
        )

    return importing
