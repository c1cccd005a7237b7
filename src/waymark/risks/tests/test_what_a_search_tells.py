"""A search warns of what its reader may not read, and tells them nothing else of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from tests.support.pages import text_of
from tests.support.remembering import remembered

from waymark.audit.models import Entry
from waymark.core.errors import Refused
from waymark.risks import services
from waymark.risks.matching import NO_KNOWN_CONFLICT
from waymark.risks.matching.showing import TALK_FIRST, TALK_TO_A_MANAGER
from waymark.risks.models import AssociationKind, Direction, MarkerKind, Shape
from waymark.risks.searching import Wanted, options, whole_months
from waymark.risks.tests.settings import make_settings

pytestmark = pytest.mark.usefixtures("db")
TODAY = datetime.now(UTC).date()


@remembered
def settings_of_amira(young_person, scheme, provider, system):
    return make_settings(young_person, scheme, provider, system)


@pytest.fixture
def placer(member, actor_of, council, involved, young_person):
    """Somebody of the Placements Team who works on Amira's record, and on nobody else's."""
    membership = member("Wendell Achebe", council, "placements_team")
    involved(young_person, "placements_team", membership=membership)
    return actor_of(membership)


class Hidden:
    """Ways for Amira not to be safe at Tanner House, none of which the Placements Team may read."""

    def __init__(self, settings, system):
        self.person, self.scheme, self.residents = settings.person.case, settings.lived_in, settings.residents
        self.system, self.authority = system, settings.person.case.authority

    def between(self, kind, resident, direction=Direction.BOTH, **said):
        new = services.NewAssociation(
            case=self.person, other=self.residents[resident].case, kind=kind, direction=direction, **said
        )
        services.record_association(new, actor=self.system)

    def in_group(self, case, group):
        services.record_affiliation(actor=self.system, case=case, group=group)

    def group(self, name):
        return services.add_group(actor=self.system, authority=self.authority, name=name)

    def of_concern(self, **said):
        person = services.add_person_of_concern(actor=self.system, authority=self.authority, name="Corin Vass", **said)
        services.add_place_of(actor=self.system, person=person, scheme=self.scheme)
        return person

    def conflict(self):
        self.between(AssociationKind.CONFLICT, 0)

    def conflict_with_another(self):
        self.between(AssociationKind.CONFLICT, 2)

    def conflict_with_all_of_them(self):
        for number in range(3):
            self.between(AssociationKind.CONFLICT, number)

    def incident(self):
        self.between(AssociationKind.INCIDENT, 1)

    def exploits(self):
        self.between(AssociationKind.EXPLOITS, 0, Direction.TOWARDS)

    def is_exploited(self):
        self.between(AssociationKind.EXPLOITS, 0, Direction.FROM)

    def sexual_harm(self):
        self.between(AssociationKind.SEXUAL_HARM, 1, Direction.FROM, held_as_intelligence=True)

    def must_not_live_together(self):
        self.between(AssociationKind.NOT_TOGETHER, 2)

    def markers(self):
        services.record_marker(actor=self.system, case=self.residents[0].case, kind=MarkerKind.SEXUAL_HARM)
        marker = {"kind": MarkerKind.VULNERABLE_TO_SEXUAL_HARM}
        services.record_marker(actor=self.system, case=self.person, **marker)

    def rival_groups(self):
        one, other = self.group("Quayside"), self.group("Ropewalk")
        services.add_rivalry(actor=self.system, group=one, rival=other)
        self.in_group(self.person, one)
        self.in_group(self.residents[1].case, other)

    def same_group(self):
        group = self.group("Quayside")
        for case in (self.person, *(one.case for one in self.residents)):
            self.in_group(case, group)

    def exploiters_friend(self):
        exploiter = services.add_person_of_concern(actor=self.system, authority=self.authority, name="Corin Vass")
        link = services.NewAssociation(
            case=self.residents[2].case, person=exploiter, kind=AssociationKind.CO_OFFENDS, held_as_intelligence=True
        )
        exploited = services.NewAssociation(
            case=self.person,
            person=exploiter,
            kind=AssociationKind.EXPLOITS,
            direction=Direction.FROM,
            held_as_intelligence=True,
        )
        for new in (link, exploited):
            services.record_association(new, actor=self.system)

    def person_of_concern(self):
        person = self.of_concern()
        new = services.NewAssociation(
            case=self.person, person=person, kind=AssociationKind.CONFLICT, held_as_intelligence=True
        )
        services.record_association(new, actor=self.system)

    def rival_of_concern(self):
        one, other = self.group("Quayside"), self.group("Ropewalk")
        services.add_rivalry(actor=self.system, group=one, rival=other)
        self.in_group(self.person, one)
        self.of_concern(group=other)

    def area_held_back(self):
        from waymark.access.models import HeldBack

        new = services.NewExclusion(case=self.person, shape=Shape.SCHEME, scheme=self.scheme)
        area = services.exclude_area(new, actor=self.system)
        HeldBack.objects.create(case=self.person, item=area.pk, why="told in confidence", starts_at=area.starts_at)


CAUSES = sorted(
    name
    for name in vars(Hidden)
    if not name.startswith("_") and name not in {"between", "in_group", "group", "of_concern"}
)


def bytes_of(page):
    """What was sent, but for the form's secret, which is another each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", page.content)


