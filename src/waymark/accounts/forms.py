"""What people type to sign in. Passwords are never shown again, nor changed on the way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from waymark.accounts.models import Account
from waymark.accounts.rules import LONGEST, SHORTEST, weakness
from waymark.govuk.fields import Params, TextField
from waymark.govuk.forms import Form

NOT_RIGHT = "E-mail address or password is not right"
CODE_NOT_RIGHT = "This code is not right, or was used already. Wait for the next one"


class EmailField(TextField):
    """An e-mail address, which browsers and password managers fill in."""

    def params(self, bound: forms.BoundField) -> Params:
        """An input for e-mail addresses."""
        more = {"type": "email", "autocomplete": "username", "spellcheck": False}
        return {**super().params(bound), **more}


class PasswordField(TextField):
    """A password: taken as it is typed, with its spaces, and never sent back."""

    component = "password"

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(strip=False, max_length=10 * LONGEST, **kwargs)
        self.autocomplete = autocomplete

    def params(self, bound: forms.BoundField) -> Params:
        """The macro with a button that shows what was typed."""
        return {**super().params(bound), "value": "", "autocomplete": self.autocomplete}


class CodeField(TextField):
    """A code from an app or from paper."""

    def params(self, bound: forms.BoundField) -> Params:
        """Phones offer digits, and browsers what came by message; what was typed is used up, so it is not shown."""
        more = {"value": "", "autocomplete": "one-time-code", "spellcheck": False}
        return {**super().params(bound), "classes": "govuk-input--width-20", **more}


class SignInForm(Form):
    """Who somebody says they are."""

    email = EmailField(label="E-mail address", missing="Enter your e-mail address", max_length=254)
    password = PasswordField(label="Password", missing="Enter your password", autocomplete="current-password")


class CodeForm(Form):
    """A second factor."""

    code = CodeField(label="Code", missing="Enter the code", max_length=40)


class ConfirmForm(Form):
    """The password once more."""

    password = PasswordField(label="Password", missing="Enter your password", autocomplete="current-password")


class EmailForm(Form):
    """For a password that was forgotten."""

    email = EmailField(label="E-mail address", missing="Enter your e-mail address", max_length=254)


class NewPasswordForm(Form):
    """A new password for `account`, typed once: whoever wants to can look at it."""

    password = PasswordField(
        label="New password",
        hint=f"{SHORTEST} characters or more. Three words that nobody would put together are a good one.",
        missing="Enter a new password",
        autocomplete="new-password",
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        """Long enough, and none that is tried first."""
        password: str = self.cleaned_data["password"]
        problem = weakness(password, self.account)
        if problem:
            raise ValidationError(problem)
        return password


class PasskeyForm(Form):
    """What the browser made; the person only names it."""

    name = TextField(
        label="Name of this passkey",
        hint="For example: work laptop",
        missing="Enter a name, so that you know it again",
        max_length=80,
    )
    answer = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def questions(self) -> list[forms.BoundField]:
        """What the person is asked."""
        return [self["name"]]
