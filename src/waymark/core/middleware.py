"""What wraps every request: headers, an identifier, and the transaction that pages read in."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from django.db import OperationalError, connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from waymark.core.database import WEB, login
from waymark.core.requests import Request, page_asked, request_id
from waymark.core.views import unavailable

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Nothing from elsewhere and nothing written into the page: scripts and styles are files of ours."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


class SecureHeaders:
    """Headers that keep a page to itself. Pages are not kept by browsers: the next person may use the same machine."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what the response does not set itself."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class KnownMethods:
    """Refuses what pages have no use for, before anything looks at it: a page is read or a form is sent."""

    KNOWN = ("GET", "HEAD", "POST")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """405 for any other method."""
        return self.get_response(request) if request.method in self.KNOWN else HttpResponseNotAllowed(self.KNOWN)


class RequestIdentifier:
    """Gives the request a random identifier that its audit entries and log lines share; knows which page it asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set `core.requests.request_id` and `page_asked` for the length of the request."""
        identifier = uuid.uuid4()
        token, page = request_id.set(identifier), page_asked.set("")
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = str(identifier)
            return response
        finally:
            request_id.reset(token)
            page_asked.reset(page)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """The route is known now: its name, or else how it is written, never what stands in the address."""
        match = request.resolver_match
        page_asked.set((match.url_name or match.route) if match else "")


class WebTransaction:
    """One transaction of the `web` login around the view and the rendering of its template.

    Rows are read under row-level security, which holds for the length of a transaction. A server error undoes it. What
    must outlive it (refusals) waits in `request.afterwards` and runs when it has ended; if that fails, so does the
    request.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Answer the request inside the transaction; without a database, say so."""
        request.afterwards = []
        try:
            connections[WEB].close_if_health_check_failed()  # one kept since before the database went down
            connections[WEB].ensure_connection()
        except OperationalError:
            logger.exception("The database cannot be reached")
            return unavailable(request)
        with login(WEB):
            with transaction.atomic(using=WEB):
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True, using=WEB)
            for step in request.afterwards:
                step()
        return response
