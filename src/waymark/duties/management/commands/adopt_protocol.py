"""`./waymark protocol adopt`: have a borough work by a version of a protocol from a day on."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.commands import ServiceCommand
from waymark.duties.adopting import Proposal, adopt_proposal, dry_run, propose
from waymark.duties.describing import describe, is_in_name_only
from waymark.duties.engine import PackError

MOST_LINES = 200


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is not a day such as 2026-04-01") from None


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


class Command(ServiceCommand):
    called = "protocol adopt"
    help = "Have a borough work by a version of a protocol from a day on. Try it with --dry-run first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", type=Path)
        parser.add_argument("--authority", required=True, help="the borough's reference, such as B1")
        parser.add_argument(
            "--from", dest="starts_on", type=_day, required=True, help="the first day, such as 2026-04-01"
        )
        parser.add_argument("--term", type=_setting, action="append", default=[], metavar="NAME=LENGTH")
        parser.add_argument("--switch", type=_setting, action="append", default=[], metavar="NAME=CHOICE")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("adoption of a protocol from the command line")
        proposal = self._proposal(options)
        if options["dry_run"]:
            self._foretell(proposal, actor)
            return
        adopt_proposal(proposal, actor=actor)
        self.stdout.write(f"{proposal.pack.title}, version {proposal.pack.version}, from {proposal.starts_on}.")

    def _proposal(self, options: dict[str, Any]) -> Proposal:
        authority = Case.objects.filter(kind=Kind.BOROUGH, reference=options["authority"]).first()
        if authority is None:
            known = ", ".join(Case.objects.filter(kind=Kind.BOROUGH).values_list("reference", flat=True)) or "none"
            raise CommandError(f"There is no borough {options['authority']}. Known: {known}.", returncode=2)
        path: Path = options["pack"]
        try:
            return propose(
                authority=authority,
                content=path.read_bytes(),
                file=path.name,
                starts_on=options["starts_on"],
                terms=dict(options["term"]),
                switches=dict(options["switch"]),
            )
        except PackError as problem:
            raise CommandError(str(problem), returncode=2) from problem
        except OSError as problem:
            raise CommandError(f"{path}: {problem.strerror}", returncode=2) from problem

    def _foretell(self, proposal: Proposal, actor: Actor) -> None:
        changes = dry_run(proposal, actor=actor)
        telling = [(case, change) for case, change in changes if not is_in_name_only(change)]
        told = {case.pk for case, _ in telling[:MOST_LINES]}
        trail.exported(actor, "duties.Duty", purpose="what an adoption would change", cases=told, rows=len(told))
        for case, change in telling[:MOST_LINES]:
            self.stdout.write(f"{case.reference} {describe(change)}")
        if len(telling) > MOST_LINES:
            self.stdout.write(f"… and {len(telling) - MOST_LINES:,} more")
        same = len(changes) - len(telling)
        self.stdout.write(
            f"{len(telling):,} duties would change; {same:,} more stay the same under the new version. "
            "Nothing has been changed."
        )
