"""Keeps what somebody typed while they sign in again: what `govuk.resend` asks for at start-up."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from waymark.accounts.browser import TYPED_KEY, holder_of
from waymark.accounts.services import typed
from waymark.accounts.services.steps import forget_step


class Kept:
    """What the form of one browser held. The key is in the browser's cookie, the words are sealed in the database."""

    def fits(self, said: typed.Typed) -> bool:
        """Whether it is little enough to be kept."""
        return typed.fits(said)

    def keep(self, request: HttpRequest, whose: str, said: typed.Typed) -> bool:
        """Keep it for the account `whose`. False where it cannot be."""
        key = typed.keep_typed(UUID(whose), request.get_full_path(), said)
        if key is not None:
            request.session[TYPED_KEY] = key
        return key is not None

    def kept(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What whoever is signed in typed on the form at this address; nothing for anybody else."""
        key, holder = _key(request), holder_of(request)
        if not key or holder is None:
            return []
        return typed.typed_before(key, holder.account_id, request.get_full_path()) or []

    def forget(self, request: HttpRequest) -> None:
        """It was sent, or is not wanted any more."""
        key = _key(request)
        if key:
            del request.session[TYPED_KEY]
            forget_step(key, typed.KIND)


def _key(request: HttpRequest) -> str:
    key = request.session.get(TYPED_KEY, "")
    return key if isinstance(key, str) else ""