def test_whatever_the_cause_whoever_it_is_and_however_many_the_page_is_the_same_to_the_byte(
    settings_of_amira, placer, client_as, system
):
    """The reader's own marker of Amira's would show on its own page; a search shows nothing of it."""
    browser = client_as(placer)
    address = f"/records/{settings_of_amira.person.case_id}/matching"
    pages = {}
    for cause in ("nothing at all", *CAUSES):
        with transaction.atomic():
            hidden = Hidden(settings_of_amira, system)
            getattr(hidden, cause, lambda: None)()
            pages[cause] = browser.get(address)
            transaction.set_rollback(True)

    before = text_of(pages.pop("nothing at all"))
    assert (TALK_FIRST in before, NO_KNOWN_CONFLICT in before) == (False, True)
    assert len(CAUSES) == 15
    assert {cause for cause, page in pages.items() if text_of(page).count(TALK_FIRST) != 1} == set()
    one = bytes_of(pages["conflict"])
    assert {cause for cause, page in pages.items() if bytes_of(page) != one} == set()


def test_the_trail_says_the_same_of_a_search_whatever_was_hidden(settings_of_amira, placer, system):
    said = {}
    for cause in CAUSES:
        with transaction.atomic():
            getattr(Hidden(settings_of_amira, system), cause)()
            options(actor=placer, case=settings_of_amira.person.case, wanted=Wanted(first=TODAY))
            entry = Entry.objects.get(action="search", account_id=placer.account_id)
            said[cause] = (entry.kind, entry.purpose, sorted(entry.cases), entry.detail)
            transaction.set_rollback(True)
    assert len({str(one) for one in said.values()}) == 1
    assert said["conflict"][1:] == (
        "matching",
        [settings_of_amira.person.case_id],
        {"first": TODAY.isoformat(), "until": "", "options": 2},
    )


def risk_at(settings, actor, **wanted):
    found = options(actor=actor, case=settings.person.case, wanted=Wanted(first=TODAY, **wanted))
    return {option.scheme.name: option.risk for option in found}


def test_who_may_read_the_cause_on_both_records_is_told_it_and_who(
    settings_of_amira, gangs_coordinator, involved, system
):
    Hidden(settings_of_amira, system).rival_groups()
    assert risk_at(settings_of_amira, gangs_coordinator)["Tanner House"].warning == TALK_TO_A_MANAGER

    involved(settings_of_amira.residents[1], "gangs_coordinator", actor=gangs_coordinator)
    shown = risk_at(settings_of_amira, gangs_coordinator)["Tanner House"]
    assert (shown.causes, shown.warning) == (("Linnet Oduya is in a rival group",), "")


def test_who_reads_where_the_other_lives_and_not_the_cause_there_is_told_neither(
    settings_of_amira, gangs_coordinator, system
):
    from waymark.access.models import Basis, Grant, Reason

    Hidden(settings_of_amira, system).rival_groups()
    Grant.objects.create(
        case=settings_of_amira.residents[1].case,
        membership_id=gangs_coordinator.membership_id,
        reads=["identity", "placement", "risk"],
        reason=Reason.SHARE,
        basis=Basis.PUBLIC_TASK,
        purpose="test",
        starts_at=datetime(2020, 1, 1, tzinfo=UTC),
    )
    shown = risk_at(settings_of_amira, gangs_coordinator)["Tanner House"]
    assert (shown.causes, shown.warning) == ((), TALK_TO_A_MANAGER)


def test_what_a_reader_may_read_is_told_beside_the_one_sentence_for_the_rest(
    settings_of_amira, placer, involved, system
):
    hidden = Hidden(settings_of_amira, system)
    hidden.conflict()
    hidden.rival_groups()
    involved(settings_of_amira.residents[0], "placements_team", actor=placer)

    shown = risk_at(settings_of_amira, placer)["Tanner House"]
    assert (shown.causes, shown.warning) == (("Conflict with Kestrel Oduya",), TALK_FIRST)


