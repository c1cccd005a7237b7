"""What an administrator is asked, and what their forms carry of how things were when they opened them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.validators import validate_email

from waymark.access.administering import Seen
from waymark.access.agency_roles import roles_for
from waymark.access.handing_on import BACK_TO_TEAM, HandOn, Piece, Taker, Takers
from waymark.access.models import Agency, Membership, Team
from waymark.core.clock import system_clock
from waymark.events.vocabulary import ROLES
from waymark.govuk.fields import Option, SelectField, TextField
from waymark.govuk.forms import Form

SALT = "waymark.casework.organisation"
LONGEST = 200
ONE_BY_ONE = 60
"""With more records than this, they are handed on together."""


def keep(members: Iterable[Membership]) -> str:
    """What the page shows of these members, signed, for its form to bring back."""
    now = system_clock.now()
    shown = {str(one.pk): astuple(Seen.of(one, now)) for one in members}
    return signing.dumps(shown, salt=SALT, compress=True)


def kept(text: str) -> dict[UUID, Seen]:
    """What a page of ours had shown; nothing for what none of ours brought."""
    try:
        shown = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}
    return {UUID(identifier): Seen(*values) for identifier, values in shown.items()}


class PlaceForm(Form):
    """A role that the agency may give, and one of its teams, or none."""

    def __init__(self, agency: Agency, teams: Iterable[Team], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        roles = [Option(role, ROLES[role]) for role in roles_for(agency.kind)]
        self.fields["role"] = SelectField(label="Role", options=roles, missing="Select their role")
        self.fields["team"] = SelectField(
            label="Team (optional)",
            hint="They can open every record that the team works on.",
            options=[Option(str(team.pk), team.name) for team in teams],
            required=False,
        )

    def team_id(self) -> UUID | None:
        """The team that was chosen."""
        chosen = self.cleaned_data["team"]
        return UUID(chosen) if chosen else None


class InviteForm(PlaceForm):
    """Who is invited, and to do what."""

    def __init__(self, agency: Agency, teams: Iterable[Team], data: Any = None) -> None:
        super().__init__(agency, teams, data)
        email = TextField(
            label="E-mail address",
            hint="The one they use at work. They sign in with it.",
            missing="Enter their e-mail address",
            max_length=254,
            validators=[validate_email],
        )
        email.error_messages["invalid"] = "Enter an e-mail address, such as name@example.org"
        first = {
            "name": TextField(label="Name", missing="Enter their name", max_length=LONGEST),
            "email": email,
        }
        self.fields = first | self.fields


class HandOnForm(Form):
    """Who takes on somebody's work: all of it, but for what is given to somebody else."""

    def __init__(self, pieces: Sequence[Piece], names: Mapping[UUID, str], takers: Takers, data: Any = None) -> None:
        super().__init__(data)
        self.pieces = pieces
        options = [Option(str(one.pk), _colleague(one)) for one in takers.colleagues]
        if takers.team:
            options.insert(0, Option(BACK_TO_TEAM, f"Back to the team: {takers.team.name}"))
        self.has_takers = bool(options)
        if pieces:
            self.fields["to"] = SelectField(
                label="Who takes on their work?", options=options, missing="Select who takes on their work"
            )
            self.fields["to"].error_messages["invalid_choice"] = (
                "Select somebody on the list: whoever you chose may have left"
            )
        if 1 < len(pieces) <= ONE_BY_ONE:
            for piece in pieces:
                label = names.get(piece.case_id, piece.reference)
                self.fields[f"to-{piece.case_id}"] = SelectField(label=label, options=options, required=False)

    def each(self) -> list[Any]:
        """The questions about single records."""
        return [self[name] for name in self.fields if name != "to"]

    def any_set_apart(self) -> bool:
        """Whether a record was given to somebody else than the rest."""
        return any(bound.value() for bound in self.each())

    def choice(self) -> HandOn:
        """What was chosen."""
        each = {}
        for piece in self.pieces:
            chosen = self.cleaned_data.get(f"to-{piece.case_id}")
            if chosen:
                each[piece.case_id] = _taker(chosen)
        everything_else = self.cleaned_data.get("to")
        return HandOn(_taker(everything_else) if everything_else else None, each)


class TeamForm(Form):
    """A new team, and the role whose work comes to it."""

    def __init__(self, agency: Agency, data: Any = None) -> None:
        super().__init__(data)
        roles = [Option(role, ROLES[role]) for role in roles_for(agency.kind)]
        self.fields["name"] = TextField(label="What is the team called?", missing="Enter its name", max_length=LONGEST)
        self.fields["role"] = SelectField(
            label="Whose work does it do?",
            hint="What this role owes on a record comes to the team while nobody is named for it.",
            options=roles,
            missing="Select whose work it does",
        )


class RenameForm(Form):
    """Another name for a team."""

    name = TextField(label="Name", missing="Enter its name", max_length=LONGEST)


def _taker(chosen: str) -> Taker:
    return BACK_TO_TEAM if chosen == BACK_TO_TEAM else UUID(chosen)


def _colleague(member: Membership) -> str:
    return f"{member.account.name}, {member.team.name}" if member.team else member.account.name
