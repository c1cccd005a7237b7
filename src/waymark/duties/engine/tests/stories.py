"""Random casework for the property tests: one pack with every kind of clause, and events that touch all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from waymark.duties.engine import Event

from .kit import event, instant, pack_of

AGE_WHO = 'who = [{ when = "age < 18", role = "social_worker" }, { role = "housing_keyworker" }]'
CLAUSES = (
    """[duty.PPM-01]
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
may_come_before = true
unless = "placement_ended"
""",
    """[duty.PPM-02]
when = "gang_risk or not yos_order"
after = "placement_started"
about = "placement"
within = "2 working days"
who = "social_worker"
done_by = "planning_meeting_held"
unless = "placement_ended"
escalate = [{ after = "1 week", to = "deputy_team_manager" }, { after = "1 month", to = "service_manager" }]
""",
    """[escalation.TELL]
after = "breach of PPM-02"
about = "placement"
within = "24 hours"
who = "housing_keyworker"
done_by = "support_plan_sent{to=social_worker}"
until = "placement_ended"
""",
    f"""[duty.PPM-12]
after = "planning_meeting_held"
about = "placement"
within = "2 weeks"
{AGE_WHO}
done_by = "support_plan_sent{{to=social_worker}} + support_plan_sent{{to=young_person}}"
until = "placement_ended"
""",
    f"""[duty.REV-01]
after = "placement_started"
about = "placement"
every = "1 month"
{AGE_WHO}
done_by = "review_held"
until = "placement_ended"
""",
    """[duty.INF-13]
after = "scheme_opened"
about = "scheme"
every = "calendar month"
within = "5 working days"
time_from = "the days are local"
who = "provider_manager"
done_by = "monthly_log_submitted{month}"
until = "scheme_closed"
""",
    """[duty.INF-17]
after = "monthly_log_submitted"
about = "log"
each = "data.young_people"
within = "promptly"
who = "placements_team"
done_by = "log_entry_shared{young_person}"
""",
    """[duty.INF-01]
after = "harm_concern_raised"
about = "concern"
who = "any_professional"
[[duty.INF-01.part]]
name = "voice"
within = "immediately"
done_by = "concern_shared"
[[duty.INF-01.part]]
name = "writing"
within = "24 hours"
done_by = "concern_shared{how=writing}"
""",
    """[duty.CSE-08]
after = "keyworker_invited{kind=exploitation}"
about = "meeting"
at = "data.scheduled_for"
who = "housing_keyworker"
done_by = "meeting_attended{role=housing_keyworker}"
""",
    """[duty.PAN-08]
after = "action_assigned"
about = "action"
by = "data.due"
who = "housing_keyworker"
done_by = "action_done"
until = "action_withdrawn"
""",
    """[gate.MOV-03]
when = "gang_risk"
before = "placement_started"
about = "placement"
who = "social_worker"
needs = "planning_meeting_held + support_plan_sent{to=social_worker}"
""",
    """[content.PPM-10]
on = "planning_meeting_held"
about = "placement"
has = ["outcomes", { item = "safety_plan", when = "gang_risk" }]
""",
    """[rule.PPM-03]
