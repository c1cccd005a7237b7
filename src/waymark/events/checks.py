"""Refuse to start while somebody who must be told of events is not listening."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from waymark.events import handlers


@register()
def every_required_handler_is_registered(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without the duties handler, events would be stored and nobody would owe anything."""
    return [
        Error(
            f"Nobody listens to events for {name!r}.",
            hint=f"Add waymark.{name} to INSTALLED_APPS; its AppConfig.ready() calls events.handlers.register().",
            id="waymark.E003",
        )
        for name in handlers.missing()
    ]
