"""Signing in: password, second factor, passkey, directory."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import requests
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.accounts import browser
from waymark.accounts.forms import CODE_NOT_RIGHT, NOT_RIGHT, CodeForm, SignInForm
from waymark.accounts.models import Account, Step
from waymark.accounts.queries import passkeys_of
from waymark.accounts.services import directory, passkeys
from waymark.accounts.services.attempts import begin_attempt, forgive, key_for_address
from waymark.accounts.services.factors import code_is_right
from waymark.accounts.services.passwords import account_with_password
from waymark.accounts.services.sessions import Proof
from waymark.accounts.services.steps import begin_step, change_step, step_of, take_step
from waymark.core.permissions import Permission, permission

NOT_THIS_PASSKEY = "This passkey could not be used. Try again, or sign in another way"


@browser.answers_too_many
def password(request: HttpRequest) -> HttpResponse:
    """E-mail address and password. The route is `sign_in`, which in the demo shows whom one may be instead."""
    form = SignInForm(request.POST or None)
    wanted = browser.wanted_of(request)
    if form.is_valid():
        typed = form.cleaned_data
        account = account_with_password(typed["email"], typed["password"], address=key_for_address(request))
        if account is not None:
            return browser.first_factor_passed(request, account, how="password", second_factor=False, wanted=wanted)
        form.add_error("password", NOT_RIGHT)
    page = {"form": form, "next": wanted, "directory": directory.directory()}
    return render(request, "accounts/sign_in.jinja2", page)


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.answers_too_many
def second_factor(request: HttpRequest) -> HttpResponse:
    """A code or a passkey, after a password that was right."""
    step = step_of(request.session.get(browser.STEP_KEY, ""), "factor")
    if step is None or step.account is None:
        messages.info(request, "Sign in again. Signing in takes no longer than 10 minutes.")
        return HttpResponseRedirect(reverse("sign_in"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and _second_factor_is_right(request, step, step.account, form):
        return _enter(request, step)
    options = _challenge(request, step) if passkeys_of(step.account.pk) else None
    page = {"form": form, "options": options, "error": _error_of(request, form)}
    return render(request, "accounts/second_factor_asked.jinja2", page)


def _second_factor_is_right(request: HttpRequest, step: Step, account: Account, form: CodeForm) -> bool:
    answer = request.POST.get("answer", "")
    if answer:
        return _signed(request, step, answer, account) is not None
    if not form.is_valid():
        return False
    if code_is_right(account, form.cleaned_data["code"], address=key_for_address(request)):
        return True
    form.add_error("code", CODE_NOT_RIGHT)
    return False


def _enter(request: HttpRequest, step: Step) -> HttpResponse:
    """The step is used up first: of two windows that finish it, one enters."""
    taken = take_step(request.session.get(browser.STEP_KEY, ""), "factor")
    if taken is None or taken.account is None or not taken.account.is_active:
        return HttpResponseRedirect(reverse("sign_in"))
    proof = Proof(how=str(step.state.get("how", "")), second_factor=True, browser=browser.browser_of(request))
    return browser.start(request, taken.account, proof, request.session.get(browser.WANTED_KEY, "/"))


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.answers_too_many
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone, which is both factors: the device makes sure who holds it."""
    wanted = browser.wanted_of(request)
    error = ""
    if request.method == "POST":
        begin_attempt(key_for_address(request))
        step = take_step(request.session.get(browser.STEP_KEY, ""), "passkey")
        account = _signed(request, step, request.POST.get("answer", "")) if step else None
        if account is not None:
            forgive(None, key_for_address(request))
            return browser.first_factor_passed(request, account, how="passkey", second_factor=True, wanted=wanted)
        error = NOT_THIS_PASSKEY
    begin_attempt(key_for_address(request, "visit"))  # each visit keeps a challenge for 10 minutes
    options, state = passkeys.begin_authentication(browser.origin_of(request))
    request.session[browser.STEP_KEY] = begin_step("passkey", webauthn=state)
    return render(request, "accounts/passkey.jinja2", {"options": json.dumps(options), "next": wanted, "error": error})


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.answers_too_many
def to_directory(request: HttpRequest) -> HttpResponse:
    """Off to the council's directory. A link and not a form: no form of ours may lead to another site."""
    found = directory.directory()
    if found is None:
        raise Http404
    begin_attempt(key_for_address(request, "visit"))
    try:
        address, kept = directory.question(found, request.build_absolute_uri(reverse("sign_in_directory_back")))
    except (requests.RequestException, ValueError, TypeError, KeyError):
        return _not_from_the_directory(request, directory.NotFromTheDirectory("out of reach"), found)
    token = begin_step("directory", None, **kept)
    request.session[browser.STEP_KEY] = token
    request.session[browser.WANTED_KEY] = browser.wanted_of(request)
    return HttpResponseRedirect(f"{address}&state={token}")


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.answers_too_many
def back_from_directory(request: HttpRequest) -> HttpResponse:
    """Back from the directory. `state` must be what this browser was sent away with: nobody else's code works."""
    found = directory.directory()
    if found is None:
        raise Http404
    begin_attempt(key_for_address(request))
    token = request.session.get(browser.STEP_KEY, "")
    wanted = request.session.get(browser.WANTED_KEY, "/")
    ours = bool(token) and request.GET.get("state") == token
    step = take_step(token, "directory") if ours else None
    try:
        if step is None:
            raise directory.NotFromTheDirectory("no such question")
        claims = directory.claims_for(found, request.GET.get("code", ""), step.state)
        account = directory.account_of_claims(found, claims)
    except directory.NotFromTheDirectory as why:
        return _not_from_the_directory(request, why, found)
    forgive(None, key_for_address(request))
    twice = directory.with_second_factor(claims)
    return browser.first_factor_passed(request, account, how="directory", second_factor=twice, wanted=wanted)


def _not_from_the_directory(
    request: HttpRequest, why: directory.NotFromTheDirectory, found: directory.Directory
) -> HttpResponse:
    directory.refuse_directory(why)
    return render(request, "accounts/not_from_directory.jinja2", {"directory": found}, status=403)


def _challenge(request: HttpRequest, step: Step) -> str:
    options, state = passkeys.begin_authentication(browser.origin_of(request), step.account)
    change_step(step, webauthn=state)
    return json.dumps(options)


def _signed(request: HttpRequest, step: Step, answer: str, account: Account | None = None) -> Account | None:
    """Whose passkey signed the step's challenge, which is then used up; None when nobody's did."""
    state: dict[str, Any] = step.state.get("webauthn", {})
    asked: UUID | None = account.pk if account else None
    if account is not None:
        change_step(step, webauthn={})
    try:
        return passkeys.account_of_signature(answer, state=state, origin=browser.origin_of(request), account=account)
    except passkeys.NotThisPasskey as why:
        passkeys.refuse_passkey(asked, why)
        return None


def _error_of(request: HttpRequest, form: CodeForm) -> str:
    """A passkey that did not do; what is wrong with a code stands in the form."""
    return NOT_THIS_PASSKEY if request.method == "POST" and request.POST.get("answer") else ""
