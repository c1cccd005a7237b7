"""Who sends the request: the token of their session, told to the database, and the membership it stands for."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connections
from django.http import HttpResponse

from waymark.access.queries import actor_of_token
from waymark.core.database import WEB
from waymark.core.errors import Refused
from waymark.core.requests import Request
from waymark.core.services import audit_refusal

SESSION_KEY = "token"


class ActingAs:
    """Sets `request.actor` (None when nobody is signed in), and tells the database whose rows to show.

    The database is told the token, not the person: it looks up itself whose token it is, in a table that pages cannot
    read, so nothing that slips into a query can pose as somebody else.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Runs inside the transaction of `WebTransaction`, with which the token is forgotten again."""
        token = request.session.get(SESSION_KEY, "")
        tell_token(token)
        request.actor = actor_of_token() if token else None  # type: ignore[assignment]
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Have a refusal audited once the transaction has ended; Django then answers 403."""
        if isinstance(exception, Refused):
            request.afterwards.append(lambda: audit_refusal(exception))


def tell_token(token: str) -> None:
    """Show the `web` login the rows of whoever holds `token`, until the transaction ends. "" stands for nobody."""
    with connections[WEB].cursor() as cursor:
        cursor.execute("select set_config('waymark.token', %s, true)", [token])
