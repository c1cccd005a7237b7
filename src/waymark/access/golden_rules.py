"""The seven golden rules for sharing information, one question each, as an explicit share walks through them.

HM Government, *Information sharing: advice for practitioners providing safeguarding services* (2018, revised 2024), in
our own words. What was answered is kept in the line of the ledger (`Grant.rules`): a choice by its name, or words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LONGEST_ANSWER = 1_000
"""How many letters an answer in words may have."""


@dataclass(frozen=True, slots=True)
class GoldenRule:
    """One rule: what it says, what is asked, and the answers there are; none where the answer is words."""

    name: str
    says: str
    asks: str
    answers: Mapping[str, str]

    def in_words(self, answer: str) -> str:
        """What was answered, as people read it."""
        return self.answers.get(answer, answer)


PRIORITY, TOLD, LAWFUL, ADVICE, IDENTITIES, NEEDED, RECORD = (
    "priority",
    "told",
    "lawful",
    "advice",
    "identities",
    "needed",
    "record",
)

_RULES = (
    GoldenRule(
        PRIORITY,
        "Keeping a young person safe comes before anybody's privacy.",
        "What is this sharing for?",
        {
            "harm": "To protect them, or somebody else, from harm",
            "support": "To support them; nobody is thought to be at risk of harm",
        },
    ),
    GoldenRule(
        TOLD,
        "Be open with them about what is shared, with whom and why, unless that would put somebody at risk.",
        "Do they know of it?",
        {
            "told": "Yes, they have been told",
            "will_be": "Not yet, and they will be told",
            "unsafe": "No, because telling them could put somebody at more risk",
            "unreachable": "No, because they could not be reached in time",
        },
    ),
    GoldenRule(
        LAWFUL,
        "Consent is not needed where somebody is at risk; a lawful basis always is.",
        "Would you share it even if they said no?",
        {
            "yes": "Yes, it does not rest on their consent",
            "no": "No, it rests on their consent",
        },
    ),
    GoldenRule(
        ADVICE,
        "Ask early when you are not sure. Do not leave somebody at risk because you are not sure of the law.",
        "Are you sure that it may be shared?",
        {
            "sure": "Yes, I am sure",
            "asked": "Yes, after asking a manager, the legal team or the data protection lead",
        },
    ),
    GoldenRule(
        IDENTITIES,
        "Protect whoever could be harmed if others learned who or where they are, or what they told us.",
        "Could anybody be harmed if this became known to the wrong person?",
        {
            "no": "No",
            "protected": "Yes, and the handling conditions say how they are protected",
        },
    ),
    GoldenRule(
        NEEDED,
        "Share what is needed for the purpose, with those who need it: relevant, right and up to date.",
        "Is all of it needed, and is it right?",
        {
            "needed": "Yes, it is what they need and no more, and it is right as far as I know",
            "in_doubt": "It is what they need; some of it is not certain, and the record says so",
        },
    ),
    GoldenRule(
        RECORD,
        "Write down what you decided and why, whether you share or not.",
        "Why did you decide to share it?",
        {},
    ),
)

GOLDEN_RULES: Mapping[str, GoldenRule] = MappingProxyType({rule.name: rule for rule in _RULES})
"""The rules by name, in their order."""


def unanswered(answers: Mapping[str, str]) -> list[str]:
    """The names of the rules to which `answers` gives no answer, or one that there is not."""
    return [rule.name for rule in _RULES if not _is_answer(rule, answers.get(rule.name, ""))]


def _is_answer(rule: GoldenRule, answer: str) -> bool:
    return answer in rule.answers if rule.answers else 0 < len(answer.strip()) <= LONGEST_ANSWER
