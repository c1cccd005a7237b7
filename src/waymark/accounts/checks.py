"""Refuse to start where the wrong people could get in: through the demo's sign-in, or a directory half set up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

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


@register()
def the_directory_says_whom_it_speaks_for(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A directory without domains could let nobody in; over plain HTTP anybody could answer for it."""
    found = settings.DIRECTORY
    if not found:
        return []
    problems: list[CheckMessage] = []
    missing = [name for name in ("client_id", "client_secret", "domains") if not found[name]]
    if missing:
        hint = "Set WAYMARK_DIRECTORY_CLIENT, WAYMARK_DIRECTORY_SECRET and WAYMARK_DIRECTORY_DOMAINS."
        problems.append(Error(f"The directory is without {', '.join(missing)}.", hint=hint, id="waymark.E010"))
    if urlsplit(str(found["issuer"])).scheme != "https":
        hint = "WAYMARK_DIRECTORY_ISSUER begins with https://."
        problems.append(Error("The directory is not asked over TLS.", hint=hint, id="waymark.E011"))
    return problems
