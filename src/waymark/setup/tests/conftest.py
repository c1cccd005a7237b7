"""Folders and servers for tests of set-up."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from waymark.setup import paths, postgres
from waymark.setup.logins import ensure_database
from waymark.setup.testing import TestServer, start_test_server


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder under `var`, which the user PostgreSQL runs as can enter where it can enter `var`.

    pytest's own temporary folders are closed to everybody else.
    """
    folder = paths.VAR / "test-scratch" / uuid.uuid4().hex[:12]
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for one test."""
    with scratch_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Where a stopped server lives, for the tests of one file to start, one after the other."""
    with scratch_folder() as folder:
        postgres.start_cluster(folder / "postgres", durable=False).stop()
        yield folder / "postgres"
        postgres.erase(folder / "postgres")


@pytest.fixture(scope="session")
def server() -> TestServer:
    """The server of this run of the tests, with the three logins."""
    return start_test_server()


@pytest.fixture
def database(server: TestServer) -> Iterator[str]:
    """The name of an empty database of Waymark's kind, removed at the end."""
    name = f"set_up_{uuid.uuid4().hex[:12]}"
    ensure_database(server.superuser, name)
    yield name
    with psycopg.connect(server.superuser, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')
