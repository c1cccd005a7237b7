"""Who the young people of the made-up borough are: their statuses over time, as their facts tell, and for some of them
what they say of themselves, who is around them, and a plan on file. Each draws from a stream of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from operator import itemgetter
from random import Random

from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.clock import Clock
from waymark.demo.simulation.world import Resident
from waymark.documents.models import Kind
from waymark.documents.receiving import Upload
from waymark.documents.services import store_document
from waymark.duties.engine.calendar import age_on, local_date
from waymark.people.models import LegalStatus, StatusKind
from waymark.people.statuses import NewStatus, bring_in_statuses
from waymark.people.words import NEEDS, WORDS, add_supporter, say_needs, say_own_words

EVERY = 12
"""One in so many young people says something of themselves here."""

WORDS_SAID = (
    {
        "gender": "Woman",
        "ethnicity": "Black British, Sierra Leonean",
        "language": "English, Krio",
        "reach": "Text first",
    },
    {"gender": "Man", "religion": "Muslim", "language": "Tigrinya, some English", "interpreter": "Tigrinya"},
    {"gender": "Non-binary", "ethnicity": "Mixed", "reach": "Call after four", "not_reach": "Never by post"},
    {"ethnicity": "White Irish Traveller", "language": "English", "reach": "Through the keyworker"},
)
NEEDS_SAID = ("Short sentences, and time to think", "Says more while walking than at a table", "Pictures help")
PLAN = "Pathway plan\n\nI want to finish my course, cook for myself, and see my sister every week.\n"


def describe(
    residents: Sequence[tuple[Resident, Case]],
    few: Sequence[tuple[Resident, Case]],
    facts: dict[str, list[tuple[date, str]]],
    *,
    actor: Actor,
    clock: Clock,
) -> None:
    """Store statuses of all `residents`, and more of one in `EVERY` of `few`.

    `facts` are what was recorded of each one's `status`, from when.
    """
    found = [
        (case, status)
        for resident, case in residents
        for status in _statuses(resident, sorted(facts.get(resident.id, []), key=itemgetter(0)))
    ]
    bring_in_statuses(found, actor=actor, clock=clock)
    for resident, case in few:
        if resident.number % EVERY == 0:
            _say_more(resident, case, actor=actor, clock=clock)


def _statuses(resident: Resident, facts: Sequence[tuple[date, str]]) -> Iterator[NewStatus]:
    """One after the other, each until the day before the next."""
    chance = Random(f"statuses {resident.number}")
    changes = [one for place, one in enumerate(facts) if place == 0 or facts[place - 1][1] != one[1]]
    for place, (since, fact) in enumerate(changes):
        following = changes[place + 1][0] if place + 1 < len(changes) else None
        until = following - timedelta(days=1) if following else None
        if until is None or until >= since:
            kind, legal = _kind(fact, age_on(resident.date_of_birth, since), chance)
            yield NewStatus(kind=kind, legal_status=legal, starts_on=since, ends_on=until)
    if changes and changes[0][1] == "cla" and chance.random() < 0.15:
        yield NewStatus(kind=StatusKind.UNACCOMPANIED, starts_on=changes[0][0])


def _kind(fact: str, age: int, chance: Random) -> tuple[StatusKind, LegalStatus | None]:
    if fact == "cla":
        section_20 = chance.random() < 0.6
        return StatusKind.LOOKED_AFTER, LegalStatus.SECTION_20 if section_20 else LegalStatus.SECTION_31
    if fact == "care_leaver":
        return (StatusKind.FORMER_RELEVANT if age >= 18 else StatusKind.RELEVANT), None
    if fact == "cin":
        return StatusKind.CHILD_IN_NEED, None
    return (StatusKind.PREVENTION_DUTY if age >= 18 else StatusKind.HOMELESS_16_17), None


def _say_more(resident: Resident, case: Case, *, actor: Actor, clock: Clock) -> None:
    chance = Random(f"own words {resident.number}")
    said = dict.fromkeys(WORDS, "") | chance.choice(WORDS_SAID)
    say_own_words(case, said, actor=actor, seen=None, clock=clock)
    say_needs(case, dict.fromkeys(NEEDS, "") | {"communication": chance.choice(NEEDS_SAID)}, actor=actor, seen=None)
    since = local_date(clock.now()) - timedelta(days=chance.randrange(100, 900))
    aunt = {"name": f"Rita {resident.last_name}", "relation": "family", "what": "Aunt", "reach": "07700 900144"}
    safe = {"safety": "ask_first", "safety_words": "They are not on good terms at the moment"}
    add_supporter(case, aunt | safe | {"starts_on": since}, actor=actor, clock=clock)
    upload = Upload("pathway-plan.txt", PLAN.encode())
    store_document(actor=actor, case=case, kind=Kind.PATHWAY_PLAN, title="Pathway plan", upload=upload, clock=clock)
