from __future__ import annotations

from pathlib import Path

import pytest

from waymark.duties.engine import Pack, load_pack

PROTOCOLS = Path(__file__).parents[2] / "protocols"


@pytest.fixture(scope="session")
def islington() -> Pack:
    """The Islington pack as a borough adopts it that chooses nothing of its own."""
    return load_pack(PROTOCOLS / "islington.toml")
