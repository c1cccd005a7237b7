"""Sharing a record page by page: what is asked, kept and refused, and that it is shared once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.access.golden_rules import GOLDEN_RULES
from waymark.access.models import Conflict, Grant, Involvement, Membership, Reason, RestrictedRecord
from waymark.access.sharing import end_line, share
from waymark.audit.models import Entry
from waymark.casework.models import ShareDraft
from waymark.core import formats
from waymark.duties.engine.calendar import add_months, end_of_day, local_date

pytestmark = pytest.mark.usefixtures("some_database")
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
TODAY = local_date(datetime.now(UTC))
RULES = {rule.name: next(iter(rule.answers), "She asked us to") for rule in GOLDEN_RULES.values()}


def day(value):
    return {"until-day": value.day, "until-month": value.month, "until-year": value.year}


@pytest.fixture
def begun(client_as, address):
    """Begin to share as somebody: a client, and the address of the pages."""

    def begin(actor):
        client = client_as(actor)
        sent = client.post(f"{address}/share")
        assert sent.status_code == 302
        return client, sent["Location"].rpartition("/")[0]

    return begin


@pytest.fixture
def answers(council, officer):
    """An answer for each page, in their order."""
    return {
        "agency": {"agency": council.pk},
        "who": {"who": f"person:{officer.pk}"},
        "reads": {"reads": ["risk", "missing"]},
        "writes": {"writes": ["risk"]},
        "why": {"purpose": "To plan with her", "basis": "safeguarding"},
        "until": day(TODAY + timedelta(days=30)),
        "handling": {"onward": "no", "conditions": "Not by post"},
        "consent": {"consent": "given", "consent_note": ""},
        "rules": RULES,
    }


@pytest.fixture
def filled(client_as, address, answers, young_person):
    """All pages answered: a client and the address of the pages. `changes` are other answers, by page; `until_page`
    is the first that has none.
    """

    def fill(actor, until_page="", **changes):
        now = datetime.now(UTC)
        pages = list((answers | changes).items())
        said = {
            step: {
                name: [str(one) for one in (value if isinstance(value, list) else [value])]
                for name, value in sent.items()
            }
            for step, sent in pages[: list(answers).index(until_page) if until_page else None]
        }
        draft = ShareDraft.objects.create(
            case=young_person.case, membership_id=actor.membership_id, answers=said, started_at=now, changed_at=now
        )
        return client_as(actor), f"{address}/share/{draft.pk}"

    return fill


def test_a_share_goes_from_page_to_page_is_checked_and_then_opens_the_record(
    client_as, begun, answers, allocated_worker, gangs_officer, address, young_person
):
    client, pages = begun(allocated_worker)
    order = list(answers)
    for step, following in zip(order, [*order[1:], "check"], strict=True):
        assert client.get(f"{pages}/{step}").status_code == 200
        sent = client.post(f"{pages}/{step}", answers[step])
        assert (sent.status_code, sent["Location"]) == (302, f"{pages}/{following}")

    page = text_of(client.get(f"{pages}/check"))
    assert "Shared with Marcus Oyelaran Change" in page
    assert "They may read Identity and contact, risk and missing Change" in page
    assert "They may write Risk Change" in page
    assert "Lawful basis Safeguarding of children" in page
    assert f"Until The end of {formats.day(TODAY + timedelta(days=30))} Change" in page
    assert "Why did you decide to share it? She asked us to Change" in page
    assert client_as(gangs_officer).get(address).status_code == 404

    sent = client.post(f"{pages}/check")

    assert (sent.status_code, sent["Location"]) == (302, f"{address}/access")
    assert "Shared with Marcus Oyelaran until the end of" in text_of(client.get(f"{address}/access"))
    assert client_as(gangs_officer).get(address).status_code == 200
    line = Grant.objects.get(reason=Reason.SHARE)
    assert (line.reads, line.writes) == (["identity", "risk", "missing"], ["risk"])
    assert (line.conditions, line.onward, line.rules) == ("Not by post", False, RULES)
    assert line.ends_at == end_of_day(TODAY + timedelta(days=30))
    assert not ShareDraft.objects.exists()


def test_answers_are_kept_until_they_are_sent_and_can_be_changed(filled, allocated_worker, address):
    client, pages = filled(allocated_worker)
    opened = Filler(client, f"{pages}/why")
    assert opened.values["basis"] == "safeguarding"
    assert ">To plan with her</textarea>" in opened.page.replace("\n", "")
    assert f'href="{pages}/check"' in client.get(f"{address}/share").content.decode()

    sent = client.post(f"{pages}/why", {"purpose": "To find her", "basis": "vital_interests"})

    assert sent["Location"] == f"{pages}/check"
    assert "Purpose To find her Change" in text_of(client.get(f"{pages}/check"))
    assert not Grant.objects.filter(reason=Reason.SHARE).exists()


def test_another_agency_makes_the_page_after_it_be_asked_again(filled, allocated_worker, provider):
    client, pages = filled(allocated_worker)

    sent = client.post(f"{pages}/agency", {"agency": provider.agency.pk})

    assert sent["Location"] == f"{pages}/who"
    assert client.get(f"{pages}/check")["Location"] == f"{pages}/who"
    assert client.post(f"{pages}/check")["Location"] == f"{pages}/who"


def test_no_page_is_reached_before_those_on_which_it_hangs(begun, allocated_worker):
    client, pages = begun(allocated_worker)

    for step in ("who", "until", "rules", "check"):
        assert client.get(f"{pages}/{step}")["Location"] == f"{pages}/agency"
    assert client.get(f"{pages}/neighbour").status_code == 404


WRONG = [
    ("agency", {}, "Select an agency"),
    ("agency", {"agency": "nonsense"}, "cannot be chosen now"),
    ("who", {}, "Select a team, a role or a person"),
    ("who", {"who": "person:nonsense"}, "cannot be chosen now"),
    ("reads", {"reads": ["intelligence"]}, "Select one of the choices"),
    ("writes", {"writes": ["health"]}, "Select one of the choices"),
    ("why", {"purpose": " ", "basis": ""}, "Enter what they need it for"),
    ("until", {}, "Enter the last day"),
    ("until", day(TODAY - timedelta(days=1)), "Last day must be today or later"),
    ("until", day(add_months(TODAY, 12) + timedelta(days=1)), "Last day must be within 12 months"),
    ("handling", {"onward": ""}, "Select whether they may pass it on"),
    ("consent", {"consent": "refused"}, "Enter who decided to share it all the same, and why"),
    ("consent", {"consent": "not_asked", "consent_note": ""}, "Enter who decided"),
    ("rules", RULES | {"told": ""}, "Answer question 2"),
    ("rules", RULES | {"record": ""}, "Enter why you decided to share it"),
    ("rules", RULES | {"lawful": "no"}, "The lawful basis that you chose is not consent"),
]


def test_what_is_left_out_or_cannot_be_is_asked_again(filled, allocated_worker):
    client, pages = filled(allocated_worker)
    before = ShareDraft.objects.get().answers

    for step, sent, said in WRONG:
        response = client.post(f"{pages}/{step}", sent)
        assert response.status_code == 422, step
        assert said in text_of(response)
        assert "<title>Error: " in response.content.decode(), said
    assert ShareDraft.objects.get().answers == before


def test_the_last_day_of_this_year_is_the_longest_there_is(filled, allocated_worker):
    client, pages = filled(allocated_worker, until=day(add_months(TODAY, 12)))

    assert client.post(f"{pages}/check").status_code == 302
    assert Grant.objects.get(reason=Reason.SHARE).ends_at == end_of_day(add_months(TODAY, 12))


@pytest.mark.parametrize(("basis", "months"), [("vital_interests", 1), ("crime", 3), ("legal_obligation", 12)])
def test_a_last_day_is_suggested_by_the_lawful_basis(basis, months, filled, allocated_worker):
    client, pages = filled(allocated_worker, "until", why={"purpose": "To plan", "basis": basis})

    opened = Filler(client, f"{pages}/until")

    suggested = add_months(TODAY, months)
    assert (opened.values["until-day"], opened.values["until-year"]) == (str(suggested.day), str(suggested.year))
    assert f"we suggest {months} month" in opened.page


def test_consent_is_no_lawful_basis_when_it_was_not_given_and_the_rules_must_agree(filled, allocated_worker):
    why, handling = {"purpose": "To plan", "basis": "consent"}, {"onward": "no", "conditions": ""}
    client, pages = filled(allocated_worker, "consent", why=why, handling=handling)

    refused = client.post(f"{pages}/consent", {"consent": "refused", "consent_note": "Priya Solanki: at risk"})
    assert "You chose consent as the lawful basis" in text_of(refused)
    client.post(f"{pages}/consent", {"consent": "given"})
    said = text_of(client.post(f"{pages}/rules", RULES | {"identities": "protected"}))

    assert "You chose consent as the lawful basis. Change one of the two" in said
    assert "There are no handling conditions yet" in said


def test_agencies_are_found_by_name_and_other_authorities_are_there(begun, allocated_worker, stranger, other_provider):
    client, pages = begun(allocated_worker)

    everything = text_of(client.get(f"{pages}/agency"))
    assert "Elmbridge Vale Council Responsible for this young person" in everything
    assert "Harrowdene Council Another local authority" in everything
    found = text_of(client.get(f"{pages}/agency?q=south+homes"))
    assert "Southgate Homes Housing provider" in found
    assert "Harrowdene" not in found
    assert "Nothing here is called “zzz”" in text_of(client.get(f"{pages}/agency?q=zzz"))


def test_at_an_agency_there_are_its_teams_its_roles_and_its_people_but_not_oneself(
    filled, allocated_worker, officer, colleague, leaving_care_team
):
    client, pages = filled(allocated_worker, "who")

    page = text_of(client.get(f"{pages}/who"))
    assert "Leaving Care The whole team" in page
    assert "Everyone who is deputy team manager at Elmbridge Vale Council Also those who join later" in page
    assert "Marcus Oyelaran Integrated Gangs Team, Integrated Gangs Team" in page
    assert "Dana Whitlock" not in page.partition("Teams, roles and people")[2]
    found = text_of(client.get(f"{pages}/who?q=marcus"))
    assert "Marcus Oyelaran" in found
    assert "Priya Solanki" not in found


def test_whoever_has_a_conflict_or_has_left_or_is_suspended_is_not_there_and_nothing_says_why(
    filled, allocated_worker, officer, young_person
):
    client, pages = filled(allocated_worker, "who")
    page = f"{pages}/who?q=marcus"
    assert "Marcus Oyelaran" in text_of(client.get(page))
    Conflict.objects.create(case=young_person.case, account=officer.account, why="Her uncle", starts_at=YESTERDAY)
    conflicted = client.get(page), client.post(f"{pages}/who", {"who": f"person:{officer.pk}"})
    Conflict.objects.all().delete()
    Membership.objects.filter(pk=officer.pk).update(ends_at=YESTERDAY)
    left = client.get(page), client.post(f"{pages}/who", {"who": f"person:{officer.pk}"})

    for one, other in zip(conflicted, left, strict=True):
        assert "Marcus Oyelaran" not in text_of(one)
        assert _without_secrets(one) == _without_secrets(other)
    assert conflicted[1].status_code == 422


def _without_secrets(response):
    """A page without the token that differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def test_what_the_same_holder_may_read_already_is_said(filled, allocated_worker, provider, keyworker):
    who = {"agency": {"agency": provider.agency.pk}, "who": {"who": f"person:{keyworker.membership_id}"}}
    client, pages = filled(allocated_worker, "reads", **who)

    assert "They can already read: Identity and contact, Placement and plan, Risk," in text_of(
        client.get(f"{pages}/reads")
    )


