"""What the screens say of a case, and what `protocol trace` says of its export, in the same words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from waymark.cases.models import Case
from waymark.duties import presenting
from waymark.duties.commands import main
from waymark.duties.engine.calendar import LONDON
from waymark.duties.models import Duty

Said = list[dict[str, Any]]


def exported(case: Case, *options: str) -> str:
    """The events of a case, as `protocol export` prints them."""
    said = StringIO()
    call_command("export_events", str(case.pk), *options, stdout=said, stderr=StringIO())
    return said.getvalue()


def said_by_trace(trace: str, packs: Sequence[Path], now: datetime, folder: Path, *options: str) -> Said:
    """What the command prints of a trace with these packs, in an order of its own."""
    path = folder / "events.jsonl"
    path.write_text(trace)
    out = StringIO()
    with redirect_stdout(out):
        status = main(["protocol", "trace", *map(str, packs), str(path), "--now", now.isoformat(), "--json", *options])
    assert status == 0
    return _ordered([json.loads(line) for line in out.getvalue().split("\n") if line])


def said_by_screens(case: Case) -> Said:
    """The same of the stored duties, each with the sentence that pages show."""
    duties = Duty.objects.filter(case=case).select_related("trigger", "adoption")
    return _ordered([_line(duty, case) for duty in duties])


def _line(duty: Duty, case: Case) -> dict[str, Any]:
    instance = presenting.instance_of(duty)
    return {
        "clause": duty.clause,
        "part": duty.part or None,
        "case": case.reference,
        "refs": duty.refs,
        "trigger": str(duty.trigger_id),
        "who": instance.who,
        "state": duty.state,
        "due": _local(duty.due),
        "met_by": [str(event) for event in duty.met_by],
        "late": duty.late,
        "provisional": duty.provisional,
        "breach_noticed_at": _local(duty.breach_noticed_at),
        "missing": duty.missing,
        "escalated_to": duty.escalated_to,
        "version": duty.adoption.version,
        "cite": instance.clause.cite,
        "modality": instance.clause.modality,
        "why": presenting.sentence(duty),
    }


def _local(instant: datetime | None) -> str | None:
    return instant.astimezone(LONDON).isoformat() if instant else None


def _ordered(lines: Said) -> Said:
    return sorted(lines, key=lambda line: (line["clause"], line["trigger"], line["part"] or ""))
