"""A borough in which every page of the product has something to show, and the address of each page in each state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import resolve

from tests.support.assessing import assessing_visits
from tests.support.challenging import challenge_visits
from tests.support.closing import closing_visits, restrict, something_closed
from tests.support.documents import add_documents, document_visits
from tests.support.keeping import keeping_visits, records_to_keep
from tests.support.organisation import Members, make_members, people_visits
from tests.support.people import describe, people_pages
from tests.support.placing import placing_visits
from tests.support.referring import referral_visits
from tests.support.remembering import remembered
from tests.support.risks import Risks, risk_visits, risks_of
from tests.support.sessions import session_visits
from tests.support.sharing import Shares, make_shares, sharing_visits
from tests.support.story import PACK
from tests.support.vacancies import units_in_use, vacancy_visits
from tests.support.walking_in import walk_in_visits

LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft"
"""A word that no narrow screen has room for. Everything that somebody names is called so in this world."""

FORMS = (
    "planning_meeting_held",
    "offer_made",
    "refusal_made",
    "assessment_interview_arranged",
    "incident_recorded",
    "incident_reported",
    "absence_recorded",
    "monthly_log_submitted",
    "log_entry_shared",
)
"""Events whose forms, together, ask every kind of question."""

NO_PAGES = {
    "health": "for machines",
    "audit_download": "a file",
    "certificate_file": "a file",
    **dict.fromkeys(
        ("sign_out", "remove_app", "remove_passkey", "end_one_session", "end_other_sessions"),
        "takes a form and shows no page",
    ),
    **dict.fromkeys(("sign_in_directory", "sign_in_directory_back", "password_link"), "leads elsewhere"),
    **dict.fromkeys(("shortlist", "share_options", "take_off_option", "money_spent"), "takes a form and shows no page"),
    **dict.fromkeys(("referral_provider", "provider_step", "placement_step", "next_of_check"), "leads elsewhere"),
    **dict.fromkeys(("save_to_case_file", "family_notified", "tell_of_check"), "takes a form and shows no page"),
    "assessment_keep": "keeps what is typed and shows no page",
    "referral_keep": "keeps what is typed and shows no page",
    "throw_away_share": "takes a form and shows no page",
    "end_emergency": "takes a form and shows no page",
    "release_document": "takes a form and shows no page",
    "document_file": "a file",
    "register_new": "shown by a form alone: it is visited from the search before it",
}
"""Routes that show nobody a page, and why."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page in one state: who opens which address (`who` is a fixture of the cast; "" nobody), and does what there.

    Pages of real sign-in are visited outside the demo, which has none.
    """

    state: str
    who: str
    address: str
    act: Callable[[Any], None] | None = None
    demo: bool = True

    @property
    def route(self) -> str:
        """The route that the address belongs to."""
        return str(resolve(self.address.split("?")[0]).url_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Identifiers in addresses."""

    person: Any
    nothing: Any
    scheme: Any
    held: Any
    mistake: Any
    meeting_due: Any
    meeting_late: Any
    keyworker_here: Any
    own_team_here: Any
    entry: Any
    shares: Shares
    members: Members
    closed: dict[str, Any]
    keeping: dict[str, Any]
    documents: dict[str, Any]
    units: dict[str, Any]
    described: dict[str, Any]
    referred: dict[str, Any]
    searched: dict[str, Any]
    assessed: dict[str, Any]
    challenged: dict[str, Any]
    came: Any
    risks: Risks


@remembered
def long_words(borough: Any, system: Any) -> Any:
    """The borough's protocol with a word too long for any screen in its title, in a part's name and in a clause."""
    from waymark.duties.adopting import adopt_proposal, propose

    text = PACK.read_text(encoding="utf-8")
    for before, after in (
        ('title = "Joint working protocol', f'title = "{LONG} protocol'),
        ('title = "Hold the placement planning meeting"', f'title = "Hold the {LONG.lower()}"'),
        ('section = "placement planning"', f'section = "{LONG.lower()}"'),
    ):
        assert before in text
        text = text.replace(before, after)
    proposal = propose(authority=borough, content=text.encode(), file=PACK.name, starts_on=date(2020, 1, 1))
    return adopt_proposal(proposal, actor=system)


