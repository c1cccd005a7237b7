"""What management commands stand on."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from waymark.core.database import SERVICE, set_base_login
from waymark.core.requests import request_id


class ServiceCommand(BaseCommand):
    """A command that works with the `service` login, in its threads too. Its audit entries share an identifier."""

    called = ""
    """How people call it, where that is not `./waymark manage NAME`: `protocol adopt`."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's parser, with usage lines that say what to type."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.prog = f"./waymark {self.called or f'manage {subcommand}'}"
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Take the login, then do what Django does."""
        set_base_login(SERVICE)
        request_id.set(uuid.uuid4())
        return super().execute(*args, **options)
