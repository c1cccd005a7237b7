"""My work: who needs me today, what is due, what is late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.functional import cached_property

from waymark.access.models import Adoption
from waymark.accommodation.models import Scheme
from waymark.casework.closing.notes import emergencies_to_look_at
from waymark.casework.finding import MOST_FOUND, at_scheme, matching, schemes_for
from waymark.casework.organisation.queries import waiting_for
from waymark.casework.presenters import DutyRow, Link, duty_rows
from waymark.casework.presenters.absences import MissingRow, missing_rows
from waymark.casework.queries import LEADS, PRESSING, Bucket, Wanted, Work, work_of
from waymark.casework.waiting import elsewhere
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties.engine import Pack
from waymark.duties.packs import pack_of
from waymark.govuk.pages import Slice, asked_page, pagination, with_page

ROWS = 50
FIRST = 20
"""How many rows of each heading stand on the page that shows all of them, so that none is pages away."""

MISSING = 5
"""How many of those who are missing stand at the top; the others fold out."""

HEADINGS = {
    Bucket.LATE: "Late",
    Bucket.TODAY: "Due today",
    Bucket.WEEK: "Due this week",
    Bucket.LONG_LATE: "Late for more than 4 weeks",
    Bucket.LATER: "Due later, or no date yet",
}
ME, TEAM = "me", "team"


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one page that are due at much the same time, of `count` in all; `more` leads to the others."""

    bucket: Bucket
    heading: str
    count: int
    rows: list[DutyRow]
    more: Link | None


class Asked:
    """What the address asks for; anything it asks for that is not there is as good as not asked."""

    def __init__(self, query: QueryDict, actor: Actor) -> None:
        self.query = query
        self.actor = actor
        self.part = query.get("part", "")
        self.person = query.get("person", "").strip()[:100]

    @property
    def whole_team(self) -> bool:
        """The team's work, or the reader's own. Whoever leads a team begins with the team's."""
        asked = self.query.get("who", "")
        return asked == TEAM or (asked != ME and self.actor.role in LEADS)

    @property
    def bucket(self) -> Bucket | None:
        """The one time of being due that is asked for; None for all that is pressing."""
        asked = self.query.get("due", "")
        return Bucket(asked) if asked in list(Bucket) else None

    @cached_property
    def schemes(self) -> list[Scheme]:
        """The schemes to choose from: of a large borough more than a thousand, so no more of each than is shown."""
        return list(schemes_for(self.actor).select_related(None).only("name", "case"))

    @cached_property
    def scheme(self) -> Scheme | None:
        """The scheme that is asked for."""
        asked = self.query.get("scheme", "")
        return next((scheme for scheme in self.schemes if str(scheme.pk) == asked), None)

    def cases(self) -> list[UUID] | None:
        """The records that scheme and person leave; None when neither is asked for."""
        found: set[UUID] | None = None
        if self.scheme is not None:
            found = set(at_scheme(self.actor, self.scheme))
        if self.person:
            named = set(matching(self.actor, self.person).values_list("pk", flat=True)[:MOST_FOUND])
            found = named if found is None else found & named
        return None if found is None else sorted(found)

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.part or self.person or self.scheme)

    def link(self, **changes: str) -> str:
        """The address of the same list with something else asked for; "" takes it away."""
        query = self.query.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query[name] = value
            if not value:
                del query[name]
        return f"?{query.urlencode()}"


@permission(Permission.VIEW_MY_WORK)
def my_work(request: HttpRequest) -> HttpResponse:
    """What is late, due today and due this week, for the reader or their team: the first of each, or all of one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked, packs, now = Asked(request.GET, actor), packs_adopted(actor), system_clock.now()
    wanted = _wanted(asked, packs, asked_page(request))
    work = work_of(actor, wanted, now)
    shown = Slice(wanted.start // ROWS + 1, ROWS, work.total(wanted)) if asked.bucket else None
    if shown and shown.number > shown.last:  # a page that has since emptied
        return HttpResponseRedirect(with_page(request.GET)(shown.last))
    missing = missing_rows(actor, now)
    trail.listed(
        actor,
        "duties.Duty",
        cases=[*(duty.case_id for _, duty in work.rows), *(row.case_id for row in missing)],
        rows=len(work.rows),
        missing=len(missing),
        filters=sorted(request.GET),
        team=wanted.whole_team,
    )
    page = {
        "here": "work",
        "asked": asked,
        "missing": missing,
        "missing_heading": _missing_heading(missing),
        "emergencies": emergencies_to_look_at(actor),
        "to_agree": waiting_for(actor),
        "elsewhere": elsewhere(actor),
        "may_break_glass": actor.may(Permission.BREAK_GLASS),
        "missing_shown": MISSING,
        "whole_team": wanted.whole_team,
        "may_record": actor.may(Permission.RECORD_EVENT),
        "work": work,
        "counts": work.counts(wanted),
        "headings": HEADINGS,
        "pressing": PRESSING,
        "groups": list(_groups(asked, work, wanted, duty_rows([duty for _, duty in work.rows], actor=actor, now=now))),
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)) if shown else None,
        "parts_known": parts_of(packs),
        "filters": list(_filters(asked)),
        "clauses_known": bool(packs),
    }
    return render(request, "casework/work.jinja2", page)


def _missing_heading(missing: list[MissingRow]) -> str:
    return " or ".join(dict.fromkeys(row.tag.text for row in missing)).capitalize() + " now"


def _wanted(asked: Asked, packs: list[Pack], page: int) -> Wanted:
    clauses = None
    if asked.part:
        clauses = [clause.id for pack in packs for clause in pack.executable if clause.section == asked.part]
    return Wanted(
        whole_team=asked.whole_team,
        buckets=(asked.bucket,) if asked.bucket else PRESSING,
        clauses=clauses,
        cases=asked.cases(),
        musts=sorted({clause.id for pack in packs for clause in pack.executable if clause.modality == "must"}),
        start=(page - 1) * ROWS if asked.bucket else 0,
        size=ROWS if asked.bucket else FIRST,
    )


def packs_adopted(actor: Actor) -> list[Pack]:
    """Every protocol, in every version, that somebody works by; which those are is no secret."""
    adoptions = Adoption.objects.visible_to(actor).defer("text").order_by("adopted_at")
    return list({(one.digest, str(one.terms), str(one.switches)): pack_of(one) for one in adoptions}.values())


def parts_of(packs: list[Pack]) -> list[str]:
    """The parts of the protocol in which somebody can owe something, in the document's order."""
    return list(dict.fromkeys(clause.section for pack in packs for clause in pack.executable if clause.section))


def _groups(asked: Asked, work: Work, wanted: Wanted, rows: list[DutyRow]) -> Iterator[Group]:
    counts: Mapping[Bucket, int] = work.counts(wanted)
    for bucket in wanted.buckets:
        found = [row for (place, _), row in zip(work.rows, rows, strict=True) if place is bucket]
        if found:
            heading = HEADINGS[bucket]
            hidden = asked.bucket is None and counts[bucket] > len(found)
            more = Link(f"Show all {counts[bucket]:,}", asked.link(due=bucket.value)) if hidden else None
            yield Group(bucket, heading, counts[bucket], found, more)


def _filters(asked: Asked) -> Iterator[Link]:
    """What narrows the list, each with the address that takes it away."""
    if asked.part:
        yield Link(asked.part, asked.link(part=""))
    if asked.scheme:
        yield Link(asked.scheme.name, asked.link(scheme=""))
    if asked.person:
        yield Link(asked.person, asked.link(person=""))
