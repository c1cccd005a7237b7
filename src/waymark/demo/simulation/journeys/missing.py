"""Going missing: the risk, the episodes, the meetings."""

from __future__ import annotations

from datetime import datetime, timedelta

from waymark.demo.simulation import phrases
from waymark.demo.simulation.story import LAST_ALARM, Refs, Story
from waymark.demo.simulation.worktime import DAY, local_day, moment
from waymark.demo.simulation.world import Stay

EPISODES_A_YEAR = {True: 3.2, "unknown": 0.8, False: 0.12}
MEETING_EVERY = 3


def identify_risk(story: Story, at: datetime) -> None:
    """A risk of going missing is seen, and assessed (MIS-01)."""
    worker = story.worker(at)
    story.record("missing_risk_identified", at, worker, reason="Earlier episodes")
    story.record("missing_risk_assessed", story.habits.promptly(worker, at), worker)


def episodes(story: Story, stay: Stay) -> None:
    """Absences in the evening; some become missing episodes, and several lead to a meeting (MIS-04 to MIS-13)."""
    known = story.fact("missing_risk", story.present - DAY)
    count = 0
    for evening in story.now_and_then(stay, EPISODES_A_YEAR[known]):
        at = moment(local_day(evening), story.random.choice((21, 22, 23)), story.random.randrange(60))
        if at >= story.present - LAST_ALARM - timedelta(hours=12):
            continue
        ended = _episode(story, stay, at)
        count += 1
        if count % MEETING_EVERY == 0:
            hold_meeting(story, stay, story.habits.later(ended, 0, 2), "missing_meeting_convened", "missing")


def _episode(story: Story, stay: Stay, at: datetime) -> datetime:
    """One absence, until they are back. Gives the time they were."""
    habits, keyworker = story.habits, story.keyworker(stay, at)
    refs = {"episode": story.new_ref("episode")}
    report_by = at + timedelta(hours=2 if story.age(at) < 18 else 10)
    story.record(
        "absence_recorded",
        at,
        keyworker,
        refs | {"placement": stay.placement},
        agreed_report_by=report_by.isoformat(),
    )
    story.record("worker_notified", habits.promptly(keyworker, at), keyworker, refs, how="phone")
    if habits.chance(0.012):
        # MIS-13: news of an absence is not for the Emergency Duty Team
        story.record("duty_team_contacted", at + timedelta(minutes=30), keyworker, refs, reason="absence")
    if habits.chance(0.35):
        back = at + (report_by - at) * story.random.uniform(0.2, 0.9)
    else:
        back = _missing(story, stay, refs, at, report_by)
    if stay.ended_at is not None:
        back = min(back, stay.ended_at - timedelta(minutes=30))
    items = habits.complete(keyworker, ["context"])
    noticed = story.one_of_the(phrases.RETURNS)
    story.record("episode_ended", back, keyworker, refs, has=items, context=noticed)
    told = habits.promptly(keyworker, back)
    story.record("worker_told_of_return", told, keyworker, refs, how="phone")
    return told or back


def _missing(story: Story, stay: Stay, refs: Refs, at: datetime, report_by: datetime) -> datetime:
    """Reported to the police, in time or not; back after some hours or days."""
    habits, keyworker = story.habits, story.keyworker(stay, at)
    if habits.chance(min(0.98, keyworker.punctuality + 0.02)):
        reported = at + (report_by - at) * story.random.uniform(0.5, 0.97)
    else:
        reported = report_by + timedelta(minutes=story.random.randrange(15, 300))
    items = habits.complete(keyworker, ["details"])
    story.record(
        "reported_missing", reported, keyworker, refs, has=items, reference=f"M{story.random.randrange(10**5):05}"
    )
    if habits.chance(0.2):
        advice = reported + timedelta(minutes=20)
        story.record("duty_team_contacted", advice, keyworker, refs, reason=story.random.choice(("crisis", "advice")))
    back = reported + timedelta(hours=2 + int(story.random.expovariate(1 / 20)), minutes=story.random.randrange(60))
    if back - reported > timedelta(hours=40) and habits.chance(0.3):
        _expected(story, refs, keyworker_at=reported + timedelta(hours=18), stay=stay)
    return back


def _expected(story: Story, refs: Refs, *, keyworker_at: datetime, stay: Stay) -> None:
    """They are expected for their weekly money: the worker is told so that the visit can be used (MIS-11)."""
    keyworker = story.keyworker(stay, keyworker_at)
    story.record("return_expected", keyworker_at, keyworker, refs)
    story.record("worker_told_of_return", story.habits.promptly(keyworker, keyworker_at), keyworker, refs, how="phone")


def hold_meeting(story: Story, stay: Stay, convened: datetime, event: str, kind: str) -> None:
    """A meeting is called, the keyworker invited and there (MIS-04, MIS-12, CSE-02, CSE-08, CSE-12)."""
    habits, worker = story.habits, story.worker(convened)
    refs = {"meeting": story.new_ref("meeting")}
    scheduled = habits.later(convened, 3, 8)
    if event:
        story.record(event, convened, worker, refs, scheduled_for=scheduled.isoformat())
    invited = habits.promptly(worker, convened)
    if invited is None or invited >= scheduled:
        invited = scheduled - timedelta(hours=2)
    invited = max(invited, convened + timedelta(minutes=5))
    story.record("keyworker_invited", invited, worker, refs, kind=kind, scheduled_for=scheduled.isoformat())
    keyworker = story.keyworker(stay, scheduled)
    clause = {"exploitation": "CSE-08", "missing": "MIS-12", "mapping": "CSE-12"}[kind]
    if habits.chance(min(0.985, keyworker.punctuality + 0.04)):
        attended = scheduled + timedelta(minutes=50)
        story.record("meeting_attended", attended, keyworker, refs, role=["housing_keyworker"])
    else:
        story.missed(clause, scheduled, refs)
    if kind == "mapping":
        story.record("mapping_meeting_held", scheduled, worker, refs)