@remembered
def world(
    placed: Any,
    involved: Any,
    happened: Any,
    young_person: Any,
    other_young_person: Any,
    scheme: Any,
    keyworker: Any,
    allocated_worker: Any,
    colleague: Any,
    stranger: Any,
    data_lead: Any,
    on_call: Any,
    gangs_coordinator: Any,
    agency_administrator: Any,
    head_of_service: Any,
    leaving_care_team: Any,
    referred: dict[str, Any],
    searched: dict[str, Any],
    assessed: dict[str, Any],
    challenges_here: dict[str, Any],
    came: Any,
    system: Any,
    now: datetime,
) -> World:
    """Something on every page. The colleague may open them all; the stranger nothing, so that their lists are empty."""
    from waymark.access.models import Involvement
    from waymark.audit.models import Entry
    from waymark.core import trail
    from waymark.duties.models import Duty
    from waymark.events.services import retract

    facts = {"status": "cla", "gang_risk": True, "missing_risk": "unknown", "block_contract": True}
    happened(young_person, "facts_recorded", days_ago=9, data=facts)
    held = happened(
        young_person, "planning_meeting_held", days_ago=8, placement="P1", data={"has": ["purpose"]}, actor=keyworker
    )
    mistake = happened(young_person, "team_changed", days_ago=7, data={"change": LONG * 3}, actor=keyworker)
    retract(mistake, LONG * 2, keyworker)
    happened(young_person, "address_check_requested", referral="R1")
    incident = {"category": "death_or_injury", "serious": True, "summary": LONG * 2}
    happened(young_person, "incident_recorded", days_ago=1, incident="I1", data=incident)
    agreed = (now - timedelta(hours=4)).isoformat()
    happened(young_person, "absence_recorded", days_ago=0.2, episode="A1", data={"agreed_report_by": agreed})
    happened(young_person, "reported_missing", days_ago=0.1, episode="A2")
    happened(young_person, "placement_started", days_ago=0.1, placement="P2")
    happened(young_person, "placement_started", days_ago=30, placement="P0")
    happened(scheme, "scheme_opened", days_ago=70, scheme=str(scheme.case_id))
    for case, role in ((scheme.case, "deputy_team_manager"), (other_young_person.case, "deputy_team_manager")):
        involved(case, role, actor=colleague)
    for actor, role in ((allocated_worker, "social_worker"), (keyworker, "housing_keyworker")):
        involved(other_young_person, role, actor=actor)
    restrict(other_young_person, colleague, allocated_worker, LONG)
    _give_long_names(young_person, scheme, leaving_care_team)
    _give_passkey(colleague.account_id)
    trail.refused(stranger, "cases.Case", case_id=young_person.case_id, purpose=LONG)
    shares = make_shares(young_person, allocated_worker, colleague, stranger, LONG)
    members = make_members(agency_administrator, allocated_worker, colleague, leaving_care_team, LONG)
    secret = happened(young_person, "risk_information_received", concern="C9", data={"summary": LONG})
    return World(
        units=units_in_use(scheme, young_person, system, LONG),
        referred=referred,
        searched=searched,
        challenged=challenges_here,
        came=came,
        assessed=assessed,
        risks=risks_of(young_person, other_young_person, scheme, system, LONG),
        documents=add_documents(young_person, keyworker, LONG),
        described=describe(young_person, allocated_worker, colleague, involved, system, LONG),
        keeping=records_to_keep(young_person, young_person.case.authority, system, data_lead, head_of_service, LONG),
        closed=something_closed(young_person, colleague, on_call, secret, LONG)
        | {"restricted": other_young_person.case_id, "named": allocated_worker.membership_id},
        members=members,
        shares=shares,
        person=young_person.case_id,
        nothing=other_young_person.case_id,
        scheme=scheme.case_id,
        held=held.pk,
        mistake=mistake.pk,
        meeting_due=Duty.objects.get(clause="PPM-02", refs={"placement": "P2"}).pk,
        meeting_late=Duty.objects.get(clause="PPM-02", refs={"placement": "P0"}).pk,
        keyworker_here=Involvement.objects.get(case=young_person.case, membership=keyworker.membership_id).pk,
        own_team_here=Involvement.objects.get(case=young_person.case, team=leaving_care_team).pk,
        entry=Entry.objects.get(purpose=LONG).pk,
    )


