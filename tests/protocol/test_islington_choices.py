"""What a borough may choose when it adopts the Islington pack, and what that changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from waymark.duties.engine import Pack, load_pack

from .conftest import PROTOCOLS
from .making import Case
from .reading import happening, instant, trace
from .test_islington_cases import look, missing_of

ISLINGTON = PROTOCOLS / "islington.toml"


@pytest.fixture(scope="module")
def new_form() -> Pack:
    return load_pack(ISLINGTON, switches={"specification_form": "new form"})


@pytest.fixture(scope="module")
def combined() -> Pack:
    return load_pack(ISLINGTON, switches={"combined_reviews": "combined"})


def case(clause: str, text: str, now: str = "+90d") -> Case:
    return Case(clause, text, {}, trace(text), instant(now), [])


@pytest.mark.parametrize("form", ["sp_referrals_form", "camden_form"])
def test_once_the_new_form_exists_no_other_stands_in_for_it(form: str, new_form: Pack, islington: Pack) -> None:
    referral = case("REF-03", f"referral_submitted{{has=[{form} risk_assessment]}}")
    assert missing_of(look(islington, referral)) == ()
    assert missing_of(look(new_form, referral)) == ("specification_form",)


def test_where_reviews_may_be_combined_the_reviewing_officer_may_be_there(combined: Pack) -> None:
    review = case("REV-08", "statutory_review_held; review_held{combined=true, attended=[young_person iro]}")
    assert [line.state for line in look(combined, review)] == ["met"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("review_held{attended=[young_person]}; +7d statutory_review_held", ()),
        ("review_held{attended=[young_person iro]}", ("without_iro",)),
        ("statutory_review_held; +1d review_held", ("before_statutory_review",)),
    ],
)
def test_a_review_held_apart_still_comes_first_and_without_the_officer(
    text: str, missing: tuple[str, ...], combined: Pack
) -> None:
    assert missing_of(look(combined, case("REV-08", text))) == missing


def test_who_chairs_a_combined_review_does_not_depend_on_the_choice(combined: Pack, islington: Pack) -> None:
    review = case("REV-02", "review_held{combined=true, chair=housing_keyworker}")
    assert missing_of(look(combined, review)) == missing_of(look(islington, review)) == ("social_worker",)


def test_a_borough_may_give_promptly_another_number_and_the_documents_own_times_stay() -> None:
    slower = load_pack(ISLINGTON, terms={"promptly": "3 working days"})
    notes, plan = (look(slower, case(clause, "planning_meeting_held", "+1d"))[0] for clause in ("PPM-11", "PPM-12"))
    assert notes.due is not None and notes.due.isoformat() == "2026-03-06T00:00:00+00:00"
    assert plan.due is not None and plan.due.isoformat() == "2026-03-17T00:00:00+00:00"


def test_nothing_before_the_pack_came_into_force_is_called_late(islington: Pack) -> None:
    early = instant("+0d").replace(year=2017, month=5, day=30)
    held = replace(case("PPM-02", "placement_started"), happenings=[happening("placement_started").on(early)])
    assert [line.state for line in look(islington, held)] == ["unknown"]
