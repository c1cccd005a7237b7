"""Letters that go out: an offer, a refusal, a confirmation (HAS-06, HAS-12, HAS-13). Short words, short sentences.

A letter is first a few parts of text, which a page shows as it stands and typst makes a PDF of; both say the same. They
are for a young person to read: words of a reading age of 9 to 11, a name to ask for, and what happens next.

A page that shows one before it goes out includes `documents/letter.jinja2`, with `letter` as `as_data()` gives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from waymark.cases.models import Case
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.services import service
from waymark.documents import pdf
from waymark.documents.models import Document, Kind
from waymark.documents.services import About, store_letter

TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"
NOT_DRAWN = "Some letters could not be printed here. The page in Waymark shows all of them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a letter: a heading (or none), paragraphs, and a list below them."""

    heading: str = ""
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter says. `sender` is who writes, with the organisation; `ask` whom to ask, and how to reach them."""

    kind: Kind
    title: str
    to: Sequence[str]
    sender: Sequence[str]
    on: date
    greeting: str
    parts: Sequence[Part]
    closing: str = "From"
    signed: Sequence[str]

    def as_data(self) -> dict[str, Any]:
        """As the page and the PDF read it."""
        return {
            "title": pdf.clean(self.title),
            "to": [pdf.clean(line) for line in self.to],
            "from": [pdf.clean(line) for line in self.sender],
            "date": formats.day(self.on),
            "greeting": pdf.clean(self.greeting),
            "parts": [_cleaned(part) for part in self.parts],
            "closing": self.closing,
            "signed": [pdf.clean(line) for line in self.signed],
            "note": "",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes, where they work, and whom to ask: `contact` is a telephone number or an address."""

    name: str
    role: str
    organisation: str
    contact: str


def offer_letter(
    *, name: str, address: str, need_level: str, sender: Sender, worker: Sender, on: date, move_in: date | None = None
) -> Letter:
    """An offer of a place (HAS-06): the address, when they may move in, and how much support there is."""
    when = (
        f"You may be able to move in on {formats.day(move_in)}."
        if move_in
        else "We will tell you when you can move in."
    )
    return Letter(
        kind=Kind.OFFER_LETTER,
        title="We have a place for you",
        to=[name],
        sender=[sender.organisation],
        on=on,
        greeting=f"Hello {_first(name)},",
        parts=[
            Part(paragraphs=["We would like to offer you a place to live.", f"The address is: {address}.", when]),
            Part(heading="Help while you live there", paragraphs=[f"The level of help is: {need_level}."]),
            Part(
                heading="What happens next",
                items=[
                    f"{worker.name} will talk with you about this place.",
                    "You can visit it and ask anything you like.",
                    "You can say what you think before it is decided.",
                    "If you say yes, we will meet to plan your move.",
                ],
            ),
            _whom_to_ask(worker, sender),
        ],
        signed=[sender.name, sender.role, sender.organisation],
    )


def refusal_letter(
    *,
    name: str,
    place: str,
    explanation: str,
    sender: Sender,
    worker: Sender,
    on: date,
    discussed_on: date | None = None,
) -> Letter:
    """That a place is not offered (HAS-12): why, when it was talked about, and how to say that it is wrong (CHA)."""
    talked = [f"We talked about this with {worker.name} on {formats.day(discussed_on)}."] if discussed_on else []
    return Letter(
        kind=Kind.REFUSAL_LETTER,
        title="We cannot offer you this place",
        to=[name],
        sender=[sender.organisation],
        on=on,
        greeting=f"Hello {_first(name)},",
        parts=[
            Part(paragraphs=[f"You asked for a place at {place}. We are sorry: we cannot offer it to you."]),
            Part(heading="Why", paragraphs=[*_paragraphs(explanation), *talked]),
            Part(
                heading="If you think this is wrong",
                paragraphs=[f"Tell {worker.name}. They can ask us to think again, and must tell you what we say."],
                items=[
                    "They can ask us what we know and why we decided this.",
                    "They can show us that things are not as we thought.",
                    "If we still say no, they can take it to the people who pay for this place.",
                    "You can have an advocate. That is somebody who speaks up for you. It costs nothing.",
                ],
            ),
            Part(heading="What happens next", paragraphs=[f"{worker.name} will go on looking for a place for you."]),
            _whom_to_ask(worker, sender),
        ],
        signed=[sender.name, sender.role, sender.organisation],
    )


def placement_confirmation(
    *, name: str, address: str, move_in: date, sender: Sender, worker: Sender, on: date, bring: Sequence[str] = ()
) -> Letter:
    """That a place is theirs (HAS-13): where and when they move in, and what to bring."""
    things = Part(heading="What to bring", items=list(bring)) if bring else None
    parts = [
        Part(
            paragraphs=[
                "It is settled: you have a place to live.",
                f"The address is: {address}.",
                f"You move in on {formats.day(move_in)}.",
            ]
        ),
        things,
        Part(
            heading="What happens next",
            items=[
                "We will meet you, with the people who help you, to plan your first weeks.",
                "You will have a keyworker. That is the person at your new home who helps you.",
                f"{worker.name} stays your worker.",
            ],
        ),
        _whom_to_ask(worker, sender),
    ]
    return Letter(
        kind=Kind.PLACEMENT_CONFIRMATION,
        title="Your new home",
        to=[name],
        sender=[sender.organisation],
        on=on,
        greeting=f"Hello {_first(name)},",
        parts=[part for part in parts if part is not None],
        signed=[sender.name, sender.role, sender.organisation],
    )


def pdf_of(letter: Letter, at: datetime) -> bytes:
    """The letter as an accessible PDF file."""
    data = letter.as_data()
    return pdf.made(TEMPLATE, data, at, if_not_drawn={**data, "note": NOT_DRAWN})


@service
def send_letter(
    letter: Letter, *, actor: Actor, case: Case, about: About | None = None, clock: Clock = system_clock
) -> Document:
    """Keep a letter on the record of `case`, as a PDF and as a page, for whoever hands it on (HAS-14)."""
    return store_letter(
        actor=actor,
        case=case,
        kind=letter.kind,
        title=f"{letter.title}, {formats.day(letter.on)}",
        content=pdf_of(letter, clock.now()),
        letter=letter.as_data(),
        about=about,
        clock=clock,
    )


def _whom_to_ask(worker: Sender, sender: Sender) -> Part:
    return Part(
        heading="Who to ask",
        items=[f"{one.name}, {one.role}, {one.organisation}: {one.contact}" for one in (worker, sender)],
    )


def _first(name: str) -> str:
    return name.split()[0] if name.split() else name


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cleaned(part: Part) -> dict[str, Any]:
    found = asdict(part)
    return {
        "heading": pdf.clean(found["heading"]),
        "paragraphs": [pdf.clean(one) for one in found["paragraphs"]],
        "items": [pdf.clean(one) for one in found["items"]],
    }