def test_nobody_is_offered_what_they_do_not_read_themselves(filled, allocated_worker):
    client, pages = filled(allocated_worker, "reads")

    page = client.get(f"{pages}/reads").content.decode()

    assert 'value="health"' in page
    assert 'value="intelligence"' not in page
    assert 'value="identity"' not in page


def test_keyworkers_do_not_share_and_strangers_do_not_learn_of_the_record(client_as, address, keyworker, stranger):
    assert client_as(keyworker).get(f"{address}/share").status_code == 403
    assert client_as(stranger).get(f"{address}/share").status_code == 404
    assert client_as(stranger).post(f"{address}/share").status_code == 404
    assert not ShareDraft.objects.exists()


def test_a_draft_is_its_own_makers_and_nobody_elses(filled, allocated_worker, colleague, client_as, reading_as):
    _, pages = filled(allocated_worker)

    for step in ("agency", "check", "throw-away"):
        assert client_as(colleague).post(f"{pages}/{step}").status_code == 404
    with reading_as(colleague):
        assert not ShareDraft.objects.exists()
    with reading_as(allocated_worker):
        assert ShareDraft.objects.exists()
    Involvement.objects.all().delete()
    with reading_as(allocated_worker):
        assert not ShareDraft.objects.exists()


def test_a_draft_can_be_thrown_away_and_one_that_nobody_finished_goes_after_a_week(filled, allocated_worker, address):
    client, pages = filled(allocated_worker)
    sent = client.post(f"{pages}/throw-away")
    assert sent["Location"] == f"{address}/access"
    assert not ShareDraft.objects.exists()
    assert client.get(f"{pages}/check").status_code == 404

    filled(allocated_worker)
    ShareDraft.objects.update(changed_at=datetime.now(UTC) - timedelta(days=8))
    client.post(f"{address}/share")
    assert ShareDraft.objects.get().answers == {}


