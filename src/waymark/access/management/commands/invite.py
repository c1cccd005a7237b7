"""`./waymark manage invite`: an agency's first administrator, and anybody whom no administrator can let in again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from waymark.access.models import Agency, Membership
from waymark.access.services import add_member
from waymark.access.two_people import takes_two
from waymark.accounts.models import Account
from waymark.accounts.services import invite, invite_to_join
from waymark.accounts.services.links import remove_second_factors
from waymark.accounts.services.mail import address_of_link
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.commands import ServiceCommand
from waymark.core.services import service
from waymark.events.vocabulary import RECORDING_ROLES


class Command(ServiceCommand):
    help = "Print a link with which somebody sets a password: once, within 7 days. With --agency, make them a member."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and where they work when they are new there."""
        parser.add_argument("email", help="their e-mail address")
        parser.add_argument("--name", default="", help="their name, when there is no account yet")
        parser.add_argument("--agency", default="", help="the agency that they become a member of")
        parser.add_argument("--role", default="", help="their role there, such as head_of_service")
        parser.add_argument("--administers", action="store_true", help="they look after the agency's people and teams")
        parser.add_argument(
            "--lost-second-factor",
            action="store_true",
            help="remove their app, passkeys and codes, for new ones",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, and print the link."""
        actor = Actor.system("invitation from the command line")
        token, joining = self._invite(options, actor)
        self.stdout.write(f"Pass this on to {options['email']} and to nobody else. It works once, within 7 days:")
        self.stdout.write(address_of_link(token))
        if joining:
            self.stdout.write("They have been invited to another agency too. To join it they open this and sign in:")
            self.stdout.write(address_of_link(joining))

    @staticmethod
    @service
    def _invite(options: dict[str, Any], actor: Actor) -> tuple[str, str]:
        """A link that sets a password, and one to join where they are invited: "" for nowhere, or where the first does
        both because they have joined nowhere yet.
        """
        account = _member(options, actor) if options["agency"] else _known(options["email"])
        invited = Membership.objects.current().filter(account=account)
        joined = set(invited.joined().values_list("pk", flat=True))
        waiting = invited.exclude(pk__in=joined).order_by("-starts_at").first()
        if options["lost_second_factor"]:
            remove_second_factors(account, actor=actor)
        if waiting is None or not joined:
            return invite(account, actor=actor, joins=waiting.pk if waiting else None), ""
        return invite(account, actor=actor), invite_to_join(account, actor=actor, joins=waiting.pk)


def _known(email: str) -> Account:
    account = Account.objects.filter(email__iexact=email).first()
    if account is None:
        raise CommandError(f"Nobody has the address {email}. For somebody new give --name, --agency and --role.")
    return account


def _member(options: dict[str, Any], actor: Actor) -> Account:
    agency = Agency.objects.filter(name=options["agency"]).first()
    if agency is None:
        raise CommandError(f"There is no agency called {options['agency']!r}.")
    if options["role"] not in RECORDING_ROLES:
        raise CommandError(f"{options['role']!r} is not a role. The roles are {', '.join(RECORDING_ROLES)}.")
    try:
        validate_email(options["email"])
    except ValidationError as problem:
        raise CommandError(f"{options['email']!r} is not an e-mail address.") from problem
    if not options["name"] and not Account.objects.filter(email__iexact=options["email"]).exists():
        raise CommandError("Give --name: there is no account with this address yet.")
    member = add_member(
        actor=actor,
        name=options["name"],
        email=options["email"],
        agency=agency,
        role=options["role"],
        starts_at=system_clock.now(),
    )
    if options["administers"]:
        Membership.objects.filter(pk=member.pk).update(administers=True)
        trail.wrote(actor, member, administers=True)
    if takes_two(member.role) or options["administers"]:
        trail.wrote(actor, member, agreed_by="nobody: from the command line")
    return member.account
