"""Rubbish of every kind, made at random: a message and status 2, or a proper answer, and never a crash."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waymark.duties.commands import main
from waymark.duties.engine import Event, PackError, parse_pack
from waymark.duties.engine.tests.kit import fast, pack_text
from waymark.duties.engine.tests.stories import CLAUSES, END, histories

from .kit import GOOD_PACK, HELD, NOW, STARTED, Printed, as_text, refused

in_folder = settings(fast, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
STATES = {"open", "met", "breached", "waived", "ended", "unknown"}


def run(folder: Path, trace: bytes, pack: bytes = GOOD_PACK.encode(), now: str = NOW) -> Printed:
    """`protocol trace --json` with its output kept, as bytes that a pipe would take."""
    (folder / "pack.toml").write_bytes(pack)
    (folder / "trace.jsonl").write_bytes(trace)
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(
            ["protocol", "trace", str(folder / "pack.toml"), str(folder / "trace.jsonl"), "--now", now, "--json"]
        )
    printed = []
    for stream in (out, err):
        stream.flush()
        printed.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return Printed(status, *printed)


def answered(printed: Printed) -> None:
    """Either refused with one message, or lines that are whole."""
    if printed.status:
        refused(printed)
    for line in printed.lines:
        assert line["state"] in STATES


def traced(events: list[Event]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "case": one.case,
            "type": one.type,
            "occurred_at": one.occurred_at.isoformat(),
            "recorded_at": one.recorded_at.isoformat(),
            "refs": dict(one.refs),
            "data": dict(one.data),
        }
        for one in events
        if one.type not in ("event_retracted", "duty_waived")
    ]


@in_folder
@given(content=st.binary(max_size=300))
def test_random_bytes_as_a_trace(tmp_path: Path, content: bytes) -> None:
    answered(run(tmp_path, content))


@in_folder
@given(content=st.binary(max_size=300))
def test_random_bytes_as_a_pack(tmp_path: Path, content: bytes) -> None:
    refused(run(tmp_path, as_text(STARTED).encode(), content), "pack.toml")


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
        st.sampled_from(["P1", "e1", "placement_started", NOW, "unknown"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(["id", "case", "type", "occurred_at", "recorded_at", "refs", "by", "data", "other"])


@in_folder
@given(changes=st.dictionaries(fields, values, max_size=3), dropped=st.lists(fields, max_size=2))
def test_an_event_with_fields_of_any_shape(tmp_path: Path, changes: dict[str, Any], dropped: list[str]) -> None:
    event = {name: value for name, value in (HELD | changes).items() if name not in dropped or name in changes}
    answered(run(tmp_path, as_text(STARTED, event).encode()))


@in_folder
@given(
    event_type=st.sampled_from(
        ["action_assigned", "review_held", "duty_waived", "event_retracted", "monthly_log_submitted"]
    ),
    said=st.dictionaries(
        st.sampled_from(
            ["due", "has", "attended", "chair", "clause", "reason", "event", "young_people", "month", "to"]
        ),
        values,
    ),
)
def test_data_of_any_shape_under_the_clauses_that_read_it(
    tmp_path: Path, event_type: str, said: dict[str, Any]
) -> None:
    event = {"id": "x", "case": "YP1", "type": event_type, "occurred_at": "2026-03-01T10:00:00Z", "data": said}
    refs = dict.fromkeys(("placement", "review", "action", "log", "scheme"), "X1")
    answered(run(tmp_path, as_text(event | {"refs": refs}).encode(), pack_text(*CLAUSES).encode()))


@in_folder
@given(events=histories(corrections=False), at=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_good_trace_with_one_byte_changed_or_cut_short(
    tmp_path: Path, events: list[Event], at: int, byte: int, cut: bool
) -> None:
    content = bytearray(as_text(*traced(events)).encode())
    place = at % len(content)
    if cut:
        del content[place:]
    else:
        content[place] = byte
    answered(run(tmp_path, bytes(content), pack_text(*CLAUSES).encode()))


@in_folder
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_good_pack_with_one_byte_changed_or_cut_short(tmp_path: Path, at: int, byte: int, cut: bool) -> None:
    content = bytearray(pack_text(*CLAUSES).encode())
    place = at % len(content)
    if cut:
        del content[place:]
    else:
        content[place] = byte
    answered(run(tmp_path, as_text(STARTED).encode(), bytes(content)))


@fast
@given(
    text=st.text("abgP-0129<>=!()[]{},.'\"+ \\\n" + "é", max_size=40), key=st.sampled_from(["when", "after", "within"])
)
def test_conditions_patterns_and_times_of_any_letters(text: str, key: str) -> None:
    lines = {"when": "gang_risk", "after": "placement_started", "within": "5 days"} | {key: text}
    body = "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())
    clause = f'[duty.X]\nabout = "placement"\nwho = "social_worker"\ndone_by = "planning_meeting_held"\n{body}'
    try:
        pack = parse_pack(pack_text(clause).encode(), file="pack.toml")
    except PackError as problem:
        assert "clause X" in str(problem)
    else:
        assert list(pack.clauses) == ["X"]


@in_folder
@given(events=histories(corrections=False), order=st.randoms(use_true_random=False))
def test_a_trace_said_twice_in_any_order_prints_what_it_printed_once(
    tmp_path: Path, events: list[Event], order: Any
) -> None:
    once = traced(events)
    twice = once + once
    order.shuffle(twice)
    pack, now = pack_text(*CLAUSES).encode(), END.isoformat()
    first = run(tmp_path, as_text(*once).encode(), pack, now)
    assert first.status == 0
    assert run(tmp_path, as_text(*twice).encode(), pack, now) == first


@in_folder
@given(events=histories(corrections=False), other=histories(corrections=False))
def test_cases_told_together_are_judged_as_if_told_apart(
    tmp_path: Path, events: list[Event], other: list[Event]
) -> None:
    mine = traced(events)
    theirs = [one | {"id": f"other-{one['id']}", "case": "YP2"} for one in traced(other)]
    pack, now = pack_text(*CLAUSES).encode(), END.isoformat()
    together = run(tmp_path, as_text(*theirs, *mine).encode(), pack, now).lines
    apart = run(tmp_path, as_text(*mine).encode(), pack, now).lines
    assert [line for line in together if line["case"] == "YP1"] == apart


@pytest.mark.parametrize("depth", [100, 400])
def test_clauses_that_wait_for_each_other_in_a_long_chain(tmp_path: Path, depth: int) -> None:
    def clause(name: str, after: str) -> str:
        return (
            f'[duty.{name}]\nabout = "placement"\nwho = "social_worker"\nwithin = "1 hour"\n'
            f'after = "{after}"\ndone_by = "planning_meeting_held"\n'
        )

    chain = [clause("C0", "placement_started")]
    chain += [clause(f"C{number}", f"breach of C{number - 1}") for number in range(1, depth)]
    printed = run(tmp_path, as_text(STARTED).encode(), pack_text(*reversed(chain)).encode())
    answered(printed)
    if printed.status == 0:
        hours_passed = 17 * 24 + 23  # from the start to now
        assert len(printed.lines) == min(depth, hours_passed + 1)
