"""Everything recorded of one case as a trace, with the protocols that have judged it, to be judged again elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid5

from waymark.access.models import Adoption
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.services import service
from waymark.duties.engine import VersionInForce
from waymark.duties.engine.calendar import start_of_day
from waymark.duties.packs import versions_of
from waymark.duties.trace_protocols import PROTOCOL_IN_USE
from waymark.events.models import Event
from waymark.events.vocabulary.limits import FIRST_YEAR

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """A case, the versions that have judged it with their adoptions, in order, and its events in order of storing."""

    case: Case
    versions: list[tuple[VersionInForce, Adoption]]
    events: list[Event]

    def lines(self) -> Iterator[Line]:
        """The trace: first what judged the case, then what was recorded of it."""
        for version, adoption in self.versions:
            yield self._in_use(version, adoption)
        if not self.versions:
            yield self._never_in_use()
        for event in self.events:
            yield self._event(event)

    def packs(self) -> dict[str, str]:
        """The text of each version as it was adopted, by the name of a file for it."""
        found: dict[str, str] = {}
        for _, adoption in self.versions:
            name = re.sub(r"[^\w.-]+", "-", f"{adoption.pack_id}-{adoption.version}")
            if found.get(f"{name}.toml", adoption.text) != adoption.text:
                name = f"{name}-{adoption.digest[:8]}"  # another borough's text under the same version
            found[f"{name}.toml"] = adoption.text
        return found

    def _in_use(self, version: VersionInForce, adoption: Adoption) -> Line:
        starts = version.start.isoformat()
        said = {
            "protocol": adoption.pack_id,
            "version": adoption.version,
            "terms": adoption.terms,
            "switches": adoption.switches,
            "sha256": adoption.digest,
        }
        return self._protocol(f"{adoption.pk} from {starts}", starts, said)

    def _never_in_use(self) -> Line:
        return self._protocol("none", start_of_day(date(FIRST_YEAR, 1, 1)).isoformat(), {"protocol": None})

    def _protocol(self, name: str, starts: str, said: Mapping[str, Any]) -> Line:
        """The same line has the same identifier in every export, so that several may be put together."""
        return {
            "id": str(uuid5(self.case.pk, f"protocol {name}")),
            "case": self.case.reference,
            "type": PROTOCOL_IN_USE,
            "occurred_at": starts,
            "data": said,
        }

    def _event(self, event: Event) -> Line:
        """An event as a line of a trace (events.md, "An event")."""
        line: Line = {
            "id": str(event.pk),
            "case": self.case.reference,
            "type": event.type,
            "occurred_at": event.occurred_at.isoformat(),
            "recorded_at": event.recorded_at.isoformat(),
        }
        told = (("refs", event.refs), ("by", event.by), ("data", event.data))
        return line | {name: value for name, value in told if value}


@service
def export(case: Case) -> Export:
    """Read a case for an export, which is audited as one."""
    trail.exported(Actor.system("export of events from the command line"), case, purpose="export of events")
    in_force = versions_of([case])[case.pk]
    versions = in_force.all if in_force else []
    adoptions = Adoption.objects.in_bulk([version.adoption for version in versions])
    judged_by = [(version, adoptions[version.adoption]) for version in versions if version.adoption]
    return Export(case, judged_by, list(Event.objects.filter(case=case).order_by("sequence")))


def write_packs(packs: Mapping[str, str], folder: Path) -> list[Path]:
    """Write each adopted text into a folder, which is made. Returns the files. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in packs.items():
        (folder / name).write_bytes(text.encode())
    return [folder / name for name in packs]
