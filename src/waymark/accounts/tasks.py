"""What the worker does about sign-in."""

from __future__ import annotations

from uuid import UUID

from waymark.accounts.services import mail
from waymark.accounts.services.attempts import forget_old_attempts
from waymark.accounts.services.steps import remove_old_steps
from waymark.outbox.registry import periodic, task


@task(mail.SEND_RESET)
def send_reset(account_id: str) -> None:
    """Send the link for a password that was forgotten."""
    mail.send_reset(UUID(account_id))


@periodic("accounts.forget_old_attempts", cron="17 3 * * *")
def forget() -> None:
    """Remove counts of attempts of days ago, and what was half done and is over."""
    forget_old_attempts()
    remove_old_steps()
