"""The form for one type of event, made from the vocabulary: nothing here knows a particular event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.forms import CheckboxSelectMultiple
from django.forms import Field as DjangoField

from waymark.accommodation.models import Scheme
from waymark.cases.models import Kind
from waymark.casework.doubts import Doubt, doubts
from waymark.casework.entries import Filled, earlier_same
from waymark.casework.history import PLACES
from waymark.casework.missing import BEGINNINGS, EPISODE, absences
from waymark.casework.presenters import ref_label
from waymark.casework.questions import HAS, NOBODY, items_shown, questions
from waymark.casework.refusals import contradictions, impossible_dates, out_of_order
from waymark.casework.services import new_id
from waymark.casework.setting import Setting
from waymark.casework.tickets import confirmation, make_ticket, read_ticket
from waymark.duties.engine.calendar import local_date
from waymark.duties.presenting import must_be_recorded_by
from waymark.events.vocabulary import RECORDING_ROLES, REF_KINDS, ROLES, EventType
from waymark.govuk import fields as govuk
from waymark.govuk.dates import DATE_PARTS
from waymark.govuk.fields import Option
from waymark.govuk.forms import Form

NEW, NONE = "new", "none"
SURE = "sure"
"""The name of the boxes by which somebody confirms what the form asks once more."""
GOES_ON = frozenset({"placement", "referral", "review", "panel"})
"""Things that several events are about: the one there is, is meant, unless it has such an event already."""
MOST_RADIOS = 8


class RecordForm(Form):
    """Asks what an event of one type needs. `filled` is what to record, once the form is valid."""

    when_label = "When it happened"
    when_hint = "Leave the time empty if it was just now. Otherwise give the time too, for example 14:30."

    def __init__(
        self, schema: EventType, setting: Setting, data: Any = None, wanted: Mapping[str, list[str]] | None = None
    ):
        self.schema = schema
        self.setting = setting
        given = read_ticket(str(data.get("ticket", "")), schema, setting) if data else None
        self.was_opened_elsewhere = data is not None and given is None
        is_usable = given is not None and str(given) not in setting.history.withdrawn
        self.ticket: UUID = given if given and is_usable else new_id()
        self.doubts: list[Doubt] = []
        super().__init__(data, initial=self._initial(wanted or {}))
        self.fields.update(self._questions())

    @property
    def signed_ticket(self) -> str:
        """The hidden value by which the same form, sent twice, is known for one."""
        return make_ticket(self.ticket, self.schema, self.setting)

    # What is asked

    def _questions(self) -> dict[str, DjangoField]:
        today = local_date(self.setting.now)
        found: dict[str, DjangoField] = {
            "when": govuk.MomentField(
                label=self.when_label,
                hint=f"{self.schema.when_hint} {self.when_hint}".strip(),
                today=today,
                required=False,
            )
        }
        found |= {f"ref-{kind}": self._ref_question(kind) for kind in self._asked_kinds()}
        found |= questions(self.schema, self.setting)
        if not self._recorder_only():
            options = [Option(role, ROLES[role]) for role in RECORDING_ROLES]
            hint = "Leave as it is if it was you."
            found["by"] = govuk.SelectField(label="Who did it?", options=options, hint=hint, required=False)
        return found

    def _recorder_only(self) -> bool:
        return self.setting.pack is not None and must_be_recorded_by(self.setting.pack, self.schema.name)

    def _asked_kinds(self) -> list[str]:
        """Kinds of ref to ask about: not the record itself, and a provider only where no scheme says which."""
        own = self.setting.case.kind
        return [
            kind
            for kind in self.schema.all_refs
            if kind not in (own, "borough", self._implied)
            and not (kind == "provider" and "scheme" in self.schema.all_refs)
        ]

    @property
    def _implied(self) -> str:
        """The kind of thing that the event can only begin, so that there is nothing to ask; "" for none."""
        kind = self.schema.refs[0] if len(self.schema.refs) == 1 else ""
        others = [thing for thing in self.setting.history.of_kind(kind) if thing.ref != self._new_ref(kind)]
        return kind if kind in self.schema.begins and not others else ""

    def _is_own_ref(self) -> bool:
        return self.setting.case.kind in self.schema.all_refs

    def _ref_question(self, kind: str) -> DjangoField:
        if kind in ("scheme", "provider"):
            options = list(_places(kind, self.setting.schemes))
            return govuk.SelectField(label=ref_label(kind), options=options, required=False)
        things = self.setting.history.of_kind(kind)
        options = [Option(thing.ref, self.setting.describer.describe(thing)) for thing in things]
        if kind in self.schema.begins or kind in self.schema.refs:
            options.append(Option(NEW, _new_label(kind, self.schema)))
        if kind not in self.schema.refs or len(self.schema.refs) > 1:
            options.append(Option(NONE, "None of these" if things else "None"))
        make = govuk.RadiosField if len(options) <= MOST_RADIOS else govuk.SelectField
        return make(label=ref_label(kind), options=options, required=False)

    # What is filled in beforehand

    def _initial(self, wanted: Mapping[str, list[str]]) -> dict[str, Any]:
        today = local_date(self.setting.now)
        found: dict[str, Any] = {"when": today, "by": self.setting.actor.role}
        found |= {f"ref-{kind}": self._meant(kind) for kind in self._asked_kinds()}
        multiple = {
            f"data-{one.name}" for one in self.schema.fields if one.kind in ("roles", "choices", "items", "people")
        }
        for name, value in wanted.items():
            if name.startswith(("ref-", "data-")):
                found[name] = value if name in multiple else {"true": "yes", "false": "no"}.get(value[-1], value[-1])
        return found

    def _meant(self, kind: str) -> str:
        """The thing that is meant as far as anybody can tell; "" when the person must say."""
        if kind in PLACES:
            placement = self.setting.history.placement()
            event = placement.first("placement_started") if placement else None
            beginning = kind in self.schema.begins or "placement" in self.schema.begins
            return str(event.refs.get(kind, "")) if event and not beginning else ""
        things = [thing for thing in self.setting.history.of_kind(kind) if not thing.is_over]
        if kind == EPISODE and (waiting := self._awaiting()):
            return waiting
        if kind not in self.schema.begins:
            return things[0].ref if len(things) == 1 else ""
        unused = [thing for thing in things if thing.first(self.schema.name) is None]
        if not unused:
            return NEW if kind in self.schema.refs else ""
        return unused[0].ref if kind in GOES_ON and len(unused) == 1 else ""

    def _awaiting(self) -> str:
        """The one absence that is open and of which this beginning is not recorded yet; "" for none or several."""
        open_ones = [self.setting.history.things[EPISODE, one.episode] for one in absences(self.setting.history)]
        found = [thing.ref for thing in open_ones if thing.first(self.schema.name) is None]
        return found[0] if self.schema.name in BEGINNINGS and len(found) == 1 else ""

    # What is made of it

    def clean(self) -> dict[str, Any]:
        """What is asked of the whole: which thing it is about, what cannot be, and what is asked once more."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.was_opened_elsewhere:
            raise ValidationError(
                "This form was opened by somebody else, or for something else. Check it and send it again."
            )
        self._need_ref(cleaned)
        if cleaned.get("when") not in (None, govuk.NOW) and cleaned["when"] > self.setting.now:
            self.add_error("when", "When it happened must be in the past")
        for name, problem in contradictions(self.schema, cleaned):
            self.add_error(name, problem)
        is_sent_again = any(event.pk == self.ticket for event in self.setting.history.events)
        if not self.errors and not is_sent_again:
            self._refuse_impossible()
        if not self.errors and not is_sent_again:
            self.ask(doubts(self.filled(), self.schema, self.setting))
        return cleaned

    def _need_ref(self, cleaned: Mapping[str, Any]) -> None:
        asked = [kind for kind in self.schema.refs if f"ref-{kind}" in self.fields]
        answered = [kind for kind in asked if cleaned.get(f"ref-{kind}") not in (None, "", NONE)]
        fixed = [kind for kind in self.schema.refs if kind == self.setting.case.kind]
        if asked and not answered and not fixed and not any(f"ref-{kind}" in self.errors for kind in asked):
            kinds = " or ".join(REF_KINDS[kind].lower() for kind in asked)
            self.add_error(f"ref-{asked[0]}", f"Select which {kinds} this is about")

    def _refuse_impossible(self) -> None:
        filled = self.filled()
        for name, problem in (
            *impossible_dates(filled, self.setting),
            *out_of_order(filled, self.schema, self.setting),
        ):
            error = ValidationError(f"{self.fields[name].label} {problem}", params={"parts": DATE_PARTS})
            self.add_error(name, error)

    # What is asked once more

    def ask(self, more: Sequence[Doubt]) -> None:
        """Ask once more, and hold the form back until each doubt has been confirmed in this very form."""
        self.doubts += more
        if not self._unconfirmed():
            return
        options = [Option(self._confirmation(doubt), doubt.yes, hint=doubt.question) for doubt in self.doubts]
        self.fields[SURE] = govuk.CheckboxesField(label="Is this right?", options=options, required=False)
        self.add_error(SURE, "Nothing is recorded yet. Tick what is right, or change the form")

    def _unconfirmed(self) -> list[Doubt]:
        confirmed = CheckboxSelectMultiple().value_from_datadict(self.data, self.files, SURE) or ()
        return [doubt for doubt in self.doubts if self._confirmation(doubt) not in confirmed]

    def _confirmation(self, doubt: Doubt) -> str:
        return confirmation(self.ticket, doubt.key)

    def error_list(self) -> list[dict[str, str]]:
        """Every error; each question that is asked once more stands there in full, and leads to its own box."""
        found = [error for error in super().error_list() if error["href"] != f"#{SURE}"]
        if SURE in self.errors:
            open_ones = self._unconfirmed()
            targets = [f"#{SURE}", *(f"#{SURE}-{place}" for place in range(2, len(self.doubts) + 1))]
            asked = zip(self.doubts, targets, strict=True)
            found += [{"text": doubt.question, "href": target} for doubt, target in asked if doubt in open_ones]
        return found

    @property
    def unlike(self) -> UUID | None:
        """The entry that says the same, which this one was said not to be. Only of a valid form."""
        same = earlier_same(self.filled(), self.setting.history, self.setting.now)
        return same.pk if same else None

    @property
    def refs_assumed(self) -> dict[str, str]:
        """What an event would be about if the form were sent as it was opened."""
        refs = {kind: str(self.initial.get(f"ref-{kind}") or "") for kind in self._asked_kinds()}
        own = {self.setting.case.kind: str(self.setting.case.pk)} if self._is_own_ref() else {}
        return own | {kind: ref for kind, ref in refs.items() if ref}

    def filled(self) -> Filled:
        """What to record. Only of a valid form."""
        when = self.cleaned_data["when"]
        occurred_at = self.setting.now if when == govuk.NOW else when
        return Filled(
            id=self.ticket,
            type=self.schema.name,
            occurred_at=occurred_at,
            refs=self._refs(),
            by=self.cleaned_data.get("by") or None,
            data=self._data(local_date(occurred_at)),
            new=self._new_kinds(),
        )

    @property
    def is_just_now(self) -> bool:
        """Whether it happened when the form was sent, so that the time is ours and not the person's."""
        return bool(self.cleaned_data["when"] == govuk.NOW)

    def _refs(self) -> dict[str, str]:
        refs: dict[str, str] = {}
        if self._is_own_ref():
            refs[self.setting.case.kind] = str(self.setting.case.pk)
        if self._implied and self._implied != self.setting.case.kind:
            refs[self._implied] = self._new_ref(self._implied)
        for kind in self._asked_kinds():
            chosen = self.cleaned_data.get(f"ref-{kind}")
            if chosen and chosen != NONE:
                refs[kind] = self._new_ref(kind) if chosen == NEW else chosen
        scheme = next((one for one in self.setting.schemes if str(one.case_id) == refs.get("scheme")), None)
        if scheme and "provider" in self.schema.all_refs:
            refs.setdefault("provider", str(scheme.provider.case_id))
        return refs

    def _new_kinds(self) -> frozenset[str]:
        """The kinds of ref whose identifier is made here."""
        chosen = {kind for kind in self._asked_kinds() if self.cleaned_data.get(f"ref-{kind}") == NEW}
        return frozenset(chosen | ({self._implied} - {"", self.setting.case.kind}))

    def _new_ref(self, kind: str) -> str:
        """The identifier of a thing that begins with this form: the same however often the form is sent."""
        return str(uuid5(self.ticket, kind))

    def _data(self, on: date) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for one in self.schema.fields:
            value = self.cleaned_data.get(f"data-{one.name}")
            if value not in (None, "", [], [NOBODY]):
                found[one.name] = value.isoformat() if hasattr(value, "isoformat") else value
        if shown := items_shown(self.schema, self.cleaned_data, on):
            found[HAS] = [*found.get(HAS, []), *shown]
        return found


def _new_label(kind: str, schema: EventType) -> str:
    return f"A new {REF_KINDS[kind].lower()}" if kind in schema.begins else "One that is not on this record yet"


def _places(kind: str, schemes: Iterable[Scheme]) -> Iterable[Option]:
    if kind == "scheme":
        return [Option(str(one.case_id), f"{one.name} ({one.provider.name})") for one in schemes]
    providers = {str(one.provider.case_id): one.provider.name for one in schemes}
    return [Option(ref, name) for ref, name in providers.items()]


def applicable(schema: EventType, kind: str) -> bool:
    """Whether an event of this type can be about a record of this kind."""
    places = {Kind.SCHEME: {"scheme", "log"}, Kind.PROVIDER: {"provider"}, Kind.BOROUGH: {"borough"}}
    own = places.get(Kind(kind))
    if own is not None:
        return bool(own & set(schema.refs))
    return not schema.refs or not set(schema.refs) <= {"scheme", "provider", "borough", "log"}
