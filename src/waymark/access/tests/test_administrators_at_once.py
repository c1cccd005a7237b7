"""Two administrators at once, and whoever saves or is brought in while their access goes: with real threads."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connections

from waymark.access import handing_on
from waymark.access.administering import (
    close_team,
    set_administrator,
    suspend,
)
from waymark.access.handing_on import HandOn, end_member, move_member
from waymark.access.locks import present
from waymark.access.models import (
    Involvement,
    Membership,
)
from waymark.access.services import NotAsAsked, bring_in
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import record

AT = datetime(2026, 3, 2, tzinfo=UTC)


# At once, with real threads


def _told(function):
    """What a service answers: "done", or the name of what it raised."""
    try:
        function()
    except (Refused, NotAsAsked) as refused:
        return type(refused).__name__
    return "done"


@pytest.mark.usefixtures("real_connections")
@pytest.mark.parametrize("how", ["end", "suspend", "take the office from"])
def test_two_administrators_who_end_each_other_at_once_leave_one(how, administrator, council, seen, in_threads):
    one, other = administrator(council), administrator(council, "Bo Ferris")
    shown = seen(one)
    changes = {
        "end": lambda actor, whom: end_member(whom.membership_id, actor=actor, seen=shown, hand_on=HandOn()),
        "suspend": lambda actor, whom: suspend(whom.membership_id, actor=actor, seen=shown),
        "take the office from": lambda actor, whom: set_administrator(
            whom.membership_id, False, actor=actor, seen=shown
        ),
    }

    answers = in_threads(lambda pair: _told(lambda: changes[how](*pair)), [(one, other), (other, one)])

    assert sorted(answers) == ["Refused", "done"]
    assert Membership.objects.current().filter(agency=council, administers=True).count() == 1


@pytest.mark.usefixtures("real_connections")
def test_two_administrators_who_move_one_person_at_once_move_them_once(
    administrator, council, dana, ravi, gangs_team, involved, young_person, seen, in_threads
):
    involved(young_person, "social_worker", membership=dana)
    one, other, shown = administrator(council), administrator(council, "Bo Ferris"), seen(dana)

    def move(actor):
        return _told(
            lambda: move_member(
                dana.pk, actor=actor, seen=shown, role="social_worker", team_id=gangs_team.pk, hand_on=HandOn()
            )
        )

    assert sorted(in_threads(move, [one, other])) == ["ChangedMeanwhile", "done"]
    assert Membership.objects.current().filter(account=dana.account_id).count() == 1
    assert Involvement.objects.current().filter(case=young_person.case).count() == 1


BLOCKS_SOMEBODY = """
    select exists (select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))
"""


MANY = 20_000
"""How often to look, so that a test that waits in vain ends."""


def _blocks_somebody():
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(BLOCKS_SOMEBODY)
        return cursor.fetchone()[0]


@pytest.fixture
def one_waits_for_the_other(real_connections, in_threads):
    """Do two things in two services: the first does not commit until the second waits for it. Gives both answers."""

    def run(first, second):
        begun = threading.Event()

        @service
        def hold():
            answer = _told(first)
            begun.set()
            assert any(_blocks_somebody() for _ in range(MANY)), "nobody had to wait"
            return answer

        def follow():
            begun.wait()
            return _told(second)

        return in_threads(lambda function: function(), [hold, follow])

    return run


@pytest.fixture
def saves(allocated_worker, young_person):
    """The allocated worker saves something on Amira's record."""
    return lambda: record(
        "missing_risk_identified", case=young_person.case, actor=allocated_worker, occurred_at=datetime.now(UTC)
    )


def test_whoever_is_suspended_while_saving_has_saved(
    one_waits_for_the_other, administrator, council, saves, seen, allocated_worker
):
    ada, shown = administrator(council), seen(allocated_worker)

    answers = one_waits_for_the_other(saves, lambda: suspend(allocated_worker.membership_id, actor=ada, seen=shown))

    assert answers == ["done", "done"]
    assert Event.objects.count() == 1


@pytest.mark.parametrize("how", ["suspended", "ended", "moved"])
def test_whoever_saves_while_being_suspended_ended_or_moved_saves_nothing(
    how, one_waits_for_the_other, administrator, council, saves, seen, allocated_worker, ravi, gangs_team
):
    ada, shown, theirs = administrator(council), seen(allocated_worker), allocated_worker.membership_id
    does = {
        "suspended": lambda: suspend(theirs, actor=ada, seen=shown),
        "ended": lambda: end_member(theirs, actor=ada, seen=shown, hand_on=HandOn(ravi.pk)),
        "moved": lambda: move_member(
            theirs, actor=ada, seen=shown, role="social_worker", team_id=gangs_team.pk, hand_on=HandOn()
        ),
    }

    assert one_waits_for_the_other(does[how], saves) == ["done", "Refused"]
    assert not Event.objects.exists()


def test_nobody_is_brought_in_while_they_leave(
    one_waits_for_the_other, administrator, council, dana, ravi, young_person, system, seen
):
    ada, shown = administrator(council), seen(dana)

    answers = one_waits_for_the_other(
        lambda: end_member(dana.pk, actor=ada, seen=shown, hand_on=HandOn()),
        lambda: bring_in(
            actor=system, case=young_person.case, role="social_worker", membership=dana, at=datetime.now(UTC)
        ),
    )

    assert answers == ["done", "NotAsAsked"]
    assert not Involvement.objects.exists()


def test_nobody_leaves_while_they_are_brought_in(
    one_waits_for_the_other, administrator, council, dana, ravi, young_person, system, seen
):
    ada, shown = administrator(council), seen(dana)

    answers = one_waits_for_the_other(
        lambda: bring_in(
            actor=system, case=young_person.case, role="social_worker", membership=dana, at=datetime.now(UTC)
        ),
        lambda: end_member(dana.pk, actor=ada, seen=shown, hand_on=HandOn(ravi.pk)),
    )

    assert answers == ["done", "ChangedMeanwhile"]
    assert Membership.objects.current().filter(pk=dana.pk).exists()


def test_no_team_is_closed_while_it_is_brought_in(
    one_waits_for_the_other, administrator, council, gangs_team, young_person, system
):
    ada = administrator(council)

    answers = one_waits_for_the_other(
        lambda: bring_in(actor=system, case=young_person.case, role="gangs_team", team=gangs_team, at=AT),
        lambda: close_team(gangs_team.pk, actor=ada),
    )

    assert answers == ["done", "NotAsAsked"]


def test_whoever_began_to_wait_before_the_moment_of_leaving_finds_that_it_has_come(
    real_connections, in_threads, monkeypatch, administrator, council, dana, ravi, young_person, system, seen
):
    """A statement that waits keeps the time at which it began: membership is judged by the clock instead."""
    ada, shown, locked, at = administrator(council), seen(dana), threading.Event(), datetime.now(UTC)

    def once_somebody_waits():
        locked.set()
        assert any(_blocks_somebody() for _ in range(MANY))
        return present()

    monkeypatch.setattr(handing_on, "present", once_somebody_waits)

    def join():
        locked.wait()
        return _told(
            lambda: bring_in(actor=system, case=young_person.case, role="social_worker", membership=dana, at=at)
        )

    def leave():
        return _told(lambda: end_member(dana.pk, actor=ada, seen=shown, hand_on=HandOn()))

    assert in_threads(lambda function: function(), [leave, join]) == ["done", "NotAsAsked"]
    assert not Involvement.objects.exists()
