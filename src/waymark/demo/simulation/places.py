"""What happens around schemes, providers and the borough: logs, visits, forums, contracts, training, briefings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from waymark.demo.simulation import phrases
from waymark.demo.simulation.habits import Habits
from waymark.demo.simulation.journal import Journal
from waymark.demo.simulation.organisation import Block
from waymark.demo.simulation.population import Life
from waymark.demo.simulation.worktime import (
    DAY,
    end_of_day,
    end_of_working_days,
    local_day,
    moment,
    months_later,
    office_time,
    working_day_on_or_after,
)
from waymark.demo.simulation.world import Member, Provider, Scheme, identifier


class PlaceStory:
    """Shared by the stories of a scheme, a provider and the borough: chance, habits and a journal."""

    def __init__(self, case: str, block: Block, *, seed: int, begins: date, present: datetime) -> None:
        self.case = case
        self.block = block
        self.begins = begins
        self.present = present
        self.random = Random(f"{seed}/place/{case}")
        self.habits = Habits(self.random, present)
        self.journal = Journal(seed=seed, case=case, present=present, habits=self.habits)
        self.refs: dict[str, str] = {}

    def record(
        self, kind: str, at: datetime | None, who: Member, refs: dict[str, str] | None = None, /, **data: Any
    ) -> None:
        """Write down an event about the place; nothing when `at` is None."""
        if at is not None:
            self.journal.record(kind, at, who, refs=refs or self.refs, data=data)

    def again_and_again(self, kind: str, start: datetime, months: int, who: list[Member], /, **data: Any) -> None:
        """Something owed every so many months: done some days early, or late now and then."""
        due = months_later(local_day(start), months)
        while due < local_day(self.present) + timedelta(days=70):
            doer = self.random.choice(who)
            if self.habits.chance(doer.punctuality):
                day = working_day_on_or_after(due - timedelta(days=self.random.randrange(3, 16)))
                at = office_time(day, self.random)
            else:
                at = self.habits.late(end_of_day(due), end_of_day(due))
            self.record(kind, at, doer, **data)
            due = months_later(local_day(at), months)

    def months(self) -> Iterable[date]:
        """The first day of each calendar month that begins after the place's story and ends before the present."""
        first = months_later(self.begins.replace(day=1), 1)
        while months_later(first, 1) <= local_day(self.present):
            yield first
            first = months_later(first, 1)


def scheme_story(scheme: Scheme, lives: list[Life], place: PlaceStory) -> None:
    """The linked officer, police visits and monthly logs of a scheme (LOC-03, LOC-04, INF-13, INF-17, INF-18)."""
    block, habits = place.block, place.habits
    commissioner, officer = block.with_role("commissioning")[0], block.officer(scheme)
    place.refs = {"scheme": scheme.id}
    place.begins = local_day(scheme.opened_at)
    place.record("scheme_opened", scheme.opened_at, commissioner, place.refs | {"provider": scheme.provider.id})
    place.record("linked_officer_named", habits.promptly(officer, scheme.opened_at, sure=True), officer)
    place.again_and_again("police_visit_recorded", scheme.opened_at, 2, [officer])
    for month in place.months():
        _monthly_log(scheme, lives, place, month)


def _monthly_log(scheme: Scheme, lives: list[Life], place: PlaceStory, month: date) -> None:
    """One month's log: who lived there, passed to each worker, read by Commissioning."""
    habits, random, following = place.habits, place.random, months_later(month, 1)
    young_people = [life.resident.id for life in lives if _lived_there(life, scheme, month, following)]
    manager = place.block.manager(scheme.provider)
    refs = {"log": identifier("log", scheme.id, month.isoformat())}
    last_of_month = moment(following - DAY, 9)
    sent = habits.within(manager, moment(following, 8), end_of_working_days(last_of_month, 5), sure=True)
    if sent is None:
        return
    place.record(
        "monthly_log_submitted", sent, manager, place.refs | refs, month=f"{month:%Y-%m}", young_people=young_people
    )
    placements = random.choice(place.block.with_role("placements_team"))
    passed_on = habits.promptly(placements, sent, sure=True)
    for young_person in young_people:
        shared = passed_on
        if not habits.chance(0.97):
            shared = habits.promptly(placements, sent)
        if shared is not None:
            shared = max(shared, sent) + timedelta(minutes=random.randrange(1, 25))
        place.record("log_entry_shared", shared, placements, refs, young_person=young_person)
    commissioner = random.choice(place.block.with_role("commissioning"))
    themes = random.choice(phrases.LOG_THEMES)
    read = office_time(local_day(sent) + timedelta(days=random.randrange(6, 60)), random)
    if not habits.chance(commissioner.punctuality):
        read = office_time(months_later(local_day(sent), 3) + timedelta(days=random.randrange(1, 12)), random)
    place.record("log_reviewed", read, commissioner, refs, themes=themes)


