"""Moving on: between a provider's schemes, away for good, and extensions."""

from __future__ import annotations

from datetime import datetime, timedelta

from waymark.demo.simulation.journeys.planning import about
from waymark.demo.simulation.story import Refs, Story
from waymark.demo.simulation.world import Stay

EVERYONE = ["housing_keyworker", "social_worker", "young_person"]


def move_within_provider(story: Story, stay: Stay, following: Stay) -> None:
    """A planned move to another scheme of the provider (MOV-01 to MOV-05). The old placement ends as the new begins."""
    manager, at = story.manager(stay.scheme), following.started_at
    refs = {"move": story.new_ref("move")}
    proposed = at - timedelta(days=story.random.randrange(12, 24), hours=1)
    story.record("move_proposed", proposed, manager, refs | about(stay), internal=True)
    agreed = at - timedelta(days=story.random.randrange(6, 11), hours=2)
    if story.at_risk_of("gang_risk", proposed):
        _address_check(story, refs, proposed, agreed)
    story.record("move_agreed", agreed, manager, refs | about(stay), by=EVERYONE, internal=True)
    told = story.habits.promptly(manager, agreed)
    story.record("move_notified", told, manager, refs, to=["sp_referrals", "placements_team"])
    story.record("move_made", at - timedelta(minutes=5), manager, refs | about(stay), internal=True)
    _end(story, stay, at - timedelta(minutes=2), "Moved to another scheme of the provider")


def _address_check(story: Story, refs: Refs, proposed: datetime, agreed: datetime) -> None:
    """The gangs team checks the new address before the move (MOV-03)."""
    worker, gangs_worker = story.worker(proposed), story.one_of("gangs_team")
    asked = proposed + (agreed - proposed) * 0.3
    checked = story.habits.promptly(gangs_worker, asked, sure=True) or agreed
    story.record("address_check_requested", asked, worker, refs)
    result = "No known risk at the new address"
    story.record("address_check_completed", min(checked, agreed), gangs_worker, refs, result=result)


def leave(story: Story, stay: Stay) -> None:
    """The placement ends: mostly by a planned and agreed move (MOV-01), sometimes not."""
    at = stay.ended_at
    if at is None:
        return
    if story.life.parent or (story.at_risk_of("child_concern", at) and story.habits.chance(0.4)):
        rehouse_family(story, at)
    manager = story.manager(stay.scheme)
    if not story.habits.chance(0.78):
        _end(story, stay, at, story.random.choice(("Moved out without notice", "Tenancy ended", "Returned to family")))
        _close(story, at)
        return
    refs = {"move": story.new_ref("move")}
    start = at - (at - max(stay.started_at, at - timedelta(days=30))) * 0.8
    story.record("move_proposed", start, manager, refs | about(stay), internal=False)
    if story.habits.chance(min(0.99, manager.thoroughness + 0.005)):
        agreed = start + (at - start) * 0.5
        story.record("move_agreed", agreed, manager, refs | about(stay), by=EVERYONE, internal=False)
    story.record("move_made", at - timedelta(minutes=20), manager, refs | about(stay), internal=False)
    to = ("Own tenancy", "Housing association flat", "Adult supported housing", "Family, by agreement")
    _end(story, stay, at, story.random.choice(to))
    _close(story, at)


def rehouse_family(story: Story, ended_at: datetime) -> None:
    """A young parent is rehoused out of borough: children's social care is told of the child (HAS-11)."""
    officer, at = story.one_of("temporary_accommodation"), story.habits.later(ended_at, 1, 5)
    refs = {"placement": story.new_ref("placement")}
    story.record("family_placed_out_of_borough", at, officer, refs)
    story.record("childrens_social_care_notified", story.habits.promptly(officer, at), officer, refs)


def _end(story: Story, stay: Stay, at: datetime, reason: str) -> None:
    keyworker = story.keyworker(stay, at)
    story.record("placement_ended", at, keyworker, about(stay), recorded_at=at + timedelta(minutes=9), reason=reason)


def _close(story: Story, ended_at: datetime) -> None:
    """Most cases are closed some weeks later."""
    if story.habits.chance(0.7):
        at = story.habits.later(ended_at, 15, 40)
        story.record("case_closed", at, story.worker(at), reason="Settled; no further support asked for")


def extensions(story: Story, stay: Stay) -> None:
    """Now and then someone needs longer (MOV-06)."""
    for at in story.now_and_then(stay, 0.2):
        keyworker, officer = story.keyworker(stay, at), story.one_of("sp_referrals")
        story.record("extension_requested", at, keyworker, about(stay))
        checked = story.habits.promptly(officer, at)
        work = "Budgeting and a tenancy course; bidding from the spring"
        story.record("extension_checked", checked, officer, about(stay), engaging=True, planned_work=work)
        if checked is not None:
            story.record("extension_decided", story.habits.later(checked, 1, 4), officer, about(stay), granted=True)