def test_sharing_again_with_the_same_holder_says_so_and_replaces(filled, shared, allocated_worker, colleague):
    client, pages = filled(colleague)
    page = text_of(client.get(f"{pages}/check"))
    assert "This record is shared with Marcus Oyelaran already, until" in page
    assert "Dana Whitlock, social worker or young person's adviser, Elmbridge Vale Council decided that on" in page

    sent = Filler(client, f"{pages}/check").send()

    assert sent.status_code == 302
    shared.refresh_from_db()
    assert shared.end_reason.startswith("Replaced")
    line = Grant.objects.current().get(reason=Reason.SHARE)
    assert (line.reads, line.decided_by_id) == (["identity", "risk", "missing"], colleague.membership_id)


def test_what_somebody_else_shared_since_the_page_was_opened_is_shown_before_it_is_replaced(
    filled, allocated_worker, colleague, officer, young_person, terms
):
    client, pages = filled(colleague)
    opened = Filler(client, f"{pages}/check")
    share(actor=allocated_worker, case=young_person.case, holder=officer, terms=terms)

    told = opened.send()

    assert told.status_code == 422
    assert "This record is shared with them already. Look at what is said below" in text_of(told)
    assert Grant.objects.filter(reason=Reason.SHARE).count() == 1
    values = Filler.read(told.content.decode())
    assert client.post(f"{pages}/check", values).status_code == 302
    assert Grant.objects.current().filter(reason=Reason.SHARE).count() == 1


