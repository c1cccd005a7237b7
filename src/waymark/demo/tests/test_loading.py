"""The made-up borough in the database: all of it or nothing, only in a demo, and seen by those who work there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from tests.support.remembering import remembered

from waymark.access.models import Adoption, Agency, AgencyKind, Involvement, Membership
from waymark.access.services import acting_as, add_agency
from waymark.accommodation.models import Provider, Scheme, Unit
from waymark.cases.models import Case, Kind
from waymark.core.actor import Actor
from waymark.demo.clearing import NotOursError, clear
from waymark.demo.loading import load
from waymark.demo.people import suggestions, waiting_for_a_place
from waymark.demo.referring import UNPLACED
from waymark.demo.simulation import Part, Simulation, population
from waymark.demo.simulation.world import Event as SimulatedEvent
from waymark.demo.tests.conftest import NOW
from waymark.duties.engine import Instance
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.events.vocabulary import ROLES
from waymark.people.models import YoungPerson
from waymark.referrals.models import OPEN, Referral, State
from waymark.referrals.sections import SECTIONS
from waymark.risks.matching import match
from waymark.risks.models import ExcludedArea
from waymark.walk_ins.models import WalkIn


def demo_borough(**options: Any) -> str:
    out = StringIO()
    call_command("demo_borough", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def this_morning() -> Any:
    """It is the morning that the simulation in these tests is made for."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A borough with as many schemes and few young people, which loads in a second."""
    sizes = {"STAYED_THROUGHOUT": 12, "LEFT_SINCE": 3, "ARRIVED": 9, "CAME_AND_WENT": 1, "WAITING": 2, "WITHDRAWN": 1}
    for name, size in (sizes | {"INTERNAL_MOVES": 1}).items():
        monkeypatch.setattr(population, name, size)


@remembered
def borough_loaded(db: None, demo: None, this_morning: None, small: None) -> str:
    return demo_borough()


def test_everything_simulated_is_stored_and_its_duties_are_those_of_a_trace(
    db: None, demo: None, this_morning: None, part: Part, events: list[SimulatedEvent], duties: list[Instance]
) -> None:
    said = demo_borough()
    unplaced = YoungPerson.objects.get(given_name=UNPLACED[0], family_name=UNPLACED[1])
    simulated = YoungPerson.objects.exclude(pk=unplaced.pk).count()
    assert simulated == sum(bool(part.events[resident.id]) for resident in part.residents)
    assert (Provider.objects.count(), Scheme.objects.count(), Unit.objects.count()) == (6, 14, 140)
    assert Event.objects.exclude(case=unplaced.case).count() == len(events)
    stored = Counter(Duty.objects.exclude(case=unplaced.case).values_list("clause", "state", "late"))
    assert stored == Counter((duty.clause.id, duty.state, duty.late) for duty in duties)
    assert f"{len(events):,} events" in said


def test_a_search_for_each_of_whom_risks_are_told_meets_a_conflict_somewhere_and_not_everywhere(
    borough_loaded: str, this_morning: None
) -> None:
    waiting = YoungPerson.objects.filter(case__in=ExcludedArea.objects.values("case"))
    assert waiting
    for person in waiting:
        found = match(person.case, nights=DateRange(NOW.date(), None))
        assert 0 < len(found) < Scheme.objects.count(), person.name


def test_the_protocol_was_adopted_before_anything_happened(borough_loaded: str) -> None:
    adoption = Adoption.objects.get()
    first = Event.objects.exclude(type="placement_started").order_by("occurred_at")[0]
    assert adoption.authority.kind == Kind.BOROUGH
    assert adoption.starts_on <= first.occurred_at.date()


def test_events_name_the_stored_cases(borough_loaded: str) -> None:
    log = Event.objects.filter(type="monthly_log_submitted").latest("occurred_at")
    assert log.refs["scheme"] == str(log.case_id)
    people = set(YoungPerson.objects.values_list("case", flat=True))
    assert set(log.data["young_people"]) <= {str(case) for case in people}
    started = Event.objects.filter(type="placement_started").latest("occurred_at")
    assert Case.objects.get(pk=started.refs["provider"]).kind == Kind.PROVIDER


def test_a_keyworker_reads_those_they_work_with_and_nobody_else(
    borough_loaded: str, reading_as: Callable[[Any], Any]
) -> None:
    keyworking = Involvement.objects.current().filter(role="housing_keyworker", case__kind=Kind.YOUNG_PERSON)
    (busiest_id, count), *_ = Counter(keyworking.values_list("membership", flat=True)).most_common(1)
    busiest = Membership.objects.select_related("account", "agency", "team").get(pk=busiest_id)
    theirs = set(keyworking.filter(membership=busiest).values_list("case__young_person", flat=True))
    with reading_as(acting_as(busiest)):
        assert set(YoungPerson.objects.values_list("pk", flat=True)) == theirs
    assert 2 <= count == len(theirs) < YoungPerson.objects.count()


def test_the_people_to_sign_in_as_have_work_to_do(borough_loaded: str) -> None:
    out = StringIO()
    call_command("demo_people", stdout=out)
    found = list(suggestions(NOW))
    assert [person.name in out.getvalue() for person in found] == [True] * 9
    assert sum(person.pressing > 0 for person in found) >= 3
    head = next(person for person in found if person.role == "Head of Service")
    assert head.pressing >= 1
    assert f"sees first {head.sees_first}" in out.getvalue()


