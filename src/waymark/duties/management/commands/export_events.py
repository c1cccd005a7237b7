"""`./waymark protocol export YP1`: everything recorded of one case, as a trace that `protocol trace` reads."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from waymark.cases.models import Case
from waymark.core.commands import ServiceCommand
from waymark.duties.exporting import export, write_packs

WRONG_INPUT = 2


class Command(ServiceCommand):
    called = "protocol export"
    help = (
        "Write everything recorded of one case to standard output, one JSON object a line: which protocol judges it "
        "and since when, then the events in the order of storing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", help="its reference, such as YP1, or its identifier")
        parser.add_argument(
            "--authority", metavar="REFERENCE", help="the borough, when several have a case of that name"
        )
        parser.add_argument(
            "--packs",
            type=Path,
            metavar="FOLDER",
            help="write the protocols it is judged by into this folder too, word for word as they were adopted",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        exported = export(_find(options["case"], options["authority"]))
        if options["packs"]:
            self._write_packs(exported.packs(), options["packs"])
        for line in exported.lines():
            self.stdout.write(json.dumps(line, ensure_ascii=False))
        if not exported.versions:
            self.stderr.write("Note: no protocol has been adopted for this case, so nothing is owed in it.")

    def _write_packs(self, packs: dict[str, str], folder: Path) -> None:
        try:
            written = write_packs(packs, folder)
        except OSError as problem:
            raise CommandError(f"{folder}: {problem.strerror}", returncode=WRONG_INPUT) from problem
        for path in written:
            self.stderr.write(f"Wrote {path}")


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
