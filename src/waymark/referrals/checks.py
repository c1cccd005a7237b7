"""Checks that others make for a referral: asking, answering, and writing down what was said on the telephone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4, uuid5

from waymark.access.calling_in import call_in
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event, EventQuerySet
from waymark.events.vocabulary import CONTENT_ITEMS
from waymark.referrals.models import Check, CheckedPlace, CheckKind, Referral, State, Verdict
from waymark.referrals.steps import NotNow, locked_referral, own_id, record_step
from waymark.referrals.writing import OverAlready
from waymark.risks.models import Shape
from waymark.risks.services.exclusions import NewExclusion, exclude_areas


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A kind of check: who answers, the entries that ask and answer, the clauses, and words for pages.

    `by_worker`: whether a worker who has spoken to them may write down what they said. `also_by` is the role that asks
    as the worker does. `only_with` is the fact
    without which the protocol does not ask for the check, and what is said where it is known not to be so.
    """

    kind: CheckKind
    role: str
    asks: str
    answers: str
    clauses: tuple[str, ...]
    title: str
    why: str
    by_worker: bool = False
    places: bool = False
    also_by: str = ""
    only_with: tuple[str, str] | None = None

    def is_not_needed(self, facts: Mapping[str, Any]) -> bool:
        """Whether the facts of a record say that nobody needs to ask."""
        return self.only_with is not None and facts.get(self.only_with[0]) is False

    @property
    def not_needed(self) -> str:
        """Why the protocol does not ask for it, where it does not; "" for a check that hangs on nothing."""
        return self.only_with[1] if self.only_with else ""


KINDS: Mapping[CheckKind, Asking] = MappingProxyType(
    {
        asking.kind: asking
        for asking in (
            Asking(
                kind=CheckKind.NAME,
                role="gangs_team",
                asks="name_check_requested",
                answers="name_check_completed",
                clauses=("REF-08",),
                title="Check the name",
                why="Early, before the referral is complete: is the young person, or anybody close, known?",
            ),
            Asking(
                kind=CheckKind.CONSULTATION,
                role="gangs_coordinator",
                asks="gangs_consultation_requested",
                answers="gangs_coordinator_consulted",
                clauses=("REF-07", "REF-14"),
                title="Consult the Gangs Safeguarding Coordinator",
                why="Must come before the referral is sent where gangs are a risk, or nobody knows.",
                by_worker=True,
                only_with=("gang_risk", "gangs are not a risk"),
            ),
            Asking(
                kind=CheckKind.AREA,
                role="gangs_team",
                asks="area_check_requested",
                answers="area_check_completed",
                clauses=("REF-08", "REF-09"),
                title="Check areas",
                why="Are there parts of the borough, or beyond it, where they should not live?",
                also_by="gangs_coordinator",  # REF-14
            ),
            Asking(
                kind=CheckKind.ADDRESS,
                role="gangs_team",
                asks="address_check_requested",
                answers="address_check_completed",
                clauses=("SEA-06", "SEA-07", "SEA-12"),
                title="Check addresses",
                why="Is anybody there at risk from them, and does anybody there put them at risk?",
                places=True,
            ),
            Asking(
                kind=CheckKind.YOUTH_JUSTICE,
                role="yos_worker",
                asks="yos_consultation_requested",
                answers="yos_consulted",
                clauses=("REF-10",),
                title="Ask the Youth Offending Service",
                why="Only needed with a youth offending order: then up-to-date detail of it, and of risk, must come "
                "before the referral is sent.",
                by_worker=True,
                only_with=("yos_order", "there is no order"),
            ),
        )
    }
)
"""Every kind of check, in the order of the page."""
NOT_NEEDED = "area_check_not_needed"
TOLD, PLACEMENTS = "information_shared", "placements_team"
SHARED_SO = tuple(item for item in CONTENT_ITEMS.values() if TOLD in item.events)
"""How information is shared (INF-04): whoever passes something on with one button is shown that they say so."""
CAME_TO_NOTHING = (State.WITHDRAWN, State.CLOSED)
"""Referrals of which nothing is told any more; SEA-13 is owed until then."""


