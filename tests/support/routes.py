"""Every address of the product, as the urlconf has it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Each route with its whole address, as it is written: `/records/<uuid:case_id>`."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, address)
        elif isinstance(entry, URLPattern):
            yield address, entry


def route_names() -> set[str]:
    """What the routes are called."""
    return {str(route.name) for _, route in routes()}
