"""Who owes what by when, as worked out from events (a cache that can be made afresh), and what was noticed of it."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from waymark.access.models import Adoption
from waymark.cases.models import Case
from waymark.core.categories import CHOICES
from waymark.core.models import BaseModel, CaseBoundQuerySet, ItemQuerySet
from waymark.events.models import Event


class State(models.TextChoices):
    """How a duty stands (events.md, "States")."""

    OPEN = "open", "To do"
    MET = "met", "Done"
    BREACHED = "breached", "Late"
    WAIVED = "waived", "Waived"
    ENDED = "ended", "Ended"
    UNKNOWN = "unknown", "Not known"


class DutyQuerySet(ItemQuerySet["Duty"]):
    """Duties as people ask for them. Whoever may not see what began one does not see it either."""

    item_field = "trigger"

    def outstanding(self) -> Self:
        """What somebody still has to do: not done and with a time of its own, late or not."""
        return self.filter(state__in=(State.OPEN, State.BREACHED), timed=True)


class Duty(BaseModel):
    """One duty, gate, content check or rule of one case (events.md, "Trace command").

    Written only by `duties.services`; what it says is a function of the events and the protocol in force, so it may be
    removed and worked out again. `due` is exclusive. `next_change` is when time alone will change it. `protocol_from`
    is when the protocol came into use for the case, where the duty began before that and is therefore not known.
    `category` is that of the event that began it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="duties")
    clause = models.CharField(max_length=40)
    part = models.CharField(max_length=200, blank=True)
    trigger = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    refs = models.JSONField(default=dict)
    roles = ArrayField(models.CharField(max_length=40), default=list)
    state = models.CharField(max_length=8, choices=State.choices)
    since = models.DateTimeField()
    due = models.DateTimeField(null=True)
    timed = models.BooleanField()
    provisional = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    breach_noticed_at = models.DateTimeField(null=True)
    met_by = ArrayField(models.UUIDField(), default=list)
    missing = ArrayField(models.TextField(), default=list)
    escalated_to = ArrayField(models.CharField(max_length=40), default=list)
    next_change = models.DateTimeField(null=True)
    protocol_from = models.DateTimeField(null=True)
    category = models.CharField(max_length=20, choices=CHOICES)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(name="duty_once_for_a_trigger", fields=["case", "clause", "trigger", "part"])
        ]
        indexes = [
            models.Index(
                name="duty_open_and_due", fields=["next_change"], condition=models.Q(next_change__isnull=False)
            ),
            models.Index(
                name="duty_outstanding",
                fields=["case", "due"],
                condition=models.Q(state__in=("open", "breached"), timed=True),
            ),
            models.Index(name="duty_by_clause", fields=["clause", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.clause} {self.state}"


class NoticeQuerySet(ItemQuerySet["Notice"]):
    """Notices as people ask for them: like the duties that they are of."""

    item_field = "trigger"


class CaseWake(models.Model):
    """When a case must be looked at again because a month begins, though no duty of it falls due then."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    objects = CaseBoundQuerySet["CaseWake"].as_manager()


class NoticeKind(models.TextChoices):
    """What was noticed of a duty."""

    BREACH = "breach", "Not done in time"
    ESCALATION = "escalation", "Taken further"


class Notice(BaseModel):
    """That a duty was seen not to be done in time, or was taken a stage further: once each, whoever looked.

    It names the duty by what tells it apart rather than by its row, because the row may be worked out afresh.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    clause = models.CharField(max_length=40)
    part = models.CharField(max_length=200, blank=True)
    trigger = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    stage = models.CharField(max_length=40, blank=True)
    due = models.DateTimeField()
    noticed_at = models.DateTimeField()
    category = models.CharField(max_length=20, choices=CHOICES)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="notice_once", fields=["case", "clause", "trigger", "part", "kind", "stage", "due"]
            )
        ]
        indexes = [models.Index(name="notice_by_time", fields=["noticed_at"])]