def test_shared_from_a_second_page_it_is_said_to_be_shared_already(filled, allocated_worker, address):
    client, pages = filled(allocated_worker)
    values = Filler.read(client.get(f"{pages}/check").content.decode())
    client.post(f"{pages}/check", values, follow=True)

    again = client.post(f"{pages}/check", values, follow=True)

    assert "You have shared this already. Nothing was shared again." in text_of(again)
    assert Grant.objects.filter(reason=Reason.SHARE).count() == 1


def test_what_was_opened_but_ends_before_it_is_sent_is_refused(filled, allocated_worker, address):
    client, pages = filled(allocated_worker)
    Grant.objects.filter(membership=allocated_worker.membership_id).update(ends_at=YESTERDAY)

    assert client.post(f"{pages}/check").status_code == 404
    assert not Grant.objects.filter(reason=Reason.SHARE).exists()


def test_a_restricted_record_and_what_may_not_be_passed_on_cannot_be_shared(
    client_as, address, allocated_worker, colleague, stranger, young_person, terms
):
    own = Membership.objects.get(pk=stranger.membership_id)
    line = share(actor=colleague, case=young_person.case, holder=own, terms=terms)
    Grant.objects.filter(pk=line.pk).update(writes=["identity"])
    page = client_as(stranger).get(f"{address}/share")
    assert "What was shared with you here may not be passed on" in text_of(page)
    assert client_as(stranger).post(f"{address}/share").status_code == 200
    Grant.objects.filter(membership=allocated_worker.membership_id).update(named=True)
    RestrictedRecord.objects.create(case=young_person.case, why="Well known", starts_at=YESTERDAY)
    assert "Only named people may open this record" in text_of(client_as(allocated_worker).get(f"{address}/share"))
    assert client_as(allocated_worker).post(f"{address}/share").status_code == 200
    assert not ShareDraft.objects.exists()


def test_the_trail_says_that_a_share_was_begun_and_made_and_holds_no_words(begun, filled, answers, allocated_worker):
    client, pages = begun(allocated_worker)
    client.post(f"{pages}/agency", answers["agency"])
    client, pages = filled(allocated_worker)
    client.post(f"{pages}/check")

    written = Entry.objects.filter(action="write", membership_id=allocated_worker.membership_id)
    drafts = written.filter(kind="casework.ShareDraft").values_list("detail", flat=True)
    assert sorted(drafts, key=str) == [{"step": "agency"}, {}]
    assert written.filter(kind="access.Grant").count() == 1
    assert "plan with her" not in str(list(written.values_list("detail", flat=True)))


