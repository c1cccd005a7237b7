"""The people and teams that a page offers: those to whom the ledger opens a record."""

from __future__ import annotations

from django.db.models import Q

from waymark.access.models import Grant, Membership, Team
from waymark.access.models.agencies import MembershipQuerySet
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.govuk.fields import Option

Holder = Membership | Team


def readers(actor: Actor, case: Case, category: Category = Category.IDENTITY) -> dict[str, Holder]:
    """Whoever may read a category of the record now: teams, then people, by their identifiers as a form sends them."""
    lines = Grant.objects.visible_to(actor).current().filter(case=case, reads__contains=[category])
    teams = Team.objects.visible_to(actor).filter(pk__in=lines.values("team")).select_related("agency").order_by("name")
    people = members(actor).filter(pk__in=lines.values("membership"))
    return {str(one.pk): one for one in (*teams, *people)}


def people_with_a_line(actor: Actor, case: Case) -> dict[str, Membership]:
    """Each person who may open the record now: by a line of their own or one of their team's."""
    lines = Grant.objects.visible_to(actor).current().filter(case=case)
    own, of_team = Q(pk__in=lines.values("membership")), Q(team__in=lines.values("team"))
    return {str(one.pk): one for one in members(actor).filter(own | of_team)}


def named_people(actor: Actor, case: Case) -> dict[str, Membership]:
    """Each person who is named as one who may open the record now."""
    lines = Grant.objects.visible_to(actor).current().filter(case=case, named=True)
    return {str(one.pk): one for one in members(actor).filter(pk__in=lines.values("membership"))}


def members(actor: Actor) -> MembershipQuerySet:
    """Whoever works somewhere now, by name."""
    current = Membership.objects.visible_to(actor).current().filter(account__is_active=True)
    return current.select_related("account", "agency", "team").order_by("account__name", "agency__name")


def options(found: dict[str, Holder] | dict[str, Membership]) -> list[Option]:
    """The choices of a form."""
    return [Option(value, label(one)) for value, one in found.items()]


def label(one: Holder) -> str:
    """`Joel Abara, Northlight Housing`; `Leaving Care (the whole team), Elmbridge Vale Council`."""
    if isinstance(one, Team):
        return f"{one.name} (the whole team), {one.agency.name}"
    return ", ".join([one.account.name, *([one.team.name] if one.team else []), one.agency.name])
