"""What belongs to one request and is needed far below the view."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar

request_id: ContextVar[uuid.UUID | None] = ContextVar("waymark_request", default=None)
"""Ties together the audit entries of one request or one job; None outside both."""

Afterwards = Callable[[], None]
