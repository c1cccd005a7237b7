"""On which page a clause of the Islington protocol is kept, for those that have a page of their own.

Plain data: the command that lists a pack's clauses needs no pages, and pages are looked up by their names. Every other
clause is kept where things are recorded. A test compares this with the pack and with the addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RECORD = ("record", "A record: Record what happened")
"""Where everything is recorded that has no page of its own."""

_PAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "start": ("referral_start", "A record: Referrals: Start a referral"),
        "tasks": ("referral", "A referral: the list of tasks"),
        "section": ("referral_section", "A referral: its parts"),
        "known": ("referral_known_risks", "A referral: which risks are known"),
        "send": ("referral_send", "A referral: Before it is sent"),
        "checks": ("referral_checks", "A referral: Checks by others"),
        "documents": ("documents", "A record: Documents"),
        "desk": ("referral_desk", "A referral: Check it"),
        "search": ("referral_search", "A referral: Looking for a place"),
        "pathway": ("pathway_decides", "A referral: Can the pathway help?"),
        "money": ("referral_money", "A referral: Money for this referral"),
        "history": ("housing_record", "A record: Supported Housing Record"),
        "interview": ("assessment_interview", "Referrals passed to you: Interview"),
        "outcome": ("assessment_outcome", "Referrals passed to you: What became of the interview"),
        "part": ("assessment_part", "Referrals passed to you: the housing assessment"),
        "complete": ("assessment_complete", "Referrals passed to you: Complete the housing assessment"),
        "whole": ("assessment_whole", "Referrals passed to you: All of it on one page"),
        "offer": ("assessment_offer", "Referrals passed to you: Offer a place"),
        "discussed": ("refusal_discussed", "Referrals passed to you: You have discussed a possible refusal"),
        "refuse": ("assessment_refuse", "Referrals passed to you: Refuse"),
        "confirm": ("confirm_placement", "An offer: Confirm the place in writing"),
        "before": ("before_moving_in", "An offer: before moving in"),
        "moved_in": ("moved_in", "An offer: Record that they moved in"),
        "family": ("family_placed", "A record: Family placed out of borough"),
        "refusal": ("referral_refusal", "A referral: Accept the refusal, or challenge it"),
        "challenge": ("challenge", "A challenge"),
        "need level": ("referral_need_level", "A referral: Dispute the level of need"),
        "voids": ("voids_summary", "Vacancies: Voids and move-on of a month"),
    }
)

_KEPT_ON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "REF-01": ("start",),
        "REF-02": ("send",),
        "REF-03": ("section", "send"),
        "REF-04": ("section", "send"),
        "REF-05": ("section", "send"),
        "REF-06": ("known", "section", "send"),
        "REF-07": ("checks", "send"),
        "REF-08": ("checks",),
        "REF-09": ("section",),
        "REF-10": ("checks", "send"),
        "REF-11": ("section", "send"),
        "REF-12": ("section",),
        "REF-13": ("documents", "send"),
        "REF-14": ("checks",),
        "SEA-01": ("desk",),
        "SEA-02": ("desk", "search"),
        "SEA-03": ("search",),
        "SEA-04": ("search",),
        "SEA-05": ("history",),
        "SEA-06": ("checks",),
        "SEA-07": ("checks",),
        "SEA-08": ("pathway",),
        "SEA-09": ("search",),
        "SEA-10": ("money",),
        "SEA-11": ("voids",),
        "SEA-12": ("section",),
        "SEA-13": ("checks",),
        "HAS-01": ("interview",),
        "HAS-02": ("part", "complete"),
        "HAS-03": ("part", "complete"),
        "HAS-04": ("part", "complete"),
        "HAS-05": ("whole",),
        "HAS-06": ("offer", "refuse"),
        "HAS-07": ("discussed", "refuse"),
        "HAS-08": ("outcome",),
        "HAS-09": ("documents",),
        "HAS-10": ("before", "moved_in"),
        "HAS-11": ("family",),
        "HAS-12": ("refuse",),
        "HAS-13": ("confirm",),
        "HAS-14": ("documents",),
        "CHA-01": ("refusal",),
        "CHA-02": ("challenge",),
        "CHA-03": ("challenge",),
        "CHA-04": ("challenge",),
        "CHA-05": ("challenge",),
        "CHA-06": ("need level", "challenge"),
        "CHA-07": ("challenge",),
        "CHA-08": ("challenge",),
    }
)


def pages_of(clause: str) -> list[tuple[str, str]]:
    """The pages on which a clause is kept: the name of each one's address, and where to find it."""
    return [_PAGES[key] for key in _KEPT_ON.get(clause, ())] or [RECORD]


def where_done(clause: str) -> str:
    """Where a clause is kept, in words."""
    return "; ".join(words for _, words in pages_of(clause))
