"""`./waymark manage add_borough`: what an empty system needs first: a borough, its council and a social work team."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import IntegrityError

from waymark.access.models import AgencyKind
from waymark.access.services import add_agency, add_team
from waymark.cases.models import Case, Kind
from waymark.cases.services import open_case
from waymark.core.actor import Actor
from waymark.core.commands import ServiceCommand
from waymark.core.services import service


@service
def add_borough(*, actor: Actor, name: str, reference: str, team: str) -> Case:
    """Open the borough's case with its council and one team that does social work, all or nothing."""
    borough = open_case(actor=actor, kind=Kind.BOROUGH, authority=None, reference=reference)
    council = add_agency(actor=actor, name=name, kind=AgencyKind.LOCAL_AUTHORITY, case=borough)
    add_team(actor=actor, agency=council, name=team, role="social_worker", borough=borough)
    return borough


class Command(ServiceCommand):
    help = "Add a borough with its council and a social work team, so that a protocol can be adopted and people added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The council's name, and what the borough and its team are called."""
        parser.add_argument("name", help="the council, such as 'Elmbridge Vale Council'")
        parser.add_argument(
            "--reference", default="", help="what the borough is called in commands (default: B and a number)"
        )
        parser.add_argument(
            "--team", default="Social work", help="the team that young people belong to (default: Social work)"
        )

    def handle(self, *args: Any, name: str, reference: str, team: str, **options: Any) -> None:
        """Add it, and say what comes next."""
        actor = Actor.system("adding a borough from the command line")
        try:
            borough = add_borough(actor=actor, name=name, reference=reference, team=team)
        except IntegrityError as error:
            raise CommandError(
                f"There is a council called {name} or a borough {reference} already.", returncode=2
            ) from error
        self.stdout.write(
            f"{name} is borough {borough.reference}. Next: "
            f"./waymark protocol adopt protocols/islington.toml --authority {borough.reference} --from DAY"
        )
