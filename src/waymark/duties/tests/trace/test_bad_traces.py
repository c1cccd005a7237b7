"""A trace that cannot be used: one message naming file, line and event, status 2, and no lines at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .kit import GOOD_PACK, HELD, NOW, STARTED, Command, as_text, refused

BAD = "e2"


def changed(**changes: Any) -> dict[str, Any]:
    """The second event with some fields changed; a field given as `...` is left out."""
    event = HELD | changes
    return {name: value for name, value in event.items() if value is not ...}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"type": "placement_begun"}, "placement_begun"),
        ({"type": ...}, "type"),
        ({"case": ...}, "case"),
        ({"occurred_at": ...}, "occurred_at"),
        ({"type": None}, "type"),
        ({"case": ""}, "case"),
        ({"case": None}, "case"),
        ({"occurred_at": None}, "occurred_at"),
        ({"occurred_at": ""}, "occurred_at"),
        ({"occurred_at": "2026-03-04T10:00:00"}, "offset"),
        ({"recorded_at": "2026-03-04T10:00:00"}, "offset"),
        ({"occurred_at": "2026-03-04"}, "occurred_at"),
        ({"occurred_at": "04/03/2026 10:00"}, "occurred_at"),
        ({"occurred_at": "2026-02-30T10:00:00+00:00"}, "occurred_at"),
        ({"occurred_at": "2026-03-04T24:00:01+00:00"}, "occurred_at"),
        ({"occurred_at": 1772618400}, "occurred_at"),
        ({"occurred_at": ["2026-03-04T10:00:00+00:00"]}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "occurred_at"),
        ({"recorded_at": 5}, "recorded_at"),
        ({"case": 5}, "case"),
        ({"case": ["YP1"]}, "case"),
        ({"type": ["placement_started"]}, "type"),
        ({"type": {}}, "type"),
        ({"refs": ["P1"]}, "refs"),
        ({"refs": "P1"}, "refs"),
        ({"refs": {"placement": 1}}, "refs"),
        ({"refs": {"placement": None}}, "refs"),
        ({"refs": {}}, "placement"),
        ({"refs": ...}, "placement"),
        ({"data": []}, "data"),
        ({"data": "unit U4"}, "data"),
        ({"data": 1}, "data"),
        ({"by": "tea_lady"}, "tea_lady"),
        ({"by": 5}, "5"),
        ({"by": ["social_worker"]}, "role"),
        ({"colour": "blue"}, "colour"),
        ({"occured_at": "2026-03-04T10:00:00+00:00"}, "occured_at"),
    ],
)
def test_an_event_that_is_not_well_formed_is_named_with_its_line(
    trace: Command, changes: dict[str, Any], says: str
) -> None:
    refused(trace(STARTED, changed(**changes)), "trace.jsonl:2", f"event {BAD}", says)


@pytest.mark.parametrize("event_id", [..., None, "", 7, ["e2"], {}, True, 1.5])
def test_an_event_without_a_proper_id_is_named_by_its_line(trace: Command, event_id: Any) -> None:
    refused(trace(STARTED, changed(id=event_id)), "trace.jsonl:2", "id")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"type": "action_assigned", "refs": {"action": "A"}}, "due"),
        ({"type": "action_assigned", "refs": {"action": "A"}, "data": {"due": "soon"}}, "due"),
        ({"type": "action_assigned", "refs": {"action": "A"}, "data": {"due": "2026-03-09T10:00:00"}}, "due"),
        ({"type": "panel_invitation", "refs": {"panel": "N"}, "data": {}}, "scheduled_for"),
        ({"type": "panel_invitation", "refs": {"panel": "N"}, "data": {"scheduled_for": 20260309}}, "scheduled_for"),
        ({"type": "absence_recorded", "refs": {"episode": "E"}}, "agreed_report_by"),
        ({"type": "event_retracted", "refs": {}}, "event"),
        ({"type": "duty_waived", "data": {"reason": "x"}}, "clause"),
        ({"type": "duty_waived", "data": {"clause": "PPM-02"}}, "reason"),
        ({"type": "duty_waived", "data": {"clause": "PPM-99", "reason": "x"}}, "PPM-99"),
        ({"type": "duty_waived", "data": {"clause": ["PPM-02"], "reason": "x"}}, "PPM-02"),
        ({"type": "duty_waived", "data": {"clause": "PPM-02", "reason": "x"}, "refs": {"referral": "R"}}, "placement"),
        ({"type": "facts_recorded", "data": {"date_of_birth": "05/03/2008"}}, "date_of_birth"),
        ({"type": "facts_recorded", "data": {"date_of_birth": 2008}}, "date_of_birth"),
        ({"type": "facts_recorded", "data": {"status": "asylum"}}, "status"),
        ({"type": "facts_recorded", "data": {"gang_risk": "yes"}}, "gang_risk"),
        ({"type": "facts_recorded", "data": {"gang_risk": 1.5}}, "gang_risk"),
        ({"type": "facts_recorded", "data": {"gang_risk": [True]}}, "gang_risk"),
        ({"type": "facts_recorded", "data": {"shoe_size": 9}}, "shoe_size"),
        ({"type": "facts_recorded", "data": {"covered_from": "spring"}}, "covered_from"),
    ],
)
def test_data_that_deadlines_and_facts_are_read_from_must_be_right(
    trace: Command, changes: dict[str, Any], says: str
) -> None:
    refused(trace(STARTED, changed(**changes)), "trace.jsonl:2", f"event {BAD}", says)


@pytest.mark.parametrize(
    ("target", "says"), [("e99", "e99"), (BAD, "itself"), ("other", "another case"), (["e1"], "e1"), (5, "5")]
)
def test_a_withdrawal_must_name_another_event_of_its_case(trace: Command, target: Any, says: str) -> None:
    other = STARTED | {"id": "other", "case": "YP2"}
    withdrawal = changed(type="event_retracted", refs={}, data={"event": target})
    refused(trace(STARTED, withdrawal, other), "trace.jsonl:2", f"event {BAD}", says)


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "null",
        "5",
        '"e2"',
        "{",
        "}",
        "{}{}",
        "{'id': 'e2'}",
        '{"id": "e2",}',
        '{"id": "e2" "case": "YP1"}',
        "\x00\x00",
        '{"id": "e2\x01"}',
    ],
)
def test_a_line_that_is_not_an_event_is_named_by_its_number(trace: Command, line: str) -> None:
    refused(trace(raw=as_text(STARTED) + line + "\n" + as_text(HELD)), "trace.jsonl:2")


@pytest.mark.parametrize("keep", [1, 20, 60, 130])
def test_a_file_that_ends_in_the_middle_of_a_line_says_so(trace: Command, keep: int) -> None:
    message = refused(trace(raw=as_text(STARTED) + as_text(HELD)[:keep]), "trace.jsonl:2")
    assert "ends in the middle" in message


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(range(128, 192)),
        b"\xff\xfe{\x00}\x00",
        b"\x1f\x8b\x08\x00",
        as_text(STARTED).encode("utf-16"),
        as_text(STARTED | {"case": "Zoë"}).replace("\\u00eb", "ë").encode("latin-1"),
    ],
)
def test_binary_rubbish_is_refused(trace: Command, content: bytes) -> None:
    refused(trace(raw=content), "trace.jsonl:")


def test_brackets_nested_beyond_reason_are_refused(trace: Command) -> None:
    deep = json.dumps(HELD)[:-1] + ', "data": {"x": ' + "[" * 200_000 + "]" * 200_000 + "}}\n"
    refused(trace(raw=as_text(STARTED) + deep), "trace.jsonl:2")


def test_nesting_that_can_be_read_but_not_written_again_is_refused_or_passed_over(trace: Command) -> None:
    for depth in (500, 900, 990, 2000, 5000):
        deep = json.dumps(HELD)[:-1] + ', "data": {"x": ' + "[" * depth + "]" * depth + "}}\n"
        printed = trace(raw=as_text(STARTED) + deep + deep)
        if printed.status:
            refused(printed, "trace.jsonl:")


def test_a_line_longer_than_any_event_is_refused(trace: Command) -> None:
    long = json.dumps(HELD | {"data": {"note": "x" * 3_000_000}})
    refused(trace(raw=as_text(STARTED) + long), "trace.jsonl:2")


def test_a_number_too_large_for_a_computer_is_refused_or_passed_over(trace: Command) -> None:
    for number in ("1e400", "-1e400", "1" * 5000):
        line = json.dumps(HELD)[:-1] + f', "data": {{"x": {number}}}}}\n'
        printed = trace(raw=as_text(STARTED) + line)
        if printed.status:
            refused(printed, "trace.jsonl:2")
        else:
            assert [one["state"] for one in printed.lines] == ["met"]


@pytest.mark.parametrize("now", ["1900-01-01T00:00:00+00:00", "2999-12-31T23:59:59+00:00"])
def test_now_may_be_anywhere_in_the_calendar(trace: Command, now: str) -> None:
    assert trace(STARTED, now=now).status == 0


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_now_outside_the_calendar_is_refused(trace: Command, now: str) -> None:
    refused(trace(STARTED, now=now), "--now", "1900 to 2999")


def test_a_wrong_last_line_leaves_nothing_printed(trace: Command) -> None:
    many = [STARTED | {"id": f"e{number}", "refs": {"placement": f"P{number}"}} for number in range(2000)]
    refused(trace(*many, changed(id="last", type="no_such_thing")), "trace.jsonl:2001", "event last")


def test_only_the_first_thing_wrong_is_named(trace: Command) -> None:
    message = refused(trace(STARTED, changed(type="nonsense"), {"id": "e3"}), "trace.jsonl:2")
    assert "e3" not in message


def test_a_trace_that_is_not_there_is_refused(run: Command, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(GOOD_PACK)
    printed = run("protocol", "trace", tmp_path / "p.toml", tmp_path / "none.jsonl", "--now", NOW, "--json")
    refused(printed, "none.jsonl")


def test_a_folder_instead_of_a_trace_is_refused(run: Command, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(GOOD_PACK)
    (tmp_path / "folder").mkdir()
    refused(run("protocol", "trace", tmp_path / "p.toml", tmp_path / "folder", "--now", NOW), "folder")


def test_a_trace_that_may_not_be_read_is_refused(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.toml").write_text(GOOD_PACK)
    locked = tmp_path / "locked.jsonl"
    locked.write_text(as_text(STARTED))
    really_open = Path.open

    def open_or_refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == locked:  # whoever runs the tests as root may read everything
            raise PermissionError(13, "Permission denied", str(path))
        return really_open(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_or_refuse)
    refused(run("protocol", "trace", tmp_path / "p.toml", locked, "--now", NOW), "locked.jsonl", "Permission denied")
