"""The short pass over plain duties gives what the long way round gives, whatever happened."""

from __future__ import annotations

import random
import sys
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from waymark.duties.engine import Event, Instance, Pack, VersionInForce, Versions, evaluate, parse_pack

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
PACK = """
[protocol]
id = "plain"
title = "Plain duties"
version = "{version}"
in_force = 2020-01-01

[duty.ONE]
title = "Hold the meeting"
cite = "1"
modality = "must"
after = "placement_started"
about = "placement"
within = "{days} days"
who = "social_worker"
done_by = "planning_meeting_held"
unless = "placement_ended"

[duty.TWO]
title = "Send the notes or the plan"
cite = "2"
modality = "must"
when = "gang_risk"
after = "placement_started, planning_meeting_held{{chair=social_worker}}"
about = "placement"
within = "48 hours"
who = "housing_keyworker"
done_by = "meeting_notes_sent, support_plan_sent{{to=young_person}}"

[duty.THREE]
title = "Tell the person"
cite = "3"
modality = "should"
after = "facts_recorded"
about = "case"
within = "1 working day"
who = "social_worker"
done_by = "information_shared"

[duty.FOUR]
title = "Share it again"
cite = "4"
modality = "should"
after = "information_shared"
about = "case"
within = "24 hours"
who = "social_worker"
done_by = "information_shared"
"""
TYPES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("placement_started", {}),
    ("planning_meeting_held", {"chair": "social_worker"}),
    ("planning_meeting_held", {}),
    ("meeting_notes_sent", {}),
    ("support_plan_sent", {"to": ["young_person"]}),
    ("support_plan_sent", {"to": "social_worker"}),
    ("placement_ended", {}),
    ("facts_recorded", {"gang_risk": True}),
    ("facts_recorded", {"gang_risk": False}),
    ("facts_recorded", {"covered_from": "2026-03-04"}),
    ("information_shared", {}),
    ("duty_waived", {"clause": "ONE", "reason": "agreed"}),
)


def pack(version: str, days: int) -> Pack:
    return parse_pack(PACK.format(version=version, days=days).encode(), file="plain.toml")


FIRST, SECOND = pack("1", 5), pack("2", 3)
VERSIONS = Versions([VersionInForce(FIRST, FIRST.in_force_from), VersionInForce(SECOND, START + timedelta(days=4))])
ONLY = Versions([VersionInForce(FIRST, FIRST.in_force_from)])


def trace(seed: int) -> tuple[list[Event], datetime]:
    """Up to forty events of two placements within ten days, and a time to look at them."""
    chosen = random.Random(seed)
    kinds = TYPES if seed % 2 else [kind for kind in TYPES if kind[0] not in ("placement_ended", "duty_waived")]
    events = []
    for place in range(chosen.randrange(1, 40)):
        event_type, data = chosen.choice(kinds)
        occurred_at = START + timedelta(hours=6 * chosen.randrange(40))
        recorded_at = occurred_at + timedelta(hours=chosen.choice((0, 0, 6, 12, 60)))
        refs = {} if event_type == "facts_recorded" else {"placement": chosen.choice(("P1", "P2"))}
        events.append(Event(f"e{place}", "YP1", event_type, occurred_at, recorded_at, refs, None, data, place))
    return events, START + timedelta(hours=6 * chosen.randrange(60))


def lines(found: list[Instance]) -> list[dict[str, Any]]:
    return [{field.name: getattr(one, field.name) for field in fields(one)} for one in found]


@pytest.mark.parametrize("versions", [ONLY, VERSIONS], ids=["one version", "a new version in mid-case"])
def test_the_short_pass_says_what_the_long_way_says(versions: Versions, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [trace(seed) for seed in range(300)]
    short = [lines(evaluate(events, versions, now).instances) for events, now in cases]
    monkeypatch.setattr(sys.modules["waymark.duties.engine.evaluate"], "is_plain_now", lambda history, duty: False)
    long = [lines(evaluate(events, versions, now).instances) for events, now in cases]
    assert short == long
    states = {line["state"] for found in short for line in found}
    assert states == {"open", "met", "breached", "unknown", "ended", "waived"}


def test_a_duty_with_one_way_to_begin_and_to_be_done_is_plain() -> None:
    assert set(FIRST.plain) == {"ONE", "TWO", "THREE", "FOUR"}
