"""The council's administrator, two of its social workers, and what a page showed of somebody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.support.leads import data_lead, other_borough, other_data_lead

__all__ = ["data_lead", "other_borough", "other_data_lead"]


@pytest.fixture
def seen():
    """What a page showed of a member."""
    from waymark.access.administering import Seen
    from waymark.access.models import Membership
    from waymark.core.actor import Actor

    def of(member):
        identifier = member.membership_id if isinstance(member, Actor) else member.pk
        member = Membership.objects.select_related("team").get(pk=identifier)
        return Seen.of(member, datetime.now(UTC))

    return of


@pytest.fixture
def administrator(member, actor_of):
    """An administrator of an agency: `administrator(council)`."""
    from waymark.access.models import Membership

    def make(agency, name="Ada Brightwell", role="commissioning"):
        made = member(name, agency, role)
        Membership.objects.filter(pk=made.pk).update(administers=True)
        return actor_of(Membership.objects.select_related("account", "agency", "team").get(pk=made.pk))

    return make


@pytest.fixture
def ada(administrator, council):
    """The administrator of the council."""
    return administrator(council)


@pytest.fixture
def dana(member, council, leaving_care_team):
    """A social worker of the leaving care team."""
    return member("Dana Ellery", council, "social_worker", leaving_care_team)


@pytest.fixture
def ravi(member, council, leaving_care_team):
    """Another."""
    return member("Ravi Dhillon", council, "social_worker", leaving_care_team)


@pytest.fixture
def holds(young_person):
    """Who works on Amira's record now: pairs of a role and whoever has it."""
    from waymark.access.models import Involvement

    def now(case=None):
        found = Involvement.objects.current().filter(case=case or young_person.case)
        return {(one.role, one.membership or one.team) for one in found.select_related("membership", "team")}

    return now
