"""Requests as they come off the wire, sent to the application that the web server runs."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as the server would send it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The last header of this name; "" when there is none."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), "")

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser is to keep."""
        pairs = (value.split(";")[0].partition("=") for key, value in self.headers if key.lower() == "set-cookie")
        return {name: value for name, _, value in pairs}

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def send(
    address: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    content_type: str = "application/x-www-form-urlencoded",
    headers: Mapping[str, str] | None = None,
    host: str = "testserver",
    sender: str = "192.0.2.1",
) -> Sent:
    """Answer one request by the application of `config.wsgi`, with an environment as gunicorn would make it.

    `address` may hold anything: it is cut at the first `?` and its path is unquoted, byte by byte.
    """
    from waymark.config.wsgi import application

    path, _, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.encode("utf-8", "surrogatepass").decode("latin-1"),
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": sender,
        "HTTP_HOST": host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
    }
    begun: list[Any] = []
    answer = application(environ, lambda status, said, exc_info=None: begun.append((status, said)))
    content = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    status, said = begun[-1]
    return Sent(int(status.split()[0]), list(said), content)


def cookies(**values: str) -> dict[str, str]:
    """A `Cookie` header."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in values.items())}
