"""Serving the pages: gunicorn with threads, on 127.0.0.1 unless told otherwise."""

import argparse
import http.client
import os
import socket
import sys
import time
from collections.abc import Sequence

from waymark.setup.assets import ensure_assets
from waymark.setup.errors import SetupError
from waymark.setup.manage import SETTINGS, configure_django, database_up, refuse_pending_migrations
from waymark.setup.processes import Child, Stopped, refuse_dead, start_child, stop_children, stoppable, watch

PORT = 8000
READY_SECONDS = 60.0
APPLICATION = "waymark.config.wsgi:application"


def main(arguments: Sequence[str]) -> int:
    """`./waymark serve`: the pages alone, against the database that the environment names."""
    parser = argparse.ArgumentParser(prog="./waymark serve", description="Serve Waymark's pages.")
    parser.add_argument("--port", type=port_number, default=PORT)
    parser.add_argument("--address", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8, help="in each process")
    options = parser.parse_args(arguments)
    refuse_taken_port(options.port, options.address)
    ensure_assets()
    with stoppable(), database_up():
        configure_django()
        refuse_to_show_the_demo(options.address)
        refuse_pending_migrations()
        web = start_web_server(options.port, options.address, options.processes, options.threads)
        try:
            wait_until_ready(web, options.port, options.address)
            print(f"Waymark answers at http://{options.address}:{options.port}/", flush=True)
            watch([web], None)
        except Stopped:
            pass
        finally:
            stop_children([web])
    return 0


def refuse_to_show_the_demo(address: str) -> None:
    """Raise `SetupError` when the demo, in which anyone is anyone, would listen where other machines reach it.

    That it answers to this machine's names only is no wall there: whoever sends a request chooses the name.
    """
    from django.conf import settings

    if settings.DEMO and address not in ("127.0.0.1", "::1", "localhost"):
        raise SetupError(
            f"The demo lets anyone sign in as anyone, so it listens on 127.0.0.1 only, not on {address}. "
            "Unset WAYMARK_DEMO, or leave --address out."
        )


def start_web_server(port: int, address: str = "127.0.0.1", processes: int = 2, threads: int = 8) -> Child:
    """Start gunicorn. It is not ready yet: see `wait_until_ready`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    command = [
        *(sys.executable, "-P", "-m", "gunicorn", APPLICATION),
        *("--bind", f"{address}:{port}", "--worker-class", "gthread", "--preload", "--no-control-socket"),
        *("--limit-request-line", "4094", "--limit-request-fields", "64", "--limit-request-field_size", "8190"),
        *("--workers", str(processes), "--threads", str(threads), "--graceful-timeout", "5"),
    ]
    return start_child("web server", command)


def wait_until_ready(web: Child, port: int, address: str = "127.0.0.1") -> None:
    """Wait until the first page comes. Raises `SetupError` when it does not, or comes with a server error."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        refuse_dead([web])
        status = _status_of_first_page(port, address)
        if status is None:
            time.sleep(0.05)
        elif status >= 500:
            raise SetupError(
                f"The first page ends in an error ({status}). The end of the log, {web.log}:\n{web.last_words()}"
            )
        else:
            return
    raise SetupError(f"The web server did not answer within {READY_SECONDS:.0f} seconds. Its log is {web.log}.")


def port_number(text: str) -> int:
    """A port from the command line."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port number from 1 to 65535")
    return int(text)


def refuse_taken_port(port: int, address: str = "127.0.0.1") -> None:
    """Raise `SetupError` when nothing can listen on `port`."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as error:
            raise SetupError(
                f"This user may not listen on port {port}. Choose one from 1024 up, for example --port {PORT}."
            ) from error
        except OSError as error:
            raise SetupError(
                f"Port {port} is taken by another program. Stop that program, or choose another port, "
                f"for example --port {port + 1 if port < 65535 else PORT}."
            ) from error


def _status_of_first_page(port: int, address: str) -> int | None:
    connection = http.client.HTTPConnection(address, port, timeout=READY_SECONDS)
    try:
        connection.request("GET", "/", headers={"Host": f"127.0.0.1:{port}"})
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()
