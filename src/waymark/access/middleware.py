"""Who sends the request: the token of their session, told to the database, and the membership it stands for."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connections
from django.http import HttpResponse

from waymark.access.acting import needs_second_factor
from waymark.access.queries import actor_of_token
from waymark.accounts.browser import SESSION_KEY
from waymark.accounts.queries import Holder, session_of_token
from waymark.accounts.services.sessions import touch_session
from waymark.core.actor import Actor
from waymark.core.database import WEB
from waymark.core.errors import Refused
from waymark.core.requests import Request
from waymark.core.services import audit_refusal

__all__ = ["SESSION_KEY", "ActingAs", "tell_token"]


class ActingAs:
    """Sets `request.actor` (None when nobody is signed in), and tells the database whose rows to show.

    `request.holder` is the session, also when it has ended or nobody was chosen to act as yet: then there is no actor.
    Nor is there one for a role that needs a second factor, in a session that was opened with one factor: they are led
    to set one up, whatever address they ask for, and the database is told nobody's token.

    The database is told the token, not the person: it looks up itself whose token it is, in a table that pages cannot
    read, so nothing that slips into a query can pose as somebody else.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Runs inside the transaction of `WebTransaction`, with which the token is forgotten again."""
        token = _token(request)
        tell_token(token)
        request.holder = session_of_token() if token else None  # type: ignore[attr-defined]
        request.actor = _actor(token, request.holder)  # type: ignore[assignment, attr-defined]
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Have a refusal audited once the transaction has ended; Django then answers 403."""
        if isinstance(exception, Refused):
            request.afterwards.append(lambda: audit_refusal(exception))


def _token(request: Request) -> str:
    """The token that the browser holds, "" for none; what cannot be one is forgotten, so that nobody meets it later."""
    token = request.session.get(SESSION_KEY, "")
    if isinstance(token, str) and token.isascii() and token.isprintable():
        return token
    del request.session[SESSION_KEY]
    return ""


def _actor(token: str, holder: Holder | None) -> Actor | None:
    """Whoever the session stands for. Using it keeps it alive, which is written down once a minute at most."""
    if holder is None or not holder.live:
        return None
    if holder.untouched:
        touch_session(token)
    actor = actor_of_token()
    if actor is not None and needs_second_factor(actor) and not holder.second_factor:
        tell_token("")
        return None
    return actor


def tell_token(token: str) -> None:
    """Show the `web` login the rows of whoever holds `token`, until the transaction ends. "" stands for nobody."""
    with connections[WEB].cursor() as cursor:
        cursor.execute("select set_config('waymark.token', %s, true)", [token])
