"""Questions: what they accept, what they keep of what was typed, and how they are shown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.template import engines

from waymark.govuk import fields
from waymark.govuk.fields import NOW, Option
from waymark.govuk.forms import Form

COLOURS = [Option("r", "Red", "Like a rose"), Option("b", "Blue"), Option("o", "Ochre", aside=True)]


class Sample(Form):
    """One question of each kind."""

    line = fields.TextField(label="Line", missing="Enter a line", max_length=10)
    words = fields.WordsField(label="Words", required=False)
    pick = fields.SelectField(label="Pick", options=COLOURS, required=False)
    one = fields.RadiosField(label="One", options=COLOURS, required=False)
    sure = fields.yes_or_no(label="Sure", not_known=True, required=False)
    many = fields.CheckboxesField(label="Many", options=COLOURS, required=False, aside_label="Rarer colours")
    day = fields.DateField(label="Day", missing="Enter the day")
    at = fields.DateTimeField(label="At", required=False)
    when = fields.MomentField(label="When", today=date(2026, 3, 7), required=False)


FILLED = "line=x&one=r&sure=unknown&many=r&many=o&day-day=7&day-month=mar&day-year=2026"


def _shown(form):
    text = "{% from 'govuk/fields.jinja2' import errors, field with context %}{{ errors(form) }}"
    text += "{% for bound in form.questions() %}{{ field(bound) }}{% endfor %}"
    return engines.all()[0].from_string(text).render({"form": form})


def test_answers_come_out_as_what_they_mean():
    form = Sample(QueryDict(FILLED + "&at-day=1&at-month=7&at-year=2026&at-time=2pm"))

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "line": "x",
        "words": "",
        "pick": "",
        "one": "r",
        "sure": "unknown",
        "many": ["r", "o"],
        "day": date(2026, 3, 7),
        "at": datetime(2026, 7, 1, 13, 0, tzinfo=UTC),
        "when": NOW,
    }


@pytest.mark.parametrize(("choice", "meaning"), [("yes", True), ("no", False), ("unknown", "unknown"), ("", None)])
def test_yes_no_and_not_known_are_three_answers_and_none_is_a_fourth(choice, meaning):
    form = Sample(QueryDict(f"{FILLED}&sure={choice}"))

    assert form.is_valid()
    assert form.cleaned_data["sure"] is meaning or form.cleaned_data["sure"] == meaning


def test_what_is_known_already_is_shown_as_chosen():
    shown = _shown(Sample(initial={"sure": False, "day": date(2026, 3, 7), "many": ["b"], "one": "b"}))

    assert 'value="no" checked' in shown
    assert 'value="yes" checked' not in shown
    assert 'id="day-month" name="day-month" type="text" value="3"' in shown


def test_text_that_is_meant_to_fill_in_a_date_fills_in_nothing():
    """Addresses may fill in a form; what they say of a date is text, and may be anything."""
    shown = _shown(Sample(initial={"day": "2026-03-07", "at": "x", "when": ["y"]}))

    assert 'id="day-month" name="day-month" type="text" value=""' in shown
    assert "2026" not in shown


def test_every_error_leads_to_its_input_and_nothing_typed_is_lost():
    form = Sample(QueryDict("line=&words=<i>&one=purple&many=nothing&day-day=40&day-month=2&day-year=2026&at-day=3"))

    assert not form.is_valid()
    assert form.error_list() == [
        {"text": "Enter a line", "href": "#line"},
        {"text": "Select one of the choices", "href": "#one"},
        {"text": "Select one of the choices", "href": "#many"},
        {"text": "Day must be a real date", "href": "#day-day"},
        {"text": "At must include a month and year", "href": "#at-month"},
    ]
    shown = _shown(form)
    for error in form.error_list():
        assert f'href="{error["href"]}"' in shown
        assert f'id="{error["href"][1:]}"' in shown
    assert "&lt;i&gt;" in shown
    assert 'name="day-day" type="text" value="40"' in shown
    assert 'name="at-day" type="text" value="3"' in shown


def test_a_date_left_out_that_may_not_be_is_asked_for():
    form = Sample(QueryDict("line=x"))

    assert form.error_list() == [{"text": "Enter the day", "href": "#day-day"}]


def test_rarer_choices_wait_behind_a_link_that_is_open_when_one_is_chosen():
    assert "<details" in _shown(Sample())
    assert "<details open" not in _shown(Sample()).replace('class="govuk-details waymark-aside"', "")
    assert " open>" in _shown(Sample(QueryDict(FILLED)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", NOW),
        ("&when-day=7&when-month=3&when-year=2026", NOW),
        ("&when-day=7&when-month=3&when-year=2026&when-time=8:05", datetime(2026, 3, 7, 8, 5, tzinfo=UTC)),
        ("&when-day=6&when-month=3&when-year=2026&when-time=8:05", datetime(2026, 3, 6, 8, 5, tzinfo=UTC)),
    ],
)
def test_today_without_a_time_is_just_now(typed, meant):
    form = Sample(QueryDict(FILLED + typed))

    assert form.is_valid()
    assert form.cleaned_data["when"] == meant


def test_another_day_without_a_time_is_not_guessed():
    form = Sample(QueryDict(FILLED + "&when-day=6&when-month=3&when-year=2026"))

    assert form.error_list() == [{"text": "When must include a time", "href": "#when-time"}]


def test_what_is_too_long_is_said_in_words_with_how_long_it_is():
    form = Sample(QueryDict(FILLED.replace("line=x", "line=" + "x" * 12)))

    assert form.errors["line"] == ["Line: shorten it to 10 characters or fewer. It has 12"]
