"""Answers in words, and two versions of them side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from waymark.referrals.questions import Answers, Section


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are in both versions (`same`), in the older only (`gone`) or in the newer only (`new`)."""

    text: str
    how: str = "same"


@dataclass(frozen=True, slots=True)
class Compared:
    """One question, with its answer then and now in pieces."""

    label: str
    older: list[Piece]
    newer: list[Piece]
    changed: bool


def in_words(section: Section, answers: Answers) -> list[tuple[str, str]]:
    """Each question that belongs to these answers, with what was answered; "" for nothing."""
    return [(question.label, question.in_words(answers.get(question.name))) for question in section.asked(answers)]


def side_by_side(section: Section, older: Answers, newer: Answers) -> list[Compared]:
    """Every question that either version answers, with the words that came and went."""
    rows = []
    for question in section.questions:
        before, after = (question.in_words(answers.get(question.name)) for answers in (older, newer))
        if before or after:
            rows.append(Compared(question.label, *_pieces(before, after), before != after))
    return rows


def _pieces(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    old, new = (re.findall(r"\S+\s*", text) for text in (before, after))
    then: list[Piece] = []
    now: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if a < b:
            then.append(Piece("".join(old[a:b]), "same" if how == "equal" else "gone"))
        if c < d:
            now.append(Piece("".join(new[c:d]), "same" if how == "equal" else "new"))
    return then, now
