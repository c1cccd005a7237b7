"""Gangs and offending: intelligence, concerns, what keyworkers see, and risk panels."""

from __future__ import annotations

from datetime import datetime, timedelta

from waymark.demo.simulation import phrases
from waymark.demo.simulation.journeys.planning import about
from waymark.demo.simulation.journeys.referral import share
from waymark.demo.simulation.story import LAST_ALARM, Refs, Story
from waymark.demo.simulation.worktime import local_day, moment
from waymark.demo.simulation.world import Stay

INTELLIGENCE_A_YEAR = {True: 3.4, "unknown": 0.8, False: 0.05}
PANELS_A_YEAR = 1.6
URGENT = 0.2


def intelligence(story: Story, stay: Stay) -> None:
    """Police intelligence passed along the chain (GAN-03 to GAN-06)."""
    known = story.fact("gang_risk", story.present)
    for at in story.in_office_now_and_then(stay, INTELLIGENCE_A_YEAR[known]):
        _intelligence(story, stay, at)


def _intelligence(story: Story, stay: Stay, at: datetime) -> None:
    habits, gangs_worker, worker = story.habits, story.one_of("gangs_team"), story.worker(at)
    refs = {"intelligence": story.new_ref("intelligence")}
    relevant, urgent = habits.chance(0.85), habits.chance(URGENT)
    summary = story.one_of_the(phrases.INTELLIGENCE)
    story.record("intelligence_received", at, gangs_worker, refs, relevant=relevant, summary=summary)
    if not relevant:
        return
    passed = at + timedelta(minutes=15) if urgent else habits.promptly(gangs_worker, at)
    how = "phone" if urgent else "writing"
    to = ["social_worker", "deputy_team_manager"]
    story.record("intelligence_passed", passed, gangs_worker, refs, to=to, how=how, urgent=urgent)
    if passed is None:
        return
    onward = habits.at_once(worker, passed) if urgent else habits.in_hours(worker, passed, 24)
    if stay.ended_at is None or (onward is not None and onward < stay.ended_at):
        story.record("intelligence_passed", onward, worker, refs, to=["housing_keyworker"], how=how, urgent=urgent)
    decided = habits.promptly(worker, passed)
    if decided is not None and habits.chance(0.25):
        scheduled = habits.later(decided, 1, 4).isoformat()
        meeting = refs | {"meeting": story.new_ref("meeting")}
        story.record("strategy_meeting_convened", decided, worker, meeting, scheduled_for=scheduled)
    else:
        story.record("strategy_meeting_not_needed", decided, worker, refs, reason="The safety plan already covers it")


def matrix(story: Story, stay: Stay) -> None:
    """Some are on the gangs matrix or under police measures: the provider is told (GAN-07)."""
    if story.fact("gang_risk", story.present) is not True:
        return
    for at in story.in_office_now_and_then(stay, 0.35)[:1]:
        worker = story.worker(at)
        kind = story.random.choice(("victim", "perpetrator", "police_measures"))
        story.record("matrix_recorded", at, worker, kind=kind)
        told = story.habits.promptly(worker, at)
        story.record("provider_informed", told, worker, to=["housing_keyworker", "provider_manager"])


def concerns(story: Story, stay: Stay) -> None:
    """Keyworkers raise concerns about gangs, and keep a log of what they see (GAN-09, GAN-13)."""
    risky = story.at_risk_of("gang_risk", story.present)
    for at in story.now_and_then(stay, 0.6 if risky else 0.04):
        keyworker = story.keyworker(stay, at)
        refs = {"concern": story.new_ref("concern")}
        story.record("gang_concern_raised", at, keyworker, refs, concern=story.one_of_the(phrases.GANG_CONCERNS))
        shared = story.habits.promptly(keyworker, at)
        story.record("concern_shared_with_worker", shared, keyworker, refs, how="phone")
    watched = risky or story.at_risk_of("exploitation_risk", story.present)
    for at in story.now_and_then(stay, 1.8 if watched else 0.3):
        keyworker = story.keyworker(stay, at)
        refs = {"concern": story.new_ref("concern")}
        log, seen = story.random.choice(phrases.OBSERVATIONS)
        story.record("observation_recorded", at, keyworker, refs, log=log, observed=seen)
        share(story, keyworker, story.habits.promptly(keyworker, at), refs, "social_worker")


