"""What the referrals of the made-up borough say that are under way, and one young person who waits for a first step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from waymark.access.models import Membership
from waymark.access.services import involve
from waymark.assessments.importing import bring_in_assessments
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.clock import Clock
from waymark.duties.engine.calendar import local_date
from waymark.events.services import NewEvent, record, record_many
from waymark.people.models import StatusKind, YoungPerson
from waymark.people.services import NewYoungPerson, add_young_person
from waymark.people.statuses import NewStatus, add_status
from waymark.placements.importing import bring_in_approaches
from waymark.referrals.importing import NewVersion, add_versions
from waymark.referrals.models import OPEN, Referral, State
from waymark.referrals.questions import NO, UNKNOWN, YES, Question, Section
from waymark.referrals.record import facts_of
from waymark.referrals.sections import SECTIONS

UNPLACED = ("Jody", "Larkwell")
"""Whoever tries Waymark first takes them from a need to a place."""
AGE = timedelta(days=18 * 365 + 200)
KNOWN_SINCE, WITHDRAWN_AGO = timedelta(days=240), timedelta(days=180)
OF_THE_SPRING = {
    "risk-gangs": {"known": "unknown", "finding_out": "A cousin is talked about; the school is asked."},
    "risk-send": {
        "known": "yes",
        "history": "Was late to read, and had help at school.",
        "now": "Reads well enough; long letters are hard.",
        "triggers": "Forms to fill in alone.",
        "helps": "Reading it together, in short sentences.",
    },
}
"""What was not known then is not known yet: so the gangs coordinator is to be asked first (REF-07)."""
NOTHING_ELSE = {section.fact[1]: False for section in SECTIONS.values() if section.fact}
"""Facts by which no other risk is known."""
HOW_MUCH_IS_WRITTEN = 0.5
"""Of the sections of a referral that is still being written."""

SAID = {
    "strengths": ("Kind, funny, and good with bikes. Has an aunt who always picks up.", "Loves cooking for others."),
    "needs": ("Help with money, and somebody to talk to in the evening.", "Getting up, and getting to college."),
    "risks": ("Being found by people I used to know.", "Being on my own at night."),
    "outcomes": ("My own key, and finishing my course.", "To be a chef, and to see my brother more."),
    "why": ("Ready for more independence, with support on hand.", "Foster carers are moving away; wants to stay near."),
    "to_them": ("From older people who ask for favours.", "From arguments at home."),
    "to_others": ("None known.", "Has shouted at staff; never hurt anybody."),
    "protects": ("College, the aunt, and a keyworker who is straight.", "Music, and being told of changes early."),
    "plan": (
        "Check in every evening; the worker visits each week.",
        "A quiet room, and a call before anything changes.",
    ),
    "now": ("No plan beyond the pathway plan.", "A plan with the aunt: ring first, whatever the time."),
    "measures": ("Staff know whom not to let in.", "A word that means: come and get me."),
    "alert": ("By telephone by 11 at night, by e-mail the next morning.", "A call within the hour, day or night."),
    "duty_team": ("Whenever nobody knows where they are after midnight.", "When the worker cannot be reached."),
    "history": ("Twice last year, both times after a visit home.", "Since they were 14, less often now."),
    "triggers": ("Being told at the last minute.", "Birthdays, and messages from an old friend."),
    "helps": ("A walk, and time.", "Being asked once and then left alone."),
    "finding_out": ("The worker asks the school this week.",),
}


def write_referrals(cases: Sequence[Case], *, actor: Actor, clock: Clock) -> None:
    """Fill in the referrals of these young people that are under way, and whom they were sent to."""
    under_way = Referral.objects.filter(case__in=cases, state__in=OPEN).exclude(state=State.NEED)
    add_versions(list(_versions(under_way.select_related("case").order_by("case__reference"))), actor=actor)
    bring_in_approaches(cases, actor=actor)
    bring_in_assessments(cases, actor=actor)


def _versions(referrals: Sequence[Referral] | Any) -> Iterator[NewVersion]:
    for referral in referrals:
        chance, facts = Random(f"referral {referral.case.reference}"), facts_of(referral.case)
        for key, section in SECTIONS.items():
            if referral.state == State.WRITING and chance.random() > HOW_MUCH_IS_WRITTEN:
                continue
            yield NewVersion(
                referral=referral,
                section=key,
                answers=_answers(section, chance, facts, local_date(referral.started_at)),
                written_at=referral.sent_at or referral.started_at + timedelta(hours=2),
            )


def _answers(section: Section, chance: Random, facts: dict[str, Any], since: date) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for question in section.questions:
        if question.applies(said) and (question.needed or chance.random() < 0.5):
            said[question.name] = _answer(section, question, chance, facts, since)
    return said


def _answer(section: Section, question: Question, chance: Random, facts: dict[str, Any], since: date) -> Any:
    if question.kind == "answer":
        known = facts.get(section.fact[1]) if section.fact else None
        return {True: YES, False: NO, "unknown": UNKNOWN}.get(known, YES if chance.random() < 0.15 else NO)
    if question.kind == "choice":
        return chance.choice(question.choices)[0]
    if question.kind == "choices":
        return [value for value, _ in question.choices if chance.random() < 0.4] or [question.choices[0][0]]
    if question.kind == "date":
        return (since + timedelta(days=chance.randrange(5, 30))).isoformat()
    if question.kind == "districts":
        return "N1, N7"
    return chance.choice(SAID.get(question.name, ("Talked about with them; see the plan.",)))


def add_unplaced(borough: Case, worker: Membership, *, actor: Actor, clock: Clock) -> YoungPerson:
    """A care leaver of 18 whose need was identified this morning. Nothing is written of it yet; there is a referral of
    the spring to begin with, which was withdrawn.
    """
    now = clock.now()
    given, family = UNPLACED
    person = add_young_person(
        NewYoungPerson(
            authority=borough,
            given_name=given,
            family_name=family,
            date_of_birth=local_date(now) - AGE,
            starts_at=now - KNOWN_SINCE,
        ),
        actor=actor,
        clock=clock,
    )
    involve(actor=actor, case=person.case, role=worker.role, membership=worker, starts_at=now - KNOWN_SINCE)
    since = local_date(now - KNOWN_SINCE) + timedelta(days=10)
    add_status(person.case, NewStatus(kind=StatusKind.FORMER_RELEVANT, starts_on=since), actor=actor, clock=clock)
    _withdrawn_before(person.case, worker, actor=actor, clock=clock)
    refs = {"referral": str(uuid4())}
    record(
        "need_identified", case=person.case, actor=actor, occurred_at=now - timedelta(hours=2), refs=refs, clock=clock
    )
    return person


def _withdrawn_before(case: Case, worker: Membership, *, actor: Actor, clock: Clock) -> None:
    """A referral that was written and never sent, since a place was found in the family for a while."""
    begun = clock.now() - WITHDRAWN_AGO
    refs = {"referral": str(uuid4())}
    happened: tuple[tuple[str, timedelta, dict[str, str]], ...] = (
        ("need_identified", timedelta(), {}),
        ("referral_started", timedelta(hours=1), {}),
        ("referral_withdrawn", timedelta(days=1), {"reason": "Their aunt has room for them until the autumn."}),
    )
    record_many(
        [
            NewEvent(
                type=kind,
                case=case,
                occurred_at=begun + after,
                recorded_at=begun + after,
                recorded_by=worker.pk,
                refs=refs,
                data=said,
            )
            for kind, after, said in happened
        ],
        actor=actor,
        clock=clock,
    )
    referral, chance = Referral.objects.get(pk=refs["referral"]), Random("referral of the spring")
    written, today = begun + timedelta(hours=2), local_date(begun)
    versions = [
        NewVersion(
            referral=referral,
            section=key,
            answers=OF_THE_SPRING.get(key) or _but_dates(section, _answers(section, chance, NOTHING_ELSE, today)),
            written_at=written,
            written_by=worker.pk,
        )
        for key, section in SECTIONS.items()
    ]
    add_versions(versions, actor=actor)


def _but_dates(section: Section, answers: dict[str, Any]) -> dict[str, Any]:
    """What is to be asked again in any case: when something is needed from."""
    dates = {question.name for question in section.questions if question.kind == "date"}
    return {name: said for name, said in answers.items() if name not in dates}
