"""What is known of a young person as rows of a page, in words, at the reader's level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.people.models import YoungPerson
from waymark.risks.matching.conflicts import Cause, Side
from waymark.risks.matching.telling import area_in_words, between_in_words
from waymark.risks.models import (
    Affiliation,
    Association,
    AssociationKind,
    Direction,
    ExcludedArea,
    ExclusionReason,
    Group,
    Marker,
    PersonOfConcern,
    Strength,
)
from waymark.risks.services.links import TURNED

UNNAMED = "somebody known to the gangs team"
"""A person of concern, to whoever may not read the register."""

NOT_SHOWN = "Not shown to you"
"""Who said that a place is excluded, to whoever may not read why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing known: what, more about it, who told us, since when and until when.

    `sort` names what it is in addresses, `named` the record of another young person whom it names.
    """

    pk: UUID
    what: str
    more: str
    source: str
    since: datetime
    until: datetime | None
    sort: str
    may_end: bool
    named: UUID | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a reader may read of one young person here."""

    areas: list[Row]
    markers: list[Row]
    groups: list[Row]
    associations: list[Row]
    over: list[Row]

    def rows(self) -> list[Row]:
        """All of them."""
        return [*self.areas, *self.markers, *self.groups, *self.associations, *self.over]

    @property
    def named(self) -> frozenset[UUID]:
        """The records of others whom some of it names."""
        return frozenset(row.named for row in self.rows() if row.named)


def known_of(case: Case, actor: Actor, now: datetime) -> Known:
    """What a reader may read of a young person's risks, in a number of queries that does not grow with the rows."""
    areas = list(_areas(case, actor))
    markers = [_marker(row, actor) for row in Marker.objects.visible_to(actor).filter(case=case).order_by("kind", "pk")]
    joined = list(Affiliation.objects.visible_to(actor).filter(case=case))
    called = Group.objects.visible_to(actor).filter(pk__in=[row.group_id for row in joined])
    group_names = {group.pk: group.name for group in called}
    groups = sorted((_affiliation(row, actor, group_names) for row in joined), key=lambda row: (row.what, str(row.pk)))
    between = list(Association.objects.visible_to(actor).about(case).order_by("kind", "pk"))
    others = {_other(row, case) for row in between} - {None}
    names = {one.case_id: one.name for one in YoungPerson.objects.visible_to(actor).filter(case__in=others)}
    concern = PersonOfConcern.objects.visible_to(actor).filter(pk__in=[row.person_id for row in between])
    of_concern = {one.pk: one.name for one in concern}
    associations = [_association(row, case, actor, names | of_concern) for row in between]
    every = (areas, markers, groups, associations)
    over = [row for rows in every for row in rows if row.until is not None and row.until <= now]
    over.sort(key=lambda row: row.until or now, reverse=True)
    return Known(
        areas=_current(areas, now),
        markers=_current(markers, now),
        groups=_current(groups, now),
        associations=_current(associations, now),
        over=over,
    )


def _current(rows: Iterable[Row], now: datetime) -> list[Row]:
    return [row for row in rows if row.until is None or row.until > now]


def _areas(case: Case, actor: Actor) -> Iterable[Row]:
    reasons = {one.area_id: one for one in ExclusionReason.objects.visible_to(actor).filter(case=case)}
    found = ExcludedArea.objects.visible_to(actor).filter(case=case).select_related("scheme")
    for area in found.order_by("shape", "district", "label", "pk"):
        reason = reasons.get(area.pk)
        where = f"{area_in_words(area)}{', outside the borough' if area.outside else ''}"
        yield Row(
            area.pk,
            where[:1].upper() + where[1:],
            reason.why if reason else "",
            reason.source if reason else NOT_SHOWN,
            area.starts_at,
            area.ends_at,
            "area",
            actor.may(Permission.RECORD_RISK, area),
        )


def _marker(row: Marker, actor: Actor) -> Row:
    may_end = actor.may(Permission.RECORD_RISK, row)
    return Row(row.pk, row.get_kind_display(), row.note, row.source, row.starts_at, row.ends_at, "marker", may_end)


def _affiliation(row: Affiliation, actor: Actor, names: dict[UUID, str]) -> Row:
    may_end = actor.may(Permission.RECORD_ASSOCIATION, row)
    what = f"{names.get(row.group_id, 'A group of another register')}{_unsure(row.strength)}"
    return Row(row.pk, what, row.note, row.source, row.starts_at, row.ends_at, "affiliation", may_end)


def _association(row: Association, case: Case, actor: Actor, names: dict[UUID, str]) -> Row:
    side = row.direction if row.case_id == case.pk else TURNED[Direction(row.direction)]
    there = row.person_id or _other(row, case)
    other = names.get(there, UNNAMED) if there else UNNAMED
    if row.kind == AssociationKind.POSITIVE:
        what = f"Good for each other: {other}"
    else:
        what = between_in_words(Cause(row.kind), Side(side), other)
    may_end = actor.may(Permission.RECORD_ASSOCIATION, row)
    return Row(
        row.pk,
        f"{what}{_unsure(row.strength)}",
        row.note,
        row.source,
        row.starts_at,
        row.ends_at,
        "association",
        may_end,
        _other(row, case) if there in names else None,
    )


def _other(row: Association, case: Case) -> UUID | None:
    """The record of whoever else it is about; None for a person of concern."""
    return row.other_id if row.case_id == case.pk else row.case_id


def _unsure(strength: str) -> str:
    return " (suspected)" if strength == Strength.SUSPECTED else ""
