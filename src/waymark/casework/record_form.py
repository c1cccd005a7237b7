"""The form for one type of event, made from the vocabulary: nothing here knows a particular event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core import signing
from django.core.exceptions import ValidationError
from django.forms import Field as DjangoField

from waymark.accommodation.models import Scheme
from waymark.cases.models import Case, Kind
from waymark.casework.history import PLACES, Describer, History
from waymark.casework.presenters import ref_label
from waymark.casework.services import Filled, new_id
from waymark.core.actor import Actor
from waymark.duties.engine import Pack
from waymark.duties.engine.calendar import add_months, local_date
from waymark.duties.presenting import Known, looked_for, must_be_recorded_by
from waymark.events.vocabulary import RECORDING_ROLES, REF_KINDS, ROLES, EventType
from waymark.events.vocabulary import Field as EventField
from waymark.govuk import fields as govuk
from waymark.govuk.fields import Option
from waymark.govuk.forms import Form

NEW, NONE = "new", "none"
SALT = "waymark.casework.record"
USUAL_ROLES = (
    "young_person",
    "social_worker",
    "housing_keyworker",
    "provider_manager",
    "deputy_team_manager",
    "placements_team",
)
"""Whom a form offers first when no clause says whom it looks for."""
ONE_LINE = frozenset({"unit", "reference", "staff", "course"})
"""Text that is a few words at most."""
GOES_ON = frozenset({"placement", "referral", "review", "panel"})
"""Things that several events are about: the one there is, is meant, unless it has such an event already."""
MONTHS_OFFERED = 24
MOST_RADIOS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a form is about: who fills it in, for which record, at what time, and what is known there."""

    actor: Actor
    case: Case
    history: History
    describer: Describer
    now: datetime
    pack: Pack | None
    schemes: Sequence[Scheme] = ()
    young_people: Sequence[tuple[str, str]] = ()
    """Identifier and name of the young people that a log of this place may name."""

    @property
    def known(self) -> Known:
        """What is known now, to tell which clauses matter."""
        return Known(self.history.facts, self.now)


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
        self.ticket: UUID = given or new_id()
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
            "when": govuk.MomentField(label=self.when_label, hint=self.when_hint, today=today, required=False)
        }
        found |= {f"ref-{kind}": self._ref_question(kind) for kind in self._asked_kinds()}
        looked = looked_for(self.setting.pack, self.schema.name, self.setting.known) if self.setting.pack else {}
        found |= {
            f"data-{one.name}": question(one, self.setting, looked.get(one.name, {})) for one in self.schema.fields
        }
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
        return kind if kind in self.schema.begins and not self.setting.history.of_kind(kind) else ""

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
        if kind not in self.schema.begins:
            return things[0].ref if len(things) == 1 else ""
        unused = [thing for thing in things if thing.first(self.schema.name) is None]
        if not unused:
            return NEW if kind in self.schema.refs else ""
        return unused[0].ref if kind in GOES_ON and len(unused) == 1 else ""

    # What is made of it

    def clean(self) -> dict[str, Any]:
        """What is asked of the whole: which thing it is about."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.was_opened_elsewhere:
            raise ValidationError(
                "This form was opened by somebody else, or for something else. Check it and send it again."
            )
        asked = [kind for kind in self.schema.refs if f"ref-{kind}" in self.fields]
        answered = [kind for kind in asked if cleaned.get(f"ref-{kind}") not in (None, "", NONE)]
        fixed = [kind for kind in self.schema.refs if kind == self.setting.case.kind]
        if asked and not answered and not fixed and not any(f"ref-{kind}" in self.errors for kind in asked):
            kinds = " or ".join(REF_KINDS[kind].lower() for kind in asked)
            self.add_error(f"ref-{asked[0]}", f"Select which {kinds} this is about")
        if cleaned.get("when") not in (None, govuk.NOW) and cleaned["when"] > self.setting.now:
            self.add_error("when", "When it happened must be in the past")
        return cleaned

    @property
    def refs_assumed(self) -> dict[str, str]:
        """What an event would be about if the form were sent as it was opened."""
        refs = {kind: str(self.initial.get(f"ref-{kind}") or "") for kind in self._asked_kinds()}
        own = {self.setting.case.kind: str(self.setting.case.pk)} if self._is_own_ref() else {}
        return own | {kind: ref for kind, ref in refs.items() if ref}

    def filled(self) -> Filled:
        """What to record. Only of a valid form."""
        when = self.cleaned_data["when"]
        return Filled(
            id=self.ticket,
            type=self.schema.name,
            occurred_at=self.setting.now if when == govuk.NOW else when,
            refs=self._refs(),
            by=self.cleaned_data.get("by") or None,
            data=self._data(),
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

    def _new_ref(self, kind: str) -> str:
        """The identifier of a thing that begins with this form: the same however often the form is sent."""
        return str(uuid5(self.ticket, kind))

    def _data(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for one in self.schema.fields:
            value = self.cleaned_data.get(f"data-{one.name}")
            if value not in (None, "", []):
                found[one.name] = value.isoformat() if hasattr(value, "isoformat") else value
        return found


def _new_label(kind: str, schema: EventType) -> str:
    return f"A new {REF_KINDS[kind].lower()}" if kind in schema.begins else "One that is not on this record yet"


def _places(kind: str, schemes: Iterable[Scheme]) -> Iterable[Option]:
    if kind == "scheme":
        return [Option(str(one.case_id), f"{one.name} ({one.provider.name})") for one in schemes]
    providers = {str(one.provider.case_id): one.provider.name for one in schemes}
    return [Option(ref, name) for ref, name in providers.items()]


def question(one: EventField, setting: Setting, looked: Mapping[str, str]) -> DjangoField:
    """The question that asks for a field. `looked` are values that a clause looks for, each with its clause."""
    shared: dict[str, Any] = {"label": one.label, "hint": _hint(one.hint, looked), "required": False}
    if one.required:
        shared |= {"missing": f"Enter an answer to: {one.label}", "required": True}
    return _MAKERS[one.kind](one, setting, looked, shared)


def _text(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    make = govuk.TextField if one.name in ONE_LINE else govuk.WordsField
    return make(max_length=20_000, **shared)


def _choice(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    return govuk.RadiosField(options=_options(one.choices, looked), **shared)


def _choices(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    return govuk.CheckboxesField(options=_options(one.choices, looked), **shared)


def _roles(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    first = tuple(looked) or USUAL_ROLES
    ordered = sorted(ROLES, key=lambda role: role not in first)
    options = [Option(role, _label(ROLES[role], looked, role), aside=role not in first) for role in ordered]
    return govuk.CheckboxesField(options=options, aside_label="Somebody else", **shared)


def _role(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    return govuk.SelectField(options=[Option(role, label) for role, label in ROLES.items()], **shared)


def _month(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    first = local_date(setting.now).replace(day=1)
    months = [add_months(first, -back) for back in range(MONTHS_OFFERED)]
    return govuk.SelectField(options=[Option(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months], **shared)


def _people(one: EventField, setting: Setting, looked: Mapping[str, str], shared: dict[str, Any]) -> DjangoField:
    options = [Option(case, name) for case, name in setting.young_people]
    return (
        govuk.CheckboxesField(options=options, **shared)
        if one.kind == "people"
        else govuk.SelectField(options=options, **shared)
    )


def _options(choices: Iterable[tuple[str, str]], looked: Mapping[str, str]) -> list[Option]:
    return [Option(value, _label(label, looked, value)) for value, label in choices]


def _label(label: str, looked: Mapping[str, str], value: str) -> str:
    """A choice, with the clause that looks for it."""
    return f"{label} ({looked[value]})" if value in looked else label


def _hint(hint: str, looked: Mapping[str, str]) -> str:
    """A question's hint, and what the clauses beside the choices mean."""
    return f"{hint} The protocol looks for those with a clause beside them.".strip() if looked else hint


