"""Moving in: agreeing the placement, the planning meeting, the handbook and the support plan."""

from __future__ import annotations

from datetime import datetime, timedelta

from waymark.demo.simulation.story import Refs, Story
from waymark.demo.simulation.worktime import end_of_day, local_day, office_time_between
from waymark.demo.simulation.world import Member, Stay

MEETING_ITEMS = [
    "purpose",
    "length",
    "longer_term_housing",
    "support_range",
    "incident_response",
    "outcomes",
    "support_frequency",
    "worker_actions",
    "partner_actions",
    "review_dates",
    "information_agreement",
]
PLAN_ITEMS = ["outcomes", "timeframes", "actions", "responsible", "review_date"]


def about(stay: Stay) -> Refs:
    """The refs of an event about a placement."""
    return {"placement": stay.placement}


def with_places(stay: Stay) -> Refs:
    """The refs of an event that says where a placement is."""
    return about(stay) | {"scheme": stay.scheme.id, "provider": stay.scheme.provider.id}


def agree(story: Story, stay: Stay, offered: datetime, referral: Refs) -> datetime:
    """Agree and confirm the placement (HAS-13), with the checks for one out of borough (HAS-10). Gives the move-in."""
    habits, placements = story.habits, story.one_of("placements_team")
    agreed = habits.later(offered, 0, 1)
    moves_in = max(stay.started_at, habits.later(agreed, 1, 3))
    story.record(
        "placement_agreed",
        agreed,
        placements,
        with_places(stay) | referral,
        unit=stay.unit.name,
        move_in=local_day(moves_in).isoformat(),
    )
    manager = story.manager(stay.scheme)
    confirmed = habits.promptly(manager, agreed)
    story.record("placement_confirmed", confirmed, manager, about(stay), how="writing")
    if story.fact("out_of_borough", agreed) is True and story.at_risk_of("child_concern", agreed):
        worker = story.worker(agreed)
        asked = agreed + (moves_in - agreed) * 0.6
        story.record("host_authority_consulted", asked, worker, about(stay))
        if habits.chance(worker.thoroughness):
            story.record("unit_risk_plan_requested", asked + timedelta(minutes=20), worker, about(stay))
    return moves_in


def move_in(story: Story, stay: Stay, *, referral: Refs | None = None) -> None:
    """The move itself, then everything that is due around it (PPM-01 to PPM-13)."""
    keyworker = story.keyworker(stay, stay.started_at)
    refs = with_places(stay) | (referral or {})
    story.record("placement_started", stay.started_at, keyworker, refs, unit=stay.unit.name)
    held = _meeting(story, stay)
    if held is not None:
        _after_the_meeting(story, stay, held)
    if story.habits.chance(0.6):
        _team_list(story, stay)


def _meeting(story: Story, stay: Stay) -> datetime | None:
    """The planning meeting is arranged and held, at best before the move (PPM-01, PPM-02)."""
    worker, habits, start = story.worker(stay.started_at), story.habits, stay.started_at
    if habits.chance(0.2):
        held = office_time_between(start - timedelta(days=2), start - timedelta(hours=2), story.random)
        arranged = story.at_desk((held or start) - timedelta(days=2, hours=3))
        held = held or habits.days(worker, start, 5)
    else:
        arranged = start + timedelta(minutes=story.random.randrange(30, 180))
        held = habits.days(worker, start, 5)
    if held is not None and held > start and arranged >= held:
        arranged = start + (held - start) / 2
    if held is None:
        return None
    story.record("planning_meeting_arranged", arranged, worker, about(stay), scheduled_for=held.isoformat())
    _hold_meeting(story, stay, held, worker)
    return held


def _hold_meeting(story: Story, stay: Stay, held: datetime, worker: Member) -> None:
    """Chair, attendance and content of the meeting (PPM-03 to PPM-08, INF-05, MIS-02, MIS-03)."""
    habits = story.habits
    items = list(MEETING_ITEMS)
    if story.any_risk(held):
        items += ["safety_plan", "risk_indicators"]
    if story.at_risk_of("missing_risk", held):
        items += ["missing_arrangements", "missing_history"]
    if story.fact("yos_order", held) is True:
        items.append("yos_updates")
    attended = ["housing_keyworker", "social_worker", "young_person"]
    if not habits.chance(worker.thoroughness):
        attended.remove("young_person")
    chair = story.chair(held)
    if not habits.chance(min(0.995, worker.thoroughness + 0.01)):
        chair = "housing_keyworker" if chair == "social_worker" else "social_worker"
    who = worker if chair == "social_worker" else story.keyworker(stay, held)
    curfew = None
    if stay.scheme.curfew_capable and story.age(held) < 18:
        items.append("curfew")
        curfew = "scheme"
    story.record(
        "planning_meeting_held",
        held,
        who,
        about(stay),
        chair=chair,
        attended=attended,
        at_placement=True,
        has=habits.complete(worker, items),
        curfew_basis=curfew,
    )


def _after_the_meeting(story: Story, stay: Stay, held: datetime) -> None:
    """Handbook, notes, plan, and the plan on file (PPM-09 to PPM-13)."""
    habits, keyworker, worker = story.habits, story.keyworker(stay, held), story.worker(held)
    handbook = held + timedelta(minutes=15) if habits.chance(0.6) else habits.promptly(keyworker, held)
    story.record("handbook_given", handbook, keyworker, about(stay))
    if handbook is None:
        story.missed("PPM-09", held + timedelta(hours=2), about(stay))
    notes_by = worker if story.chair(held) == "social_worker" else keyworker
    to = ["social_worker", "young_person"]
    story.record("meeting_notes_sent", habits.promptly(notes_by, held), notes_by, about(stay), to=to)
    written = habits.days(keyworker, held, 8, sure=True) or held
    items = list(PLAN_ITEMS) + (["safety_plan"] if story.any_risk(written) else [])
    review_on = (local_day(written) + timedelta(days=88)).isoformat()
    story.record(
        "support_plan_written",
        written,
        keyworker,
        about(stay),
        has=habits.complete(keyworker, items),
        review_on=review_on,
    )
    due = max(end_of_day(local_day(held) + timedelta(days=14)), written)
    sent = habits.within(keyworker, written, due)
    story.record("support_plan_sent", sent, keyworker, about(stay), to=to)
    if sent is None:
        story.missed("PPM-12", due, about(stay))
        return
    saved = habits.promptly(worker, sent)
    story.record("saved_to_case_file", saved, worker, about(stay), document="support_plan")


def _team_list(story: Story, stay: Stay) -> None:
    """The team around the young person has changed: everyone is told who is in it (INF-06)."""
    worker = story.worker(stay.started_at)
    changed = stay.started_at + timedelta(minutes=40)
    story.record("team_changed", changed, worker, change="The keyworker joined")
    to = ["housing_keyworker", "young_person", "team"]
    story.record("team_list_shared", story.habits.promptly(worker, changed), worker, to=to)
