"""Pages that belong to no app: errors and the health check."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from waymark.core.database import WEB
from waymark.core.permissions import Permission, permission


@permission(Permission.PUBLIC)
def health(request: HttpRequest) -> HttpResponse:
    """200 when the server answers and the database does; the middleware says 503 when it does not."""
    with connections[WEB].cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read: it is too long, or not in the form that browsers send."""
    return render(request, "core/errors/400.jinja2", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what is not there and for what this person may not know of."""
    return render(request, "core/errors/404.jinja2", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The person's role does not allow this."""
    return render(request, "core/errors/403.jinja2", {"reason": str(exception)}, status=403)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Something broke. Nothing was saved."""
    return render(request, "core/errors/500.jinja2", status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database cannot be reached."""
    return render(request, "core/errors/503.jinja2", status=503)
