"""What belongs to one request: who sends it, for which page, what is to follow it, the number its entries share."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest

from waymark.core.actor import Actor

request_id: ContextVar[uuid.UUID | None] = ContextVar("waymark_request", default=None)
"""The same for all audit entries of one request or one job; None outside both."""

page_asked: ContextVar[str] = ContextVar("waymark_page", default="")
"""The name of the route that a request asks for, so that a refusal can say what was tried; "" outside a request."""


class Request(HttpRequest):
    """A request as views get it: the middleware has added who sends it.

    `actor` is set wherever the route's permission is not `PUBLIC`; on public pages it is None when nobody is signed in.
    `afterwards` runs when the page's transaction has ended, whether or not it was undone.
    """

    actor: Actor
    afterwards: list[Callable[[], None]]
