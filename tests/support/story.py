"""A borough that works by the real protocol, and a record in which something has happened. For tests of pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.support.remembering import remembered
from waymark.setup import paths

PACK = paths.ROOT / "protocols" / "islington.toml"


@pytest.fixture
def now() -> datetime:
    """The present, for working out what happened how long ago."""
    return datetime.now(UTC)


@remembered
def adopted(borough: Any, system: Any) -> Any:
    """The borough works by the Islington protocol, from long ago."""
    from waymark.duties.adopting import adopt_proposal, propose

    proposal = propose(authority=borough, content=PACK.read_bytes(), file=PACK.name, starts_on=date(2020, 1, 1))
    return adopt_proposal(proposal, actor=system)


@pytest.fixture
def happened(adopted: Any, system: Any, now: datetime) -> Callable[..., Any]:
    """Record that something happened: `happened(record, "placement_started", days_ago=10, placement="P1")`.

    `about` is whatever has a case. Other keywords are refs; `data`, `by` and `actor` as in the service.
    """
    from waymark.events.services import record as store

    def make(
        about: Any, kind: str, *, days_ago: float = 0, data: Any = None, actor: Any = None, by: str = "", **refs: str
    ) -> Any:
        case = getattr(about, "case", about)
        at = now - timedelta(days=days_ago)
        return store(kind, case=case, actor=actor or system, occurred_at=at, refs=refs, data=data, by=by or None)

    return make


@remembered
def placed(adopted: Any, happened: Any, young_person: Any, scheme: Any) -> Any:
    """Amira moved into Tanner House ten days ago, as placement P1: the planning meeting (PPM-02) is late."""
    refs = {"placement": "P1", "scheme": str(scheme.case_id), "provider": str(scheme.provider.case_id)}
    return happened(young_person, "placement_started", days_ago=10, **refs)


@pytest.fixture
def queries() -> Callable[[], Any]:
    """Count the queries that are made inside: `with queries() as made: ...; len(made)`."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connections["default"])
