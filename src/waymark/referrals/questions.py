"""What a referral asks: the shapes of its sections and questions. Plain data, no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from waymark.core import formats
from waymark.core.categories import Category

Choices = tuple[tuple[str, str], ...]
Answers = Mapping[str, Any]
YES, NO, UNKNOWN = "yes", "no", "unknown"
ANSWERS: Choices = ((YES, "Yes"), (NO, "No"), (UNKNOWN, "Not known"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `kind` is words, line, answer (yes, no, not known), choice, choices, date or districts
    (first halves of postcodes).

    `needed` where the section is not complete without it; `when` names another question of the section and the answers
    to it that this one belongs to: with any other it is neither asked for nor missed.
    """

    name: str
    label: str
    kind: str = "words"
    hint: str = ""
    choices: Choices = ()
    needed: bool = False
    when: tuple[str, tuple[str, ...]] | None = None

    def applies(self, answers: Answers) -> bool:
        """Whether the question belongs to these answers."""
        return self.when is None or answers.get(self.when[0]) in self.when[1]

    def in_words(self, answer: Any) -> str:
        """What somebody answered, as a page shows it; "" for nothing."""
        if self.kind == "answer":
            return dict(ANSWERS).get(answer, "")
        if self.kind == "date":
            return formats.day(date.fromisoformat(answer)) if answer else ""
        labels = dict(self.choices)
        if self.kind == "choices":
            return ", ".join(labels.get(one, one) for one in answer or ())
        return labels.get(answer, answer or "") if self.kind == "choice" else str(answer or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One page of a referral. `key` is its address, `category` who may read it, `clauses` what asks for it.

    `items` are what the referral holds, in the protocol's words, once the section is complete. `fact` is what the
    answer to a question says that the protocol reads: (question, fact). `only_for` is the fact without which the
    section is nobody's business. `optional` sections may be left out without anybody asking why.
    """

    key: str
    title: str
    group: str
    category: Category
    questions: tuple[Question, ...]
    clauses: tuple[str, ...]
    items: tuple[str, ...] = ()
    about: str = ""
    fact: tuple[str, str] | None = None
    only_for: str = ""
    optional: bool = False

    def asked(self, answers: Answers) -> Iterator[Question]:
        """The questions that belong to these answers."""
        return (question for question in self.questions if question.applies(answers))

    def lacking(self, answers: Answers) -> list[Question]:
        """What is still to be answered."""
        return [question for question in self.asked(answers) if question.needed and not answers.get(question.name)]

    def question(self, name: str) -> Question:
        """The question called `name`. Raises KeyError for any other."""
        return {question.name: question for question in self.questions}[name]
