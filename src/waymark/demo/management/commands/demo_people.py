"""`./waymark manage demo_people`: whom to sign in as, and what each sees first."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from waymark.core.clock import system_clock
from waymark.core.commands import ServiceCommand
from waymark.demo.people import suggestions, waiting_for_a_place


class Command(ServiceCommand):
    help = "List people to sign in to the demo as, and what each sees first. Only where WAYMARK_DEMO is on."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only the demo has people to sign in as without a password.")
        found = list(suggestions(system_clock.now()))
        if not found:
            self.stdout.write("There is nobody to sign in as yet. demo_borough makes a borough with its people.")
            return
        self.stdout.write("Choose one of these, or anybody else, on the sign-in page. No password is asked.")
        for person in found:
            self.stdout.write(f"  {person.name}, {person.role} ({person.where})")
            self.stdout.write(f"      sees first {person.sees_first}")
        if road := waiting_for_a_place():
            self.stdout.write(
                f"From a need to a key: {road.person} needs a place and has no referral yet. Be, in turn,"
            )
            self.stdout.write(f"  {', '.join(road.people)}")
            self.stdout.write("  and the manager of the provider that is asked. My work says what comes next.")
