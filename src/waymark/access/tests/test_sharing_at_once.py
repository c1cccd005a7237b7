"""Sharing, ending and saving at the same moment."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from waymark.access.models import Grant, Involvement, Reason
from waymark.access.services import end_involvement
from waymark.access.sharing import SharedAlready, end_line, share
from waymark.access.tests.terms import NOW, TERMS, case, officer
from waymark.core.categories import Category
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
from waymark.events import store
from waymark.events.models import Event
from waymark.events.services import record

__all__ = ["case", "officer"]

pytestmark = pytest.mark.usefixtures("real_connections")


def test_of_two_people_who_share_the_same_one_is_told_of_the_other(
    allocated_worker, colleague, officer, case, in_threads
):
    def try_it(actor):
        try:
            return share(actor=actor, case=case, holder=officer, terms=TERMS)
        except SharedAlready as told:
            return told.line

    lines = in_threads(try_it, [allocated_worker, colleague, allocated_worker, colleague])

    assert {line.pk for line in lines} == {Grant.objects.get(reason=Reason.SHARE).pk}


def test_a_double_click_shares_once_for_all_who_wait(allocated_worker, officer, case, in_threads):
    identifier = uuid4()

    def press(_):
        return share(actor=allocated_worker, case=case, holder=officer, terms=TERMS, id=identifier).pk

    assert in_threads(press, range(4)) == [identifier] * 4
    assert Grant.objects.filter(reason=Reason.SHARE).count() == 1


def test_an_end_waits_for_whoever_is_saving_already_and_what_comes_later_is_refused(
    allocated_worker, gangs_officer, officer, case, in_threads, monkeypatch
):
    """The holder has been let through by the ledger and not yet stored their entry when the end is asked for."""
    line = share(actor=allocated_worker, case=case, holder=officer, terms=replace(TERMS, writes=[Category.RISK]))
    let_through, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    really_insert = store.insert

    def insert_later(rows):
        let_through.set()
        go_on.wait()
        really_insert(rows)

    monkeypatch.setattr(store, "insert", insert_later)

    def save():
        try:
            return record(
                "missing_risk_identified",
                case=case,
                actor=gangs_officer,
                occurred_at=NOW - timedelta(days=1),
                category=Category.RISK,
            )
        finally:
            let_through.set()

    def end():
        let_through.wait()
        end_line(line, actor=allocated_worker, why="Over")
        ended.set()

    def watch():
        """Whether the end came before what was being saved."""
        let_through.wait()
        while not ended.is_set() and not _somebody_waits():
            pass
        came_first = ended.is_set()
        go_on.set()
        return came_first

    saved, _, came_first = in_threads(lambda do: do(), [save, end, watch])

    assert not came_first
    line.refresh_from_db()
    assert saved.recorded_at <= line.ends_at
    with pytest.raises(Refused):
        save()


def _somebody_waits():
    """Whether a connection to this database waits for a lock of another."""
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_stat_activity"
            " where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0)"
        )
        return cursor.fetchone()[0]


def test_what_the_holder_saves_while_their_share_ends_is_before_its_end_or_refused(
    allocated_worker, gangs_officer, officer, case, in_threads
):
    for _ in range(6):
        terms = replace(TERMS, writes=[Category.RISK])
        line = share(actor=allocated_worker, case=case, holder=officer, terms=terms)
        before = Event.objects.count()

        def save():
            return record(
                "missing_risk_identified",
                case=case,
                actor=gangs_officer,
                occurred_at=NOW - timedelta(days=1),
                category=Category.RISK,
            )

        def at_once(what, line=line):
            try:
                return end_line(line, actor=allocated_worker, why="Over") if what == "end" else save()
            except Refused:
                return "refused"

        saved, _ = in_threads(at_once, ["save", "end"])

        line.refresh_from_db()
        if saved == "refused":
            assert Event.objects.count() == before
        else:
            assert saved.recorded_at <= line.ends_at
        with pytest.raises(Refused):
            save()


def test_whoever_presses_share_as_their_own_work_ends_shares_before_that_or_not_at_all(
    allocated_worker, officer, case, involved, system, in_threads
):
    for _ in range(6):
        own = Involvement.objects.current().get(membership=allocated_worker.membership_id, case=case)

        def at_once(what, own=own):
            if what == "end":
                return end_involvement(own, actor=system, at=datetime.now(UTC))
            try:
                return share(actor=allocated_worker, case=case, holder=officer, terms=TERMS)
            except Refused:
                return "refused"

        line, _ = in_threads(at_once, ["share", "end"])

        assert Grant.objects.filter(reason=Reason.SHARE).exists() is (line != "refused")
        with pytest.raises(Refused):
            share(actor=allocated_worker, case=case, holder=officer, terms=TERMS)
        Grant.objects.filter(reason=Reason.SHARE).delete()
        involved(case, "social_worker", actor=allocated_worker, starts_at=datetime.now(UTC))
