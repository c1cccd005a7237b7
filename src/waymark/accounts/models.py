"""People who sign in, what they prove it with, and the tokens that stand for their sessions.

Pages read `Account` and nothing else here: what somebody proves who they are with is for services alone.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from waymark.accounts.fields import AddressField
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
    email = AddressField(max_length=254)
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

    `membership_id` is the membership the person acts in (a plain identifier: memberships belong to a later app). None
    until they have chosen one: such a session stands for nobody, and no record can be read with it.

    `expires_at` is what the database judges a session by: 15 minutes after `last_seen_at`, and never after `ends_by`.
    `proved_at` is when the person last proved who they are; `second_factor` whether they did so with two factors.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    membership_id = models.UUIDField(null=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField()
    ends_by = models.DateTimeField()
    proved_at = models.DateTimeField()
    second_factor = models.BooleanField(default=False)
    how = models.CharField(max_length=20, blank=True)
    browser = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"session of {self.account_id}"


class Credential(models.Model):
    """The hash of somebody's password. Who has none signs in with a passkey or through their council's directory."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="credential")
    password = models.CharField(max_length=256)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"password of {self.account_id}"


class AuthenticatorApp(BaseModel):
    """A secret shared with an app on somebody's phone (TOTP, RFC 6238), encrypted with the server's key.

    `last_step` is the step of time of the last code that was taken: no code of that step or before is taken again.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="app")
    secret = models.CharField(max_length=400)
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"authenticator app of {self.account_id}"


class Passkey(BaseModel):
    """A passkey or security key (WebAuthn): the public half of a pair of keys, and how often it has signed."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=80)
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    signatures = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class RecoveryCode(BaseModel):
    """A code on paper that stands in for the second factor once. Random, so its SHA-256 needs no salt."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="recovery_code_once", fields=["account", "digest"])]

    def __str__(self) -> str:
        return f"recovery code of {self.account_id}"


class LostFactor(models.Model):
    """Somebody's second factors were taken away for them, and they have set up none since: until then they act as
    nobody, and no administrator makes them a link for a new password.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="lost_factor")
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"second factor taken from {self.account_id}"


class DirectoryIdentity(BaseModel):
    """Who an account is in a council's directory: bound when they first come from there, and never moved."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="directory_identity")
    issuer = models.CharField(max_length=400)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="directory_identity_once", fields=["issuer", "subject"])]

    def __str__(self) -> str:
        return f"directory identity of {self.account_id}"


class Link(BaseModel):
    """A link that lets somebody set their password, once: an invitation, or for a password that was forgotten. Or, for
    who signs in already for another agency, that lets them join one.

    `membership_id` is the membership that somebody was invited to (a plain identifier: memberships belong to a later
    app). Nobody acts in it before one of its links was used: that they have the account proves nothing to the agency.
    `made_by` is the administrator who made it, for the person to know.
    """

    class Purpose(models.TextChoices):
        """What the link was made for."""

        INVITATION = "invitation", "Invitation"
        RESET = "reset", "Forgotten password"
        JOINING = "joining", "Joining an agency"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    membership_id = models.UUIDField(null=True, blank=True, db_index=True)
    made_by = models.CharField(max_length=420, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} for {self.account_id}"


class Step(BaseModel):
    """A sign-in that is half done, or the setting up of a passkey: what the browser must not be able to bring back.
    Also a form that was sent when the session had ended, sealed, until its person has signed in again.

    The browser holds a random token, this is its SHA-256. `state` is what the next answer is checked against.
    """

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="steps")
    state = models.JSONField(default=dict)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.account_id}"


class Attempts(models.Model):
    """How often somebody tried to prove who they are and has not succeeded yet, by account and by address.

    `key` says what is counted. What was typed as an e-mail address stands in it as a keyed hash, whether it is
    anybody's or not.
    """

    key = models.CharField(max_length=100, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "attempts"

    def __str__(self) -> str:
        return f"{self.count} by {self.key}"
