"""Talking to the virus checker: against one that is made here and speaks as clamd does."""

from __future__ import annotations

import socket
import struct
import threading

import pytest

from waymark.documents import clamd

CONTENT = bytes(range(256)) * 1_000


@pytest.fixture
def checker(tmp_path):
    """A checker that reads one stream and says `answer`: `checker(b"...")` gives its place and what it read."""
    servers = []

    def make(answer, *, unix=True):
        server = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        server.bind(str(tmp_path / "clamd") if unix else ("127.0.0.1", 0))
        server.listen(1)
        servers.append(server)
        read = bytearray()

        def serve():
            line, _ = server.accept()
            with line, line.makefile("rb") as told:
                assert told.read(10) == b"zINSTREAM\0"
                while size := struct.unpack("!L", told.read(4))[0]:
                    read.extend(told.read(size))
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        servers.append(thread)
        return (f"unix:{tmp_path}/clamd" if unix else f"127.0.0.1:{server.getsockname()[1]}"), read

    yield make
    for one in servers:
        one.join() if isinstance(one, threading.Thread) else one.close()


@pytest.mark.parametrize("unix", [True, False])
def test_the_whole_file_is_sent_and_nothing_found_is_said(checker, unix):
    place, read = checker(b"stream: OK\0", unix=unix)

    assert clamd.scan(CONTENT, place) == ""
    assert bytes(read) == CONTENT


def test_what_is_found_is_named(checker):
    place, _ = checker(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")

    assert clamd.scan(CONTENT, place) == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"OK", b"stream: \0", b"x: OK\0"])
def test_anything_else_is_no_verdict(checker, answer):
    place, _ = checker(answer)

    with pytest.raises(clamd.NoAnswer):
        clamd.scan(CONTENT, place)


def test_a_checker_that_is_not_there_gives_no_answer(tmp_path):
    with pytest.raises(clamd.NoAnswer):
        clamd.scan(CONTENT, f"unix:{tmp_path}/nobody")
