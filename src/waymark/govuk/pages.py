"""Page after page of a long list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows a page shows: page `number` from 1 of `size` rows each, of `total` rows.

    `more`: there are more than `total`, which nobody counted.
    """

    number: int
    size: int
    total: int
    more: bool = False

    @property
    def last(self) -> int:
        """The number of the last page; 1 when there is nothing."""
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.size

    @property
    def first_row(self) -> int:
        """The place of the first row shown, from 1; 0 when there is nothing."""
        return min(self.start + 1, self.total)

    @property
    def last_row(self) -> int:
        """The place of the last row shown."""
        return min(self.start + self.size, self.total)


MOST_COUNTED = 500
"""Rows of a long list that are counted: then it is "more than 500", and the next page is there all the same."""


def slice_of(rows: QuerySet[Any], *, number: int, size: int) -> Slice:
    """The page `number` of a list that may be long, counted up to `MOST_COUNTED` or the row after the page."""
    most = max(MOST_COUNTED, number * size)
    counted = rows.order_by()[: most + 1].count()
    return Slice(number, size, min(counted, most), more=counted > most)


FURTHEST = 1_000_000
"""A page that no list reaches."""


def asked_page(request: HttpRequest) -> int:
    """The page that the address asks for; 1 for none, and for what is no number."""
    text = request.GET.get("page", "")
    if not text.isascii() or not text.isdigit():
        return 1
    return max(1, int(text)) if len(text) < len(str(FURTHEST)) else FURTHEST


def to_a_page_there_is(request: HttpRequest, shown: Slice) -> HttpResponseRedirect | None:
    """The way to the first or last page of a list from an address that asks for one it has not; None from any other."""
    nearest = min(shown.number, shown.last)
    if request.GET.get("page", str(nearest)) == str(nearest):
        return None
    return HttpResponseRedirect(with_page(request.GET)(nearest))


def with_page(query: QueryDict) -> Callable[[int], str]:
    """Addresses of other pages with the same filters."""

    def address(number: int) -> str:
        changed = query.copy()
        changed["page"] = str(number)
        return f"?{changed.urlencode()}"

    return address


def pagination(shown: Slice, address: Callable[[int], str]) -> dict[str, Any] | None:
    """Parameters for `govukPagination`; None when one page holds everything."""
    if shown.last == 1 and not shown.more:
        return None
    around = {1, shown.number - 1, shown.number, shown.number + 1, shown.last}
    numbers = sorted(number for number in around if 1 <= number <= shown.last)
    items: list[dict[str, Any]] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number > before + 1:
            items.append({"ellipsis": True})
        items.append({"number": number, "href": address(number), "current": number == shown.number})
    if shown.more:
        items.append({"ellipsis": True})
    params: dict[str, Any] = {"items": items}
    if shown.number > 1:
        params["previous"] = {"href": address(shown.number - 1)}
    if shown.number < shown.last or shown.more:
        params["next"] = {"href": address(shown.number + 1)}
    return params
