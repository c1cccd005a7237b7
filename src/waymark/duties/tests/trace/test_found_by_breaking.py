"""Input that once crashed the commands or slipped through them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.duties.engine.tests.kit import pack_text
from waymark.duties.tests.trace.kit import GOOD_PACK, HELD, NOW, PLANNING, STARTED, Command, as_text, refused
from waymark.duties.tests.trace.test_bad_packs import with_line
from waymark.duties.tests.trace.test_bad_traces import changed
from waymark.duties.tests.trace.test_fuzz import answered, in_folder, values
from waymark.duties.tests.trace.test_fuzz import run as run_in

# What crashed.


@pytest.mark.parametrize("field", ["id", "case", "ref"])
def test_half_of_a_character_cannot_be_printed_and_is_refused(trace: Command, field: str) -> None:
    broken = {"id": {"id": "e\ud800"}, "case": {"case": "YP\udfff"}, "ref": {"refs": {"placement": "P\ud800"}}}[field]
    refused(trace(STARTED | broken), "trace.jsonl:1")


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "9999-12-30T00:00:00+00:00"])
def test_the_ends_of_the_calendar_never_crash(trace: Command, at: str) -> None:
    for event in (STARTED | {"occurred_at": at}, STARTED | {"recorded_at": at}):
        refused(trace(event, now="2999-12-31T23:59:59+00:00"), "trace.jsonl:1", "1900 to 2999")


def test_a_case_looked_at_in_the_last_month_of_the_calendar_never_crashes(trace: Command) -> None:
    opened = {
        "id": "o",
        "case": "S1",
        "type": "scheme_opened",
        "occurred_at": "9999-10-01T00:00:00Z",
        "refs": {"scheme": "S"},
    }
    pack = pack_text(
        """[duty.INF-13]
