"""A trace of a million events (20,000 cases, shuffled) under the Islington pack: `./waymark benchmark trace_million`.

The promise is under 3 minutes and 1.5 GB from the file of events to all the lines of `protocol trace`, with progress.
`--keep FILE` leaves the trace behind, to be looked at or measured again.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import random
import resource
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from _measuring import Bars, heading, machine

PACK = Path(__file__).resolve().parents[1] / "protocols" / "islington.toml"
NOW = "2026-03-20T09:00:00+00:00"
FIRST_DAY = datetime(2025, 1, 6, 9, tzinfo=UTC)
PROMISED_SECONDS = 180
PROMISED_MEGABYTES = 1500
EVENTS_A_CASE = 48
NEW_LINE = b"\n"


def main() -> int:
    options = _options()
    print("\n".join(machine()))
    with tempfile.TemporaryDirectory() as name:
        trace = options.keep or Path(name) / "million.jsonl"
        begun = time.perf_counter()
        cases = write_trace(trace, options.events, options.seed)
        size = trace.stat().st_size / 1e6
        heading(f"A trace of {options.events:,} events in {cases:,} cases, shuffled, {size:.0f} MB")
        print(f"  made in {time.perf_counter() - begun:.0f} s")
        printed = Path(name) / "lines.jsonl"
        seconds, progress = _run(trace, printed)
        states = _states(printed)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    lines = sum(states.values())
    print(f"  {lines:,} lines: {', '.join(f'{count:,} {state}' for state, count in states.most_common())}")
    print(f"  {options.events / seconds:,.0f} events and {lines / seconds:,.0f} lines a second")
    print(f"  last word of progress: {progress}")
    bars = Bars()
    scale = options.events / 1_000_000
    bars.at_most("time", seconds, PROMISED_SECONDS * scale, " s")
    bars.at_most("memory at its peak", megabytes, PROMISED_MEGABYTES, " MB")
    return 1 if bars.missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write the trace here and leave it")
    return parser.parse_args()


def _run(trace: Path, printed: Path) -> tuple[float, str]:
    """Run the command as anybody would, at a terminal: seconds, and what it last said of its progress."""
    command = [sys.executable, "-m", "waymark.cli", "protocol", "trace", PACK, trace, "--now", NOW, "--json"]
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    begun = time.perf_counter()
    with printed.open("wb") as lines, subprocess.Popen(command, stdout=lines, stderr=theirs) as process:
        os.close(theirs)
        said = _everything(ours)
        status = process.wait()
    seconds = time.perf_counter() - begun
    if status:
        raise SystemExit(said)
    shown = [words.strip() for words in said.split("\r") if words.strip()]
    return seconds, shown[-1] if shown else "none"


def _everything(terminal: int) -> str:
    said = bytearray()
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            part = b""
        if not part:
            os.close(terminal)
            return said.decode(errors="replace")
        said += part


def _states(printed: Path) -> Counter[str]:
    with printed.open("rb") as lines:
        return Counter(json.loads(line)["state"] for line in lines)


def write_trace(path: Path, events: int, seed: int) -> int:
    """Write that many events to a file in any order. Returns how many cases they are about."""
    chance = random.Random(seed)
    written: list[bytes] = []
    cases = 0
    while len(written) < events:
        cases += 1
        case = Casework(f"C{cases:06}", chance)
        (scheme if cases % 40 == 0 else young_person)(case)
        room = events - len(written)
        written += [json.dumps(event).encode() + NEW_LINE for event in case.told[:room]]
    chance.shuffle(written)
    with path.open("wb") as file:
        file.writelines(written)
    return cases


class Casework:
    """What is told of one case, with people who are mostly but not always on time."""

    def __init__(self, case: str, chance: random.Random) -> None:
        self.case = case
        self.chance = chance
        self.told: list[dict[str, Any]] = []
        self.at = FIRST_DAY + timedelta(days=chance.randrange(330), minutes=chance.randrange(480))

    def name(self, kind: str) -> str:
        """A name for something new of a kind."""
        return f"{self.case}-{kind[0]}{len(self.told)}"

    def later(self, **spans: float) -> None:
        """Let about this much time pass: usually less, now and then much more."""
        self.at += timedelta(**spans) * self.chance.choice((0.2, 0.4, 0.6, 0.8, 0.9, 1.6, 3))

    def tell(self, event_type: str, data: dict[str, Any] | None = None, **refs: str) -> None:
        """Something that happens now; one in ten is only written down days later."""
        recorded_at = self.at + timedelta(days=self.chance.randrange(1, 9)) * (self.chance.random() < 0.1)
        event: dict[str, Any] = {
            "id": f"{self.case}-{len(self.told)}",
            "case": self.case,
            "type": event_type,
            "occurred_at": self.at.isoformat(),
            "recorded_at": recorded_at.isoformat(),
            "refs": refs,
        }
        self.told.append(event | ({"data": data} if data else {}))

    def soon(self, **spans: float) -> str:
        """A time some way ahead, for an appointment."""
        return (self.at + timedelta(**spans)).isoformat()


def young_person(case: Casework) -> None:
    """A referral, a placement or two, and whatever happens in them, until there is enough to tell."""
    chance = case.chance
    born = date(2007, 1, 1) + timedelta(days=chance.randrange(1400))
    case.tell(
        "facts_recorded",
        {
            "date_of_birth": born.isoformat(),
            "status": chance.choice(["cin", "cla", "care_leaver"]),
            "gang_risk": chance.choice([True, False, False, "unknown"]),
            "missing_risk": chance.choice([True, False]),
            "yos_order": chance.random() < 0.2,
        },
    )
    referral(case)
    placement = move_in(case)
    while len(case.told) < EVENTS_A_CASE:
        if case.at > FIRST_DAY + timedelta(days=400):
            case.at -= timedelta(days=chance.randrange(60, 200))
        case.later(days=14)
        chance.choice(HAPPENINGS)(case, placement)
        if chance.random() < 0.03:
            case.tell("placement_ended", placement=placement)
            placement = move_in(case)


def referral(case: Casework) -> None:
    """From the need to an offer."""
    name = case.name("referral")
    everything = [
        "risk_assessment", "specification_form", "young_person_view", "why_supported_accommodation", "risk_detail",
        "safety_plans", "absence_alert_arrangements", "duty_team_use",
    ]  # fmt: skip
    case.tell("need_identified", referral=name)
    case.later(days=1)
    case.tell("referral_started", referral=name)
    case.tell("gangs_coordinator_consulted", referral=name)
    case.later(days=2)
    has = case.chance.sample(everything, case.chance.randrange(5, 9))
    case.tell("referral_submitted", {"route": "placements_team", "has": has}, referral=name)
    case.later(days=1)
    case.tell("referral_accepted", referral=name)
    case.tell("route_approached", {"route": "pathway"}, referral=name)
    case.tell("documents_shared", referral=name)
    case.later(days=1)
    case.tell("provider_received_referral", referral=name)
    case.later(days=9)
    case.tell("assessment_interview_arranged", {"scheduled_for": case.soon(days=2)}, referral=name)
    case.later(days=2)
    attended = ["young_person", "social_worker", "housing_keyworker"][: case.chance.randrange(1, 4)]
    case.tell("assessment_interview_held", {"attended": attended}, referral=name)
    case.later(days=1)
    case.tell("offer_made", {"how": "writing"}, referral=name)


def move_in(case: Casework) -> str:
    """A placement, planned well or less well."""
    name = case.name("placement")
    case.tell("placement_agreed", placement=name)
    case.later(days=3)
    case.tell("placement_started", placement=name)
    case.later(days=4)
    held = {
        "chair": case.chance.choice(["social_worker", "housing_keyworker"]),
        "attended": ["young_person", "social_worker", "housing_keyworker"],
        "at_placement": True,
        "has": ["purpose", "length", "outcomes", "support_range", "review_dates", "safety_plan"],
    }
    case.tell("planning_meeting_held", held, placement=name)
    case.tell("handbook_given", placement=name)
    case.later(days=8)
    case.tell("support_plan_sent", {"to": ["social_worker", "young_person"]}, placement=name)
    return name


def review(case: Casework, placement: str) -> None:
    name = case.name("review")
    case.later(days=50)
    held = {"chair": "housing_keyworker", "attended": ["young_person"], "has": ["outcomes_achieved", "milestones"]}
    case.tell("review_held", held, placement=placement, review=name)
    case.later(days=10)
    case.tell("review_notes_sent", {"to": ["social_worker", "young_person"]}, review=name)


def absence(case: Casework, placement: str) -> None:
    name = case.name("episode")
    case.tell("absence_recorded", {"agreed_report_by": case.soon(hours=3)}, episode=name)
    case.later(hours=2)
    case.tell("worker_notified", episode=name)
    case.later(hours=2)
    case.tell("episode_ended", {"has": ["context"]}, episode=name)
    case.tell("worker_told_of_return", episode=name)


def incident(case: Casework, placement: str) -> None:
    name = case.name("incident")
    serious = case.chance.random() < 0.3
    case.tell("incident_recorded", {"serious": serious, "category": "threats"}, incident=name)
    case.later(hours=1)
    case.tell("incident_reported", {"to": ["social_worker"]}, incident=name)


def concern(case: Casework, placement: str) -> None:
    name = case.name("concern")
    case.tell("harm_concern_raised", concern=name)
    case.later(minutes=50)
    case.tell("concern_shared", {"how": "phone"}, concern=name)
    case.later(hours=20)
    case.tell("concern_shared", {"how": "writing"}, concern=name)


def panel(case: Casework, placement: str) -> None:
    name = case.name("panel")
    case.tell("panel_invitation", {"scheduled_for": case.soon(days=7)}, panel=name)
    case.later(days=4)
    case.tell("keyworker_consulted", {"scheduled_for": case.soon(days=3)}, panel=name)
    case.later(days=2)
    case.tell("panel_held", panel=name)
    case.tell("panel_attended", {"role": "social_worker"}, panel=name)


def change(case: Casework, placement: str) -> None:
    case.tell("significant_change_recorded", placement=placement)
    case.later(days=1)
    case.tell("risk_assessment_reviewed")
    case.tell("early_review_not_needed", placement=placement)


def mistake(case: Casework, placement: str) -> None:
    case.tell("team_changed")
    case.later(hours=3)
    case.tell("event_retracted", {"event": case.told[-1]["id"], "reason": "Entered for the wrong person"})


Happening = Callable[[Casework, str], None]
HAPPENINGS: tuple[Happening, ...] = (review, absence, incident, concern, panel, change, mistake)


def scheme(case: Casework) -> None:
    """A scheme and its monthly logs."""
    name = case.name("scheme")
    case.at = FIRST_DAY
    case.tell("scheme_opened", scheme=name)
    for month in _months():
        log = case.name("log")
        case.at = datetime(month.year, month.month, 1, 9, tzinfo=UTC) + timedelta(days=32)
        people = [f"C{case.chance.randrange(20_000):06}" for _ in range(4)]
        said = {"month": f"{month:%Y-%m}", "young_people": people}
        case.tell("monthly_log_submitted", said, scheme=name, log=log)
        for person in people[: case.chance.randrange(5)]:
            case.tell("log_entry_shared", {"young_person": person}, log=log)
        case.tell("police_visit_recorded", scheme=name)


def _months() -> Iterator[date]:
    for number in range(13):
        yield date(2025 + number // 12, number % 12 + 1, 1)


if __name__ == "__main__":
    raise SystemExit(main())
