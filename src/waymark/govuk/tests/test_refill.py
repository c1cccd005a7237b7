"""Putting what was typed back into a form: every kind of input, and when it is not done."""

from __future__ import annotations

import pytest

from waymark.govuk.refill import refilled

HERE = "/records/1/record"
PAGE = """<!DOCTYPE html><!-- a page -->
<body>
<script>if (1 < 2 && "</p>") {{ }}</script>
<form method="post" action="/sign-out"><input name="words" value="not ours"></form>
<form method="get"><input type="text" name="words" value="a filter"></form>
<form method="post" novalidate>
  <input type="hidden" name="seen" value="fresh">{questions}
  <button type="submit" name="save">Save &amp; go&#32;on &nbsp;</button>
</form>
</body>"""


def _refill(questions, *typed):
    return refilled(PAGE.format(questions=questions), typed, HERE)


@pytest.mark.parametrize(
    ("question", "typed", "filled"),
    [
        (
            '<input id="a" name="words" type="text" value="">',
            [("words", 'A "quote" & <tag>')],
            '<input id="a" name="words" type="text" value="A &quot;quote&quot; &amp; &lt;tag&gt;">',
        ),
        ('<input name="words" value="as it was" />', [("words", "new")], '<input name="words" value="new">'),
        ('<input name="words" value="as it was">', [("words", "")], '<input name="words" value="">'),
        (
            '<textarea name="why" rows="3">Was &amp; is</textarea>',
            [("why", "\nOne\r\n</textarea>")],
            '<textarea name="why" rows="3">\n\nOne\r\n&lt;/textarea&gt;</textarea>',
        ),
        (
            '<input type="radio" name="x" value="1" checked><input type="radio" name="x" value="2">',
            [("x", "2")],
            '<input type="radio" name="x" value="1"><input type="radio" name="x" value="2" checked>',
        ),
        (
            '<input type="checkbox" name="x" value="1" checked><input type="checkbox" name="x" value="2" disabled>',
            [("x", "2")],
            '<input type="checkbox" name="x" value="1"><input type="checkbox" name="x" value="2" disabled checked>',
        ),
        (
            '<select name="who"><option value="" selected>None</option><option value="a">A &amp; B</option></select>',
            [("who", "a")],
            '<select name="who"><option value="">None</option><option value="a" selected>A &amp; B</option></select>',
        ),
        (
            '<details class="d"><summary>Others</summary><input type="checkbox" name="x" value="1"></details>',
            [("x", "1")],
            '<details class="d" open><summary>Others</summary>'
            '<input type="checkbox" name="x" value="1" checked></details>',
        ),
    ],
)
def test_an_input_holds_what_was_typed_and_the_rest_of_the_page_is_as_it_was(question, typed, filled):
    assert _refill(question, *typed) == PAGE.format(questions=filled)


def test_what_a_page_hides_in_its_form_stays_as_fresh_as_the_page():
    page = _refill('<input name="words" value="">', ("seen", "old"), ("words", "new"), ("save", "1"))

    assert 'name="seen" value="fresh"' in page
    assert 'value="new"' in page


def test_inputs_of_one_name_are_filled_in_their_order():
    page = _refill('<input name="x" value=""><input name="x" value="">', ("x", "1"), ("x", "2"))

    assert '<input name="x" value="1"><input name="x" value="2">' in page


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("", [("words", "nowhere to put it")]),
        ('<select name="who"><option value="a">A</option></select>', [("who", "gone")]),
        ('<input type="checkbox" name="x" value="1">', [("x", "1"), ("x", "2")]),
        ('<input type="file" name="f">', [("f", "a name")]),
        ('<input type="password" name="secret" value="">', [("secret", "x")]),
        ('<input name="x" value=""></form><form method="post">', [("x", "two forms")]),
        ('<input name="x" value=""></form><form method="post" action="/records/1/record">', [("x", "two forms")]),
    ],
)
def test_where_something_has_no_place_nothing_is_filled_in(question, typed):
    assert _refill(question, *typed) is None


def test_what_was_left_empty_needs_no_place():
    assert _refill('<input name="x" value="">', ("x", "1"), ("gone", "")) is not None
