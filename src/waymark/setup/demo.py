"""`./waymark demo`: everything, from nothing to a page with a made-up borough behind it."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence

from waymark.setup import manage, paths, postgres
from waymark.setup.assets import ensure_assets
from waymark.setup.errors import ServerInUseError, SetupError
from waymark.setup.files import try_lock
from waymark.setup.processes import Child, Stopped, start_child, stop_children, stoppable, watch
from waymark.setup.serve import PORT, port_number, refuse_taken_port, start_web_server, wait_until_ready

WAIT_FOR_OTHER_COMMAND = 20.0


def main(arguments: Sequence[str]) -> int:
    """Run the demo until Ctrl-C. Status 0 when asked to stop, 2 when something of it fails."""
    options = _parse(arguments)
    with stoppable():
        try:
            _run(options)
        except Stopped:
            print("Stopped. The data is kept; start again with ./waymark demo.", flush=True)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./waymark demo", description="Set everything up and run Waymark with a made-up borough."
    )
    parser.add_argument("--fresh", action="store_true", help="begin again: remove the demo's data first")
    parser.add_argument("--port", type=port_number, default=PORT, help=f"where pages are served ({PORT})")
    parser.add_argument("--scale", type=_scale, default=1, help="how many times larger the borough is")
    return parser.parse_args(arguments)


def _scale(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 up")
    return int(text)


def _run(options: argparse.Namespace) -> None:
    began = time.monotonic()
    outside = manage.uses_outside_server()
    if options.fresh and outside:
        raise SetupError(
            "--fresh removes only the embedded server's data, never a server of yours. Drop the database that "
            "DATABASE_URL names yourself, or unset DATABASE_URL."
        )
    lock = try_lock(paths.VAR / "demo.lock")
    if lock is None:
        raise SetupError("A demo of this checkout is running already. Stop it with Ctrl-C in its terminal first.")
    children: list[Child] = []
    server = None
    try:
        refuse_taken_port(options.port)
        ensure_assets()
        if options.fresh:
            print("Removing the demo's data ...", flush=True)
            postgres.erase(paths.POSTGRES)
        if outside:
            manage.check_outside_server()
        else:
            server = _start_server()
            manage.prepare_embedded(server)
        _fill_database(options.scale)
        children.append(start_web_server(options.port))
        worker = [sys.executable, "-P", "-m", "django", "worker"]
        children.append(start_child("worker", worker, when_orphaned=signal.SIGKILL))
        wait_until_ready(children[0], options.port)
        _greet(options.port, time.monotonic() - began)
        watch(children, server.process if server else None)
    except Stopped:
        print("\nStopping ...", flush=True)
        raise
    finally:
        stop_children(children)
        if server is not None:
            server.stop()
        os.close(lock)


def _start_server() -> postgres.Server:
    """The embedded server, ours for as long as the demo runs: it stops everything when it stops."""
    print("Starting PostgreSQL ...", flush=True)
    deadline = time.monotonic() + WAIT_FOR_OTHER_COMMAND
    told = False
    while True:
        try:
            server = postgres.start()
            if server.home != paths.POSTGRES:
                print(f"  its data is in {server.home}: the user it runs as cannot enter {paths.VAR}", flush=True)
            return server
        except ServerInUseError as error:
            if time.monotonic() > deadline:
                raise SetupError(
                    "Another ./waymark command of this checkout runs the database. Wait for it to end, or stop "
                    "it, and start the demo again."
                ) from error
        if not told:
            print("  waiting for another ./waymark command to end ...", flush=True)
            told = True
        time.sleep(0.2)


def _fill_database(scale: int) -> None:
    """Migrations, and the borough when there is none yet."""
    os.environ["WAYMARK_DEMO"] = "1"
    manage.configure_django()
    print("Bringing the database up to date ...", flush=True)
    _command("migrate", database=manage.OWNER, interactive=False, verbosity=0)
    _command("demo_borough", scale=scale, if_empty=True)


def _greet(port: int, seconds: float) -> None:
    print(f"\nWaymark runs at http://127.0.0.1:{port}/ (ready after {seconds:.0f} s)\n", flush=True)
    _command("demo_people")
    print("\nCtrl-C stops it. The data is kept; ./waymark demo --fresh begins again.", flush=True)


def _command(name: str, **options: object) -> None:
    """Run a management command in this process; what it refuses is ours to tell."""
    from django.core.management import CommandError, call_command
    from django.db import connections

    try:
        call_command(name, **options)
    except CommandError as error:
        raise SetupError(str(error)) from error
    finally:
        connections.close_all()
