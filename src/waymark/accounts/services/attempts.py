"""Counting attempts to prove who one is, in the database, so that it holds over processes and machines.

An attempt is counted before it is judged and forgiven when it succeeds. However many come at once, no more are judged
than the count allows: whoever comes after them is told to wait, and nothing about what they sent.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone

from waymark.accounts.models import Attempts
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.services import service

FREE = {"email": 5, "factor": 5, "address": 200, "link": 50, "visit": 600, "forgotten": 5, "emergency": 10}
"""How many attempts of each kind are judged before anybody has to wait. Many people of a council share an address; a
name may be misspelt more than once at night."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)
"""A count starts anew when nothing was tried for so long."""
WEARS_OFF = {
    "address": timedelta(minutes=1),
    "link": timedelta(minutes=1),
    "visit": timedelta(seconds=1),
    "emergency": timedelta(minutes=10),
}
"""How long it takes until one attempt from an address is forgotten. A whole council may come from one address."""


class TooManyAttempts(Exception):  # noqa: N818  (a refusal is no error)
    """Somebody must wait before they may try again. `wait` says how long."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__("Too many attempts")


def key_for_email(typed: str, kind: str = "email") -> str:
    """The key under which attempts for an e-mail address are counted, whether it is anybody's or not.

    A keyed hash: what people type there by mistake is sometimes a password. Capitals first, as the database compares
    addresses: a long s or an i without its dot is the same letter to it, and must not be five more attempts.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), typed.strip().upper().casefold().encode(), "sha256").hexdigest()
    return f"{kind}:{digest}"


def key_for_address(request: HttpRequest, kind: str = "address") -> str:
    """The key under which attempts from where this request comes from are counted. Of IPv6, the network counts."""
    return f"{kind}:{network_of(request)}"


def network_of(request: HttpRequest) -> str:
    """The address that the request comes from; behind our own proxy, the one that the proxy saw.

    Only the last entry of `X-Forwarded-For` is the proxy's: the others are whatever the sender wrote.
    """
    said = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        said = request.headers.get("X-Forwarded-For", said).rsplit(",", 1)[-1].strip()
    try:
        found = ipaddress.ip_address(said)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


def wait_after(kind: str, count: int) -> timedelta | None:
    """How long to wait after `count` attempts that did not succeed: 30 seconds, then twice as long each time."""
    over = count - FREE[kind]
    return None if over < 0 else min(FIRST_WAIT * 2 ** min(over, 20), LONGEST_WAIT)


def begin_attempt(*keys: str, about: str = "", actor: Actor | None = None, purpose: str = "sign in") -> None:
    """Count an attempt under each of `keys`, or raise `TooManyAttempts`; then it is not judged, whatever it holds.

    Call it outside any other service, so that it is counted even when what follows fails.
    """
    wait = _count(keys, about, actor, purpose)
    if wait is not None:
        raise TooManyAttempts(wait)


@service
def _count(keys: tuple[str, ...], about: str, actor: Actor | None, purpose: str) -> timedelta | None:
    Attempts.objects.bulk_create([Attempts(key=key, last_at=Now()) for key in sorted(keys)], ignore_conflicts=True)
    rows = list(_locked(keys).annotate(now=Now()))
    now = timezone.now() if not rows else rows[0].now
    waits = [row.blocked_until - now for row in rows if row.blocked_until and row.blocked_until > now]
    if waits:
        trail.refused(actor, "accounts.Account", object_id=about, purpose=purpose, why="too many attempts")
        return max(waits)
    for row in rows:
        kind = row.key.partition(":")[0]
        row.count = _left_of(kind, row.count, now - row.last_at) + 1
        row.last_at = now
        pause = wait_after(kind, row.count)
        row.blocked_until = now + pause if pause else None
    Attempts.objects.bulk_update(rows, ["count", "last_at", "blocked_until"])
    return None


def _locked(keys: Sequence[str]) -> QuerySet[Attempts]:
    """The counts, locked in the order of their keys, so that no two attempts wait for each other."""
    return Attempts.objects.select_for_update().filter(key__in=keys).order_by("key")


def _left_of(kind: str, count: int, since: timedelta) -> int:
    """How many of `count` attempts still stand when the last was `since` ago."""
    if since > FORGOTTEN_AFTER:
        return 0
    worn_off = since // WEARS_OFF[kind] if kind in WEARS_OFF else 0
    return max(count - worn_off, 0)


@service
def forgive(own: str | None, address: str) -> None:
    """An attempt succeeded: nothing stands against the person, and one less against the address.

    The address is not cleared: whoever has an account of their own could otherwise guess at those of others for ever.
    """
    rows = {row.key: row for row in _locked([key for key in (own, address) if key])}
    if own in rows:
        rows[own].delete()
    row = rows.get(address)
    if row is None:
        return
    row.count = max(row.count - 1, 0)
    if wait_after(address.partition(":")[0], row.count) is None:
        row.blocked_until = None
    row.save(update_fields=["count", "blocked_until"])


@service
def forget_old_attempts() -> int:
    """Remove counts that would start anew anyway. Returns how many."""
    return Attempts.objects.filter(last_at__lt=Now() - FORGOTTEN_AFTER).delete()[0]
