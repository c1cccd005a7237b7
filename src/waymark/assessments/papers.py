"""The assessment as a document, and who writes letters to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from waymark.access.models import Involvement
from waymark.accounts.models import Account
from waymark.assessments.writing import Paper
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.documents.letters import Letter, Part, Sender
from waymark.documents.models import Kind
from waymark.events.vocabulary import ROLES
from waymark.placements.models import Approach
from waymark.referrals.comparing import in_words
from waymark.referrals.sections import SECTIONS

IN_THE_DOCUMENT = (Category.PLACEMENT, Category.RISK)
"""What the document says: those who may open it read both. Whatever else there is stands on the page alone."""
ELSEWHERE = "What is written about {} is on the page of the assessment in Waymark, for those who may read it."


def sender_of(actor: Actor) -> Sender:
    """Whoever writes, and how to reach them."""
    address = Account.objects.filter(pk__in=[actor.account_id]).values_list("email", flat=True)
    contact = address.first() or ""
    return Sender(name=actor.name, role=ROLES.get(actor.role, ""), organisation=actor.agency_name, contact=contact)


def worker_of(case: Case) -> Sender:
    """The young person's worker, whom to ask; their team where nobody is named."""
    now = Involvement.objects.current().filter(case=case, role="social_worker")
    found = now.select_related("membership__account", "membership__agency", "team__agency").order_by("starts_at")
    one = next(iter(sorted(found, key=lambda involvement: involvement.membership is None)), None)
    if one is not None and one.membership is not None:
        member = one.membership
        return Sender(
            name=member.account.name,
            role=ROLES[member.role],
            organisation=member.agency.name,
            contact=member.account.email,
        )
    if one is not None and one.team is not None:
        team = one.team
        return Sender(
            name=team.name, role="your team", organisation=team.agency.name, contact="ask for the duty worker"
        )
    return Sender(name="Your worker", role="who helps you", organisation="the council", contact="you have their number")


def address_of(approach: Approach) -> str:
    """Where the place is, as far as it is known yet."""
    if approach.scheme is not None:
        return approach.scheme.name
    return approach.provider.name if approach.provider is not None else ""


def assessment_document(approach: Approach, paper: Paper, *, actor: Actor, name: str, on: date) -> Letter:
    """The assessment with its risk matching and unit risk management plan (HAS-05), as it is sent."""
    return Letter(
        kind=Kind.HOUSING_ASSESSMENT,
        title=f"Housing assessment: {name}",
        to=["The worker, and the Placements Team"],
        sender=[actor.agency_name],
        on=on,
        greeting=f"For {address_of(approach)}.",
        parts=list(_parts(paper)),
        closing="Written by",
        signed=[actor.name, ROLES.get(actor.role, ""), actor.agency_name],
    )


def _parts(paper: Paper) -> Iterator[Part]:
    elsewhere: dict[str, None] = {}
    for part in paper.parts:
        version = paper.newest.get(part.key)
        if part.category not in IN_THE_DOCUMENT:
            elsewhere[Category(part.category).label.lower()] = None
            continue
        lines = [f"{label} {text}" for label, text in in_words(part, version.answers) if text] if version else []
        source = paper.source(part.key)
        told = in_words(SECTIONS[source.section], source.answers) if source is not None else []
        known = [f"{label} {text}" for label, text in told if text]
        yield Part(heading=part.title, paragraphs=known, items=lines or ["Nothing is written here yet."])
    if elsewhere:
        yield Part(heading="What this document leaves out", paragraphs=[ELSEWHERE.format(", ".join(elsewhere))])