def test_an_excluded_area_is_told_to_whoever_searches_and_its_reason_is_not(
    settings_of_amira, placer, client_as, system
):
    new = services.NewExclusion(
        case=settings_of_amira.person.case, shape=Shape.DISTRICT, district="N1", label="Weir", why="her uncle's friends"
    )
    services.exclude_area(new, actor=system)

    told = text_of(client_as(placer).get(f"/records/{settings_of_amira.person.case_id}/matching"))
    assert "Must not live here: N1 (Weir)" in told
    assert "uncle" not in told


def test_a_search_looks_at_whole_months_so_that_no_day_tells_who_moved(settings_of_amira, placer, system):
    """Whoever tries one night after another meets the warning for all nights of a month, or for none."""
    from django.db.backends.postgresql.psycopg_any import DateRange

    assert whole_months(DateRange(TODAY.replace(year=2026, month=12, day=9), None)).lower.day == 1
    december = DateRange(TODAY.replace(year=2026, month=12, day=9), TODAY.replace(year=2026, month=12, day=11))
    months = whole_months(december)
    assert (months.lower.isoformat(), months.upper.isoformat()) == ("2026-12-01", "2027-01-01")

    from waymark.accommodation.models import Occupancy

    Hidden(settings_of_amira, system).conflict()
    left_on = TODAY.replace(day=1) + timedelta(days=12)
    Occupancy.objects.filter(case=settings_of_amira.residents[0].case).update(
        nights=DateRange(TODAY - timedelta(days=90), left_on)
    )
    nights = [TODAY.replace(day=day) for day in (1, 12, 13, 14, 28)]
    warned = {
        bool(
            options(
                actor=placer,
                case=settings_of_amira.person.case,
                wanted=Wanted(first=night, until=night + timedelta(days=1)),
                schemes=[settings_of_amira.lived_in.pk],
            )[0].risk.warning
        )
        for night in nights
    }
    assert warned == {True}


def test_who_lives_there_already_is_no_conflict_with_themselves(settings_of_amira, placer, system):
    services.record_marker(actor=system, case=settings_of_amira.person.case, kind=MarkerKind.VIOLENCE)
    assert all(shown.clear for shown in risk_at(settings_of_amira, placer).values())


def test_a_providers_manager_is_given_their_own_schemes_only(
    settings_of_amira, member, actor_of, involved, provider, other_provider, young_person
):
    for agency, sees in ((provider.agency, {"Tanner House", "Aspen Court"}), (other_provider.agency, set())):
        membership = member(f"Manager {agency.name}", agency, "provider_manager")
        involved(young_person, "provider_manager", membership=membership)
        assert risk_at(settings_of_amira, actor_of(membership)).keys() == sees


@pytest.mark.parametrize("who", ["keyworker", "stranger", "gangs_officer", "other_keyworker"])
def test_nobody_else_searches_for_a_young_person(who, request, client_as, settings_of_amira):
    actor = request.getfixturevalue(who)
    with pytest.raises(Refused):
        options(actor=actor, case=settings_of_amira.person.case, wanted=Wanted(first=TODAY))
    assert client_as(actor).get(f"/records/{settings_of_amira.person.case_id}/matching").status_code in (403, 404)


def test_it_takes_reading_risks_to_search(settings_of_amira, member, actor_of, council, young_person):
    """Somebody with whom nothing but names was shared learns of no warning."""
    from waymark.access.models import Basis, Grant, Reason

    membership = member("Ursel Finch", council, "placements_team")
    Grant.objects.create(
        case=young_person.case,
        membership=membership,
        reads=["identity", "placement"],
        reason=Reason.SHARE,
        basis=Basis.PUBLIC_TASK,
        purpose="test",
        starts_at=datetime(2020, 1, 1, tzinfo=UTC),
    )
    with pytest.raises(Refused):
        options(actor=actor_of(membership), case=young_person.case, wanted=Wanted(first=TODAY))


def test_a_search_asks_the_database_as_often_for_many_settings_as_for_few(
    settings_of_amira, placer, client_as, provider, system, queries
):
    from waymark.accommodation.services import add_scheme

    Hidden(settings_of_amira, system).conflict_with_all_of_them()
    browser, address = client_as(placer), f"/records/{settings_of_amira.person.case_id}/matching"
    browser.get(address)
    with queries() as few:
        browser.get(address)
    for number in range(6):
        add_scheme(actor=system, provider=provider, name=f"House {number}", units=["1"], reference=f"S8{number}")
    with queries() as many:
        assert "8 settings have" in text_of(browser.get(address))
    assert len(many) == len(few)
