"""Telling each other: harm, risk and safeguarding information, exploitation concerns, weekly logs, a new worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from waymark.demo.simulation import phrases
from waymark.demo.simulation.journeys.missing import hold_meeting
from waymark.demo.simulation.journeys.planning import about
from waymark.demo.simulation.journeys.referral import share
from waymark.demo.simulation.story import Refs, Story
from waymark.demo.simulation.worktime import local_day, moment
from waymark.demo.simulation.world import Stay

CONCERNS_A_YEAR = {True: 1.4, "unknown": 0.4, False: 0.05}


def _concern(story: Story) -> Refs:
    return {"concern": story.new_ref("concern")}


def harm_concerns(story: Story, stay: Stay) -> None:
    """Harm, or likely harm: told at once by any quick means, and in writing within a day (INF-01)."""
    for at in story.now_and_then(stay, 0.3):
        keyworker, habits, refs = story.keyworker(stay, at), story.habits, _concern(story)
        story.record("harm_concern_raised", at, keyworker, refs, concern=story.one_of_the(phrases.HARM))
        told = habits.at_once(keyworker, at)
        story.record("concern_shared", told, keyworker, refs, how="phone")
        written = habits.in_hours(keyworker, max(told or at, at), 23)
        story.record("concern_shared", written, keyworker, refs, how="writing")


def risk_information(story: Story, stay: Stay) -> None:
    """The worker learns of a risk and tells the keyworker and the team (INF-07, INF-08)."""
    for at in story.in_office_now_and_then(stay, 1.0):
        worker, refs = story.worker(at), _concern(story)
        story.record("risk_information_received", at, worker, refs, summary=story.one_of_the(phrases.RISK_INFORMATION))
        told = story.habits.promptly(worker, at)
        if story.habits.chance(0.8):
            share(story, worker, told, refs, "housing_keyworker", "team")
        else:
            share(story, worker, told, refs, "housing_keyworker")
            share(story, worker, story.habits.promptly(worker, at), refs, "team")


def safeguarding_information(story: Story, stay: Stay) -> None:
    """The placement learns something and tells the worker (INF-11)."""
    for at in story.now_and_then(stay, 0.9):
        keyworker, refs = story.keyworker(stay, at), _concern(story)
        summary = story.one_of_the(phrases.SAFEGUARDING)
        story.record("safeguarding_information_received", at, keyworker, refs, summary=summary)
        share(story, keyworker, story.habits.promptly(keyworker, at), refs, "social_worker")


def exploitation(story: Story, stay: Stay) -> None:
    """Concerns about exploitation, the threshold, and meetings (CSE-01 to CSE-03, CSE-08, CSE-11, CSE-12)."""
    known = story.fact("exploitation_risk", story.present)
    for at in story.now_and_then(stay, CONCERNS_A_YEAR[known]):
        habits, keyworker, worker = story.habits, story.keyworker(stay, at), story.worker(at)
        refs = _concern(story)
        story.record("exploitation_concern_raised", at, keyworker, refs, concern=story.one_of_the(phrases.EXPLOITATION))
        shared = habits.promptly(keyworker, at)
        story.record("concern_shared_with_worker", shared, keyworker, refs, how="phone")
        share(story, worker, habits.promptly(worker, at), refs, "housing_keyworker")
        decided, met = habits.promptly(worker, at), habits.chance(0.45)
        story.record("threshold_decided", decided, worker, refs, met=met, police=met)
        if decided is not None and met:
            convened = habits.later(decided, 0, 2)
            hold_meeting(story, stay, convened, "exploitation_meeting_convened", "exploitation")
        if decided is not None and habits.chance(0.12):
            hold_meeting(story, stay, habits.later(decided, 2, 6), "", "mapping")


def weekly_logs(story: Story, stay: Stay) -> None:
    """A worker asks for weekly logs for a time (INF-14, INF-20)."""
    for at in story.in_office_now_and_then(stay, 0.3)[:1]:
        habits, worker, keyworker = story.habits, story.worker(at), story.keyworker(stay, at)
        items = habits.complete(worker, ["justification"])
        reason = story.one_of_the(phrases.WEEKLY_LOG_REASONS)
        story.record("weekly_log_requested", at, worker, about(stay), has=items, reason=reason)
        last, until = at, at + timedelta(weeks=story.random.randrange(6, 14))
        until = min(until, stay.ended_at or until)
        while last < until - timedelta(days=2):
            sent = habits.days(keyworker, moment(local_day(last) + timedelta(days=5), 9), 2, sure=True)
            if sent is None or sent >= until:
                break
            story.record("weekly_log_submitted", sent, keyworker, about(stay))
            last = sent
        ended = min(until, last + timedelta(days=5))
        story.record("weekly_log_ended", ended, worker, about(stay), recorded_at=ended + timedelta(minutes=5))


def new_worker(story: Story, at: datetime) -> None:
    """The allocated worker changes, and everyone is told who is in the team (INF-06)."""
    worker = story.worker(at)
    story.record("team_changed", at, worker, change="A new allocated worker")
    told = story.habits.promptly(worker, at)
    story.record("team_list_shared", told, worker, to=["housing_keyworker", "young_person", "team"])


def mistakes(story: Story, stay: Stay) -> None:
    """Now and then something is entered for the wrong young person, and withdrawn."""
    for at in story.now_and_then(stay, 0.12):
        keyworker = story.keyworker(stay, at)
        refs = _concern(story)
        kind = story.random.choice(("safeguarding_information_received", "gang_concern_raised", "observation_recorded"))
        recorded = at + timedelta(minutes=5)
        event = story.journal.record(kind, at, keyworker, refs=refs, recorded_at=recorded)
        story.retract(event, keyworker)
