"""Who can see a record, and why: every line in words, to everybody who may open it and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.support.pages import text_of

from waymark.access.models import Agency, Conflict, Grant, Membership, Reason, RestrictedRecord, Team
from waymark.access.sharing import RoleAt, end_line, share
from waymark.core import formats

pytestmark = pytest.mark.usefixtures("db")
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def seen(client_as, address):
    """What the page says to somebody."""

    def open_it(actor):
        response = client_as(actor).get(f"{address}/access")
        assert response.status_code == 200
        return text_of(response)

    return open_it


def test_the_page_says_who_reads_and_writes_what_and_by_which_work(seen, keyworker, allocated_worker, colleague):
    page = seen(keyworker)

    assert "Northlight Housing Joel Abara Housing keyworker Works on this record as housing keyworker since" in page
    assert "The rule for this role says what is open." in page
    assert (
        "Can read and write Identity and contact, Placement and plan, Risk, Missing, Incidents, Meetings, Exploitation "
        "Can only read Finance, Youth justice, Health Not open Intelligence"
    ) in page
    assert "Leaving Care The whole team" in page
    assert "Who that is now: 2 Dana Whitlock, social worker" in page


def test_what_was_shared_says_for_what_on_what_basis_who_decided_and_until_when(seen, shared, keyworker):
    page = seen(keyworker)

    assert "Marcus Oyelaran Integrated Gangs Team" in page
    assert f"It was shared with them on {formats.day(shared.starts_at)}." in page
    assert "Can read Identity and contact, Risk Not open Placement and plan," in page
    assert f"Until {formats.moment(shared.ends_at)}" in page
    assert "Purpose To plan with her where she is safe" in page
    assert "Lawful basis Safeguarding of children and of individuals at risk" in page
    assert "Decided by Dana Whitlock, social worker or young person's adviser, Elmbridge Vale Council, on" in page
    assert "Consent They agreed Passing it on They may not pass it on Handling Not by post" in page
    assert "Do they know of it? Yes, they have been told" in page


def test_a_table_says_by_kind_of_information_who_may_write_and_who_may_only_read(
    seen, shared, keyworker, allocated_worker
):
    page = seen(keyworker)

    start = page.index("By kind of information, now")
    assert "Risk Dana Whitlock; Joel Abara Marcus Oyelaran Missing" in page[start:]
    assert "Intelligence Nobody Nobody" in page[start:]


def test_what_is_to_come_and_what_has_ended_stand_apart(seen, shared, allocated_worker, officer, keyworker):
    end_line(shared, actor=allocated_worker, why="The panel was held")
    later = Grant.objects.get(membership=keyworker.membership_id)
    Grant.objects.filter(pk=shared.pk).update(starts_at=YESTERDAY - timedelta(days=3))
    page = seen(allocated_worker)
    assert "To come" not in page
    assert "What has ended: 1" in page
    assert "Ended by Dana Whitlock, social worker or young person's adviser, Elmbridge Vale Council. The panel" in page

    Grant.objects.filter(pk=later.pk).update(starts_at=datetime.now(UTC) + timedelta(days=2))
    page = seen(allocated_worker)
    assert "Joel Abara Not yet Housing keyworker Is to work here as housing keyworker from" in page
    assert page.index("To come") < page.index("Joel Abara") < page.index("By kind of information")
    assert "Joel Abara" not in page[page.index("By kind of information") : page.index("What has ended")]


def test_whoever_may_not_open_the_record_is_not_told_who_can(client_as, address, stranger, other_keyworker):
    for actor in (stranger, other_keyworker):
        assert client_as(actor).get(f"{address}/access").status_code == 404


def test_whoever_reads_only_identity_is_told_too(seen, shared, gangs_officer):
    assert "Marcus Oyelaran" in seen(gangs_officer)


def test_a_restricted_record_says_so_and_whom_that_leaves_out(seen, young_person, allocated_worker, keyworker):
    Grant.objects.filter(membership=allocated_worker.membership_id).update(named=True)
    RestrictedRecord.objects.create(case=young_person.case, why="Well known", starts_at=YESTERDAY)

    page = seen(allocated_worker)

    assert "Only named people may open this record" in page
    assert "Joel Abara Not among the named people" in page
    assert "1 person, team or role now" in page


def test_the_page_does_not_say_whether_somebody_is_suspended_or_has_a_conflict(seen, shared, young_person, keyworker):
    said = []
    Membership.objects.filter(pk=shared.membership_id).update(suspended_at=YESTERDAY)
    said.append("Marcus Oyelaran Cannot open it at present" in seen(keyworker))
    Membership.objects.filter(pk=shared.membership_id).update(suspended_at=None)
    assert "Cannot open it at present" not in seen(keyworker)
    Conflict.objects.create(
        case=young_person.case, account=shared.membership.account, why="Her uncle", starts_at=YESTERDAY
    )
    page = seen(keyworker)
    said.append("Marcus Oyelaran Cannot open it at present" in page)

    assert said == [True, True]
    assert "One person is kept from this record because of a conflict of interest." in page
    assert "uncle" not in page
    Membership.objects.filter(pk=shared.membership_id).update(ends_at=YESTERDAY)
    assert "Marcus Oyelaran No longer works there" in seen(keyworker)


def test_only_whoever_may_share_is_offered_to_share_end_and_change(client_as, address, shared, colleague, keyworker):
    offered = client_as(colleague).get(f"{address}/access").content.decode()
    for way in ("/share", f"/access/{shared.pk}/end", f"/access/{shared.pk}/until", "/access/consent"):
        assert f'href="{address}{way}"' in offered
    assert "/share" not in client_as(keyworker).get(f"{address}/access").content.decode()


def test_a_scheme_says_who_can_see_it_and_is_not_shared_in_this_way(client_as, scheme, involved, colleague):
    involved(scheme, "deputy_team_manager", actor=colleague)
    page = client_as(colleague).get(f"/records/{scheme.case_id}/access")

    assert "Priya Solanki" in text_of(page)
    assert "/share" not in page.content.decode()
    assert client_as(colleague).get(f"/records/{scheme.case_id}/share").status_code == 404


def test_more_lines_take_no_more_queries(
    client_as, address, queries, shared, allocated_worker, colleague, young_person, terms, member
):
    client = client_as(allocated_worker)
    client.get(f"{address}/access")
    with queries() as few:
        client.get(f"{address}/access")
    for number in range(4):
        agency = Agency.objects.create(name=f"Agency {number}", kind="health")
        team = Team.objects.create(agency=agency, name=f"Team {number}", role="any_professional")
        person = member(f"Person {number}", agency, "any_professional", team)
        for holder in (team, person, RoleAt(agency, "any_professional")):
            share(actor=allocated_worker, case=young_person.case, holder=holder, terms=terms)
    end_line(Grant.objects.filter(reason=Reason.SHARE).latest("pk"), actor=allocated_worker, why="Over")

    with queries() as many:
        page = text_of(client.get(f"{address}/access"))

    assert "Everyone who is professional concerned at Agency 3" in page
    assert len(many) == len(few)
