"""The real site in a real browser: a server on a free port, and Chromium in front of it.

Nothing is shared with other tests: the server and the test each have connections of their own, so these tests use
`real_connections`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from waymark.setup import paths
from waymark.setup.browser import find_chromium

WIDE, NARROW = 1280, 320
SCREENSHOTS = paths.VAR / "screenshots"
"""Where each test leaves a picture of what it saw, for people to look at."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a test's output is for what failed."""


def _closing(application: Any) -> Any:
    """Each request has a thread of its own, so each closes its connections."""
    from django.db import connections

    def answer(environ: Any, start_response: Any) -> Any:
        response = application(environ, start_response)
        body = list(response)
        if hasattr(response, "close"):
            response.close()
        connections.close_all()
        return body

    return answer


@pytest.fixture
def site(real_connections: None, settings: Any) -> Iterator[str]:
    """The address of the site, served in this process."""
    from waymark.config.wsgi import application

    with make_server("127.0.0.1", 0, _closing(application), _Server, _Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a process; each test has a window of its own."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver keeps a loop; our queries are plain ones
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"]
        )
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Open a window: `window(width=320, javascript=False)`. Whatever its console complains of fails the test."""
    opened: list[Any] = []
    complaints: list[str] = []

    def open_window(*, width: int = WIDE, javascript: bool = True) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, base_url=site
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        return page

    yield open_window
    for context in opened:
        context.close()
    # A page that answers 4xx is logged by the browser as an error; tests look at statuses themselves.
    # So is one that was sent while a test had taken the connection away.
    expected = ("the server responded with a status", "net::ERR_INTERNET_DISCONNECTED")
    assert [text for text in complaints if not any(one in text for one in expected)] == []


@pytest.fixture
def signed_in(window: Callable[..., Any], token_of: Callable[[Any], str], settings: Any) -> Callable[..., Any]:
    """A window in which an actor is signed in: `signed_in(keyworker, width=320)`."""
    from django.contrib.sessions.backends.signed_cookies import SessionStore

    from waymark.access.middleware import SESSION_KEY

    def open_window(actor: Any, **how: Any) -> Any:
        page = window(**how)
        session = SessionStore()
        session[SESSION_KEY] = token_of(actor)
        session.save()
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": session.session_key,
            "path": "/",
            "domain": "127.0.0.1",
        }
        page.context.add_cookies([cookie])
        return page

    return open_window


def picture(page: Any, name: str) -> tuple[int, int]:
    """Take a picture of the whole page for people to look at; gives its width and height."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    content = page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def violations(page: Any) -> list[str]:
    """What axe finds wrong with a page, by any of its rules."""
    page.evaluate(Path(paths.AXE).read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{one['id']}: {node['html'][:120]} ({node['failureSummary']})" for one in found for node in one["nodes"]]
