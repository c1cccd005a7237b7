"""A young person of whom something is recorded everywhere, and the visits to the pages about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any


def describe(young_person: Any, worker: Any, manager: Any, involved: Any, system: Any, long: str) -> dict[str, Any]:
    """Statuses, own words, needs, somebody around them and a double: the identifiers that addresses name."""
    from waymark.people.merging import merge
    from waymark.people.models import LegalStatus, StatusKind
    from waymark.people.services import NewYoungPerson, add_young_person
    from waymark.people.statuses import NewStatus, add_status, end_status
    from waymark.people.words import NEEDS, WORDS, add_supporter, say_needs, say_own_words

    case, since = young_person.case, date(2020, 1, 2)
    legal = NewStatus(kind=StatusKind.LOOKED_AFTER, legal_status=LegalStatus.SECTION_20, starts_on=since)
    status = add_status(case, legal, actor=worker)
    before = add_status(case, NewStatus(kind=StatusKind.CHILD_IN_NEED, starts_on=since), actor=worker)
    end_status(before, on=since, actor=worker)
    say_own_words(case, dict.fromkeys(WORDS, long), actor=worker, seen=None)
    say_needs(case, dict.fromkeys(NEEDS, long), actor=worker, seen=None)
    somebody = {"name": long, "relation": "friend", "what": long, "reach": long, "safety": "not_safe"}
    double = add_young_person(
        NewYoungPerson(
            authority=case.authority, given_name=long, family_name="", date_of_birth=date(2009, 9, 9), reference="YP70"
        ),
        actor=system,
    )
    involved(double, "deputy_team_manager", actor=manager)
    made = merge(double.case, case, why=long, actor=system)
    around = add_supporter(case, somebody | {"safety_words": long, "starts_on": since}, actor=worker)
    return {"status": status.pk, "supporter": around.pk, "double": double.case, "merge": made.pk}


def people_pages(
    visit: Callable[..., Any], person: Any, nothing: Any, described: dict[str, Any], send_empty: Callable[[Any], None]
) -> Iterator[Any]:
    """The pages about young people, in each state that looks different."""
    about = f"/records/{person}/about"
    yield visit("register", "colleague", "/register")
    yield visit("register wrong", "colleague", "/register", send_empty)
    yield visit("register found", "colleague", "/register", _search("Amira", "Sesay"))
    yield visit("register found nobody", "colleague", "/register", _search("Somebody", "Else"))
    yield visit("register new", "colleague", "/register", _begin)
    yield visit("about them", "colleague", about)
    yield visit("about them to read", "keyworker", about)
    yield visit("about nobody said anything", "colleague", f"/records/{nothing}/about")
    for page in ("statuses/add", "people/add", f"statuses/{described['status']}/end"):
        yield visit(page, "colleague", f"{about}/{page}")
        yield visit(f"{page} wrong", "colleague", f"{about}/{page}", send_empty)
    yield visit("own words", "colleague", f"{about}/words")
    yield visit("needs", "colleague", f"{about}/needs")
    double = f"/records/{described['double'].pk}"
    yield visit("a double", "colleague", double)
    yield visit("another record", "colleague", f"{about}/double")
    yield visit("another record wrong", "colleague", f"{about}/double", send_empty)
    yield visit("the same person", "colleague", f"{about}/double", _name("YP2"))
    yield visit("two people", "colleague", f"{double}/about/double/{described['merge']}/undo")
    yield visit("not around any more", "colleague", f"{about}/people/{described['supporter']}/end")


def _search(given: str, family: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        page.fill("#given_name", given)
        page.fill("#family_name", family)
        for part, value in (("day", "14"), ("month", "5"), ("year", "2008")):
            page.fill(f"#date_of_birth-{part}", value)
        with page.expect_navigation():
            page.get_by_role("button", name="Look for them").click()

    return act


def _name(reference: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        page.fill("#reference", reference)
        page.fill("#why", "The same number")
        with page.expect_navigation():
            page.get_by_role("button", name="Look at both").click()

    return act


def _begin(page: Any) -> None:
    _search("Somebody", "Else")(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Register them").click()
