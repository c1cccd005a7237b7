"""Tells one young person's story from beginning to present."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from waymark.demo.simulation.journeys import (
    assessment,
    gangs,
    incidents,
    missing,
    moves,
    planning,
    referral,
    reviews,
    sharing,
)
from waymark.demo.simulation.organisation import Block
from waymark.demo.simulation.population import Life
from waymark.demo.simulation.story import Story
from waymark.demo.simulation.worktime import (
    add_working_days,
    local_day,
    moment,
    months_later,
    office_time,
    working_day_on_or_after,
)
from waymark.demo.simulation.world import Facts, Stay

ATTEMPTS = 40


def tell(life: Life, block: Block, *, seed: int, begins: date, present: datetime) -> Story:
    """The story of one life. Someone who has arrived has done so: a referral too slow for that is told again."""
    planned = [(stay.started_at, stay.ended_at) for stay in life.resident.stays]
    for attempt in range(ATTEMPTS):
        for stay, (started_at, ended_at) in zip(life.resident.stays, planned, strict=True):
            stay.started_at, stay.ended_at = started_at, ended_at
        story = Story(life, block, seed=seed, begins=begins, present=present, attempt=attempt)
        if _told(story, attempt):
            return story
    raise RuntimeError(f"young person {life.resident.number}: no journey fits between need and move-in")


def _told(story: Story, attempt: int) -> bool:
    """Tell the whole story; False when the referral took longer than there was time for."""
    life = story.life
    if life.path in ("stayed", "left"):
        _carried_over(story)
    else:
        _new_worker_for(story)
        moved_in = _referral(story, attempt)
        if moved_in is None:
            return not life.resident.stays
    _birthday(story)
    for place, stay in enumerate(story.stays):
        _live_in(story, stay, place)
    return True


def _carried_over(story: Story) -> None:
    """Someone already placed when the borough adopted the protocol: the record covers them from that day."""
    stay, adopted = story.stays[0], moment(story.begins, 9, 30)
    _new_worker_for(story)
    facts: Facts = {
        "covered_from": story.begins.isoformat(),
        "block_contract": stay.scheme.provider.block_contract,
        "curfew_capable": stay.scheme.curfew_capable,
        "several_tiers": stay.scheme.provider.several_tiers,
        "out_of_borough": stay.scheme.provider.out_of_borough,
    }
    _first_facts(story, adopted, **facts)
    brought_over = adopted + timedelta(minutes=20)
    keyworker = story.keyworker(stay, adopted)
    refs = planning.with_places(stay)
    story.record("placement_started", stay.started_at, keyworker, refs, recorded_at=brought_over, unit=stay.unit.name)


def _first_facts(story: Story, at: datetime, **more: object) -> None:
    """What is known of someone when their record begins."""
    status = _status(story, at)
    facts: Facts = {
        "date_of_birth": story.life.resident.date_of_birth.isoformat(),
        "status": status,
        **story.life.risks,
        "gangs_team_open": story.life.works_with_gangs_team,
        **more,
    }
    story.learn(at, story.worker(at), **facts)


def _status(story: Story, at: datetime) -> str:
    """The legal status of someone of this origin at their age."""
    young = story.age(at) < 18
    return {
        "care": "cla" if young else "care_leaver",
        "in_need": "cin" if young else "at_risk",
        "at_risk": "at_risk",
    }[story.life.origin]


def _birthday(story: Story) -> None:
    """Turning 18: a looked-after child becomes a care leaver, a child in need an adult at risk."""
    at = moment(working_day_on_or_after(eighteenth_birthday(story.life.resident.date_of_birth)), 9, 15)
    first = story.journal.events[0].occurred_at if story.journal.events else story.present
    if first < at < story.present and story.fact("status", at) in ("cla", "cin"):
        story.learn(at, story.worker(at), status=_status(story, at))


def eighteenth_birthday(born: date) -> date:
    """The day they turn 18; for those born on 29 February 1 March in a common year."""
    if (born.month, born.day) == (2, 29):
        return date(born.year + 18, 3, 1)
    return born.replace(year=born.year + 18)


def _new_worker_for(story: Story) -> None:
    """For some, the worker of today took over from a colleague during the history."""
    workers = story.block.with_role("social_worker")
    if story.habits.chance(0.22):
        earliest = story.life.need_on or story.begins
        span = (local_day(story.present) - earliest).days
        if span > 40:
            day = earliest + timedelta(days=story.random.randrange(30, span))
            story.worker_changes_at = office_time(day, story.random)
            story.former_worker = story.random.choice(workers)


def _referral(story: Story, attempt: int) -> datetime | None:
    """Need, referral, search, assessment and agreement. None when it does not lead to a move-in by the present."""
    life = story.life
    need_on = max(story.begins + timedelta(days=1), (life.need_on or story.begins) - timedelta(days=attempt))
    need_at = office_time(need_on, story.random)
    if life.path == "withdrawn":
        story.ends_at = office_time(add_working_days(local_day(need_at), story.random.randrange(5, 30)), story.random)
    _first_facts(story, need_at - timedelta(minutes=20))
    if story.fact("missing_risk", need_at) is True:
        missing.identify_risk(story, need_at + timedelta(minutes=30))
    search = referral.start_referral(story, need_at)
    offered = assessment.assess(story, search, life.target)
    if life.path == "withdrawn" and story.ends_at is not None:
        _withdraw(story, story.ends_at, search.refs)
    if not story.stays:
        return None
    stay = story.stays[0]
    moved_in = planning.agree(story, stay, offered, search.refs)
    latest = story.present - timedelta(hours=8)
    if stay.ended_at is not None:
        latest = stay.ended_at - timedelta(days=7)
    if moved_in > latest:
        return None
    stay.started_at = moved_in
    return moved_in


def _withdraw(story: Story, at: datetime, refs: dict[str, str]) -> None:
    """The referral is withdrawn and the case closed."""
    story.ends_at = None
    worker = story.worker(at)
    reason = story.random.choice(("Staying with an aunt", "Moved to another borough"))
    story.record("referral_withdrawn", at, worker, refs, reason=reason)
    story.record("case_closed", at + timedelta(minutes=25), worker, refs, reason=reason)
    story.ends_at = at + timedelta(minutes=30)


def _live_in(story: Story, stay: Stay, place: int) -> None:
    """Everything that happens in one placement."""
    carried_over = stay.started_at < moment(story.begins, 9)
    if stay.internal_move:
        moves.move_within_provider(story, story.stays[place - 1], stay)
    if not stay.main:
        gangs.second_placement(story, stay)
    if not carried_over:
        planning.move_in(story, stay)
    first_review = months_later(local_day(stay.started_at), 3)
    if carried_over:
        first_review = story.begins + timedelta(days=story.random.randrange(10, 89))
    reviews.review_stay(story, stay, first_by=first_review)
    if stay.main:
        _happenings(story, stay)
    changes = story.worker_changes_at
    if place == 0 and changes is not None and stay.started_at < changes < (stay.ended_at or story.present):
        sharing.new_worker(story, changes)
    if stay.ended_at is not None and not any(other.internal_move for other in story.stays[place + 1 :]):
        moves.leave(story, stay)


def _happenings(story: Story, stay: Stay) -> None:
    """What happens now and then to someone who lives somewhere."""
    for happening in (
        _changing_risks,
        reviews.changes,
        incidents.incidents,
        missing.episodes,
        gangs.intelligence,
        gangs.matrix,
        gangs.concerns,
        gangs.panels,
        sharing.harm_concerns,
        sharing.risk_information,
        sharing.safeguarding_information,
        sharing.exploitation,
        sharing.weekly_logs,
        sharing.mistakes,
        moves.extensions,
    ):
        happening(story, stay)


def _changing_risks(story: Story, stay: Stay) -> None:
    """What is known of risks changes: not known becomes yes or no, a risk appears or passes, an order ends."""
    for at in story.in_office_now_and_then(stay, 0.35):
        worker = story.worker(at)
        name = story.random.choice(("gang_risk", "exploitation_risk", "missing_risk", "yos_order"))
        before = story.fact(name, at)
        if before == "unknown":
            story.learn(at, worker, {}, **{name: story.habits.chance(0.4)})
        elif before is True and story.habits.chance(0.5):
            story.learn(at, worker, {}, **{name: False})
        elif before is False and story.habits.chance(0.25):
            story.learn(at, worker, {}, **{name: True})
            if name == "missing_risk":
                missing.identify_risk(story, at + timedelta(minutes=20))
