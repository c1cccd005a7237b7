"""Finding the one person that somebody means, whoever asks: for services, which then ask the ledger."""

from __future__ import annotations

from datetime import date

from waymark.cases.models import Case
from waymark.people.models import YoungPerson


def the_one_called(given_name: str, family_name: str, born: date) -> Case | None:
    """The case of the one young person with this name and date of birth; None when there is none, or more than one."""
    named = YoungPerson.objects.filter(family_name__iexact=family_name.strip(), date_of_birth=born)
    found = named.filter(given_name__iexact=given_name.strip()) | named.filter(
        preferred_name__iexact=given_name.strip()
    )
    cases = [person.case for person in found.select_related("case")[:2]]
    return cases[0] if len(cases) == 1 else None
