"""Somebody of another council turns up: logged, told on, followed up, closed, counted, and removed in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tests.support.pages import Filler, text_of

from waymark.audit.models import Entry
from waymark.core.errors import Refused
from waymark.referrals.steps import NotNow
from waymark.walk_ins.models import FollowUp, WalkIn
from waymark.walk_ins.services import KEPT, close, follow_up, home_told, remove_old

pytestmark = pytest.mark.usefixtures("db")

SAID = {
    "who": "J",
    "age": "16",
    "home_authority": "Harrowdene",
    "said": "Missed the last train",
    "tonight": "An aunt",
}


def _tell(walk_in, actor):
    home_told(walk_in, actor=actor, at=datetime.now(UTC) - timedelta(minutes=5), whom="Duty desk", how="phone")


def test_a_keyworker_logs_tells_follows_up_and_closes_and_each_row_says_what_is_next(client_as, keyworker):
    browser = client_as(keyworker)
    form = Filler(browser, "/walk-ins/new")
    for _ in range(2):
        address = form.send(**SAID)["Location"]
    assert WalkIn.objects.count() == 1
    assert "Tell the home authority" in text_of(browser.get("/walk-ins"))

    Filler(browser, f"{address}/told").send(whom="Duty desk, 020 7946 0001", how="phone")
    assert "Follow up, or close it" in text_of(browser.get("/walk-ins"))
    Filler(browser, f"{address}/follow-up").send(text="Back with the carer")
    Filler(browser, f"{address}/close").send(outcome="Their social worker has taken over")

    page = text_of(browser.get(address))
    assert "Back with the carer" in page and "Their social worker has taken over" in page and "By telephone" not in page
    assert "J , 16" in text_of(browser.get("/walk-ins?show=closed"))
    assert {entry.detail.get("told") for entry in Entry.objects.filter(kind="walk_ins.WalkIn")} >= {"phone"}


def test_what_is_missing_is_said_where_it_is_missing(client_as, keyworker):
    empty = Filler(client_as(keyworker), "/walk-ins/new").send()

    said = text_of(empty)
    assert empty.status_code == 422
    for problem in ("Enter a name or initials", "Enter the council", "Write what they said", "Enter where they are"):
        assert problem in said


@pytest.mark.parametrize(
    "sent",
    [{"age": "-3"}, {"age": "sixteen"}, {"who": "J" * 61}, {"said": "x" * 2_001}, {"ticket": "'; drop"}],
)
def test_hostile_input_is_refused(sent, client_as, keyworker):
    assert Filler(client_as(keyworker), "/walk-ins/new").send(**SAID | sent).status_code == 422
    assert not WalkIn.objects.exists()


def test_markup_is_shown_as_text(client_as, keyworker):
    browser = client_as(keyworker)
    address = Filler(browser, "/walk-ins/new").send(**SAID | {"said": "<script>alert(1)</script>"})["Location"]

    assert "&lt;script&gt;" in browser.get(address).content.decode()


def test_it_is_closed_only_once_the_home_authority_was_told_and_then_takes_nothing_more(came, keyworker):
    with pytest.raises(NotNow):
        close(came, "Gone", actor=keyworker)
    _tell(came, keyworker)
    with pytest.raises(NotNow):
        _tell(came, keyworker)

    close(came, "With their social worker", actor=keyworker)

    with pytest.raises(NotNow):
        follow_up(came, "And then", actor=keyworker, id=uuid4())


def test_nobody_is_told_in_time_to_come(came, keyworker):
    with pytest.raises(NotNow):
        home_told(came, actor=keyworker, at=datetime.now(UTC) + timedelta(hours=1), whom="Duty desk", how="phone")


def test_a_follow_up_sent_twice_is_kept_once(came, keyworker):
    ticket = uuid4()
    for _ in range(2):
        follow_up(came, "Rang again", actor=keyworker, id=ticket)

    assert FollowUp.objects.count() == 1


def test_the_identifier_of_what_another_agency_logged_makes_ones_own_and_tells_nothing(
    came, client_as, other_keyworker
):
    address = Filler(client_as(other_keyworker), "/walk-ins/new").send(**SAID, ticket=str(came.pk))["Location"]

    assert str(came.pk) not in address
    assert WalkIn.objects.count() == 2 and WalkIn.objects.get(pk=came.pk).said == "Missed the last train home"


def test_the_own_agency_placements_and_commissioning_see_it_and_the_database_says_the_same(
    came,
    reading_as,
    keyworker,
    provider_manager,
    placements_officer,
    commissioner,
    other_keyworker,
    stranger,
    colleague,
):
    follow_up(came, "Rang", actor=keyworker, id=uuid4())
    for actor in (keyworker, provider_manager, placements_officer, commissioner):
        with reading_as(actor):
            assert WalkIn.objects.get() == WalkIn.objects.visible_to(actor).get()
            assert FollowUp.objects.count() == FollowUp.objects.visible_to(actor).count() == 1
    for actor in (other_keyworker, stranger, colleague):
        assert not WalkIn.objects.visible_to(actor).exists()
        with reading_as(actor):
            assert not WalkIn.objects.exists() and not FollowUp.objects.exists()


def test_commissioners_of_another_borough_see_nothing(came, member, actor_of, system, reading_as):
    from waymark.access.models import AgencyKind
    from waymark.access.services import add_agency

    elsewhere = add_agency(actor=system, name="Farwick Council", kind=AgencyKind.LOCAL_AUTHORITY)
    other = actor_of(member("Ida Voss", elsewhere, "commissioning"))

    assert not WalkIn.objects.visible_to(other).exists()
    with reading_as(other):
        assert not WalkIn.objects.exists()


@pytest.mark.parametrize("page", ["", "/told", "/follow-up", "/close"])
def test_a_keyworker_elsewhere_finds_what_they_find_where_nothing_is(page, came, client_as, other_keyworker):
    there, nowhere = (
        client_as(other_keyworker).get(f"/walk-ins/{one}{page}").status_code for one in (came.pk, uuid4())
    )

    assert there == nowhere == 404


def test_who_has_nothing_to_do_with_it_may_not_and_writes_nothing(
    came, client_as, stranger, other_keyworker, colleague
):
    for page in ("/walk-ins", "/walk-ins/new", "/walk-ins/report"):
        assert client_as(stranger).get(page).status_code == 403
    assert client_as(other_keyworker).get("/walk-ins/report").status_code == 403
    for actor in (other_keyworker, colleague):
        with pytest.raises(Refused):
            follow_up(came, "As if", actor=actor, id=uuid4())


def test_the_month_is_counted_by_provider_and_home_authority(came, client_as, commissioner):
    browser = client_as(commissioner)

    page = text_of(browser.get("/walk-ins/report"))
    assert "Northlight Housing" in page and "In all 1 came" in page and "J" not in page.split("In all")[0].split()
    months = [f"{datetime.now(UTC).year - 1}-01", "nonsense", "9999-99"]
    assert [browser.get(f"/walk-ins/report?month={month}").status_code for month in months] == [200, 200, 200]


@pytest.mark.parametrize("page", ["/walk-ins", "/walk-ins/report"])
def test_more_rows_need_no_more_queries(page, came, client_as, commissioner, queries):
    browser = client_as(commissioner)
    browser.get(page)
    with queries() as few:
        browser.get(page)
    for _ in range(4):
        WalkIn.objects.filter(pk=came.pk).first()
        same = WalkIn.objects.get(pk=came.pk)
        same.pk = uuid4()
        same.save(force_insert=True)

    with queries() as many:
        browser.get(page)

    assert len(many) == len(few)


def test_what_was_closed_a_year_ago_is_removed_and_nothing_else(came, keyworker, system):
    _tell(came, keyworker)
    close(came, "With their social worker", actor=keyworker)
    assert remove_old(actor=system) == 0

    WalkIn.objects.update(closed_at=datetime.now(UTC) - KEPT - timedelta(days=1))

    assert remove_old(actor=system) == 1
    assert not WalkIn.objects.exists()
    assert Entry.objects.filter(kind="walk_ins.WalkIn", detail__removed=True).count() == 1
