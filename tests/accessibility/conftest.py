"""The protocol of these tests has words in it that no screen has room for."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def adopted(long_words: Any) -> Any:
    """Whatever asks for the protocol to be adopted gets that one."""
    return long_words
