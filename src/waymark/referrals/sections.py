"""The sections of a referral, in their order, and the clause that asks for each.

The risks and vulnerabilities are those that the protocol lists (REF-06). Each is a section of its own, so that who may
read of mental health need not be who may read of offending.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waymark.accommodation.choices import Accessibility, NeedLevel, SchemeKind, Staffing
from waymark.core.categories import Category
from waymark.referrals.questions import UNKNOWN, YES, Choices, Question, Section

THEM, NEED, RISKS, SAFETY = "The young person", "What is needed", "Risks and vulnerabilities", "Keeping safe"
JUSTICE, BESIDES = "Youth justice", "Anything else"

NEED_LEVELS: Choices = tuple(NeedLevel.choices)
SETTINGS: Choices = tuple(SchemeKind.choices)
STAFFING: Choices = tuple(Staffing.choices)
ACCESS_NEEDS: Choices = tuple(Accessibility.choices)
"""What is asked for is asked in the words in which settings are described: the search compares them."""


def words(name: str, label: str, hint: str = "", *, needed: bool = False) -> Question:
    """A question answered in a few lines."""
    return Question(name=name, label=label, hint=hint, needed=needed)


VIEW = Section(
    key="their-view",
    title="Their own view",
    group=THEM,
    category=Category.PLACEMENT,
    clauses=("REF-04",),
    items=("young_person_view",),
    about="In their own words. Write it with them, or let them write it.",
    questions=(
        words("strengths", "What are they good at, and what keeps them safe?", needed=True),
        words("needs", "What do they want help with?", needed=True),
        words("risks", "What worries them?", needed=True),
        words("outcomes", "What do they want to come of this?", needed=True),
        words("where", "Where would they like to live, and where not?"),
        words("how", "How was this said, and when?", "For example: together at the kitchen table, 12 May"),
    ),
)

REQUEST = Section(
    key="request",
    title="What is asked for",
    group=NEED,
    category=Category.PLACEMENT,
    clauses=("REF-03",),
    items=("specification_form",),
    about="The placement request and specification. The search for a place starts from these answers.",
    questions=(
        Question(name="need_level", label="Level of need", kind="choice", choices=NEED_LEVELS, needed=True),
        Question(
            name="settings",
            label="Settings that would suit them",
            kind="choices",
            choices=SETTINGS,
            needed=True,
        ),
        Question(name="staffing", label="Support they need", kind="choice", choices=STAFFING, needed=True),
        Question(name="needed_from", label="Needed from", kind="date", hint="For example, 27 3 2026", needed=True),
        Question(
            name="areas",
            label="Areas that would suit them",
            kind="districts",
            hint="First halves of postcodes, with commas between. For example: N1, N7. Empty for anywhere",
        ),
        Question(name="access", label="What the building must have", kind="choices", choices=ACCESS_NEEDS),
        words("family", "Who comes with them, or visits often", "Children, a partner, pets"),
        words("money", "Benefits, wages and rent", "What they live on, and who pays the rent"),
    ),
)

WHY = Section(
    key="why",
    title="Why supported accommodation",
    group=NEED,
    category=Category.PLACEMENT,
    clauses=("REF-05", "SEA-02"),
    items=("why_supported_accommodation",),
    questions=(
        words("why", "Why is supported accommodation right for them now?", needed=True),
        Question(
            name="others_considered",
            label="What else was considered?",
            kind="choices",
            choices=(
                ("family", "Going home, or to relatives"),
                ("fostering", "Fostering, or staying put"),
                ("residential", "Residential care"),
                ("lodgings", "Supported lodgings"),
                ("own_tenancy", "A tenancy of their own"),
            ),
        ),
        words("why_not", "Why not these?"),
        words("ready", "What can they do for themselves, and what not yet?", "Cooking, money, keeping appointments"),
    ),
)

ASSESSMENT = Section(
    key="risk-assessment",
    title="Risk assessment: the whole picture",
    group=RISKS,
    category=Category.RISK,
    clauses=("REF-03", "REF-09", "SEA-12"),
    items=("risk_assessment",),
    about="Every time you save it, the version before is kept. What checks have found belongs in here.",
    questions=(
        Question(name="level", label="Overall risk", kind="choice", choices=NEED_LEVELS, needed=True),
        words("to_them", "Risk to them, and from whom", needed=True),
        words("to_others", "Risk from them, and to whom", needed=True),
        words("protects", "What lowers the risk", needed=True),
        words("checks", "What checks of areas and addresses found", "What you were told, not how they know it"),
        words("plan", "What everybody does about it", needed=True),
    ),
)


def risk(key: str, title: str, category: Category, *, asks: str, fact: str = "") -> Section:
    """A risk or a vulnerability: whether it is known, and then its history, how it is now, triggers and what helps."""
    return Section(
        key=f"risk-{key}",
        title=title,
        group=RISKS,
        category=category,
        clauses=("REF-06",),
        fact=("known", fact) if fact else None,
        questions=(
            Question(name="known", label=asks, kind="answer", needed=True),
            Question(name="history", label="What has happened before?", needed=True, when=("known", (YES,))),
            Question(name="now", label="How is it now, and what is needed?", needed=True, when=("known", (YES,))),
            Question(name="triggers", label="What sets it off?", needed=True, when=("known", (YES,))),
            Question(name="helps", label="What helps?", when=("known", (YES,))),
            Question(
                name="finding_out",
                label="What is being done to find out?",
                when=("known", (UNKNOWN,)),
                needed=True,
            ),
        ),
    )


RISK_SECTIONS = (
    risk("anger", "Anger", Category.RISK, asks="Is anger a risk, to them or to others?"),
    risk("antisocial", "Antisocial behaviour", Category.RISK, asks="Is there antisocial behaviour?"),
    risk("offending", "Offending", Category.YOUTH_JUSTICE, asks="Do they offend, or have they?"),
    risk(
        "sexual-behaviour",
        "Harmful sexual behaviour",
        Category.RISK,
        asks="Has there been sexual behaviour that harms others?",
    ),
    risk("gangs", "Gangs", Category.RISK, asks="Are they at risk from gangs, or tied to one?", fact="gang_risk"),
    risk("violence", "Youth violence", Category.RISK, asks="Is there a risk of youth violence, by them or to them?"),
    risk(
        "emotional",
        "Emotional and behavioural needs",
        Category.HEALTH,
        asks="Are there emotional or behavioural needs?",
    ),
    risk("missing", "Going missing", Category.MISSING, asks="Do they go missing, or might they?", fact="missing_risk"),
    risk(
        "exploitation",
        "Exploitation",
        Category.EXPLOITATION,
        asks="Are they exploited, sexually or for crime, or might they be?",
        fact="exploitation_risk",
    ),
    risk("mental-health", "Mental health", Category.HEALTH, asks="Are there concerns about their mental health?"),
    risk("substances", "Drugs and alcohol", Category.HEALTH, asks="Do drugs or alcohol harm them?"),
    risk("self-harm", "Self-harm and suicide", Category.HEALTH, asks="Do they hurt themselves, or might they?"),
    risk(
        "send",
        "Special educational needs and disability",
        Category.HEALTH,
        asks="Are there special educational needs, or a disability?",
    ),
)

SAFETY_PLAN = Section(
    key="safety",
    title="Safety plans",
    group=SAFETY,
    category=Category.RISK,
    clauses=("REF-11",),
    items=("safety_plans",),
    questions=(
        words("now", "What safety plans are there now?", "Write none, if there are none", needed=True),
        words("measures", "What must the placement's own safety plan hold?", needed=True),
        words("people", "Who must not know where they live?"),
    ),
)

ABSENCE = Section(
    key="absence",
    title="When they are not there",
    group=SAFETY,
    category=Category.MISSING,
    clauses=("REF-11",),
    items=("absence_alert_arrangements", "duty_team_use"),
    questions=(
        words("alert", "How and when is the worker told that they are not there?", needed=True),
        words("usual", "Where do they usually go, and with whom?"),
        words("duty_team", "When is the Emergency Duty Team to be called?", needed=True),
        words("police", "When are they to be reported missing at once?"),
    ),
)

YOUTH_JUSTICE = Section(
    key="youth-justice",
    title="Youth offending order",
    group=JUSTICE,
    category=Category.YOUTH_JUSTICE,
    clauses=("REF-10", "REF-13"),
    fact=("on_order", "yos_order"),
    questions=(
        Question(name="on_order", label="Are they on a youth offending order?", kind="answer", needed=True),
        Question(
            name="order",
            label="Which order, from when until when?",
            needed=True,
            when=("on_order", (YES,)),
        ),
        Question(
            name="conditions",
            label="What must they do, and not do?",
            hint="Curfew, places and people to keep away from, appointments",
            needed=True,
            when=("on_order", (YES,)),
        ),
        Question(
            name="worker",
            label="Who is their youth offending worker?",
            kind="line",
            needed=True,
            when=("on_order", (YES,)),
        ),
        Question(name="told", label="What did that worker say of risk now?", needed=True, when=("on_order", (YES,))),
    ),
)

SUPPORT = Section(
    key="support",
    title="What else shapes the support",
    group=BESIDES,
    category=Category.PLACEMENT,
    clauses=("REF-12",),
    optional=True,
    questions=(
        words("who", "With whom do they get on, and who is important to them?"),
        words("how", "How do they like to be supported?"),
        words("learning", "Work, training and school"),
        words("culture", "Faith, food, language and anything else that matters to them"),
    ),
)

SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        section.key: section
        for section in (
            VIEW,
            REQUEST,
            WHY,
            *RISK_SECTIONS,
            ASSESSMENT,
            SAFETY_PLAN,
            ABSENCE,
            YOUTH_JUSTICE,
            SUPPORT,
        )
    }
)
"""Every section by its key, in the order of the task list."""
