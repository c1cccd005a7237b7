"""The names of what a person may do, and the decorator with which every route declares the one it needs."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

View = Callable[..., HttpResponse]


class Permission(Enum):
    """What somebody may do. The value completes the sentence "You may not ...".

    `access/roles.py` says which role holds which; whether it holds for one record is the ledger's to say.
    """

    PUBLIC = "see this page"
    SIGNED_IN = "see this page without signing in"
    VIEW_MY_WORK = "see a list of work"
    VIEW_CASE = "read this record"
    VIEW_PROTOCOL = "read the protocol"
    RECORD_EVENT = "record what happened here"
    RETRACT_EVENT = "withdraw what was recorded here"
    WAIVE_DUTY = "waive a duty here"
    OPEN_CASE = "start a record"
    MANAGE_INVOLVEMENT = "say who works on this record"
    MANAGE_PEOPLE = "change a person's details"
    MERGE_RECORDS = "say that two records are about one person"
    ADD_DOCUMENT = "add or remove a document here"
    RELEASE_DOCUMENT = "release a document that nobody has checked for viruses"
    MANAGE_ACCOMMODATION = "change providers, schemes and units"
    VIEW_VACANCIES = "see which homes are free"
    HOLD_UNIT = "reserve a home, or say who lives there"
    MANAGE_UNITS = "change units, voids and what is out of service"
    MANAGE_AGENCIES = "change agencies, teams and their members"
    ADOPT_PROTOCOL = "adopt a protocol"
    SHARE = "share this record"
    RESTRICT = "close this record, or a part of it, to all but named people"
    DECLARE_CONFLICT = "say who has a conflict of interest here"
    BREAK_GLASS = "open a record in an emergency"
    REVIEW_EMERGENCY = "review why a record was opened in an emergency"
    SEE_WHO_LOOKED = "see who has looked at this record"
    MANAGE_OWN_AGENCY = "change the people and teams of your agency"
    AGREE_TO_APPOINTMENT = "agree to who administers your agency or decides there"
    VIEW_REFERRALS = "see a list of referrals"
    REFER = "write a referral"
    CHECK_REFERRAL = "check a referral, or ask for more"
    ANSWER_CHECK = "answer a check"
    SEARCH_PLACEMENT = "look for a place, or approach somebody with a referral"
    PROPOSE_SPENDING = "ask for money for a placement"
    APPROVE_SPENDING = "decide on money for a placement"
    ASSESS = "assess somebody for a place, or say how that stands"
    OFFER = "offer a place, or refuse one"
    CHALLENGE = "challenge what a provider decided"
    ANSWER_CHALLENGE = "answer a challenge"
    REVIEW_CHALLENGE = "review a challenge"
    CHALLENGE_CONTRACT = "challenge a provider on its contract"
    COUNT_REFUSALS = "count refusals"
    VIEW_WALK_INS = "see who turned up at a provider"
    LOG_WALK_IN = "log who turned up at a provider"
    COUNT_WALK_INS = "count who turned up at providers"
    NOTIFY_FAMILIES = "say that a family was placed out of borough"
    ADD_HOUSING_ENTRY = "add to somebody's history of placements"
    VIEW_AUDIT = "read the audit trail"
    ANSWER_SUBJECT_ACCESS = "gather what is held on a person"
    MANAGE_RETENTION = "decide what is kept and what is disposed of"
    RECORD_RISK = "record risks, or where somebody must not live, here"
    RECORD_ASSOCIATION = "record groups and associations here"
    KEEP_REGISTERS = "change the registers of groups and people of concern"
    MATCH_SETTINGS = "check for whom a setting is safe"
    APPROVE_DISPOSAL = "decide on what somebody else proposes to dispose of"


def permission(needed: Permission) -> Callable[[View], View]:
    """Declare what a route needs. A person who is not signed in is sent to sign in; one whose role lacks it gets a 403.

    Whether the permission holds for one record is asked again where the record is fetched and in the service.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if needed is not Permission.PUBLIC:
                actor = getattr(request, "actor", None)
                if actor is None:
                    return _to_sign_in(request)
                actor.require(needed)
            return view(request, *args, **kwargs)

        checked.permission = needed  # type: ignore[attr-defined]
        return checked

    return declare


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    address = reverse("sign_in")
    wanted = request.get_full_path()
    if request.method == "GET" and wanted != "/":
        address = f"{address}?{urlencode({'next': wanted})}"
    return HttpResponseRedirect(address)
