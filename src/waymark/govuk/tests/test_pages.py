"""Page after page of a long list."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from waymark.govuk.pages import Slice, asked_page, pagination, slice_of, to_a_page_there_is, with_page


def test_one_page_needs_no_pagination():
    assert pagination(Slice(1, 50, 50), with_page(QueryDict())) is None


def test_the_first_the_last_and_those_around_are_linked_with_the_same_filters():
    params = pagination(Slice(5, 50, 500), with_page(QueryDict("who=me&page=5")))

    assert params is not None
    assert [item.get("number", "…") for item in params["items"]] == [1, "…", 4, 5, 6, "…", 10]
    assert params["items"][0]["href"] == "?who=me&page=1"
    assert (params["previous"]["href"], params["next"]["href"]) == ("?who=me&page=4", "?who=me&page=6")
    assert [item["current"] for item in params["items"] if "number" in item] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("number", "total", "rows"), [(1, 0, (0, 0)), (1, 3, (1, 3)), (2, 51, (51, 51)), (2, 200, (51, 100))]
)
def test_which_rows_a_page_shows(number, total, rows):
    shown = Slice(number, 50, total)

    assert (shown.first_row, shown.last_row) == rows


@pytest.mark.parametrize(
    ("text", "number"), [("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("9" * 30, 1_000_000)]
)
def test_the_page_that_is_asked_for(rf, text, number):
    assert asked_page(rf.get("/", {"page": text})) == number


@pytest.mark.parametrize(
    ("text", "leads_to"),
    [("0", 1), ("-1", 1), ("abc", 1), ("", 1), ("²", 1), ("007", 3), ("4", 3), ("9999", 3), ("9" * 5_000, 3)],
)
def test_an_address_that_asks_for_a_page_there_is_not_leads_to_the_nearest_with_the_same_filters(rf, text, leads_to):
    request = rf.get("/", {"who": "me", "page": text})

    response = to_a_page_there_is(request, Slice(asked_page(request), 50, 101))

    assert response is not None
    assert response["Location"] == f"?who=me&page={leads_to}"


@pytest.mark.parametrize("query", [{}, {"page": "1"}, {"page": "3"}])
def test_an_address_that_asks_for_a_page_there_is_stays(rf, query):
    request = rf.get("/", query)

    assert to_a_page_there_is(request, Slice(asked_page(request), 50, 101)) is None


class _Rows(list[int]):
    """A list that is asked as a query is, and remembers how many rows were counted."""

    def order_by(self) -> _Rows:
        return self

    def __getitem__(self, places):
        return _Rows(super().__getitem__(places))

    def count(self) -> int:
        return len(self)


@pytest.mark.parametrize(
    ("rows", "number", "shown"),
    [
        (500, 1, Slice(1, 50, 500)),
        (501, 1, Slice(1, 50, 500, more=True)),
        (501, 11, Slice(11, 50, 501)),
        (60_000, 10, Slice(10, 50, 500, more=True)),
        (60_000, 14, Slice(14, 50, 700, more=True)),
    ],
)
def test_a_long_list_is_counted_as_far_as_its_pages_need(rows, number, shown):
    assert slice_of(_Rows(range(rows)), number=number, size=50) == shown


def test_after_the_last_page_that_was_counted_comes_the_next_one():
    params = pagination(Slice(10, 50, 500, more=True), with_page(QueryDict("page=10")))

    assert params is not None
    assert [item.get("number", "…") for item in params["items"]] == [1, "…", 9, 10, "…"]
    assert params["next"]["href"] == "?page=11"
