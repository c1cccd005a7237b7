"""Asking clamd whether there is a virus in some bytes, by its INSTREAM command (clamd(8)).

Some thirty lines of a protocol that has not changed in fifteen years: the clients on the package index are older than
the Python they run on.
"""

from __future__ import annotations

import socket
import struct

SECONDS = 30.0
PIECE = 64 * 1024
LONGEST_ANSWER = 4096


class NoAnswer(Exception):  # noqa: N818  (what happened, not what we did wrong)
    """The checker cannot be reached, or says something that is no verdict."""


def scan(content: bytes, place: str) -> str:
    """The name of the virus that clamd finds in `content`; "" when it finds none.

    `place` is `unix:/run/clamav/clamd.ctl`, or a host with a port, `clamd:3310`. Raises `NoAnswer`.
    """
    try:
        with _connected(place) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            return _verdict(_answer(line))
    except OSError as problem:
        raise NoAnswer(str(problem)) from problem


def _connected(place: str) -> socket.socket:
    if place.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(place.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def _verdict(said: str) -> str:
    """`stream: OK`, or `stream: Eicar-Signature FOUND`; anything else, such as a limit that was passed, is none."""
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")[:100]
    raise NoAnswer(said[:200])
