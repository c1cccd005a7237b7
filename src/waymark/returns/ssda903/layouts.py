"""The files of the return by their columns, as published for each year."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """A file of the return, by the name the Department's guidance gives it."""

    HEADER = "Header"
    EPISODES = "Episodes"
    REVIEWS = "Reviews"
    MISSING = "Missing"
    OC3 = "OC3"
    UASC = "UASC"
    OC2 = "OC2"
    AD1 = "AD1"
    PLACED_FOR_ADOPTION = "Placed for adoption"
    PREVIOUS_PERMANENCE = "Previous permanence"
    SOCIAL_WORKERS = "Social worker episodes"


@dataclass(frozen=True, slots=True)
class Layout:
    """One set of columns that a kind of file has had, and in which returns."""

    kind: FileKind
    columns: tuple[str, ...]
    returns: str


REQUIRED = (FileKind.HEADER, FileKind.EPISODES)
"""Without these nobody can be placed in time: a return that lacks one is refused."""

USED = (*REQUIRED, FileKind.REVIEWS, FileKind.MISSING, FileKind.OC3, FileKind.UASC)
"""The files whose rows are read. The others are recognised, and reported as not used."""

_EPISODES = "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST"

LAYOUTS: tuple[Layout, ...] = tuple(
    Layout(kind, tuple(columns.split()), returns)
    for kind, columns, returns in (
        (FileKind.HEADER, "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB", "all"),
        (FileKind.EPISODES, f"{_EPISODES} URN", "2015-16 onwards"),
        (FileKind.EPISODES, _EPISODES, "before 2015-16"),
        (FileKind.REVIEWS, "CHILD DOB REVIEW REVIEW_CODE", "all"),
        (FileKind.MISSING, "CHILD DOB MISSING MIS_START MIS_END", "2015-16 onwards"),
        (FileKind.OC3, "CHILD DOB IN_TOUCH ACTIV ACCOM", "all"),
        (FileKind.UASC, "CHILD SEX DOB DUC", "all"),
        (
            FileKind.OC2,
            "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT "
            "SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
            "all",
        ),
        (FileKind.AD1, "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR", "all"),
        (
            FileKind.PLACED_FOR_ADOPTION,
            "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
            "all",
        ),
        (FileKind.PREVIOUS_PERMANENCE, "CHILD DOB PREV_PERM LA_PERM DATE_PERM", "2016-17 onwards"),
        (FileKind.SOCIAL_WORKERS, "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON", "2023-24 onwards"),
    )
)

_BY_COLUMNS = {frozenset(layout.columns): layout for layout in LAYOUTS}


def recognise(columns: tuple[str, ...]) -> Layout | None:
    """The layout with exactly these columns, in any order: their names, not their places, carry the meaning."""
    return _BY_COLUMNS.get(frozenset(columns)) if len(set(columns)) == len(columns) else None


def nearest(columns: tuple[str, ...]) -> Layout:
    """The layout that shares most with some columns that none has, to say what is wrong with them."""
    have = frozenset(columns)
    return max(LAYOUTS, key=lambda layout: len(have & set(layout.columns)) - len(have ^ set(layout.columns)) / 100)
