"""`./waymark worker`: deliver messages and do what is due at set times, until stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from waymark.core.commands import ServiceCommand


class Command(ServiceCommand):
    called = "worker"
    help = "Deliver messages and do what is due at set times. Any number of workers may run at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many messages at once, and whether to stop when there are none."""
        parser.add_argument("--concurrency", type=int, default=2, help="messages delivered at once (default: 2)")
        parser.add_argument("--once", action="store_true", help="deliver what is waiting, then stop")

    def handle(self, *args: Any, concurrency: int, once: bool, **options: Any) -> None:
        """Run until a signal says stop; the message in hand is finished first."""
        connector = app.connector
        if not isinstance(connector, DjangoConnector):
            raise TypeError("The worker's app has no Django connector: is procrastinate.contrib.django installed?")
        with app.replace_connector(connector.get_worker_connector()) as worker:
            # Done messages go at once: they name records, and the audit trail says what was done.
            worker.run_worker(concurrency=concurrency, wait=not once, delete_jobs="successful")
