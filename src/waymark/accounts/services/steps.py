"""What is half done: a password that was right and waits for its second factor, a passkey's challenge, a form.

Kept here and not in the browser's cookie, which whoever holds it could bring back as it was.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from waymark.accounts.models import Account, Step
from waymark.accounts.services.sessions import digest_of
from waymark.core.services import service

LASTS = timedelta(minutes=10)


@service
def begin_step(kind: str, account: Account | None = None, **state: Any) -> str:
    """Keep `state` for 10 minutes. Returns a token for the browser. Steps that ran out are removed."""
    token = new_token()
    keep_step(token, kind, account, state, lasts=LASTS)
    return token


@service
def keep_step(token: str, kind: str, account: Account | None, state: dict[str, Any], *, lasts: timedelta) -> None:
    """Keep `state` for `lasts` under a token that is known already. Steps that ran out are removed."""
    remove_old_steps()
    Step.objects.create(digest=digest_of(token), kind=kind, account=account, state=state, expires_at=Now() + lasts)


def new_token() -> str:
    """A token for a browser."""
    return secrets.token_urlsafe(32)


@service
def remove_old_steps() -> int:
    """Remove steps that ran out. Returns how many."""
    return Step.objects.filter(expires_at__lt=Now()).delete()[0]


@service
def step_of(token: str, kind: str) -> Step | None:
    """The step that `token` stands for, if it is of this kind and has not run out."""
    return _good(token, kind).select_related("account").first()


@service
def change_step(step: Step, **state: Any) -> None:
    """Add to what is kept, such as a new challenge."""
    step.state = step.state | state
    Step.objects.filter(pk=step.pk).update(state=step.state)


@service
def forget_step(token: str, kind: str) -> None:
    """The step is used up, if there is one."""
    Step.objects.filter(digest=digest_of(token), kind=kind).delete()


@service
def take_step(token: str, kind: str) -> Step | None:
    """The step, which is then used up: of two who bring the same token, one gets it."""
    step = _good(token, kind).select_for_update(of=("self",)).select_related("account").first()
    if step is not None:
        Step.objects.filter(pk=step.pk).delete()
    return step


def _good(token: str, kind: str) -> QuerySet[Step]:
    return Step.objects.filter(digest=digest_of(token), kind=kind, expires_at__gt=Now())
