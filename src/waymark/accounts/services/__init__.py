"""Signing in, what it takes, and what ends a session. What other apps use stands here; pages use the modules."""

from waymark.accounts.services.links import carry_links, invite, invite_to_join
from waymark.accounts.services.sessions import digest_of, end_all_sessions, end_session, open_session

__all__ = [
    "carry_links",
    "digest_of",
    "end_all_sessions",
    "end_session",
    "invite",
    "invite_to_join",
    "open_session",
]
