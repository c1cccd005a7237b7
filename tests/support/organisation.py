"""The administrator of the council, and people of hers in each state that her pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.remembering import remembered


@remembered
def agency_administrator(member: Any, actor_of: Any, council: Any) -> Any:
    """Whoever administers the council. No record is open to them."""
    from waymark.access.models import Membership

    made = member("Ada Brightwell", council, "commissioning")
    Membership.objects.filter(pk=made.pk).update(administers=True)
    return actor_of(Membership.objects.select_related("account", "agency", "team").get(pk=made.pk))


@dataclass(frozen=True, slots=True)
class Members:
    """Identifiers in addresses: the administrator, somebody with work, and others in each state."""

    own: Any
    working: Any
    leading: Any
    suspended: Any
    invited: Any
    gone: Any
    team: Any
    proposed: Any


def make_members(administrator: Any, worker: Any, colleague: Any, team: Any, long: str) -> Members:
    """Somebody invited, somebody suspended, somebody who left, a colleague who could take on the worker's work, and
    somebody who is to be data protection lead once somebody else agrees.
    """
    from waymark.access.administering import Seen, suspend
    from waymark.access.appointing import propose_new
    from waymark.access.handing_on import HandOn, end_member
    from waymark.access.inviting import invite_member
    from waymark.access.services import add_member
    from waymark.core.actor import Actor

    def add(name: str) -> Any:
        email = f"{name.lower().replace(' ', '.')}@waymark.example"
        starts_at = datetime.now(UTC) - timedelta(days=300)
        return add_member(
            actor=Actor.system("tests"),
            name=name,
            email=email,
            agency=team.agency,
            role="social_worker",
            team=team,
            starts_at=starts_at,
        )

    team.refresh_from_db()
    add(f"Colleague {long}")
    away, gone = add(f"Away {long}"), add(f"Gone {long}")
    now = datetime.now(UTC)
    suspend(away.pk, actor=administrator, seen=Seen.of(away, now))
    end_member(gone.pk, actor=administrator, seen=Seen.of(gone, now), hand_on=HandOn())
    invited = invite_member(
        actor=administrator, name=long, email=f"{long[:60]}@waymark.example", role="iro", team_id=team.pk
    )
    email = f"{long[:50]}-lead@waymark.example"
    proposed = propose_new(actor=administrator, name=long, email=email, role="data_protection_lead", team_id=team.pk)
    return Members(
        own=administrator.membership_id,
        working=worker.membership_id,
        leading=colleague.membership_id,
        suspended=away.pk,
        invited=invited.member.pk,
        gone=gone.pk,
        team=team.pk,
        proposed=proposed.pk,
    )


def people_visits(members: Members, long: str, send: Callable[[Any], None]) -> Iterator[tuple[Any, ...]]:
    """What `Visit` is made of, for each page about people and teams."""
    for state, page, *act in (
        ("people", ""),
        ("people found", f"?q={long}"),
        ("people not found", f"?q={long}{long}"),
        ("people who left", "?show=left"),
        ("invite", "/invite"),
        ("invite wrong", "/invite", send),
        ("invited", "/invite", _invite),
        ("review", "/review"),
        ("review wrong", "/review", send),
        ("teams", "/teams"),
        ("new team", "/teams/new"),
        ("new team wrong", "/teams/new", send),
        ("team", f"/teams/{members.team}"),
        ("close team", f"/teams/{members.team}/close"),
        ("close team wrong", f"/teams/{members.team}/close", send),
        ("to be agreed", "/appointments"),
        ("proposed", f"/appointments/{members.proposed}"),
        ("own", f"/{members.own}"),
        ("working", f"/{members.working}"),
        ("suspended", f"/{members.suspended}"),
        ("invited person", f"/{members.invited}"),
        ("gone", f"/{members.gone}"),
        ("link", f"/{members.working}/link"),
        ("move", f"/{members.working}/move"),
        ("move to another team", f"/{members.working}/move?role=social_worker&team="),
        ("move to another role", f"/{members.working}/move?role=iro&team={members.team}"),
        ("move to another role wrong", f"/{members.working}/move?role=iro&team={members.team}", send),
        ("suspend", f"/{members.working}/suspend"),
        ("let back in", f"/{members.suspended}/suspend"),
        ("make administrator", f"/{members.working}/administrator"),
        ("end", f"/{members.working}/end"),
        ("end wrong", f"/{members.working}/end", send),
        ("end, and nobody could take it on", f"/{members.leading}/end"),
        ("end themselves", f"/{members.own}/end"),
        ("end again", f"/{members.gone}/end"),
    ):
        yield state, "agency_administrator", f"/people{page}", *act
    yield "to agree", "data_lead", f"/people/appointments/{members.proposed}"
    yield "to be agreed, for who administers nobody", "data_lead", "/people/appointments"
    lost = f"/people/{members.working}/second-factor"
    yield "lost factor", "agency_administrator", lost, None, False
    yield "lost factor, and there is none wrong", "agency_administrator", lost, send, False
    yield "with a second factor to lose", "agency_administrator", f"/people/{members.working}", None, False


def _invite(page: Any) -> None:
    page.get_by_label("Name").fill("Kit Marlowe")
    page.get_by_label("E-mail address").fill("kit@waymark.example")
    page.get_by_label("Role").select_option("iro")
    with page.expect_navigation():
        page.get_by_role("button", name="Invite them").click()
