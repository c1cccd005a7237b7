"""Leaving a message for the worker."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from waymark.core.database import SERVICE
from waymark.core.services import inside_service


def defer(name: str, /, **identifiers: str | int | UUID) -> None:
    """Have the worker run the task `name` once the service's transaction has committed; never if it does not.

    Only identifiers go into a message: what they stand for is read when it is delivered, with the rights of then.
    """
    if name not in app.tasks:
        raise ValueError(f"There is no task called {name!r}.")
    if not inside_service():
        raise RuntimeError("A message is left inside a service, so that it commits with the change it tells of.")
    values = {key: str(value) if isinstance(value, UUID) else value for key, value in identifiers.items()}
    # Always through Django's connection, in the worker too, where procrastinate would take one of its own.
    manager = JobManager(DjangoConnector(alias=SERVICE))
    configure_task(name=name, job_manager=manager, queue=app.tasks[name].queue).defer(**values)
