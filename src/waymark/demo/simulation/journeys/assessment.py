"""The housing assessment: interview, assessment, offer or refusal, and challenge of a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta

from waymark.demo.simulation import phrases
from waymark.demo.simulation.journeys.referral import Search, approve_spot_purchase, find_provider
from waymark.demo.simulation.story import Refs, Story
from waymark.demo.simulation.worktime import local_day
from waymark.demo.simulation.world import Member, Scheme

REFUSED = 0.2
DISPUTED_LEVEL = 0.06


def assess(story: Story, search: Search, target: Scheme) -> datetime:
    """From the provider receiving the referral to an offer; gives the time when the placement can be agreed."""
    passed = find_provider(story, search, target)
    if story.habits.chance(REFUSED) or story.life.contested:
        passed = _refusal(story, search, passed, _other_scheme(story, target))
    offered = _offer(story, search, passed, target)
    if not target.provider.block_contract:
        offered = approve_spot_purchase(story, offered, search.refs)
    return offered


def _other_scheme(story: Story, target: Scheme) -> Scheme:
    """A scheme of another provider that is open by then."""
    others = [
        scheme
        for scheme in story.block.schemes
        if scheme.provider is not target.provider
        and (scheme.provider.block_contract or not story.life.contested)
        and scheme.opened_at.date() <= story.begins + timedelta(days=1)
    ]
    return story.random.choice(others)


def _interview(story: Story, search: Search, passed: datetime, target: Scheme) -> datetime:
    """The provider receives the referral, arranges and holds the interview (HAS-01, HAS-08)."""
    manager, habits = story.manager(target), story.habits
    worker = story.worker(passed)
    received = passed + timedelta(minutes=story.random.randrange(10, 180))
    story.learn(
        received,
        story.one_of("placements_team"),
        search.refs,
        block_contract=target.provider.block_contract,
        curfew_capable=target.curfew_capable,
        several_tiers=target.provider.several_tiers,
        out_of_borough=target.provider.out_of_borough,
    )
    received += timedelta(minutes=2)
    story.record("provider_received_referral", received, manager, search.refs)
    soon = local_day(received) + timedelta(days=3 if habits.chance(0.7) else 14)
    arranged = habits.days(manager, received, (soon - local_day(received)).days, sure=True) or received
    scheduled = habits.later(arranged, 1, 6)
    story.record("assessment_interview_arranged", arranged, manager, search.refs, scheduled_for=scheduled.isoformat())
    attended = ["young_person", "provider_manager", "housing_keyworker"]
    if habits.chance(min(0.99, worker.punctuality + 0.05)):
        attended.insert(0, "social_worker")
    held = scheduled + timedelta(minutes=story.random.randrange(40, 90))
    story.record("assessment_interview_held", held, manager, search.refs, attended=attended)
    if "social_worker" not in attended:
        story.missed("HAS-08", scheduled, search.refs)
    return held


def _assessment(story: Story, search: Search, held: datetime, target: Scheme) -> datetime:
    """The written assessment, shared with the worker and Placements, and saved (HAS-02 to HAS-05, HAS-09)."""
    manager, worker, habits = story.manager(target), story.worker(held), story.habits
    items = ["built_on_social_care_risk_assessment", "risk_matching", "monitoring_sharing"]
    if target.provider.several_tiers:
        items.append("need_level")
    written = held + timedelta(minutes=story.random.randrange(30, 240))
    story.record("housing_assessment_completed", written, manager, search.refs, has=habits.complete(manager, items))
    shared = habits.promptly(manager, written)
    to = ["social_worker", "placements_team"]
    story.record("housing_assessment_shared", shared, manager, search.refs, to=to, has=["risk_matching"])
    if shared is not None:
        saved = habits.promptly(worker, shared)
        story.record("saved_to_case_file", saved, worker, search.refs, document="housing_assessment")
    return written


def _offer(story: Story, search: Search, passed: datetime, target: Scheme) -> datetime:
    """An offer in writing after the interview, and the letter saved (HAS-06, HAS-14)."""
    manager, worker, habits = story.manager(target), story.worker(passed), story.habits
    held = _interview(story, search, passed, target)
    written = _assessment(story, search, held, target)
    if habits.chance(DISPUTED_LEVEL):
        _dispute_level(story, search.refs, written, target)
    offered = max(habits.promptly(manager, held, sure=True) or held, held + timedelta(minutes=20))
    story.record("offer_made", offered, manager, search.refs, how="writing", address=target.address)
    saved = habits.promptly(worker, offered)
    story.record("saved_to_case_file", saved, worker, search.refs, document="offer_letter")
    return offered


def _refusal(story: Story, search: Search, passed: datetime, scheme: Scheme) -> datetime:
    """A provider refuses; the worker accepts it or challenges it (HAS-06, HAS-07, HAS-12, CHA-01 to CHA-08)."""
    manager, worker, habits = story.manager(scheme), story.worker(passed), story.habits
    held = _interview(story, search, passed, scheme)
    _assessment(story, search, held, scheme)
    refused = habits.promptly(manager, held, sure=True) or held
    if habits.chance(manager.thoroughness):
        story.record("refusal_discussed", held + (refused - held) / 2, manager, search.refs)
    story.record(
        "refusal_made",
        refused,
        manager,
        search.refs,
        how="writing",
        has=habits.complete(manager, ["explanation"]),
        reason=story.one_of_the(phrases.REFUSALS),
    )
    answered = habits.promptly(worker, refused, sure=story.life.contested)
    if answered is None:
        return habits.later(refused, 1, 3)
    if habits.chance(0.35) and not story.life.contested:
        story.record("refusal_accepted", answered, worker, search.refs)
        return habits.later(answered, 0, 2)
    return _challenge(story, search.refs, answered, scheme)


def _challenge(story: Story, referral: Refs, at: datetime, scheme: Scheme) -> datetime:
    """A challenge, taken as far as it needs to go. Gives the time it was settled."""
    manager, worker, habits = story.manager(scheme), story.worker(at), story.habits
    refs = {"challenge": story.new_ref("challenge")}
    story.record("challenge_raised", at, worker, referral | refs)
    answered = habits.promptly(manager, at)
    story.record("provider_responded", answered, manager, refs)
    unresolved = habits.later(answered or at, 1, 2)
    if habits.chance(0.4) and not story.life.contested:
        story.record("challenge_resolved", unresolved, worker, refs, outcome="The provider's reasons were accepted")
        return unresolved
    story.record("challenge_unresolved", unresolved, worker, refs, stage="provider")
    return _escalate(story, refs, unresolved, scheme)


def _escalate(story: Story, refs: Refs, unresolved: datetime, scheme: Scheme) -> datetime:
    """To Placements, and for a block contract on to Commissioning (CHA-02 to CHA-04, CHA-07, CHA-08)."""
    habits, placements = story.habits, story.one_of("placements_team")
    manager, worker = story.manager(scheme), story.worker(unresolved)
    taken = habits.promptly(worker, unresolved, sure=True) or unresolved
    story.record("escalated", taken, worker, refs, to=["placements_team"])
    raised = habits.promptly(manager, unresolved)
    story.record("escalated", raised, manager, refs, to=["placements_team", "commissioning"])
    tried = habits.promptly(placements, taken, sure=True) or taken
    if raised is not None:
        tried = max(tried, raised + timedelta(minutes=15))
    settled_there = habits.chance(0.4) and not story.life.contested
    if settled_there or not scheme.provider.block_contract:
        return _settle(story, refs, tried, placements)
    story.record("challenge_unresolved", tried, placements, refs, stage="placements")
    onward = habits.promptly(placements, tried, sure=True) or tried
    story.record("escalated", onward, placements, refs, to=["commissioning"])
    commissioner = story.one_of("commissioning")
    settled = habits.promptly(commissioner, onward, sure=True) or onward
    story.record("contract_challenge_recorded", settled, commissioner, refs)
    return _settle(story, refs, habits.later(settled, 0, 1), commissioner)


def _settle(story: Story, refs: Refs, at: datetime, who: Member) -> datetime:
    """The challenge ends; the search goes on."""
    story.record("challenge_resolved", at, who, refs, outcome="Another provider will be approached")
    return at


def _dispute_level(story: Story, referral: Refs, at: datetime, target: Scheme) -> None:
    """The provider sees another level of need and agrees one with the worker (CHA-06)."""
    manager = story.manager(target)
    refs = {"challenge": story.new_ref("challenge")}
    disputed = at + timedelta(minutes=25)
    story.record("need_level_disputed", disputed, manager, referral | refs)
    agreed = story.habits.promptly(manager, disputed)
    story.record("need_level_agreed", agreed, manager, refs, level=target.need_level)
