"""`./waymark manage export_events YP1`: everything recorded of one case, as a trace that `protocol trace` reads."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.commands import ServiceCommand
from waymark.core.services import service
from waymark.events.models import Event

WRONG_INPUT = 2


class Command(ServiceCommand):
    help = "Write everything recorded of one case to standard output, one JSON object a line, in the order of storing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", help="its reference, such as YP1, or its identifier")
        parser.add_argument(
            "--authority", metavar="REFERENCE", help="the borough, when several have a case of that name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        case = _find(options["case"], options["authority"])
        for event in _read(case):
            self.stdout.write(json.dumps(as_line(event, case), ensure_ascii=False))


def as_line(event: Event, case: Case) -> dict[str, Any]:
    """An event as a line of a trace (events.md, "An event")."""
    line: dict[str, Any] = {
        "id": str(event.pk),
        "case": case.reference,
        "type": event.type,
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
    }
    line |= {name: value for name, value in (("refs", event.refs), ("by", event.by), ("data", event.data)) if value}
    return line


def _find(name: str, authority: str | None) -> Case:
    cases = Case.objects.filter(reference=name)
    if authority is not None:
        cases = cases.filter(authority__reference=authority)
    found = list(cases.select_related("authority")[:20])
    identifier = _identifier(name)
    if not found and identifier:
        found = list(Case.objects.filter(pk=identifier))
    if not found:
        raise CommandError(f"There is no case {name}.", returncode=WRONG_INPUT)
    if len(found) > 1:
        several = ", ".join(case.authority.reference if case.authority else "none" for case in found)
        raise CommandError(
            f"Several have a case {name}: say which with --authority ({several}).", returncode=WRONG_INPUT
        )
    return found[0]


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@service
def _read(case: Case) -> list[Event]:
    """The case's events in the order of storing, which settles exact ties as the ledger does. Reading is audited."""
    trail.read(Actor.system("export of events from the command line"), case, purpose="export of events")
    return list(Event.objects.filter(case=case).order_by("sequence"))
