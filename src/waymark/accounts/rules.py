"""Which passwords are good enough: long, and not among those that everybody tries first.

NCSC and NIST SP 800-63B ask for length and a list of known ones, and for no rules on which characters to use.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from waymark.accounts.models import Account

SHORTEST, LONGEST = 12, 200
SERVICE_NAMES = ("waymark",)
TOO_EASY = "Others try this password first. Three words that nobody would put together make a good one"
TELLING = 4
"""Parts of a name or an e-mail address from this length on tell something: "al" stands in too many words."""


def normalised(password: str) -> str:
    """The password as it is hashed: the same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", password)


def refuse_weak(password: str, account: Account) -> None:
    """Raise `ValidationError`, with words for the person, unless `password` is good enough for `account`."""
    problem = weakness(password, account)
    if problem:
        raise ValidationError(problem)


def weakness(password: str, account: Account) -> str:
    """What is wrong with a new password; "" when nothing is."""
    password = normalised(password)
    lowered = password.casefold()
    if len(password) < SHORTEST:
        return f"Password must be {SHORTEST} characters or more"
    if len(password) > LONGEST:
        return f"Password must be {LONGEST} characters or fewer"
    if any(part in lowered for part in _parts_of(account)):
        return "Password must not hold your name, your e-mail address or the name of this service"
    if len(set(lowered)) < SHORTEST // 2 or not known_ones().isdisjoint(_at_heart(lowered)):
        return TOO_EASY
    return ""


def _parts_of(account: Account) -> set[str]:
    words = re.split(r"\W+|_", f"{account.name} {account.email.partition('@')[0]}".casefold())
    return {word for word in words if len(word) >= TELLING} | set(SERVICE_NAMES)


def _at_heart(password: str) -> set[str]:
    """The password, and what is left of it without what people add to make a short one long: `Password2026!!!`."""
    letters = re.sub(r"^[^a-z]+|[^a-z]+$", "", password)
    plain = password.translate(str.maketrans("013457@$!", "oieastasi"))
    found = {password, letters, plain, re.sub(r"[^a-z]+", "", plain), re.sub(r"\W+", "", password)}
    for word in tuple(found):
        repeated = re.fullmatch(r"(.+?)\1+", word)
        if repeated:
            found.add(repeated[1])
    return {word for word in found if word}


@cache
def known_ones() -> frozenset[str]:
    """The 20,000 most common passwords of published breaches, which come with Django; read once, without a network."""
    return frozenset(CommonPasswordValidator().passwords)
