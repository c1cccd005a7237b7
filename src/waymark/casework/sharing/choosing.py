"""With whom a record may be shared: finding an agency, and a team, a role or a person there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from waymark.access.models import Agency, AgencyKind, Grant, Membership, Team
from waymark.access.roles import INVOLVABLE
from waymark.access.sharing import Holder, RoleAt, may_be_chosen
from waymark.cases.models import Case
from waymark.casework.sharing.words import role_words
from waymark.core.actor import Actor
from waymark.events.vocabulary import ROLES
from waymark.govuk.fields import Option

AGENCIES_SHOWN = 20
PEOPLE_SHOWN = 30

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class Choice(Generic[Meaning]):
    """What can be chosen, what each choice means, and how many more there are than are shown."""

    options: list[Option]
    meaning: dict[str, Meaning]
    more: int = 0


def agencies(actor: Actor, case: Case, search: str, chosen: str) -> Choice[Agency]:
    """Agencies whose name holds every word of `search`: those that work on the record first, then by name.

    The one `chosen` before is among them, whatever is searched for.
    """
    working = Grant.objects.filter(case=case).filter(
        Q(membership__agency=OuterRef("pk")) | Q(team__agency=OuterRef("pk")) | Q(agency=OuterRef("pk"))
    )
    found = Agency.objects.visible_to(actor)
    for word in search.split()[:5]:
        found = found.filter(name__icontains=word)
    ordered = found.annotate(works_here=Exists(working)).order_by("-works_here", Upper("name"))
    shown = list(ordered[:AGENCIES_SHOWN])
    shown = [*_missing(Agency.objects.visible_to(actor), chosen, shown), *shown]
    responsible = case.authority_id or case.pk
    options = [Option(str(one.pk), one.name, _kind(one, responsible)) for one in shown]
    more = found.count() - AGENCIES_SHOWN if len(shown) >= AGENCIES_SHOWN else 0
    return Choice(options, {str(one.pk): one for one in shown}, max(0, more))


def holders(actor: Actor, case: Case, agency: Agency | None, search: str, chosen: str) -> Choice[Holder]:
    """Teams and roles of an agency, and its people by name. Nobody who may not be chosen is there, whatever the reason.

    A search narrows all of them; the one `chosen` before stays.
    """
    if agency is None:
        return Choice([], {})
    there = may_be_chosen(case).filter(agency=agency).exclude(account=actor.account_id)
    named = _named(there, search).select_related("account", "team", "agency").order_by(Upper("account__name"), "pk")
    people = list(named[:PEOPLE_SHOWN])
    sort, _, identifier = chosen.partition(":")
    if sort == "person":
        people = [*_missing(there.select_related("account", "team", "agency"), identifier, people), *people]
    teams = Team.objects.visible_to(actor).open().filter(agency=agency, role__in=INVOLVABLE).select_related("agency")
    roles = sorted({*there.values_list("role", flat=True)}, key=list(ROLES).index)
    found: list[tuple[Option, Holder]] = [
        *((Option(f"team:{one.pk}", one.name, "The whole team"), one) for one in teams.order_by(Upper("name"))),
        *((_of_role(role, agency), RoleAt(agency, role)) for role in roles),
    ]
    found = [one for one in found if one[0].value == chosen or _holds(one[0].label, search)]
    found += [(_of_person(one), one) for one in people]
    more = named.count() - PEOPLE_SHOWN if len(people) >= PEOPLE_SHOWN else 0
    return Choice([option for option, _ in found], {option.value: one for option, one in found}, max(0, more))


def _of_role(role: str, agency: Agency) -> Option:
    label = f"Everyone who is {role_words(role)} at {agency.name}"
    return Option(f"role:{role}", label, "Also those who join later")


def _of_person(member: Membership) -> Option:
    team = [member.team.name] if member.team is not None else []
    hint = ", ".join([ROLES.get(member.role, member.role), *team])
    return Option(f"person:{member.pk}", member.account.name, hint)


def _kind(agency: Agency, responsible: Any) -> str:
    if agency.kind != AgencyKind.LOCAL_AUTHORITY:
        return str(agency.get_kind_display())
    return "Responsible for this young person" if agency.case_id == responsible else "Another local authority"


def _named(found: QuerySet[Membership], search: str) -> QuerySet[Membership]:
    for word in search.split()[:5]:
        found = found.filter(account__name__icontains=word)
    return found


def _holds(label: str, search: str) -> bool:
    return all(word.lower() in label.lower() for word in search.split()[:5])


def _missing(found: QuerySet[Any], identifier: str, shown: Iterable[Any]) -> list[Any]:
    """The row with an identifier, if it is not shown; nothing for what is no identifier."""
    try:
        wanted = UUID(identifier)
    except ValueError:
        return []
    if any(one.pk == wanted for one in shown):
        return []
    return list(found.filter(pk=wanted))