def test_a_second_start_leaves_the_borough_as_it_is(borough_loaded: str) -> None:
    before = set(Event.objects.values_list("pk", flat=True))
    assert demo_borough(if_empty=True) == ""
    assert set(Event.objects.values_list("pk", flat=True)) == before
    with pytest.raises(CommandError, match="a borough in this database already"):
        demo_borough()


def test_a_load_that_is_cut_short_leaves_nothing(db: None, demo: None, this_morning: None, small: None) -> None:
    def stop(line: str) -> None:
        if "events" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(Simulation(now=NOW), tell=stop)
    assert not Case.objects.exists()
    assert not Agency.objects.exists()


@pytest.mark.parametrize("command", ["demo_borough", "demo_people"])
def test_the_commands_refuse_where_this_is_not_a_demo(db: None, settings: Any, command: str) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command(command, stdout=StringIO())
    assert not Case.objects.exists()


def test_loading_and_clearing_refuse_where_this_is_not_a_demo(db: None, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(PermissionDenied):
        load(Simulation(now=NOW), tell=print)
    with pytest.raises(NotOursError, match="Only a demo"):
        clear()
    assert not Case.objects.exists()


def test_a_real_council_is_never_removed(db: None, demo: None) -> None:
    system = Actor.system("tests")
    add_agency(actor=system, name="Elmbridge Vale Council", kind=AgencyKind.LOCAL_AUTHORITY)
    with pytest.raises(CommandError, match="Elmbridge Vale Council, which the demo did not make up"):
        demo_borough(fresh=True)
    assert Agency.objects.get().name == "Elmbridge Vale Council"


def test_a_scale_that_cannot_be_is_refused_in_one_line(db: None, demo: None) -> None:
    with pytest.raises(CommandError, match="scale must be from 1 to 100, not 0"):
        demo_borough(scale=0)


@pytest.mark.usefixtures("real_connections")
def test_fresh_removes_the_borough_and_makes_another(demo: None, this_morning: None, small: None) -> None:
    demo_borough()
    before = set(Event.objects.values_list("pk", flat=True))
    demo_borough(fresh=True, seed=5)
    after = set(Event.objects.values_list("pk", flat=True))
    assert after
    assert before.isdisjoint(after)
    assert Agency.objects.filter(kind=AgencyKind.LOCAL_AUTHORITY).count() == 1


def test_the_statuses_of_the_young_people_tell_what_their_facts_tell_and_a_few_say_more(borough_loaded):
    from waymark.documents.models import Document
    from waymark.people.models import Needs, OwnWords, Status, Supporter
    from waymark.people.statuses import fact_on

    told = Event.objects.filter(type="facts_recorded", data__has_key="status").order_by("occurred_at", "sequence")
    latest = {event.case_id: event.data["status"] for event in told}
    statuses: dict[Any, list[Any]] = {}
    for status in Status.objects.all():
        statuses.setdefault(status.case_id, []).append(status)

    assert len(latest) > 5
    assert [case for case, fact in latest.items() if fact_on(statuses[case], NOW.date()) != fact] == []
    assert {OwnWords.objects.count(), Needs.objects.count(), Supporter.objects.count()} == {Document.objects.count()}
    assert Document.objects.count() > 0


def test_referrals_under_way_say_something_and_somebody_waits_for_a_first_step(
    borough_loaded: str, this_morning: None
) -> None:
    under_way = Referral.objects.filter(state__in=OPEN).exclude(state=State.NEED)
    assert under_way
    assert all(referral.versions.exists() for referral in under_way)
    passed = Referral.objects.filter(state=State.PASSED)
    assert all(referral.approaches.with_providers().exists() for referral in passed)
    unplaced = YoungPerson.objects.get(given_name=UNPLACED[0], family_name=UNPLACED[1])
    of_the_spring, now = Referral.objects.filter(case=unplaced.case).order_by("started_at")
    assert (of_the_spring.state, now.state) == (State.WITHDRAWN, State.NEED)
    assert of_the_spring.versions.count() == len(SECTIONS) and not now.versions.exists()
    assert Duty.objects.get(case=unplaced.case, state="open").clause == "REF-01"


def test_walk_ins_stand_at_each_step_and_each_provider_has_its_own(borough_loaded: str) -> None:
    walk_ins = list(WalkIn.objects.order_by("-logged_at").select_related("logged_by"))
    assert [(one.told_at is not None, one.closed_at is not None) for one in walk_ins] == [
        (False, False),
        (True, False),
        (True, True),
    ]
    assert all(one.agency_id == one.logged_by.agency_id == one.provider.agency_id for one in walk_ins)


def test_the_road_from_a_need_to_a_key_names_the_worker_and_whoever_comes_after(borough_loaded: str) -> None:
    road = waiting_for_a_place()

    assert road is not None and road.person == " ".join(UNPLACED)
    roles = [one.partition("(")[2].rstrip(")") for one in road.people]
    assert roles == [ROLES[role] for role in ("social_worker", "gangs_coordinator", "placements_team", "sp_referrals")]
