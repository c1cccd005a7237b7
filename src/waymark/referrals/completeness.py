"""What a referral still lacks, each gap with the clause that asks for it, and whether it holds the referral back.

Worked out from what the referral holds (`Held`), so that a page and the service that sends it say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waymark.core.categories import Category
from waymark.referrals.questions import YES, Answers, Section
from waymark.referrals.record import ROUTES
from waymark.referrals.sections import ASSESSMENT, RISK_SECTIONS, SECTIONS

DOCUMENTS: Mapping[str, str] = {
    "asset_plus_explanations": "asset_explanations",
    "yos_pathway_plan": "yos_pathway_plan",
    "care_plan": "care_or_pathway_plan",
    "pathway_plan": "care_or_pathway_plan",
    "personal_education_plan": "personal_education_plan",
}
"""Kinds of document, and what the referral holds with them in the protocol's words."""
KNOWN_RISKS = "known-risks"
"""The page on which it is said of all risks whether they are known, where a section would be named."""
ON_AN_ORDER = ("asset_explanations", "yos_pathway_plan")  # REF-13
ITEM_NAMES = {
    "asset_explanations": "the Asset+ explanations and conclusions",
    "yos_pathway_plan": "the Youth Offending Service pathway plan",
}
KIND_OF_ITEM: Mapping[str, str] = {
    "asset_explanations": "asset_plus_explanations",
    "yos_pathway_plan": "yos_pathway_plan",
}
"""The kind of document that brings what is missing."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a section says now; `copied` where nobody has looked at it since it was taken from an earlier referral."""

    answers: Answers
    number: int = 1
    copied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a referral holds: its sections as they are now, its documents by kind, and what the record says.

    `gates` are the clauses whose gate is shut, each with what must happen first. `area_told` is whether the gangs team
    has told of areas since the risk assessment was saved.
    """

    sections: Mapping[str, Written]
    documents: Collection[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    gates: Sequence[tuple[str, str, Sequence[str]]] = ()
    told_since: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing: the clause, what it is, the section it belongs to, and whether it holds the button.

    That it is missing tells something of the kind of information that it is of, `category`. `document` is the kind of
    document that is missing, where one is.
    """

    clause: str
    text: str
    section: str = ""
    holds: bool = False
    category: Category = Category.PLACEMENT
    document: str = ""


def is_complete(section: Section, written: Written | None) -> bool:
    """Whether a section says what it must."""
    return written is not None and not written.copied and not section.lacking(written.answers)


def route(facts: Mapping[str, Any]) -> str:
    """Where the referral goes (REF-02); "" while the legal status is not known."""
    return ROUTES.get(str(facts.get("status", "")), "")


def gaps(held: Held) -> list[Gap]:
    """What is missing: what holds the referral first, then in the order of the clauses."""
    found = [*_route(held), *_sections(held), *_risks(held), *_gates(held), *_told(held), *_papers(held)]
    return sorted(found, key=lambda gap: (not gap.holds, gap.clause))


def _route(held: Held) -> Iterator[Gap]:
    if not route(held.facts):
        yield Gap("REF-02", "Legal status: it decides which team the referral goes to", holds=True)


def _sections(held: Held) -> Iterator[Gap]:
    """REF-03 must be there; the other sections should."""
    for section in SECTIONS.values():
        if section in RISK_SECTIONS or section.optional or not section.items:
            continue
        if not is_complete(section, held.sections.get(section.key)):
            holds = section.clauses[0] == "REF-03"
            text = _what_lacks(section, held)
            yield Gap(section.clauses[0], text, section.key, holds=holds, category=section.category)
    youth_justice = SECTIONS["youth-justice"]
    if not is_complete(youth_justice, held.sections.get(youth_justice.key)):
        holds = held.facts.get("yos_order") is True
        text = _what_lacks(youth_justice, held)
        yield Gap("REF-10", text, youth_justice.key, holds=holds, category=youth_justice.category)


