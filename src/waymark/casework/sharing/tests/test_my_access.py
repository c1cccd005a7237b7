"""My access, and why: what is open to whoever asks, by which line, until when; and what their role may do."""

from __future__ import annotations

import re

import pytest
from tests.support.pages import text_of

from waymark.access.models import Grant
from waymark.access.sharing import RoleAt, share
from waymark.audit.models import Entry
from waymark.cases.models import Kind
from waymark.cases.services import NewCase, open_cases
from waymark.casework.sharing import queries as lines

pytestmark = pytest.mark.usefixtures("db")


def _numbers(response):
    return re.findall(r'waymark-count__number">([^<]+)<', response.content.decode())


def test_each_record_says_why_it_is_open_until_when_and_who_decided(client_as, shared, gangs_officer):
    response = client_as(gangs_officer).get("/my-access")

    page = text_of(response)
    assert _numbers(response) == ["0", "0", "1", "0"]
    assert "Shared with me: 1 record" in page
    assert "Amira Sesay YP1 It was shared with them on" in page
    assert "Read: Identity and contact and risk." in page
    assert "Decided by Dana Whitlock, social worker or young person's adviser, Elmbridge Vale Council" in page


def test_ones_own_work_comes_first_and_the_teams_apart(client_as, allocated_worker, colleague):
    own, team = client_as(allocated_worker).get("/my-access"), client_as(colleague).get("/my-access")

    assert _numbers(own) == ["1", "1", "0", "0"]
    assert "My own work: 1 record" in text_of(own)
    assert "Works on this record as social worker or young person's adviser since" in text_of(own)
    assert "My team's work: 1 record" in text_of(team)
    assert "Leaving Care. Works on this record as deputy team manager" in text_of(team)
    assert "No record is open to you for this reason." in text_of(client_as(colleague).get("/my-access?why=own"))


def test_what_is_shared_with_a_role_is_shared_with_whoever_has_it(
    client_as, allocated_worker, other_keyworker, other_provider, young_person, terms
):
    role = RoleAt(other_provider.agency, "housing_keyworker")
    share(actor=allocated_worker, case=young_person.case, holder=role, terms=terms)

    assert "Everyone in your role. It was shared with them" in text_of(client_as(other_keyworker).get("/my-access"))


def test_it_says_what_the_role_may_do_and_nothing_of_anybody_elses_records(client_as, shared, keyworker, stranger):
    page = text_of(client_as(keyworker).get("/my-access"))
    assert "Record what happened here" in page
    assert "Share a record" not in page
    assert "You may only read Finance, youth justice and health" in page
    assert "Amira" not in text_of(client_as(stranger).get("/my-access"))


def test_whoever_lists_their_records_is_in_the_trail_with_what_was_shown(client_as, keyworker, young_person):
    client_as(keyworker).get("/my-access")

    entry = Entry.objects.get(action="list", kind="access.Grant")
    assert entry.cases == [young_person.case_id]


def test_counts_and_pages_stop_at_a_limit_and_more_records_take_no_more_queries(
    client_as, borough, system, queries, keyworker, monkeypatch
):
    client = client_as(keyworker)
    client.get("/my-access")
    with queries() as few:
        client.get("/my-access")
    own = Grant.objects.get(membership=keyworker.membership_id)
    new = [NewCase(kind=Kind.PROVIDER, authority=borough, reference=f"X{number}") for number in range(60)]
    same = {"membership_id": own.membership_id, "reads": ["identity"], "reason": "share", "basis": own.basis}
    cases = open_cases(new, actor=system)
    Grant.objects.bulk_create(
        Grant(case=case, purpose="-", starts_at=own.starts_at, onward=False, **same) for case in cases
    )
    monkeypatch.setattr(lines, "MOST_COUNTED", 55)
    monkeypatch.setattr("waymark.casework.sharing.views.MOST_COUNTED", 55)

    with queries() as many:
        first = client.get("/my-access?why=shared")
    second = client.get("/my-access?why=shared&page=2")

    assert _numbers(first) == ["1", "0", "55+", "0"]
    assert "Shared with me: 1 to 50 of 55 records, and more" in text_of(first)
    assert "Only the first 55 can be listed here" in text_of(first)
    assert second.content.decode().count('<a class="govuk-link waymark-who"') == 5
    assert client.get("/my-access?why=shared&page=3").status_code == 302
    assert len(many) == len(few)
