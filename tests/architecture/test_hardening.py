"""What the product promises of itself when it is not a demo: headers, cookies, limits, errors and logs."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.support.routes import routes
from waymark.accounts.services import invite
from waymark.accounts.services.sessions import digest_of
from waymark.core.checks import a_distant_database_is_reached_by_tls
from waymark.core.logs import WithoutSecrets
from waymark.core.middleware import POLICY
from waymark.setup import paths, serve

TEMPLATES = sorted((paths.ROOT / "src").rglob("*.jinja2"))

IN_PRODUCTION = """
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
names = [name for name in dir(settings) if name.startswith(("SESSION_COOKIE", "CSRF_COOKIE", "SECURE_"))]
print(json.dumps({name: getattr(settings, name) for name in [*names, "DEBUG", "DEMO"]}))
"""


def test_in_production_django_finds_nothing_to_warn_of_and_cookies_and_tls_are_strict():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "waymark.config.settings",
        "WAYMARK_SECRET_KEY": "a key of the tests " * 5,
    }
    done = subprocess.run(
        [sys.executable, "-c", IN_PRODUCTION], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["DEBUG"], found["DEMO"]) == (False, False)
    for cookie in ("SESSION", "CSRF"):
        assert found[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
        assert found[f"{cookie}_COOKIE_SECURE"]
        assert found[f"{cookie}_COOKIE_HTTPONLY"]
        assert found[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
        assert found[f"{cookie}_COOKIE_PATH"] == "/"
        assert found[f"{cookie}_COOKIE_DOMAIN"] is None
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"]


@pytest.mark.parametrize(
    ("host", "sslmode", "warned"),
    [
        ("127.0.0.1", "", False),
        ("/run/postgresql", "", False),
        ("db.example", "", True),
        ("db.example", "require", True),
        ("db.example", "verify-full", False),
    ],
)
def test_a_database_elsewhere_that_is_not_surely_ours_is_warned_of(host, sslmode, warned, settings):
    settings.DATABASES = {"default": {"HOST": host, "OPTIONS": {"sslmode": sslmode} if sslmode else {}}}

    assert [problem.id for problem in a_distant_database_is_reached_by_tls(None)] == ["waymark.W001"] * warned


def test_the_policy_lets_a_page_run_and_show_what_is_a_file_of_ours_and_nothing_else():
    policy = dict(part.split(" ", 1) for part in POLICY.split("; "))

    assert policy.pop("default-src") == "'none'"
    assert policy.pop("img-src") == "'self' data:"
    assert {policy[name] for name in ("frame-ancestors", "base-uri")} == {"'none'"}
    assert set(policy.values()) == {"'self'", "'none'"}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("address", ["/sign-in", "/nowhere", "/records", "/health", "/assets/waymark/start.js"])
def test_every_answer_has_the_headers_that_keep_it_to_itself(client, address):
    headers = client.get(address).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    if not address.startswith("/assets"):
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_holds_a_script_a_style_or_anything_unescaped(template: Path):
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"\s(?:style|on[a-z]+)\s*=\s*[\"'{]", text), "a style or a handler in the page"
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>|<style\b|javascript:", text), "a script or a style in the page"
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|<iframe|<object|<embed", text)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_no_page_answers_what_it_has_no_use_for(client, method):
    for pattern, _ in routes():
        if "<" not in pattern:
            assert getattr(client, method)(pattern).status_code == 405, pattern


@pytest.mark.usefixtures("db")
def test_a_body_that_no_form_of_ours_sends_is_refused(client):
    for body in (b"why=" + b"x" * 1_100_000, b"&".join(b"f%d=" % number for number in range(1_100))):
        sent = client.generic("POST", "/sign-in", body, content_type="application/x-www-form-urlencoded")
        assert sent.status_code == 400


@pytest.mark.usefixtures("db")
def test_a_file_that_nobody_asked_for_is_refused(client, tmp_path):
    file = tmp_path / "x.exe"
    file.write_bytes(b"MZ")
    with file.open("rb") as opened:
        assert client.post("/sign-in", {"person": opened}).status_code == 400


def test_an_error_page_says_nothing_of_what_broke(client, db, monkeypatch):
    from waymark.core import middleware

    def broken(*arguments: object, **more: object) -> None:
        raise RuntimeError("SELECT secret FROM table")

    monkeypatch.setattr(middleware.RequestIdentifier, "process_view", broken)
    client.raise_request_exception = False
    answer = client.get("/sign-in")

    assert answer.status_code == 500
    assert not re.search(r"RuntimeError|SELECT|Traceback|waymark/core|Django|python", answer.content.decode())


def test_the_web_server_takes_no_longer_lines_and_no_more_headers_than_browsers_send(monkeypatch):
    seen: list[list[str]] = []
    monkeypatch.setattr(serve, "start_child", lambda name, command: seen.append(command))

    serve.start_web_server(8000)

    options = dict(zip(seen[0], seen[0][1:], strict=False))
    assert int(options["--limit-request-line"]) <= 4094
    assert int(options["--limit-request-fields"]) <= 100
    assert int(options["--limit-request-field_size"]) <= 8190
    assert "--access-logfile" not in seen[0], "addresses hold links to set a password"


@pytest.fixture
def said():
    """Everything that anybody logs, at the finest level, as the log of the server has it."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Keeping(logging.DEBUG)
    handler.setFormatter(WithoutSecrets("%(levelname)s %(name)s: %(message)s"))
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in ("django", "waymark", "django.request"))]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


def test_no_secret_is_ever_logged(said, db, client, client_as, token_of, keyworker, young_person, system, settings):
    from waymark.accounts.models import Account

    settings.DEMO = False
    token, password = token_of(keyworker), "three otters juggle"
    link = invite(Account.objects.get(pk=keyworker.account_id), actor=system)
    browser = client_as(keyworker)
    for address in (
        f"/sign-in/link/{link}",
        f"/sign-in/link/{link}x/more",
        f"/records/{token}",
        "/records?q=%00",
        "/nowhere",
    ):
        client.get(address)
    client.post("/sign-in", {"email": "joel.abara@waymark.example", "password": password})
    Client(enforce_csrf_checks=True).post(f"/sign-in/link/{link}", {"password": password})
    browser.get(f"/records/{young_person.case_id}")
    browser.get("/records/00000000-0000-4000-8000-000000000000")
    logging.getLogger("waymark.anything").warning("cookie %s", browser.cookies[settings.SESSION_COOKIE_NAME].value)

    text = "\n".join(said)
    assert "[hidden]" in text
    assert "/nowhere" in text
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    for secret in (token, link, password, digest_of(token), cookie, cookie.split(":")[0]):
        assert secret not in text


def test_the_log_says_when_in_utc():
    record = logging.LogRecord("waymark", logging.INFO, "", 0, "x", (), None)
    record.created, record.msecs = 0.0, 5

    assert WithoutSecrets("%(asctime)s %(message)s").format(record) == "1970-01-01T00:00:00.005Z x"


def test_nobody_writes_a_line_of_their_own_into_the_log(said, client, db):
    client.get("/nowhere%0d%0a2026-01-01 INFO waymark: all is well")
    logging.getLogger("waymark").warning("typed: %s", "x\nINFO waymark: all is well")

    assert not [
        line for line in said for part in line.splitlines() if part.startswith(("INFO waymark: all", "2026-01-01"))
    ]
