"""The environment that pages are rendered in: our templates, the GOV.UK macros, and names every page may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader

from waymark.core import formats
from waymark.core.permissions import Permission
from waymark.core.requests import request_id
from waymark.events.vocabulary import ROLES


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu at the top: a page's `here` is its name. It is left out for who has `unless`."""

    name: str
    text: str
    route: str
    permission: Permission
    unless: Permission | None = None


MENU = (
    Place("work", "My work", "my_work", Permission.VIEW_MY_WORK),
    Place("records", "Records", "records", Permission.VIEW_CASE),
    Place("referrals", "Referrals", "referrals", Permission.VIEW_REFERRALS),
    Place("challenges", "Challenges", "challenges", Permission.VIEW_REFERRALS),
    Place("walk_ins", "Walk-ins", "walk_ins", Permission.VIEW_WALK_INS),
    Place("vacancies", "Vacancies", "vacancies", Permission.VIEW_VACANCIES),
    Place("registers", "Groups", "registers", Permission.KEEP_REGISTERS),
    Place("protocol", "Protocol", "protocol", Permission.VIEW_PROTOCOL),
    Place("people", "People and teams", "people", Permission.MANAGE_OWN_AGENCY),
    Place(
        "people", "Appointments", "appointments", Permission.AGREE_TO_APPOINTMENT, unless=Permission.MANAGE_OWN_AGENCY
    ),
    Place("audit", "Audit", "audit", Permission.VIEW_AUDIT),
    Place("subject_access", "Subject access", "subject_access", Permission.ANSWER_SUBJECT_ACCESS),
    Place("retention", "Retention", "retention", Permission.APPROVE_DISPOSAL),
)


def environment(**options: Any) -> Environment:
    """For Django's Jinja2 backend.

    The GOV.UK macros ask for parameters of parameters that nobody gave, so what is undefined renders blank: tests look
    at the text of a page, not at its status alone.
    """
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options["loader"] = ChoiceLoader([options["loader"], macros])
    options["undefined"] = ChainableUndefined
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701  (Django switches autoescape on)
    made.globals.update(
        url=_url,
        static=static,
        get_messages=get_messages,
        role_label=_role_label,
        request_number=request_id.get,
        service_name="Waymark",
        menu=MENU,
        demo=settings.DEMO,
    )
    made.filters.update(day=formats.day, moment=formats.moment, until=formats.until)
    return made


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _role_label(role: str) -> str:
    return ROLES.get(role, role)
