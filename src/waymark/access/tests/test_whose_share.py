"""Somebody to whom a part of a record was shared takes nothing away from anybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.pages import text_of

from waymark.access.models import Basis, Grant, Membership
from waymark.access.services import NotAsAsked
from waymark.access.sharing import change_end, consent_withdrawn, end_line, share
from waymark.access.tests.terms import NOW, TERMS, case, officer
from waymark.core.categories import Category

__all__ = ["case", "officer"]

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def shared(allocated_worker, case, officer):
    """What the allocated worker shared with a gangs officer."""
    return share(actor=allocated_worker, case=case, holder=officer, terms=TERMS)


@pytest.fixture
def let_in(allocated_worker, case, stranger):
    """The social worker of another borough, who may write who the young person is and pass on what they read."""
    sasha = Membership.objects.get(pk=stranger.membership_id)
    terms = replace(TERMS, onward=True, writes=[Category.IDENTITY])
    share(actor=allocated_worker, case=case, holder=sasha, terms=terms)
    return stranger


WAYS = {
    "end": lambda line, actor: end_line(line, actor=actor, why="-"),
    "shorten": lambda line, actor: change_end(line, actor=actor, until=NOW + timedelta(days=1), why="-"),
    "prolong": lambda line, actor: change_end(line, actor=actor, until=TERMS.until, why="-"),
    "say that they no longer agree": lambda line, actor: consent_withdrawn(
        actor=actor, case=line.case, lines=[line.pk], note="-", keep=None
    ),
    "go on without": lambda line, actor: consent_withdrawn(
        actor=actor, case=line.case, lines=[line.pk], note="-", keep=Basis.SAFEGUARDING
    ),
    "replace": lambda line, actor: share(
        actor=actor, case=line.case, holder=line.membership, terms=TERMS, replaces=line.pk
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_was_let_in_for_a_time_ends_and_changes_no_share_of_somebody_elses(way, shared, let_in):
    with pytest.raises(NotAsAsked, match="Ask Dana Whitlock, or the council that is responsible"):
        WAYS[way](shared, let_in)

    assert Grant.objects.current().filter(pk=shared.pk, ends_at=TERMS.until).exists()


def test_they_end_what_they_shared_themselves(let_in, case, officer):
    own = share(actor=let_in, case=case, holder=officer, terms=TERMS)

    end_line(own, actor=let_in, why="Over")

    assert not Grant.objects.current().filter(pk=own.pk).exists()


def test_those_of_the_responsible_council_who_work_on_the_record_end_any(let_in, case, officer, colleague):
    theirs = share(actor=let_in, case=case, holder=officer, terms=TERMS)

    end_line(theirs, actor=colleague, why="Not needed")

    assert not Grant.objects.current().filter(pk=theirs.pk).exists()


def test_somebody_of_that_council_to_whom_it_was_only_shared_does_not(
    shared, case, allocated_worker, member, actor_of, council
):
    another = member("Ravi Dhillon", council, "social_worker")
    terms = replace(TERMS, onward=True, writes=[Category.IDENTITY])
    share(actor=allocated_worker, case=case, holder=another, terms=terms)

    with pytest.raises(NotAsAsked, match="only they can end"):
        end_line(shared, actor=actor_of(another), why="-")


def test_the_page_offers_to_end_only_what_the_reader_may_end(shared, let_in, colleague, client_as, case):
    offered = f"/records/{case.pk}/access/{shared.pk}/end"

    assert offered in client_as(colleague).get(f"/records/{case.pk}/access").content.decode()
    theirs = client_as(let_in)
    assert offered not in theirs.get(f"/records/{case.pk}/access").content.decode()
    told = theirs.post(offered, {"why": "Over"}, follow=True)
    assert "Ask Dana Whitlock, or the council that is responsible" in text_of(told)