def _lived_there(life: Life, scheme: Scheme, month: date, following: date) -> bool:
    """Whether they lived in the scheme on any day of a month."""
    return any(
        stay.scheme is scheme
        and local_day(stay.started_at) < following
        and (stay.ended_at is None or local_day(stay.ended_at) >= month)
        for stay in life.resident.stays
    )


def provider_story(provider: Provider, place: PlaceStory) -> None:
    """Contract, reviews, meetings with the gangs team, joiners and their training (CON-01, LOC-01, CSE-07)."""
    block, habits = place.block, place.habits
    signed = moment(place.begins, 9, 40)
    commissioner = block.with_role("commissioning")[0]
    reviewer = block.with_role("commissioning" if provider.block_contract else "placements_team")
    place.refs = {"provider": provider.id}
    facts = {"block_contract": provider.block_contract, "several_tiers": provider.several_tiers}
    place.journal.record(
        "facts_recorded",
        signed - timedelta(minutes=5),
        commissioner,
        recorded_at=signed - timedelta(minutes=4),
        data=facts,
    )
    place.record("provider_contracted", signed, reviewer[0], kind="block" if provider.block_contract else "spot")
    attended = ["provider_manager", "commissioning", "placements_team", "service_manager", "sp_referrals"]
    place.again_and_again("contract_review_held", signed, 3, reviewer, attended=attended)
    present = ["gangs_team", "provider_manager"]
    place.again_and_again("provider_meeting_held", signed, 2, block.with_role("gangs_team"), attended=present)
    for member in block.members:
        if member.provider == provider.id and member.joined_at is not None:
            _joined(member, place, block.manager(provider))
    if habits.chance(0.5):
        at = office_time(place.begins + timedelta(days=place.random.randrange(30, 200)), place.random)
        advice = "What to keep from a message or a video, and whom to give it to"
        place.record("linked_officer_advice_recorded", at, block.manager(provider), advice=advice)


def _joined(member: Member, place: PlaceStory, manager: Member) -> None:
    """Someone new is trained within three months, mostly (CSE-07)."""
    if member.joined_at is None:
        return
    place.record("staff_joined", member.joined_at, manager, staff=member.name)
    day = local_day(member.joined_at)
    trained = place.habits.days(manager, moment(day + timedelta(days=14), 9), 60, sure=True)
    if trained is not None:
        course = "Police intelligence: what it is and what to do with it"
        completed = local_day(trained).isoformat()
        place.record(
            "training_recorded", trained, manager, course=course, completed_on=completed, police_intelligence=True
        )


def borough_story(place: PlaceStory) -> None:
    """Adoption, the log template, daily briefings, forums and the monthly voids summary."""
    block, habits = place.block, place.habits
    borough, adopted = block.borough, block.borough.adopted_at
    head, commissioners = block.with_role("head_of_service")[0], block.with_role("commissioning")
    place.refs = {"borough": borough.id}
    place.record("protocol_adopted", adopted, head)
    place.record("template_published", habits.promptly(commissioners[0], adopted, sure=True), commissioners[0])
    attended = [
        "provider_manager",
        "housing_keyworker",
        "social_worker",
        "placements_team",
        "commissioning",
        "gangs_team",
    ]
    place.again_and_again(
        "provider_forum_held", adopted, 3, commissioners, attended=attended, themes="Learning from incidents"
    )
    _briefings(place)
    officers = block.with_role("sp_referrals")
    for month in place.months():
        following = months_later(month, 1)
        due = end_of_working_days(moment(following - DAY, 9), 5)
        officer = place.random.choice(officers)
        sent = habits.within(officer, moment(following, 9), due, sure=True)
        place.record("voids_summary_sent", sent, officer, month=f"{month:%Y-%m}")


def _briefings(place: PlaceStory) -> None:
    """The police brief the gangs team each morning, weekends too; a morning is missed now and then (GAN-01)."""
    officers = place.block.with_role("police")
    day = place.begins + DAY
    while day < local_day(place.present):
        if place.habits.chance(0.985) or day == local_day(place.present) - DAY:
            at = moment(day, 8, place.random.randrange(10, 55))
            place.journal.record(
                "overnight_briefing_recorded",
                at,
                place.random.choice(officers),
                refs=place.refs,
                recorded_at=at + timedelta(minutes=place.random.randrange(5, 50)),
            )
        day += DAY
