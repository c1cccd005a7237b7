"""What management commands stand on."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand

from waymark.core.database import SERVICE, set_base_login
from waymark.core.requests import request_id


class ServiceCommand(BaseCommand):
    """A command that works with the `service` login, in its threads too. Its audit entries share an identifier."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Take the login, then do what Django does."""
        set_base_login(SERVICE)
        request_id.set(uuid.uuid4())
        return super().execute(*args, **options)
