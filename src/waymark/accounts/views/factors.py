"""Setting second factors up and removing them."""

from __future__ import annotations

import base64
import io
import json
from uuid import UUID

import pyotp
import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.accounts import browser, queries
from waymark.accounts.forms import CODE_NOT_RIGHT, CodeForm, PasskeyForm
from waymark.accounts.models import Account
from waymark.accounts.queries import Holder
from waymark.accounts.services import factors, passkeys
from waymark.accounts.services.attempts import key_for_address
from waymark.accounts.services.sessions import proved_again
from waymark.accounts.services.steps import begin_step, take_step
from waymark.core.permissions import Permission, permission
from waymark.core.requests import Request


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.for_whoever_signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """Which second factor to set up; whoever needs one comes here before anything else."""
    holder, account = _who(request)
    page = {
        "needed": getattr(request, "actor", None) is None,
        "lost_at": queries.factor_lost_at(account.pk),
        "has_app": queries.has_app(account),
        "passkeys": queries.passkeys_of(account.pk),
    }
    return render(request, "accounts/choose_factor.jinja2", page)


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.proved_lately
@browser.answers_too_many
def app(request: HttpRequest) -> HttpResponse:
    """Show the secret to an app, and have it show a code."""
    holder, account = _who(request)
    _enough_for(holder, account)
    if queries.has_app(account):
        return HttpResponseRedirect(reverse("account"))
    form = CodeForm(request.POST or None)
    actor = browser.actor_in(request, account)
    secret = factors.begin_app(account)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if factors.confirm_app(account, code, actor=actor, address=key_for_address(request)):
            proved_again(holder.id, actor=actor, second_factor=True)
            messages.success(request, "Your app is set up. You will be asked for its code when you sign in.")
            return HttpResponseRedirect(reverse("recovery_codes"))
        form.add_error("code", CODE_NOT_RIGHT)
    page = {
        "form": form,
        "picture": _picture(pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name="Waymark")),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return render(request, "accounts/app.jinja2", page)


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.proved_lately
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Have the browser make a passkey."""
    holder, account = _who(request)
    _enough_for(holder, account)
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        step = take_step(request.session.get(browser.STEP_KEY, ""), "new passkey")
        actor = browser.actor_in(request, account)
        try:
            if step is None or step.account_id != account.pk:
                raise passkeys.NotThisPasskey("This took too long. Try again")
            passkeys.add_passkey(
                account,
                form.cleaned_data["name"],
                form.cleaned_data["answer"],
                state=step.state["webauthn"],
                origin=browser.origin_of(request),
                actor=actor,
            )
        except passkeys.NotThisPasskey as why:
            form.add_error("name", f"No passkey was added. {why}")
        else:
            proved_again(holder.id, actor=actor, second_factor=True)
            messages.success(request, "Your passkey is set up. You can sign in with it.")
            return HttpResponseRedirect(reverse("recovery_codes"))
    options, state = passkeys.begin_registration(account, browser.origin_of(request))
    request.session[browser.STEP_KEY] = begin_step("new passkey", account, webauthn=state)
    return render(request, "accounts/add_passkey.jinja2", {"form": form, "options": json.dumps(options)})


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.proved_lately
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Codes for when phone and passkeys are out of reach. They are shown once."""
    holder, account = _who(request)
    _enough_for(holder, account)
    if not factors.has_second_factor(account.pk):
        return HttpResponseRedirect(reverse("second_factor"))
    codes: list[str] = []
    if request.method == "POST":
        codes = factors.make_recovery_codes(account, actor=browser.actor_in(request, account))
    page = {"codes": codes, "left": factors.recovery_codes_left(account.pk)}
    return render(request, "accounts/recovery_codes.jinja2", page)


@permission(Permission.SIGNED_IN)
@browser.not_in_the_demo
@browser.proved_lately
def remove_app(request: Request) -> HttpResponse:
    """Ask, then remove the app."""
    _, account = _who(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    factors.remove_app(account, actor=request.actor)
    messages.success(request, "The app is removed.")
    return HttpResponseRedirect(reverse("account"))


@permission(Permission.SIGNED_IN)
@browser.not_in_the_demo
@browser.proved_lately
def remove_passkey(request: Request, passkey_id: UUID) -> HttpResponse:
    """Remove one passkey of one's own. Of somebody else's nothing is said."""
    _, account = _who(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    factors.remove_passkey(account, passkey_id, actor=request.actor)
    messages.success(request, "The passkey is removed.")
    return HttpResponseRedirect(reverse("account"))


def _who(request: HttpRequest) -> tuple[Holder, Account]:
    holder = browser.holder_of(request)
    if holder is None:
        raise Http404
    return holder, queries.account_with_factors(holder.account_id)


def _enough_for(holder: Holder, account: Account) -> None:
    """Whoever has a second factor must have used it to add another: signing in asks for it, this is the wall behind."""
    if factors.has_second_factor(account.pk) and not holder.second_factor:
        raise Http404


def _picture(text: str) -> str:
    """A QR code as the address of an image, so that nothing has to be stored or written into the page's own markup."""
    held = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=2).save(held)
    return f"data:image/svg+xml;base64,{base64.b64encode(held.getvalue()).decode()}"
