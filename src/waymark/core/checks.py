"""Refuse to start while a part that the rules of the house depend on is missing."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from waymark.core.ledger import ledger_is_registered
from waymark.core.trail import writer_is_registered

INSTALL = "Add waymark.{} to INSTALLED_APPS."


@register()
def the_ledger_and_the_trail_are_registered(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without the ledger nobody could be refused; without the trail nothing would be audited."""
    problems: list[CheckMessage] = []
    if not ledger_is_registered():
        problems.append(Error("No sharing ledger is registered.", hint=INSTALL.format("access"), id="waymark.E001"))
    if not writer_is_registered():
        problems.append(Error("No audit trail is registered.", hint=INSTALL.format("audit"), id="waymark.E002"))
    return problems