after = "scheme_opened"
about = "scheme"
every = "calendar month"
within = "5 working days"
who = "provider_manager"
done_by = "monthly_log_submitted{month}"
"""
    )
    printed = trace(opened, packs=(pack,), now="9999-12-31T12:00:00+00:00")
    if printed.status:
        refused(printed)


@pytest.mark.parametrize(
    ("day", "within"),
    [("9999-12-31", "5 days"), ("9999-12-30", "1 day"), ("9999-12-01", "1 month"), ("9999-12-20", "10 working days")],
)
def test_what_lies_beyond_the_calendar_is_refused_in_words(run: Command, day: str, within: str) -> None:
    answer = run("calendar", "due", day, within)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.strip()


@pytest.mark.parametrize("status", [["cla"], {}, [[]]])
def test_a_status_that_is_not_a_word_is_refused(trace: Command, status: object) -> None:
    fact = changed(type="facts_recorded", data={"status": status})
    refused(trace(STARTED, fact), "trace.jsonl:2", "event e2", "status")


@in_folder
@given(values=st.dictionaries(st.sampled_from(["date_of_birth", "status", "gang_risk", "covered_from", "x"]), values))
def test_facts_of_any_shape(tmp_path: Path, values: dict[str, Any]) -> None:
    fact = {"id": "f", "case": "YP1", "type": "facts_recorded", "occurred_at": NOW, "data": values}
    answered(run_in(tmp_path, as_text(fact, STARTED).encode()))


def test_a_number_of_thousands_of_digits_in_a_pack_is_refused(check: Command) -> None:
    refused(check(b"x = " + b"1" * 6000), "pack.toml")
    refused(check(GOOD_PACK + "\nx = " + "1" * 6000), "pack.toml")


def test_a_condition_nested_beyond_reason_is_refused(check: Command) -> None:
    for depth in (50, 300, 20_000):
        for condition in ("(" * depth + "gang_risk" + ")" * depth, "not " * depth + "gang_risk"):
            printed = check(with_line(PLANNING, 'unless = "placement_ended"', f'when = "{condition}"'))
            if printed.status:
                refused(printed, "pack.toml:", "PPM-02")


def test_a_term_of_ones_own_that_is_no_length_of_time_is_refused(trace: Command) -> None:
    refused(trace(STARTED, options=("--json", "--term", "promptly=soon")), "promptly", "soon")


# What made a message unreadable.


@pytest.mark.parametrize(
    "changes",
    [{"id": "e\n2", "type": "x"}, {"type": "a\r\nb"}, {"a\nb": 1}, {"by": "\x1b[2Jtea"}, {"type": "a\u2028b"}],
    ids=repr,
)
def test_a_message_stays_in_its_line_whatever_it_quotes(trace: Command, changes: dict[str, Any]) -> None:
    message = refused(trace(STARTED, changed(**changes)), "trace.jsonl:2")
    assert message.isprintable()


@pytest.mark.parametrize("changes", [{"id": "x" * 900_000, "type": "x"}, {"by": "x" * 900_000}, {"x" * 900_000: 1}])
def test_a_message_does_not_repeat_a_word_without_end(trace: Command, changes: dict[str, Any]) -> None:
    assert len(refused(trace(STARTED, changed(**changes)), "trace.jsonl:2", "x…")) < 1_000


def test_an_option_that_is_quoted_stays_in_its_line_too(trace: Command) -> None:
    refused(trace(STARTED, now="2026-03-20T09:00:00+00:00\nX"), "--now")


def test_a_row_of_the_table_stays_in_its_line_whatever_a_case_is_called(trace: Command) -> None:
    printed = trace(STARTED | {"case": "YP\n\x1b[31m1"}, options=())
    assert printed.out.count("\n") == 2
    assert "\x1b" not in printed.out


def test_a_number_of_thousands_of_digits_is_refused_in_plain_words(trace: Command) -> None:
    line = json.dumps(HELD)[:-1] + ', "data": {"x": ' + "9" * 10_000 + "}}\n"
    message = refused(trace(raw=as_text(STARTED) + line), "trace.jsonl:2", "a number of 10,000 digits is too long")
    assert "sys." not in message


def test_a_pack_may_begin_with_the_mark_that_says_utf_8(check: Command) -> None:
    assert check(b"\xef\xbb\xbf" + GOOD_PACK.encode()).status == 0


# What slipped through.


def test_numbers_that_json_does_not_have_are_refused(trace: Command) -> None:
    for number in ("NaN", "Infinity", "-Infinity"):
        line = json.dumps(HELD)[:-1] + f', "data": {{"x": {number}}}}}\n'
        refused(trace(raw=as_text(STARTED) + line), "trace.jsonl:2", number)


def test_the_same_field_twice_in_one_event_is_refused(trace: Command) -> None:
    line = json.dumps(HELD)[:-1] + ', "occurred_at": "2026-03-05T10:00:00+00:00"}\n'
    refused(trace(raw=as_text(STARTED) + line), "trace.jsonl:2", "occurred_at")


def test_one_and_true_are_not_the_same_content(trace: Command) -> None:
    first, second = STARTED | {"data": {"note": True}}, STARTED | {"data": {"note": 1}}
    refused(trace(first, second), "trace.jsonl:2", "e1")


def test_a_role_that_does_not_exist_is_refused_in_a_pattern(check: Command) -> None:
    pack = with_line(PLANNING, 'after = "placement_started"', 'after = "placement_started by tea_lady"')
    refused(check(pack), "pack.toml:", "PPM-02", "tea_lady")


def test_a_role_that_does_not_exist_is_refused_among_those_who_must_attend(check: Command) -> None:
    clause = '[content.G]\non = "planning_meeting_held"\nabout = "placement"\nattended = ["tea_lady"]\n'
    refused(check(pack_text(clause)), "pack.toml:", "G", "tea_lady")


def test_guidance_without_a_reason_is_refused(check: Command) -> None:
    refused(check(pack_text('[guidance.G]\nsays = "Take care."\n')), "pack.toml:", "G", "reason")


@pytest.mark.parametrize("name", ['""', '"a b"', '"a\\nb"'])
def test_an_identifier_that_is_not_one_word_is_refused(check: Command, name: str) -> None:
    refused(check(pack_text(PLANNING.replace("duty.PPM-02", f"duty.{name}"))), "pack.toml")


# How people see it.


def test_the_table_shows_the_last_day_as_people_say_it(trace: Command) -> None:
    """People are shown "end of Sat 7 Mar 2026", never midnight of the day after."""
    row = trace(STARTED, options=()).out.splitlines()[1]
    assert "end of Sat 7 Mar 2026" in row
    assert "2026-03-08" not in row