def _what_lacks(section: Section, held: Held) -> str:
    """A section, with what is still to be answered where somebody has begun it."""
    written = held.sections.get(section.key)
    if written is None:
        return section.title
    if written.copied:
        return f"{section.title}: copied, to be looked at again"
    labels = [question.label for question in section.lacking(written.answers)]
    return f"{section.title}: not answered yet: {'; '.join(labels)}"


def _risks(held: Held) -> Iterator[Gap]:
    """REF-06. Those of which nobody has said anything are answered on one page; where that of gangs is among them it
    holds the referral, since a gate hangs on it.
    """
    silent = [one for one in RISK_SECTIONS if one.key not in held.sections]
    if silent:
        text = f"{len(silent)} risks and vulnerabilities: nobody has said whether they are known"
        yield Gap("REF-06", text, KNOWN_RISKS, holds=any(map(_has_a_gate, silent)), category=Category.RISK)
    for section in RISK_SECTIONS:
        if section not in silent and not is_complete(section, held.sections[section.key]):
            text = _what_lacks(section, held)
            yield Gap("REF-06", text, section.key, holds=_has_a_gate(section), category=section.category)


def _has_a_gate(section: Section) -> bool:
    return section.fact == ("known", "gang_risk")


def _gates(held: Held) -> Iterator[Gap]:
    for clause, title, missing in held.gates:
        category = Category.YOUTH_JUSTICE if clause == "REF-10" else Category.RISK
        text = title if len(missing) == 1 else f"{title}: {', '.join(missing)}"
        yield Gap(clause, text, holds=True, category=category)


def _told(held: Held) -> Iterator[Gap]:
    if held.told_since:
        yield Gap(
            "REF-09",
            "The risk assessment does not hold yet what the checks found",
            ASSESSMENT.key,
            category=ASSESSMENT.category,
        )


def _papers(held: Held) -> Iterator[Gap]:
    there = items(held)
    on_order = held.facts.get("yos_order") is True
    for item in ON_AN_ORDER if on_order else ():
        if item not in there:
            text, kind = f"Documents: {ITEM_NAMES[item]}", KIND_OF_ITEM[item]
            yield Gap("REF-13", text, category=Category.YOUTH_JUSTICE, document=kind)
    if "care_or_pathway_plan" not in there:
        yield Gap("REF-13", "Documents: a care plan or a pathway plan", document=_plan(held.facts))


def _plan(facts: Mapping[str, Any]) -> str:
    """The plan that somebody has by their legal status: of a care leaver it is the pathway plan."""
    return "pathway_plan" if facts.get("status") == "care_leaver" else "care_plan"


def as_told(found: Sequence[Gap], readable: Collection[Category]) -> list[Gap]:
    """The gaps at the level of somebody who reads these kinds of information: all others are one line, which tells
    neither which nor how many.
    """
    hidden = [gap for gap in found if gap.category not in readable]
    shown = [gap for gap in found if gap.category in readable]
    if not hidden:
        return shown
    return [
        *shown,
        Gap("REF-03", "Something in parts that are not shared with you", holds=any(g.holds for g in hidden)),
    ]


def items(held: Held) -> list[str]:
    """What the referral holds, in the protocol's words, for `referral_submitted`."""
    found = [
        item
        for section in SECTIONS.values()
        for item in section.items
        if is_complete(section, held.sections.get(section.key))
    ]
    if all(is_complete(section, held.sections.get(section.key)) for section in RISK_SECTIONS):
        found.append("risk_detail")
    return list(dict.fromkeys([*found, *(DOCUMENTS[kind] for kind in held.documents if kind in DOCUMENTS)]))


def known_risks(sections: Mapping[str, Written]) -> list[Section]:
    """The risks and vulnerabilities that were answered with yes."""
    return [one for one in RISK_SECTIONS if one.key in sections and sections[one.key].answers.get("known") == YES]
