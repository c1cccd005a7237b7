"""What the pages of a section of a referral and of a part of an assessment share: what was typed and not saved, what
somebody else saved meanwhile, and two versions side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from waymark.core.actor import Actor
from waymark.govuk.refill import refilled
from waymark.govuk.resend import typed
from waymark.referrals import comparing
from waymark.referrals.merging import Merged, Version
from waymark.referrals.models import Draft
from waymark.referrals.questions import Section

CONFLICT = 409
THROW_AWAY = "throw_away"
NUMBERS = ("based_on", "source")
"""Inputs that say what was before the writer: the page itself gives them anew."""


def draft_of(request: HttpRequest, actor: Actor, about: UUID, part: str) -> Draft | None:
    """What the reader had typed here and not saved."""
    if request.method != "GET":
        return None
    return Draft.objects.visible_to(actor).filter(about=about, part=part).first()


def with_draft(response: HttpResponse, draft: Draft | None, address: str) -> HttpResponse:
    """The page with what the reader had typed and not saved in its form."""
    if draft is not None:
        page = response.content.decode()
        response.content = (refilled(page, [(name, value) for name, value in draft.typed], address) or page).encode()
    return response


def kept(request: HttpRequest, keep: Callable[[list[tuple[str, str]], int], None]) -> HttpResponse:
    """Keep what is typed, while it is typed: `keep` is given it, and the number of the version before the writer."""
    if request.method != "POST":
        raise Http404
    pairs = [(name, value) for name, value in typed(request) if name not in NUMBERS]
    number = request.POST.get("based_on", "")
    based_on = int(number) if number.isascii() and number.isdigit() and len(number) < len("1000000") else 0
    try:
        keep(pairs, based_on)
    except ValueError:
        return HttpResponse(status=413)
    return HttpResponse(status=204)


def say_saved(request: HttpRequest, about: Section, saved: Version, *, based_on: int) -> None:
    """Say that it was saved, what is still to be answered, and whether somebody else's answers were kept beside the
    writer's: those of a version after the one that was before them.
    """
    missing = "; ".join(question.label for question in about.lacking(saved.answers))
    still = f" Still to answer: {missing}." if missing else ""
    both = " Somebody else had saved other answers: both are kept." if saved.number > based_on + 1 else ""
    messages.success(request, f"Saved: {about.title}.{still}{both}")


def their_words(about: Section, merged: Merged) -> dict[str, str]:
    """What somebody else answered, by the question that both answered differently."""
    return {name: about.question(name).in_words(value) or "Nothing" for name, value in merged.both.items()}


def after(key: str, keys: Sequence[str]) -> str | None:
    """What comes after one of several parts, if anything does."""
    return dict(zip(keys, keys[1:], strict=False)).get(key)


def side_by_side(request: HttpRequest, about: Section, found: Sequence[Version]) -> dict[str, Any]:
    """Two versions of those found, the newest first, for the page that compares them: those asked for in the address,
    or the newest with the one before. 404 where there is none.
    """
    if not found:
        raise Http404
    by_number = {str(one.number): one for one in found}
    newer = by_number.get(request.GET.get("newer", ""), found[0])
    before = next((one for one in found if one.number < newer.number), newer)
    older = by_number.get(request.GET.get("older", ""), before)
    return {
        "section": about,
        "found": found,
        "newer": newer,
        "older": older,
        "rows": comparing.side_by_side(about, older.answers, newer.answers),
    }