class AnsweredAlready(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """Somebody has answered this check."""


def needed_to_ask(actor: Actor, asking: Asking) -> Permission:
    """What somebody must be allowed to do on a record to ask for such a check there."""
    return Permission.ANSWER_CHECK if actor.role == asking.also_by else Permission.REFER


@dataclass(frozen=True, slots=True, kw_only=True)
class AreasNext:
    """What the coordinator settles with a consultation (REF-14): what to ask of the gangs team about areas, or why no
    check of areas is needed. Neither: it is settled later.
    """

    question: str = ""
    not_needed: str = ""


@service
def ask(
    referral: Referral,
    kind: CheckKind,
    *,
    actor: Actor,
    id: UUID,
    question: str,
    places: Sequence[str] = (),
    clock: Clock = system_clock,
) -> Check:
    """Ask for a check; whoever answers is brought in. `places` are the addresses of a check of addresses (SEA-06)."""
    asking = KINDS[kind]
    referral = locked_referral(referral)
    case = referral.case
    actor.require(needed_to_ask(actor, asking), Check(case=case, kind=kind))
    id = own_id(id, referral.pk, Check.objects.exclude(referral=referral), Event.objects.exclude(case=case))
    if known := Check.objects.filter(pk=id, referral=referral).first():
        return known
    if not referral.is_open:
        raise OverAlready
    return _asked(referral, asking, actor, id, question, places, clock)


def _asked(
    referral: Referral, asking: Asking, actor: Actor, id: UUID, question: str, places: Sequence[str], clock: Clock
) -> Check:
    case = referral.case
    call_in(case, asking.role, actor=actor, at=clock.now())
    said = "\n".join([question, *places]).strip()
    record_step(asking.asks, referral, actor=actor, clock=clock, id=id, data={"question": said} if said else {})
    check = Check.objects.create(
        pk=id,
        case=case,
        referral=referral,
        kind=asking.kind,
        question=question,
        asked_by_id=actor.membership_id,
        asked_at=clock.now(),
    )
    CheckedPlace.objects.bulk_create(
        [CheckedPlace(case=case, check_asked=check, place=place) for place in dict.fromkeys(places)]
    )
    trail.wrote(actor, check, kind=str(asking.kind))
    return check


@service
def answer(
    check: Check,
    *,
    actor: Actor,
    id: UUID,
    told: str,
    verdicts: Mapping[UUID, str] | None = None,
    districts: Sequence[str] = (),
    why: str = "",
    areas: AreasNext | None = None,
    clock: Clock = system_clock,
) -> None:
    """Answer a check: `told` is what the worker is told, `verdicts` what is said of each place. Never why.

    What must not be used, a place or one of the `districts`, is an excluded area from now on: no search offers it, and
    `why` is read by those only who read intelligence (`risks`). `areas` goes with a consultation. Raises
    `AnsweredAlready`, `NobodyToCallIn` where nobody could check the areas, and `NotNow` for a place that the check does
    not name or that is left out.
    """
    check = Check.objects.select_for_update(of=("self",)).select_related("referral", "case").get(pk=check.pk)
    actor.require(Permission.ANSWER_CHECK, check)
    asking = KINDS[CheckKind(check.kind)]
    if actor.role != asking.role:
        raise NotNow("Another team answers this check")
    if check.answered_at is not None:
        raise AnsweredAlready
    _give_verdicts(check, verdicts or {})
    _exclude(check, districts, why, actor, clock)
    entry = record_step(asking.answers, check.referral, actor=actor, clock=clock, id=id, data={"result": told})
    check.answer, check.answered = told, entry
    check.answered_by_id, check.answered_at = actor.membership_id, clock.now()
    check.save(force_update=True, update_fields=["answer", "answered", "answered_by", "answered_at"])
    trail.wrote(actor, check, answered=True)
    if areas is not None and may_settle_areas(check):
        _settle_areas(check.referral, areas, actor, entry, clock)


def _settle_areas(referral: Referral, areas: AreasNext, actor: Actor, entry: UUID, clock: Clock) -> None:
    """Ask for the check of areas, or say that none is needed, together with the answer that is `entry` (REF-14).

    Its identifier comes of that entry's, which is of this record whatever was sent.
    """
    if areas.question:
        _asked(referral, KINDS[CheckKind.AREA], actor, uuid5(entry, "areas"), areas.question, (), clock)
    elif areas.not_needed:
        data = {"reason": areas.not_needed}
        record_step(NOT_NEEDED, referral, actor=actor, clock=clock, id=uuid5(entry, "areas"), data=data)


def may_settle_areas(check: Check) -> bool:
    """Whether an answer to this check may settle the check of areas (REF-14): one to a consultation, each time anew."""
    return check.kind == CheckKind.CONSULTATION and check.referral.is_open


def areas_unsettled(referral: Referral) -> bool:
    """Whether nobody has asked for a check of areas, nor said that none is needed, since the last consultation
    (REF-14).
    """
    consulted = Check.objects.filter(referral=referral, kind=CheckKind.CONSULTATION).exclude(answered_at=None)
    last = consulted.order_by("-answered_at").values_list("answered_at", flat=True).first()
    if last is None:
        return False
    asked = Check.objects.filter(referral=referral, kind=CheckKind.AREA, asked_at__gte=last)
    return not asked.exists() and not said_not_needed(referral).filter(occurred_at__gte=last).exists()


def said_not_needed(referral: Referral) -> EventQuerySet:
    """The entries that say that no area needs to be checked for a referral (REF-14)."""
    said = Event.objects.not_withdrawn().filter(case=referral.case_id, type=NOT_NEEDED)
    return said.filter(refs__referral=str(referral.pk))


@service
def tell_placements(check: Check, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> None:
    """The worker passes on to Placements what a check of addresses found (SEA-13), and says that it is shared as INF-04
    asks (`SHARED_SO`). Told twice it is told once.

    Raises `NotNow` for any other check, while nobody has answered it, and once the referral came to nothing.
    """
    referral = locked_referral(check.referral)
    check = Check.objects.get(pk=check.pk)
    actor.require(Permission.REFER, check)
    if check.kind != CheckKind.ADDRESS or check.answered_at is None:
        raise NotNow("There is nothing to tell of this check yet")
    if _told_since(check):
        return
    if referral.state in CAME_TO_NOTHING:
        raise NotNow("This referral has ended")
    data = {"to": [PLACEMENTS], "has": [item.name for item in SHARED_SO]}
    record_step(TOLD, referral, actor=actor, clock=clock, id=id, data=data)


def to_tell(referral: Referral) -> Check | None:
    """The newest check of addresses that was answered, while Placements is to be told what it found (SEA-13)."""
    if referral.state in CAME_TO_NOTHING:
        return None
    answered = Check.objects.filter(referral=referral, kind=CheckKind.ADDRESS).exclude(answered_at=None)
    newest = answered.order_by("-answered_at", "pk").first()
    return newest if newest is not None and not _told_since(newest) else None


def _told_since(check: Check) -> bool:
    """Whether Placements was told something of this referral since a check was answered."""
    told = Event.objects.not_withdrawn().filter(case=check.case_id, type=TOLD, data__to__contains=[PLACEMENTS])
    return told.filter(refs__referral=str(check.referral_id), occurred_at__gte=check.answered_at).exists()


def _give_verdicts(check: Check, verdicts: Mapping[UUID, str]) -> None:
    places = list(check.places.all())
    if {place.pk for place in places} != verdicts.keys():
        raise NotNow("Say something of each place")
    for place in places:
        place.verdict = verdicts[place.pk]
    CheckedPlace.objects.bulk_update(places, ["verdict"])


def _exclude(check: Check, districts: Sequence[str], why: str, actor: Actor, clock: Clock) -> None:
    addresses = [place.place for place in check.places.filter(verdict=Verdict.NOT_TO_BE_USED)]
    new = [
        *(NewExclusion(case=check.case, shape=Shape.ADDRESS, address=address, why=why) for address in addresses),
        *(NewExclusion(case=check.case, shape=Shape.DISTRICT, district=district, why=why) for district in districts),
    ]
    exclude_areas(new, actor=actor, clock=clock)


@service
def write_down(
    referral: Referral, kind: CheckKind, *, actor: Actor, id: UUID, told: str, clock: Clock = system_clock
) -> Check:
    """Write down what the coordinator or the Youth Offending Service said when the worker spoke to them."""
    asking = KINDS[kind]
    referral = locked_referral(referral)
    case = referral.case
    actor.require(Permission.REFER, Check(case=case, kind=kind))
    if not asking.by_worker:
        raise NotNow("Only those who check can answer this")
    id = own_id(id, referral.pk, Event.objects.exclude(case=case))
    if known := Check.objects.filter(answered=id, referral=referral).first():
        return known
    if not referral.is_open:
        raise OverAlready
    if kind is CheckKind.CONSULTATION:
        call_in(case, asking.role, actor=actor, at=clock.now())  # REF-14 is theirs to do next
    record_step(asking.answers, referral, actor=actor, clock=clock, id=id, data={"result": told})
    check = Check.objects.create(
        pk=uuid4(),
        case=case,
        referral=referral,
        kind=kind,
        asked_by_id=actor.membership_id,
        asked_at=clock.now(),
        answer=told,
        answered=id,
        answered_by_id=actor.membership_id,
        answered_at=clock.now(),
    )
    trail.wrote(actor, check, kind=str(kind), written_down=True)
    return check


@service
def not_needed(referral: Referral, *, actor: Actor, id: UUID, reason: str, clock: Clock = system_clock) -> None:
    """The coordinator finds that no area needs to be checked (REF-14). Raises `NotNow` for any other team."""
    referral = locked_referral(referral)
    actor.require(Permission.ANSWER_CHECK, Check(case=referral.case))
    if actor.role not in (KINDS[CheckKind.CONSULTATION].role, KINDS[CheckKind.AREA].role):
        raise NotNow("The coordinator decides this")
    record_step(NOT_NEEDED, referral, actor=actor, clock=clock, id=id, data={"reason": reason})
