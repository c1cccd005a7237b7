"""A service happens whole or not at all, and what it refuses is remembered."""

from __future__ import annotations

import pytest
from django.db import transaction

from waymark.audit.models import Entry
from waymark.cases.models import Case, Kind
from waymark.core.database import SERVICE, WEB, current_login, login
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import after_commit, service

pytestmark = pytest.mark.usefixtures("db")


def _add(reference: str) -> None:
    Case.objects.create(kind=Kind.BOROUGH, reference=reference)


@service
def add_two(*, fail: bool = False) -> str:
    _add("B10")
    _add("B11")
    if fail:
        raise ValueError("after both were stored")
    return current_login()


@service
def add_and_catch() -> None:
    try:
        add_two(fail=True)
    except ValueError:
        _add("B12")


@service
def refuse(actor, case):
    _add("B10")
    actor.require(Permission.RECORD_EVENT, case)


def test_a_service_works_as_the_service_login_wherever_it_is_called_from():
    with login(WEB):
        assert add_two() == SERVICE
        assert current_login() == WEB


def test_when_a_service_fails_nothing_of_it_is_stored():
    with pytest.raises(ValueError, match="after both"):
        add_two(fail=True)
    assert Case.objects.count() == 0


def test_an_error_inside_a_joined_service_undoes_the_outer_one_even_if_it_is_caught():
    with pytest.raises(transaction.TransactionManagementError):
        add_and_catch()
    assert Case.objects.count() == 0


def test_a_refusal_undoes_the_service_and_stays_in_the_trail(stranger, young_person):
    cases = Case.objects.count()

    with pytest.raises(Refused):
        refuse(stranger, young_person.case)

    assert Case.objects.count() == cases
    entry = Entry.objects.get(action="refusal")
    assert (entry.membership_id, entry.case_id) == (stranger.membership_id, young_person.case_id)
    assert entry.detail == {"permission": "RECORD_EVENT"}


def test_what_is_to_follow_a_commit_follows_it_once(django_capture_on_commit_callbacks):
    done = []

    @service
    def add_and_tell():
        _add("B10")
        after_commit(lambda: done.append("told"))
        assert done == []

    with django_capture_on_commit_callbacks(using=SERVICE, execute=True):
        add_and_tell()
    assert done == ["told"]


def test_a_row_read_by_a_page_is_changed_as_the_service(young_person, keyworker, reading_as):
    """Rows remember the login they were read with; the router does not mind."""
    from waymark.people.models import YoungPerson

    @service
    def rename(person):
        person.given_name = "Amirah"
        person.save(update_fields=["given_name"])
        return list(person.case.involvements.all())

    with reading_as(keyworker):
        person = YoungPerson.objects.visible_to(keyworker).get()
        assert rename(person)
        assert YoungPerson.objects.get().given_name == "Amirah"
