"""Setting a password by a link, and asking for one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.accounts import browser
from waymark.accounts.forms import EmailForm, NewPasswordForm
from waymark.accounts.services.attempts import begin_attempt, key_for_address, key_for_email
from waymark.accounts.services.links import account_of_link, leads_to_joining, set_password_by_link
from waymark.accounts.services.mail import ask_for_reset
from waymark.core.permissions import Permission, permission


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation leads to. The token moves from the address to the browser's cookie at once.

    Addresses stand in logs and histories, and are sent to other sites.
    """
    request.session[browser.LINK_KEY] = token
    return HttpResponseRedirect(reverse("set_password"))


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.answers_too_many
def set_password(request: HttpRequest) -> HttpResponse:
    """Choose a password; then sign in with it, and with a second factor where there is one. Whoever has a way in
    already signs in as always, and joins the agency that gave the link by that.
    """
    token = request.session.get(browser.LINK_KEY, "")
    if request.method == "POST":
        begin_attempt(key_for_address(request, "link"))
    account = account_of_link(token) if token else None
    if account is None:
        if token and leads_to_joining(token):
            return render(request, "accounts/join.jinja2")
        return render(request, "accounts/link_is_over.jinja2", status=404)
    form = NewPasswordForm(request.POST or None, account=account)
    if form.is_valid():
        set_password_by_link(token, form.cleaned_data["password"])
        del request.session[browser.LINK_KEY]
        messages.success(request, "Your password is set. Sign in with it.")
        return HttpResponseRedirect(reverse("sign_in"))
    return render(request, "accounts/set_password.jinja2", {"form": form, "account": account})


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.answers_too_many
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link by e-mail. The answer is the same whoever asks, and so is the work."""
    form = EmailForm(request.POST or None)
    if settings.CAN_SEND_EMAIL and form.is_valid():
        typed = form.cleaned_data["email"]
        begin_attempt(key_for_email(typed, "forgotten"), key_for_address(request, "link"))
        ask_for_reset(typed)
        return render(request, "accounts/reset_sent.jinja2")
    return render(request, "accounts/forgotten.jinja2", {"form": form, "by_email": settings.CAN_SEND_EMAIL})
