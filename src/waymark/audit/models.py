"""The trail as it is stored, what people typed beside it, and the seals over it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from waymark.audit.fields import TransactionField, clock_timestamp, current_transaction
from waymark.cases.models import Case
from waymark.core.models import BaseModel, IdentityField
from waymark.core.trail import Action


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries as people ask for them. Pages cannot read the table: these run as the service login."""

    def about_case(self, case_id: UUID) -> Self:
        """Those of what was done with one case, and of the lists in which it stood."""
        return self.filter(Q(case_id=case_id) | Q(cases__contains=[case_id]))

    def of_agency(self, agency_id: UUID | None, authority_id: UUID | None, *, listing: Collection[UUID] = ()) -> Self:
        """What the data protection lead of an agency may read: what its members did, and what anybody did with a case
        whose authority it is.

        `authority_id` is the borough's case where the agency is its council. With `listing`, cases for which that
        authority is responsible, lists in which one of them stood are there too, whoever was shown them.
        """
        ours = Q(agency_id=agency_id) if agency_id else Q(pk=None)
        if authority_id is not None:
            responsible = Q(authority_id=authority_id) | Q(pk=authority_id)
            ours |= Q(Exists(Case.objects.filter(responsible, pk=OuterRef("case_id"))))
            if listing:
                ours |= Q(cases__overlap=list(listing))
        return self.filter(ours)


class Entry(BaseModel):
    """One line of the trail. Plain identifiers and a snapshot of the person, not references: it outlives what it names.

    `at` and `transaction` are the database's own, which no caller can choose. `who` is the person as they were then,
    for people to read. `cases` are those that a list showed. `detail` names what changed or how many rows were shown;
    the text of records never goes in. What a person typed stands in `Words`; `words_digest` is what was sealed of it.
    """

    sequence = IdentityField()
    transaction = TransactionField(db_default=current_transaction(), editable=False)
    at = models.DateTimeField(db_default=clock_timestamp(), editable=False)
    action = models.CharField(max_length=10, choices=[(action.value, action.name) for action in Action])
    who = models.CharField(max_length=400)
    role = models.CharField(max_length=40, blank=True)
    membership_id = models.UUIDField(null=True)
    account_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=80, blank=True)
    case_id = models.UUIDField(null=True)
    cases = ArrayField(models.UUIDField(), null=True)
    request_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    words_digest = models.CharField(max_length=64, blank=True, db_default="")
    detail = models.JSONField(default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entry of the audit trail"
        verbose_name_plural = "entries of the audit trail"
        indexes = [
            models.Index(name="audit_by_case", fields=["case_id", "at"], condition=Q(case_id__isnull=False)),
            models.Index(
                name="audit_by_membership", fields=["membership_id", "at"], condition=Q(membership_id__isnull=False)
            ),
            models.Index(name="audit_by_agency", fields=["agency_id", "at"], condition=Q(agency_id__isnull=False)),
            models.Index(name="audit_by_day", fields=["at"]),
            models.Index(name="audit_by_transaction", fields=["transaction", "sequence"]),
            GinIndex(name="audit_by_list", fields=["cases"], condition=Q(cases__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.action} {self.kind}"


class Words(models.Model):
    """What a person typed that belongs to an entry: the reason for an emergency, say. Retention may remove it.

    The entry's `words_digest` is the SHA-256 of `salt` and `text`. With the row the salt goes too, so that nobody can
    find out afterwards, by trying, what it said.
    """

    entry_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(db_default=clock_timestamp(), editable=False)
    salt = models.BinaryField(max_length=16)
    text = models.TextField()

    class Meta:
        db_table = "audit_text"
        verbose_name_plural = "words"
        indexes = [models.Index(name="audit_text_by_day", fields=["at"])]

    def __str__(self) -> str:
        return f"words of {self.entry_id}"


class Seal(models.Model):
    """A batch of entries that can no longer be changed without it showing: a link of the hash chain.

    `sequences` are those of its entries and `digests` their SHA-256s, 32 bytes each, in the same order. `digest` is
    over all of that and `previous`, the digest of the seal before (64 noughts for the first). `through_transaction` and
    `through_sequence` are where it ends in the order of sealing; entries numbered up to `floor` were sealed before the
    database was moved to another server (0: it never was).
    """

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    count = models.IntegerField()
    first_sequence = models.BigIntegerField()
    last_sequence = models.BigIntegerField()
    through_transaction = TransactionField()
    through_sequence = models.BigIntegerField()
    floor = models.BigIntegerField(default=0)
    sequences = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"seal {self.number}"
