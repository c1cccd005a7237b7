"""`./waymark manage subject_access YP12 --out FOLDER`: everything held on a person, to review and to hand out."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from waymark.cases.models import Case, Kind
from waymark.core.actor import Actor
from waymark.core.commands import ServiceCommand
from waymark.disclosure.files import OFFERS, codes_in
from waymark.disclosure.gathering import NotAnItemError
from waymark.disclosure.subject import files_of


class Command(ServiceCommand):
    help = "Gather everything held on a young person: PDF and JSON, to review and to hand out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, where to, and what was cleared."""
        parser.add_argument("reference", help="the reference of the record, such as YP12")
        parser.add_argument("--out", required=True, metavar="FOLDER", type=Path, help="where the files go")
        parser.add_argument("--authority", default="", help="the borough, where two have the same reference")
        parser.add_argument("--cleared", metavar="FILE", type=Path, help="a file with the codes of what may go out")

    def handle(self, *args: Any, reference: str, out: Path, authority: str, **options: Any) -> None:
        """Write the files, for nobody else on this machine to read."""
        case = _case(reference, authority)
        cleared = _codes(options["cleared"])
        actor = Actor.system("subject access from the command line")
        try:
            files = files_of(case.pk, *(offer.key for offer in OFFERS), actor=actor, cleared=cleared)
        except NotAnItemError as problem:
            raise CommandError(
                f"No marked item has the code {problem}: look at the files for review again."
            ) from problem
        assert files is not None  # the system answers for everybody
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file in files:
            path = out / file.name
            path.touch(mode=0o600)
            path.write_bytes(file.content)
            self.stdout.write(str(path))


def _case(reference: str, authority: str) -> Case:
    found = Case.objects.filter(kind=Kind.YOUNG_PERSON, reference__iexact=reference)
    if authority:
        found = found.filter(authority__reference__iexact=authority)
    cases = list(found.select_related("young_person")[:2])
    if not cases:
        raise CommandError(f"No young person has the reference {reference}.", returncode=2)
    if len(cases) > 1:
        raise CommandError(f"Several boroughs have a {reference}: say which with --authority.", returncode=2)
    return cases[0]


def _codes(path: Path | None) -> set[str]:
    if path is None:
        return set()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror}.", returncode=2) from problem
    return codes_in(text)