def _give_long_names(person: Any, scheme: Any, team: Any) -> None:
    """As an import might bring them."""
    from waymark.access.models import Agency, Team
    from waymark.accommodation.models import Provider, Scheme
    from waymark.people.models import YoungPerson

    YoungPerson.objects.filter(pk=person.pk).update(family_name=LONG, pronouns=LONG[:40])
    Scheme.objects.filter(pk=scheme.pk).update(name=LONG, address=LONG)
    Provider.objects.filter(pk=scheme.provider_id).update(name=LONG)
    Agency.objects.filter(provider__pk=scheme.provider_id).update(name=LONG)
    Team.objects.filter(pk=team.pk).update(name=LONG)


def _give_passkey(account_id: Any) -> None:
    """A passkey with a long name, so that the pages of somebody who has one are seen."""
    from datetime import UTC

    from fido2.cose import ES256
    from fido2.webauthn import Aaguid, AttestedCredentialData

    from waymark.accounts.models import Passkey

    key = ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    data = AttestedCredentialData.create(Aaguid(bytes(16)), b"passkey of the world", key)
    Passkey.objects.create(
        account_id=account_id,
        name=LONG,
        credential_id=data.credential_id,
        credential=bytes(data),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def visits(world: World) -> list[Visit]:
    """Every page, in each state that looks different."""
    return [
        *_lists(world),
        *_records(world),
        *_forms(world),
        *(Visit(*visit) for visit in sharing_visits(world, LONG, _send_empty)),
        *(Visit(*visit) for visit in people_visits(world.members, LONG, _send_empty)),
        *_protocol(),
        *_audit(world),
        *_disclosure(world),
        *keeping_visits(Visit, world.keeping, _send_empty),
        *placing_visits(Visit, world.searched, _send_empty),
        *assessing_visits(Visit, world.assessed, _send_empty),
        *walk_in_visits(Visit, world.came, _send_empty),
        *challenge_visits(Visit, world.challenged, _send_empty),
        *referral_visits(Visit, world.referred, _send_empty),
        *people_pages(Visit, world.person, world.nothing, world.described, _send_empty),
        *document_visits(Visit, world.person, world.nothing, world.documents, _send_empty),
        *vacancy_visits(Visit, world.units, _send_empty),
        *_sign_in(),
        *_problems(world),
        *_closed(world),
        *risk_visits(Visit, world.person, world.nothing, world.risks, _send_empty),
        *session_visits(Visit, world.person, LONG),
    ]


def _lists(world: World) -> Iterator[Visit]:
    yield Visit("my work", "colleague", "/")
    yield Visit("my own work", "colleague", "/?who=me")
    yield Visit("filtered", "colleague", f"/?who=team&person=amira&scheme={world.scheme}&due=late")
    yield Visit("filtered to nothing", "colleague", "/?person=nobody")
    yield Visit("filtered by a long word", "colleague", f"/?person={LONG}")
    yield Visit("due later", "colleague", "/?due=later")
    yield Visit("a keyworker's work", "keyworker", "/")
    yield Visit("no work", "stranger", "/")
    yield Visit("records", "colleague", "/records")
    yield Visit("places", "colleague", "/records?kind=place")
    yield Visit("found", "colleague", "/records?q=amira")
    yield Visit("not found", "colleague", f"/records?q={LONG}")
    yield Visit("no records", "stranger", "/records")


def _records(world: World) -> Iterator[Visit]:
    record = f"/records/{world.person}"
    for who in ("colleague", "keyworker"):
        yield Visit("owed", who, record)
    yield Visit("failed", "colleague", f"{record}?show=failed")
    yield Visit("done", "colleague", f"{record}?show=done")
    yield Visit("not known", "colleague", f"{record}?show=unknown")
    yield Visit("events", "colleague", f"{record}/events")
    yield Visit("team", "colleague", f"{record}/team")
    yield Visit("team to read", "keyworker", f"{record}/team")
    yield Visit("bring in", "colleague", f"{record}/team/bring-in")
    yield Visit("bring in wrong", "colleague", f"{record}/team/bring-in", _send_empty)
    yield Visit("bring in whom", "colleague", f"{record}/team/bring-in?role=social_worker")
    yield Visit("bring in whom wrong", "colleague", f"{record}/team/bring-in?role=social_worker", _send_empty)
    yield Visit("end", "colleague", f"{record}/team/{world.keyworker_here}/end")
    yield Visit("end their own", "colleague", f"{record}/team/{world.own_team_here}/end")
    yield Visit("facts", "colleague", f"{record}/facts")
    yield Visit("facts wrong", "colleague", f"{record}/facts", _send_wrong_time)
    yield Visit("entry", "colleague", f"{record}/events/{world.held}")
    yield Visit("withdrawn", "colleague", f"{record}/events/{world.mistake}")
    for name, place in (("nothing", world.nothing), ("scheme", world.scheme)):
        for page in ("", "/events", "/team", "/facts", "/record"):
            yield Visit(f"{name}{page}", "colleague", f"/records/{place}{page}")


def _forms(world: World) -> Iterator[Visit]:
    record = f"/records/{world.person}"
    yield Visit("choose", "keyworker", f"{record}/record")
    yield Visit("choose", "colleague", f"{record}/record")
    for name in FORMS:
        about = world.scheme if name.startswith(("monthly_log", "log_entry")) else world.person
        yield Visit(name, "colleague", f"/records/{about}/record/{name}")
        yield Visit(f"{name} wrong", "colleague", f"/records/{about}/record/{name}", _send_wrong_time)
    yield Visit("asked about", "colleague", f"{record}/record/absence_recorded", _send_another_absence)
    yield Visit("withdraw", "colleague", f"{record}/events/{world.held}/withdraw")
    yield Visit("withdraw wrong", "colleague", f"{record}/events/{world.held}/withdraw", _send_empty)
    yield Visit("waive", "colleague", f"{record}/duties/{world.meeting_due}/waive")
    yield Visit("waive wrong", "colleague", f"{record}/duties/{world.meeting_due}/waive", _send_empty)
    yield Visit("waive late", "colleague", f"{record}/duties/{world.meeting_late}/waive")


def _protocol() -> Iterator[Visit]:
    yield Visit("protocol", "colleague", "/protocol")
    yield Visit("clauses found", "colleague", "/protocol?clause=young+person")
    yield Visit("no clause found", "colleague", f"/protocol?clause={LONG}")
    yield Visit("whole", "stranger", "/protocol/whole")
    yield Visit("part", "colleague", "/protocol/parts/referral")
    yield Visit("clause", "colleague", "/protocol/PPM-02")
    yield Visit("guidance", "keyworker", "/protocol/PPM-06")


def _audit(world: World) -> Iterator[Visit]:
    """Looking at the trail adds to it, so what stays the same when it is looked at again comes first of each page."""
    yield Visit("refusals", "data_lead", "/audit?refusals=only&reference=YP1")
    yield Visit("audit", "data_lead", "/audit")
    yield Visit("audit filtered to nothing", "data_lead", f"/audit?person={LONG}")
    yield Visit("audit of no day", "data_lead", "/audit?since-day=40&since-month=1&since-year=2026")
    yield Visit("entry of the audit trail", "data_lead", f"/audit/{world.entry}")
    yield Visit("nobody has looked", "colleague", f"/records/{world.person}/looked?to=2020-01-01")
    yield Visit("who has looked", "colleague", f"/records/{world.person}/looked")


def _disclosure(world: World) -> Iterator[Visit]:
    yield Visit("subject access", "data_lead", "/subject-access")
    yield Visit("subject access wrong", "data_lead", "/subject-access", _send_empty)
    yield Visit("subject access found", "data_lead", "/subject-access", _find_by_reference("YP1"))
    yield Visit("subject access found nobody", "data_lead", "/subject-access", _find_by_reference("YP99"))
    yield Visit("what is held", "data_lead", f"/subject-access/{world.person}")
    yield Visit("what is held wrong", "data_lead", f"/subject-access/{world.person}", _clear_nothing_there)


def _sign_in() -> Iterator[Visit]:
    for state, address in (
        ("by password", "/sign-in"),
        ("by passkey", "/sign-in/passkey"),
        ("forgotten", "/sign-in/forgotten"),
        ("link is over", "/sign-in/set-password"),
    ):
        yield Visit(state, "", address, demo=False)
    yield Visit("by password wrong", "", "/sign-in", _send_empty_form, demo=False)
    yield Visit("your account", "colleague", "/account", demo=False)
    yield Visit("your account in the demo", "keyworker", "/account")
    for state, page in (
        ("change password", "password"),
        ("confirm", "confirm"),
        ("choose a factor", "second-factor"),
        ("app", "app"),
        ("passkey", "passkeys/new"),
        ("codes", "recovery-codes"),
    ):
        yield Visit(state, "colleague", f"/account/{page}", demo=False)
    yield Visit("change password wrong", "colleague", "/account/password", _send_empty_form, demo=False)
    yield Visit("app wrong", "colleague", "/account/app", _send_empty_form, demo=False)
    yield Visit("recovery codes", "colleague", "/account/recovery-codes", _send_codes, demo=False)
    yield Visit("half signed in", "", "/sign-in/second-factor", demo=False)
    yield Visit("whom to act as", "colleague", "/sign-in/acting-as", demo=False)


def _problems(world: World) -> Iterator[Visit]:
    form = f"/records/{world.person}/record/team_changed"
    yield Visit("sign in", "", "/sign-in")
    yield Visit("sign in as nobody", "", "/sign-in", _sign_in_as_nobody)
    yield Visit("not found", "colleague", "/records/00000000-0000-4000-8000-000000000000")
    yield Visit("not theirs", "stranger", f"/records/{world.person}")
    yield Visit("not for the role", "keyworker", f"/records/{world.person}/duties/{world.meeting_due}/waive")
    yield Visit("not text", "colleague", "/records?q=%00")
    yield Visit("form too old", "colleague", form, _without_cookie("csrftoken"))
    yield Visit("signed out", "keyworker", form, _without_cookie("waymark_session"))


def _closed(world: World) -> Iterator[Visit]:
    yield from closing_visits(Visit, world.person, world.closed, _send_empty_form)


def _send_empty(page: Any) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


def _find_by_reference(reference: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        page.fill("#reference", reference)
        _send_empty(page)

    return act


def _clear_nothing_there(page: Any) -> None:
    page.fill("#cleared", "0123456789")
    _send_empty(page)


def _send_empty_form(page: Any) -> None:
    with page.expect_navigation():
        page.locator("main form[novalidate] button[type=submit]").last.click()


def _send_codes(page: Any) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Make codes").click()


def _send_wrong_time(page: Any) -> None:
    page.locator("#when-time").fill("25:99")
    _send_empty(page)


def _send_another_absence(page: Any) -> None:
    for part, value in (("day", "1"), ("month", "2"), ("year", "2026"), ("time", "21:00")):
        page.locator(f"#data-agreed_report_by-{part}").fill(value)
    _send_empty(page)


def _sign_in_as_nobody(page: Any) -> None:
    with page.expect_navigation():
        page.locator("main form button").first.evaluate("button => { button.value = 'nobody'; button.click(); }")


def _without_cookie(name: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        page.get_by_label("Who joined or left").fill(LONG)
        page.context.clear_cookies(name=name)
        _send_empty(page)

    return act
