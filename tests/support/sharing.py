"""Something on every page of sharing: what was shared, what ended, what is to come, and shares that somebody began."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Shares:
    """Identifiers in addresses: a share, a share that the colleague only began, and one they have to check."""

    line: Any
    begun: Any
    answered: Any


def make_shares(person: Any, sharer: Any, colleague: Any, stranger: Any, long: str) -> Shares:
    """Share the record with a person of another authority and with a team, end a share, and begin others."""
    from waymark.access.golden_rules import GOLDEN_RULES
    from waymark.access.models import Basis, Consent, Grant, Membership, Team
    from waymark.access.sharing import Terms, end_line, share
    from waymark.casework.models import ShareDraft
    from waymark.core.categories import Category

    now = datetime.now(UTC)
    rules = {rule.name: next(iter(rule.answers), long) for rule in GOLDEN_RULES.values()}
    terms = Terms(
        reads=[Category.IDENTITY, Category.RISK],
        writes=[Category.RISK],
        basis=Basis.SAFEGUARDING,
        purpose=long,
        until=now + timedelta(days=60),
        conditions=long,
        consent=Consent.GIVEN,
        rules=rules,
    )
    elsewhere = Membership.objects.get(pk=stranger.membership_id)
    team = Team.objects.create(agency=elsewhere.agency, name=long, role="social_worker")
    line, ended, later = (
        share(actor=sharer, case=person.case, holder=holder, terms=terms)
        for holder in (_officer(elsewhere.agency, long), _officer(elsewhere.agency, "Ravi Dhillon"), team)
    )
    end_line(ended, actor=sharer, why=long)
    Grant.objects.filter(pk=later.pk).update(starts_at=now + timedelta(days=2))
    answers = {
        "agency": {"agency": [str(elsewhere.agency_id)]},
        "who": {"who": [f"person:{line.membership_id}"]},
        "reads": {"reads": ["risk", "missing"]},
        "writes": {"writes": ["risk"]},
        "why": {"purpose": [long], "basis": ["safeguarding"]},
        "until": {f"until-{part}": [str(getattr(terms.until, part))] for part in ("day", "month", "year")},
        "handling": {"onward": ["no"], "conditions": [long]},
        "consent": {"consent": ["not_asked"], "consent_note": [long]},
        "rules": {name: [answer] for name, answer in rules.items()},
    }
    begun, answered = (
        ShareDraft.objects.create(
            case=person.case,
            membership_id=colleague.membership_id,
            answers={step: answers[step] for step in list(answers)[:pages]},
            started_at=now,
            changed_at=now,
        )
        for pages in (1, len(answers))
    )
    return Shares(line.pk, begun.pk, answered.pk)


def _officer(agency: Any, name: str) -> Any:
    from waymark.access.models import Membership
    from waymark.accounts.models import Account

    account = Account.objects.create(name=name, email=f"{name[:20].replace(' ', '.').lower()}@waymark.example")
    return Membership.objects.create(
        account=account, agency=agency, role="social_worker", starts_at=datetime(2020, 1, 1, tzinfo=UTC)
    )


def sharing_visits(
    world: Any, long: str, send_empty: Callable[[Any], None]
) -> Iterator[tuple[str, str, str, Callable[[Any], None] | None]]:
    """(state, who, address, what they do there) of every page of sharing."""
    record, shares = f"/records/{world.person}", world.shares
    begun, answered = f"{record}/share/{shares.begun}", f"{record}/share/{shares.answered}"
    for who in ("colleague", "keyworker"):
        yield "who can see it", who, f"{record}/access", None
    yield "who can see nothing", "colleague", f"/records/{world.nothing}/access", None
    yield "who can see a scheme", "colleague", f"/records/{world.scheme}/access", None
    yield "begin to share", "colleague", f"{record}/share", None
    yield "no agency found", "colleague", f"{begun}/agency?q={long}", None
    yield "who wrong", "colleague", f"{begun}/who", send_empty
    yield "nobody found", "colleague", f"{begun}/who?q={long}x", None
    for step in ("agency", "who", "reads", "writes", "why", "until", "handling", "consent", "rules", "check"):
        yield f"share {step}", "colleague", f"{answered}/{step}", None
    for step, field in (("why", "purpose"), ("until", "until-day"), ("consent", "consent_note"), ("rules", "record")):
        yield f"share {step} wrong", "colleague", f"{answered}/{step}", _clear(field, send_empty)
    for page in (f"{shares.line}/end", f"{shares.line}/until", "consent"):
        yield page.rpartition("/")[2], "colleague", f"{record}/access/{page}", None
        yield f"{page.rpartition('/')[2]} wrong", "colleague", f"{record}/access/{page}", send_empty
    for who in ("colleague", "keyworker", "stranger"):
        yield "my access", who, "/my-access", None
    yield "my team's access", "colleague", "/my-access?why=team", None


def _clear(field: str, then: Callable[[Any], None]) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        page.locator(f"#{field}").fill("")
        then(page)

    return act