def panels(story: Story, stay: Stay) -> None:
    """Bronze Group and the multi-agency risk panel (PAN-01 to PAN-08)."""
    if story.fact("gang_risk", story.present) is not True:
        return
    for at in story.in_office_now_and_then(stay, PANELS_A_YEAR):
        _panel(story, stay, at)


def _panel(story: Story, stay: Stay, at: datetime) -> None:
    habits, worker, keyworker = story.habits, story.worker(at), story.keyworker(stay, at)
    refs = {"panel": story.new_ref("panel")}
    sits = habits.later(at, 7, 14)
    kind = story.random.choice(("bronze", "multi_agency"))
    story.record("panel_invitation", at, worker, refs, scheduled_for=sits.isoformat(), panel_kind=kind)
    if habits.chance(0.06):
        story.record("panel_cancelled", habits.later(at, 1, 4), worker, refs)
        return
    consulted = moment(local_day(habits.later(at, 1, 4)), 11, 10)
    if habits.chance(min(0.99, worker.thoroughness + 0.01)):
        story.record("keyworker_consulted", consulted, worker, refs, scheduled_for=sits.isoformat())
        updated = habits.within(keyworker, consulted, sits, sure=True)
        story.record("panel_update_provided", updated, keyworker, refs)
    held = sits + timedelta(minutes=90)
    changed = habits.chance(0.4)
    story.record("panel_held", held, worker, refs, safety_plan_changed=changed)
    if habits.chance(min(0.985, worker.punctuality + 0.04)):
        story.record("panel_attended", held, worker, refs, role=["social_worker"])
    else:
        story.missed("PAN-01", held, refs)
    _after_panel(story, stay, held, refs, safety_plan_changed=changed)


def _after_panel(story: Story, stay: Stay, held: datetime, refs: Refs, *, safety_plan_changed: bool) -> None:
    habits, worker, keyworker = story.habits, story.worker(held), story.keyworker(stay, held)
    story.record("case_notes_updated", habits.promptly(worker, held), worker, refs)
    told = habits.promptly(worker, held)
    to = ["housing_keyworker", "yos_worker", "police"]
    outcome = story.one_of_the(phrases.OUTCOMES)
    story.record("outcome_shared", told, worker, refs, to=to, outcome=outcome)
    if told is not None:
        story.record("placement_file_updated", habits.promptly(keyworker, told), keyworker, refs)
    if safety_plan_changed:
        shared = habits.promptly(worker, held)
        story.record("safety_plan_shared", shared, worker, refs, to=["housing_keyworker"])
    for _ in range(story.random.choice((0, 0, 1, 2))):
        _action(story, stay, held, refs)


def _action(story: Story, stay: Stay, held: datetime, panel: Refs) -> None:
    """An action that falls to the provider (PAN-08)."""
    habits, worker, keyworker = story.habits, story.worker(held), story.keyworker(stay, held)
    refs = {"action": story.new_ref("action")}
    due = moment(local_day(habits.later(held, 5, 15)), 17)
    action = story.one_of_the(phrases.ACTIONS)
    given = held + timedelta(minutes=15)
    story.record("action_assigned", given, worker, refs | panel, action=action, due=due.isoformat())
    if habits.chance(0.06):
        withdrawn = given + (due - given) / 2
        story.record("action_withdrawn", withdrawn, worker, refs, reason="No longer needed")
        return
    story.record("action_done", habits.within(keyworker, given, due), keyworker, refs)


def second_placement(story: Story, stay: Stay) -> None:
    """A concern that leads to a second placement somewhere safer while the first is kept."""
    at = stay.started_at - timedelta(days=1)
    if at < story.present - LAST_ALARM:
        main = story.stay_at(at) or stay
        keyworker = story.keyworker(main, at)
        change = "Threats near home: a safer place for some weeks, own room kept"
        story.record("significant_change_recorded", at, keyworker, about(main), change=change)
        decided = at + timedelta(hours=2)
        reason = "A planning meeting is held for the second placement"
        story.record("early_review_not_needed", decided, keyworker, about(main), reason=reason)
