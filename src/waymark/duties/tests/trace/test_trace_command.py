"""`protocol trace`: the lines it prints, their order, and what it makes of the same thing said twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from waymark.duties.engine.tests.kit import pack_text

from .kit import GOOD_PACK, HELD, NOW, PLANNING, STARTED, Command, as_text, refused


def test_it_prints_one_json_object_a_line_with_every_field_of_the_contract(trace: Command) -> None:
    printed = trace(STARTED)
    assert (printed.status, printed.err) == (0, "")
    [line] = printed.lines
    assert line.pop("why").endswith(".")
    assert line == {
        "clause": "PPM-02",
        "part": None,
        "case": "YP1",
        "refs": {"placement": "P1"},
        "trigger": "e1",
        "who": "social_worker",
        "state": "breached",
        "due": "2026-03-08T00:00:00+00:00",
        "met_by": [],
        "late": False,
        "provisional": False,
        "breach_noticed_at": None,
        "missing": ["planning_meeting_held"],
        "escalated_to": [],
        "version": "1",
        "cite": "Placement planning (at move-in): When",
        "modality": "must",
    }


def test_the_fields_come_in_the_order_of_the_contract(trace: Command) -> None:
    [line] = trace(STARTED).lines
    assert list(line) == [
        "clause", "part", "case", "refs", "trigger", "who", "state", "due", "met_by", "late", "provisional",
        "breach_noticed_at", "missing", "escalated_to", "version", "cite", "modality", "why",
    ]  # fmt: skip


def test_times_are_shown_with_the_offset_of_london(trace: Command) -> None:
    summer = STARTED | {"occurred_at": "2026-07-01T23:30:00Z"}
    [line] = trace(summer, now="2026-07-10T00:00:00+02:00").lines
    assert line["due"] == "2026-07-08T00:00:00+01:00"


def test_an_offset_is_only_another_way_to_write_an_instant(trace: Command) -> None:
    elsewhere = STARTED | {"occurred_at": "2026-03-02T15:30:00+05:30"}
    assert trace(elsewhere).out == trace(STARTED).out


def test_without_recorded_at_it_was_recorded_when_it_happened(trace: Command) -> None:
    said = {"recorded_at": "2026-03-02T10:00:00+00:00"}
    assert trace(STARTED | said).out == trace(STARTED | {"recorded_at": None}).out == trace(STARTED).out


def test_lines_come_in_the_order_of_trigger_over_all_cases(trace: Command) -> None:
    events = [
        STARTED | {"id": f"e{day}", "case": f"YP{day % 3}", "occurred_at": f"2026-03-{day:02}T10:00:00+00:00"}
        for day in (9, 3, 12, 5, 4)
    ]
    assert [line["trigger"] for line in trace(*events).lines] == ["e3", "e4", "e5", "e9", "e12"]


def test_what_happens_in_one_case_means_nothing_in_another(trace: Command) -> None:
    assert [line["state"] for line in trace(STARTED, HELD | {"case": "YP2"}).lines] == ["breached"]


def test_a_trace_in_another_order_gives_the_same_lines(trace: Command) -> None:
    assert trace(HELD, STARTED).out == trace(STARTED, HELD).out


def test_the_same_id_with_the_same_content_is_ignored(trace: Command) -> None:
    once = trace(STARTED, HELD).out
    assert trace(STARTED, HELD, STARTED, HELD, HELD).out == once
    written_otherwise = dict(reversed(STARTED.items())) | {"occurred_at": "2026-03-02T11:00:00+01:00", "data": {}}
    assert trace(STARTED, HELD, written_otherwise).out == once


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": "2026-03-02T10:00:01+00:00"},
        {"recorded_at": "2026-03-02T10:00:01+00:00"},
        {"case": "YP2"},
        {"type": "placement_ended"},
        {"refs": {"placement": "P2"}},
        {"refs": {"placement": "P1", "referral": "R1"}},
        {"by": "social_worker"},
        {"data": {"unit": "U4"}},
    ],
)
def test_the_same_id_with_other_content_is_an_error(trace: Command, change: dict[str, object]) -> None:
    refused(trace(STARTED, HELD, STARTED | change), "trace.jsonl:3", "e1")


def test_what_was_recorded_after_now_is_checked_but_not_there(trace: Command) -> None:
    printed = trace(STARTED, HELD | {"recorded_at": "2026-03-20T09:00:01+00:00"})
    assert [line["state"] for line in printed.lines] == ["breached"]
    refused(trace(STARTED, HELD | {"recorded_at": "2036-03-20", "occurred_at": NOW}), "trace.jsonl:2")


def test_blank_lines_and_windows_line_ends_are_fine(trace: Command) -> None:
    with_gaps = as_text(STARTED) + "\n  \n" + as_text(HELD)
    assert trace(raw=with_gaps).out == trace(raw=with_gaps.replace("\n", "\r\n")).out == trace(STARTED, HELD).out


def test_a_last_line_without_a_line_end_is_fine_if_it_is_whole(trace: Command) -> None:
    assert trace(raw=as_text(STARTED, HELD).rstrip("\n")).out == trace(STARTED, HELD).out


def test_a_mark_at_the_beginning_that_says_utf_8_is_passed_over_or_named(trace: Command) -> None:
    printed = trace(raw=b"\xef\xbb\xbf" + as_text(STARTED).encode())
    if printed.status == 0:
        assert printed.out == trace(STARTED).out
    else:
        refused(printed, "trace.jsonl:1")


def test_names_in_any_script_pass_through(trace: Command) -> None:
    [line] = trace(STARTED | {"case": "Zoë Ångström 李", "refs": {"placement": "Plätz\u2028 1"}}).lines
    assert (line["case"], line["refs"]["placement"]) == ("Zoë Ångström 李", "Plätz\u2028 1")


def test_a_withdrawn_event_and_what_it_opened_are_gone(trace: Command) -> None:
    withdrawal = {"id": "r", "case": "YP1", "type": "event_retracted", "occurred_at": NOW, "data": {"event": "e1"}}
    assert trace(STARTED, HELD, withdrawal).out == ""
    assert trace(withdrawal, HELD, STARTED).out == ""


def test_two_versions_of_a_pack_judge_each_their_own_time(trace: Command) -> None:
    second = pack_text(PLANNING.replace("5 days", "2 days"), version="2", in_force="2026-03-03")
    later = STARTED | {"id": "e9", "occurred_at": "2026-03-03T00:00:00+00:00", "refs": {"placement": "P2"}}
    for packs in ((GOOD_PACK, second), (second, GOOD_PACK)):
        lines = trace(STARTED, later, packs=packs).lines
        assert [(line["version"], line["due"][:10]) for line in lines] == [("1", "2026-03-08"), ("2", "2026-03-06")]


def test_the_same_version_twice_is_refused(trace: Command) -> None:
    refused(trace(STARTED, packs=(GOOD_PACK, GOOD_PACK)), "version 1")


def test_versions_of_two_protocols_are_refused(trace: Command) -> None:
    other = pack_text(PLANNING, version="2").replace("test-protocol", "other-protocol")
    refused(trace(STARTED, packs=(GOOD_PACK, other)), "other-protocol")


def test_without_json_it_prints_a_table_for_people(trace: Command) -> None:
    printed = trace(STARTED, options=())
    header, row = printed.out.splitlines()
    assert header.split()[:2] == ["clause", "case"]
    for part in ("PPM-02", "YP1", "breached", "social_worker", "hold the placement planning meeting"):
        assert part in row


@pytest.mark.parametrize("now", ["2026-03-20T09:00:00", "2026-03-20", "tomorrow", ""])
def test_now_needs_an_offset(trace: Command, now: str) -> None:
    printed = trace(STARTED, now=now)
    assert (printed.status, printed.out) == (2, "")
    assert "--now" in printed.err


def test_a_term_of_the_boroughs_own_changes_the_date_and_says_who_decided(trace: Command) -> None:
    pack = pack_text(PLANNING.replace('"5 days"', '"promptly"'))
    usual = trace(STARTED, packs=(pack,)).lines[0]
    chosen = trace(STARTED, packs=(pack,), options=("--json", "--term", "promptly=3 working days")).lines[0]
    assert (usual["due"][:10], chosen["due"][:10]) == ("2026-03-04", "2026-03-06")
    assert "3 working days" in chosen["why"]


@pytest.mark.parametrize("option", [("--term", "soon=1 day"), ("--term", "promptly"), ("--switch", "x=y")])
def test_a_term_or_switch_that_the_pack_does_not_have_is_refused(trace: Command, option: tuple[str, str]) -> None:
    printed = trace(STARTED, options=("--json", *option))
    assert (printed.status, printed.out) == (2, "")
    assert option[1].partition("=")[0] in printed.err


def test_it_needs_no_database(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@localhost:1/none")
    (tmp_path / "p.toml").write_text(GOOD_PACK)
    (tmp_path / "t.jsonl").write_text(json.dumps(STARTED))
    assert run("protocol", "trace", tmp_path / "p.toml", tmp_path / "t.jsonl", "--now", NOW, "--json").status == 0


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["table", "json"])
@pytest.mark.parametrize("content", ["", "\n\n"], ids=["empty", "blank lines"])
def test_a_file_without_events_is_no_error_but_is_said_to_have_none(
    content: str, options: list[str], run: Command, tmp_path: Path
) -> None:
    """Where an export failed, the file it was sent to is empty: a heading over nothing would look like an answer."""
    pack, events = tmp_path / "pack.toml", tmp_path / "events.jsonl"
    pack.write_text(GOOD_PACK)
    events.write_text(content)

    printed = run("protocol", "trace", pack, events, *options)

    assert (printed.status, printed.out) == (0, "")
    assert printed.err.startswith("events.jsonl has no events")
