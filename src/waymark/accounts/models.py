"""People who sign in, and the tokens that stand for their sessions."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from waymark.core.models import BaseModel


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account with this e-mail address."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """A person who may sign in. What they may do hangs on their memberships, not on the account.

    No password here: pages can read this table, and must hold no sign-in secrets.
    """

    password = None  # type: ignore[assignment]
    last_login = None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(models.functions.Lower("email"), name="account_email_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Token(BaseModel):
    """A session. The browser holds a random token; here is only its SHA-256, and pages cannot read even that.

    `membership_id` is the membership the person acts in (a plain identifier: memberships belong to a later app).
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    membership_id = models.UUIDField(null=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"session of {self.account_id}"
