"""The parts of a housing assessment, in their order, and the clause that asks for each.

It starts from the social care risk assessment: beside each risk that the referral knows stands what is done about it
here (HAS-02). The young person does not tell their story again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from waymark.core.categories import Category
from waymark.referrals.questions import Answers, Choices, Question, Section
from waymark.referrals.sections import NEED_LEVELS, RISK_SECTIONS

PERSON, RISKS, AGREED = "The young person", "Risks and what we do here", "Living here"
DISPUTED = "disputed"
MATCHES: Choices = (
    ("no_conflict", "Nothing stands against living with the others"),
    ("with_plan", "Only with a plan"),
    ("conflict", "It does not fit with the others"),
)


def words(name: str, label: str, hint: str = "", *, needed: bool = False, **more: object) -> Question:
    """A question answered in a few lines."""
    return Question(name=name, label=label, hint=hint, needed=needed, **more)  # type: ignore[arg-type]


VIEW = Section(
    key="their-view",
    title="What they want from living here",
    group=PERSON,
    category=Category.PLACEMENT,
    clauses=("HAS-02",),
    about="What they told their worker stands on this page. Ask only what it does not say.",
    questions=(
        words("here", "What would make this a good place for them?", needed=True),
        words("added", "What did they add, or see otherwise?"),
    ),
)
OTHERS = Section(
    key="others",
    title="Living with the others in the setting",
    group=AGREED,
    category=Category.RISK,
    clauses=("HAS-02",),
    about="Write what follows for the young person. Write nothing about anybody else who lives there.",
    questions=(
        Question(
            name="found",
            label="What did risk matching against the others find?",
            kind="choice",
            choices=MATCHES,
            needed=True,
        ),
        words("plan", "What is done about it?", needed=True, when=("found", ("with_plan",))),
        words("why", "What would have to change?", needed=True, when=("found", ("conflict",))),
    ),
)
NEED = Section(
    key="need",
    title="Level of need, and where",
    group=AGREED,
    category=Category.PLACEMENT,
    clauses=("HAS-03",),
    questions=(
        Question(name="level", label="Level of need", kind="choice", choices=NEED_LEVELS, needed=True),
        Question(
            name="agreed",
            label="Do the young person and the worker agree?",
            kind="choice",
            choices=(("agreed", "Yes, both"), (DISPUTED, "No")),
            needed=True,
        ),
        words("why", "What is not agreed, and why?", needed=True, when=("agreed", (DISPUTED,))),
        words("setting", "Which of our settings, or which area, would suit them?", needed=True),
    ),
)
SHARING = Section(
    key="sharing",
    title="What is shared, with whom and when",
    group=AGREED,
    category=Category.RISK,
    clauses=("HAS-04",),
    questions=(
        words("monitoring", "How is monitoring information shared?", "Who is told, how, and how often", needed=True),
        words("behaviour", "How is risky behaviour shared?", "Regular late absence, for example", needed=True),
        words("at_once", "Who is told at once, and of what?"),
    ),
)


def _here(risk: Section) -> Section:
    """What is done here about a risk of the referral: its column, and its line of the unit risk management plan."""
    return Section(
        key=risk.key,
        title=risk.title,
        group=RISKS,
        category=risk.category,
        clauses=("HAS-02", "HAS-05"),
        about="What is known of it is taken from the referral.",
        questions=(
            words("here", "What we do here about it, day by day", needed=True),
            words("staff", "What staff do when something happens", needed=True),
            words("place", "Where: rooms, times and places to watch", needed=True),
            words("who", "Who does it, and who is called", needed=True),
        ),
    )


RISK_PARTS: Mapping[str, Section] = MappingProxyType({risk.key: _here(risk) for risk in RISK_SECTIONS})
"""What is done about each risk, by the key of the referral's section."""
PARTS: Mapping[str, Section] = MappingProxyType(
    {part.key: part for part in (VIEW, *RISK_PARTS.values(), OTHERS, NEED, SHARING)}
)
"""Every part by its key, in their order."""
FROM_REFERRAL: Mapping[str, str] = MappingProxyType({VIEW.key: "their-view", NEED.key: "request"})
"""The section of the referral that stands beside a part, where it is called otherwise."""


def source_of(part: str) -> str:
    """The key of the referral's section that a part starts from; "" for none."""
    return FROM_REFERRAL.get(part, part if part in RISK_PARTS else "")


def parts_for(known: Collection[str]) -> list[Section]:
    """The parts that an assessment has when these risks are known."""
    return [part for key, part in PARTS.items() if key not in RISK_PARTS or key in known]


_OF_A_RISK: Mapping[str, tuple[str, ...]] = MappingProxyType({"here": ("helps",)})
_STARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        VIEW.key: {"here": ("where", "outcomes")},
        NEED.key: {"level": ("need_level",)},
    }
)


def starting_answers(part: Section, source: Section, said: Answers) -> dict[str, str]:
    """What a part starts filled with (HAS-02): what the referral's section `source` says of the same, for whoever
    assesses to change. A choice starts as it is, words as they stand there, one line for each question.
    """
    starts = _OF_A_RISK if part.key in RISK_PARTS else _STARTS.get(part.key, {})
    found = {}
    for name, names in starts.items():
        if part.question(name).choices:
            found[name] = str(said.get(names[0], ""))
        else:
            found[name] = "\n".join(filter(None, (source.question(one).in_words(said.get(one)) for one in names)))
    return {name: answer for name, answer in found.items() if answer}
