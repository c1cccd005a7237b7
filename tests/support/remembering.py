"""Fixtures of which each process remembers what they stored, so that most tests begin with their cast in place at once.

The first test of a process that asks for such a fixture has it made in earnest, and the statements that wrote are kept.
For later tests they are sent again, all together: the same rows, with the same identifiers, in a tenth of the time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import pytest
import time_machine
from django.db import connections

from tests.support.shared_connection import Session, session_in_use
from waymark.core.database import SERVICE, database_role

Made = TypeVar("Made")

WRITES = re.compile(
    r"\s*(insert|update|delete|with\b.*\b(insert into|update|delete from)|select public\.waymark_dispose)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Memory:
    """What was made of what, by which statements (each with the role that sent it)."""

    made_of: list[Any]
    statements: list[tuple[str, str]]
    made: Any


class Committing(Session):
    """For tests with connections of their own: what is sent is committed at once, as the services' login."""

    def __init__(self) -> None:
        super().__init__(connections[SERVICE])
        self.role = database_role(SERVICE)

    def become(self, role: str) -> None:
        """Check that it is nobody else who wrote."""
        assert role == self.role
        self.wrapper.ensure_connection()


def remembered(make: Callable[..., Made]) -> Callable[..., Made]:
    """Make a fixture of a function that stores rows and gives what it stored: models, actors, dataclasses.

    It must ask for every fixture whose rows its own refer to. It is made afresh where one of those is another than
    last time, and on a journey to another time.
    """
    kept: list[Memory] = []

    @wraps(make)
    def given(**fixtures: Any) -> Made:
        session = session_in_use() or Committing()
        travelled_to = time.time() if time_machine.traveller_stack else None
        made_of = [type(session), travelled_to, *(_identity(one) for one in fixtures.values())]
        if kept and kept[0].made_of == made_of:
            for role, statements in _in_runs(kept[0].statements):
                session.send(role, statements)
            return deepcopy(kept[0].made)
        with _recorded(session) as statements:
            made = make(**fixtures)
        kept[:] = [Memory(made_of, statements, deepcopy(made))]
        return made

    return pytest.fixture(given)


def _identity(value: Any) -> Any:
    """What tells apart two values of one fixture. Functions make rows only when they are called."""
    known = (getattr(value, name, None) for name in ("pk", "membership_id"))
    return next((one for one in known if one is not None), None)


@contextmanager
def _recorded(session: Session) -> Iterator[list[tuple[str, str]]]:
    """The statements that write, with their values in them, while what stands inside is done."""
    statements: list[tuple[str, str]] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        for values in params if many else [params]:
            if WRITES.match(str(sql)):
                statements.append((session.role, session.wrapper.ops.compose_sql(sql, values)))
        return execute(sql, params, many, context)

    with session.wrapper.execute_wrapper(note):
        yield statements


def _in_runs(statements: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Those of one role after another together, as one text."""
    run: list[str] = []
    for place, (role, statement) in enumerate(statements):
        run.append(statement.rstrip().rstrip(";"))
        if place + 1 == len(statements) or statements[place + 1][0] != role:
            yield role, ";\n".join(run)
            run = []
