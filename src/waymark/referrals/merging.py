"""Two people who wrote in one section, or one part of an assessment, at the same time: what each changed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from waymark.referrals.questions import Answers, Section


@dataclass(frozen=True, slots=True)
class Merged:
    """The answers of both, and the questions that both answered differently, each with theirs."""

    answers: dict[str, Any]
    both: Mapping[str, Any]


class Version(Protocol):
    """What is read of the newest version: what it says, and which it is."""

    @property
    def answers(self) -> Answers: ...
    @property
    def number(self) -> int: ...


class WrittenMeanwhile(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """Somebody saved a version after the one that was before the writer: `newest` is theirs.

    `merged` holds what both wrote, and what both answered differently.
    """

    def __init__(self, newest: Version, merged: Merged) -> None:
        self.newest, self.merged = newest, merged
        super().__init__("Somebody else has saved this meanwhile")


def with_theirs(section: Section, newest: Version, mine: Answers, *, before: Answers | None) -> Answers:
    """What both wrote who had the version `before`, if there was one; `WrittenMeanwhile` for somebody to decide."""
    merged = merge(section, before=before or {}, theirs=newest.answers, mine=mine)
    if merged.both:
        raise WrittenMeanwhile(newest, merged)
    return merged.answers


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
