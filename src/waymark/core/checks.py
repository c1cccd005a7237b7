"""Refuse to start while a part that the rules of the house depend on is missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from waymark.core.ledger import ledger_is_registered
from waymark.core.record_frame import framer_is_registered
from waymark.core.trail import writer_is_registered

HERE = ("", "localhost", "127.0.0.1", "::1")
INSTALL = "Add waymark.{} to INSTALLED_APPS."


@register()
def the_ledger_and_the_trail_are_registered(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without the ledger nobody could be refused; without the trail nothing would be audited."""
    problems: list[CheckMessage] = []
    if not ledger_is_registered():
        problems.append(Error("No sharing ledger is registered.", hint=INSTALL.format("access"), id="waymark.E001"))
    if not writer_is_registered():
        problems.append(Error("No audit trail is registered.", hint=INSTALL.format("audit"), id="waymark.E002"))
    if not framer_is_registered():
        problems.append(Error("Nothing frames a record's pages.", hint=INSTALL.format("casework"), id="waymark.E007"))
    return problems


@register(deploy=True)
def a_distant_database_is_reached_by_tls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What leaves the machine unencrypted can be read on its way, and an unverified server may be anybody's."""
    distant = sorted(
        alias
        for alias, database in settings.DATABASES.items()
        if str(database["HOST"]) not in HERE
        and not str(database["HOST"]).startswith("/")
        and database.get("OPTIONS", {}).get("sslmode") != "verify-full"
    )
    if not distant:
        return []
    return [
        Warning(
            f"The connections of {', '.join(distant)} to the database may be read on their way, or lead elsewhere.",
            hint="Add ?sslmode=verify-full to DATABASE_URL_OWNER, DATABASE_URL_WEB and DATABASE_URL_SERVICE.",
            id="waymark.W001",
        )
    ]
