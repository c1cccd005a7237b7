"""Requests that no browser sends: whatever the method, body, cookie, host or path, every route answers, and for nobody
but its sender. Schemathesis would want a description of an API, which these pages have not; routes are found by
themselves here, so new ones join.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from itertools import cycle
from urllib.parse import quote

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core import signing
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.db.models.functions import Now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.requests import cookies, send
from tests.support.routes import routes
from waymark.access.middleware import SESSION_KEY
from waymark.accounts.models import Token
from waymark.accounts.services.sessions import digest_of

pytestmark = pytest.mark.usefixtures("db")

SECRET = "a" * 32
"""A CSRF secret: the cookie and the form agree on it, so that forms get as far as the view."""

METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "")

FORM = "application/x-www-form-urlencoded"
BODIES = {
    "nothing": (FORM, b""),
    "too many fields": (FORM, b"&".join(b"f%d=1" % number for number in range(1_200))),
    "one name 900 times": (FORM, b"&".join([b"people=x"] * 900)),
    "not UTF-8": (FORM, b"people=\xff\xfe&\xc0\xaf=\xed\xa0\x80"),
    "NUL": (FORM, b"q=\x00&\x00=\x00&person=%00"),
    "3 MB": (FORM, b"why=" + b"A" * 3_000_000),
    "multipart without a boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "multipart that breaks off": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="q'),
    "multipart with a file": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="q"; filename="../../x"\r\n\r\n'
        + b"A" * 9_000
        + b"\r\n--x--\r\n",
    ),
    "multipart, boundary too long": (f"multipart/form-data; boundary={'x' * 500}", b"--x"),
    "multipart, odd encoding": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="q"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%\r\n--x--\r\n',
    ),
    "JSON 20,000 deep": ("application/json", b"[" * 20_000),
    "XML with an entity": ("text/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    "no type": ("", b"q=1"),
    "a type that is none": ("\x00/;;=;charset=\xff", b"q=1"),
    "an encoding that is none": (f"{FORM}; charset=rot13", b"q=1"),
}

PATHS = (
    *("//", "/./", "/../..", "/%2e%2e/%2e%2e/etc/passwd", "/%00", "/%c0%af", "/%ff", "/records//", "/records/%2F"),
    *(
        "/assets/../settings.py",
        "/assets/%2e%2e/%2e%2e/pyproject.toml",
        "/assets/%00",
        "/assets//etc/passwd",
        "/.git/config",
    ),
    *("/records/%E2%80%AE", "/protocol/%F0%9F%92%A9", "/protocol/" + "a" * 3_000, "/records/" + "%2e" * 500, "/;x=y"),
    *("/sign-in/link/%0d%0aSet-Cookie:x=y", "/sign-in/link/" + "x" * 3_000, "/health/", "/admin/", "/\\x", "*", ""),
)

HOSTS = (
    "testserver",
    "elsewhere.example",
    "",
    "[::1",
    "testserver\r\nX: y",
    "a" * 300,
    "test server",
    "@",
)

HEADERS = {
    "referer": ("http://[", "\xff", "https://elsewhere.example/", "x" * 5_000),
    "origin": ("null", "http://[", "https://elsewhere.example"),
    "x-forwarded-for": ("1.1.1.1, %s" % ("x" * 100), "::ffff:1.2.3.4%eth0", "\x00"),
    "x-forwarded-proto": ("https", "javascript"),
    "accept-language": ("x" * 8_000, "\xff;q=NaN"),
    "if-modified-since": ("Mon, 99 Xyz 0000 99:99:99 GMT", "\xff"),
    "if-none-match": ('W/"' + "x" * 5_000,),
    "range": ("bytes=0-,99999999999999999999-", "lines=1"),
    "user-agent": ("\x00\x1b[31m", "<script>alert(1)</script>"),
    "accept-encoding": ("gzip;q=NaN, br;q=-1", "\xff"),
    "expect": ("100-continue", "teapot"),
    "content-encoding": ("gzip",),
    "transfer-encoding": ("chunked", "identity, chunked"),
    "x-http-method-override": ("DELETE",),
}


def _filled(pattern: str, identifier: str) -> str:
    return re.sub(r"<\w+:\w+>", "team_changed", re.sub(r"<uuid:\w+>", identifier, pattern))


def _signed(values: dict[str, object], key: str | None = None) -> str:
    store = SessionStore()
    return signing.dumps(
        values,
        key=key,
        compress=True,
        salt="django.contrib.sessions.backends.signed_cookies",
        serializer=store.serializer,
    )


@pytest.fixture
def jars(world, colleague, stranger, token_of):
    """What the cookie of the session holds, by what is the matter with it. Only the first reads Amira's record."""
    good, ended, expired = token_of(colleague), token_of(colleague), token_of(colleague)
    Token.objects.filter(digest=digest_of(ended)).update(ended_at=Now())
    Token.objects.filter(digest=digest_of(expired)).update(expires_at=Now() - timedelta(seconds=1))
    signed = _signed({SESSION_KEY: good})
    return {
        "good": signed,
        "none": "",
        "stranger's": _signed({SESSION_KEY: token_of(stranger)}),
        "ended": _signed({SESSION_KEY: ended}),
        "expired": _signed({SESSION_KEY: expired}),
        "of another key": _signed({SESSION_KEY: good}, key="another"),
        "broken off": signed[: len(signed) // 2],
        "changed": signed[:-1] + ("A" if signed[-1] != "A" else "B"),
        "the bare token": good,
        "a digest": _signed({SESSION_KEY: digest_of(good)}),
        "no text": _signed({SESSION_KEY: [good, {"a": 1}]}),
        "a number": _signed({SESSION_KEY: 7}),
        "a NUL": _signed({SESSION_KEY: "\x00"}),
        "half of a pair": _signed({SESSION_KEY: "\ud800"}),
        "huge": "x" * 8_000,
        "pickled": "gASVHgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAR0cnVllIWUUpQu",
        "\xff": "\xff\xfe",
    }


@pytest.fixture
def one_connection():
    """The server closes what it does not need between requests; here that would undo what the test set up."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ask(jars, world, settings, one_connection):
    """Send a request and look at what no answer may be."""

    def request(address, jar, *, method="GET", body="nothing", headers=None, host="testserver", secret=SECRET):
        content_type, content = BODIES[body]
        if content_type.startswith(FORM):
            content = f"csrfmiddlewaretoken={SECRET}&".encode() + content
        kept = {settings.SESSION_COOKIE_NAME: jars[jar], settings.CSRF_COOKIE_NAME: secret}
        given = {**cookies(**kept), **(headers or {})}
        sent = send(address, method=method, body=content, content_type=content_type, headers=given, host=host)
        place = (method, address[:200], jar, body, headers, host, sent.status)
        assert sent.status < 500, place
        assert jar == "good" or not {"Amira", "Tobias"} & set(re.findall(r"\w+", sent.text)), place
        assert "Traceback" not in sent.text, place
        assert "x" not in sent.cookies, place
        assert jars["good"] not in sent.text, place
        assert sent.header("Content-Security-Policy"), place
        return sent

    return request


def test_every_route_answers_every_method_body_and_cookie(ask, jars, world):
    """Each route meets some of each; all of them together meet all."""
    bodies, jar_names, methods = cycle(BODIES), cycle(jars), cycle(METHODS)
    identifiers = cycle((str(world.person), str(uuid.uuid4())))
    for pattern, _ in routes():
        for method in ("POST", next(methods), next(methods)):
            address = _filled(pattern, next(identifiers))
            ask(address, next(jar_names), method=method, body=next(bodies))


def test_a_session_is_good_or_shows_a_sign_in_page(ask, jars, world):
    seen = {jar: ask(f"/records/{world.person}", jar).status for jar in jars}

    assert seen.pop("good") == 200
    assert seen.pop("stranger's") == 404
    assert set(seen.values()) <= {302, 400}, seen


def test_a_form_without_its_secret_changes_nothing(ask, jars, world, settings):
    for secret in ("", "b" * 32, "a" * 31, "\xff", "x" * 5_000):
        assert ask(f"/records/{world.person}/record/team_changed", "good", method="POST", secret=secret).status in (
            400,
            403,
        )


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_ours_is_answered_by_no_page_of_ours(ask, host):
    sent = ask("/sign-in", "none", host=host)

    assert sent.status == (200 if host == "testserver" else 400)
    assert "elsewhere.example" not in sent.text


def test_odd_paths_lead_nowhere(ask):
    for path in PATHS:
        sent = ask(path, "good")
        assert sent.status in (200, 301, 302, 400, 404), path
        assert "[project]" not in sent.text, path
        assert "root:" not in sent.text, path
        assert not sent.header("Location").startswith("//"), path
        assert "\n" not in sent.header("Location"), path


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_comes_together_is_answered(ask, jars, world, data):
    pattern = data.draw(st.sampled_from([pattern for pattern, _ in routes()]))
    path = _filled(
        pattern, data.draw(st.sampled_from([str(world.person), str(uuid.UUID(int=0)), "x", "%00", "..", "%ff"]))
    )
    query = quote(data.draw(st.text(max_size=60)), safe="=&;+%[]")
    headers = {name: data.draw(st.sampled_from(values)) for name, values in HEADERS.items() if data.draw(st.booleans())}
    headers |= {"X-Odd": "x" * data.draw(st.sampled_from([0, 8_000, 100_000]))}
    ask(
        f"{path}?{query}",
        data.draw(st.sampled_from(sorted(jars))),
        method=data.draw(st.sampled_from(METHODS)),
        body=data.draw(st.sampled_from(sorted(BODIES))),
        headers=headers,
    )
