"""Every table of the database: what it holds about a young person, or why it holds nothing. A test compares it.

Whatever is held is gathered whole, column by column, so that a new column joins by itself; a new table fails the test
until it stands here. Text is to be checked for other people before it is handed out unless its column is `plain`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from waymark.audit.models import Entry
from waymark.cases.models import Kind
from waymark.core.categories import Category
from waymark.events.models import Event

Values = Mapping[str, Any]
CRIME = "preventing or detecting crime (Data Protection Act 2018, Schedule 2, paragraph 2)"
INTELLIGENCE = "intelligence"
HELD_BACK = "held back from all but named people"
CLOSED = "why a part of the record is closed, and to whom"
SOMEBODY_ELSE = "says something about another person (Data Protection Act 2018, Schedule 2, paragraph 16)"
CLAIM = "legal claims and advice (Data Protection Act 2018, Schedule 2, paragraphs 5 and 19)"
POLICE = frozenset({"police", "safer_neighbourhood"})


def of_case(case_id: UUID) -> Q:
    """The rows of the case itself."""
    return Q(case=case_id)


def _either(case_id: UUID) -> Q:
    """Rows about two young people, whichever of them."""
    return Q(case=case_id) | Q(other=case_id)


def never(row: Values) -> str:
    """Nothing is withheld."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A table that holds something about young people.

    `rows` finds those of one case. `plain` are its columns of text that hold neither free text nor anybody's name but
    the young person's and those of staff. `withheld` are columns, and `why_withheld` whole rows, that stay in unless
    cleared. `answers` is a column that holds answers to questions, marked one by one. When a record is disposed of,
    those rows go that `going` finds, or else `rows`; `kept` says why they stay.
    """

    model: str
    title: str
    rows: Callable[[UUID], Q] = of_case
    plain: frozenset[str] = frozenset()
    withheld: Mapping[str, str] = field(default_factory=dict)
    why_withheld: Callable[[Values], str] = never
    answers: str = ""
    order: tuple[str, ...] = ("pk",)
    going: Callable[[UUID], Q] | None = None
    kept: str = ""

    def goes(self, case_id: UUID) -> Q:
        """The rows that go when the record of a case is disposed of."""
        return (self.going or self.rows)(case_id)

    @property
    def of(self) -> type[models.Model]:
        """The model."""
        return apps.get_model(self.model)

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.of._meta.db_table

    @property
    def fields(self) -> list[models.Field[Any, Any]]:
        """Its columns, but for those in which the database says again what stands in another."""
        return [field for field in self.of._meta.concrete_fields if not field.generated]


def _intelligence(row: Values) -> str:
    return INTELLIGENCE if row["category"] == Category.INTELLIGENCE else ""


def _names_another(row: Values) -> str:
    return _intelligence(row) or SOMEBODY_ELSE


def _event(row: Values) -> str:
    return HELD_BACK if row["type"] == "paragraph_held_back" else _intelligence(row)


def _closed(row: Values) -> str:
    return CLOSED


def _claim(row: Values) -> str:
    return CLAIM


def _by_police(row: Values) -> str:
    return CRIME if row["role"] in POLICE else ""


def _grant(row: Values) -> str:
    return CRIME if row["basis"] == "crime" else _by_police(row)


def _entry(row: Values) -> str:
    if row["kind"] == "disclosure.LegalHold":
        return CLAIM
    return CLOSED if row["kind"] in ABOUT_CLOSING else _by_police(row)


ABOUT_CLOSING = frozenset({"access.Conflict", "access.HeldBack", "access.HeldBackReader", "access.RestrictedRecord"})
"""Entries of the trail that would tell what is closed to whom."""


def _elsewhere(case_id: UUID) -> Q:
    """Entries of the case, and those of a place (a scheme's log, say) that name the young person in an answer."""
    return Q(case=case_id) | Q(pk__in=named_elsewhere(case_id).values("pk"))


def named_elsewhere(case_id: UUID) -> models.QuerySet[Event]:
    """Entries of places in which an answer names a young person."""
    answers = Event.objects.exclude(case__kind=Kind.YOUNG_PERSON).annotate(said=Cast("data", models.TextField()))
    return answers.filter(said__contains=str(case_id))


def _case_or_part(case_id: UUID) -> Q:
    """Those of the case, and those of a place that are owed for this young person."""
    return Q(case=case_id) | Q(part=str(case_id))


def _of_two(case_id: UUID) -> Q:
    """Those in which the record is the double, or the one to go on with."""
    return Q(case=case_id) | Q(into=case_id)


def _entries(case_id: UUID) -> Q:
    return Q(case_id=case_id) | Q(cases__contains=[case_id])


def _words(case_id: UUID) -> Q:
    return Q(entry_id__in=Entry.objects.filter(case_id=case_id).exclude(words_digest="").values("pk"))


HELD: tuple[Held, ...] = (
    Held(model="cases.Case", title="The record", rows=lambda case_id: Q(pk=case_id), plain=frozenset({"reference"})),
    Held(
        model="people.YoungPerson",
        title="Names and date of birth",
        plain=frozenset({"given_name", "family_name", "preferred_name", "pronouns"}),
    ),
    Held(model="people.Identifier", title="Numbers in other systems", plain=frozenset({"kind", "value"})),
    Held(model="people.Status", title="Statuses, such as being looked after", order=("starts_on", "pk")),
    Held(
        model="people.OwnWords",
        title="What they say of themselves",
        plain=frozenset({"gender", "ethnicity", "religion", "language", "interpreter"}),
        order=("starts_at",),
    ),
    Held(model="people.Merge", title="That two records are about them", rows=_of_two, order=("decided_at",)),
    Held(model="people.Needs", title="What they need to take part", order=("starts_at",)),
    Held(model="people.Supporter", title="The people around them", order=("starts_on", "pk")),
    Held(model="cases.CaseAuthority", title="Which council was responsible", order=("starts_at",)),
    Held(
        model="events.Event",
        title="What happened",
        rows=_elsewhere,
        going=of_case,
        plain=frozenset({"type", "refs", "by"}),
        why_withheld=_event,
        answers="data",
        order=("occurred_at", "sequence"),
    ),
    Held(
        model="duties.Duty",
        title="What was to be done",
        rows=_case_or_part,
        going=of_case,
        plain=frozenset({"clause", "part", "kind", "refs", "roles", "missing", "escalated_to"}),
        why_withheld=_intelligence,
        order=("since", "pk"),
    ),
    Held(
        model="duties.Notice",
        title="What was noticed as late",
        rows=_case_or_part,
        going=of_case,
        plain=frozenset({"clause", "part", "stage"}),
        why_withheld=_intelligence,
        order=("noticed_at", "pk"),
    ),
    Held(
        model="access.Involvement",
        title="Who works on the record",
        plain=frozenset({"role"}),
        why_withheld=_by_police,
        order=("starts_at", "pk"),
    ),
    Held(
        model="access.Grant",
        title="Who could see what, and why",
        plain=frozenset({"role", "purpose"}),
        why_withheld=_grant,
        order=("starts_at", "pk"),
    ),
    Held(model="access.EmergencyAccess", title="Opened in an emergency"),
    Held(
        model="access.RestrictedRecord",
        title="When the record was open to named people only",
        withheld={"why": CLOSED},
        order=("starts_at",),
    ),
    Held(model="access.Conflict", title="Conflicts of interest", why_withheld=_closed, order=("starts_at",)),
    Held(model="access.HeldBack", title="Entries held back", why_withheld=_closed, order=("starts_at",)),
    Held(model="access.HeldBackReader", title="Who may read what is held back", why_withheld=_closed),
    Held(model="risks.Marker", title="Risks that bear on whom they live with", why_withheld=_intelligence),
    Held(model="risks.Affiliation", title="Groups they are said to belong to", why_withheld=_intelligence),
    Held(
        model="risks.Association",
        title="What is between them and others",
        rows=_either,
        why_withheld=_names_another,
        order=("starts_at", "pk"),
    ),
    Held(model="risks.ExcludedArea", title="Where they must not live", plain=frozenset({"district"})),
    Held(model="risks.ExclusionReason", title="Why they must not live there", why_withheld=_intelligence),
    Held(
        model="referrals.Referral",
        title="Referrals to supported accommodation",
        plain=frozenset({"state", "route"}),
        order=("started_at", "pk"),
    ),
    Held(
        model="referrals.SectionVersion",
        title="What was written in referrals",
        plain=frozenset({"section"}),
        answers="answers",
        order=("written_at", "pk"),
    ),
    Held(
        model="referrals.Check", title="Checks asked for and answered", plain=frozenset({"kind"}), order=("asked_at",)
    ),
    Held(model="referrals.CheckedPlace", title="Places that were checked", plain=frozenset({"verdict"})),
    Held(model="referrals.Draft", title="Typed and not saved", plain=frozenset({"part"}), order=("changed_at",)),
    Held(
        model="accommodation.Occupancy",
        title="Where they lived, and what was reserved for them",
        plain=frozenset({"kind", "cancelled_how", "cause"}),
        order=("nights", "pk"),
    ),
    Held(model="placements.Option", title="Places that were considered", order=("added_at", "pk")),
    Held(
        model="placements.Approach",
        title="Who was asked for a place",
        plain=frozenset({"route", "outcome"}),
        order=("asked_at", "pk"),
    ),
    Held(
        model="placements.Spending",
        title="Money asked for",
        plain=frozenset({"kind", "decision"}),
        order=("asked_at", "pk"),
    ),
    Held(model="placements.HousingEntry", title="Supported Housing Record", order=("written_at", "pk")),
    Held(
        model="assessments.Interview",
        title="Interviews with providers",
        plain=frozenset({"state", "attended"}),
        order=("booked_at", "pk"),
    ),
    Held(
        model="assessments.PartVersion",
        title="What was written in housing assessments",
        plain=frozenset({"part"}),
        answers="answers",
        order=("written_at", "pk"),
    ),
    Held(
        model="assessments.Assessment",
        title="Housing assessments",
        plain=frozenset({"has"}),
        order=("completed_at", "pk"),
    ),
    Held(
        model="assessments.Offer",
        title="Places offered",
        plain=frozenset({"answer", "need_level"}),
        order=("made_at", "pk"),
    ),
    Held(model="assessments.Refusal", title="Refusals", plain=frozenset({"reason"}), order=("made_at", "pk")),
    Held(
        model="challenges.Challenge",
        title="Decisions of providers that were challenged",
        plain=frozenset({"subject", "stage", "ended"}),
        order=("raised_at", "pk"),
    ),
    Held(
        model="challenges.ChallengeStep",
        title="What was asked and said in challenges",
        plain=frozenset({"kind", "sections"}),
        order=("at", "pk"),
    ),
    Held(model="casework.ShareDraft", title="Shares begun and not sent", order=("started_at",)),
    Held(
        model="disclosure.LegalHold",
        title="Legal holds",
        why_withheld=_claim,
        order=("starts_at",),
    ),
    Held(
        model="disclosure.Proposal",
        title="Proposals to dispose of the record",
        plain=frozenset({"rule"}),
        order=("starts_at",),
    ),
    Held(
        model="returns.ImportedChild",
        title="What came from the council's return on looked-after children",
        plain=frozenset({"child"}),
    ),
    Held(
        model="audit.Entry",
        title="Who looked, and what was done",
        rows=_entries,
        plain=frozenset({"who", "role", "kind", "object_id", "purpose", "words_digest", "detail", "transaction"}),
        why_withheld=_entry,
        order=("at", "sequence"),
        kept="the trail cannot be changed, and holds no text of a record: identifiers that then lead nowhere",
    ),
    Held(
        model="documents.Document",
        title="Documents",
        plain=frozenset({"about_kind", "content_type", "sha256", "why"}),
        order=("uploaded_at", "pk"),
    ),
    Held(
        model="documents.Content",
        title="What is in the documents",
        order=("document",),
    ),
    Held(model="duties.CaseWake", title="When duties are worked out again"),
    Held(model="audit.Words", title="Reasons that people typed", rows=_words, order=("at",)),
)
"""The tables that hold something about a young person, in the order of the report."""

ABOUT_STAFF = "about people who sign in, and not about young people"
ABOUT_PLACES = "about organisations and places, and not about young people"
OF_THE_QUEUE = "messages of the queue: identifiers only, removed when they were delivered"

HOLDS_NOTHING: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "accounts_account",
                "accounts_attempts",
                "accounts_authenticatorapp",
                "accounts_credential",
                "accounts_directoryidentity",
                "accounts_link",
                "accounts_lostfactor",
                "accounts_passkey",
                "accounts_recoverycode",
                "accounts_token",
                "access_appointment",
                "access_membership",
            ),
            ABOUT_STAFF,
        ),
        **dict.fromkeys(
            (
                "access_agency",
                "access_team",
                "accommodation_provider",
                "accommodation_scheme",
                "accommodation_unit",
                "accommodation_void",
            ),
            ABOUT_PLACES,
        ),
        **dict.fromkeys(
            ("risks_frequents", "risks_group", "risks_personofconcern", "risks_rivalry"),
            "a register of groups and of people of concern, none of whom has a record here",
        ),
        **dict.fromkeys(
            ("walk_ins_walkin", "walk_ins_followup"),
            "about children of other authorities who have no record here: first name or initials, removed a year after"
            " they are closed (walk_ins.services.KEPT); Placements finds them for whoever asks what is held on them",
        ),
        "accounts_step": "sign-ins that are half done; and, for half an hour, a form that was sent when the session had"
        " ended, sealed with a key that only its browser holds",
        "access_adoption": "which protocol a council works by",
        "disclosure_certificate": "that a record was disposed of: how much of what, by which rule, and nobody's data",
        "disclosure_disposing": "holds the identifier of a case while it is disposed of, and nothing afterwards",
        "audit_seal": "digests of entries of the trail, from which nothing can be read",
        "django_migrations": "which migrations ran",
        "procrastinate_events": OF_THE_QUEUE,
        "procrastinate_jobs": OF_THE_QUEUE,
        "procrastinate_periodic_defers": "times of periodic work",
        "procrastinate_workers": "heartbeats of workers",
    }
)
"""The tables that hold nothing about a young person, and why."""


def held_in(table: str) -> Held | None:
    """What is said of a table; None of one that holds nothing."""
    return next((held for held in HELD if held.table == table), None)
