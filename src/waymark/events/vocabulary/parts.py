"""What the parts of a clause with two deadlines are called, where a page has to tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "voice": "by any quick means",
        "writing": "in writing",
        "report": "the report to the police",
        "worker": "telling the worker",
    }
)
"""Words for the parts that protocols name. A part that is not here is called by its own name."""
