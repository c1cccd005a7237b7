"""What is somebody's own: their sessions, their password, and proving once more who they are."""

from __future__ import annotations

import json
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.accounts import browser, queries
from waymark.accounts.forms import CODE_NOT_RIGHT, CodeForm, ConfirmForm, NewPasswordForm
from waymark.accounts.models import Account
from waymark.accounts.services import passkeys
from waymark.accounts.services.attempts import key_for_address
from waymark.accounts.services.factors import code_is_right, recovery_codes_left
from waymark.accounts.services.links import links_made
from waymark.accounts.services.passwords import password_is_right, set_password
from waymark.accounts.services.sessions import end_all_sessions, end_one_session, proved_again
from waymark.accounts.services.steps import begin_step, take_step
from waymark.core.permissions import Permission, permission
from waymark.core.requests import Request


@permission(Permission.SIGNED_IN)
def account(request: Request) -> HttpResponse:
    """How one signs in, and where one is signed in."""
    account = queries.account_with_factors(_own(request))
    holder = browser.holder_of(request)
    page = {
        "account": account,
        "demo": settings.DEMO,
        "has_password": queries.has_password(account),
        "has_app": queries.has_app(account),
        "passkeys": queries.passkeys_of(account.pk),
        "codes_left": recovery_codes_left(account.pk),
        "sessions": queries.sessions_of(account.pk),
        "links": links_made(account.pk),
        "this_session": holder.id if holder else None,
    }
    return render(request, "accounts/account.jinja2", page)


@permission(Permission.SIGNED_IN)
@browser.not_in_the_demo
@browser.proved_lately
def password(request: Request) -> HttpResponse:
    """Change the password. Sessions elsewhere end."""
    account = queries.account_with_factors(_own(request))
    holder = browser.holder_of(request)
    form = NewPasswordForm(request.POST or None, account=account)
    if form.is_valid():
        set_password(account, form.cleaned_data["password"], actor=request.actor, keep=holder.id if holder else None)
        messages.success(request, "Your password is changed. You are signed out everywhere else.")
        return HttpResponseRedirect(reverse("account"))
    return render(request, "accounts/change_password.jinja2", {"form": form, "account": account})


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.for_whoever_signed_in
@browser.answers_too_many
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove once more who one is, before something that matters: by code, by passkey, or by password.

    A password is not enough for whoever has a second factor and has not used it in this session.
    """
    holder = browser.holder_of(request)
    if holder is None:
        raise Http404
    account = queries.account_with_factors(holder.account_id)
    with_code, with_passkey = queries.has_app(account), bool(queries.passkeys_of(account.pk))
    with_password = queries.has_password(account) and (holder.second_factor or not with_passkey)
    form: CodeForm | ConfirmForm = (CodeForm if with_code else ConfirmForm)(request.POST or None)
    wanted = browser.safe(request, request.POST.get("next") or request.GET.get("next", ""), reverse("account"))
    answer = request.POST.get("answer", "")
    if answer:
        proved = _signed_again(request, account, answer)
    else:
        proved = (with_code or with_password) and _right_again(request, account, form)
    if proved:
        actor = browser.actor_in(request, account)
        proved_again(holder.id, actor=actor, second_factor=bool(answer) or with_code)
        return HttpResponseRedirect(wanted)
    page = {
        "form": form,
        "next": wanted,
        "error": "This passkey could not be used. Try again" if answer else "",
        "can": with_code or with_password,
        "options": _challenge(request, account) if with_passkey else "",
    }
    return render(request, "accounts/confirm.jinja2", page)


def _right_again(request: HttpRequest, account: Account, form: CodeForm | ConfirmForm) -> bool:
    if not form.is_valid():
        return False
    address = key_for_address(request)
    if isinstance(form, CodeForm):
        right = code_is_right(account, form.cleaned_data["code"], address=address)
        form.add_error("code", CODE_NOT_RIGHT) if not right else None
    else:
        right = password_is_right(account, form.cleaned_data["password"], address=address)
        form.add_error("password", "Password is not right") if not right else None
    return right


def _challenge(request: HttpRequest, account: Account) -> str:
    """What the person's passkeys are asked with."""
    options, state = passkeys.begin_authentication(browser.origin_of(request), account)
    request.session[browser.STEP_KEY] = begin_step("confirm", account, webauthn=state)
    return json.dumps(options)


def _signed_again(request: HttpRequest, account: Account, answer: str) -> bool:
    step = take_step(request.session.get(browser.STEP_KEY, ""), "confirm")
    if step is None or step.account_id != account.pk:
        return False
    origin = browser.origin_of(request)
    try:
        passkeys.account_of_signature(answer, state=step.state["webauthn"], origin=origin, account=account)
    except passkeys.NotThisPasskey as why:
        passkeys.refuse_passkey(account.pk, why)
        return False
    return True


@permission(Permission.SIGNED_IN)
def end_session(request: Request, session_id: UUID) -> HttpResponse:
    """Sign out somewhere else."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not end_one_session(session_id, actor=request.actor):
        raise Http404
    messages.success(request, "That session is signed out.")
    return HttpResponseRedirect(reverse("account"))


@permission(Permission.SIGNED_IN)
def end_other_sessions(request: Request) -> HttpResponse:
    """Sign out everywhere else."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    holder = browser.holder_of(request)
    account = queries.account_with_factors(_own(request))
    end_all_sessions(account, actor=request.actor, but=holder.id if holder else None)
    messages.success(request, "You are signed out everywhere else.")
    return HttpResponseRedirect(reverse("account"))


def _own(request: Request) -> UUID:
    """The account of whoever acts: everybody who signs in has one."""
    identifier = request.actor.account_id
    if identifier is None:
        raise Http404
    return identifier
