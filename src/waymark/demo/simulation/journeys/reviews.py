"""Reviews of a placement every three months, and significant changes between them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from waymark.demo.simulation import phrases
from waymark.demo.simulation.journeys.planning import about
from waymark.demo.simulation.story import Refs, Story
from waymark.demo.simulation.worktime import (
    add_working_days,
    end_of_day,
    local_day,
    moment,
    months_later,
    office_time,
    working_day_on_or_after,
)
from waymark.demo.simulation.world import Stay

REVIEW_ITEMS = ["outcomes_achieved", "changed_needs_and_risks", "milestones", "amended_outcomes", "move_on_plans"]
RESCHEDULED = 0.06


def review_stay(story: Story, stay: Stay, *, first_by: date) -> None:
    """Review the placement for as long as it lasts (REV-01): by `first_by`, then every three months."""
    due, number = first_by, 0
    while due <= local_day(story.present) + timedelta(days=120):
        day = _day_of_review(story, stay, due)
        if stay.ended_at is not None and office_time(day, story.random) >= stay.ended_at:
            return
        held = _review(story, stay, office_time(day, story.random), number)
        due, number = months_later(local_day(held), 3), number + 1


def _day_of_review(story: Story, stay: Stay, due: date) -> date:
    """Some days before it is due when whoever leads is punctual, some after when not."""
    at = end_of_day(due)
    lead = story.worker(at) if story.chair(at) == "social_worker" else story.keyworker(stay, at)
    if story.habits.chance(lead.punctuality):
        early = due - timedelta(days=story.random.randrange(0, 10))
        day = working_day_on_or_after(early)
        return day if day <= due else early - timedelta(days=early.weekday())
    return add_working_days(due, 1 + int(story.random.expovariate(1 / 5)))


def _review(story: Story, stay: Stay, held: datetime, number: int) -> datetime:
    """One review: arranged, perhaps rearranged, held and written up. Gives the time it was held."""
    habits, worker = story.habits, story.worker(held)
    refs = about(stay) | {"review": story.new_ref("review")}
    earliest = max(stay.started_at, moment(story.begins, 10)) + timedelta(hours=2)
    arranged = max(earliest, story.at_desk(held - timedelta(days=story.random.randrange(9, 26), hours=2)))
    first_date = held
    arranger = worker if story.chair(held) == "social_worker" else story.keyworker(stay, arranged)
    if habits.chance(RESCHEDULED):
        first_date = max(arranged + timedelta(days=1), held - timedelta(days=story.random.randrange(2, 7)))
        again = first_date - timedelta(hours=story.random.randrange(1, 20))
        story.record("review_scheduled", again, arranger, refs, scheduled_for=held.isoformat(), combined=False)
    story.record("review_scheduled", arranged, arranger, refs, scheduled_for=first_date.isoformat(), combined=False)
    _hold(story, stay, held, refs)
    _send_notes(story, stay, held, refs)
    if story.fact("status", held) == "cla" and number % 2 == 0:
        _statutory_review(story, held, refs)
    return held


def _hold(story: Story, stay: Stay, held: datetime, refs: Refs) -> None:
    """Chair, attendance and content (REV-02, REV-04, REV-08, LOC-02)."""
    habits, worker = story.habits, story.worker(held)
    lead = worker if story.chair(held) == "social_worker" else story.keyworker(stay, held)
    attended = ["housing_keyworker", "social_worker", "young_person"]
    if story.fact("gangs_team_open", held) is True:
        if habits.chance(min(0.98, story.one_of("gangs_team").punctuality + 0.03)):
            attended.append("gangs_team")
        else:
            story.missed("LOC-02", held, refs)
    chair = story.chair(held)
    if not habits.chance(min(0.997, lead.thoroughness + 0.015)):
        chair = "housing_keyworker" if chair == "social_worker" else "social_worker"
    if not habits.chance(0.997):
        attended.append("iro")
    story.record(
        "review_held",
        held,
        lead,
        refs,
        chair=chair,
        attended=attended,
        combined=False,
        has=habits.complete(lead, REVIEW_ITEMS),
    )


def _send_notes(story: Story, stay: Stay, held: datetime, refs: Refs) -> None:
    """Notes and plan to worker and young person, then on file (REV-05, REV-06)."""
    habits, worker = story.habits, story.worker(held)
    lead = worker if story.chair(held) == "social_worker" else story.keyworker(stay, held)
    sent = habits.days(lead, held, 14)
    if sent is None:
        story.missed("REV-05", held + timedelta(days=14), refs)
        return
    if habits.chance(0.85):
        story.record("review_notes_sent", sent, lead, refs, to=["social_worker", "young_person"])
    else:
        story.record("review_notes_sent", sent, lead, refs, to=["social_worker"])
        copied = habits.promptly(lead, sent)
        story.record("review_notes_sent", copied, lead, refs, to=["young_person"])
    review = {"review": refs["review"]}
    story.record("saved_to_case_file", habits.promptly(worker, sent), worker, review, document="review")


def _statutory_review(story: Story, held: datetime, refs: Refs) -> None:
    """The care plan review follows the placement review that feeds into it (REV-08)."""
    at = story.habits.later(held, 5, 12)
    reviewer, worker = story.one_of("iro"), story.worker(at)
    arranged = story.habits.later(held, 0, 2)
    story.record("statutory_review_scheduled", arranged, worker, refs, scheduled_for=at.isoformat())
    story.record("statutory_review_held", at, reviewer, refs, attended=["iro", "social_worker", "young_person"])


def changes(story: Story, stay: Stay) -> None:
    """Significant changes, which call for a decision on an earlier review and on risk (REV-07, INF-10, INF-12)."""
    for at in story.now_and_then(stay, 0.5):
        keyworker, worker = story.keyworker(stay, at), story.worker(at)
        change = story.one_of_the(phrases.CHANGES)
        story.record("significant_change_recorded", at, keyworker, about(stay), change=change)
        lead = worker if story.chair(at) == "social_worker" else keyworker
        decided = story.habits.days(lead, at, 5)
        story.record("early_review_not_needed", decided, lead, about(stay), reason="Plan still fits; watch closely")
        review_risk(story, stay, at)


def review_risk(story: Story, stay: Stay, at: datetime) -> None:
    """The worker reviews the risk assessment; the placement carries it into its own (INF-10, INF-12)."""
    worker = story.worker(at)
    reviewed = story.habits.promptly(worker, at)
    involved = ["social_worker", "housing_keyworker", "young_person"]
    if story.record("risk_assessment_reviewed", reviewed, worker, involved=involved) is None or reviewed is None:
        return
    keyworker = story.keyworker(stay, reviewed)
    updated = story.habits.promptly(keyworker, reviewed)
    story.record("placement_risk_assessment_updated", updated, keyworker, about(stay))
