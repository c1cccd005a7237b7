"""A monthly log is of a month that is over, and says who lived there; an absence says which moment it means."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from tests.support.pages import Filler, text_of

from waymark.core.formats import LONDON
from waymark.duties.engine.calendar import add_months
from waymark.events.models import Event

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def log(client_as, member, actor_of, involved, provider, scheme, placed, young_person):
    """The form of a scheme's monthly log, as its manager opens it, who works with Amira too."""
    manager = member("Tilda Moss", provider.agency, "provider_manager")
    involved(scheme, "provider_manager", membership=manager)
    involved(young_person, "provider_manager", membership=manager)
    return Filler(client_as(actor_of(manager)), f"/records/{scheme.case_id}/record/monthly_log_submitted")


@pytest.fixture
def months():
    """This month and the one before, as a form sends them."""
    first = datetime.now(LONDON).date().replace(day=1)
    return f"{first:%Y-%m}", f"{add_months(first, -1):%Y-%m}"


def test_months_that_are_over_are_offered_first_and_the_one_that_is_not_comes_last_and_says_so(log, months):
    this, last = months
    select = re.search(r'<select[^>]*name="data-month".*?</select>', log.page, re.DOTALL)[0]
    offered = re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)', select)

    assert offered[0][0] == last
    assert offered[-1][0] == this
    assert [label.strip().endswith("(not over yet)") for value, label in offered] == [
        value == this for value, _ in offered
    ]


def test_a_log_says_who_lived_there_or_that_nobody_did(log, months):
    sent = log.send(data_month=months[1])

    assert sent.status_code == 422
    problem = "Select at least one, or “No young people lived there”: young people in the log"
    assert f'<a href="#data-young_people">{problem}</a>' in sent.content.decode()
    assert not Event.objects.filter(type="monthly_log_submitted").exists()


def test_a_log_of_a_scheme_where_nobody_lived_names_nobody(log, months):
    assert log.send(data_month=months[1], data_young_people=["nobody"]).status_code == 302
    assert Event.objects.get(type="monthly_log_submitted").data == {"month": months[1]}


def test_a_log_cannot_name_somebody_and_say_that_nobody_lived_there(log, months, young_person):
    sent = log.send(data_month=months[1], data_young_people=[str(young_person.case_id), "nobody"])

    assert sent.status_code == 422
    assert "Select those who are meant, or “No young people lived there”, not both" in text_of(sent)


def test_a_month_that_was_passed_over_is_asked_for(log):
    assert "Select a month: which month it covers" in text_of(log.send(data_young_people=["nobody"]))


def test_an_absence_says_which_moment_it_means_and_what_to_put_when_nothing_was_agreed(
    client_as, keyworker, young_person
):
    opened = Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/absence_recorded")

    assert "The time when they were expected back, or were found gone. Leave the time empty if" in opened.page
    assert "If nothing was agreed, your manager or the out-of-hours team decides." in opened.page
    assert "Put now when they should be reported at once." in opened.page
    assert "Enter the date and time: report to the police by" in text_of(opened.send())
