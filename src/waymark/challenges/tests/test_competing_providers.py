"""Two providers have the same referral: neither reads what the other writes, offers, refuses and is challenged on."""

from __future__ import annotations

from contextlib import nullcontext
from uuid import uuid4

import pytest
from tests.support.pages import text_of

from waymark.assessments.models import Assessment, Interview, Offer, PartVersion, Refusal
from waymark.assessments.offers import make_offer
from waymark.challenges.models import Challenge, ChallengeStep
from waymark.documents.models import Content, Document
from waymark.placements.models import Approach, Route
from waymark.placements.searching import approach

pytestmark = pytest.mark.usefixtures("db")

OF_ONE = (Document, Content, Approach, Interview, PartVersion, Assessment, Refusal, Challenge, ChallengeStep)


@pytest.fixture
def both(
    seen, passed, here, challenged, other_scheme, other_manager, placements_officer, provider_manager, terms, scheme
):
    """The first provider interviewed, wrote, refused and was challenged; the second offers a place: its approach."""
    from waymark.accommodation.models import Unit
    from waymark.assessments.completing import complete

    here(passed, "need")
    seen(passed)
    complete(passed, actor=provider_manager, id=uuid4(), left_out="It is in the refusal")
    given = approach(passed.referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=other_scheme)
    unit = Unit.objects.select_related("scheme__provider").get(scheme=other_scheme)
    make_offer(given, terms(unit), actor=other_manager, id=uuid4())
    return given


def _read(actor, reading_as, how):
    """What somebody reads of each table: by hand in the database, or by the code alone."""
    with reading_as(actor) if how == "database" else nullcontext():
        found = {}
        for model in (*OF_ONE, Offer):
            rows = model.objects.all() if how == "database" else getattr(model.objects, how)(actor)
            found[model.__name__] = set(rows.values_list("pk", flat=True))
        return found


@pytest.mark.parametrize("how", ["visible_to", "listed_for", "visible_one_by_one", "database"])
def test_each_reads_its_own_rows_and_the_council_reads_all(
    how, both, provider_manager, other_manager, allocated_worker, placements_officer, reading_as
):
    everything = {model.__name__: set(model.objects.values_list("pk", flat=True)) for model in (*OF_ONE, Offer)}
    assert all(everything.values())
    pathway = set(Approach.objects.filter(provider=None).values_list("pk", flat=True))

    for council in (allocated_worker, placements_officer):
        assert _read(council, reading_as, how) == everything
    first, second = (_read(actor, reading_as, how) for actor in (provider_manager, other_manager))
    offer = everything["Offer"]
    letter = set(Offer.objects.values_list("letter", flat=True))
    letters = {name: everything[name] - letter for name in ("Document", "Content")}
    assert letters["Document"]
    assert first == everything | letters | {"Approach": everything["Approach"] - {both.pk}, "Offer": set()}
    nothing = {name: set() for name in everything}
    letters = dict.fromkeys(("Document", "Content"), letter)
    assert second == nothing | letters | {"Approach": pathway | {both.pk}, "Offer": offer}


def test_the_pages_of_the_other_are_not_there(both, passed, challenged, client_as, provider_manager, other_manager):
    offer = Offer.objects.get()
    second, first = client_as(other_manager), client_as(provider_manager)

    assert first.get(f"/assessments/{passed.pk}").status_code == 200
    assert second.get(f"/offers/{offer.pk}").status_code == 200
    for page in (f"/assessments/{passed.pk}", f"/assessments/{passed.pk}/whole", f"/challenges/{challenged.pk}"):
        assert second.get(page).status_code == 404, page
    for page in (f"/assessments/{both.pk}", f"/offers/{offer.pk}"):
        assert first.get(page).status_code == 404, page


def test_lists_name_nothing_of_the_other(both, client_as, other_manager, provider_manager):
    assert "We have no staff at night" not in text_of(client_as(other_manager).get("/challenges"))
    led = client_as(other_manager).get(f"/referrals/{both.referral_id}/provider")
    assert led.url == f"/assessments/{both.pk}"
    assert "Your offer waits" not in text_of(client_as(provider_manager).get("/inbox"))
    assert "Your offer waits" in text_of(client_as(other_manager).get("/inbox"))
