"""What the tests of the trail share."""

from __future__ import annotations

import pytest
from tests.support.story import queries

from waymark.audit import sealing

__all__ = ["queries"]

XMIN = "pg_snapshot_xmin(pg_current_snapshot())"
OF_THIS_DATABASE = """(
    select least(pg_snapshot_xmax(pg_current_snapshot())::text::bigint, min(held.transactionid::text::bigint))
    from pg_locks held join pg_stat_activity whose using (pid)
    where held.locktype = 'transactionid' and held.mode = 'ExclusiveLock' and whose.datname = current_database()
)::text::xid8"""


@pytest.fixture(autouse=True)
def tests_beside_are_not_waited_for(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealing waits for every transaction of the server that began before; other tests have theirs, in other databases.

    What is waited for here are those of this database alone. A test marked `whole_server` waits for all.
    """
    if request.node.get_closest_marker("whole_server") is None:
        for name in ("HORIZON", "SETTLED"):
            text = getattr(sealing, name)
            assert XMIN in text
            monkeypatch.setattr(sealing, name, text.replace(XMIN, OF_THIS_DATABASE))
