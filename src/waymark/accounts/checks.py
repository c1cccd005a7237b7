"""Refuse to start where the demo's sign-in, which asks for no password, could be reached from elsewhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

HERE = {"localhost", "127.0.0.1", "[::1]", "testserver"}


@register()
def the_demo_is_only_reached_from_this_machine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The demo lets anyone sign in as anyone, so it may answer to no address but this machine's."""
    elsewhere = sorted(set(settings.ALLOWED_HOSTS) - HERE)
    if not settings.DEMO or not elsewhere:
        return []
    return [
        Error(
            f"The demo lets anyone sign in as anyone, yet it would answer to {', '.join(elsewhere)}.",
            hint="Unset WAYMARK_DEMO, or leave only localhost and 127.0.0.1 in WAYMARK_HOSTS.",
            id="waymark.E004",
        )
    ]
