import argparse
import os
import socket
import sys

import pytest

from waymark.setup.errors import SetupError
from waymark.setup.processes import Child
from waymark.setup.serve import port_number, refuse_taken_port, wait_until_ready


class FakeProcess:
    def poll(self):
        return None


def test_a_taken_port_is_an_error_that_offers_another():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SetupError, match=rf"Port {port} is taken .* --port \d+"):
            refuse_taken_port(port)


def test_a_free_port_is_accepted():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

    refuse_taken_port(port)


def test_a_port_that_this_user_may_not_use_is_told_from_a_taken_one(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(SetupError, match="may not listen on port 80. Choose one from 1024 up"):
        refuse_taken_port(80)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", ""])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="is no port number from 1 to 65535"):
        port_number(text)


@pytest.mark.parametrize(("status", "ready"), [(200, True), (302, True), (404, True), (500, False)])
def test_a_first_page_that_is_a_server_error_is_not_called_ready(tmp_path, status, ready):
    log = tmp_path / "web.log"
    log.write_text("Traceback\nKeyError: 'the reason'\n")
    child = Child("web server", FakeProcess(), log)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = os.fork()
        if not process:
            connection, _ = listener.accept()
            connection.recv(4096)
            connection.sendall(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n".encode())
            os._exit(0)
        try:
            wait_until_ready(child, listener.getsockname()[1])
        except SetupError as error:
            assert not ready
            assert f"The first page ends in an error ({status})" in str(error)
            assert "the reason" in str(error)
        else:
            assert ready
        finally:
            os.waitpid(process, 0)


def test_a_web_server_that_ends_while_it_starts_is_noticed_at_once(tmp_path):
    from waymark.setup import processes

    child = processes.start_child("short-lived test program", [sys.executable, "-c", "print('no such module')"])
    child.process.wait()

    with pytest.raises(SetupError, match=r"has ended \(status 0\).*\n.*no such module"):
        wait_until_ready(child, 1)
    child.log.unlink()
