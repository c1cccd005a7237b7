"""A certificate of disposal, in words and as a PDF file."""

from __future__ import annotations

from waymark.core import formats
from waymark.disclosure import pdf
from waymark.disclosure.models import Certificate
from waymark.disclosure.periods import RULES
from waymark.disclosure.telling import Cell, Chapter, Said

ABOUT = (
    "A record was disposed of: what was held on one person was removed for good. This certificate holds nothing about "
    "that person.",
)


def facts(certificate: Certificate) -> list[tuple[str, str]]:
    """Which rule, who decided, when, and the digest."""
    rule = RULES[certificate.rule]
    return [
        ("Council", certificate.authority.agency.name),
        ("Rule", f"{rule.who}: {rule.how_long}"),
        ("Source", rule.source),
        ("Proposed by", f"{certificate.proposed_by.account.name}, {formats.moment(certificate.proposed_at)}"),
        ("Approved by", f"{certificate.approved_by.account.name}, {formats.moment(certificate.approved_at)}"),
        ("Certificate", str(certificate.pk)),
        ("Digest (SHA-256)", certificate.digest),
    ]


def as_pdf(certificate: Certificate) -> bytes:
    """The certificate as an accessible PDF file."""
    removed = [(title, f"{count:,}") for title, count in certificate.removed.items()]
    chapters = [
        _chapter("The decision", "By which rule, and who decided.", ("What", "Which"), facts(certificate)),
        _chapter("What was removed", "How many rows of each kind.", ("Kind", "How many"), removed),
        _chapter("What was kept", "And why.", ("Kind", "Why"), list(certificate.kept.items())),
    ]
    return pdf.report(
        title="Certificate of disposal",
        footer=f"Certificate of disposal {certificate.pk}",
        about=ABOUT,
        chapters=chapters,
        at=certificate.approved_at,
    )


def _chapter(title: str, about: str, head: tuple[str, str], pairs: list[tuple[str, str]]) -> Chapter:
    rows: list[tuple[Cell, Cell]] = [([Said(name)], [Said(value)]) for name, value in pairs]
    return Chapter(title, about, head, rows)
