"""The protocol on the page: read in English, with figures that count only what the reader may see."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from waymark.casework.protocol.figures import Figures
from waymark.core.clock import system_clock
from waymark.duties.adopting import adopt_proposal, propose
from waymark.events.services import record

PACK = Path(__file__).resolve().parents[5] / "protocols" / "islington.toml"


@pytest.fixture
def adopted(borough, system):
    proposal = propose(authority=borough, content=PACK.read_bytes(), file=PACK.name, starts_on=date(2020, 1, 1))
    return adopt_proposal(proposal, actor=system)


@pytest.fixture
def moved_in(adopted, young_person, system):
    """A placement that started a month ago, and nobody has met to plan it."""
    return record(
        "placement_started",
        case=young_person.case,
        actor=system,
        occurred_at=system_clock.now() - timedelta(days=30),
        refs={"placement": "P1"},
    )


def text(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def figures_of(page, clause):
    """The four figures beside a clause."""
    article = page.split(f">{clause}</a>")[1].split("</article>")[0]
    return [int(part.split("</dd>")[0]) for part in article.split("<dd>")[1:]]


def test_every_clause_is_there_in_english_with_its_section(adopted, allocated_worker, client_as):
    page = text(client_as(allocated_worker).get("/protocol"))
    assert page.count('<article class="waymark-clause">') == 163
    assert "Placement planning" in page
    assert "Hold the placement planning meeting" in page


def test_figures_count_the_readers_own_young_people(moved_in, allocated_worker, keyworker, client_as):
    for reader in (allocated_worker, keyworker):
        assert figures_of(text(client_as(reader).get("/protocol")), "PPM-02") == [0, 0, 0, 1]


def test_a_stranger_reads_the_protocol_and_counts_nothing(moved_in, stranger, other_keyworker, client_as):
    for reader in (stranger, other_keyworker):
        assert figures_of(text(client_as(reader).get("/protocol")), "PPM-02") == [0, 0, 0, 0]
        assert "Nothing that you may see" in text(client_as(reader).get("/protocol/PPM-02"))


def test_a_clause_says_who_owes_it_and_how_each_team_and_provider_keeps_it(
    moved_in, allocated_worker, keyworker, client_as
):
    page = text(client_as(allocated_worker).get("/protocol/PPM-02"))
    assert "Due within 5 days" in page
    teams = page.split("By the team that owes it now</caption>")[1].split("</table>")[0]
    assert "Leaving Care, Elmbridge Vale Council" in teams
    providers = page.split("By housing provider</caption>")[1].split("</table>")[0]
    assert "Northlight Housing" in providers


def test_guidance_says_that_it_is_never_due_and_has_no_figures(adopted, allocated_worker, client_as):
    page = text(client_as(allocated_worker).get("/protocol/PPM-06"))
    assert "Guidance, never due" in page
    assert "How it is kept" not in page


@pytest.mark.parametrize("address", ["/protocol/PPM-99", "/protocol/%3Cscript%3E", "/protocol/ppm-02"])
def test_a_clause_that_is_not_there_is_not_found(adopted, allocated_worker, client_as, address):
    assert client_as(allocated_worker).get(address).status_code == 404


def test_without_an_adopted_protocol_the_page_says_so(allocated_worker, client_as):
    assert "No authority has adopted a protocol yet" in text(client_as(allocated_worker).get("/protocol"))
    assert client_as(allocated_worker).get("/protocol/PPM-02").status_code == 404


def test_nobody_reads_it_without_signing_in(adopted, client):
    assert client.get("/protocol")["Location"].startswith("/sign-in")


def test_reading_the_figures_is_on_the_trail(moved_in, allocated_worker, client_as):
    from waymark.audit.models import Entry

    client_as(allocated_worker).get("/protocol/PPM-02")
    entry = Entry.objects.filter(action="list").latest("sequence")
    assert (entry.kind, entry.detail) == ("duties.Duty", {"figures": "clause", "clause": "PPM-02"})


def test_the_number_of_queries_does_not_grow_with_the_records(
    moved_in, other_young_person, involved, allocated_worker, system, client_as, django_assert_max_num_queries
):
    from django.db import connections

    from waymark.access.models import Membership

    client = client_as(allocated_worker)
    client.get("/protocol")
    with django_assert_max_num_queries(100, connection=connections["default"]) as before:
        client.get("/protocol/PPM-02")
    membership = Membership.objects.get(pk=allocated_worker.membership_id)
    involved(other_young_person, "social_worker", membership=membership)
    for number in range(5):
        record(
            "placement_started",
            case=other_young_person.case,
            actor=system,
            occurred_at=datetime(2026, 1, 1 + number, tzinfo=UTC),
            refs={"placement": f"P{number}"},
        )
    with django_assert_max_num_queries(100, connection=connections["default"]) as after:
        client.get("/protocol/PPM-02")
    assert len(after.captured_queries) == len(before.captured_queries)


def test_the_share_in_time_is_of_what_has_been_judged():
    assert Figures(open=9, met=2, late=1, breached=1).share_met == 50
    assert Figures(open=9).share_met is None
