"""The codes of the return that decide what is imported, and what they mean.

One list serves all years: codes have come and gone (K3 came in 2024-25; H5, P2 and Z1 went in 2025-26), but none has
changed its meaning, and which year may use which is for the Department's own checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STARTED = "S"
LEGAL_STATUS_ONLY = "L"
NEW_PLACE_AND_CARERS = frozenset({"P", "B"})
NEW_PLACE_SAME_CARERS = frozenset({"T", "U"})
REASONS_FOR_NEW_EPISODE = frozenset({STARTED, LEGAL_STATUS_ONLY, *NEW_PLACE_AND_CARERS, *NEW_PLACE_SAME_CARERS})

LEGAL_STATUSES = frozenset({"C1", "C2", "D1", "E1", "V2", "V3", "V4", "L1", "L2", "L3", "J1", "J2", "J3"})
SHORT_BREAKS = frozenset({"V3", "V4"})
"""An agreed series of short breaks: not a home, and it does not count towards leaving care."""

SUPPORTED_ACCOMMODATION: Mapping[str, str] = MappingProxyType(
    {
        "K3": "Supported accommodation",
        "H5": "Semi-independent living accommodation",
        "P2": "Independent living",
        "Z1": "Other placement",
    }
)
"""The placements this import follows. H5, P2 and Z1 are how supported accommodation was coded before K3."""

TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
"""Short absences from a placement that is kept for the young person (hospital, holiday)."""

ELSEWHERE = frozenset(
    {"A3", "A4", "A5", "A6", "K1", "K2", "P1", "P3", "R1", "R2", "R3", "R5", "S1"}
    | {"U1", "U2", "U3", "U4", "U5", "U6", "Z11", "Z12", "Z13", "Z14"}
)
"""Adoption, homes, parents, hospital, custody, schools, fostering; and Z11 to Z14, which took Z1's place in 2025-26."""

PLACEMENTS = ELSEWHERE | TEMPORARY | SUPPORTED_ACCOMMODATION.keys()

PROVIDERS: Mapping[str, str] = MappingProxyType(
    {
        "PR0": "parents",
        "PR1": "own provision",
        "PR2": "another local authority",
        "PR3": "other public body",
        "PR4": "private provider",
        "PR5": "voluntary provider",
    }
)

EPISODE_CONTINUES = "X1"
STAYED_WITH_CARERS = "E17"
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "E2": "Died",
        "E3": "Care taken over by another local authority",
        "E4A": "Returned home as planned",
        "E4B": "Returned home, not as planned",
        "E5": "Moved into independent living with formal support",
        "E6": "Moved into independent living without formal support",
        "E7": "Moved to residential care funded by adult social care",
        "E8": "Stopped being looked after for another reason",
        "E9": "Sentenced to custody",
        "E11": "Adopted",
        "E12": "Adopted, consent dispensed with",
        "E13": "Left care to live with family or others without parental responsibility",
        "E14": "Accommodation on remand ended",
        "E15": "Found by age assessment to be 18 or over",
        "E16": "Moved abroad",
        "E17": "Aged 18 or over and stayed with the same carers",
        "E41": "Child arrangements or residence order made",
        "E43": "Special guardianship order made",
        "E44": "Special guardianship order made",
        "E45": "Special guardianship order made",
        "E46": "Special guardianship order made",
        "E47": "Special guardianship order made",
        "E48": "Special guardianship order made",
    }
)
"""How a period of being looked after ended, in this project's words."""

REASONS_EPISODE_CEASED = frozenset({EPISODE_CONTINUES, *ENDINGS})

NOT_CARE_LEAVERS = frozenset({"E2", "E3", "E11", "E12", "E15"})
"""Endings after which the council has no care leaver: died, taken over elsewhere, adopted, found to be adult."""

MISSING, AWAY = "M", "A"
ABSENCES: Mapping[str, str] = MappingProxyType(
    {MISSING: "missing from care", AWAY: "away from placement without authorisation"}
)

PARTICIPATION = frozenset({f"PN{number}" for number in range(8)})
ATTENDED = frozenset({"PN1", "PN2", "PN3", "PN4"})
"""Ways of taking part in a review in which the young person was there."""

IN_TOUCH = frozenset({"YES", "NO", "DIED", "REFU", "NREQ", "RHOM"})
DIED_AFTER_CARE = "DIED"
ACTIVITIES = frozenset({"F1", "P1", "F2", "P2", "F3", "P3", "F4", "P4", "F5", "P5", "G4", "G5", "G6", "0"})
ACCOMMODATION_LETTERS = frozenset("BCDEGHKRSTUVWXYZ")
SUITABLE, UNSUITABLE = "1", "2"
NOT_KNOWN = "0"

SEXES: Mapping[str, str] = MappingProxyType({"1": "M", "2": "F", "M": "M", "F": "F", "U": "U"})
"""1 and 2 until 2023-24; M, F and U since."""
