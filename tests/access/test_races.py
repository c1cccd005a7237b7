"""Access that ends while somebody is saving: with real threads and real connections. No write slips through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connections, transaction

from tests.support.pages import Filler, text_of
from waymark.access.models import Grant, Involvement
from waymark.access.services import end_involvement
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
from waymark.events.models import Event
from waymark.events.services import record

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


@pytest.fixture
def beside():
    """Run something in a thread of its own, with connections of its own; `.join()` gives what it returned or raised."""

    class Beside(Thread):
        def __init__(self, work):
            super().__init__(daemon=True)
            self.work, self.result, self.problem = work, None, None

        def run(self):
            try:
                self.result = self.work()
            except Refused as problem:
                self.problem = problem
            finally:
                connections.close_all()

    def start(work):
        thread = Beside(work)
        thread.start()
        return thread

    return start


def _until_somebody_waits(superuser):
    """Until another connection waits for a lock of ours: the database says so, no clock does."""
    while superuser.execute(WAITING).fetchone()[0] == 0:
        pass


@pytest.fixture
def superuser(real_connections, database_server):
    import psycopg
    from django.conf import settings

    from waymark.setup.database import with_database

    address = with_database(database_server.superuser, settings.DATABASES[SERVICE]["NAME"])
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _say(actor, young_person):
    return record("team_changed", case=young_person.case, actor=actor, occurred_at=AT, data={"change": "x"})


def test_whoever_saves_while_their_work_is_being_ended_waits_and_is_refused(
    superuser, beside, keyworker, young_person, system
):
    involvement = Involvement.objects.get(membership=keyworker.membership_id)

    with transaction.atomic(using=SERVICE):
        end_involvement(involvement, actor=system, at=datetime.now(UTC))
        saving = beside(lambda: _say(keyworker, young_person))
        _until_somebody_waits(superuser)
    saving.join()

    assert isinstance(saving.problem, Refused)
    assert not Event.objects.exists()


def test_whoever_was_saving_first_has_saved_and_their_work_ends_after(
    superuser, beside, keyworker, young_person, system
):
    involvement = Involvement.objects.get(membership=keyworker.membership_id)
    saved = Signal()

    with transaction.atomic(using=SERVICE):
        _say(keyworker, young_person)
        saved.set()
        ending = beside(lambda: end_involvement(involvement, actor=system, at=datetime.now(UTC)))
        _until_somebody_waits(superuser)
        assert Grant.objects.get(involvement=involvement).ends_at is None
    ending.join()

    assert ending.problem is None
    assert Event.objects.get().type == "team_changed"
    with pytest.raises(Refused):
        _say(keyworker, young_person)


@pytest.mark.usefixtures("db")
def test_what_was_typed_when_a_line_ran_out_is_not_saved_and_not_lost(client_as, keyworker, young_person):
    form = Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/team_changed")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    Grant.objects.filter(membership=keyworker.membership_id).update(ends_at=yesterday)
    form.client.defaults["HTTP_ORIGIN"] = "http://testserver"

    sent = form.send(data_change="Her aunt has moved in with her")

    assert sent.status_code == 404
    assert not Event.objects.exists()
    assert "Her aunt has moved in with her" in text_of(sent)
    assert "Amira" not in text_of(sent)


@pytest.mark.usefixtures("db")
def test_a_stranger_is_told_their_own_words_and_no_more_than_if_there_were_nothing(client_as, stranger, young_person):
    client = client_as(stranger)
    sent = {"data-change": "Is somebody there"}
    answers = {
        text_of(client.post(f"/records/{case}/record/team_changed", sent, headers={"origin": "http://testserver"}))
        for case in (young_person.case_id, "00000000-0000-4000-8000-000000000000")
    }

    assert len(answers) == 1
    assert "Is somebody there" in answers.pop()
