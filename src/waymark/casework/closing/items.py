"""Holding back one entry, or a paragraph of it, from all but named people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from waymark.access.closing import add_paragraph, hold_back, may_hold_back, release
from waymark.access.models import HeldBack, Membership
from waymark.access.services import NotAsAsked
from waymark.access.unread import name_reader_of_entry, unread_entries
from waymark.audit.reading import not_found
from waymark.cases.models import Case
from waymark.casework.closing.asking import LONGEST, asked
from waymark.casework.closing.people import options, readers
from waymark.casework.views.case import fetch, frame
from waymark.casework.views.recording import fetch_event
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.errors import Refused
from waymark.core.permissions import Permission, permission
from waymark.events.models import Event
from waymark.govuk.fields import CheckboxesField, SelectField, WordsField
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed

LONGEST_PARAGRAPH = 20_000


class HoldBackForm(Form):
    """Who may see an entry, and why nobody else; of a paragraph, first what it says."""

    def __init__(self, actor: Actor, case: Case, item: Event, data: Any = None, *, paragraph: bool = False) -> None:
        super().__init__(data)
        self.people = readers(actor, case, Category(item.category))
        if paragraph:
            self.fields["text"] = WordsField(
                label="What may only they read?", missing="Enter the paragraph", max_length=LONGEST_PARAGRAPH
            )
        self.fields["readers"] = CheckboxesField(
            label="Who may see it?",
            hint="You, and whoever wrote the entry, may in any case. These are the people and teams who may read this"
            " kind of information here.",
            options=options({key: one for key, one in self.people.items() if one.pk != actor.membership_id}),
            required=False,
        )
        self.fields["why"] = WordsField(
            label="Why may nobody else?", missing="Enter why nobody else may see it", max_length=LONGEST
        )

    def chosen(self) -> list[Any]:
        """The people and teams ticked."""
        return [self.people[key] for key in self.cleaned_data["readers"]]


def _held_back_by_them(request: HttpRequest, case: Case, event_id: UUID) -> Event:
    """The entry, where the reader may say that only named people see it, or a part of it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    item = fetch_event(request, case, event_id)
    actor.require(Permission.RECORD_EVENT, item)
    if not may_hold_back(actor, item):
        raise Refused(actor, Permission.RESTRICT, item)
    return item


@keeps_what_was_typed
@permission(Permission.RECORD_EVENT)
def hold_one_back(request: HttpRequest, case_id: UUID, event_id: UUID) -> HttpResponse:
    """Let only named people see an entry from now on, and what follows from it."""
    case = fetch(request, case_id, "hold an entry back")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    item = _held_back_by_them(request, case, event_id)
    form = HoldBackForm(actor, case, item, request.POST or None)
    here = reverse("event", args=[case.pk, item.pk])
    if form.is_valid():
        try:
            hold_back(item, actor=actor, why=form.cleaned_data["why"], readers=form.chosen())
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Only the people you named can see this entry now, and what it began.")
            return HttpResponseRedirect(here)
    told = (
        "Nobody else will be told that there is anything to see. Duties that this entry began are shown to the same"
        " people only, so name whoever is to do them."
    )
    return asked(request, frame(request, case, "events"), form, "Hold this entry back", "Hold it back", here, told)


class ReaderForm(Form):
    """Who is to read an entry that nobody is left to read."""

    def __init__(self, actor: Actor, case: Case, category: Category, data: Any = None) -> None:
        super().__init__(data)
        may_read = readers(actor, case, category)
        others = {key: one for key, one in may_read.items() if isinstance(one, Membership)}
        self.people = {key: one for key, one in others.items() if one.account_id != actor.account_id}
        self.fields["who"] = SelectField(
            label="Who is to read it?",
            hint="People who work on this record and may read this kind of information. You cannot name yourself.",
            options=options(self.people),
            missing="Select who is to read it",
        )


@keeps_what_was_typed
@permission(Permission.RESTRICT)
def name_one_reader(request: HttpRequest, case_id: UUID, heldback_id: UUID) -> HttpResponse:
    """Let somebody see an entry that was held back and that nobody is left to read."""
    case = fetch(request, case_id, "name who reads an entry")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RESTRICT, case)
    found = {one.id: one for one in unread_entries(case, actor=actor)}
    here = reverse("closed", args=[case.pk])
    if heldback_id not in found:
        raise not_found(request, HeldBack, purpose="name who reads an entry", pk=heldback_id)
    form = ReaderForm(actor, case, found[heldback_id].category, request.POST or None)
    if form.is_valid():
        member = form.people[form.cleaned_data["who"]]
        try:
            name_reader_of_entry(heldback_id, actor=actor, case=case, member=member)
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{member.account.name} can see this entry now.")
            return HttpResponseRedirect(here)
    told = "They see it at once, and can let others see it. You are not shown what it says."
    return asked(request, frame(request, case, "team"), form, "Name a reader", "Let them see it", here, told)


@permission(Permission.RECORD_EVENT)
def release_one(request: HttpRequest, case_id: UUID, event_id: UUID) -> HttpResponse:
    """Let everybody see an entry again who may read its kind of information."""
    case = fetch(request, case_id, "release an entry")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    item = fetch_event(request, case, event_id)
    actor.require(Permission.RECORD_EVENT, item)
    held = HeldBack.objects.visible_to(actor).current().filter(item=item.pk).first()
    here = reverse("event", args=[case.pk, item.pk])
    if held is None:  # sent twice, or from a page left open
        messages.info(
            request, "This entry is not held back: whoever may read this kind of information here can see it."
        )
        return HttpResponseRedirect(here)
    if request.method == "POST":
        release(held, actor=actor)
        messages.success(request, "Everybody who may read this kind of information here can see this entry now.")
        return HttpResponseRedirect(here)
    told = "Everybody who may read this kind of information on this record will see it at once."
    return asked(
        request, frame(request, case, "events"), None, "Let others see this entry", "Let them see it", here, told
    )


@keeps_what_was_typed
@permission(Permission.RECORD_EVENT)
def paragraph(request: HttpRequest, case_id: UUID, event_id: UUID) -> HttpResponse:
    """Add a paragraph to an entry that only named people may read."""
    case = fetch(request, case_id, "add a paragraph for named people")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    item = _held_back_by_them(request, case, event_id)
    form = HoldBackForm(actor, case, item, request.POST or None, paragraph=True)
    here = reverse("event", args=[case.pk, item.pk])
    if form.is_valid():
        said = form.cleaned_data
        try:
            add_paragraph(item, said["text"], actor=actor, why=said["why"], readers=form.chosen())
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Added. Only the people you named can read it.")
            return HttpResponseRedirect(here)
    told = "The rest of the entry is read as before. Nobody else is told that there is more."
    heading = "Add a paragraph for named people only"
    return asked(request, frame(request, case, "events"), form, heading, "Add it", here, told)
