"""Two imports for one borough at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from waymark.access.models import AgencyKind, Team
from waymark.access.services import add_agency, add_team
from waymark.cases.models import Case, Kind
from waymark.cases.services import open_case
from waymark.core.actor import Actor
from waymark.core.clock import FixedClock
from waymark.core.database import SERVICE
from waymark.events.models import Event
from waymark.returns.services import ImportRunning, import_return
from waymark.returns.tests.returns import FROM, read

SYSTEM = Actor.system("tests")


@pytest.fixture
def bring_in(real_connections: None, tmp_path: Path) -> Callable[[Any], int | str]:
    """Import one young person; gives how many events were recorded, or `running`."""
    borough = open_case(actor=SYSTEM, kind=Kind.BOROUGH, authority=None, reference="B1")
    council = add_agency(actor=SYSTEM, name="Elmbridge Vale Council", kind=AgencyKind.LOCAL_AUTHORITY, case=borough)
    team: Team = add_team(actor=SYSTEM, agency=council, name="Leaving Care", role="social_worker", borough=borough)
    found = read(tmp_path)

    def importing(_: Any = None) -> int | str:
        clock = FixedClock(datetime(2026, 5, 1, 9, tzinfo=UTC))
        try:
            result = import_return(found, actor=SYSTEM, authority=borough, teams=[team], covered_from=FROM, clock=clock)
        except ImportRunning:
            return "running"
        return result.recorded

    return importing


def test_an_import_does_not_wait_for_another_one_but_says_so(bring_in: Any, in_threads: Any) -> None:
    with transaction.atomic(using=SERVICE):
        Case.objects.select_for_update(no_key=True).get(kind=Kind.BOROUGH)
        assert in_threads(bring_in, [1]) == ["running"]
    assert not Event.objects.exists()
    assert bring_in() == 3


def test_imports_at_once_store_everything_once(bring_in: Any, in_threads: Any) -> None:
    results = in_threads(bring_in, range(4))
    assert results.count(3) == 1
    assert set(results) <= {3, 0, "running"}
    assert Event.objects.count() == 3
