"""The protocol on the page: read in English, with figures that count only what the reader may see."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from tests.support.cast import LONG_AGO

from waymark.cases.models import Kind
from waymark.cases.services import open_case
from waymark.casework.protocol.figures import Figures
from waymark.core.clock import system_clock
from waymark.duties.adopting import adopt_proposal, propose
from waymark.duties.own import own_pack
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


def test_every_clause_is_there_in_english_on_the_page_to_print(adopted, allocated_worker, client_as):
    page = text(client_as(allocated_worker).get("/protocol/whole"))

    assert page.count('<article class="waymark-clause">') == 163 + len(own_pack().clauses)
    assert "Hold the placement planning meeting" in page


def test_the_parts_are_listed_and_each_has_a_page_of_its_clauses_and_links_to_those_beside_it(
    adopted, allocated_worker, client_as
):
    client = client_as(allocated_worker)
    contents = text(client.get("/protocol"))
    parts = re.findall(r'href="(/protocol/parts/[^"]+)">([^<]+)</a> <span', contents)
    pages = {name: text(client.get(address)) for address, name in parts}

    assert [name for _, name in parts][:3] == ["Scope", "Referral", "Placement search"]
    shown = sum(page.count('<article class="waymark-clause">') for page in pages.values())
    assert shown == 163 + len(own_pack().clauses)
    assert '<article class="waymark-clause">' not in contents
    planning = pages["Placement planning"]
    assert "Hold the placement planning meeting" in planning
    assert {name for name in pages if f">{name}</span>" in planning} == {"Challenge", "Placement review"}


@pytest.mark.parametrize("address", ["/protocol/parts/nowhere", "/protocol/parts/Placement planning"])
def test_a_part_that_is_not_there_is_not_found(adopted, allocated_worker, client_as, address):
    assert client_as(allocated_worker).get(address).status_code == 404


@pytest.mark.parametrize("typed", ["PPM-02", "ppm-02", " ppm 2 ", "PPM02"])
def test_typing_what_a_clause_is_called_leads_to_it(adopted, allocated_worker, client_as, typed):
    response = client_as(allocated_worker).get("/protocol", {"clause": typed})

    assert (response.status_code, response.get("Location")) == (302, "/protocol/PPM-02")


def test_typing_words_lists_the_clauses_that_have_them_all(adopted, allocated_worker, client_as):
    page = text(client_as(allocated_worker).get("/protocol", {"clause": "Handbook  young"}))

    found = re.findall(r'<a class="govuk-link waymark-clause-id" href="/protocol/([A-Z]+-\d+)"', page)
    assert "PPM-09" in found
    assert f"{len(found)} clause" in page
    assert "How it is kept" not in page


@pytest.mark.parametrize("typed", ["zzz", "PPM-99", "<script>", "%", "x" * 1_000])
def test_typing_what_no_clause_says_finds_nothing_and_says_so(adopted, allocated_worker, client_as, typed):
    page = text(client_as(allocated_worker).get("/protocol", {"clause": typed}))

    assert "0 clauses with" in page
    assert "Check the spelling" in page
    assert "<script>" not in page


@pytest.mark.parametrize("address", ["/protocol/whole", "/protocol/parts/placement-planning"])
def test_figures_count_the_readers_own_young_people(moved_in, allocated_worker, keyworker, client_as, address):
    for reader in (allocated_worker, keyworker):
        assert figures_of(text(client_as(reader).get(address)), "PPM-02") == [0, 0, 0, 1]


@pytest.mark.parametrize("address", ["/protocol/whole", "/protocol/parts/placement-planning"])
def test_a_stranger_reads_the_protocol_and_counts_nothing(moved_in, stranger, other_keyworker, client_as, address):
    for reader in (stranger, other_keyworker):
        assert figures_of(text(client_as(reader).get(address)), "PPM-02") == [0, 0, 0, 0]
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
    client = client_as(allocated_worker)

    for address in ("/protocol", "/protocol/whole"):
        assert "No authority has adopted a protocol yet" in text(client.get(address))
    for address in ("/protocol/PPM-02", "/protocol/parts/referral"):
        assert client.get(address).status_code == 404


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


def test_pages_about_one_of_several_authorities_stay_with_it(adopted, system, allocated_worker, client_as):
    elsewhere = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2", starts_at=LONG_AGO)
    proposal = propose(authority=elsewhere, content=PACK.read_bytes(), file=PACK.name, starts_on=date(2020, 1, 1))
    adopt_proposal(proposal, actor=system)
    client, chosen = client_as(allocated_worker), f"?authority={elsewhere.pk}"

    pages = ["/protocol", "/protocol/whole", "/protocol/parts/referral", "/protocol/PPM-02"]
    shown = [text(client.get(address + chosen)) for address in pages]

    for page in shown:
        onward = re.findall(r'href="(/protocol/[^"]+)"', page)
        assert onward
        assert all(address.endswith(chosen) for address in onward)
    assert client.get("/protocol", {"authority": elsewhere.pk, "clause": "ppm2"})["Location"] == pages[3] + chosen


@pytest.mark.parametrize("address", ["/protocol/PPM-02", "/protocol/parts/placement-planning"])
def test_from_figures_there_is_a_way_to_the_teams_own_duties_of_that_part(moved_in, colleague, client_as, address):
    client = client_as(colleague)
    link = re.search(r'href="(/\?who=team[^"]+)"', text(client.get(address)))
    assert link

    work = text(client.get(unescape(link[1])))

    assert "My team's work</h1>" in unescape(work)
    assert set(re.findall(r'href="/protocol/([A-Z]+)-\d+"', work)) == {"PPM"}


@pytest.mark.parametrize("address", ["/protocol/PPM-06", "/protocol/parts/scope"])
def test_what_is_never_due_has_no_such_way(moved_in, colleague, client_as, address):
    assert "who=team" not in text(client_as(colleague).get(address))


def test_the_share_in_time_is_of_what_has_been_judged():
    assert Figures(open=9, met=2, late=1, breached=1).share_met == 50
    assert Figures(open=9).share_met is None