Maker = Callable[[EventField, Setting, Mapping[str, str], dict[str, Any]], DjangoField]
_MAKERS: Mapping[str, Maker] = {
    "text": _text,
    "flag": lambda one, setting, looked, shared: govuk.yes_or_no(**shared),
    "answer": lambda one, setting, looked, shared: govuk.yes_or_no(not_known=True, **shared),
    "date": lambda one, setting, looked, shared: govuk.DateField(**shared),
    "datetime": lambda one, setting, looked, shared: govuk.DateTimeField(**shared),
    "month": _month,
    "role": _role,
    "roles": _roles,
    "choice": _choice,
    "choices": _choices,
    "items": _choices,
    "person": _people,
    "people": _people,
}


def make_ticket(event_id: UUID, schema: EventType, setting: Setting) -> str:
    """A signed statement that this person opened a form of this type for this record."""
    return signing.dumps([str(event_id), *_bound_to(schema, setting)], salt=SALT)


def read_ticket(text: str, schema: EventType, setting: Setting) -> UUID | None:
    """The identifier in a ticket that this person was given for this form; None for any other."""
    try:
        event_id, *bound_to = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return UUID(event_id) if bound_to == _bound_to(schema, setting) else None


def _bound_to(schema: EventType, setting: Setting) -> list[str]:
    return [schema.name, str(setting.case.pk), str(setting.actor.membership_id)]


def applicable(schema: EventType, kind: str) -> bool:
    """Whether an event of this type can be about a record of this kind."""
    places = {Kind.SCHEME: {"scheme", "log"}, Kind.PROVIDER: {"provider"}, Kind.BOROUGH: {"borough"}}
    own = places.get(Kind(kind))
    if own is not None:
        return bool(own & set(schema.refs))
    return not schema.refs or not set(schema.refs) <= {"scheme", "provider", "borough", "log"}
