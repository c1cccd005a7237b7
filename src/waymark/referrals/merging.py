"""Two people who wrote in one section at the same time: what each changed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waymark.referrals.questions import Answers, Section


@dataclass(frozen=True, slots=True)
class Merged:
    """The answers of both, and the questions that both answered differently, each with theirs."""

    answers: dict[str, Any]
    both: Mapping[str, Any]


def merge(section: Section, *, before: Answers, theirs: Answers, mine: Answers) -> Merged:
    """Put together what two people made of the same version `before`. Where both changed an answer, mine stands in
    `answers` and theirs in `both`, for somebody to decide.
    """
    answers: dict[str, Any] = {}
    both: dict[str, Any] = {}
    for name in (question.name for question in section.questions):
        was, other, own = before.get(name), theirs.get(name), mine.get(name)
        said = other if own == was else own
        if own != was and other not in (was, own):
            both[name] = other
        if said:
            answers[name] = said
    return Merged(answers, both)
