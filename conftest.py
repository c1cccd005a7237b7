"""Fixtures for every test: a database that forgets, the people who appear, and a browser's view as any of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

os.environ["DJANGO_SETTINGS_MODULE"] = "waymark.config.settings"
os.environ["WAYMARK_DEMO"] = "1"

pytest_plugins = ["tests.support.cast", "tests.support.site"]


def pytest_configure(config: pytest.Config) -> None:
    """With several processes, start the server once, here, so that they share it."""
    config.addinivalue_line("markers", "database: needs PostgreSQL (set by itself)")
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.addinivalue_line("markers", "whole_server: sealing waits for the transactions of tests beside it")
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        from waymark.setup.testing import start_test_server

        start_test_server()
    from django.conf import settings

    assert settings.DATABASES  # read here, they tell pytest-django that this is a Django project
    _refuse_a_query_for_each_row()


def _refuse_a_query_for_each_row() -> None:
    """Make it an error in every test when a page asks the database once for each row of a list."""
    import django
    import zeal.patch
    from django.conf import settings
    from zeal.constants import initialize_app_registry

    django.setup()
    for needs_content_types in ("patch_generic_foreign_key", "patch_generic_related_manager"):
        setattr(zeal.patch, needs_content_types, lambda: None)  # we do without them
    initialize_app_registry()
    zeal.patch.patch()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "zeal.middleware.zeal_middleware"]
    settings.ZEAL_RAISE = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a database, so that CI can run those tests on another server."""
    for item in items:
        if {"db", "real_connections", "some_database"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@pytest.fixture(scope="session")
def database_server(django_db_blocker: Any, worker_id: str) -> Iterator[Any]:
    """The server of this run, with Django pointed at a migrated database of this process's own."""
    from tests.support.databases import clone_for_this_process

    from waymark.setup.testing import start_test_server

    with django_db_blocker.unblock():
        server = start_test_server()
        with clone_for_this_process(server, worker_id):
            yield server


@pytest.fixture
def db(database_server: Any, django_db_blocker: Any) -> Iterator[None]:
    """A database in which everything a test does is undone. `web` and `service` share a connection, each in its role.

    Code outside a request runs as `service`, as it does in the worker; requests and `reading_as` run as `web`.
    """
    from tests.support.databases import superuser_settings
    from tests.support.shared_connection import shared_connection

    from waymark.core.database import SERVICE, WEB, set_base_login

    with django_db_blocker.unblock(), shared_connection(superuser_settings(database_server)):
        set_base_login(SERVICE)
        yield
        set_base_login(WEB)


@pytest.fixture
def real_connections(database_server: Any, django_db_blocker: Any) -> Iterator[None]:
    """The logins as they are in life, each with connections and transactions of its own; all rows go at the end."""
    from django.db import connections
    from tests.support.databases import empty_every_table

    from waymark.core.database import SERVICE, WEB, set_base_login

    with django_db_blocker.unblock():
        set_base_login(SERVICE)
        try:
            yield
        finally:
            set_base_login(WEB)
            connections.close_all()
            empty_every_table(database_server)


@pytest.fixture
def some_database(request: pytest.FixtureRequest) -> None:
    """`real_connections` for a test that asks for them, else `db`: fixtures that serve both ask for this."""
    request.getfixturevalue("real_connections" if "real_connections" in request.fixturenames else "db")


@pytest.fixture
def in_threads() -> Callable[..., list[Any]]:
    """Call a function in several threads at once, with each of some arguments; what they return, in that order.

    For tests with `real_connections`: each thread has its own.
    """
    from django.db import connections

    def run(function: Callable[[Any], Any], arguments: list[Any]) -> list[Any]:
        def once(argument: Any) -> Any:
            try:
                return function(argument)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(max_workers=len(arguments)) as pool:
            return list(pool.map(once, arguments))

    return run
