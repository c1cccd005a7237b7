"""Messages commit with the change they tell of, and the worker delivers them."""

from __future__ import annotations

import uuid

import pytest
from django.core.management import call_command
from django.db import connections
from procrastinate.contrib.django import app

from waymark.cases.models import Case, Kind
from waymark.core.requests import request_id
from waymark.core.services import service
from waymark.outbox.registry import periodic, task
from waymark.outbox.services import defer


@pytest.fixture
def delivered():
    """A task that remembers what it was called with, known as `tests.deliver`."""
    calls = []

    @task("tests.deliver")
    def deliver(*, case: str) -> None:
        calls.append((Case.objects.get(pk=case).reference, request_id.get()))

    yield calls
    del app.tasks["tests.deliver"]


@service
def open_and_tell(reference: str, *, fail: bool = False) -> None:
    case = Case.objects.create(kind=Kind.BOROUGH, reference=reference)
    defer("tests.deliver", case=case.pk)
    if fail:
        raise ValueError("after the message was left")


def _messages() -> list[tuple[str, int, bool]]:
    """Status, attempts and whether it waits for later, of each message of these tests."""
    with connections["service"].cursor() as cursor:
        cursor.execute(
            "select status::text, attempts, coalesce(scheduled_at > now(), false) from procrastinate_jobs"
            " where task_name = 'tests.deliver'"
        )
        return cursor.fetchall()


@pytest.mark.usefixtures("real_connections")
def test_the_worker_delivers_what_was_committed_and_keeps_nothing_of_it(delivered):
    open_and_tell("B10")
    with pytest.raises(ValueError, match="after the message"):
        open_and_tell("B11", fail=True)
    assert _messages() == [("todo", 0, False)]

    call_command("worker", once=True)

    assert [reference for reference, _ in delivered] == ["B10"]
    assert isinstance(delivered[0][1], uuid.UUID)
    assert _messages() == []


@pytest.mark.usefixtures("real_connections")
def test_a_task_that_fails_is_kept_and_tried_again(delivered):
    open_and_tell("B10")
    Case.objects.all().delete()

    call_command("worker", once=True)

    assert delivered == []
    assert _messages() == [("todo", 1, True)]


@pytest.mark.usefixtures("db")
def test_a_message_outside_a_service_is_an_error(delivered):
    with pytest.raises(RuntimeError, match="inside a service"):
        defer("tests.deliver", case=uuid.uuid4())


@pytest.mark.usefixtures("db")
def test_a_message_for_nobody_is_an_error():
    with pytest.raises(ValueError, match=r"no task called 'tests\.nobody'"):
        defer("tests.nobody", case=uuid.uuid4())


def test_periodic_work_is_queued_once_however_many_workers_run():
    ran = []

    @periodic("tests.sweep", cron="* * * * *")
    def sweep() -> None:
        ran.append("swept")

    found = app.periodic_registry.periodic_tasks.pop(("tests.sweep", "tests.sweep"))
    try:
        assert (found.cron, found.task.queueing_lock) == ("* * * * *", "tests.sweep")
        found.task(timestamp=0)
        assert ran == ["swept"]
    finally:
        del app.tasks["tests.sweep"]
