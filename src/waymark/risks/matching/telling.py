"""A conflict in words, for whoever may read all that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from waymark.risks.matching.conflicts import Cause, Conflict, Side
from waymark.risks.models import ExcludedArea, Group, Marker, PersonOfConcern, Shape

BETWEEN = {
    Cause.CONFLICT: "Conflict with {other}",
    Cause.INCIDENT: "Incident with {other}",
    Cause.CO_EXPLOITED: "Exploited together with {other}",
    Cause.CO_OFFENDS: "Offends together with {other}",
    Cause.NOT_TOGETHER: "Must not live with {other}",
    Cause.RIVAL_GROUPS: "{other} is in a rival group",
    Cause.SAME_GROUP: "{other} is in the same group{group}: it would gather here",
}
ONE_SIDED = {
    Cause.EXPLOITS: {
        Side.TO_OTHERS: "Exploits {other}",
        Side.TO_THEM: "Is exploited by {other}",
        Side.BOTH: "Exploitation between them and {other}",
    },
    Cause.SEXUAL_HARM: {
        Side.TO_OTHERS: "Harmful sexual behaviour towards {other}",
        Side.TO_THEM: "Harmful sexual behaviour by {other}",
        Side.BOTH: "Harmful sexual behaviour between them and {other}",
    },
    Cause.EXPLOITATION_LINK: {
        Side.TO_OTHERS: "Linked to somebody who exploits {other}",
        Side.TO_THEM: "{other} is linked to somebody who exploits them",
        Side.BOTH: "Somebody exploits both them and {other}",
    },
    Cause.VULNERABLE: {
        Side.TO_OTHERS: "{other} is vulnerable to what they bring: {marker}",
        Side.TO_THEM: "Vulnerable to what {other} brings: {marker}",
    },
    Cause.PERSON_OF_CONCERN: {
        Side.TO_OTHERS: "A person of concern is found here whom they put at risk: {person}",
        Side.TO_THEM: "A person of concern is found here who puts them at risk: {person}",
        Side.BOTH: "A person of concern is found here: {person}",
    },
    Cause.RIVAL_OF_CONCERN: {Side.BOTH: "A person of concern of a rival group is found here: {person}"},
}
HARMFUL = ("sexual_harm", "exploits_others", "violence")


def told(conflict: Conflict, rows: Mapping[UUID, object], people: Mapping[UUID, str]) -> str:
    """One sentence about a conflict. `rows` are those it rests on by identifier, `people` names by case."""
    rests_on = [rows[item] for item in conflict.items]
    if conflict.cause is Cause.EXCLUDED:
        return f"Must not live here: {area_in_words(next(row for row in rests_on if isinstance(row, ExcludedArea)))}"
    return between_in_words(
        conflict.cause,
        conflict.side,
        people.get(conflict.other, "") if conflict.other else "",
        group=_named(rests_on, Group, ", {}"),
        person=_named(rests_on, PersonOfConcern, "{}"),
        marker=_harmful(rests_on),
    )


def between_in_words(cause: Cause, side: Side, other: str, **named: str) -> str:
    """What is between a young person and another, on whichever side."""
    text = BETWEEN.get(cause) or ONE_SIDED[cause][side]
    return text.format_map({"other": other, "group": "", "person": "", "marker": "", **named})


def _named(rows: list[object], model: type, words: str) -> str:
    return next((words.format(row) for row in rows if isinstance(row, model)), "")


def _harmful(rows: list[object]) -> str:
    found = (row for row in rows if isinstance(row, Marker) and row.kind in HARMFUL)
    return next((row.get_kind_display().lower() for row in found), "")


def area_in_words(area: ExcludedArea) -> str:
    """Where somebody must not live: "N7", "within 800 metres of the bus garage", a scheme's name, an address."""
    if area.shape == Shape.DISTRICT:
        return f"{area.district}{f' ({area.label})' if area.label else ''}"
    if area.shape == Shape.RADIUS:
        return f"within {area.metres:,} metres of {area.label or f'{area.latitude:.4f}, {area.longitude:.4f}'}"
    if area.shape == Shape.SCHEME and area.scheme is not None:
        return area.scheme.name
    return area.address
