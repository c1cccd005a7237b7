"""Removes a made-up borough, with all its history, so that the demo can begin again."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command

from waymark.access.models import Agency, AgencyKind
from waymark.core.database import OWNER
from waymark.demo.simulation import names

ROOTS = ("audit", "accounts", "cases")
"""Apps on whose tables all records hang: going back before them removes every record."""


class NotOursError(Exception):
    """The database holds a council that the demo did not make up."""


def clear() -> None:
    """Remove every record and make the tables afresh.

    Events and the audit trail cannot be deleted row by row, so the tables go. Raises `NotOursError` where there is a
    council that is not the demo's, or where this is not a demo.
    """
    if not settings.DEMO:
        raise NotOursError("Only a demo can be begun again.")
    councils = Agency.objects.filter(kind=AgencyKind.LOCAL_AUTHORITY).values_list("name", flat=True)
    others = sorted(set(councils) - {names.COUNCIL})
    if others:
        raise NotOursError(f"This database holds {', '.join(others)}, which the demo did not make up. Nothing removed.")
    for app in ROOTS:
        call_command("migrate", app, "zero", database=OWNER, interactive=False, verbosity=0)
    call_command("migrate", database=OWNER, interactive=False, verbosity=0)