def test_pressed_four_times_at_once_it_is_shared_once(real_connections, filled, allocated_worker, address, in_threads):
    client, pages = filled(allocated_worker)

    def press(_):
        from django.test import Client

        again = Client()
        again.cookies = client.cookies
        return again.post(f"{pages}/check")

    sent = in_threads(press, range(4))

    assert {(response.status_code, response["Location"]) for response in sent} == {(302, f"{address}/access")}
    assert Grant.objects.filter(reason=Reason.SHARE).count() == 1


# What can follow


def test_a_share_is_ended_with_a_reason_and_the_record_is_closed_to_them(
    client_as, address, shared, colleague, gangs_officer
):
    client = client_as(colleague)
    page = f"{address}/access/{shared.pk}/end"
    assert "Marcus Oyelaran , Elmbridge Vale Council, until" in text_of(client.get(page))
    assert "Enter why it ends" in text_of(client.post(page, {"why": ""}))

    sent = client.post(page, {"why": "The panel was held"})

    assert sent["Location"] == f"{address}/access"
    assert client_as(gangs_officer).get(address).status_code == 404
    for name in ("end", "until"):  # pressed twice, or a page left open
        again = client.post(f"{address}/access/{shared.pk}/{name}", {"why": "Once more"}, follow=True)
        assert "That share had ended or was changed already." in text_of(again)
    shared.refresh_from_db()
    assert shared.end_reason == "The panel was held"


def test_until_when_is_changed_within_a_year(client_as, address, shared, colleague):
    client = client_as(colleague)
    page = f"{address}/access/{shared.pk}/until"
    for wrong, said in (({}, "Enter the last day"), (day(add_months(TODAY, 13)), "Last day must be within 12 months")):
        response = client.post(page, wrong | {"why": "Sooner"})
        assert response.status_code == 422
        assert said in text_of(response)

    sent = client.post(page, day(TODAY + timedelta(days=7)) | {"why": "The panel is sooner"})

    assert sent.status_code == 302
    line = Grant.objects.current().get(reason=Reason.SHARE)
    assert (line.pk != shared.pk, line.ends_at) == (True, end_of_day(TODAY + timedelta(days=7)))
    assert "The panel is sooner" in text_of(client.get(f"{address}/access"))


@pytest.mark.parametrize("follows", ["end", "vital_interests"])
def test_what_they_no_longer_agree_to_ends_or_goes_on_with_who_decided(
    follows, client_as, address, shared, colleague, gangs_officer
):
    client = client_as(colleague)
    opened = Filler(client, f"{address}/access/consent")
    assert opened.values["lines"] == [str(shared.pk)]
    assert 'value="consent"' not in opened.page
    assert opened.send(follows="", note="").status_code == 422

    sent = opened.send(follows=follows, note="She told Dana. Priya Solanki decided")

    assert sent.status_code == 302
    status = 404 if follows == "end" else 200
    assert client_as(gangs_officer).get(address).status_code == status
    page = text_of(client.get(f"{address}/access"))
    assert "Recorded that they no longer agree." in page
    assert "They agreed, and no longer do. She told Dana. Priya Solanki decided" in page
    assert "Nothing is shared to which they had agreed" in text_of(client.get(f"{address}/access/consent"))


def test_pages_that_end_and_change_are_for_whoever_may_share(client_as, address, shared, keyworker, stranger):
    for page in (f"access/{shared.pk}/end", f"access/{shared.pk}/until", "access/consent"):
        assert client_as(keyworker).get(f"{address}/{page}").status_code == 403
        assert client_as(stranger).get(f"{address}/{page}").status_code == 404


def test_what_somebody_else_ended_meanwhile_is_said(client_as, address, shared, colleague, allocated_worker):
    client = client_as(colleague)
    opened = Filler(client, f"{address}/access/consent")
    end_line(shared, actor=allocated_worker, why="Over")

    response = opened.send(follows="end", note="She told Dana")

    assert response.status_code == 422
    assert "Select one of the choices" in text_of(response) or "has ended since" in text_of(response)