on = "planning_meeting_held"
about = "placement"
requires = [
    { when = "age < 18", that = "data.chair == social_worker", missing = "social_worker" },
    { not_earlier = "review_held", missing = "before_review" },
]
""",
)
PACK = pack_of(*CLAUSES)
START = instant("2026-01-20 00:00")
HOURS = 24 * 100  # until the end of April: both a clock change and Easter lie in between
END = START + timedelta(hours=3 * HOURS)  # by then all that was recorded is known

Template = Callable[[Any], dict[str, Any]]
_placements, _others = st.sampled_from(["P1", "P2"]), st.sampled_from(["X1", "X2"])
_recipients = st.lists(
    st.sampled_from(["social_worker", "young_person", "police"]), min_size=1, max_size=2, unique=True
)
_months = st.sampled_from(["2026-02", "2026-03", "2026-04"])
_days = st.integers(0, 100).map(lambda days: (START + timedelta(days=days, hours=14)).isoformat())
_truth = st.sampled_from([True, False, "unknown"])


def _about(event_type: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"event_type": st.just(event_type), **fields})


KINDS: tuple[st.SearchStrategy[dict[str, Any]], ...] = (
    _about("placement_started", placement=_placements),
    _about("placement_started", placement=_placements),
    _about("placement_ended", placement=_placements),
    _about(
        "planning_meeting_held",
        placement=_placements,
        chair=st.sampled_from(["social_worker", "housing_keyworker"]),
        has=st.lists(st.sampled_from(["outcomes", "safety_plan"]), unique=True),
    ),
    _about("support_plan_sent", placement=_placements, to=_recipients),
    _about("review_held", placement=_placements),
    _about("review_held", placement=_placements),
    _about("scheme_opened", scheme=_others),
    _about("scheme_closed", scheme=_others),
    _about(
        "monthly_log_submitted",
        scheme=_others,
        log=_others,
        month=_months,
        young_people=st.lists(st.sampled_from(["A", "B"]), unique=True),
    ),
    _about("log_entry_shared", log=_others, young_person=st.sampled_from(["A", "B"])),
    _about("harm_concern_raised", concern=_others),
    _about("concern_shared", concern=_others, how=st.sampled_from(["phone", "writing"])),
    _about("keyworker_invited", meeting=_others, kind=st.just("exploitation"), scheduled_for=_days),
    _about("meeting_attended", meeting=_others, role=st.just("housing_keyworker")),
    _about("action_assigned", action=_others, due=_days),
    _about("action_done", action=_others),
    _about("action_withdrawn", action=_others),
    _about("facts_recorded", gang_risk=_truth),
    _about("facts_recorded", yos_order=_truth),
    _about("facts_recorded", date_of_birth=st.sampled_from(["2008-02-29", "2008-03-29", "2012-01-01"])),
    _about("facts_recorded", covered_from=st.sampled_from(["2026-01-25", "2026-02-10"])),
)
WAIVED = st.sampled_from(
    [
        ("PPM-02", "placement", "P1"),
        ("REV-01", "placement", "P2"),
        ("INF-01", "concern", "X1"),
        ("PAN-08", "action", "X1"),
    ]
)


@st.composite
def histories(draw: st.DrawFn, *, corrections: bool = True, apart: bool = False) -> list[Event]:
    """Events of one case in no order of time, no two in an exact tie; `apart`: no two at the same instant."""
    kinds = st.one_of(*KINDS)
    told = draw(st.lists(kinds, min_size=1, max_size=14))
    hours = st.integers(0, HOURS)
    if apart:
        at = draw(st.lists(hours, min_size=len(told), max_size=len(told), unique=True))
    else:
        at = draw(
            st.lists(hours | st.integers(0, 40).map(lambda step: step * 60), min_size=len(told), max_size=len(told))
        )
    lags = draw(st.lists(st.just(0) | st.integers(0, 400), min_size=len(told), max_size=len(told)))
    events = [
        _placed(event(f"e{place}", **{"at": "2026-01-20 00:00", **fields}), hour, lag, place)
        for place, (fields, hour, lag) in enumerate(zip(told, at, lags, strict=True))
    ]
    if corrections:
        events += draw(_corrections(events))
    seen: set[tuple[object, object]] = set()
    return [one for one in events if not (_instants(one) in seen or seen.add(_instants(one)))]  # type: ignore[func-returns-value]


def _instants(one: Event) -> tuple[object, object]:
    return (one.occurred_at, one.recorded_at)


def _placed(one: Event, hour: int, lag: int, place: int) -> Event:
    occurred_at = START + timedelta(hours=hour)
    return replace(one, occurred_at=occurred_at, recorded_at=occurred_at + timedelta(hours=lag), position=place)


@st.composite
def _corrections(draw: st.DrawFn, events: list[Event]) -> list[Event]:
    made: list[Event] = []
    # in the order of their times, since only what has been recorded can be withdrawn
    for number, hour in enumerate(sorted(draw(st.lists(st.integers(0, HOURS), max_size=3)))):
        minutes = timedelta(hours=hour, minutes=number + 1)
        if draw(st.booleans()):
            target = draw(st.sampled_from([one.id for one in (*events, *made)]))
            correction = event(f"r{number}", "event_retracted", "2026-01-20 00:00", data={"event": target})
        else:
            clause, kind, ref = draw(WAIVED)
            said = {"clause": clause, "reason": "Agreed"}
            correction = event(f"w{number}", "duty_waived", "2026-01-20 00:00", data=said, **{kind: ref})
        made.append(
            replace(correction, occurred_at=START + minutes, recorded_at=START + minutes, position=100 + number)
        )
    return made
